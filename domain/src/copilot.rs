//! The AI beside an agent: a suggested reply with its sources, changes to
//! what the agent has written, and a summary. Nothing is sent by itself.

use crate::{
    Error, Omnichat, Result,
    accounts::{Permit, WorkInbox},
    answers,
    database::TenantTx,
    inbox,
    rates::Tried,
};
use ai::{
    extract::{small_talk, wants_person},
    llm, redact,
};
use std::time::Duration;
use types::{
    ConversationId, ErrorCode,
    copilot::{ConversationSummary, Edit, Suggestion, language_name},
    inbox::{Message, SenderType},
    limits,
};

/// What one agent may ask for in a minute.
const ASKED: u32 = 60;
/// Messages that a suggestion knows.
const REMEMBERED: i64 = 10;
/// Messages that a summary covers.
const SUMMARISED: i64 = 60;

/// A reply to what the contact asked last, from the tenant's sources. Its text is empty when they hold nothing
/// about it, and when nothing was asked.
///
/// # Errors
/// When the contact has not written, too much is asked for, or the model or the database is not available.
pub async fn suggest(product: &Omnichat, permit: &Permit<WorkInbox>, id: ConversationId) -> Result<Suggestion> {
    count(product, permit)?;
    let said = said(product, permit, id, REMEMBERED).await?;
    let Some(last) = asked_last(&said) else {
        let message = "The contact has not written anything yet that could be answered.";
        return Err(Error::refused(ErrorCode::Conflict, message));
    };
    // Thanks alone call for a person's own words.
    if said.get(last).is_some_and(|message| small_talk(&message.content).is_some()) {
        return Ok(Suggestion { text: String::new(), citations: Vec::new(), confidence: 0.0, is_generated: false });
    }
    // A question is often sent in two or three messages.
    let asked = said.get(..=last).unwrap_or_default();
    let from = asked.iter().rposition(|message| message.sender_type != SenderType::Contact).map_or(0, |at| at + 1);
    let question: Vec<&str> =
        asked.get(from..).unwrap_or_default().iter().map(|message| message.content.as_str()).collect();
    let answer = answers::draft(product, permit.tenant(), id, asked, &question.join("\n")).await?;
    Ok(Suggestion {
        text: without_numbers(&answer.text),
        citations: answer.citations,
        confidence: answer.confidence,
        is_generated: answer.kind == types::answers::AnswerKind::Generated,
    })
}

/// The place of what the contact asked last. "Thanks!" behind a question that waits for a reply is not meant; behind
/// one that was answered it is all that there is to reply to.
fn asked_last(said: &[Message]) -> Option<usize> {
    let is_contact = |message: &Message| message.sender_type == SenderType::Contact;
    let is_answered = |message: &Message| {
        message.sender_type == SenderType::Agent
            || (message.sender_type == SenderType::Ai && !message.citations.is_empty())
    };
    let waits_since = said.iter().rposition(is_answered).map_or(0, |at| at + 1);
    let asks = |message: &Message| {
        is_contact(message) && small_talk(&message.content).is_none() && !wants_person(&message.content)
    };
    let waiting = said.get(waits_since..).unwrap_or_default();
    let asked = waiting.iter().rposition(asks).map(|at| at + waits_since);
    asked.or_else(|| said.iter().rposition(is_contact))
}

/// Whether the tenant has a language model, without which texts cannot be changed.
///
/// # Errors
/// When the database does not answer.
pub async fn has_model(product: &Omnichat, permit: &Permit<WorkInbox>) -> Result<bool> {
    answers::has_model(product, permit.tenant()).await
}

