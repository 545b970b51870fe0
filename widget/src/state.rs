//! What the widget knows and shows.

use crate::signal::Signal;
use crate::{
    settings::Settings,
    texts::{self, Texts},
};
use types::{
    ClientId, ConversationId, Error, MessageId, Timestamp,
    inbox::{Conversation, ConversationStatus, Message, MessageStatus, SenderType},
    widgets::{SentMessage, VisitorConversation, WidgetAppearance},
};

/// Handles to everything the widget knows; cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct App {
    /// What the loader handed over.
    pub settings: &'static Settings,
    /// The language.
    pub texts: Signal<&'static Texts>,
    /// The panel is open.
    pub is_open: Signal<bool>,
    /// The business, once it is known.
    pub appearance: Signal<Option<WidgetAppearance>>,
    /// The messages, oldest first, unsent ones at the end.
    pub entries: Signal<Vec<Entry>>,
    /// The conversation, once there is one.
    pub talk: Signal<Option<Talk>>,
    /// Who is writing; empty for somebody without a name.
    pub typing: Signal<Option<String>>,
    /// What the visitor should know: no network, not allowed here.
    pub trouble: Signal<Option<Error>>,
    /// Messages of the team that the visitor has not seen.
    pub unread: Signal<u32>,
    /// What stands in the composer.
    pub draft: Signal<String>,
}

/// One message on the screen.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Stays the same from the first optimistic bubble to the stored message.
    pub key: ClientId,
    /// What is shown.
    pub shown: Signal<Shown>,
}

/// What is shown of a message.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The message.
    pub message: Message,
    /// Why it was not sent.
    pub error: Option<Error>,
    /// It is still being written.
    pub is_streaming: bool,
}

/// What the widget needs of the conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Talk {
    /// The conversation's id.
    pub id: ConversationId,
    /// A person has been asked for, or has taken over.
    pub has_person: bool,
    /// There are older messages than those on the screen.
    pub has_older: bool,
    /// The last message of the visitor that the team has seen.
    pub read_up_to: Option<MessageId>,
}

impl App {
    /// A widget that knows nothing yet.
    #[must_use]
    pub fn new(settings: &'static Settings) -> Self {
        Self {
            settings,
            texts: Signal::new(texts::of(&settings.locale)),
            is_open: Signal::new(false),
            appearance: Signal::new(None),
            entries: Signal::new(Vec::new()),
            talk: Signal::new(None),
            typing: Signal::new(None),
            trouble: Signal::new(None),
            unread: Signal::new(0),
            draft: Signal::new(String::new()),
        }
    }

    /// The conversation's id, once there is one.
    #[must_use]
    pub fn conversation_id(&self) -> Option<ConversationId> {
        self.talk.with_untracked(|talk| talk.as_ref().map(|talk| talk.id))
    }

    /// Shows a message that was stored: in the place of its optimistic bubble
    /// or stream when there is one, otherwise by its time. Gives back whether
    /// it was news.
    pub fn put(&self, message: Message) -> bool {
        let key = key(&message);
        if let Some(shown) = self.find(key) {
            let was_stored = shown.with_untracked(|shown| shown.is_stored());
            shown.set(Shown { message, error: None, is_streaming: false });
            return !was_stored;
        }
        let entry = Entry::new(key, message);
        self.entries.update(|entries| insert(entries, entry));
        true
    }

    /// Shows words that are on their way.
    pub fn put_unsent(&self, client_id: ClientId, content: String, written: i64) {
        let message = Message {
            id: MessageId(client_id.0),
            conversation_id: ConversationId(client_id.0),
            sender_type: SenderType::Contact,
            staff_id: None,
            sender_name: String::new(),
            is_note: false,
            content,
            html: None,
            citations: Vec::new(),
            confidence: None,
            feedback: None,
            status: MessageStatus::Sending,
            client_id: Some(client_id),
            created_at: Timestamp(written),
        };
        let entry = Entry::new(client_id, message);
        self.entries.update(|entries| entries.push(entry));
    }

