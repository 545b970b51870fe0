//! The answer of a language model, grounded in the passages that were found.

use super::{
    compose::{Composed, citation},
    settings::Stored,
};
use crate::{Omnichat, accounts, database::TenantTx, knowledge::Found};
use ai::{
    extract,
    llm::{self, Endpoint, Grounding, Limits, LlmError, NO_ANSWER, Turn},
    redact::redact,
};
use std::time::{Duration, Instant};
use types::{
    TenantId,
    answers::AnswerKind,
    inbox::{Message, SenderType},
};

/// Passages that the model is given.
const PASSAGES: usize = 5;
/// Shortest time between two frames of an answer that is being written.
const FRAME: Duration = Duration::from_millis(40);

/// Why the model's answer is not used.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotGenerated {
    /// What the model was to be told, or where, cannot be had.
    #[error("{0}")]
    Setting(#[from] crate::Error),
    /// The endpoint gave no answer.
    #[error(transparent)]
    Endpoint(#[from] LlmError),
    /// The answer names no passage.
    #[error("the answer cites none of the passages")]
    Ungrounded,
}

pub(super) async fn generate(
    product: &Omnichat,
    tenant: TenantId,
    settings: &Stored,
    found: &Found,
    history: &[Message],
    sureness: f32,
    mut on_text: impl FnMut(&str) + Send,
) -> Result<Composed, NotGenerated> {
    let client = product.http().client_for(&settings.llm_base_url)?;
    let endpoint = Endpoint {
        base_url: settings.llm_base_url.clone(),
        key: settings.llm_key(product, tenant)?.unwrap_or_default(),
        model: settings.llm_model.clone(),
    };
    let places: Vec<usize> = found.ranked.iter().take(PASSAGES).map(|ranked| ranked.candidate).collect();
    let passages: Vec<Grounding> = places.iter().filter_map(|place| grounding(found, *place)).collect();
    let is_inside = product.http().is_inside(&settings.llm_base_url);
    let business = business(product, tenant, settings).await?;
    let messages = prompt(&business, &passages, turns(history), &found.question.text, is_inside);
    let mut told = None::<Instant>;
    let completion = llm::stream(client, &endpoint, &Limits::default(), &messages, |text| {
        // Nobody sees the word that means "I cannot answer".
        let is_refusal = NO_ANSWER.starts_with(text.trim()) || text.contains(NO_ANSWER);
        if !is_refusal && told.is_none_or(|told| told.elapsed() >= FRAME) {
            told = Some(Instant::now());
            on_text(&llm::citations(text, passages.len()).0);
        }
    })
    .await?;
    let model = settings.llm_model.clone();
    if completion.text.contains(NO_ANSWER) {
        return Ok(Composed {
            kind: AnswerKind::HandOff,
            text: String::new(),
            citations: Vec::new(),
            confidence: sureness.min(settings.threshold) / 2.0,
            model,
            tokens: completion.tokens,
            fallback: None,
        });
    }
    let (text, used) = llm::citations(&completion.text, passages.len());
    if used.is_empty() {
        return Err(NotGenerated::Ungrounded);
    }
    let citations = (1..)
        .zip(used)
        .filter_map(|(number, place)| {
            let candidate = *places.get(place)?;
            let quote = extract::closest_sentence(&found.question, found.candidates.get(candidate)?);
            citation(found, candidate, number, quote)
        })
        .collect();
    // The model has read the passages and found the answer in them, which the sentences' own score cannot see.
    let confidence = 0.5 + sureness / 2.0;
    Ok(Composed {
        kind: AnswerKind::Generated,
        text,
        citations,
        confidence,
        model,
        tokens: completion.tokens,
        fallback: None,
    })
}

fn grounding(found: &Found, place: usize) -> Option<Grounding> {
    let (hit, candidate) = (found.hits.get(place)?, found.candidates.get(place)?);
    let title = if hit.heading.is_empty() { hit.title.clone() } else { format!("{} › {}", hit.title, hit.heading) };
    Some(Grounding { title, content: candidate.content.clone() })
}

/// What was said before the question.
fn turns(history: &[Message]) -> Vec<Turn> {
    let before = history.split_last().map_or(&[][..], |(_, before)| before);
    before
        .iter()
        .map(|message| Turn {
            is_visitor: message.sender_type == SenderType::Contact,
            content: message.content.clone(),
        })
        .collect()
}

/// What the model is told. One outside the house is told the conversation
/// without what is private in it: of replies too, for people repeat what they
/// were told. The passages stay whole: their addresses and phone numbers are
/// the business's own, and visitors ask for them.
fn prompt(
    business: &llm::Tenant,
    passages: &[Grounding],
    mut before: Vec<Turn>,
    question: &str,
    is_inside: bool,
) -> Vec<llm::Message> {
    if is_inside {
        return llm::messages(business, passages, &before, question);
    }
    for turn in &mut before {
        turn.content = redact(&turn.content).into_owned();
    }
    llm::messages(business, passages, &before, &redact(question))
}

async fn business(product: &Omnichat, tenant: TenantId, settings: &Stored) -> Result<llm::Tenant, crate::Error> {
    let business = product.db().tenant(tenant, async |tx: &mut TenantTx| accounts::read_tenant(tx).await).await?;
    Ok(llm::Tenant { name: business.name, description: business.business_description, tone: settings.tone.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_outside_is_not_told_what_is_private() {
        let business = llm::Tenant { name: "Juniper".to_owned(), ..llm::Tenant::default() };
        let passage = Grounding {
            title: "Contact".to_owned(),
            content: "Write to hello@juniper.example or call 030 1234567.".to_owned(),
        };
        let told = |is_inside| {
            let before = vec![
                Turn { is_visitor: true, content: "I paid with 4111 1111 1111 1111.".to_owned() },
                Turn { is_visitor: false, content: "Thanks, we write to bob@example.com.".to_owned() },
            ];
            let question = "My number is +49 151 2345678, where do I reach you?";
            let messages = prompt(&business, std::slice::from_ref(&passage), before, question, is_inside);
            messages.into_iter().map(|message| message.content).collect::<Vec<_>>()
        };
        let outside = told(false);
        assert_eq!(
            outside[1..],
            ["I paid with [card].", "Thanks, we write to [email].", "My number is [phone], where do I reach you?"]
        );
        assert!(outside[0].contains(&passage.content), "what the business publishes can be answered with");
        assert!(told(true)[1..].concat().contains("4111 1111 1111 1111"));
        assert!(told(true)[3].contains("+49 151 2345678"));
    }
}
