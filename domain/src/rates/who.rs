//! Who was refused.

use super::Named;
use crate::Network;
use std::fmt;
use types::{ApiKeyId, ContactId, ConversationId, TenantId, UserId};
use uuid::Uuid;

/// Who was refused because of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// A stranger's network.
    Network(Network),
    /// An account that strangers try to sign in to, by the short form of its address.
    Account(Named),
    /// A device that signed in before.
    Device(Uuid),
    /// An address that mail goes to, by its short form.
    Address(Named),
    /// A company's provider of sign-ins, by the short form of its address.
    Provider(Named),
    /// A person.
    User(UserId),
    /// A program.
    Key(ApiKeyId),
    /// A visitor.
    Visitor(ContactId),
    /// A conversation.
    Conversation(ConversationId),
    /// A business.
    Tenant(TenantId),
}

/// As in a log: what it is, and its network or id.
impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) => write!(f, "{network}"),
            Self::Account(_) => f.write_str("an account"),
            Self::Device(device) => write!(f, "device {device}"),
            Self::Address(_) => f.write_str("an address"),
            Self::Provider(_) => f.write_str("a provider"),
            Self::User(user) => write!(f, "user {user}"),
            Self::Key(key) => write!(f, "key {key}"),
            Self::Visitor(contact) => write!(f, "visitor {contact}"),
            Self::Conversation(conversation) => write!(f, "conversation {conversation}"),
            Self::Tenant(tenant) => write!(f, "business {tenant}"),
        }
    }
}
