//! Words as numbers: BM25 in two halves, so that a database can multiply them.
//!
//! The passage's half knows how often a word occurs and how long the passage
//! is; the question's half knows how rare the word is for this tenant. Their
//! inner product is the BM25 score. A word is its stem in the language of its text, a stem
//! is a number.

mod asked;
mod scripts;
mod tongue;
mod words;

pub use asked::{Asked, asked, every_term};
pub use tongue::Tongue;
pub(crate) use words::stems;
pub use words::{Term, terms_in, terms_in_order};

use std::collections::{BTreeMap, HashMap};

/// Numbers that a term can have: 1 to this, the largest dimension of a pgvector `sparsevec`.
pub const DIMENSIONS: u32 = 1_000_000_000;

/// Different terms of one passage that are kept; a row of the index must fit into a page.
pub const MAX_TERMS: usize = 400;

/// How fast repeating a word stops to count.
const K1: f32 = 1.2;

/// How much a long passage counts against itself.
const B: f32 = 0.75;

/// Terms of an average passage. Fixed, so that adding a passage does not change the others.
const AVERAGE_TERMS: f32 = 70.0;

/// Passages without a term that are imagined beside a tenant's own.
const BACKGROUND: f32 = 50.0;

/// A vector of which only the numbers that are not zero are kept, by rising term.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SparseVector {
    /// Terms, from 1, and their weights.
    pub entries: Vec<(u32, f32)>,
}

impl SparseVector {
    /// The inner product of two vectors.
    #[must_use]
    pub fn dot(&self, other: &Self) -> f32 {
        let (mut left, mut right) = (self.entries.iter().peekable(), other.entries.iter().peekable());
        let mut sum = 0.0;
        while let (Some((a, x)), Some((b, y))) = (left.peek(), right.peek()) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => drop(left.next()),
                std::cmp::Ordering::Greater => drop(right.next()),
                std::cmp::Ordering::Equal => {
                    sum += x * y;
                    left.next();
                    right.next();
                }
            }
        }
        sum
    }
}

/// How many passages of a tenant hold a term.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statistics {
    /// Passages of the tenant.
    pub passages: u32,
    /// Passages that hold the term; a missing one is held by none.
    pub documents: HashMap<u32, u32>,
    /// Passages in each language.
    pub tongues: BTreeMap<Tongue, u32>,
}

impl Statistics {
    /// How much a word tells: a lot when few passages hold it, never less than nothing.
    ///
    /// A tenant with three passages knows little about which words are rare, so [`BACKGROUND`]
    /// passages without it are imagined beside its own; and a word that no passage
    /// holds tells no more than one that a single passage holds: most are everyday words.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of passages are far below 2^24")]
    pub fn rarity(&self, word: &Asked) -> f32 {
        let total = self.passages as f32;
        let holding = (self.holding(word) as f32).min(total).max(1.0);
        (1.0 + (total + BACKGROUND - holding + 0.5) / (holding + 0.5)).ln()
    }

    /// How many passages hold a word in one of its forms.
    #[must_use]
    pub fn holding(&self, word: &Asked) -> u32 {
        let forms = std::iter::once(&word.term).chain(&word.others);
        forms.filter_map(|term| self.documents.get(&term.0)).fold(0, |sum, held| sum.saturating_add(*held))
    }

    /// The languages of the passages, English when there is none yet.
    #[must_use]
    pub fn tongues(&self) -> BTreeMap<Tongue, u32> {
        if self.tongues.is_empty() { BTreeMap::from([(Tongue::English, 0)]) } else { self.tongues.clone() }
    }

    /// Counts the passages of a list; the tenant's table holds the same numbers.
    #[must_use]
    pub fn of<'a>(passages: impl IntoIterator<Item = (&'a SparseVector, Tongue)>) -> Self {
        let mut statistics = Self::default();
        for (passage, tongue) in passages {
            statistics.passages += 1;
            *statistics.tongues.entry(tongue).or_default() += 1;
            for (term, _) in &passage.entries {
                *statistics.documents.entry(*term).or_default() += 1;
            }
        }
        statistics
    }
}

/// Each different term of a text with how often it occurs, by rising term.
#[must_use]
pub fn terms(text: &str, tongue: Tongue) -> Vec<(u32, f32)> {
    let mut counts = BTreeMap::new();
    for term in terms_in(text, tongue) {
        *counts.entry(term.0).or_insert(0.0f32) += 1.0;
    }
    counts.into_iter().collect()
}

/// The passage's half of BM25.
#[must_use]
pub fn passage_weights(text: &str, tongue: Tongue) -> SparseVector {
    let mut entries = terms(text, tongue);
    let length: f32 = entries.iter().map(|(_, count)| count).sum();
    entries.truncate(MAX_TERMS);
    for (_, weight) in &mut entries {
        *weight = *weight * (K1 + 1.0) / (*weight + K1 * (1.0 - B + B * length / AVERAGE_TERMS));
    }
    SparseVector { entries }
}

/// The question's half of BM25: each form of a word with what the word tells.
#[must_use]
pub fn question_weights(question: &[Asked], statistics: &Statistics) -> SparseVector {
    let mut different: BTreeMap<u32, f32> = BTreeMap::new();
    for word in question {
        let rarity = statistics.rarity(word);
        for term in std::iter::once(&word.term).chain(&word.others) {
            different.insert(term.0, rarity);
        }
    }
    SparseVector { entries: different.into_iter().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// BM25 as in the books, without halves.
    fn textbook(question: &str, passage: &str, statistics: &Statistics) -> f32 {
        let counts = terms(passage, Tongue::English);
        let length: f32 = counts.iter().map(|(_, count)| count).sum();
        let mut words = asked(question, statistics);
        words.sort_unstable_by_key(|word| word.term);
        words.dedup();
        words
            .iter()
            .filter_map(|word| counts.iter().find(|(other, _)| *other == word.term.0).map(|(_, count)| (word, count)))
            .map(|(word, count)| {
                statistics.rarity(word) * count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length / AVERAGE_TERMS))
            })
            .sum()
    }

    #[test]
    fn the_product_of_the_halves_is_bm25() {
        let passages = [
            "Parcels are delivered within three days. Delivery is free.",
            "Returned parcels are refunded within 14 days.",
            "Our shop is in Berlin.",
        ];
        let halves: Vec<SparseVector> = passages.iter().map(|text| passage_weights(text, Tongue::English)).collect();
        let statistics = Statistics::of(halves.iter().map(|half| (half, Tongue::English)));
        let question = "When is a parcel delivered, and is delivery free?";
        let asked = question_weights(&asked(question, &statistics), &statistics);
        let scores: Vec<f32> = halves.iter().map(|half| half.dot(&asked)).collect();
        for (score, passage) in scores.iter().zip(passages) {
            assert!((score - textbook(question, passage, &statistics)).abs() < 1e-5);
        }
        assert!(scores[0] > scores[1] && scores[1] > scores[2]);
        assert!(scores[2].abs() < f32::EPSILON);
    }

    #[test]
    fn terms_fit_into_a_sparse_vector_of_the_database() {
        let text: String = (0..5000).map(|number| format!("word{number} ")).collect();
        let weights = passage_weights(&text, Tongue::English);
        assert_eq!(weights.entries.len(), MAX_TERMS);
        assert!(weights.entries.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(weights.entries.iter().all(|(term, weight)| (1..=DIMENSIONS).contains(term) && *weight > 0.0));
    }
}
