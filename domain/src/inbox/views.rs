//! What agents and visitors read: snapshots with the number up to which they are true.

use super::rows::{self, ConversationRow, MessageRow};
use crate::{
    Omnichat, Result,
    accounts::{Permit, ReadInbox},
    contacts::ContactRow,
    database::TenantTx,
    events,
    schema::{conversations, messages, users},
    widgets::Visitor,
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, NullableExpressionMethods as _, OptionalExtension as _, QueryDsl,
    SelectableHelper as _, sql_types,
};
use diesel_async::RunQueryDsl;
use types::{
    ContactId, ConversationId, MessageId, UserId,
    inbox::{
        Conversation, ConversationCursor, ConversationDetail, ConversationPage, ConversationStatus as Status,
        InboxCounts, InboxView, Message,
    },
    limits::{CONVERSATIONS_PAGE, MESSAGES_PAGE},
    widgets::VisitorConversation,
};

/// A page of the inbox, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    product: &Omnichat,
    permit: &Permit<ReadInbox>,
    view: InboxView,
    search: &str,
    before: Option<ConversationCursor>,
) -> Result<ConversationPage> {
    // A program has no conversations of its own.
    let me = permit.user().unwrap_or(UserId(uuid::Uuid::nil()));
    let search: String = search.trim().chars().take(100).collect();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            // First the number, then the data: what happens in between is told again.
            let sequence = events::latest(tx).await?;
            let mut conversations = page(tx, me, view, &search, before).await?;
            let has_more = conversations.len() > usize::try_from(CONVERSATIONS_PAGE).unwrap_or(usize::MAX);
            conversations.truncate(usize::try_from(CONVERSATIONS_PAGE).unwrap_or(usize::MAX));
            let next = conversations
                .last()
                .filter(|_| has_more)
                .map(|last| ConversationCursor { last_message_at: last.last_message_at, id: last.id });
            let counts = counts(tx, me).await?;
            Ok(ConversationPage { conversations, next, counts, sequence })
        })
        .await
}

async fn page(
    tx: &mut TenantTx,
    me: UserId,
    view: InboxView,
    search: &str,
    before: Option<ConversationCursor>,
) -> Result<Vec<Conversation>> {
    let tenant = tx.tenant();
    let mut query = rows::joined()
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::resolved.eq(view == InboxView::Resolved))
        .order((conversations::last_message_at.desc(), conversations::id.desc()))
        .limit(CONVERSATIONS_PAGE + 1)
        .select((ConversationRow::as_select(), ContactRow::as_select(), users::name.nullable()))
        .into_boxed();
    query = match view {
        InboxView::Mine => query.filter(conversations::assigned_staff_id.eq(me)),
        InboxView::Unassigned => {
            query.filter(conversations::assigned_staff_id.is_null()).filter(conversations::status.eq(Status::Open))
        }
        InboxView::Ai => query.filter(conversations::status.eq(Status::Pending)),
        InboxView::All | InboxView::Resolved => query,
    };
    if let Some(ConversationCursor { last_message_at, id }) = before {
        query = query.filter(
            conversations::last_message_at
                .lt(last_message_at)
                .or(conversations::last_message_at.eq(last_message_at).and(conversations::id.lt(id))),
        );
    }
    if !search.is_empty() {
        query = query.filter(rows::matches(search));
    }
    let found = query.load(tx.conn()).await?;
    Ok(found.into_iter().map(rows::transfer).collect())
}

#[derive(diesel::QueryableByName)]
struct CountsRow {
    #[diesel(sql_type = sql_types::BigInt)]
    mine: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    unassigned: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    total: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    ai: i64,
}

async fn counts(tx: &mut TenantTx, me: UserId) -> Result<InboxCounts> {
    let tenant = tx.tenant();
    let row: CountsRow = diesel::sql_query(
        "SELECT count(*) FILTER (WHERE assigned_staff_id = $2) AS mine,
            count(*) FILTER (WHERE assigned_staff_id IS NULL AND status = 'open') AS unassigned,
            count(*) AS total,
            count(*) FILTER (WHERE status = 'pending') AS ai
         FROM conversations WHERE tenant_id = $1 AND NOT resolved",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Uuid, _>(me)
    .get_result(tx.conn())
    .await?;
    Ok(InboxCounts { mine: row.mine, unassigned: row.unassigned, all: row.total, ai: row.ai })
}

/// A conversation with its newest messages.
///
/// # Errors
/// When the conversation is not there.
pub async fn open(product: &Omnichat, permit: &Permit<ReadInbox>, id: ConversationId) -> Result<ConversationDetail> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let sequence = events::latest(tx).await?;
            let conversation = rows::conversation(tx, id).await?;
            let (messages, has_older) = newest(tx, id, None, Reader::Agent).await?;
            let previous = previous(tx, conversation.contact.id, id).await?;
            let people = crate::accounts::people(tx).await?;
            Ok(ConversationDetail { conversation, messages, has_older, previous, people, sequence })
        })
        .await
}

