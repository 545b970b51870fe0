//! Who has seen what, and what visitors think of answers.

use super::{
    record_update,
    rows::{self, MessageRow},
};
use crate::{
    Omnichat, Result,
    accounts::{Permit, WorkInbox},
    database::TenantTx,
    error::OrNotFound as _,
    events::Draft,
    jobs::Job,
    schema::{conversations, messages},
    widgets::Visitor,
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use types::{
    ConversationId, MessageId,
    inbox::{Feedback, MessageStatus, SenderType},
    realtime::Event,
    teaching::GapReason,
};

/// Messages marked as read at once; older ones of a long absence stay as they are.
const READ_AT_ONCE: i64 = 50;

/// Notes that an agent has seen the conversation up to its last message.
///
/// # Errors
/// When the conversation is not there.
pub async fn mark_read(product: &Omnichat, permit: &Permit<WorkInbox>, id: ConversationId) -> Result<()> {
    let by = permit.user();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let row = rows::lock(tx, id).await?;
            let newest: Option<MessageId> = messages::table
                .filter(messages::tenant_id.eq(tenant))
                .filter(messages::conversation_id.eq(id))
                .filter(messages::sender_type.eq(SenderType::Contact))
                .order(messages::id.desc())
                .select(messages::id)
                .first(tx.conn())
                .await
                .optional()?;
            let Some(newest) = newest else { return Ok(()) };
            if row.unread_count == 0 && row.staff_read_up_to == Some(newest) {
                return Ok(());
            }
            let this =
                conversations::table.filter(conversations::tenant_id.eq(tenant)).filter(conversations::id.eq(id));
            diesel::update(this)
                .set((conversations::unread_count.eq(0), conversations::staff_read_up_to.eq(Some(newest))))
                .execute(tx.conn())
                .await?;
            tx.record(Draft {
                event: Event::ConversationRead { conversation_id: id, message_id: newest },
                contact: Some(row.contact_id),
                user: by,
            });
            if row.unread_count > 0 {
                let conversation = rows::conversation(tx, id).await?;
                record_update(tx, conversation, by);
            }
            Ok(())
        })
        .await
}

/// Notes that the visitor has seen the conversation up to its last message.
///
/// # Errors
/// When the conversation is not theirs.
pub async fn mark_seen(product: &Omnichat, visitor: &Visitor, id: ConversationId) -> Result<()> {
    let contact = visitor.contact();
    product
        .db()
        .tenant(visitor.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let row = rows::lock(tx, id).await?;
            if row.contact_id != contact {
                return Err(types::Error::not_found("conversation").into());
            }
            let unseen: Vec<MessageId> = messages::table
                .filter(messages::tenant_id.eq(tenant))
                .filter(messages::conversation_id.eq(id))
                .filter(messages::is_note.eq(false))
                .filter(messages::sender_type.eq_any([SenderType::Agent, SenderType::Ai]))
                .filter(messages::status.eq_any([MessageStatus::Sent, MessageStatus::Delivered]))
                .order(messages::id.desc())
                .limit(READ_AT_ONCE)
                .select(messages::id)
                .load(tx.conn())
                .await?;
            let seen: Vec<MessageRow> = diesel::update(messages::table)
                .filter(messages::tenant_id.eq(tenant))
                .filter(messages::id.eq_any(&unseen))
                .set(messages::status.eq(MessageStatus::Read))
                .returning(MessageRow::as_returning())
                .get_results(tx.conn())
                .await?;
            for message in seen {
                let message = Box::new(message.transfer()?);
                tx.record(Draft { event: Event::MessageUpdated { message }, contact: Some(contact), user: None });
            }
            Ok(())
        })
        .await
}

/// Thumbs on an answer of the AI; none takes it back.
///
/// # Errors
/// When the message is not an answer to this visitor.
pub async fn rate(product: &Omnichat, visitor: &Visitor, id: MessageId, feedback: Option<Feedback>) -> Result<()> {
    let contact = visitor.contact();
    product
        .db()
        .tenant(visitor.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let theirs = conversations::table
                .filter(conversations::tenant_id.eq(tenant))
                .filter(conversations::contact_id.eq(contact))
                .select(conversations::id);
            let before: Option<Feedback> = messages::table
                .filter(messages::tenant_id.eq(tenant))
                .filter(messages::id.eq(id))
                .select(messages::feedback)
                .first(tx.conn())
                .await
                .or_not_found("answer")?;
            let changed: MessageRow = diesel::update(messages::table)
                .filter(messages::tenant_id.eq(tenant))
                .filter(messages::id.eq(id))
                .filter(messages::sender_type.eq(SenderType::Ai))
                .filter(messages::conversation_id.eq_any(theirs))
                .set(messages::feedback.eq(feedback))
                .returning(MessageRow::as_returning())
                .get_result(tx.conn())
                .await
                .or_not_found("answer")?;
            let message = Box::new(changed.transfer()?);
            // An answer carries the id of its question.
            let is_turned = before != feedback && [before, feedback].contains(&Some(Feedback::Down));
            if let (true, Some(question)) = (is_turned, message.client_id) {
                let (conversation_id, message_id) = (message.conversation_id, MessageId(question.0));
                tx.enqueue(&Job::NoteGap { conversation_id, message_id, reason: GapReason::ThumbsDown }).await?;
            }
            tx.record(Draft { event: Event::MessageUpdated { message }, contact: Some(contact), user: None });
            Ok(())
        })
        .await
}
