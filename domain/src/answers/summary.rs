//! What was said in a conversation, summed up by a language model for the people of the business.

use super::write::write;
use crate::{Error, Omnichat, Result, accounts, database::TenantTx, inbox};
use ai::{
    llm::{self, Turn},
    redact::redact,
};
use types::{
    ConversationId, ErrorCode, MessageId, TenantId,
    inbox::{Message, SenderType},
};

/// Messages before a hand-off that the team is told about.
const BRIEFED: i64 = 60;

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

/// Job: sums up for the team what was said before it was called. Runs once or more and is said once.
pub(crate) async fn brief(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    question: MessageId,
) -> Result<()> {
    let said = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| inbox::spoken(tx, conversation, BRIEFED).await)
        .await;
    let said = match said {
        Err(Error::Refused(gone)) if gone.code == ErrorCode::NotFound => return Ok(()),
        said => said?,
    };
    match summarise(product, tenant, conversation, &said).await {
        Ok(Some(text)) => inbox::note_brief(product, tenant, conversation, question, &text).await,
        Ok(None) => Ok(()),
        Err(error) => {
            tracing::info!(%tenant, %error, "a hand-off has no summary of a language model");
            Ok(())
        }
    }
}
