//! How likely an answer is right, when the question is about what the tenant knows.

use super::{Met, question, sentences::Pick};
use crate::{
    retrieve::{Candidate, Question, Ranked},
    weights::{Weights, chance},
};

/// What it is made of: similarity of the closest sentence, words covered by the answer, by two sentences, lead over
/// the next passage, numbers that differ, names that are strange to the passage, the kind of thing asked for, words
/// covered by the passage but not by the answer.
pub type RightFeatures = [f32; RIGHT_FEATURES];

/// How many things it is made of.
pub const RIGHT_FEATURES: usize = 8;

/// The probability that an answer with these features is right, to a question in the language of the passage or in
/// another.
pub(super) fn right(weights: &Weights, is_abroad: bool, features: &RightFeatures) -> f32 {
    if is_abroad { weights.right_abroad.chance(features) } else { weights.right.chance(features) }
}

/// How many things the other model is made of, which knows how the question's words are met: those of
/// the first, then the mean and the least of [`Met`].
pub const MET_FEATURES: usize = RIGHT_FEATURES + 2;

/// What the model with [`Met`] is made of, without the vector.
#[must_use]
pub fn met_terms(features: &RightFeatures, met: &Met) -> [f32; MET_FEATURES] {
    let mut terms = [met.mean; MET_FEATURES];
    terms.iter_mut().zip(features).for_each(|(term, feature)| *term = *feature);
    if let Some(last) = terms.last_mut() {
        *last = met.least;
    }
    terms
}

/// The same, when it is known how it meets the question's words.
pub(super) fn right_with(weights: &Weights, is_abroad: bool, features: &RightFeatures, met: &Met) -> f32 {
    let Some(of_met) = weights.met.as_ref().filter(|_| !is_abroad) else { return right(weights, is_abroad, features) };
    let numbers = of_met.missing.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
    let missing: f32 = met.missing.iter().zip(numbers).map(|(number, weight)| number * weight).sum();
    let odds = weights.right.odds(features);
    let moved = of_met.terms.odds(&met_terms(features, met)) + missing - odds;
    chance(odds + moved.clamp(-of_met.reach, of_met.reach))
}

pub(super) fn features(question: &Question, candidates: &[Candidate], ranked: &[Ranked], pick: &Pick) -> RightFeatures {
    let empty = [0.0; RIGHT_FEATURES];
    let Some(candidate) = candidates.get(pick.candidate) else { return empty };
    let parts = &candidate.sentences;
    let chosen = parts.sentences.get(pick.sentences.clone()).unwrap_or_default();
    let near = candidate.near.get(pick.sentences.clone()).unwrap_or_default();
    let closest = near.iter().copied().fold(candidate.heading, f32::max);
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
