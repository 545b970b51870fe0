//! Contacts who may become customers.

use crate::{ContactId, ConversationId, LeadId, Timestamp};
use serde::{Deserialize, Serialize};

/// Leads on one page of the dashboard.
pub const LEADS_PAGE: u32 = 25;
/// E-mail addresses, and phone numbers, that are kept of one lead.
pub const WAYS: usize = 5;

text_enum! {
    /// How far a lead has come.
    pub enum LeadStage {
        /// Nobody has looked at it.
        New = "new",
        /// Worth the effort.
        Qualified = "qualified",
        /// Became a customer.
        Converted = "converted",
        /// Came to nothing.
        Lost = "lost",
    }
}

/// A contact who may become a customer, noticed in a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lead {
    /// The lead's id; rises with time.
    pub id: LeadId,
    /// Who it is.
    pub contact_id: ContactId,
    /// Their name.
    pub contact_name: String,
    /// The conversation in which it was noticed, while it is kept.
    pub conversation_id: Option<ConversationId>,
    /// What they want: an intent, or that they want to buy; empty when unknown.
    pub intent: String,
    /// E-mail addresses that they gave.
    pub emails: Vec<String>,
    /// Phone numbers that they gave.
    pub phones: Vec<String>,
    /// How far it has come.
    pub stage: LeadStage,
    /// When it was converted.
    pub converted_at: Option<Timestamp>,
    /// When it was noticed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What is to change of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeadChange {
    /// How far it has come.
    pub stage: LeadStage,
}

/// Leads, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeadPage {
    /// At most 25 leads.
    pub leads: Vec<Lead>,
    /// Where the next page begins.
    pub next: Option<LeadId>,
}
