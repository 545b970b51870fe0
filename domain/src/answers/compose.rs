//! From passages to the text of an answer: written by a language model from
//! them when there is one, otherwise made of their own sentences.

use super::{
    budget::may_spend,
    cache,
    calls::NotCalled,
    endpoints, figures,
    generate::{NotGenerated, generate},
    quoted::quoted,
    settings::Stored,
};
use crate::{
    Omnichat,
    knowledge::{self, Found},
};
use ai::{
    embed::DIMENSIONS,
    llm::{self, Turn},
};
use std::time::Instant;
use types::{
    TenantId,
    answers::{AnswerKind, Citation, ModelCall, PromptLine},
};

/// A question with all that is needed to answer it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'a> {
    pub(super) tenant: TenantId,
    pub(super) settings: &'a Stored,
    pub(super) business: &'a llm::Tenant,
    /// The number of what is known, from before the search.
    pub(super) version: i64,
    /// The question as it was asked, or put in full.
    pub(super) question: &'a str,
    /// What was said before, oldest first.
    pub(super) history: &'a [Turn],
    pub(super) found: &'a Found,
    /// The language in which the visitor reads, where the question does not tell.
    pub(super) language: Option<&'a str>,
    /// A language model was used, and counted, for this question before.
    pub(super) is_counted: bool,
    /// By then there is to be an answer.
    pub(super) until: Instant,
}

/// An answer before anybody has decided whether it is good enough.
#[derive(Clone, Debug)]
pub(super) struct Composed {
    pub(super) kind: AnswerKind,
    /// Markdown, with `[1]` where a citation belongs; empty when nothing was found.
    pub(super) text: String,
    pub(super) citations: Vec<Citation>,
    pub(super) confidence: f32,
    /// Which model wrote it.
    pub(super) model: String,
    /// Why the language model was not used although there is one.
    pub(super) fallback: Option<String>,
    /// The passages' own sentences' confidence is made of this: that the question is about what is
    /// known, that the sentences are right if it is, and what speaks for the second.
    pub(super) features: Vec<f32>,
    /// It was remembered.
    pub(super) is_remembered: bool,
    /// Every call of a language model, in their order; the last one without an error wrote the answer.
    pub(super) calls: Vec<ModelCall>,
    pub(super) told: Vec<PromptLine>,
    /// Sentences of the model that no passage supports.
    pub(super) dropped: Vec<String>,
}

/// What a language model says.
#[derive(Clone, Debug)]
pub(super) enum Generated {
    /// An answer from the passages.
    Answer { text: String, citations: Vec<Citation>, confidence: f32, dropped: Vec<String> },
    /// The passages hold none.
    NoAnswer,
}

impl Composed {
    /// No answer, of the passages' own sentences.
    pub(super) fn nothing() -> Self {
        Self {
            kind: AnswerKind::Extractive,
            text: String::new(),
            citations: Vec::new(),
            confidence: 0.0,
            model: format!("extractive-{DIMENSIONS}"),
            fallback: None,
            features: Vec::new(),
            is_remembered: false,
            calls: Vec::new(),
            told: Vec::new(),
            dropped: Vec::new(),
        }
    }

    /// Whether a visitor may see it; otherwise a person is needed.
    pub(super) fn is_good(&self, threshold: f32) -> bool {
        self.kind != AnswerKind::HandOff && !self.text.is_empty() && self.confidence >= threshold
    }

    fn with(self, model: String, generated: Generated, threshold: f32) -> Self {
        match generated {
            Generated::Answer { text, citations, confidence, dropped } => {
                Self { kind: AnswerKind::Generated, text, citations, confidence, model, dropped, ..self }
            }
            Generated::NoAnswer => Self {
                kind: AnswerKind::HandOff,
                text: String::new(),
                citations: Vec::new(),
                confidence: self.confidence.min(threshold) / 2.0,
                model,
                ..self
            },
        }
    }
}

/// Writes the answer to a question from what was found. `on_text` gets the
/// whole text so far, each time a language model has written more of it.
pub(super) async fn compose(product: &Omnichat, ask: &Ask<'_>, mut on_text: impl FnMut(&str) + Send) -> Composed {
    let tenant = ask.tenant;
    if let Some(calculated) = calculated(product, tenant, ask.question, ask.language, ask.found).await {
        // What is calculated is exact: no model would know it better.
        return calculated;
    }
    let composed = written(product, ask, &mut on_text).await;
    match (&ask.found.extracted, ask.language) {
        (Some(extracted), Some(language)) if composed.kind == AnswerKind::Extractive && extracted.is_abroad => {
            Composed { text: quoted(&composed.text, &ask.business.name, Some(language)), ..composed }
        }
        _ => composed,
    }
}

