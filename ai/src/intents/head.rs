//! All that was learned together, as it is used.

use super::{
    letters::Letters,
    meaning::{Meaning, log_softmax},
    nearest::Nearest,
    vectors::SparseText,
};

/// What the letters count against the meaning.
const LETTERS: f32 = 1.5;
/// What the nearest example counts against the meaning.
const NEAREST: f32 = 8.0;
/// Runners-up that are told.
const RUNNERS_UP: usize = 3;

/// A trained classifier.
#[derive(Clone, Debug)]
pub struct Head {
    pub(super) meaning: Meaning,
    pub(super) letters: Letters,
    pub(super) nearest: Nearest,
    pub(super) temperature: f32,
    pub(super) threshold: f32,
}

/// What a text means.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The intent, or none when no one is likely enough.
    pub intent: Option<u32>,
    /// Probability of the likeliest intent, 0 to 1.
    pub probability: f32,
    /// The likeliest intents with their probabilities, three at most, the best one first.
    pub likeliest: Vec<(u32, f32)>,
}

impl Head {
    pub(super) fn new(meaning: Meaning, letters: Letters, nearest: Nearest) -> Self {
        Self { meaning, letters, nearest, temperature: 1.0, threshold: 0.0 }
    }

    /// How probabilities are evened out, and below which a text stays unknown.
    pub(super) fn set_scale(&mut self, temperature: f32, threshold: f32) {
        (self.temperature, self.threshold) = (temperature, threshold);
    }

    /// Number of intents.
    #[must_use]
    pub fn intents(&self) -> usize {
        self.meaning.weights.len()
    }

    /// Length of the vectors that it was trained with.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.meaning.mean.len()
    }

    /// Tells what a text means. `vector` is its embedding by the model of the training.
    #[must_use]
    pub fn classify(&self, text: &str, vector: &[f32]) -> Verdict {
        let scores = self.scores(&self.letters.rarity.weigh(text), vector);
        self.verdict(&scores, self.meaning.familiar(vector))
    }

    pub(super) fn scores(&self, text: &SparseText, vector: &[f32]) -> Vec<f32> {
        let (likely, sides, nearest) =
            (self.meaning.likely(vector), self.letters.sides(text), self.nearest.cosines(vector));
        let sum = |((likely, side), nearest)| likely + LETTERS * side + NEAREST * nearest;
        likely.into_iter().zip(sides).zip(nearest).map(sum).collect()
    }

    pub(super) fn verdict(&self, scores: &[f32], familiar: f32) -> Verdict {
        let even: Vec<f32> = scores.iter().map(|score| score / self.temperature).collect();
        let mut likely: Vec<(u32, f32)> =
            (0..).zip(log_softmax(&even).into_iter().map(|likely| likely.exp() * familiar)).collect();
        likely.sort_by(|a, b| b.1.total_cmp(&a.1));
        likely.truncate(RUNNERS_UP);
        let (best, probability) = likely.first().copied().unwrap_or_default();
        let intent = (probability >= self.threshold && !likely.is_empty()).then_some(best);
        Verdict { intent, probability, likeliest: likely }
    }
}
