//! What each sign counts when passages are ranked and answers are judged: one set of numbers for each embedding
//! model that was measured, as the cosines of two models do not compare.
//!
//! All are fitted by `examples/evaluate --fit`; where each was measured says the comment beside it.

mod english;
mod multilingual;

use crate::{
    embed::Description,
    extract::{ABOUT_WEIGHTS, MET_FEATURES, RIGHT_FEATURES, SentenceFeatures},
    retrieve::Features,
};

/// The numbers that belong to one embedding model.
#[derive(Debug)]
pub struct Weights {
    /// What BM25 counts against the cosine in the first stage.
    pub(crate) words: f32,
    /// What each of the second stage's features counts.
    pub(crate) ranking: Features,
    /// What each feature of a sentence counts.
    pub(crate) sentence: SentenceFeatures,
    /// Cosine from which a heading asks the same as the question.
    pub(crate) same_question: f32,
    /// Whether a question is about what the tenant knows, when it is in the language of the best passage.
    pub(crate) about: Logistic<ABOUT_WEIGHTS>,
    /// The same for a question in another language: words tell nothing there.
    pub(crate) about_abroad: Logistic<ABOUT_WEIGHTS>,
    /// Whether the sentences answer it if it is.
    pub(crate) right: Logistic<RIGHT_FEATURES>,
    /// The same for a question in another language.
    pub(crate) right_abroad: Logistic<RIGHT_FEATURES>,
    /// What the words of a question tell that its answer does not meet, where that was fitted.
    pub(crate) met: Option<MetWeights>,
}

/// A logistic model: the probability of something that features speak for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Logistic<const N: usize> {
    /// What each feature counts.
    pub(crate) weights: [f32; N],
    /// What is added.
    pub(crate) constant: f32,
}

/// What the words count that an answer does not meet.
#[derive(Debug)]
pub(crate) struct MetWeights {
    /// The features of [`crate::extract::met_terms`].
    pub(crate) terms: Logistic<MET_FEATURES>,
    /// What each number of [`crate::extract::Met::missing`] counts, as 32-bit floats, little-endian. It knows which
    /// kinds of words must be met: a country or a year must, and how a question begins need not.
    pub(crate) missing: &'static [u8],
    /// How far the words may move the log-odds of the model without them.
    pub(crate) reach: f32,
}

impl Weights {
    /// Those of a model. For one that was not measured they are those of the English one, which is a guess, and
    /// nothing is said by how words are met.
    #[must_use]
    pub fn of(model: &Description) -> &'static Self {
        match () {
            () if model.is_multilingual() => &multilingual::WEIGHTS,
            () if model.is_english() => &english::WEIGHTS,
            () => &english::GUESSED,
        }
    }

    /// Those of all-MiniLM-L6-v2.
    #[must_use]
    pub const fn english() -> &'static Self {
        &english::WEIGHTS
    }

    /// Whether it helps to compare the words of a question with those of its answer.
    #[must_use]
    pub const fn compares_words(&self) -> bool {
        self.met.is_some()
    }
}

impl<const N: usize> Logistic<N> {
    /// The log-odds.
    pub(crate) fn odds(&self, features: &[f32; N]) -> f32 {
        features.iter().zip(self.weights).map(|(feature, weight)| feature * weight).sum::<f32>() + self.constant
    }

    /// The probability.
    pub(crate) fn chance(&self, features: &[f32; N]) -> f32 {
        chance(self.odds(features))
    }
}

/// The probability of log-odds.
pub(crate) fn chance(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}
