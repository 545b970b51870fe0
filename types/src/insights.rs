//! What is understood of messages and conversations.

use crate::{ConversationId, IntentId, MessageId, Timestamp};
use serde::{Deserialize, Serialize};

/// Messages of a conversation whose insights are told.
pub const INSIGHTS_SHOWN: i64 = 100;

text_enum! {
    /// How somebody sounds.
    pub enum Sentiment {
        /// Pleased.
        Positive = "positive",
        /// Neither pleased nor displeased.
        Neutral = "neutral",
        /// Displeased.
        Negative = "negative",
    }
}

/// What was understood of a contact's message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageInsight {
    /// The message.
    pub message_id: MessageId,
    /// BCP 47 language; null when it does not tell.
    pub language: Option<String>,
    /// How it sounds; null in languages that are not known.
    pub sentiment: Option<Sentiment>,
    /// The same as a number, -1 to 1.
    pub sentiment_score: Option<f32>,
    /// It asks for haste.
    pub is_urgent: bool,
    /// What the contact wants; null when unknown.
    pub intent_id: Option<IntentId>,
    /// Name of the intent.
    pub intent: Option<String>,
    /// Probability of the likeliest intent, known or not, 0 to 1; null when nothing was trained.
    pub intent_probability: Option<f32>,
}

/// What was understood of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationInsights {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// BCP 47 language that the contact writes.
    pub language: Option<String>,
    /// How the contact sounds on the whole, later messages counting more.
    pub sentiment: Option<Sentiment>,
    /// One of the messages asks for haste.
    pub is_urgent: bool,
    /// What the contact wants most often.
    pub intent_id: Option<IntentId>,
    /// Name of that intent.
    pub intent: Option<String>,
    /// What it was about, once it was resolved: the intent, or the contact's most telling words.
    pub topic: Option<String>,
    /// A few lines in the people's own words, once it was resolved.
    pub summary: Option<String>,
    /// When topic and summary were written.
    pub summarised_at: Option<Timestamp>,
    /// The contact's messages, oldest first; of many, the last 100.
    pub messages: Vec<MessageInsight>,
}
