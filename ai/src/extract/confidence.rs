//! How sure an answer is.

use super::{question, sentences::Pick};
use crate::retrieve::{Candidate, Question, Ranked};

/// What the confidence is made of.
pub type ConfidenceFeatures = [f32; CONFIDENCE_FEATURES];

/// How many things the confidence is made of.
pub const CONFIDENCE_FEATURES: usize = 9;

/// What each counts in a logistic model, by cross-validation on questions with
/// and without an answer (`examples/evaluate.rs --fit`).
const WEIGHTS: ConfidenceFeatures = [3.0, 2.0, 2.0, 0.2, -1.0, -0.8, -0.6, 0.5, 0.5];

/// The logistic model's constant.
const BIAS: f32 = -3.0;

/// The probability that an answer with these features is right.
#[must_use]
pub fn confidence(features: &ConfidenceFeatures) -> f32 {
    let sum: f32 = features.iter().zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum();
    1.0 / (1.0 + (-(sum + BIAS)).exp())
}

pub(super) fn features(
    question: &Question,
    candidates: &[Candidate],
    ranked: &[Ranked],
    pick: &Pick,
) -> ConfidenceFeatures {
    let empty = [0.0; CONFIDENCE_FEATURES];
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
    // The rarest word of the question that the answer does not say.
    let missing = |said: &dyn Fn(&crate::bm25::Term) -> bool| {
        question.rarities.iter().filter(|(term, _)| !said(term)).map(|(_, rarity)| *rarity).fold(0.0, f32::max)
    };
    let content = candidate.content.to_lowercase();
    let names: Vec<&str> = question::names(&question.text).collect();
    let strange = names.iter().filter(|name| !content.contains(&name.to_lowercase())).count();
    let wrong_numbers = question::numbers(&question.text).filter(|number| !content.contains(number)).count();
    let best = parts
        .sentences
        .get(pick.best)
        .and_then(|sentence| candidate.content.get(sentence.range.clone()))
        .unwrap_or_default();
    [
        closest,
        covered,
        rank.map_or(0.0, |rank| rank.features[5]),
        lead,
        missing(&said) / 10.0,
        f32::from(u8::from(wrong_numbers > 0)),
        share(strange, names.len() + 1),
        question::holds(question::kind(&question.text), best, &question.text),
        question.coverage(of_passage),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts of words are small")]
fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}