async fn previous(tx: &mut TenantTx, contact: ContactId, than: ConversationId) -> Result<Vec<Conversation>> {
    let tenant = tx.tenant();
    let found = rows::joined()
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::contact_id.eq(contact))
        .filter(conversations::id.ne(than))
        .order(conversations::id.desc())
        .limit(10)
        .select((ConversationRow::as_select(), ContactRow::as_select(), users::name.nullable()))
        .load(tx.conn())
        .await?;
    Ok(found.into_iter().map(rows::transfer).collect())
}

/// Messages before `before`, oldest first.
///
/// # Errors
/// When the conversation is not there.
pub async fn older(
    product: &Omnichat,
    permit: &Permit<ReadInbox>,
    id: ConversationId,
    before: MessageId,
) -> Result<Vec<Message>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            rows::conversation(tx, id).await?;
            Ok(newest(tx, id, Some(before), Reader::Agent).await?.0)
        })
        .await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Agent,
    Visitor,
}

/// The newest messages, oldest first, and whether there are older ones.
async fn newest(
    tx: &mut TenantTx,
    id: ConversationId,
    before: Option<MessageId>,
    reader: Reader,
) -> Result<(Vec<Message>, bool)> {
    let tenant = tx.tenant();
    let mut query = messages::table
        .filter(messages::tenant_id.eq(tenant))
        .filter(messages::conversation_id.eq(id))
        .order(messages::id.desc())
        .limit(MESSAGES_PAGE + 1)
        .select(MessageRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(messages::id.lt(before));
    }
    if reader == Reader::Visitor {
        query = query.filter(messages::is_note.eq(false));
    }
    let mut found: Vec<MessageRow> = query.load(tx.conn()).await?;
    let most = usize::try_from(MESSAGES_PAGE).unwrap_or(usize::MAX);
    let has_older = found.len() > most;
    found.truncate(most);
    let mut messages = found.into_iter().rev().map(MessageRow::transfer).collect::<Result<Vec<_>>>()?;
    if reader == Reader::Visitor {
        messages = messages.iter().map(rows::message_for_visitor).collect();
    }
    Ok((messages, has_older))
}

/// The visitor's conversation, or none yet.
///
/// # Errors
/// When the database does not answer.
pub async fn visitor_conversation(product: &Omnichat, visitor: &Visitor) -> Result<Option<VisitorConversation>> {
    let contact = visitor.contact();
    product
        .db()
        .tenant(visitor.tenant(), async move |tx: &mut TenantTx| {
            let sequence = events::latest(tx).await?;
            let Some(row) = newest_of(tx, contact).await? else { return Ok(None) };
            let conversation = rows::conversation(tx, row.id).await?;
            let (messages, has_older) = newest(tx, row.id, None, Reader::Visitor).await?;
            Ok(Some(VisitorConversation {
                id: row.id,
                status: row.status,
                is_ai_enabled: row.is_ai_enabled,
                agent: conversation.assigned.map(|person| person.name),
                messages,
                has_older,
                read_up_to: row.staff_read_up_to,
                sequence,
            }))
        })
        .await
}

/// The visitor's messages before `before`, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn visitor_older(product: &Omnichat, visitor: &Visitor, before: MessageId) -> Result<Vec<Message>> {
    let contact = visitor.contact();
    product
        .db()
        .tenant(visitor.tenant(), async move |tx: &mut TenantTx| match newest_of(tx, contact).await? {
            Some(row) => Ok(newest(tx, row.id, Some(before), Reader::Visitor).await?.0),
            None => Ok(Vec::new()),
        })
        .await
}

async fn newest_of(tx: &mut TenantTx, contact: ContactId) -> Result<Option<ConversationRow>> {
    let tenant = tx.tenant();
    let row = conversations::table
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::contact_id.eq(contact))
        .order(conversations::id.desc())
        .select(ConversationRow::as_select())
        .first(tx.conn())
        .await;
    Ok(row.optional()?)
}

/// The messages of a conversation, notes included, oldest first, `most` at most.
pub(crate) async fn all_messages(tx: &mut TenantTx, id: ConversationId, most: usize) -> Result<Vec<Message>> {
    let tenant = tx.tenant();
    let rows: Vec<MessageRow> = messages::table
        .filter(messages::tenant_id.eq(tenant))
        .filter(messages::conversation_id.eq(id))
        .order(messages::id)
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select(MessageRow::as_select())
        .load(tx.conn())
        .await?;
    rows.into_iter().map(MessageRow::transfer).collect()
}
