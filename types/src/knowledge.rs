//! What the AI learns from.

use crate::{PassageId, SourceId, Timestamp};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What a source is made from.
    pub enum SourceKind {
        /// Pasted text.
        Text = "text",
        /// An uploaded file.
        File = "file",
        /// A question, which is its title, with its answer.
        Faq = "faq",
        /// One web page.
        Page = "page",
        /// A web site, whose pages are sources of their own.
        Site = "site",
        /// A thing that the business sells.
        Product = "product",
    }
}

text_enum! {
    /// How far the learning has come.
    pub enum SourceStatus {
        /// Waiting for its turn.
        Queued = "queued",
        /// Being cut and embedded.
        Processing = "processing",
        /// In use.
        Ready = "ready",
        /// Could not be read; the error says why.
        Failed = "failed",
    }
}

/// A thing the AI learns from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// The source's id.
    pub id: SourceId,
    /// What it is made from.
    pub kind: SourceKind,
    /// Title to show and to cite.
    pub title: String,
    /// Where a visitor can read it.
    pub url: Option<String>,
    /// How far the learning has come.
    pub status: SourceStatus,
    /// Why it failed, for a person.
    pub error: Option<String>,
    /// Length of the text in bytes.
    pub bytes: i64,
    /// Passages in use.
    pub passages: i32,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A piece of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passage {
    /// The passage's id.
    pub id: PassageId,
    /// Place in the source, from 0.
    pub position: i32,
    /// Headings above it, outermost first, joined by " › ".
    pub heading: String,
    /// Its text.
    pub content: String,
}
