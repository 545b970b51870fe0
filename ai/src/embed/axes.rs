//! What all vectors of a model have in common, and what in them is only the language: taken out, so that a question
//! in one language is near the passage in another that answers it.
//!
//! The vectors of the E5 family lie in a narrow cone (two texts that have nothing in common have a cosine of 0.73),
//! and texts in one language lie together in it. The middle of the cone and the directions in which languages differ
//! were measured on some 160 sentences in each of thirty languages (`examples/axes`). Without them cosines spread as
//! those of other models do, their signs tell something, and of a hundred Chinese questions about English texts six
//! more find theirs.

use super::DIMENSIONS;
use std::sync::LazyLock;

/// The middle of questions, that of passages, then the directions, each of length one: 32-bit floats, little-endian.
const MULTILINGUAL: &[u8] = include_bytes!("axes.bin");

static OF_MULTILINGUAL: LazyLock<Axes> = LazyLock::new(|| Axes::read(MULTILINGUAL));

/// What is taken out of the vectors of a model.
#[derive(Debug)]
pub(super) struct Axes {
    question: Vec<f32>,
    passage: Vec<f32>,
    languages: Vec<Vec<f32>>,
}

/// On which side of a search a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Question,
    Passage,
}

impl Axes {
    /// Those of `multilingual-e5-small`.
    pub(super) fn multilingual() -> &'static Self {
        &OF_MULTILINGUAL
    }

    fn read(bytes: &[u8]) -> Self {
        let numbers: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let mut rows = numbers.chunks_exact(DIMENSIONS).map(<[f32]>::to_vec);
        let question = rows.next().unwrap_or_default();
        let passage = rows.next().unwrap_or_default();
        Self { question, passage, languages: rows.collect() }
    }

    /// Takes out of a vector of length one what it has in common with others; it has length one again.
    pub(super) fn take_out(&self, side: Side, vector: &mut [f32]) {
        let middle = match side {
            Side::Question => &self.question,
            Side::Passage => &self.passage,
        };
        vector.iter_mut().zip(middle).for_each(|(number, middle)| *number -= middle);
        for direction in &self.languages {
            let along: f32 = vector.iter().zip(direction).map(|(number, other)| number * other).sum();
            vector.iter_mut().zip(direction).for_each(|(number, other)| *number -= along * other);
        }
        normalise(vector);
    }
}

/// Brings a vector to length one.
pub(super) fn normalise(vector: &mut [f32]) {
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    vector.iter_mut().for_each(|number| *number /= length);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_has_nothing_of_what_was_taken_out() {
        let axes = Axes::multilingual();
        assert_eq!((axes.question.len(), axes.passage.len(), axes.languages.len()), (DIMENSIONS, DIMENSIONS, 24));
        for (at, direction) in axes.languages.iter().enumerate() {
            assert!((direction.iter().map(|number| number * number).sum::<f32>() - 1.0).abs() < 1e-4, "{at}");
            for other in axes.languages.iter().skip(at + 1) {
                let cosine: f32 = direction.iter().zip(other).map(|(a, b)| a * b).sum();
                assert!(cosine.abs() < 1e-4, "{at}");
            }
        }
        for side in [Side::Question, Side::Passage] {
            let mut vector: Vec<f32> = (0..DIMENSIONS).map(|place| ((place * 37 % 101) as f32).sin()).collect();
            normalise(&mut vector);
            axes.take_out(side, &mut vector);
            assert!((vector.iter().map(|number| number * number).sum::<f32>() - 1.0).abs() < 1e-4);
            for direction in &axes.languages {
                assert!(vector.iter().zip(direction).map(|(a, b)| a * b).sum::<f32>().abs() < 1e-4);
            }
        }
    }
}
