//! Whether the words of a question are met by the words of its answer.
//!
//! A trap looks like a question that the passage answers, but for one word: another year, another
//! country, the opposite. In the vectors of whole sentences that one word drowns. So each word of
//! the question is put beside each word of the answer, by the vectors that the model gives
//! them where they stand, and what counts is the word that is met worst: how badly, and
//! which kind of word it is.

use crate::embed::Tokens;

/// How much more the worst met word counts than the others.
const SHARPNESS: f32 = 8.0;

/// Words that are in every question and need no counterpart, and marks.
const COMMON: [&str; 59] = [
    "what", "who", "when", "where", "which", "why", "how", "is", "are", "was", "were", "do", "does", "did", "the", "a",
    "an", "of", "in", "on", "to", "for", "by", "with", "and", "or", "from", "at", "as", "it", "its", "be", "been",
    "has", "have", "had", "that", "this", "these", "those", "many", "much", "?", ".", ",", "'", "s", "\"", "-", "!",
    ":", ";", "(", ")", "’", "“", "”", "i", "you",
];

/// How well the words of a question are met.
#[derive(Clone, Debug, PartialEq)]
pub struct Met {
    /// The mean cosine of its words with the closest one of the answer.
    pub mean: f32,
    /// That of the word that is met worst.
    pub least: f32,
    /// The vectors of its words, each times what is missing, the worst met ones before all.
    pub missing: Vec<f32>,
}

impl Met {
    /// Compares a question with its answer; none when one of them has no words.
    #[must_use]
    pub fn of(question: &Tokens, answer: &Tokens) -> Option<Self> {
        let told = question.words.iter().zip(&question.vectors);
        let mut words: Vec<&Vec<f32>> =
            told.filter(|(word, _)| !COMMON.contains(&word.as_str())).map(|(_, vector)| vector).collect();
        if words.is_empty() {
            words = question.vectors.iter().collect();
        }
        if words.is_empty() || answer.vectors.is_empty() {
            return None;
        }
        let closest = |word: &&Vec<f32>| answer.vectors.iter().map(|other| dot(word, other)).fold(-1.0, f32::max);
        let cosines: Vec<f32> = words.iter().map(closest).collect();
        let least = cosines.iter().copied().fold(1.0, f32::min);
        let weights: Vec<f32> = cosines.iter().map(|cosine| (SHARPNESS * (least - cosine)).exp()).collect();
        let sum: f32 = weights.iter().sum();
        let mut missing = vec![0.0; words.first().map_or(0, |word| word.len())];
        for ((word, cosine), weight) in words.iter().zip(&cosines).zip(weights) {
            let times = weight / sum * (1.0 - cosine);
            missing.iter_mut().zip(*word).for_each(|(sum, number)| *sum += times * number);
        }
        #[expect(clippy::cast_precision_loss, reason = "a question has few words")]
        let mean = cosines.iter().sum::<f32>() / cosines.len() as f32;
        Some(Self { mean, least, missing })
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
