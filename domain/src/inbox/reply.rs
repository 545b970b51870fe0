//! What agents write: replies to the contact and notes for colleagues.

use super::{
    append::{NewMessage, append},
    receive::checked,
    rows::{self, ConversationRow},
};
use crate::{
    Omnichat, Result,
    accounts::{Permit, WorkInbox},
    database::TenantTx,
    jobs::Job,
    markdown,
    schema::{conversation_metrics, conversations},
};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{
    ClientId, ConversationId, Timestamp,
    inbox::{ConversationStatus, Message, SenderType},
};

/// Replies to the contact, or leaves a note. The same `client_id` again gives
/// the stored message and changes nothing. A reply takes the conversation
/// over from the AI, opens it, and assigns it when nobody has it.
///
/// # Errors
/// When the text is empty or too long, or the conversation is not there.
pub async fn reply(
    product: &Omnichat,
    permit: &Permit<WorkInbox>,
    id: ConversationId,
    client_id: ClientId,
    content: &str,
    is_note: bool,
) -> Result<Message> {
    let content = checked(content)?;
    let permit = permit.clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let row = rows::lock(tx, id).await?;
            if let Some(message) = rows::by_client_id(tx, id, client_id).await? {
                return Ok(message);
            }
            if !is_note {
                take_over(tx, &row, &permit).await?;
            }
            let new = NewMessage {
                staff: permit.user(),
                sender_name: permit.name().to_owned(),
                is_note,
                html: Some(markdown::to_html(&content)),
                client_id: Some(client_id),
                ..NewMessage::new(SenderType::Agent, content)
            };
            let message = append(tx, &row, new).await?;
            if !is_note && crate::teaching::is_like_an_answer(&message.content) {
                tx.enqueue(&Job::LookAtReply { conversation_id: id, message_id: message.id }).await?;
            }
            Ok(message)
        })
        .await
}

/// A person is in charge now: the AI is silent, and the first time this is
/// told in the conversation.
pub(super) async fn take_over(tx: &mut TenantTx, row: &ConversationRow, permit: &Permit<WorkInbox>) -> Result<()> {
    let tenant = tx.tenant();
    let now = Timestamp::now();
    diesel::update(
        conversations::table.filter(conversations::tenant_id.eq(tenant)).filter(conversations::id.eq(row.id)),
    )
    .set((
        conversations::is_ai_enabled.eq(false),
        conversations::status.eq(ConversationStatus::Open),
        conversations::assigned_staff_id.eq(row.assigned_staff_id.or(permit.user())),
        conversations::first_staff_reply_at.eq(Some(row.first_staff_reply_at.unwrap_or(now))),
        conversations::last_staff_activity_at.eq(Some(now)),
        conversations::unread_count.eq(0),
    ))
    .execute(tx.conn())
    .await?;
    if let (None, Some(asked)) = (row.first_staff_reply_at, row.first_user_message_at) {
        let seconds = i32::try_from(now.seconds_since(asked)).unwrap_or(i32::MAX);
        let metrics = conversation_metrics::table
            .filter(conversation_metrics::tenant_id.eq(tenant))
            .filter(conversation_metrics::conversation_id.eq(row.id));
        diesel::update(metrics)
            .set(conversation_metrics::first_response_seconds.eq(seconds))
            .execute(tx.conn())
            .await?;
    }
    if row.is_ai_enabled {
        let joined = NewMessage::new(SenderType::System, format!("{} joined the conversation.", permit.name()));
        append(tx, row, joined).await?;
    }
    Ok(())
}
