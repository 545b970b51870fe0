//! What the AI does for a colleague and not for a visitor: drafts that a
//! person looks at, and texts that a language model works on.

use super::{
    actions::{self, Action},
    compose::{Composed, compose},
    settings,
};
use crate::{Error, Omnichat, Result, knowledge, platform};
use ai::llm::{self, Endpoint, Limits};
use std::time::Instant;
use types::{
    ConversationId, ErrorCode, MessageId, TenantId,
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
    let settings = settings::stored(product, tenant).await?;
    let found = knowledge::search(product, tenant, question).await?;
    let composed = compose(product, tenant, &settings, &found, said, |_| {}).await;
    let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
    let asked: Option<MessageId> = said.last().map(|message| message.id);
    let action = Action::of("suggest", Some(conversation), asked, &composed, milliseconds);
    actions::record(product, tenant, action).await;
    let Composed { kind, text, citations, confidence, .. } = composed;
    let kind = if text.is_empty() { AnswerKind::HandOff } else { kind };
    Ok(Answer { kind, text, citations, confidence, milliseconds })
}

/// Whether the tenant has a language model.
pub(crate) async fn has_model(product: &Omnichat, tenant: TenantId) -> Result<bool> {
    Ok(!settings::stored(product, tenant).await?.llm_base_url.is_empty())
}

/// Lets the tenant's language model write; none when there is none. What is
/// private must have been taken out of `messages` before.
///
/// # Errors
/// When the model gives nothing that can be used.
pub(crate) async fn write(
    product: &Omnichat,
    tenant: TenantId,
    action_type: &'static str,
    conversation: ConversationId,
    messages: &[llm::Message],
) -> Result<Option<String>> {
    let settings = settings::stored(product, tenant).await?;
    if settings.llm_base_url.is_empty() {
        return Ok(None);
    }
    platform::count_model_answer(product, tenant).await?;
    let client = product.http().client_for(&settings.llm_base_url)?;
    let endpoint = Endpoint {
        base_url: settings.llm_base_url.clone(),
        key: settings.llm_key(product, tenant)?.unwrap_or_default(),
        model: settings.llm_model.clone(),
    };
    let start = Instant::now();
    let written = llm::stream(client, &endpoint, &Limits::default(), messages, |_| {}).await;
    let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
    let composed = Composed {
        kind: AnswerKind::Generated,
        text: String::new(),
        citations: Vec::new(),
        confidence: 0.0,
        model: settings.llm_model,
        tokens: written.as_ref().ok().and_then(|written| written.tokens),
        fallback: written.as_ref().err().map(ToString::to_string),
    };
    actions::record(product, tenant, Action::of(action_type, Some(conversation), None, &composed, milliseconds)).await;
    match written {
        Ok(written) => Ok(Some(written.text.trim().to_owned())),
        Err(why) => {
            tracing::warn!(%tenant, %why, action_type, "the language model did not help");
            let message = "The language model did not answer. Try again, or look at its settings under AI answers.";
            Err(Error::refused(ErrorCode::Unavailable, message))
        }
    }
}
