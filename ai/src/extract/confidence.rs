//! How likely an answer is right, when the question is about what the tenant knows.

use super::{Met, question, sentences::Pick};
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
    chance(odds(features))
}

fn odds(features: &RightFeatures) -> f32 {
    features.iter().zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum::<f32>() + BIAS
}

fn chance(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}

/// How many things the other model is made of, which knows how the question's words are met: those of
/// the first, then the mean and the least of [`Met`].
pub const MET_FEATURES: usize = RIGHT_FEATURES + 2;

/// What each counts there, by `examples/evaluate --fit` like [`MISSING`].
const MET_WEIGHTS: [f32; MET_FEATURES] = [2.001, 1.408, 1.065, 0.016, -2.740, -1.602, 0.570, -2.130, -0.506, 1.907];

/// The constant of that model.
const MET_BIAS: f32 = -1.543;

/// How far the words may move the log-odds of the first model. They were fitted on questions about articles of an
/// encyclopaedia, each with one sentence as its answer; customers write in other ways, and tables hold no sentences.
/// Of what the words tell of traps, three quarters are left (0.716 of 0.731).
const MET_REACH: f32 = 1.0;

/// What each number of [`Met::missing`] counts, as 32-bit floats, little-endian. Fitted on every other article
/// of the questions; on the articles in between it was measured. It knows which kinds of words
/// must be met: a country or a year must, and how a question begins need not.
const MISSING: &[u8] = include_bytes!("missing.bin");

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

/// The probability that an answer with these features is right, when it meets the question's words like this.
#[must_use]
pub(super) fn right_with(features: &RightFeatures, met: &Met) -> f32 {
    let weights = MISSING.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
    let missing: f32 = met.missing.iter().zip(weights).map(|(number, weight)| number * weight).sum();
    let terms: f32 = met_terms(features, met).iter().zip(MET_WEIGHTS).map(|(term, weight)| term * weight).sum();
    let odds = odds(features);
    chance(odds + (terms + missing + MET_BIAS - odds).clamp(-MET_REACH, MET_REACH))
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