    /// Shows the words so far of an answer that is being written; no words take it back.
    pub fn put_stream(&self, id: MessageId, conversation_id: ConversationId, text: String) {
        if let Some(shown) = self.find(ClientId(id.0)) {
            if shown.with_untracked(|shown| shown.is_streaming) {
                if text.is_empty() {
                    return self.remove(ClientId(id.0));
                }
                shown.update(|shown| shown.message.content = text);
            }
            return;
        }
        if text.is_empty() {
            return;
        }
        let mut entry = Entry::new(
            ClientId(id.0),
            Message {
                id,
                conversation_id,
                sender_type: SenderType::Ai,
                staff_id: None,
                sender_name: String::new(),
                is_note: false,
                content: text,
                html: None,
                citations: Vec::new(),
                confidence: None,
                feedback: None,
                status: MessageStatus::Sending,
                client_id: None,
                created_at: Timestamp::now(),
            },
        );
        entry.set_streaming();
        self.typing.set(None);
        self.entries.update(|entries| insert(entries, entry));
    }

    /// Takes away streams that no stored message has replaced.
    pub fn drop_streams(&self) {
        if self.entries.with_untracked(|entries| entries.iter().any(Entry::is_streaming)) {
            self.entries.update(|entries| entries.retain(|entry| !entry.is_streaming()));
        }
    }

    /// Changes one message on the screen.
    pub fn change(&self, key: ClientId, change: impl FnOnce(&mut Shown)) {
        if let Some(shown) = self.find(key) {
            shown.update(change);
        }
    }

    /// Takes a message off the screen.
    pub fn remove(&self, key: ClientId) {
        self.entries.update(|entries| entries.retain(|entry| entry.key != key));
    }

    /// Takes over the server's picture of the conversation. Unsent words stay.
    pub fn take_snapshot(&self, snapshot: VisitorConversation) {
        self.drop_streams();
        if self.conversation_id().is_some_and(|id| id != snapshot.id) {
            self.entries.update(|entries| entries.retain(|entry| !entry.is_stored()));
        }
        let first = snapshot.messages.first().map(|message| message.id);
        let has_older = self.entries.with_untracked(|entries| {
            // Pages of older messages that are on the screen stay there.
            match (entries.first(), first) {
                (Some(entry), Some(first)) if entry.is_stored() && entry.id() < first => None,
                _ => Some(snapshot.has_older),
            }
        });
        for message in snapshot.messages {
            self.put(message);
        }
        self.talk.update(|talk| {
            let before = talk.as_ref().is_some_and(|talk| talk.has_older);
            *talk = Some(Talk {
                id: snapshot.id,
                has_person: needs_person(snapshot.status, snapshot.is_ai_enabled),
                has_older: has_older.unwrap_or(before),
                read_up_to: snapshot.read_up_to,
            });
        });
    }

    /// Notes what an event says of the conversation.
    pub fn take_conversation(&self, conversation: &Conversation) {
        self.talk.update(|talk| {
            if let Some(talk) = talk.as_mut().filter(|talk| talk.id == conversation.id) {
                talk.has_person = needs_person(conversation.status, conversation.is_ai_enabled);
            }
        });
    }

    /// Notes what the server made of sent words. Gives back whether the
    /// conversation is new to this page.
    pub fn take_sent(&self, sent: SentMessage) -> bool {
        let is_new = self.conversation_id() != Some(sent.conversation_id);
        if is_new {
            self.talk.set(Some(Talk {
                id: sent.conversation_id,
                has_person: false,
                has_older: false,
                read_up_to: None,
            }));
        }
        self.put(sent.message);
        is_new
    }

    /// The first unsent words that have not been refused.
    #[must_use]
    pub fn next_unsent(&self) -> Option<(ClientId, String)> {
        self.entries.with_untracked(|entries| {
            entries.iter().find_map(|entry| {
                entry.shown.with_untracked(|shown| {
                    let message = &shown.message;
                    (message.sender_type == SenderType::Contact && message.status == MessageStatus::Sending)
                        .then(|| (entry.key, message.content.clone()))
                })
            })
        })
    }

    /// The id of the first message on the screen.
    #[must_use]
    pub fn first_id(&self) -> Option<MessageId> {
        self.entries.with_untracked(|entries| entries.first().map(Entry::id))
    }

    /// The id of the last message on the screen that the server has.
    #[must_use]
    pub fn last_stored(&self) -> Option<MessageId> {
        self.entries.with_untracked(|entries| {
            let is_stored = |entry: &&Entry| entry.shown.with_untracked(|shown| shown.is_stored());
            entries.iter().rev().find(is_stored).map(Entry::id)
        })
    }

    /// The id of the last message that the team or the AI has written.
    #[must_use]
    pub fn last_of_team(&self) -> Option<MessageId> {
        self.entries.with_untracked(|entries| {
            let of_team = |entry: &&Entry| {
                entry
                    .shown
                    .with_untracked(|shown| shown.is_stored() && shown.message.sender_type != SenderType::Contact)
            };
            entries.iter().rev().find(of_team).map(Entry::id)
        })
    }

