//! What the AI does for a colleague and not for a visitor: drafts that a
//! person looks at, and texts that a language model works on.

use super::{
    PATIENCE, Thinking,
    actions::{self, Action},
    compose::{Ask, Composed, compose},
    endpoints, find,
    generate::account,
    respond::turns,
};
use crate::{Error, Omnichat, Result, database::TenantTx, platform};
use ai::llm::{self, Limits};
use std::time::Instant;
use types::{
    ConversationId, ErrorCode, TenantId,
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
    let (found, _) = find::find(product, tenant, &before, question, thinking.settings.threshold).await?;
    let ask = Ask {
        tenant,
        settings: &thinking.settings,
        business: &thinking.business,
        version: thinking.version,
        question,
        history: &before,
        found: &found,
        until: start + PATIENCE,
    };
    let composed = compose(product, &ask, |_| {}).await;
    let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
    let from = said.last().map(|message| (conversation, message.id));
    actions::record(product, tenant, Action::all("suggest", from, None, &composed, milliseconds)).await;
    let Composed { kind, text, citations, confidence, .. } = composed;
    let kind = if text.is_empty() { AnswerKind::HandOff } else { kind };
    Ok(Answer { kind, text, citations, confidence, milliseconds })
}

/// Whether the tenant has a language model.
pub(crate) async fn has_model(product: &Omnichat, tenant: TenantId) -> Result<bool> {
    let thinking = product.db().tenant(tenant, async |tx: &mut TenantTx| Thinking::read(tx).await).await?;
    Ok(endpoints::has_any(product, &thinking.settings))
}

/// Lets the tenant's language models write, one after the other until one
/// does; none when there is none. What is private must have been taken out of `messages` before.
///
/// # Errors
/// When no model gives anything that can be used.
pub(crate) async fn write(
    product: &Omnichat,
    tenant: TenantId,
    action_type: &'static str,
    conversation: ConversationId,
    messages: &[llm::Message],
) -> Result<Option<String>> {
    let thinking = product.db().tenant(tenant, async |tx: &mut TenantTx| Thinking::read(tx).await).await?;
    let chosen = endpoints::chosen(product, tenant, &thinking.settings);
    if chosen.is_empty() {
        return Ok(None);
    }
    platform::count_model_answer(product, tenant).await?;
    let until = Instant::now() + PATIENCE;
    let mut written = None;
    let mut account_of = Vec::new();
    for endpoint in &chosen {
        let start = Instant::now();
        let (Ok(client), Ok(())) = (endpoint.client(product), endpoint.check(product.breakers())) else { continue };
        let left = until.saturating_duration_since(start);
        let limits = Limits { total: Limits::default().total.min(left), ..Limits::default() };
        let answered = llm::stream(client, &endpoint.endpoint, &limits, messages, |_| {}).await;
        endpoint.note(product.breakers(), answered.as_ref().err());
        let call = account(endpoint, messages, &answered, start.elapsed());
        account_of.push(Action::of_call(action_type, call).within(conversation));
        match answered {
            Ok(completion) => {
                written = Some(completion.text.trim().to_owned());
                break;
            }
            Err(why) => {
                tracing::warn!(%tenant, host = endpoint.host(), %why, action_type, "a language model did not help");
            }
        }
    }
    actions::record(product, tenant, account_of).await;
    written.map(Some).ok_or_else(|| {
        let message = "The language model did not answer. Try again, or look at its settings under AI answers.";
        Error::refused(ErrorCode::Unavailable, message)
    })
}
