//! The typed contract of Omnichat: server functions for the dashboard, the
//! widget and any other Rust client, one file for each capability.
//!
//! Without the feature `ssr` every function is a call over HTTP, in a browser
//! or in a native program. With `ssr` it runs its body: who is calling, then
//! one call into `domain`.

#![expect(missing_docs, reason = "the fields that #[server] makes of arguments cannot carry documentation")]

pub mod accounts;
pub mod answers;
pub mod audit;
pub mod client;
pub mod contacts;
pub mod inbox;
pub mod knowledge;
pub mod platform;
pub mod retention;
pub mod widgets;

#[cfg(feature = "ssr")]
pub mod caller;

pub use client::{ApiClient, set_server, set_token};
pub use types;
