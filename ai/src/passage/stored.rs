//! The sentences of a passage as bytes: what the second stage of a search reads.

use crate::bm25::Term;
use std::ops::Range;

/// First byte of what is stored, so that a later form can be told from this one.
const FORM: u8 = 1;

/// A vector of length one in a quarter of its bytes: every number as one byte of a common scale.
#[derive(Clone, Debug, PartialEq)]
pub struct SmallVector {
    scale: f32,
    numbers: Vec<i8>,
}

/// A sentence of a passage.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    /// Where it is in the passage's content, in bytes.
    pub range: Range<usize>,
    /// Its terms, in order.
    pub terms: Vec<Term>,
    /// Its vector.
    pub vector: SmallVector,
}

/// The sentences of a passage and the heading above them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sentences {
    /// Terms of the heading, in order.
    pub heading_terms: Vec<Term>,
    /// Vector of the heading, if there is one.
    pub heading: Option<SmallVector>,
    /// The sentences, in order.
    pub sentences: Vec<Sentence>,
}

impl SmallVector {
    /// Makes a vector small. The error of a product is below one in a hundred.
    #[must_use]
    pub fn of(vector: &[f32]) -> Self {
        let largest = vector.iter().fold(f32::MIN_POSITIVE, |largest, number| largest.max(number.abs()));
        let scale = largest / 127.0;
        #[expect(clippy::cast_possible_truncation, reason = "the quotient is between -127 and 127")]
        let numbers = vector.iter().map(|number| (number / scale).round() as i8).collect();
        Self { scale, numbers }
    }

    /// The inner product with a whole vector.
    #[must_use]
    pub fn dot(&self, vector: &[f32]) -> f32 {
        self.numbers.iter().zip(vector).map(|(small, number)| f32::from(*small) * number).sum::<f32>() * self.scale
    }
}

impl Sentences {
    /// As bytes, for the database.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORM];
        write_terms(&mut bytes, &self.heading_terms);
        bytes.push(u8::from(self.heading.is_some()));
        if let Some(vector) = &self.heading {
            write_vector(&mut bytes, vector);
        }
        write_count(&mut bytes, self.sentences.len());
        for sentence in &self.sentences {
            write_count(&mut bytes, sentence.range.start);
            write_count(&mut bytes, sentence.range.end);
            write_terms(&mut bytes, &sentence.terms);
            write_vector(&mut bytes, &sentence.vector);
        }
        bytes
    }

    /// From bytes of the database; none when they are not of this form.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes);
        if bytes.take(1)? != [FORM] {
            return None;
        }
        let heading_terms = bytes.terms()?;
        let heading = if bytes.take(1)? == [1] { Some(bytes.vector()?) } else { None };
        let count = bytes.count()?;
        let mut sentences = Vec::with_capacity(count.min(256));
        for _ in 0..count {
            let range = bytes.count()?..bytes.count()?;
            sentences.push(Sentence { range, terms: bytes.terms()?, vector: bytes.vector()? });
        }
        Some(Self { heading_terms, heading, sentences })
    }
}

fn write_count(bytes: &mut Vec<u8>, count: usize) {
    bytes.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

fn write_terms(bytes: &mut Vec<u8>, terms: &[Term]) {
    write_count(bytes, terms.len());
    bytes.extend(terms.iter().flat_map(|term| term.0.to_le_bytes()));
}

fn write_vector(bytes: &mut Vec<u8>, vector: &SmallVector) {
    write_count(bytes, vector.numbers.len());
    bytes.extend(vector.scale.to_le_bytes());
    bytes.extend(vector.numbers.iter().map(|number| number.cast_unsigned()));
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn four(&mut self) -> Option<[u8; 4]> {
        self.take(4)?.try_into().ok()
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.four()?)).ok()
    }

    fn terms(&mut self) -> Option<Vec<Term>> {
        let count = self.count()?;
        let (terms, _) = self.take(count.checked_mul(4)?)?.as_chunks::<4>();
        Some(terms.iter().map(|term| Term(u32::from_le_bytes(*term))).collect())
    }

    fn vector(&mut self) -> Option<SmallVector> {
        let count = self.count()?;
        let scale = f32::from_le_bytes(self.four()?);
        Some(SmallVector { scale, numbers: self.take(count)?.iter().map(|byte| byte.cast_signed()).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_can_be_read_again() {
        let vector: Vec<f32> = (0..384u16).map(|n| (f32::from(n) * 0.37).sin() / 14.0).collect();
        let small = SmallVector::of(&vector);
        let exact: f32 = vector.iter().map(|n| n * n).sum();
        assert!((small.dot(&vector) - exact).abs() < 0.01);
        let stored = Sentences {
            heading_terms: vec![Term(3)],
            heading: Some(small.clone()),
            sentences: vec![Sentence { range: 2..70_000, terms: vec![Term(1), Term(999_999_999)], vector: small }],
        };
        let bytes = stored.to_bytes();
        assert_eq!(Sentences::from_bytes(&bytes), Some(stored));
        for length in 0..bytes.len() {
            assert_eq!(Sentences::from_bytes(&bytes[..length]), None);
        }
        assert_eq!(Sentences::from_bytes(&[FORM, 255, 255, 255, 255, 0]), None);
    }
}
