//! What travels over a socket, Postcard-encoded, one frame in one binary message.
//!
//! A client sends [`ClientFrame::Hello`] first, with the event number of its
//! snapshot. It gets every later event that it may see, in order and once,
//! then [`ServerFrame::Ready`], and from there on events as they happen. When
//! too much was missed it gets [`ServerFrame::Reload`] and takes a new snapshot.

use crate::{
    ContactId, ConversationId, Error, MessageId, UserId, WidgetId,
    inbox::{Conversation, Message, SenderType},
    knowledge::Source,
};
use serde::{Deserialize, Serialize};

/// Seconds between heartbeats; a side that hears nothing for twice as long gives up.
pub const HEARTBEAT_SECONDS: u32 = 25;

/// Version of the frames, part of the socket's address. A server that no
/// longer speaks it refuses, and the client reloads its bundle.
pub const PROTOCOL_VERSION: u32 = 1;

/// A fact that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// A message was stored; the conversation as it is after it.
    MessageCreated {
        /// The conversation after the message.
        conversation: Box<Conversation>,
        /// The message.
        message: Box<Message>,
    },
    /// A message changed: its status or its feedback.
    MessageUpdated {
        /// The message as it is now.
        message: Box<Message>,
    },
    /// A conversation was made or changed without a message.
    ConversationUpdated {
        /// The conversation as it is now.
        conversation: Box<Conversation>,
    },
    /// The visitor's messages were seen by an agent.
    ConversationRead {
        /// The conversation.
        conversation_id: ConversationId,
        /// The newest message that was seen.
        message_id: MessageId,
    },
    /// A source moved on.
    SourceUpdated {
        /// The source as it is now.
        source: Box<Source>,
    },
    /// A page with the widget's snippet was seen for the first time.
    WidgetInstalled {
        /// The widget.
        widget_id: WidgetId,
    },
    /// Conversations were deleted: their contact was erased, or they were old.
    ConversationsDeleted {
        /// The conversations.
        conversation_ids: Vec<ConversationId>,
    },
}

impl Event {
    /// The conversation that the event belongs to, if it belongs to one.
    #[must_use]
    pub fn conversation_id(&self) -> Option<ConversationId> {
        match self {
            Self::MessageCreated { message, .. } | Self::MessageUpdated { message } => Some(message.conversation_id),
            Self::ConversationUpdated { conversation } => Some(conversation.id),
            Self::ConversationRead { conversation_id, .. } => Some(*conversation_id),
            Self::SourceUpdated { .. } | Self::WidgetInstalled { .. } | Self::ConversationsDeleted { .. } => None,
        }
    }
}

/// From server to client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ServerFrame {
    /// Everything up to this number has been sent; live from here.
    Ready {
        /// The tenant's event number.
        sequence: u64,
    },
    /// A stored fact.
    Event {
        /// Its number in the tenant; rises, with gaps for what this client may not see.
        sequence: u64,
        /// What happened.
        event: Event,
    },
    /// Somebody is writing. Ends by itself after six seconds or with their message.
    Typing {
        /// In which conversation.
        conversation_id: ConversationId,
        /// Contact, agent or AI.
        sender_type: SenderType,
        /// Name to show; empty for the contact.
        name: String,
        /// Writing, or stopped.
        is_typing: bool,
    },
    /// The next words of an answer that is being written. The stored message
    /// with the same id replaces them.
    AnswerDelta {
        /// In which conversation.
        conversation_id: ConversationId,
        /// Id that the finished message will have.
        message_id: MessageId,
        /// The text so far, whole: a frame that got lost does no harm. Empty when what was shown is taken back.
        text: String,
    },
    /// Who of the team is online.
    Presence {
        /// Users with at least one open dashboard.
        online: Vec<UserId>,
    },
    /// Whether a contact has the widget open. Contacts are offline until told.
    ContactPresence {
        /// The contact.
        contact_id: ContactId,
        /// The widget is connected.
        is_online: bool,
    },
    /// Too much was missed: take a new snapshot, then say hello again.
    Reload,
    /// Answer to a ping.
    Pong,
    /// The server refuses; the socket closes after this.
    Refused(Error),
    /// The contacts that have the widget open, told to a dashboard as it connects.
    ContactsOnline {
        /// The contacts; every other one is offline.
        contacts: Vec<ContactId>,
    },
    /// Whether somebody of the team has a dashboard open, told to widgets.
    TeamPresence {
        /// At least one dashboard is open.
        is_online: bool,
    },
}

/// From client to server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ClientFrame {
    /// First frame of a socket.
    Hello {
        /// The visitor's token; none for the dashboard, which has its cookie.
        token: Option<String>,
        /// Event number of the snapshot; none for live events only.
        after: Option<u64>,
    },
    /// I am writing, or stopped.
    Typing {
        /// In which conversation.
        conversation_id: ConversationId,
        /// Writing, or stopped.
        is_typing: bool,
    },
    /// Are you there?
    Ping,
}
