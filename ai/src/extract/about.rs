//! Whether a question is about what the tenant knows at all.
//!
//! A logistic model of its own, apart from whether the answer is right:
//! what tells a stranger's question (nothing here is near it, no passage
//! stands out, its words are unknown) is not what tells a wrong sentence.
//! It was fitted on tenants of 3, 8, 20, 40 and 320 passages, whose strangers are the
//! questions of other articles and of Banking77's training part
//! (`examples/evaluate --fit`). What is near grows with how much there is, so
//! the model looks at the number of passages too.

use crate::{
    retrieve::{Question, Ranked},
    weights::Weights,
};

/// What it looks at: similarity of the best passage, of its closest sentence, words together, words
/// covered by the passage, by one sentence, by two, words that the tenant knows, lead of the
/// nearest passage over the others in similarity, of the best one in score, how many words, what they
/// tell together, and the logarithm of the number of passages.
pub type AboutFeatures = [f32; ABOUT_FEATURES];

/// How many things it looks at.
pub const ABOUT_FEATURES: usize = 12;

/// With those that count more or less the more passages there are.
pub const ABOUT_WEIGHTS: usize = ABOUT_FEATURES + BY_SIZE.len();

/// Features that are taken times the last one as well.
const BY_SIZE: [usize; 9] = [0, 1, 3, 4, 6, 7, 8, 9, 10];

/// Passages beyond which nothing was measured.
const MOST_PASSAGES: u32 = 400;

/// The probability that a question with these features is about the tenant's knowledge, in the language of the best
/// passage or in another.
pub(super) fn about(weights: &Weights, is_abroad: bool, features: &AboutFeatures) -> f32 {
    let model = if is_abroad { &weights.about_abroad } else { &weights.about };
    model.chance(&about_terms(features))
}

/// The features with those that depend on the number of passages.
#[must_use]
pub fn about_terms(features: &AboutFeatures) -> [f32; ABOUT_WEIGHTS] {
    let size = features.last().copied().unwrap_or_default();
    let mut terms = [0.0; ABOUT_WEIGHTS];
    let by_size = BY_SIZE.iter().map(|place| features.get(*place).copied().unwrap_or_default() * size);
    for (term, value) in terms.iter_mut().zip(features.iter().copied().chain(by_size)) {
        *term = value;
    }
    terms
}

#[expect(clippy::cast_precision_loss, reason = "counts of words and passages are small")]
pub(super) fn features(question: &Question, similarities: &[f32], ranked: &[Ranked]) -> AboutFeatures {
    let Some(first) = ranked.first() else { return [0.0; ABOUT_FEATURES] };
    let [passage, closest, together, covered, by_one, by_two, _] = first.features;
    let nearest = similarities.iter().copied().fold(f32::MIN, f32::max);
    let mean = similarities.iter().sum::<f32>() / similarities.len().max(1) as f32;
    let others: Vec<f32> = ranked.iter().skip(1).take(5).map(|one| one.score).collect();
    let lead = match others.len() {
        0 => 0.0,
        count => (first.score - others.iter().sum::<f32>() / count as f32).min(6.0),
    };
    [
        passage,
        closest,
        together,
        covered,
        by_one,
        by_two,
        question.known,
        nearest - mean,
        lead,
        question.rarities.len().min(12) as f32,
        question.total,
        (question.passages.clamp(1, MOST_PASSAGES) as f32).ln(),
    ]
}
