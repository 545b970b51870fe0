//! Rows of conversations and messages, and the transfer types they become.

use crate::{
    Error, Result,
    contacts::ContactRow,
    database::TenantTx,
    error::OrNotFound as _,
    schema::{contacts, conversations, messages, users},
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, NullableExpressionMethods as _,
    OptionalExtension as _, PgTextExpressionMethods as _, QueryDsl, SelectableHelper as _,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{
    ChannelId, ClientId, ContactId, ConversationId, MessageId, TenantId, Timestamp, UserId,
    accounts::Person,
    contacts::ContactStage,
    inbox::{Conversation, ConversationStatus, Feedback, Message, MessageStatus, Platform, Priority, SenderType},
};

#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = conversations)]
pub(super) struct ConversationRow {
    pub(super) id: ConversationId,
    pub(super) number: i64,
    pub(super) channel_id: ChannelId,
    pub(super) contact_id: ContactId,
    pub(super) platform: Platform,
    pub(super) status: ConversationStatus,
    pub(super) priority: Priority,
    pub(super) is_ai_enabled: bool,
    pub(super) assigned_staff_id: Option<UserId>,
    pub(super) preview: String,
    pub(super) preview_sender: SenderType,
    pub(super) unread_count: i32,
    pub(super) staff_read_up_to: Option<MessageId>,
    pub(super) last_message_at: Timestamp,
    pub(super) first_user_message_at: Option<Timestamp>,
    pub(super) first_staff_reply_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
}

type Joined = (ConversationRow, ContactRow, Option<String>);

/// Conversations with contact and assignee; filters come on top.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn joined() -> _ {
    conversations::table
        .inner_join(
            contacts::table
                .on(contacts::tenant_id.eq(conversations::tenant_id).and(contacts::id.eq(conversations::contact_id))),
        )
        .left_join(users::table.on(conversations::assigned_staff_id.eq(users::id.nullable())))
}

/// Conversations whose contact, last words or number match what somebody typed.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn matches(search: &str) -> _ {
    let name: String = pattern(search);
    let preview: String = pattern(search);
    let email: String = pattern(search);
    let number: i64 = number(search);
    contacts::display_name
        .ilike(name)
        .or(conversations::preview.ilike(preview))
        .or(contacts::email.assume_not_null().ilike(email))
        .or(conversations::number.eq(number))
}

fn pattern(search: &str) -> String {
    format!("%{}%", search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

fn number(search: &str) -> i64 {
    search.trim_start_matches('#').parse().unwrap_or(-1)
}

pub(super) fn transfer((row, contact, assignee): Joined) -> Conversation {
    let assigned =
        row.assigned_staff_id.map(|id| Person { id, name: assignee.unwrap_or_else(|| "Former colleague".to_owned()) });
    Conversation {
        id: row.id,
        number: row.number,
        platform: row.platform,
        status: row.status,
        priority: row.priority,
        is_ai_enabled: row.is_ai_enabled,
        assigned,
        contact: contact.into(),
        preview: row.preview,
        preview_sender: row.preview_sender,
        unread: row.unread_count,
        last_message_at: row.last_message_at,
        created_at: row.created_at,
    }
}

/// A conversation as it is now.
pub(super) async fn conversation(tx: &mut TenantTx, id: ConversationId) -> Result<Conversation> {
    let tenant = tx.tenant();
    let joined: Joined = joined()
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::id.eq(id))
        .select((ConversationRow::as_select(), ContactRow::as_select(), users::name.nullable()))
        .first(tx.conn())
        .await
        .or_not_found("conversation")?;
    Ok(transfer(joined))
}

/// Locks a conversation, so that what is written next has a place in the order.
pub(super) async fn lock(tx: &mut TenantTx, id: ConversationId) -> Result<ConversationRow> {
    let tenant = tx.tenant();
    lock_on(tx.shared(), tenant, id).await
}

/// The same, beside other statements.
pub(super) async fn lock_on(conn: &AsyncPgConnection, tenant: TenantId, id: ConversationId) -> Result<ConversationRow> {
    conversations::table
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::id.eq(id))
        .select(ConversationRow::as_select())
        .for_update()
        .first(&mut &*conn)
        .await
        .or_not_found("conversation")
}

#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = messages)]
pub(super) struct MessageRow {
    id: MessageId,
    conversation_id: ConversationId,
    sender_type: SenderType,
    staff_id: Option<UserId>,
    sender_name: String,
    is_note: bool,
    content: String,
    html: Option<String>,
    client_id: Option<ClientId>,
    status: MessageStatus,
    confidence: Option<f32>,
    feedback: Option<Feedback>,
    citations: serde_json::Value,
    created_at: Timestamp,
}

impl MessageRow {
    pub(super) fn transfer(self) -> Result<Message> {
        Ok(Message {
            id: self.id,
            conversation_id: self.conversation_id,
            sender_type: self.sender_type,
            staff_id: self.staff_id,
            sender_name: self.sender_name,
            is_note: self.is_note,
            content: self.content,
            html: self.html,
            citations: serde_json::from_value(self.citations).map_err(|error| Error::stored("citations", error))?,
            confidence: self.confidence,
            feedback: self.feedback,
            status: self.status,
            client_id: self.client_id,
            created_at: self.created_at,
        })
    }
}

/// The stored message with this client id, if it came before.
pub(super) async fn by_client_id(
    tx: &mut TenantTx,
    conversation: ConversationId,
    id: ClientId,
) -> Result<Option<Message>> {
    let tenant = tx.tenant();
    let row: Option<MessageRow> = messages::table
        .filter(messages::tenant_id.eq(tenant))
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::client_id.eq(id))
        .select(MessageRow::as_select())
        .first(tx.conn())
        .await
        .optional()?;
    row.map(MessageRow::transfer).transpose()
}

/// The conversation as its visitor may see it: what the team knows of the
/// contact, and how far it has read, stays inside.
pub(crate) fn without_private(conversation: &Conversation) -> Conversation {
    let mut public = conversation.clone();
    public.contact.email = None;
    public.contact.phone = None;
    public.contact.name = String::new();
    public.contact.stage = ContactStage::Visitor;
    public.assigned = None;
    public.priority = Priority::Medium;
    public.unread = 0;
    public.number = 0;
    public
}

/// The message as its visitor may see it.
pub(crate) fn message_for_visitor(message: &Message) -> Message {
    let mut public = message.clone();
    public.staff_id = None;
    public
}
