//! How a message comes into a conversation.

use super::rows::{self, ConversationRow, MessageRow};
use crate::{
    Error, Result,
    contacts::ContactRow,
    database::{Keep as _, TenantTx},
    events::Draft,
    schema::{conversation_metrics, conversations, messages, users},
};
use diesel::{ExpressionMethods, NullableExpressionMethods as _, QueryDsl, SelectableHelper as _};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures::{TryFutureExt as _, try_join};
use types::{
    ClientId, ConversationId, MessageId, TenantId, Timestamp, UserId,
    answers::Citation,
    inbox::{ConversationStatus, Message, SenderType},
    realtime::Event,
};

/// Characters of a message shown in the list.
const PREVIEW_CHARS: usize = 120;

/// A message to be stored.
#[derive(Debug)]
pub(super) struct NewMessage {
    pub(super) id: MessageId,
    pub(super) sender: SenderType,
    pub(super) staff: Option<UserId>,
    pub(super) sender_name: String,
    pub(super) is_note: bool,
    pub(super) content: String,
    pub(super) html: Option<String>,
    pub(super) client_id: Option<ClientId>,
    pub(super) citations: Vec<Citation>,
    pub(super) confidence: Option<f32>,
    /// The list goes on showing the message before: that a person was called
    /// tells a colleague less than what was asked.
    pub(super) keeps_preview: bool,
}

impl NewMessage {
    /// A plain message of somebody.
    pub(super) fn new(sender: SenderType, content: impl Into<String>) -> Self {
        Self {
            id: MessageId::new(),
            sender,
            staff: None,
            sender_name: String::new(),
            is_note: false,
            content: content.into(),
            html: None,
            client_id: None,
            citations: Vec::new(),
            confidence: None,
            keeps_preview: false,
        }
    }
}

/// What a message changes in its conversation, besides preview and time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Change {
    pub(super) status: Option<ConversationStatus>,
    pub(super) is_ai_enabled: Option<bool>,
    /// It waits for the team to read it, and ends a snooze.
    pub(super) is_unread: bool,
}

/// Stores a message in a locked conversation, moves the conversation's
/// preview and counters, and records the event.
pub(super) async fn append(tx: &mut TenantTx, row: &ConversationRow, new: NewMessage) -> Result<Message> {
    append_and(tx, row, new, Change::default()).await
}

/// The same, and changes the conversation with it, unless it is a note or a line of the system.
pub(super) async fn append_and(
    tx: &mut TenantTx,
    row: &ConversationRow,
    new: NewMessage,
    change: Change,
) -> Result<Message> {
    let tenant = tx.tenant();
    let staff = new.staff;
    let citations = serde_json::to_value(&new.citations).map_err(|error| Error::Internal(error.to_string()))?;
    let conn = tx.shared();
    let moved = moved(conn, tenant, row.id, &new, change);
    let counted = count(conn, tenant, row.id, &new);
    let people = people(conn, tenant, row.id);
    let stored = diesel::insert_into(messages::table)
        .values((
            messages::tenant_id.eq(tenant),
            messages::id.eq(new.id),
            messages::conversation_id.eq(row.id),
            messages::channel_id.eq(row.channel_id),
            messages::sender_type.eq(new.sender),
            messages::staff_id.eq(staff),
            messages::sender_name.eq(&new.sender_name),
            messages::is_note.eq(new.is_note),
            messages::content.eq(&new.content),
            messages::html.eq(&new.html),
            messages::client_id.eq(new.client_id),
            messages::confidence.eq(new.confidence),
            messages::citations.eq(citations),
        ))
        .returning(MessageRow::as_returning())
        .get_result(&mut &*conn)
        .map_err(Error::from);
    // None of these needs what another gives: they go out together.
    let (row, (), (contact, assignee), stored): (_, _, _, MessageRow) = try_join!(moved, counted, people, stored)?;
    let message = stored.transfer()?;
    let conversation = rows::transfer((row, contact, assignee));
    tx.record(Draft {
        contact: Some(conversation.contact.id),
        user: staff,
        event: Event::MessageCreated { conversation: Box::new(conversation), message: Box::new(message.clone()) },
    });
    Ok(message)
}

/// Whether the contact and the team said it to each other.
fn is_said(new: &NewMessage) -> bool {
    !new.is_note && new.sender != SenderType::System
}

/// Moves the conversation to a message that is stored at the same time, and reads it as it is then.
async fn moved(
    conn: &AsyncPgConnection,
    tenant: TenantId,
    id: ConversationId,
    new: &NewMessage,
    change: Change,
) -> Result<ConversationRow> {
    let this = conversations::table.filter(conversations::tenant_id.eq(tenant)).filter(conversations::id.eq(id));
    if !is_said(new) {
        return Ok(this.select(ConversationRow::as_select()).first(&mut &*conn).await?);
    }
    let preview: String =
        new.content.chars().map(|char| if char.is_whitespace() { ' ' } else { char }).take(PREVIEW_CHARS).collect();
    let preview = (!new.keeps_preview)
        .then(|| (conversations::preview.eq(preview), conversations::preview_sender.eq(new.sender)));
    let unread = change.is_unread.then(|| {
        (
            conversations::unread_count.eq(conversations::unread_count + 1),
            conversations::snoozed_until.eq(None::<Timestamp>),
        )
    });
    let row = diesel::update(this)
        .set((
            // The time of the transaction, as the message has it.
            conversations::last_message_at.eq(diesel::dsl::now),
            preview,
            unread,
            change.status.map(|status| conversations::status.eq(status)),
            change.is_ai_enabled.map(|is_enabled| conversations::is_ai_enabled.eq(is_enabled)),
        ))
        .returning(ConversationRow::as_returning())
        .kept()
        .get_result(&mut &*conn)
        .await?;
    Ok(row)
}

/// The contact of a conversation, and the name of whom it is assigned to.
async fn people(
    conn: &AsyncPgConnection,
    tenant: TenantId,
    id: ConversationId,
) -> Result<(ContactRow, Option<String>)> {
    let both = rows::joined()
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::id.eq(id))
        .select((ContactRow::as_select(), users::name.nullable()))
        .first(&mut &*conn)
        .await?;
    Ok(both)
}

async fn count(
    conn: &AsyncPgConnection,
    tenant: TenantId,
    conversation: ConversationId,
    new: &NewMessage,
) -> Result<()> {
    use conversation_metrics as metrics;
    if !is_said(new) {
        return Ok(());
    }
    let one = |who| i32::from(new.sender == who);
    let (user, staff, ai) = (one(SenderType::Contact), one(SenderType::Agent), one(SenderType::Ai));
    diesel::insert_into(metrics::table)
        .values((
            metrics::tenant_id.eq(tenant),
            metrics::conversation_id.eq(conversation),
            metrics::total_messages.eq(1),
            metrics::user_messages.eq(user),
            metrics::staff_messages.eq(staff),
            metrics::ai_messages.eq(ai),
        ))
        .on_conflict((metrics::tenant_id, metrics::conversation_id))
        .do_update()
        .set((
            metrics::total_messages.eq(metrics::total_messages + 1),
            metrics::user_messages.eq(metrics::user_messages + user),
            metrics::staff_messages.eq(metrics::staff_messages + staff),
            metrics::ai_messages.eq(metrics::ai_messages + ai),
            metrics::updated_at.eq(Timestamp::now()),
        ))
        .kept()
        .execute(&mut &*conn)
        .await?;
    Ok(())
}
