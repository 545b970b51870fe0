//! The chat widget: how it looks, who may use it, and what a visitor sees.

use crate::{
    ContactId, ConversationId, MessageId, WidgetId,
    inbox::{ConversationStatus, Message},
};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Corner in which the launcher sits.
    pub enum Position {
        /// Bottom right.
        Right = "right",
        /// Bottom left.
        Left = "left",
    }
}

text_enum! {
    /// Light, dark, or as the visitor's system says.
    pub enum Theme {
        /// As the visitor's system says.
        Auto = "auto",
        /// Always light.
        Light = "light",
        /// Always dark.
        Dark = "dark",
    }
}

/// How a widget looks and speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WidgetConfig {
    /// Brand colour, `#rrggbb`.
    pub color: String,
    /// Corner of the page.
    pub position: Position,
    /// Light or dark.
    pub theme: Theme,
    /// Name in the header; the business's name when empty.
    pub title: String,
    /// First words to the visitor.
    pub greeting: String,
    /// Questions a visitor can ask with one click, four at most.
    pub suggested_questions: Vec<String>,
}

impl Default for WidgetConfig {
    fn default() -> Self {
        Self {
            color: "#0f766e".to_owned(),
            position: Position::Right,
            theme: Theme::Auto,
            title: String::new(),
            greeting: "Hi! Ask us anything.".to_owned(),
            suggested_questions: Vec::new(),
        }
    }
}

/// A widget as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Widget {
    /// The widget's id, public.
    pub id: WidgetId,
    /// Name in the dashboard, unique in the tenant.
    pub name: String,
    /// How it looks.
    pub config: WidgetConfig,
    /// Hosts whose pages may use it, such as `example.com` (its subdomains included); empty for any.
    pub allowed_domains: Vec<String>,
    /// It can be used.
    pub is_active: bool,
    /// A page with the snippet was seen.
    pub is_installed: bool,
    /// The line to paste into a page.
    pub snippet: String,
}

/// Changes to a widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WidgetUpdate {
    /// Name in the dashboard.
    pub name: String,
    /// How it looks.
    pub config: WidgetConfig,
    /// Hosts whose pages may use it.
    pub allowed_domains: Vec<String>,
    /// It can be used.
    pub is_active: bool,
}

/// What a page gets to know of a widget before the visitor acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WidgetAppearance {
    /// The widget's id.
    pub id: WidgetId,
    /// The business's name.
    pub business: String,
    /// How it looks.
    pub config: WidgetConfig,
    /// Somebody of the team is online.
    pub is_team_online: bool,
    /// First names of the team, four at most.
    pub team: Vec<String>,
}

/// A visitor's right to speak: a bearer token for later calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitorSession {
    /// Bearer token; keep it in local storage.
    pub token: String,
    /// The contact that this visitor is.
    pub contact_id: ContactId,
}

/// Where a visitor is and which language they read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitorPage {
    /// Address of the page.
    pub url: String,
    /// Title of the page.
    pub title: String,
    /// BCP 47 language of the browser.
    pub locale: String,
}

/// A message that was stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SentMessage {
    /// The conversation it went to, made by it when there was none.
    pub conversation_id: ConversationId,
    /// The message as stored.
    pub message: Message,
}

/// A visitor's conversation as the widget shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitorConversation {
    /// The conversation's id.
    pub id: ConversationId,
    /// Where it stands.
    pub status: ConversationStatus,
    /// The AI answers.
    pub is_ai_enabled: bool,
    /// Name of the agent who takes care of it.
    pub agent: Option<String>,
    /// The newest messages, oldest first, without notes.
    pub messages: Vec<Message>,
    /// There are older messages; ask with the first one's id.
    pub has_older: bool,
    /// The last message of the visitor that an agent has seen.
    pub read_up_to: Option<MessageId>,
    /// The tenant's event number at which this was read.
    pub sequence: u64,
}
