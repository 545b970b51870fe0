//! From passages to the text of an answer: written by a language model from
//! them when there is one, otherwise made of their own sentences.

use super::{generate, settings::Stored};
use crate::{Omnichat, knowledge::Found, platform};
use ai::{embed::DIMENSIONS, extract};
use types::{
    TenantId,
    answers::{AnswerKind, Citation},
    inbox::Message,
};

/// An answer before anybody has decided whether it is good enough.
#[derive(Debug)]
pub(super) struct Composed {
    pub(super) kind: AnswerKind,
    /// Markdown, with `[1]` where a citation belongs; empty when nothing was found.
    pub(super) text: String,
    pub(super) citations: Vec<Citation>,
    pub(super) confidence: f32,
    /// Which model wrote it.
    pub(super) model: String,
    /// Tokens that the language model counted.
    pub(super) tokens: Option<u32>,
    /// Why the language model was not used although there is one.
    pub(super) fallback: Option<String>,
}

impl Composed {
    /// Whether a visitor may see it; otherwise a person is needed.
    pub(super) fn is_good(&self, threshold: f32) -> bool {
        self.kind != AnswerKind::HandOff && !self.text.is_empty() && self.confidence >= threshold
    }
}

/// Writes the answer to a question from what was found. `on_text` gets the
/// whole text so far, each time a language model has written more of it.
pub(super) async fn compose(
    product: &Omnichat,
    tenant: TenantId,
    settings: &Stored,
    found: &Found,
    history: &[Message],
    on_text: impl FnMut(&str) + Send,
) -> Composed {
    let own_words = extractive(found);
    if settings.llm_base_url.is_empty() || found.ranked.is_empty() {
        return own_words;
    }
    // So that a flood of questions costs no money.
    if let Err(why) = platform::count_model_answer(product, tenant).await {
        tracing::warn!(%tenant, %why, "no language model is asked; the passages' own sentences take its place");
        return Composed { fallback: Some(why.to_string()), ..own_words };
    }
    match generate::generate(product, tenant, settings, found, history, own_words.confidence, on_text).await {
        Ok(generated) => generated,
        Err(why) => {
            tracing::warn!(%tenant, %why, "no answer of the language model; the passages' own sentences take its place");
            Composed { fallback: Some(why.to_string()), ..own_words }
        }
    }
}

/// The best sentences of the best passages.
pub(super) fn extractive(found: &Found) -> Composed {
    let model = format!("extractive-{DIMENSIONS}");
    let Some(extracted) = extract::answer(&found.question, &found.candidates, &found.ranked) else {
        return Composed {
            kind: AnswerKind::Extractive,
            text: String::new(),
            citations: Vec::new(),
            confidence: 0.0,
            model,
            tokens: None,
            fallback: None,
        };
    };
    let citations = extracted
        .quotes
        .iter()
        .enumerate()
        .filter_map(|(place, quote)| {
            citation(found, quote.candidate, u8::try_from(place + 1).ok()?, quote.text.clone())
        })
        .collect();
    Composed {
        kind: AnswerKind::Extractive,
        text: extracted.text,
        citations,
        confidence: extracted.confidence,
        model,
        tokens: None,
        fallback: None,
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
