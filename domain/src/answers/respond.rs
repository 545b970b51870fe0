//! The job that answers a visitor's message.

use super::{
    actions::{self, Action},
    compose::{Composed, compose},
    settings,
    words::words,
};
use crate::{
    Omnichat, Result,
    events::Typing,
    inbox::{self, AiReply, AnswerContext, Silence},
    knowledge::{self, Found},
};
use ai::extract::{self, small_talk, wants_person};
use std::time::Instant;
use types::{ConversationId, MessageId, TenantId, inbox::SenderType};

/// Answers a message, or hands the conversation to a person. Runs once or
/// more; the question gets one answer.
///
/// # Errors
/// When the model or the database is not available; the job is tried again.
pub(crate) async fn answer_message(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    question: MessageId,
) -> Result<()> {
    let Some(context) = inbox::answer_context(product, tenant, conversation, question).await? else { return Ok(()) };
    let Some(asked) = context.messages.last().map(|message| message.content.clone()) else { return Ok(()) };
    let words = words(context.locale.as_deref());
    if wants_person(&asked) {
        let summary = format!("Hand-off: the visitor asked for a person.\n\n{}", summary(&context));
        let reply = plain(words.person_called, None);
        inbox::hand_off(product, tenant, conversation, question, reply, Silence::Yes, &summary).await?;
        return Ok(());
    }
    if let Some(talk) = small_talk(&asked) {
        inbox::reply_as_ai(product, tenant, conversation, question, plain(talk.reply(), None)).await?;
        return Ok(());
    }
    let start = Instant::now();
    let settings = settings::stored(product, tenant).await?;
    let found = find(product, tenant, &context, &asked, settings.threshold).await?;
    let message_id = MessageId::new();
    let typing = |is_typing| {
        let name = "AI".to_owned();
        let typing = Typing { conversation, contact: context.contact, sender: SenderType::Ai, name, is_typing };
        product.hub().typing(tenant, &typing);
    };
    if !settings.llm_base_url.is_empty() {
        typing(true);
    }
    let composed = compose(product, tenant, &settings, &found, &context.messages, |text: &str| {
        product.hub().answer_delta(tenant, context.contact, conversation, message_id, text.to_owned());
    })
    .await;
    let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
    let action =
        Action::of("answer", Some(conversation), Some(question), &composed, milliseconds).with_answer(message_id);
    if composed.is_good(settings.threshold) {
        let Composed { text, citations, confidence, .. } = composed;
        let reply = AiReply { message_id, content: text, citations, confidence: Some(confidence) };
        inbox::reply_as_ai(product, tenant, conversation, question, reply).await?;
    } else {
        let summary = format!(
            "Hand-off: no reliable answer was found (confidence {:.0} %).\n\n{}",
            composed.confidence * 100.0,
            summary(&context)
        );
        let reply = AiReply { message_id, ..plain(words.no_answer, Some(composed.confidence)) };
        inbox::hand_off(product, tenant, conversation, question, reply, Silence::No, &summary).await?;
    }
    typing(false);
    actions::record(product, tenant, action).await;
    Ok(())
}

/// Words of a question that may be the second half of the one before it: "And to Austria?"
const FOLLOW_UP_WORDS: usize = 7;

/// Searches for the question; when that finds nothing good and the question is short, for it
/// together with the one before.
async fn find(
    product: &Omnichat,
    tenant: TenantId,
    context: &AnswerContext,
    asked: &str,
    threshold: f32,
) -> Result<Found> {
    let found = knowledge::search(product, tenant, asked).await?;
    let before = context.messages.iter().rev().skip(1).find(|message| message.sender_type == SenderType::Contact);
    let (Some(before), true) = (before, asked.split_whitespace().count() <= FOLLOW_UP_WORDS) else {
        return Ok(found);
    };
    if sureness(&found) >= threshold {
        return Ok(found);
    }
    let together = knowledge::search(product, tenant, &format!("{} {asked}", before.content)).await?;
    Ok(if sureness(&together) > sureness(&found).max(threshold) { together } else { found })
}

fn sureness(found: &Found) -> f32 {
    extract::answer(&found.question, &found.candidates, &found.ranked).map_or(0.0, |answer| answer.confidence)
}

/// Called when the job was given up: a person answers instead.
pub(crate) async fn answer_failed(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    question: MessageId,
) -> Result<()> {
    let summary = "Hand-off: the AI could not answer because of a fault; the log has the details.";
    let locale = inbox::contact_locale(product, tenant, conversation).await?;
    let reply = plain(words(locale.as_deref()).failed, None);
    inbox::hand_off(product, tenant, conversation, question, reply, Silence::No, summary).await?;
    Ok(())
}

fn plain(text: &str, confidence: Option<f32>) -> AiReply {
    AiReply { message_id: MessageId::new(), content: text.to_owned(), citations: Vec::new(), confidence }
}

/// What the visitor has asked, for the colleague who takes over: the last
/// three messages, each cut to its first words.
fn summary(context: &AnswerContext) -> String {
    let asked = context.messages.iter().filter(|message| message.sender_type == SenderType::Contact);
    let mut last: Vec<String> =
        asked.rev().take(3).map(|message| message.content.chars().take(200).collect()).collect();
    last.reverse();
    format!("The visitor wrote:\n{}", last.iter().map(|text| format!("> {text}")).collect::<Vec<_>>().join("\n"))
}
