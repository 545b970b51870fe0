//! What models did, and what it cost.

use crate::{AiActionId, ConversationId, Timestamp};
use serde::{Deserialize, Serialize};

/// What is looked for in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiLogFilter {
    /// Only this kind, such as `answer`; empty for all.
    pub action: String,
    /// Only this model; empty for all.
    pub model: String,
    /// Only what failed.
    pub failed: bool,
}

/// A piece of work of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AiLogEntry {
    /// Its id.
    pub id: AiActionId,
    /// When it was done.
    pub at: Timestamp,
    /// What for: `answer`, `ask`, `test`, `cache`, `check`.
    pub action: String,
    /// The model.
    pub model: String,
    /// Where a language model is; none for what is done in this process.
    pub endpoint: Option<String>,
    /// How sure the answer was.
    pub confidence: Option<f32>,
    /// Tokens read.
    pub input_tokens: Option<i32>,
    /// Tokens written.
    pub output_tokens: Option<i32>,
    /// The tokens were estimated by us.
    pub is_estimate: bool,
    /// Millionths of a dollar, when the price is known.
    pub micro_dollars: Option<i64>,
    /// How long it took.
    pub milliseconds: i32,
    /// What went wrong.
    pub error: Option<String>,
    /// Where it was said.
    pub conversation: Option<ConversationId>,
    /// What was asked, for those who may read conversations.
    pub question: Option<String>,
    /// What was answered, for those who may read conversations.
    pub answer: Option<String>,
}

/// A page of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AiLogPage {
    /// The newest first.
    pub entries: Vec<AiLogEntry>,
    /// Where the next page begins.
    pub next: Option<AiActionId>,
}

/// What one model did on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiTotal {
    /// The day (UTC), such as `2026-11-21`.
    pub day: String,
    /// The model.
    pub model: String,
    /// Pieces of work.
    pub calls: i64,
    /// How many of them failed.
    pub failed: i64,
    /// Tokens read and written.
    pub tokens: i64,
    /// Millionths of a dollar.
    pub micro_dollars: i64,
    /// Milliseconds that half of them took at most.
    pub p50_milliseconds: i32,
}
