//! A passage as the search keeps it: its vector, its words, and its sentences as numbers.

mod stored;

pub use stored::{Sentence, Sentences, SmallVector};

use crate::{
    bm25::{self, SparseVector},
    chunk,
    embed::{PassageText, PassageVectors},
};
use std::ops::Range;

/// Sentences of a passage that get a vector of their own.
const MAX_SENTENCES: usize = 64;

/// A passage before it is embedded.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// What goes to the model: the heading, then the content, with a window for each.
    pub text: PassageText,
    /// The passage's half of BM25.
    pub words: SparseVector,
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
    /// Its sentences.
    pub sentences: Sentences,
}

/// Makes a passage ready for the model. A passage without heading stands under its source's title.
#[must_use]
pub fn prepare(title: &str, heading: &str, content: &str) -> Prepared {
    let heading = if heading.is_empty() { title } else { heading }.replace(" › ", ". ");
    let opening = if heading.is_empty() { String::new() } else { format!("{heading}. ") };
    let mut sentences = chunk::sentences(content);
    sentences.truncate(MAX_SENTENCES);
    let windows = std::iter::once(0..heading.len())
        .chain(sentences.iter().map(|range| opening.len() + range.start..opening.len() + range.end))
        .collect();
    let text = format!("{opening}{content}");
    let words = bm25::passage_weights(&text);
    Prepared { text: PassageText { text, windows }, words, heading, content: content.to_owned(), sentences }
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
                terms: bm25::terms_in_order(self.content.get(range.clone()).unwrap_or_default()),
                range,
                vector: SmallVector::of(&vector),
            })
            .collect();
        let sentences = Sentences {
            heading_terms: bm25::terms_in_order(&self.heading),
            heading: heading_vector.map(|vector| SmallVector::of(&vector)),
            sentences,
        };
        Indexed { vector: vectors.whole, words: self.words, sentences }
    }
}
