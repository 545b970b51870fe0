//! What the AI does for a colleague and not for a visitor: drafts that a
//! person looks at.

use super::{
    PATIENCE, Thinking,
    actions::{self, Action},
    compose::{Ask, Composed, compose},
    endpoints, find,
    respond::turns,
};
use crate::{Omnichat, Result, database::TenantTx};
use std::time::Instant;
use types::{
    ConversationId, TenantId,
    answers::{Answer, AnswerKind},
    inbox::Message,
};

/// An answer to the last of some messages, however sure it is: the caller is
/// a person and decides. Its kind is `HandOff` when nothing was found.
pub(crate) async fn draft(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    said: &[Message],
    question: &str,
) -> Result<Answer> {
    let start = Instant::now();
    let thinking = product.db().tenant(tenant, async |tx: &mut TenantTx| Thinking::read(tx).await).await?;
    let before = turns(said);
    let sought = find::find(product, tenant, &thinking.settings, &before, question, None).await?;
    let ask = sought.ask(Ask {
        tenant,
        settings: &thinking.settings,
        business: &thinking.business,
        version: thinking.version,
        question,
        history: &before,
        found: &sought.found,
        language: None,
        is_counted: false,
        until: start + PATIENCE,
    });
    let composed = compose(product, &ask, |_| {}).await;
    let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
    let from = said.last().map(|message| (conversation, message.id));
    let mut account = sought.actions(from);
    account.extend(Action::all("suggest", from, None, &composed, milliseconds));
    actions::record(product, tenant, account).await;
    let Composed { kind, text, citations, confidence, .. } = composed;
    let kind = if text.is_empty() { AnswerKind::HandOff } else { kind };
    Ok(Answer { kind, text, citations, confidence, milliseconds })
}

/// Whether the tenant has a language model.
pub(crate) async fn has_model(product: &Omnichat, tenant: TenantId) -> Result<bool> {
    let thinking = product.db().tenant(tenant, async |tx: &mut TenantTx| Thinking::read(tx).await).await?;
    Ok(endpoints::has_any(product, &thinking.settings))
}
