//! The answer of one language model, grounded in the passages that were found.

use super::{
    calls::{Call, NotCalled, call},
    compose::{Ask, Generated, citation},
    endpoints::Chosen,
};
use crate::{Omnichat, Result, knowledge::Found};
use ai::{
    embed::EmbedError,
    extract,
    llm::{
        self, Completion, Grounding, Limits, LlmError, NO_ANSWER, Turn, Usage,
        grounding::{Draft, Ungrounded},
    },
    passage::Sentence,
    redact::redact,
};
use futures::future::try_join_all;
use std::time::{Duration, Instant};
use types::answers::{ModelCall, PromptLine};

/// Passages that the model is given.
const PASSAGES: usize = 5;
/// Shortest time between two frames of an answer that is being written.
const FRAME: Duration = Duration::from_millis(40);
/// Sentences whose meaning is compared; more are dropped.
const DOUBTS: usize = 12;

/// Why the model's answer is not used.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotGenerated {
    /// Nobody was called.
    #[error(transparent)]
    NotCalled(#[from] NotCalled),
    /// The endpoint gave no answer.
    #[error(transparent)]
    Endpoint(#[from] LlmError),
    /// The passages do not say what it says.
    #[error(transparent)]
    Ungrounded(#[from] Ungrounded),
    /// The meaning of its sentences could not be compared.
    #[error(transparent)]
    Embedding(#[from] EmbedError),
}

/// A call and what came of it.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) result: Result<Generated, NotGenerated>,
    /// None when nobody was called.
    pub(super) call: Option<ModelCall>,
    /// What the model was told.
    pub(super) told: Vec<PromptLine>,
}

/// Asks one model and checks what it wrote.
pub(super) async fn generate(
    product: &Omnichat,
    ask: &Ask<'_>,
    chosen: &Chosen,
    sureness: f32,
    mut on_text: impl FnMut(&str) + Send,
) -> Attempt {
    let found = ask.found;
    let places: Vec<usize> = found.ranked.iter().take(PASSAGES).map(|ranked| ranked.candidate).collect();
    let passages: Vec<Grounding> = places.iter().filter_map(|place| grounding(found, *place)).collect();
    let messages = prompt(ask.business, &passages, ask.history.to_vec(), ask.question, chosen.is_inside(product));
    let asked = Call { messages: &messages, limits: Limits::default(), until: ask.until, is_hurried: false };
    let mut told = None::<Instant>;
    let called = call(product, ask.tenant, chosen, &asked, |text| {
        // Nobody sees the word that means "I cannot answer".
        let is_refusal = NO_ANSWER.starts_with(text.trim()) || text.contains(NO_ANSWER);
        if !is_refusal && told.is_none_or(|told| told.elapsed() >= FRAME) {
            told = Some(Instant::now());
            on_text(&llm::citations(text, passages.len()).0);
        }
    })
    .await;
    let (answered, took) = match called {
        Ok(called) => called,
        Err(why) => return Attempt { result: Err(why.into()), call: None, told: Vec::new() },
    };
    let mut call = account(chosen, &messages, &answered, took);
    let result = match answered {
        Ok(completion) => checked(product, ask, &places, &passages, &completion, sureness).await,
        Err(error) => Err(error.into()),
    };
    call.error = result.as_ref().err().map(ToString::to_string);
    let told = messages.into_iter().map(|one| PromptLine { role: one.role.to_owned(), content: one.content }).collect();
    Attempt { result, call: Some(call), told }
}

/// Tokens, price and time of a call, also of one that failed.
pub(super) fn account(
    chosen: &Chosen,
    messages: &[llm::Message],
    answered: &Result<Completion, LlmError>,
    took: Duration,
) -> ModelCall {
    let usage = match answered {
        Ok(completion) => completion.usage,
        // Who refused or was not reached has read nothing.
        Err(LlmError::Slow(_) | LlmError::Cut(_) | LlmError::Nonsense(_) | LlmError::TooLong) => {
            Usage::estimate(messages, "")
        }
        Err(_) => Usage { input: 0, output: 0, is_estimate: true },
    };
    ModelCall {
        model: chosen.endpoint.model.clone(),
        host: chosen.host(),
        milliseconds: u32::try_from(took.as_millis()).unwrap_or(u32::MAX),
        input_tokens: usage.input,
        output_tokens: usage.output,
        is_estimate: usage.is_estimate,
        micro_dollars: chosen.micro_dollars(usage),
        said: answered.as_ref().map(|completion| completion.text.clone()).unwrap_or_default(),
        error: answered.as_ref().err().map(ToString::to_string),
    }
}

/// The part of the answer that the passages say.
async fn checked(
    product: &Omnichat,
    ask: &Ask<'_>,
    places: &[usize],
    passages: &[Grounding],
    completion: &Completion,
    sureness: f32,
) -> Result<Generated, NotGenerated> {
    let found = ask.found;
    if completion.text.contains(NO_ANSWER) {
        return Ok(Generated::NoAnswer);
    }
    // The heading and the business's name may be said as well.
    let texts: Vec<String> = passages
        .iter()
        .map(|passage| format!("{}\n\n{}\n\n{}", passage.title, ask.business.name, passage.content))
        .collect();
    let draft = Draft::read(&completion.text, &texts.iter().map(String::as_str).collect::<Vec<_>>());
    let mut similarities = Vec::new();
    for doubt in draft.doubts().into_iter().take(DOUBTS) {
        // Passages may have the vectors of a model before. One of another model is near nothing.
        let embedders = product.embedders_of(ask.tenant);
        let vectors = try_join_all(embedders.iter().map(|one| one.embed_question(&doubt.sentence))).await?;
        let candidates = doubt.passages.iter().filter_map(|place| found.candidates.get(*places.get(*place)?));
        let sentences = candidates.flat_map(|candidate| &candidate.sentences.sentences);
        let near = |sentence: &Sentence| vectors.iter().map(|vector| sentence.vector.dot(vector)).fold(0.0, f32::max);
        similarities.push(sentences.map(near).fold(0.0, f32::max));
    }
    let grounded = draft.judge(&similarities)?;
    let (text, used) = llm::citations(&grounded.text, passages.len());
    let citations = (1..)
        .zip(used)
        .filter_map(|(number, place)| {
            let candidate = *places.get(place)?;
            let quote = extract::closest_sentence(found.candidates.get(candidate)?);
            citation(found, candidate, number, quote)
        })
        .collect();
    // The model has read the passages and found the answer in them, which the sentences' own score cannot see.
    Ok(Generated::Answer { text, citations, confidence: 0.5 + sureness / 2.0, dropped: grounded.dropped })
}

fn grounding(found: &Found, place: usize) -> Option<Grounding> {
    let (hit, candidate) = (found.hits.get(place)?, found.candidates.get(place)?);
    let title = if hit.heading.is_empty() { hit.title.clone() } else { format!("{} › {}", hit.title, hit.heading) };
    Some(Grounding { title, content: candidate.content.clone() })
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
