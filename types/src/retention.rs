//! How long data is kept.

use serde::{Deserialize, Serialize};

/// Days that a rule may name at most: ten years.
pub const MOST_DAYS: u32 = 3_650;

/// Rules by which old data is deleted, once an hour. None keeps for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionRules {
    /// Days after which a resolved conversation is deleted, counted from when it was resolved.
    pub resolved_days: Option<u32>,
    /// Days after their last message at which contacts who left no name or
    /// address are erased, whatever the status of their conversations.
    pub visitor_days: Option<u32>,
}
