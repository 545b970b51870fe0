//! What Omnichat does: tenants, conversations, knowledge, answers, on
//! PostgreSQL. One folder a capability, each with its rows, queries, rules
//! and jobs. Nothing here knows of HTTP.

pub mod accounts;
pub mod answers;
pub mod audit;
pub mod contacts;
pub mod copilot;
pub mod database;
mod error;
pub mod events;
pub mod http;
pub mod idempotency;
pub mod inbox;
pub mod insights;
pub mod intents;
pub mod jobs;
pub mod keys;
pub mod knowledge;
pub mod leads;
pub mod mail;
mod markdown;
mod network;
pub mod platform;
mod priority;
mod product;
pub mod products;
pub mod rates;
mod renewal;
pub mod retention;
mod schema;
pub mod security;
pub mod shares;
pub mod teaching;
pub mod widgets;

pub use error::{Error, Result};
pub use keys::{KeyError, Keys};
pub use network::Network;
pub use priority::give_way;
pub use product::{Omnichat, Settings};

#[cfg(test)]
mod fuzz_targets;
