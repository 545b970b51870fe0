//! What was said in a conversation, as contact and business heard it.

use super::rows::MessageRow;
use crate::{
    Result,
    database::TenantTx,
    schema::{conversations, messages},
};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use types::{
    ConversationId,
    inbox::{Message, SenderType},
};

/// The last messages of a conversation, oldest first, without notes and
/// system lines.
///
/// # Errors
/// When the conversation is not there.
pub(crate) async fn spoken(tx: &mut TenantTx, id: ConversationId, limit: i64) -> Result<Vec<Message>> {
    use crate::error::OrNotFound as _;
    let tenant = tx.tenant();
    let _: ConversationId = conversations::table
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::id.eq(id))
        .select(conversations::id)
        .first(tx.conn())
        .await
        .or_not_found("conversation")?;
    let found: Vec<MessageRow> = messages::table
        .filter(messages::tenant_id.eq(tenant))
        .filter(messages::conversation_id.eq(id))
        .filter(messages::is_note.eq(false))
        .filter(messages::sender_type.ne(SenderType::System))
        .order(messages::id.desc())
        .limit(limit)
        .select(MessageRow::as_select())
        .load(tx.conn())
        .await?;
    found.into_iter().rev().map(MessageRow::transfer).collect()
}
