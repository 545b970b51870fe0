//! A passage as the search keeps it: its vector, its words, and its sentences as numbers.

mod stored;

pub use stored::{Sentence, Sentences, SmallVector};

use crate::{
    bm25::{self, SparseVector, Tongue},
    chunk,
    embed::{PassageText, PassageVectors},
};
use std::ops::Range;

/// Which terms and vectors a text is given. Raised whenever the same text would be given others:
/// what is stored with another number is not searched, and is read again.
pub const FORM: u32 = 4;

/// Sentences of a passage that get a vector of their own.
const MAX_SENTENCES: usize = 64;

/// A passage before it is embedded.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// What goes to the model: the heading, then the content, with a window for each.
    pub text: PassageText,
    /// The passage's half of BM25.
    pub words: SparseVector,
    /// The language that its words were stemmed in.
    pub tongue: Tongue,
    heading: String,
    content: String,
    sentences: Vec<Range<usize>>,
}

/// A passage as it is stored for the search.
#[derive(Clone, Debug, PartialEq)]
pub struct Indexed {
    /// The vector of the whole passage.
    pub vector: Vec<f32>,
    /// The passage's half of BM25.
    pub words: SparseVector,
    /// The language that its words were stemmed in.
    pub tongue: Tongue,
    /// Its sentences.
    pub sentences: Sentences,
}

/// Makes a passage ready for the model. A passage without heading stands under its source's title.
/// Its words are those of its language, or of `otherwise`, the source's, when it does not tell.
#[must_use]
pub fn prepare(title: &str, heading: &str, content: &str, otherwise: Tongue) -> Prepared {
    let heading = if heading.is_empty() { title } else { heading }.replace(" › ", ". ");
    let opening = if heading.is_empty() { String::new() } else { format!("{heading}. ") };
    let mut sentences = chunk::sentences(content);
    sentences.truncate(MAX_SENTENCES);
    let windows = std::iter::once(0..heading.len())
        .chain(sentences.iter().map(|range| opening.len() + range.start..opening.len() + range.end))
        .collect();
    let text = format!("{opening}{content}");
    let tongue = Tongue::of(&text, otherwise);
    let words = bm25::passage_weights(&text, tongue);
    Prepared { text: PassageText { text, windows }, words, tongue, heading, content: content.to_owned(), sentences }
}

impl Indexed {
    /// What [`bm25::Statistics`] count of it.
    #[must_use]
    pub const fn counted(&self) -> (&SparseVector, Tongue) {
        (&self.words, self.tongue)
    }
}

impl Prepared {
    /// Puts the words together with the vectors of the model.
    #[must_use]
    pub fn index(self, vectors: PassageVectors) -> Indexed {
        let mut windows = vectors.windows.into_iter();
        let heading_vector = windows.next().filter(|_| !self.heading.is_empty());
        let sentences = self
            .sentences
            .into_iter()
            .zip(windows)
            .map(|(range, vector)| Sentence {
                terms: bm25::terms_in(self.content.get(range.clone()).unwrap_or_default(), self.tongue),
                range,
                vector: SmallVector::of(&vector),
            })
            .collect();
        let sentences = Sentences {
            heading_terms: bm25::terms_in(&self.heading, self.tongue),
            heading: heading_vector.map(|vector| SmallVector::of(&vector)),
            sentences,
        };
        Indexed { vector: vectors.whole, words: self.words, tongue: self.tongue, sentences }
    }
}
