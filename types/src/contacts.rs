//! End customers.

use crate::{ContactId, ConversationId, Timestamp, inbox::Message, insights::ConversationInsights, leads::Lead};
use serde::{Deserialize, Serialize};

text_enum! {
    /// How far a contact has come.
    pub enum ContactStage {
        /// Wrote, but is not known.
        Visitor = "visitor",
        /// Left a way to be reached.
        Lead = "lead",
        /// Bought something.
        Customer = "customer",
    }
}

/// A contact as the inbox shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    /// The contact's id.
    pub id: ContactId,
    /// Name to show; "Visitor 4F2A" until a name is known.
    pub name: String,
    /// E-mail address, when known.
    pub email: Option<String>,
    /// Telephone number, when known.
    pub phone: Option<String>,
    /// How far the contact has come.
    pub stage: ContactStage,
    /// BCP 47 language of the visitor's browser.
    pub locale: Option<String>,
    /// Page the visitor wrote from last.
    pub page_url: Option<String>,
    /// Title of that page.
    pub page_title: Option<String>,
    /// First message.
    pub created_at: Timestamp,
}

/// What an agent may change of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactUpdate {
    /// Name to show.
    pub name: String,
    /// E-mail address, or none.
    pub email: Option<String>,
    /// Telephone number, or none.
    pub phone: Option<String>,
    /// How far the contact has come.
    pub stage: ContactStage,
}

/// Everything that is stored of a contact, for the contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactExport {
    /// When it was written.
    pub exported_at: Timestamp,
    /// Who it is about.
    pub contact: Contact,
    /// Their conversations, oldest first.
    pub conversations: Vec<ExportedConversation>,
    /// What was noted of them as somebody who may become a customer.
    #[serde(default)]
    pub leads: Vec<Lead>,
}

/// A conversation with all of its messages, notes about the contact included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportedConversation {
    /// The conversation's id.
    pub id: ConversationId,
    /// Its number in the tenant.
    pub number: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// Its messages, oldest first.
    pub messages: Vec<Message>,
    /// What was understood of it.
    #[serde(default)]
    pub insights: Option<ConversationInsights>,
}