/// The answer of a language model, or else the passages' own sentences.
async fn written(product: &Omnichat, ask: &Ask<'_>, mut on_text: impl FnMut(&str) + Send) -> Composed {
    let tenant = ask.tenant;
    let mut composed = extractive(ask.found);
    if ask.found.ranked.is_empty() {
        return composed;
    }
    let chosen = endpoints::chosen(product, tenant, ask.settings);
    if chosen.is_empty() {
        return composed;
    }
    let key = cache::Key::of(ask, &chosen, &knowledge::form(product));
    if let Some(key) = &key {
        match cache::recall(product, tenant, key).await {
            Ok(Some(known)) => {
                let generated = Generated::Answer {
                    text: known.text,
                    citations: known.citations,
                    confidence: known.confidence,
                    dropped: Vec::new(),
                };
                return Composed { is_remembered: true, ..composed.with(known.model, generated, 0.0) };
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%tenant, %error, "remembered answers cannot be looked up"),
        }
    }
    if !ask.is_counted
        && let Err(why) = may_spend(product, tenant, ask.settings).await
    {
        let why = why.to_string();
        tracing::warn!(%tenant, why, "no language model is asked; the passages' own sentences take its place");
        composed.fallback = Some(why);
        return composed;
    }
    let sureness = composed.confidence;
    for endpoint in &chosen {
        let attempt = generate(product, ask, endpoint, sureness, &mut on_text).await;
        composed.calls.extend(attempt.call);
        if !attempt.told.is_empty() {
            composed.told = attempt.told;
        }
        match attempt.result {
            Ok(generated) => {
                composed.fallback = None;
                if let (Some(key), Generated::Answer { text, citations, confidence, .. }) = (&key, &generated) {
                    let known = cache::Known {
                        text: text.clone(),
                        citations: citations.clone(),
                        confidence: *confidence,
                        model: endpoint.endpoint.model.clone(),
                    };
                    cache::remember(product, tenant, key, &endpoint.name(), known).await;
                }
                return composed.with(endpoint.endpoint.model.clone(), generated, ask.settings.threshold);
            }
            Err(why) => {
                tracing::warn!(%tenant, host = endpoint.host(), %why, "no answer of the language model");
                composed.fallback = Some(why.to_string());
                // Another model would read the same passages: what stands in them is certain. And the line is one for all.
                let is_for_all = matches!(why, NotGenerated::NotCalled(NotCalled::Busy | NotCalled::UsedUp));
                if is_for_all || matches!(why, NotGenerated::Ungrounded(_)) || Instant::now() >= ask.until {
                    break;
                }
            }
        }
    }
    composed
}

/// The answer that can be calculated; without the database's help there is none.
async fn calculated(
    product: &Omnichat,
    tenant: TenantId,
    question: &str,
    language: Option<&str>,
    found: &Found,
) -> Option<Composed> {
    match figures::calculated(product, tenant, question, language, found).await {
        Ok(calculated) => calculated,
        Err(error) => {
            tracing::warn!(%tenant, %error, "an answer cannot be calculated");
            None
        }
    }
}

/// What is said without a language model: what can be calculated, otherwise the best sentences.
pub(super) async fn without_model(product: &Omnichat, tenant: TenantId, question: &str, found: &Found) -> Composed {
    match calculated(product, tenant, question, None, found).await {
        Some(calculated) => calculated,
        None => extractive(found),
    }
}

/// The best sentences of the best passages.
fn extractive(found: &Found) -> Composed {
    let nothing = Composed::nothing();
    let Some(extracted) = found.extracted.clone() else { return nothing };
    let citations = extracted
        .quotes
        .iter()
        .enumerate()
        .filter_map(|(place, quote)| {
            citation(found, quote.candidate, u8::try_from(place + 1).ok()?, quote.text.clone())
        })
        .collect();
    Composed {
        text: extracted.text,
        citations,
        confidence: extracted.confidence,
        features: [extracted.about, extracted.right]
            .into_iter()
            .chain(extracted.right_features)
            .chain(extracted.met.into_iter().flat_map(|met| [met.mean, met.least]))
            .collect(),
        ..nothing
    }
}

pub(super) fn citation(found: &Found, candidate: usize, number: u8, quote: String) -> Option<Citation> {
    let passage = found.hits.get(candidate)?;
    Some(Citation {
        number,
        source_id: passage.source_id,
        passage_id: passage.passage_id,
        title: passage.title.clone(),
        url: passage.url.clone(),
        quote,
    })
}
