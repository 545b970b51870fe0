//! The shared vocabulary of Omnichat: typed ids, transfer types, realtime
//! frames and the one error that crosses every boundary.
//!
//! Pure data that compiles everywhere, WebAssembly included. The server, the
//! dashboard, the widget and any other Rust client use the same types.
//!
//! An id of one kind is never taken for one of another, and every enum has
//! one text form, in JSON, in the database and on the command line:
//!
//! ```
//! use types::{ConversationId, ErrorCode, accounts::Permission, inbox::ConversationStatus};
//!
//! let id: ConversationId = "01890a5d-ac96-774b-bcce-b302099a8057".parse()?;
//! assert_eq!(id.to_string(), "01890a5d-ac96-774b-bcce-b302099a8057");
//! assert_eq!("inbox.work".parse(), Ok(Permission::WorkInbox));
//! assert_eq!(ConversationStatus::Resolved.as_str(), "resolved");
//! assert_eq!(ErrorCode::NotFound.status(), 404);
//! # Ok::<(), uuid::Error>(())
//! ```
//!
//! Features: `diesel` maps ids, times and enums to columns, `server-fn` lets
//! the error travel through server functions, `openapi` gives every transfer
//! type its schema. A client needs none of them.

#[macro_use]
mod text_enum;

pub mod accounts;
pub mod answers;
pub mod audit;
pub mod contacts;
pub mod copilot;
pub mod error;
pub mod ids;
pub mod inbox;
pub mod insights;
pub mod intents;
pub mod knowledge;
pub mod leads;
pub mod limits;
pub mod money;
pub mod people;
pub mod platform;
pub mod products;
pub mod realtime;
pub mod rest;
pub mod retention;
pub mod security;
pub mod sign_in;
pub mod teaching;
pub mod text;
pub mod time;
pub mod widgets;

pub use error::{Error, ErrorCode, Result};
pub use ids::*;
pub use time::Timestamp;

#[cfg(test)]
mod fuzz_targets;
