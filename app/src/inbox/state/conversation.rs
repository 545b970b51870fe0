//! An open conversation: its messages, what this agent is sending, and events applied to both.

use std::{collections::HashSet, sync::Arc};
use types::{
    ClientId, ConversationId, Error, MessageId, Timestamp,
    accounts::Person,
    inbox::{Conversation, ConversationDetail, Message},
    limits::MESSAGES_PAGE,
    realtime::Event,
};

/// A message of this agent that the server has not confirmed yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Makes sending it twice harmless.
    pub client_id: ClientId,
    /// What was written.
    pub content: String,
    /// For colleagues alone.
    pub is_note: bool,
    /// When it was written, by the browser's clock.
    pub created_at: Timestamp,
    /// Why it could not be sent; none while it is on its way.
    pub error: Option<Error>,
}

/// A conversation as it is shown: a snapshot, kept current by events.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationState {
    /// The conversation.
    pub conversation: Conversation,
    /// Its messages, oldest first.
    pub messages: Vec<Arc<Message>>,
    /// What this agent is sending, oldest first.
    pub outgoing: Vec<Outgoing>,
    /// There are older messages.
    pub has_older: bool,
    /// Earlier conversations of the same contact, newest first.
    pub previous: Vec<Conversation>,
    /// People whom it can be assigned to.
    pub people: Vec<Person>,
    /// Number of the last event that is part of this.
    pub sequence: u64,
}

impl ConversationState {
    /// Begins with a snapshot.
    #[must_use]
    pub fn new(detail: ConversationDetail) -> Self {
        Self {
            conversation: detail.conversation,
            messages: detail.messages.into_iter().map(Arc::new).collect(),
            outgoing: Vec::new(),
            has_older: detail.has_older,
            previous: detail.previous,
            people: detail.people,
            sequence: detail.sequence,
        }
    }

    /// The conversation's id.
    #[must_use]
    pub const fn id(&self) -> ConversationId {
        self.conversation.id
    }

    /// Whether applying this event would change anything.
    #[must_use]
    pub fn concerns(&self, sequence: u64, event: &Event) -> bool {
        sequence > self.sequence && event.conversation_id() == Some(self.id())
    }

    /// Applies an event. Repeats and events of other conversations change nothing.
    pub fn apply(&mut self, sequence: u64, event: &Event) {
        if !self.concerns(sequence, event) {
            return;
        }
        self.sequence = sequence;
        match event {
            Event::MessageCreated { conversation, message } => {
                self.conversation = (**conversation).clone();
                self.put_message((**message).clone());
            }
            Event::MessageUpdated { message } => self.change_message(message),
            Event::ConversationUpdated { conversation } => self.conversation = (**conversation).clone(),
            Event::ConversationRead { .. } => self.conversation.unread = 0,
            Event::SourceUpdated { .. } | Event::WidgetInstalled { .. } | Event::ConversationsDeleted { .. } => {}
        }
    }

    /// Takes a newer snapshot and keeps what it does not hold: older messages
    /// that were loaded, and what is being sent.
    pub fn refresh(&mut self, detail: ConversationDetail) {
        if detail.sequence < self.sequence {
            return;
        }
        let new = Self::new(detail);
        let older = std::mem::take(&mut self.messages);
        let mut outgoing = std::mem::take(&mut self.outgoing);
        let had_older = self.has_older;
        *self = new;
        let stored: HashSet<_> = self.messages.iter().filter_map(|message| message.client_id).collect();
        outgoing.retain(|outgoing| !stored.contains(&outgoing.client_id));
        self.outgoing = outgoing;
        // Without an overlap there may be a hole: the older ones are loaded again when scrolled to.
        if let Some(first) = self.messages.first().map(|message| message.id)
            && older.iter().any(|message| message.id == first)
        {
            let before = older.into_iter().filter(|message| message.id < first);
            self.messages = before.chain(std::mem::take(&mut self.messages)).collect();
            self.has_older = had_older;
        }
    }

    /// Adds a page of older messages.
    pub fn add_older(&mut self, page: Vec<Message>) {
        self.has_older = i64::try_from(page.len()).is_ok_and(|length| length >= MESSAGES_PAGE);
        for message in page {
            if !self.messages.iter().any(|known| known.id == message.id) {
                self.insert(message);
            }
        }
    }

    /// Where the next page of older messages ends.
    #[must_use]
    pub fn oldest(&self) -> Option<MessageId> {
        self.messages.first().map(|message| message.id)
    }

    /// Shows a message at once, before the server has it.
    pub fn send(&mut self, outgoing: Outgoing) {
        self.outgoing.push(outgoing);
    }

    /// The server has the message; its event may have come before.
    pub fn sent(&mut self, message: Message) {
        if !self.messages.iter().any(|known| known.id == message.id) {
            self.put_message(message);
        } else {
            self.outgoing.retain(|outgoing| Some(outgoing.client_id) != message.client_id);
        }
    }

    /// The next message to give to the server: one at a time, so that they
    /// arrive in the order in which they were written.
    #[must_use]
    pub fn next_outgoing(&self) -> Option<Outgoing> {
        self.outgoing.iter().find(|outgoing| outgoing.error.is_none()).cloned()
    }

    /// The message could not be sent. When the server is away, what was
    /// written after it waits as well, or it would arrive first.
    pub fn not_sent(&mut self, client_id: ClientId, error: &Error) {
        let Some(place) = self.outgoing.iter().position(|outgoing| outgoing.client_id == client_id) else { return };
        let count = if error.is_transient() { usize::MAX } else { 1 };
        for outgoing in self.outgoing.iter_mut().skip(place).take(count) {
            outgoing.error.get_or_insert_with(|| error.clone());
        }
    }

    /// Takes up what was not sent in an earlier life of the page.
    pub fn restore(&mut self, unsent: Vec<Outgoing>) {
        for outgoing in unsent {
            let id = outgoing.client_id;
            let is_stored = self.messages.iter().any(|message| message.client_id == Some(id));
            if !is_stored && !self.outgoing.iter().any(|known| known.client_id == id) {
                self.outgoing.push(outgoing);
            }
        }
    }

    /// Takes a failed message up again: it is on its way once more.
    pub fn retry(&mut self, client_id: ClientId) -> Option<Outgoing> {
        let outgoing = self.outgoing.iter_mut().find(|outgoing| outgoing.client_id == client_id)?;
        outgoing.error.take()?;
        Some(outgoing.clone())
    }

    /// Gives a failed message up and returns it.
    pub fn discard(&mut self, client_id: ClientId) -> Option<Outgoing> {
        let place = self.outgoing.iter().position(|outgoing| outgoing.client_id == client_id)?;
        Some(self.outgoing.remove(place))
    }

    fn put_message(&mut self, message: Message) {
        if let Some(client_id) = message.client_id {
            self.outgoing.retain(|outgoing| outgoing.client_id != client_id);
        }
        self.messages.retain(|known| known.id != message.id);
        self.insert(message);
    }

    fn change_message(&mut self, message: &Message) {
        if let Some(known) = self.messages.iter_mut().find(|known| known.id == message.id) {
            *known = Arc::new(message.clone());
        }
    }

    fn insert(&mut self, message: Message) {
        let place = self.messages.partition_point(|known| known.id < message.id);
        self.messages.insert(place, Arc::new(message));
    }
}
