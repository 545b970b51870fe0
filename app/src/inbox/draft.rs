//! What was written and not sent, kept in the browser for each conversation.

use leptos::prelude::window;
use types::ConversationId;

/// What stands in the composer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The words.
    pub content: String,
    /// It is to be a note.
    pub is_note: bool,
}

const NOTE: &str = "note:";
const REPLY: &str = "reply:";

/// The draft of a conversation; empty when there is none, or no storage.
pub fn load(id: ConversationId) -> Draft {
    let stored = storage().and_then(|storage| storage.get_item(&key(id)).ok().flatten());
    stored.as_deref().map(read).unwrap_or_default()
}

/// Keeps the draft of a conversation, or removes it when it is empty. A
/// browser without storage keeps it as long as the page lives.
pub fn save(id: ConversationId, draft: &Draft) {
    let Some(storage) = storage() else { return };
    let _ = if draft.content.trim().is_empty() {
        storage.remove_item(&key(id))
    } else {
        storage.set_item(&key(id), &write(draft))
    };
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn key(id: ConversationId) -> String {
    format!("omnichat.draft.{id}")
}

fn write(draft: &Draft) -> String {
    format!("{}{}", if draft.is_note { NOTE } else { REPLY }, draft.content)
}

fn read(stored: &str) -> Draft {
    match (stored.strip_prefix(NOTE), stored.strip_prefix(REPLY)) {
        (Some(content), _) => Draft { content: content.to_owned(), is_note: true },
        (_, content) => Draft { content: content.unwrap_or(stored).to_owned(), is_note: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_comes_back_as_it_was() {
        for is_note in [true, false] {
            let draft = Draft { content: "note: two\nlines".to_owned(), is_note };
            assert_eq!(read(&write(&draft)), draft);
        }
    }
}