    /// How many messages of the team or the AI came after `seen`.
    #[must_use]
    pub fn count_after(&self, seen: &str) -> u32 {
        self.entries.with_untracked(|entries| {
            let after = |entry: &&Entry| {
                entry.shown.with_untracked(|shown| {
                    let message = &shown.message;
                    let is_theirs = matches!(message.sender_type, SenderType::Agent | SenderType::Ai);
                    // Ids sort by time, as text too.
                    is_theirs && shown.is_stored() && message.id.to_string().as_str() > seen
                })
            };
            u32::try_from(entries.iter().filter(after).count()).unwrap_or(u32::MAX)
        })
    }

    /// What is shown of a message.
    #[must_use]
    pub fn find(&self, key: ClientId) -> Option<Signal<Shown>> {
        self.entries
            .with_untracked(|entries| entries.iter().rev().find(|entry| entry.key == key).map(|entry| entry.shown))
    }
}

impl Entry {
    fn new(key: ClientId, message: Message) -> Self {
        Self { key, shown: Signal::new(Shown { message, error: None, is_streaming: false }) }
    }

    fn set_streaming(&mut self) {
        self.shown.update_untracked(|shown| shown.is_streaming = true);
    }

    /// When it was written, by whom, and the name to show.
    #[must_use]
    pub fn origin(&self) -> (i64, SenderType, String) {
        self.shown.with_untracked(|shown| {
            let message = &shown.message;
            (message.created_at.0, message.sender_type, message.sender_name.clone())
        })
    }

    /// It is words of the visitor that the server does not have yet.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        self.shown.with_untracked(|shown| !shown.is_stored() && !shown.is_streaming)
    }

    /// It is still being written.
    #[must_use]
    pub fn is_streaming(&self) -> bool {
        self.shown.with_untracked(|shown| shown.is_streaming)
    }

    fn is_stored(&self) -> bool {
        self.shown.with_untracked(Shown::is_stored)
    }

    fn id(&self) -> MessageId {
        self.shown.with_untracked(|shown| shown.message.id)
    }
}

impl Shown {
    /// The server has it.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        !self.is_streaming && !matches!(self.message.status, MessageStatus::Sending | MessageStatus::Failed)
    }
}

/// Open means that the AI has called the team, even if it still answers meanwhile.
fn needs_person(status: ConversationStatus, is_ai_enabled: bool) -> bool {
    status == ConversationStatus::Open || !is_ai_enabled && status != ConversationStatus::Resolved
}

/// What identifies a message on this page, before and after it is stored.
#[must_use]
pub fn key(message: &Message) -> ClientId {
    message.client_id.filter(|_| message.sender_type == SenderType::Contact).unwrap_or(ClientId(message.id.0))
}

/// Puts an entry where its id belongs among the stored ones, before what is unsent.
fn insert(entries: &mut Vec<Entry>, entry: Entry) {
    let id = entry.id();
    let behind =
        entries.iter().rev().take_while(|other| !other.is_stored() && !other.is_streaming() || other.id() > id);
    let at = entries.len() - behind.count();
    entries.insert(at, entry);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(number: u128, sender_type: SenderType, status: MessageStatus) -> Message {
        // An id is a UUID; its text form is the easiest way to a chosen one.
        let id: MessageId = format!("{number:032x}").parse().unwrap();
        Message {
            id,
            conversation_id: ConversationId(id.0),
            sender_type,
            staff_id: None,
            sender_name: String::new(),
            is_note: false,
            content: String::new(),
            html: None,
            citations: Vec::new(),
            confidence: None,
            feedback: None,
            status,
            client_id: None,
            created_at: Timestamp(0),
        }
    }

    #[test]
    fn stored_messages_go_by_time_and_before_unsent_words() {
        let mut entries = Vec::new();
        for (number, status) in
            [(9, MessageStatus::Sending), (2, MessageStatus::Sent), (1, MessageStatus::Sent), (3, MessageStatus::Sent)]
        {
            let message = message(number, SenderType::Contact, status);
            insert(&mut entries, Entry::new(key(&message), message));
        }
        let order: Vec<u128> = entries.iter().map(|entry| entry.id().0.as_u128()).collect();
        assert_eq!(order, [1, 2, 3, 9]);
    }
}
