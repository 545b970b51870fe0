//! What was written and not sent, kept in the browser for each conversation.

use super::state::Outgoing;
use leptos::prelude::window;
use types::{ConversationId, Error, ErrorCode, Timestamp};

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

/// Messages of a conversation that were not sent before the page was closed.
pub fn load_unsent(id: ConversationId) -> Vec<Outgoing> {
    let stored = storage().and_then(|storage| storage.get_item(&unsent_key(id)).ok().flatten());
    stored.as_deref().map(read_unsent).unwrap_or_default()
}

/// Keeps what is still to be sent.
pub fn save_unsent(id: ConversationId, outgoing: &[Outgoing]) {
    let Some(storage) = storage() else { return };
    let _ = if outgoing.is_empty() {
        storage.remove_item(&unsent_key(id))
    } else {
        storage.set_item(&unsent_key(id), &write_unsent(outgoing))
    };
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn unsent_key(id: ConversationId) -> String {
    format!("omnichat.unsent.{id}")
}

/// Messages are joined by ASCII's record separator, their parts by its unit separator.
fn write_unsent(outgoing: &[Outgoing]) -> String {
    let record = |outgoing: &Outgoing| {
        let kind = if outgoing.is_note { NOTE } else { REPLY };
        let content = outgoing.content.replace(['\u{1e}', '\u{1f}'], " ");
        format!("{}\u{1f}{kind}\u{1f}{}\u{1f}{content}", outgoing.client_id, outgoing.created_at.0)
    };
    outgoing.iter().map(record).collect::<Vec<_>>().join("\u{1e}")
}

fn read_unsent(stored: &str) -> Vec<Outgoing> {
    let read = |record: &str| {
        let mut parts = record.splitn(4, '\u{1f}');
        let client_id = parts.next()?.parse().ok()?;
        let is_note = parts.next()? == NOTE;
        let created_at = Timestamp(parts.next()?.parse().ok()?);
        let content = parts.next()?.to_owned();
        let error = Some(Error::new(ErrorCode::Network, "The page was closed before it was sent."));
        Some(Outgoing { client_id, content, is_note, created_at, error })
    };
    stored.split('\u{1e}').filter_map(read).collect()
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

    #[test]
    fn unsent_messages_come_back_in_order() {
        let one = |content: &str, is_note| Outgoing {
            client_id: types::ClientId::random(),
            content: content.to_owned(),
            is_note,
            created_at: Timestamp(7),
            error: None,
        };
        let outgoing = [one("Hello\nthere", false), one("reply: a note", true)];
        let back = read_unsent(&write_unsent(&outgoing));
        assert!(back.iter().all(|outgoing| outgoing.error.as_ref().is_some_and(Error::is_transient)));
        let back: Vec<_> = back.into_iter().map(|outgoing| Outgoing { error: None, ..outgoing }).collect();
        assert_eq!(back, outgoing);
        assert!(read_unsent("").is_empty() && read_unsent("nonsense").is_empty());
    }
}
