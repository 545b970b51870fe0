//! Conversations and messages in parts, for programs. The order is that of
//! the ids, which nothing changes: whoever walks to the end meets everything
//! that was there at the beginning once.

use super::rows::{self, ConversationRow, MessageRow};
use crate::{
    Omnichat, Result,
    accounts::{Permit, ReadInbox},
    contacts::ContactRow,
    database::TenantTx,
    schema::{conversations, messages, users},
};
use diesel::{ExpressionMethods, NullableExpressionMethods as _, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use types::{
    ConversationId, MessageId, UserId,
    inbox::{Conversation, ConversationStatus, Message},
};

/// To whom conversations are assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// To nobody.
    Nobody,
    /// To this user.
    To(UserId),
}

/// Which conversations are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those that stand here.
    pub status: Option<ConversationStatus>,
    /// Only those that are assigned so.
    pub assigned: Option<Assigned>,
    /// Only those whose contact, last words or number match; empty for all.
    pub search: String,
}

/// Conversations that began before `before`, newest first, `limit` at most.
///
/// # Errors
/// When the database does not answer.
pub async fn browse(
    product: &Omnichat,
    permit: &Permit<ReadInbox>,
    filter: Filter,
    before: Option<ConversationId>,
    limit: u32,
) -> Result<Vec<Conversation>> {
    let search: String = filter.search.trim().chars().take(100).collect();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let mut query = rows::joined()
                .filter(conversations::tenant_id.eq(tenant))
                .order(conversations::id.desc())
                .limit(i64::from(limit))
                .select((ConversationRow::as_select(), ContactRow::as_select(), users::name.nullable()))
                .into_boxed();
            if let Some(before) = before {
                query = query.filter(conversations::id.lt(before));
            }
            if let Some(status) = filter.status {
                query = query.filter(conversations::status.eq(status));
            }
            query = match filter.assigned {
                Some(Assigned::Nobody) => query.filter(conversations::assigned_staff_id.is_null()),
                Some(Assigned::To(user)) => query.filter(conversations::assigned_staff_id.eq(user)),
                None => query,
            };
            if !search.is_empty() {
                query = query.filter(rows::matches(&search));
            }
            let found = query.load(tx.conn()).await?;
            Ok(found.into_iter().map(rows::transfer).collect())
        })
        .await
}

/// One conversation.
///
/// # Errors
/// When the conversation is not there.
pub async fn get(product: &Omnichat, permit: &Permit<ReadInbox>, id: ConversationId) -> Result<Conversation> {
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| rows::conversation(tx, id).await).await
}

/// Messages of a conversation before `before`, newest first, `limit` at most.
///
/// # Errors
/// When the conversation is not there.
pub async fn messages(
    product: &Omnichat,
    permit: &Permit<ReadInbox>,
    id: ConversationId,
    before: Option<MessageId>,
    limit: u32,
) -> Result<Vec<Message>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            rows::conversation(tx, id).await?;
            let tenant = tx.tenant();
            let mut query = messages::table
                .filter(messages::tenant_id.eq(tenant))
                .filter(messages::conversation_id.eq(id))
                .order(messages::id.desc())
                .limit(i64::from(limit))
                .select(MessageRow::as_select())
                .into_boxed();
            if let Some(before) = before {
                query = query.filter(messages::id.lt(before));
            }
            let found: Vec<MessageRow> = query.load(tx.conn()).await?;
            found.into_iter().map(MessageRow::transfer).collect()
        })
        .await
}
