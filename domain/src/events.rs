//! What happened: recorded in the transaction that did it, numbered without
//! gaps in each tenant, stored, and then told to whoever listens.

mod hub;
mod replay;

pub use hub::{Hub, Listener, Outgoing, Subscription};
pub use replay::{Replay, latest, replay};

use crate::{
    Error, Result,
    database::{Keep as _, TenantTx},
};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use types::{ContactId, ConversationId, UserId, inbox::SenderType, realtime::Event};

/// An event before it has a number.
#[derive(Debug)]
pub struct Draft {
    /// What happened.
    pub event: Event,
    /// The contact whose widget may see it; none for the team alone.
    pub contact: Option<ContactId>,
    /// The user who did it, if a user did.
    pub user: Option<UserId>,
}

/// An event with its number.
#[derive(Debug)]
pub struct Numbered {
    /// Number in the tenant, from 1, without gaps.
    pub sequence: u64,
    /// What happened.
    pub event: Event,
    /// The contact whose widget may see it.
    pub contact: Option<ContactId>,
}

#[derive(diesel::QueryableByName)]
struct Sequence {
    #[diesel(sql_type = sql_types::BigInt)]
    sequence: i64,
}

/// Numbers and stores drafts. The tenant's sequence row stays locked until
/// the commit, so numbers are in the order of commits.
pub(crate) async fn store(tx: &mut TenantTx, drafts: Vec<Draft>) -> Result<Vec<Numbered>> {
    let tenant = tx.tenant();
    let mut stored = Vec::with_capacity(drafts.len());
    for Draft { event, contact, user } in drafts {
        let payload = serde_json::to_value(&event).map_err(|error| Error::Internal(error.to_string()))?;
        let row: Sequence = diesel::sql_query(
            "WITH bumped AS (
                UPDATE tenant_sequences SET event = event + 1 WHERE tenant_id = $1 RETURNING event
            )
            INSERT INTO events (tenant_id, sequence, type, conversation_id, contact_id, user_id, payload)
            SELECT $1, bumped.event, $2, $3, $4, $5, $6 FROM bumped
            RETURNING sequence",
        )
        .bind::<sql_types::Uuid, _>(tenant)
        .bind::<sql_types::Text, _>(kind(&event))
        .bind::<sql_types::Nullable<sql_types::Uuid>, _>(event.conversation_id())
        .bind::<sql_types::Nullable<sql_types::Uuid>, _>(contact)
        .bind::<sql_types::Nullable<sql_types::Uuid>, _>(user)
        .bind::<sql_types::Jsonb, _>(payload)
        .kept()
        .get_result(tx.conn())
        .await?;
        stored.push(Numbered { sequence: row.sequence.unsigned_abs(), event, contact });
    }
    Ok(stored)
}

/// The name under which an event is stored.
const fn kind(event: &Event) -> &'static str {
    match event {
        Event::MessageCreated { .. } => "message_created",
        Event::MessageUpdated { .. } => "message_updated",
        Event::ConversationUpdated { .. } => "conversation_updated",
        Event::ConversationRead { .. } => "conversation_read",
        Event::SourceUpdated { .. } => "source_updated",
        Event::WidgetInstalled { .. } => "widget_installed",
        Event::ConversationsDeleted { .. } => "conversations_deleted",
    }
}

/// The event as the visitor may see it, or none: notes, what is written
/// about a contact, and who did what in the team stay inside.
pub(crate) fn for_visitor(event: &Event) -> Option<Event> {
    match event {
        Event::MessageCreated { message, .. } if message.is_note => None,
        Event::MessageCreated { conversation, message } => Some(Event::MessageCreated {
            conversation: Box::new(crate::inbox::without_private(conversation)),
            message: Box::new(crate::inbox::message_for_visitor(message)),
        }),
        Event::MessageUpdated { message } if message.is_note => None,
        Event::MessageUpdated { message } => {
            Some(Event::MessageUpdated { message: Box::new(crate::inbox::message_for_visitor(message)) })
        }
        Event::ConversationUpdated { conversation } => {
            Some(Event::ConversationUpdated { conversation: Box::new(crate::inbox::without_private(conversation)) })
        }
        Event::ConversationRead { .. } => Some(event.clone()),
        Event::SourceUpdated { .. } | Event::WidgetInstalled { .. } | Event::ConversationsDeleted { .. } => None,
    }
}

/// Somebody who writes, as it is told to the other side.
#[derive(Clone, Debug)]
pub struct Typing {
    /// In which conversation.
    pub conversation: ConversationId,
    /// The contact of that conversation.
    pub contact: ContactId,
    /// Contact, agent or AI.
    pub sender: SenderType,
    /// Name to show; empty for the contact.
    pub name: String,
    /// Writing, or stopped.
    pub is_typing: bool,
}
