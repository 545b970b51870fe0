//! An answer out of the passages' own sentences, and how sure it is.
//!
//! No word is invented: the text is sentences of the passages, each group
//! with the number of its citation. The confidence is the probability that
//! the answer is right: that the question is about what the tenant knows, times that
//! the sentences answer it if it is.
//!
//! What each sign counts for both is in [`crate::weights`], for each model that was measured, and apart for questions
//! that are in another language than the passage.

mod about;
mod confidence;
mod limits;
mod met;
mod question;
mod rows;
mod sentences;
mod talk;

pub use about::{ABOUT_FEATURES, ABOUT_WEIGHTS, AboutFeatures, about_terms};
pub use confidence::{MET_FEATURES, RIGHT_FEATURES, RightFeatures, met_terms};
pub use met::{Met, asking};
pub use sentences::{Judged, SENTENCE_FEATURES, SentenceFeatures, judge};
pub use talk::{SmallTalk, small_talk, wants_person};

use crate::{
    chunk, figures, language,
    retrieve::{Candidate, Question, Ranked},
    weights::Weights,
};
use rows::Rows;
use std::ops::Range;

/// An answer made of sentences.
#[derive(Clone, Debug)]
pub struct Extracted {
    /// The sentences, with `[1]` after each group.
    pub text: String,
    /// What they stand on; the first is number 1.
    pub quotes: Vec<Quote>,
    /// Probability that the answer is right, 0 to 1.
    pub confidence: f32,
    /// Probability that the question is about what the tenant knows.
    pub about: f32,
    /// Probability that the answer is right if it is.
    pub right: f32,
    /// How well the words of the question are met, once that was asked; see [`Extracted::meet`].
    pub met: Option<Met>,
    /// The question is in another language than the best passage.
    pub is_abroad: bool,
    /// What each sign counts.
    weights: &'static Weights,
    /// What the first is made of.
    pub about_features: AboutFeatures,
    /// What the second is made of.
    pub right_features: RightFeatures,
}

/// The sentences of one passage in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The passage's place in the list of candidates.
    pub candidate: usize,
    /// Its words.
    pub text: String,
}

/// Answers a question from ranked candidates; none when there is not a single sentence.
#[must_use]
pub fn answer(question: &Question, candidates: &[Candidate], ranked: &[Ranked]) -> Option<Extracted> {
    let picks = sentences::pick(question, candidates, ranked);
    let best = picks.first()?;
    let mut quotes: Vec<Quote> = Vec::new();
    let mut text = String::new();
    for pick in &picks {
        let Some(candidate) = candidates.get(pick.candidate) else { continue };
        let (quote, said) = match &pick.rows {
            Some(rows) => of_rows(question, candidate, rows),
            None => {
                let end = sentences::thought(candidate, &pick.sentences);
                let quote = quote(candidate, pick.sentences.start..end);
                (quote.clone(), quote)
            }
        };
        if quote.is_empty() {
            continue;
        }
        quotes.push(Quote { candidate: pick.candidate, text: quote });
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&format!("{said} [{}]", quotes.len()));
    }
    if quotes.is_empty() {
        return None;
    }
    let similarities: Vec<f32> = candidates.iter().map(|candidate| candidate.similarity).collect();
    let about_features = about::features(question, &similarities, ranked);
    let right_features = confidence::features(question, candidates, ranked, best);
    let passage = candidates.get(best.candidate).map_or("", |candidate| candidate.content.as_str());
    let (weights, is_abroad) = (question.weights, language::differ(&question.text, passage));
    let about = about::about(weights, is_abroad, &about_features);
    let right = confidence::right(weights, is_abroad, &right_features);
    let confidence = about * right;
    let met = None;
    Some(Extracted { text, quotes, confidence, about, right, met, is_abroad, weights, about_features, right_features })
}

impl Extracted {
    /// What the words of the question are compared with: the words of the best passage that are quoted.
    #[must_use]
    pub fn best_quote(&self) -> &str {
        self.quotes.first().map_or("", |quote| quote.text.as_str())
    }

    /// Looks at the answer again, knowing how well it meets the question's words; see [`Weights::compares_words`].
    pub fn meet(&mut self, met: Met) {
        self.right = confidence::right_with(self.weights, self.is_abroad, &self.right_features, &met);
        self.confidence = self.about * self.right;
        self.met = Some(met);
    }
}

/// The sentence of a passage that is closest to the question.
#[must_use]
pub fn closest_sentence(candidate: &Candidate) -> String {
    let closest = candidate.near.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
    closest.map(|(place, _)| quote(candidate, place..place + 1)).unwrap_or_default()
}

/// The words of rows as they stand in the passage, and as they are said.
fn of_rows(question: &Question, candidate: &Candidate, rows: &Rows) -> (String, String) {
    let parts = rows.parts.iter().filter_map(|part| candidate.content.get(part.clone()));
    let parts: Vec<&str> = parts.map(str::trim).filter(|part| !part.is_empty()).collect();
    let items = parts.iter().filter(|part| chunk::is_item(part)).count();
    let mut said = String::new();
    for part in &parts {
        let is_item = chunk::is_item(part);
        let line = if is_item { rows::said(part) } else { (*part).to_owned() };
        match (said.is_empty(), is_item && items == 1) {
            (true, _) => {}
            (false, true) => said.push(' '),
            (false, false) => said.push('\n'),
        }
        if items > 1 && part.starts_with("- ") {
            said.push_str("- ");
        }
        said.push_str(&line);
    }
    if rows.more > 0 {
        let language = language::detect(&question.text).map(|language| language.tag);
        said.push_str(&format!("\n{}", figures::and_more(language, rows.more)));
    }
    let quote = parts.iter().map(|part| part.strip_prefix("- ").unwrap_or(part)).collect::<Vec<_>>().join("\n");
    (quote, said)
}

/// The words of neighbouring sentences, as they stand in the passage.
fn quote(candidate: &Candidate, sentences: Range<usize>) -> String {
    let Some(sentences) = candidate.sentences.sentences.get(sentences) else { return String::new() };
    let (Some(first), Some(last)) = (sentences.first(), sentences.last()) else { return String::new() };
    let text = candidate.content.get(first.range.start..last.range.end).unwrap_or_default().trim();
    // A single item of a list is a sentence like any other.
    if text.contains('\n') { text.to_owned() } else { text.strip_prefix("- ").unwrap_or(text).to_owned() }
}

#[cfg(test)]
mod tests;
