//! Bodies of the REST API under `/api/v1` that are not simply things of the
//! product. The server speaks them as JSON; a Rust client that uses REST
//! instead of the crate `api` reads and writes these very types.
//!
//! ```
//! use types::rest::{ChatAnswer, ChatRequest, Problem};
//!
//! let question = ChatRequest { session_id: "order-7".into(), message: "How long does delivery take?".into() };
//! assert!(serde_json::to_string(&question)?.starts_with(r#"{"session_id":"order-7""#));
//!
//! let answer: ChatAnswer = serde_json::from_str(
//!     r#"{"session_id":"order-7","answer":"Two days. [1]","kind":"extractive","citations":[],"confidence":0.8,"hand_off":false}"#,
//! )?;
//! assert!(!answer.hand_off);
//!
//! let problem: Problem = serde_json::from_str(
//!     r#"{"type":"/api/v1#not_found","title":"Not found","status":404,"detail":"…","code":"not_found","request_id":"…"}"#,
//! )?;
//! assert_eq!(problem.code, types::ErrorCode::NotFound);
//! # Ok::<(), serde_json::Error>(())
//! ```

use crate::{
    ClientId, ErrorCode, UserId,
    accounts::{ApiKey, Permission},
    answers::{AnswerKind, Citation},
    knowledge::SyncEvery,
    platform::TenantLimits,
};
use serde::{Deserialize, Serialize};

/// Most things on one page of a list.
pub const PAGE: u32 = 100;
/// Things on a page when nobody says how many.
pub const DEFAULT_PAGE: u32 = 25;
/// Longest name of a chat session, in characters.
pub const SESSION_CHARS: usize = 200;

/// Why a request was refused, after RFC 9457 (`application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Where this kind of problem is explained, relative to the server.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words.
    pub title: String,
    /// The HTTP status again.
    #[cfg_attr(feature = "openapi", schema(minimum = 400, maximum = 599))]
    pub status: u16,
    /// A sentence that says what to do, safe to show.
    pub detail: String,
    /// Stable code that a program can switch on.
    pub code: ErrorCode,
    /// The field it is about, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub field: Option<String>,
    /// Names this request in the server's log.
    pub request_id: String,
}

/// A part of a list, with the way to the next part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The things.
    pub data: Vec<T>,
    /// Send it as `cursor` to get the next part; null at the end.
    pub next_cursor: Option<String>,
}

/// Signs a user in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Login {
    /// Sign-in address.
    pub email: String,
    /// The password.
    pub password: String,
    /// A code of the second factor, or a backup code. Without one where it is
    /// needed the refusal is `code_required`.
    #[serde(default)]
    pub code: Option<String>,
}

/// Asks for the next pair of tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refresh {
    /// The refresh token that came last. It is good once.
    pub refresh_token: String,
}

/// What a client gets when somebody has signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tokens {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds that the access token is good for.
    pub expires_in: i64,
    /// Good once, for the next pair. Null when the token that was sent had been
    /// exchanged some seconds before, by another call of the same client.
    pub refresh_token: Option<String>,
}

/// Changes to the business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    /// The business's name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 120))]
    pub name: String,
    /// What the business does, for the AI.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub business_description: String,
}

/// A question for the AI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatRequest {
    /// Your own name of the conversation; it comes back with the answer. Each
    /// question is answered by itself: the session keeps no memory yet.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub session_id: String,
    /// The question.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 10000))]
    pub message: String,
}

/// The AI's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatAnswer {
    /// The session of the question.
    pub session_id: String,
    /// Markdown text, with `[1]` where a citation belongs.
    pub answer: String,
    /// How it was made.
    pub kind: AnswerKind,
    /// What it stands on.
    pub citations: Vec<Citation>,
    /// Probability that it is right, 0 to 1.
    pub confidence: f32,
    /// There is no good answer: let a person take over.
    pub hand_off: bool,
}

/// Lets the AI answer a conversation, or silences it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetAi {
    /// The AI answers.
    pub is_ai_enabled: bool,
}

/// Resolves a conversation, or opens it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Resolve {
    /// It is done; false opens it again.
    pub resolved: bool,
}

/// Gives a conversation to a person, or to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Assign {
    /// The user; null for nobody.
    pub user_id: Option<UserId>,
}

/// A reply to the contact, or a note for colleagues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewMessage {
    /// Markdown text.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 10000))]
    pub content: String,
    /// Only colleagues see it.
    #[serde(default)]
    pub is_note: bool,
    /// Your own id of the message, which makes sending it twice harmless for
    /// ever. Without one the `Idempotency-Key` serves.
    #[serde(default)]
    pub client_id: Option<ClientId>,
}

/// Asks for a link to set a new password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordReset {
    /// Sign-in address.
    pub email: String,
}

/// What is to change of a business. What is missing stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TenantChange {
    /// Whether it may not work any more.
    pub suspended: Option<bool>,
    /// Why it is suspended, in one line.
    #[cfg_attr(feature = "openapi", schema(max_length = 300))]
    pub reason: Option<String>,
    /// What it may use at most; null in it is the server's default.
    pub limits: Option<TenantLimits>,
}

/// A source to be added: a text, a question with its answer, or something on the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AddSource {
    /// A text.
    Text {
        /// Title to show and to cite.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 120))]
        title: String,
        /// The text, Markdown where it has headings.
        #[cfg_attr(feature = "openapi", schema(min_length = 1))]
        content: String,
    },
    /// A question with its answer.
    Faq {
        /// The question.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
        question: String,
        /// The answer.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 5000))]
        answer: String,
    },
    /// A web page.
    Page {
        /// Its address.
        url: String,
        /// How often it is looked at again.
        #[serde(default = "daily")]
        sync: SyncEvery,
    },
    /// A web site.
    Site {
        /// The address of its first page. Pages below its folder belong to the site.
        url: String,
        /// Most pages that are read.
        #[serde(default = "some_pages")]
        #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
        pages: u32,
        /// How often it is looked at again.
        #[serde(default = "daily")]
        sync: SyncEvery,
    },
}

const fn daily() -> SyncEvery {
    SyncEvery::Daily
}

const fn some_pages() -> u32 {
    crate::knowledge::SITE_PAGES_AT_FIRST
}

/// Another title and text of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewSource {
    /// Title to show and to cite; the question of a FAQ.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub title: String,
    /// The text, Markdown where it has headings.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub content: String,
}

/// When a page or site is looked at again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceSync {
    /// How often; as it is when it is left out.
    #[serde(default)]
    pub every: Option<SyncEvery>,
    /// Look at it now as well. Without `every` it is looked at now in any case.
    #[serde(default)]
    pub now: bool,
}

/// An API key to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewKey {
    /// What it is for.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 120))]
    pub name: String,
    /// What it may do; at most what its maker may, and `chat`.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub scopes: Vec<Permission>,
    /// Days that it is good for; null for ever.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 3650))]
    pub days: Option<u32>,
}

/// A new API key. This is the only time that the key itself is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedKey {
    /// Send it as `X-API-Key`.
    pub key: String,
    /// What is known of it.
    pub api_key: ApiKey,
}
