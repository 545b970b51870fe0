//! Conversations and their messages.

use crate::{
    ClientId, ConversationId, MessageId, Timestamp, UserId, accounts::Person, answers::Citation, contacts::Contact,
};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Where a conversation stands.
    pub enum ConversationStatus {
        /// A person is needed.
        Open = "open",
        /// The AI is handling it.
        Pending = "pending",
        /// Put aside until a time.
        Snoozed = "snoozed",
        /// Done; a new message opens it again.
        Resolved = "resolved",
    }
}

text_enum! {
    /// How urgent a conversation is.
    pub enum Priority {
        /// Can wait.
        Low = "low",
        /// As usual.
        Medium = "medium",
        /// Soon.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }
}

text_enum! {
    /// Who wrote a message.
    pub enum SenderType {
        /// The end customer.
        Contact = "contact",
        /// A person of the business.
        Agent = "agent",
        /// The AI.
        Ai = "ai",
        /// Omnichat itself, noting what happened.
        System = "system",
    }
}

text_enum! {
    /// How far a message has come.
    pub enum MessageStatus {
        /// On its way.
        Sending = "sending",
        /// Stored by us.
        Sent = "sent",
        /// With the receiver.
        Delivered = "delivered",
        /// Seen by the receiver.
        Read = "read",
        /// Could not be sent; the error says why.
        Failed = "failed",
    }
}

text_enum! {
    /// Where a conversation comes from.
    pub enum Platform {
        /// The chat widget on a website.
        Website = "website",
        /// A program that uses the API.
        Api = "api",
    }
}

text_enum! {
    /// Thumbs on an AI answer.
    pub enum Feedback {
        /// It helped.
        Up = "up",
        /// It did not.
        Down = "down",
    }
}

/// A conversation as a row of the inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conversation {
    /// The conversation's id.
    pub id: ConversationId,
    /// Number that people say aloud, counted in the tenant.
    pub number: i64,
    /// Where it comes from.
    pub platform: Platform,
    /// Where it stands.
    pub status: ConversationStatus,
    /// How urgent it is.
    pub priority: Priority,
    /// The AI answers; off once a person has taken over.
    pub is_ai_enabled: bool,
    /// Who takes care of it.
    pub assigned: Option<Person>,
    /// The end customer.
    pub contact: Contact,
    /// First words of the last message that is not a note.
    pub preview: String,
    /// Who wrote that message.
    pub preview_sender: SenderType,
    /// Messages of the contact that no agent has seen.
    pub unread: i32,
    /// Time of the last message.
    pub last_message_at: Timestamp,
    /// Time of the first message.
    pub created_at: Timestamp,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// The message's id; sorts by time.
    pub id: MessageId,
    /// The conversation it belongs to.
    pub conversation_id: ConversationId,
    /// Who wrote it.
    pub sender_type: SenderType,
    /// Which agent, when an agent wrote it.
    pub staff_id: Option<UserId>,
    /// Name to show for the sender; empty for the contact.
    pub sender_name: String,
    /// A note is seen by agents alone.
    pub is_note: bool,
    /// What was written, as plain text or Markdown.
    pub content: String,
    /// The content as sanitised HTML, for messages of agents and the AI.
    pub html: Option<String>,
    /// What an AI answer stands on.
    pub citations: Vec<Citation>,
    /// Probability that an AI answer is right, 0 to 1.
    pub confidence: Option<f32>,
    /// Thumbs of the visitor.
    pub feedback: Option<Feedback>,
    /// How far it has come.
    pub status: MessageStatus,
    /// The sender's own id of the message.
    pub client_id: Option<ClientId>,
    /// When it was stored.
    pub created_at: Timestamp,
}

text_enum! {
    /// A selection of conversations.
    pub enum InboxView {
        /// Assigned to me and not resolved.
        Mine = "mine",
        /// Open and assigned to nobody.
        Unassigned = "unassigned",
        /// Everything that is not resolved.
        All = "all",
        /// Handled by the AI alone.
        Ai = "ai",
        /// Done.
        Resolved = "resolved",
    }
}

/// How many conversations each view holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InboxCounts {
    /// Assigned to me and not resolved.
    pub mine: i64,
    /// Open and assigned to nobody.
    pub unassigned: i64,
    /// Everything that is not resolved.
    pub all: i64,
    /// Handled by the AI alone.
    pub ai: i64,
}

/// Where the next page of a list starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationCursor {
    /// Time of the last conversation on this page.
    pub last_message_at: Timestamp,
    /// Its id, for conversations of the same millisecond.
    pub id: ConversationId,
}

/// A page of the inbox: a snapshot to which events after `sequence` apply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationPage {
    /// Newest first.
    pub conversations: Vec<Conversation>,
    /// Where the next page starts, if there is one.
    pub next: Option<ConversationCursor>,
    /// Numbers beside the views.
    pub counts: InboxCounts,
    /// The tenant's event number at which this was read.
    pub sequence: u64,
}

/// A conversation with its newest messages: a snapshot to which events after
/// `sequence` apply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationDetail {
    /// The conversation.
    pub conversation: Conversation,
    /// The newest messages, oldest first.
    pub messages: Vec<Message>,
    /// There are older messages.
    pub has_older: bool,
    /// Earlier conversations of the same contact, newest first, ten at most.
    pub previous: Vec<Conversation>,
    /// People whom it can be assigned to.
    pub people: Vec<Person>,
    /// The tenant's event number at which this was read.
    pub sequence: u64,
}
