//! How likely an answer is right, when the question is about what the tenant knows.

use super::{question, sentences::Pick};
use crate::retrieve::{Candidate, Question, Ranked};

/// What it is made of.
pub type RightFeatures = [f32; RIGHT_FEATURES];

/// How many things it is made of.
pub const RIGHT_FEATURES: usize = 8;

/// What each counts in a logistic model, by cross-validation on questions with
/// and without an answer (`examples/evaluate --fit`): similarity of the closest sentence, words
/// covered by the answer, by two sentences, lead over the next passage, numbers that differ,
/// names that are strange to the passage, the kind of thing asked for, words covered by the
/// passage but not by the answer.
const WEIGHTS: RightFeatures = [2.66, 3.92, 0.83, 0.17, -2.62, -1.87, 0.06, -4.21];

/// The logistic model's constant.
const BIAS: f32 = -1.77;

/// The probability that an answer with these features is right.
#[must_use]
pub fn right(features: &RightFeatures) -> f32 {
    let sum: f32 = features.iter().zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum();
    1.0 / (1.0 + (-(sum + BIAS)).exp())
}

pub(super) fn features(question: &Question, candidates: &[Candidate], ranked: &[Ranked], pick: &Pick) -> RightFeatures {
    let empty = [0.0; RIGHT_FEATURES];
    let Some(candidate) = candidates.get(pick.candidate) else { return empty };
    let parts = &candidate.sentences;
    let chosen = parts.sentences.get(pick.sentences.clone()).unwrap_or_default();
    let heading = parts.heading.as_ref().map_or(0.0, |heading| heading.dot(&question.vector));
    let closest = chosen.iter().map(|sentence| sentence.vector.dot(&question.vector)).fold(heading, f32::max);
    let said = |term: &crate::bm25::Term| {
        parts.heading_terms.contains(term) || chosen.iter().any(|sentence| sentence.terms.contains(term))
    };
    let covered = question.coverage(said);
    let of_passage =
        |term: &crate::bm25::Term| said(term) || parts.sentences.iter().any(|sentence| sentence.terms.contains(term));
    let rank = ranked.iter().find(|rank| rank.candidate == pick.candidate);
    let best_other =
        ranked.iter().filter(|rank| rank.candidate != pick.candidate).map(|rank| rank.score).fold(0.0, f32::max);
    let lead = (rank.map_or(0.0, |rank| rank.score) - best_other).clamp(-2.0, 6.0);
    let content = candidate.content.to_lowercase();
    let names: Vec<&str> = question::names(&question.text).collect();
    let strange = names.iter().filter(|name| !content.contains(&name.to_lowercase())).count();
    let wrong_numbers = question::numbers(&question.text).filter(|number| !content.contains(number)).count();
    let kind = question::kind(&question.text);
    let text = |sentence: &crate::passage::Sentence| candidate.content.get(sentence.range.clone()).unwrap_or_default();
    let holds = chosen.iter().map(|sentence| question::holds(kind, text(sentence), &question.text)).fold(0.0, f32::max);
    [
        closest,
        covered,
        rank.map_or(0.0, |rank| rank.features[5]),
        lead,
        f32::from(u8::from(wrong_numbers > 0)),
        share(strange, names.len() + 1),
        holds,
        question.coverage(of_passage),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts of words are small")]
fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}
