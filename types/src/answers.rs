//! Answers of the AI and what they stand on.

mod log;
mod play;
mod settings;

pub use log::*;
pub use play::*;
pub use settings::*;

use crate::{PassageId, SourceId};
use serde::{Deserialize, Serialize};

/// A passage that an answer stands on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Citation {
    /// Number shown in the answer, from 1.
    pub number: u8,
    /// The source.
    pub source_id: SourceId,
    /// The passage in the source.
    pub passage_id: PassageId,
    /// The source's title.
    pub title: String,
    /// Where a visitor can read it, when it is public.
    pub url: Option<String>,
    /// The words that the answer stands on.
    pub quote: String,
}

text_enum! {
    /// How an answer was made.
    pub enum AnswerKind {
        /// The best sentences of the best passages.
        Extractive = "extractive",
        /// Written by a language model from the passages.
        Generated = "generated",
        /// No good answer: a person is needed.
        HandOff = "hand_off",
    }
}

/// An answer, or the wish for a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answer {
    /// How it was made.
    pub kind: AnswerKind,
    /// Markdown text, with `[1]` where a citation belongs.
    pub text: String,
    /// What it stands on.
    pub citations: Vec<Citation>,
    /// Probability that it is right, 0 to 1.
    pub confidence: f32,
    /// Milliseconds from question to answer.
    pub milliseconds: u32,
}

/// A passage found for a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetrievedPassage {
    /// The passage's id.
    pub id: PassageId,
    /// Its source.
    pub source_id: SourceId,
    /// The source's title.
    pub title: String,
    /// Headings above the passage, outermost first, joined by " › ".
    pub heading: String,
    /// The passage's text.
    pub content: String,
    /// Fused score; larger is better.
    pub score: f32,
    /// Cosine similarity of the vectors, -1 to 1.
    pub similarity: f32,
    /// BM25 score of the words.
    pub bm25: f32,
}
