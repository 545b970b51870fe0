//! What was said in a conversation, summed up by a language model for the people of the business.

use super::write::write;
use crate::{Omnichat, Result, accounts, database::TenantTx};
use ai::{
    llm::{self, Turn},
    redact::redact,
};
use types::{
    ConversationId, TenantId,
    inbox::{Message, SenderType},
};

/// A summary by the tenant's language models; none when there is no model.
///
/// # Errors
/// When no model writes one that says what was said, or the budget is used up.
pub(crate) async fn summarise(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    said: &[Message],
) -> Result<Option<String>> {
    let business = product.db().tenant(tenant, async |tx: &mut TenantTx| accounts::read_tenant(tx).await).await?;
    let turns: Vec<Turn> = said
        .iter()
        .map(|message| Turn {
            is_visitor: message.sender_type == SenderType::Contact,
            content: redact(&message.content).into_owned(),
        })
        .collect();
    write(product, tenant, "summarise", conversation, &llm::summarise(&business.name, &turns), |written| {
        llm::summary(&turns, written).ok_or_else(|| "it wrote no short summary of what was said".to_owned())
    })
    .await
}