/// Changes what an agent has written; `language` is a BCP 47 tag for a translation.
///
/// # Errors
/// When there is no text, no language model, or the model changes more than it may.
pub async fn edit(
    product: &Omnichat,
    permit: &Permit<WorkInbox>,
    id: ConversationId,
    text: &str,
    edit: Edit,
    language: Option<&str>,
) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > limits::MESSAGE_CHARS {
        let message = format!("Please write a text of 1 to {} characters first.", limits::MESSAGE_CHARS);
        return Err(types::Error::invalid(message).field("text").into());
    }
    let task = match (edit, language.and_then(language_name)) {
        (Edit::Rewrite, _) => "Rewrite it: clear, correct and natural, in the same language.".to_owned(),
        (Edit::Shorten, _) => "Make it as short as it can be without losing a fact, in the same language.".to_owned(),
        (Edit::Friendlier, _) => "Make it warmer and more personal, in the same language.".to_owned(),
        (Edit::Translate, Some(language)) => format!("Translate it into {language}."),
        (Edit::Translate, None) => {
            return Err(types::Error::invalid("Please choose one of the languages.").field("language").into());
        }
    };
    count(product, permit)?;
    // The conversation must be one of the tenant's own before anything is paid for.
    said(product, permit, id, 1).await?;
    let shielded = redact::shield(text);
    let messages = llm::edit(&task, &shielded.text);
    let accept = |edited: &str| Ok(edited.to_owned());
    let Some(edited) = answers::write(product, permit.tenant(), edit.as_str(), id, &messages, accept).await? else {
        let message = "This needs a language model. An admin can set one up under Settings, AI answers.";
        return Err(Error::refused(ErrorCode::Conflict, message));
    };
    match shielded.restore(&edited).filter(|edited| llm::keeps_facts(text, edited)) {
        Some(edited) if edited.chars().count() <= limits::MESSAGE_CHARS => Ok(edited),
        _ => {
            let message = "The language model changed facts in your text, so it was left as it is. Try again.";
            Err(Error::refused(ErrorCode::Unavailable, message))
        }
    }
}

/// Sums a conversation up for a colleague, from what was said in it.
///
/// # Errors
/// When nothing was said, or the conversation is not there.
pub async fn summarise(
    product: &Omnichat,
    permit: &Permit<WorkInbox>,
    id: ConversationId,
) -> Result<ConversationSummary> {
    count(product, permit)?;
    let tenant = permit.tenant();
    let said = said(product, permit, id, SUMMARISED).await?;
    if said.is_empty() {
        return Err(Error::refused(ErrorCode::Conflict, "Nothing was said in this conversation yet."));
    }
    match answers::summarise(product, tenant, id, &said).await {
        Ok(Some(text)) => return Ok(ConversationSummary { text, is_generated: true }),
        Ok(None) => {}
        Err(error) => tracing::info!(%tenant, %error, "the summary is made of quotes instead"),
    }
    Ok(ConversationSummary { text: quotes(&said), is_generated: false })
}

/// What was asked and what was said last, in the people's own words.
fn quotes(said: &[Message]) -> String {
    use ai::summary::{Turn, Who, extractive};
    let turns: Vec<Turn> = said
        .iter()
        .map(|message| Turn {
            who: match message.sender_type {
                SenderType::Contact => Who::Contact,
                SenderType::Ai => Who::Ai,
                SenderType::Agent | SenderType::System => Who::Team,
            },
            text: message.content.clone(),
        })
        .collect();
    extractive(&turns, None).text
}

async fn said(product: &Omnichat, permit: &Permit<WorkInbox>, id: ConversationId, limit: i64) -> Result<Vec<Message>> {
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| inbox::spoken(tx, id, limit).await).await
}

fn count(product: &Omnichat, permit: &Permit<WorkInbox>) -> Result<()> {
    match permit.user().map(Tried::Copilot).or_else(|| permit.key().map(Tried::CopilotOf)) {
        Some(who) => product.throttle().count(who, ASKED, Duration::from_secs(60)),
        None => Ok(()),
    }
}

/// The text without `[1]`: the agent speaks for the business, and sources are shown beside.
fn without_numbers(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let number = after.split_once(']').filter(|(inside, behind)| {
            !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit()) && !behind.starts_with('(')
        });
        match number {
            Some((_, behind)) => {
                plain.push_str(before.trim_end_matches(' '));
                rest = behind;
            }
            None => {
                plain.push_str(before);
                plain.push('[');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::without_numbers;

    #[test]
    fn numbers_of_citations_go_and_other_brackets_stay() {
        assert_eq!(
            without_numbers("Six days [1].\n\nSee [our page](https://a.example) [2]"),
            "Six days.\n\nSee [our page](https://a.example)"
        );
        assert_eq!(without_numbers("[sic] a [1](x)"), "[sic] a [1](x)");
    }
}
