//! What the AI does for an agent who writes a reply.

use crate::answers::Citation;
use serde::{Deserialize, Serialize};

/// A reply that an agent may send, change or leave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Plain text, without numbers of citations; empty when the sources hold nothing about it.
    pub text: String,
    /// What it stands on.
    pub citations: Vec<Citation>,
    /// Probability that it is right, 0 to 1.
    pub confidence: f32,
    /// A language model wrote it; otherwise it is sentences of the sources.
    pub is_generated: bool,
}

/// What a conversation was about, for a colleague.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationSummary {
    /// A few lines.
    pub text: String,
    /// A language model wrote it; otherwise it quotes what was said.
    pub is_generated: bool,
}

text_enum! {
    /// How a text is to be changed.
    pub enum Edit {
        /// Clearer, in good style.
        Rewrite = "rewrite",
        /// As short as it can be.
        Shorten = "shorten",
        /// Warmer.
        Friendlier = "friendlier",
        /// In another language.
        Translate = "translate",
    }
}

/// Languages that a text can be translated to: BCP 47 tag, name in English, and the language's own name.
pub const LANGUAGES: [(&str, &str, &str); 9] = [
    ("en", "English", "English"),
    ("vi", "Vietnamese", "Tiếng Việt"),
    ("es", "Spanish", "Español"),
    ("fr", "French", "Français"),
    ("de", "German", "Deutsch"),
    ("pt", "Portuguese", "Português"),
    ("ja", "Japanese", "日本語"),
    ("zh", "Chinese", "中文"),
    ("ar", "Arabic", "العربية"),
];

/// The English name of a language that a text can be translated to.
#[must_use]
pub fn language_name(tag: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(known, ..)| *known == tag).map(|(_, name, _)| *name)
}
