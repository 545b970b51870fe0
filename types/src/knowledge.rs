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

text_enum! {
    /// How often a page or site is looked at again.
    pub enum SyncEvery {
        /// Only when somebody asks for it.
        Never = "never",
        /// Once a day.
        Daily = "daily",
        /// Once a week.
        Weekly = "weekly",
    }
}

/// Web sites of one tenant.
pub const SITES: i64 = 20;
/// Most pages of one site.
pub const SITE_PAGES: u32 = 1_000;
/// Pages of a site when nobody says how many.
pub const SITE_PAGES_AT_FIRST: u32 = 100;

impl SyncEvery {
    /// Seconds until the next look, if there is one.
    #[must_use]
    pub const fn seconds(self) -> Option<i64> {
        match self {
            Self::Never => None,
            Self::Daily => Some(24 * 3600),
            Self::Weekly => Some(7 * 24 * 3600),
        }
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
    /// Why it failed, for a person. On a source that is ready: why its last look at the web did not succeed.
    pub error: Option<String>,
    /// How much of the work under way is done, in percent.
    #[serde(default)]
    pub progress: i32,
    /// Length of the text in bytes.
    pub bytes: i64,
    /// Passages in use; of a site, those of all its pages.
    pub passages: i32,
    /// The site that this page was found on.
    #[serde(default)]
    pub parent_id: Option<SourceId>,
    /// Pages of a site.
    #[serde(default)]
    pub pages: i32,
    /// How often a page or site is looked at again; null for what is not on the web, and for pages of a site.
    #[serde(default)]
    pub sync: Option<SyncEvery>,
    /// When a page or site was last looked at.
    #[serde(default)]
    pub synced_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A text or answer, to be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceText {
    /// Title to show and to cite; the question of a FAQ.
    pub title: String,
    /// The text, Markdown where it has headings.
    pub content: String,
}

/// What came of a table of questions or products.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Imported {
    /// Rows that are new.
    pub added: u32,
    /// Rows that changed what was there.
    pub changed: u32,
    /// Rows that say what was there already.
    pub unchanged: u32,
    /// Rows that could not be taken, with the reason; 100 at most.
    pub refused: Vec<RefusedRow>,
    /// How many could not be taken.
    pub refused_count: u32,
}

/// A row that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefusedRow {
    /// Its place in the file, from 1 for the header.
    pub line: u32,
    /// Why, for a person.
    pub reason: String,
}

/// Refused rows that are named.
pub const REFUSED_SHOWN: usize = 100;

impl Imported {
    /// Notes a row that could not be taken.
    pub fn refuse(&mut self, line: usize, reason: impl Into<String>) {
        self.refused_count += 1;
        if self.refused.len() < REFUSED_SHOWN {
            self.refused.push(RefusedRow { line: u32::try_from(line).unwrap_or(u32::MAX), reason: reason.into() });
        }
    }
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
