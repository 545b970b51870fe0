//! The shared vocabulary of Omnichat: typed ids, transfer types, realtime
//! frames and the one error that crosses every boundary.
//!
//! Pure data that compiles everywhere, WebAssembly included. The server, the
//! dashboard, the widget and any other Rust client use the same types.

#[macro_use]
mod text_enum;

pub mod accounts;
pub mod answers;
pub mod audit;
pub mod contacts;
pub mod error;
pub mod ids;
pub mod inbox;
pub mod knowledge;
pub mod limits;
pub mod people;
pub mod realtime;
pub mod retention;
pub mod time;
pub mod widgets;

pub use error::{Error, ErrorCode, Result};
pub use ids::*;
pub use time::Timestamp;
