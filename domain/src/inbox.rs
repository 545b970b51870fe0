//! Conversations: what visitors, agents and the AI say, and who takes care.

mod actions;
mod ai;
mod append;
mod browse;
mod read;
mod receive;
mod reply;
mod rows;
mod spoken;
mod typing;
mod views;

pub use actions::{assign, set_ai, set_status};
pub(crate) use ai::note_brief;
pub use ai::{
    AiReply, AnswerContext, Call, Silence, answer_context, contact_locale, hand_off, open_silently, reply_as_ai,
};
pub use browse::{Assigned, Filter, browse, get, messages};
pub use read::{mark_read, mark_seen, rate};
pub use receive::{receive, request_person};
pub use reply::reply;
pub use typing::{Written, agent_typing, visitor_typing};
pub use views::{list, older, open, visitor_conversation, visitor_older};

pub(crate) use rows::{message_for_visitor, without_private};
pub(crate) use spoken::spoken;
pub(crate) use views::all_messages;

use crate::{Result, database::TenantTx, events::Draft, schema::conversations};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{ContactId, ConversationId, UserId, realtime::Event};

/// Tells dashboards that the contact of these conversations has changed.
pub(crate) async fn contact_changed(tx: &mut TenantTx, contact: ContactId, by: Option<UserId>) -> Result<()> {
    let tenant = tx.tenant();
    let ids: Vec<ConversationId> = conversations::table
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::contact_id.eq(contact))
        .order(conversations::id.desc())
        .limit(20)
        .select(conversations::id)
        .load(tx.conn())
        .await?;
    for id in ids {
        let conversation = rows::conversation(tx, id).await?;
        record_update(tx, conversation, by);
    }
    Ok(())
}

/// Records that a conversation has changed without a message.
fn record_update(tx: &mut TenantTx, conversation: types::inbox::Conversation, by: Option<UserId>) {
    let contact = Some(conversation.contact.id);
    tx.record(Draft { event: Event::ConversationUpdated { conversation: Box::new(conversation) }, contact, user: by });
}
