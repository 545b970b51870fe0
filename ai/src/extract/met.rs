//! Whether the words of a question are met by the words of its answer.
//!
//! A trap looks like a question that the passage answers, but for one word: another year, another
//! country, the opposite. In the vectors of whole sentences that one word drowns. So each word of
//! the question is put beside each word of the answer, by the vectors that the model gives
//! them where they stand, and what counts is the word that is met worst: how badly, and
//! which kind of word it is.

use crate::{chunk::sentences, embed::Tokens};

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

/// What of a message asks: its last sentence with a question mark. What else a customer tells, such as the
/// number of an order, no text of the business can meet.
#[must_use]
pub fn asking(text: &str) -> &str {
    let mut sentences = sentences(text).into_iter().rev().filter_map(|range| text.get(range));
    sentences.find(|sentence| sentence.trim_end().ends_with(['?', '？', '؟'])).unwrap_or(text)
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

#[cfg(test)]
mod tests {
    use super::{Met, Tokens, asking};

    fn tokens(words: &[(&str, [f32; 2])]) -> Tokens {
        let vectors = words.iter().map(|(_, vector)| vector.to_vec()).collect();
        Tokens { words: words.iter().map(|(word, _)| (*word).to_owned()).collect(), vectors, ..Tokens::default() }
    }

    #[test]
    fn the_word_that_is_met_worst_counts_before_all() {
        let question = tokens(&[("when", [0.6, -0.8]), ("parcels", [1.0, 0.0]), ("mars", [0.0, 1.0])]);
        let answer = tokens(&[("parcels", [1.0, 0.0]), ("leave", [0.8, 0.6])]);
        let met = Met::of(&question, &answer).unwrap();
        // "when" is in every question; "parcels" is met wholly, "mars" by 0.6.
        assert!((met.mean - 0.8).abs() < 1e-6 && (met.least - 0.6).abs() < 1e-6, "{met:?}");
        assert!(met.missing[0] < 1e-6 && met.missing[1] > 0.3, "{met:?}");
        let all = Met::of(&question, &tokens(&[("parcels", [1.0, 0.0]), ("mars", [0.0, 1.0])])).unwrap();
        assert!(all.least > 0.999 && all.missing[1] < 1e-6, "{all:?}");
    }

    #[test]
    fn what_a_customer_tells_beside_the_question_is_not_asked() {
        assert_eq!(asking("How long do parcels take? I ordered 8 pots."), "How long do parcels take?");
        assert_eq!(asking("I ordered 8 pots. When do they come?"), "When do they come?");
        assert_eq!(asking("opening hours on sunday"), "opening hours on sunday");
    }

    #[test]
    fn without_words_nothing_is_said() {
        let nothing = Tokens::default();
        let common = tokens(&[("who", [1.0, 0.0])]);
        assert_eq!(Met::of(&nothing, &common), None);
        assert_eq!(Met::of(&common, &nothing), None);
        assert!(Met::of(&common, &common).is_some(), "a question of common words is compared by them");
    }
}
