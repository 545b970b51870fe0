//! The messages of a conversation as they are laid out: days, groups, what is
//! being sent and what the AI is writing.

use super::ConversationState;
use std::{collections::HashMap, sync::Arc};
use types::{
    ClientId, Error, MessageId, Timestamp,
    accounts::Person,
    inbox::{Message, MessageStatus, SenderType},
};

/// Messages of one sender within these minutes stand together.
const GROUP_SECONDS: i64 = 5 * 60;
const DAY: i64 = 86_400_000;

/// Minutes that the agent's clock is ahead of UTC at a moment.
pub type Offset = fn(Timestamp) -> i64;

/// What identifies a line. A message keeps its key from the moment it is
/// written, so that it does not blink when the server confirms it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The line between two days, counted from 1970.
    Day(i64),
    /// A message that its sender named.
    Client(ClientId),
    /// Any other message.
    Message(MessageId),
}

/// A message in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Bubble {
    /// The message, or what will become one.
    pub message: Arc<Message>,
    /// First of its group: shows who wrote it.
    pub starts: bool,
    /// Last of its group: shows when.
    pub ends: bool,
    /// Why it could not be sent.
    pub error: Option<Error>,
    /// The AI is still writing it.
    pub is_streaming: bool,
}

/// A line of the conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A new day begins; some moment of it.
    Day(Timestamp),
    /// A message.
    Bubble(Bubble),
}

/// All lines, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// The keys in order.
    pub order: Vec<Key>,
    entries: HashMap<Key, Entry>,
}

impl Timeline {
    /// The line of a key.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<Entry> {
        self.entries.get(&key).cloned()
    }

    fn push(&mut self, key: Key, entry: Entry) {
        if self.entries.insert(key, entry).is_none() {
            self.order.push(key);
        }
    }
}

/// Lays a conversation out. Days are told apart once the browser's offset
/// from UTC is known; the server does not know the agent's clock.
#[must_use]
pub fn timeline(
    state: &ConversationState,
    me: &Person,
    stream: Option<(MessageId, &str)>,
    offset: Option<Offset>,
) -> Timeline {
    let mut bubbles: Vec<Bubble> = state.messages.iter().map(|message| bubble(message.clone())).collect();
    if let Some((id, text)) = stream
        && !text.is_empty()
        && !bubbles.iter().any(|bubble| bubble.message.id == id)
    {
        let last = bubbles.last().map_or(Timestamp(0), |bubble| bubble.message.created_at);
        let mut writing = bubble(Arc::new(streamed(state, id, text, last)));
        writing.is_streaming = true;
        bubbles.push(writing);
    }
    for outgoing in &state.outgoing {
        let message = Message {
            id: MessageId(outgoing.client_id.0),
            conversation_id: state.id(),
            sender_type: SenderType::Agent,
            staff_id: Some(me.id),
            sender_name: me.name.clone(),
            is_note: outgoing.is_note,
            content: outgoing.content.clone(),
            html: None,
            citations: Vec::new(),
            confidence: None,
            feedback: None,
            status: if outgoing.error.is_some() { MessageStatus::Failed } else { MessageStatus::Sending },
            client_id: Some(outgoing.client_id),
            created_at: outgoing.created_at,
        };
        bubbles.push(Bubble { error: outgoing.error.clone(), ..bubble(Arc::new(message)) });
    }
    group(&mut bubbles, offset);
    lines(bubbles, offset)
}

const fn bubble(message: Arc<Message>) -> Bubble {
    Bubble { message, starts: true, ends: true, error: None, is_streaming: false }
}

fn streamed(state: &ConversationState, id: MessageId, text: &str, created_at: Timestamp) -> Message {
    Message {
        id,
        conversation_id: state.id(),
        sender_type: SenderType::Ai,
        staff_id: None,
        sender_name: String::new(),
        is_note: false,
        content: text.to_owned(),
        html: None,
        citations: Vec::new(),
        confidence: None,
        feedback: None,
        status: MessageStatus::Sending,
        client_id: None,
        created_at,
    }
}

fn group(bubbles: &mut [Bubble], offset: Option<Offset>) {
    for index in 1..bubbles.len() {
        if let Some([before, after]) = bubbles.get_mut(index - 1..=index)
            && belong_together(&before.message, &after.message, offset)
        {
            before.ends = false;
            after.starts = false;
        }
    }
}

fn belong_together(before: &Message, after: &Message, offset: Option<Offset>) -> bool {
    before.sender_type != SenderType::System
        && before.sender_type == after.sender_type
        && before.staff_id == after.staff_id
        && before.is_note == after.is_note
        && after.created_at.seconds_since(before.created_at) < GROUP_SECONDS
        && offset.is_none_or(|offset| day(before.created_at, offset) == day(after.created_at, offset))
}

fn lines(bubbles: Vec<Bubble>, offset: Option<Offset>) -> Timeline {
    let mut timeline = Timeline::default();
    let mut last_day = None;
    for bubble in bubbles {
        let message = &bubble.message;
        if let Some(offset) = offset {
            let day = day(message.created_at, offset);
            // A late message may carry an earlier day: no line is drawn twice.
            if last_day.is_none_or(|last| day > last) {
                timeline.push(Key::Day(day), Entry::Day(message.created_at));
                last_day = Some(day);
            }
        }
        timeline.push(key_of(message), Entry::Bubble(bubble));
    }
    timeline
}

/// What somebody sends is known by the sender's id first; what the AI streams
/// has its final id from the start.
fn key_of(message: &Message) -> Key {
    match message.client_id {
        Some(client_id) if message.sender_type != SenderType::Ai => Key::Client(client_id),
        _ => Key::Message(message.id),
    }
}

/// The day of a moment by the agent's clock, counted from 1970.
pub fn day(at: Timestamp, offset: Offset) -> i64 {
    (at.0 + offset(at) * 60_000).div_euclid(DAY)
}
