//! What visitors send.

use super::{
    append::{Change, NewMessage, append_and},
    rows::{self, ConversationRow},
};
use crate::{
    Error, Omnichat, Result,
    database::{Keep as _, TenantTx},
    insights::Glance,
    jobs::Job,
    rates::Subject,
    schema::{channels, conversation_sequences, conversations},
    widgets::Visitor,
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use futures::try_join;
use types::{
    ChannelId, ClientId, ContactId, ConversationId, ErrorCode, MessageId, Timestamp, WidgetId,
    inbox::{ConversationStatus, Message, Platform, SenderType},
    limits,
    widgets::{SentMessage, VisitorPage},
};

/// Stores a visitor's message, in the conversation they have or in a new one,
/// and lets the AI answer when it is in charge. The same `client_id` again
/// gives the stored message and changes nothing.
///
/// # Errors
/// When the message is empty or too long, or too many are sent.
pub async fn receive(
    product: &Omnichat,
    visitor: &Visitor,
    client_id: ClientId,
    content: &str,
    page: &VisitorPage,
) -> Result<SentMessage> {
    let content = checked(content)?;
    product.rates().take_in(visitor.tenant(), Subject::Visitor(visitor.contact())).check()?;
    let (contact, widget, network, page) = (visitor.contact(), visitor.widget(), visitor.network(), page.clone());
    let glance = Glance::of(&content);
    let own = product.clone();
    product
        .db()
        .tenant(visitor.tenant(), async move |tx: &mut TenantTx| {
            crate::contacts::upsert(tx, contact, Platform::Website, &page).await?;
            let known = current(tx, contact).await?;
            // Only now: ids rise in the order of the conversation.
            let id = MessageId::new();
            let row = if let Some(row) = known {
                if let Some(message) = rows::by_client_id(tx, row.id, client_id).await? {
                    return Ok(SentMessage { conversation_id: row.id, message });
                }
                if row.is_ai_enabled {
                    crate::answers::look_ahead(&own, tx.tenant(), id, &content);
                }
                row
            } else {
                own.rates().begin_conversation(tx.tenant(), network)?;
                let is_ai_enabled = crate::answers::is_enabled(tx).await?;
                if is_ai_enabled {
                    crate::answers::look_ahead(&own, tx.tenant(), id, &content);
                }
                begin(tx, contact, widget, is_ai_enabled).await?
            };
            let new = NewMessage { id, client_id: Some(client_id), ..NewMessage::new(SenderType::Contact, content) };
            let message = store(tx, &row, new).await?;
            if !glance.is_all(&own, tx, &message).await? {
                tx.enqueue(&Job::Understand { conversation_id: row.id, message_id: message.id }).await?;
            }
            Ok(SentMessage { conversation_id: row.id, message })
        })
        .await
}

/// The text of a message, or why it is none.
pub(super) fn checked(content: &str) -> Result<String> {
    let content = content.trim();
    if content.is_empty() {
        return Err(types::Error::invalid("Please write a message first.").field("content").into());
    }
    let length = content.chars().count();
    if length > limits::MESSAGE_CHARS {
        let message = format!(
            "This message has {length} characters; at most {} can be sent. Please split it.",
            limits::MESSAGE_CHARS
        );
        return Err(Error::Refused(types::Error::new(ErrorCode::TooLarge, message).field("content")));
    }
    // PostgreSQL stores no NUL, and nobody means to send one.
    Ok(content.replace('\0', ""))
}

/// The contact's newest conversation, locked.
async fn current(tx: &mut TenantTx, contact: ContactId) -> Result<Option<ConversationRow>> {
    let tenant = tx.tenant();
    let row = conversations::table
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::contact_id.eq(contact))
        .order(conversations::id.desc())
        .select(ConversationRow::as_select())
        .for_update()
        .first(tx.conn())
        .await;
    Ok(row.optional()?)
}

async fn begin(
    tx: &mut TenantTx,
    contact: ContactId,
    widget: WidgetId,
    is_ai_enabled: bool,
) -> Result<ConversationRow> {
    let tenant = tx.tenant();
    let mut conn = tx.shared();
    let channel = channels::table
        .filter(channels::tenant_id.eq(tenant))
        .filter(channels::widget_id.eq(widget))
        .select(channels::id)
        .first(&mut conn);
    let number = diesel::update(conversation_sequences::table.filter(conversation_sequences::tenant_id.eq(tenant)))
        .set(conversation_sequences::conversation.eq(conversation_sequences::conversation + 1))
        .returning(conversation_sequences::conversation)
        .kept()
        .get_result(&mut conn);
    let (channel, number): (ChannelId, i64) = try_join!(channel, number)?;
    let row = diesel::insert_into(conversations::table)
        .values((
            conversations::tenant_id.eq(tenant),
            conversations::id.eq(ConversationId::new()),
            conversations::number.eq(number),
            conversations::channel_id.eq(channel),
            conversations::contact_id.eq(contact),
            conversations::platform.eq(Platform::Website),
            conversations::status.eq(if is_ai_enabled {
                ConversationStatus::Pending
            } else {
                ConversationStatus::Open
            }),
            conversations::is_ai_enabled.eq(is_ai_enabled),
            conversations::first_user_message_at.eq(Timestamp::now()),
        ))
        .returning(ConversationRow::as_returning())
        .get_result(tx.conn())
        .await?;
    Ok(row)
}

async fn store(tx: &mut TenantTx, row: &ConversationRow, new: NewMessage) -> Result<Message> {
    let is_reopened = row.status == ConversationStatus::Resolved;
    let is_ai_enabled = if is_reopened { crate::answers::is_enabled(tx).await? } else { row.is_ai_enabled };
    let status = match row.status {
        ConversationStatus::Resolved | ConversationStatus::Snoozed if is_ai_enabled => ConversationStatus::Pending,
        ConversationStatus::Resolved | ConversationStatus::Snoozed => ConversationStatus::Open,
        other => other,
    };
    let change = Change { status: Some(status), is_ai_enabled: Some(is_ai_enabled), is_unread: true };
    let message = append_and(tx, row, new, change).await?;
    if is_ai_enabled {
        tx.enqueue(&Job::Answer { conversation_id: row.id, message_id: message.id }).await?;
    }
    Ok(message)
}

/// The visitor asks for a person: the AI goes silent and the conversation opens.
///
/// # Errors
/// When the conversation is not theirs.
pub async fn request_person(product: &Omnichat, visitor: &Visitor, id: ConversationId) -> Result<()> {
    let (contact, own) = (visitor.contact(), product.clone());
    product
        .db()
        .tenant(visitor.tenant(), async move |tx: &mut TenantTx| {
            let row = rows::lock(tx, id).await?;
            if row.contact_id != contact {
                return Err(types::Error::not_found("conversation").into());
            }
            if row.is_ai_enabled {
                let called = crate::answers::called(&own, tx, id).await?;
                super::ai::open_for_person(tx, &row, super::ai::Silence::Yes, &called.note).await?;
                if let Some(message_id) = called.briefed {
                    tx.enqueue(&Job::Brief { conversation_id: id, message_id }).await?;
                }
            }
            Ok(())
        })
        .await
}
