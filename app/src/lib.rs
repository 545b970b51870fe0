//! The dashboard: pages and components, rendered on the server and hydrated
//! in the browser, one module for each capability.

// The type of a view nests as deep as the view.
#![recursion_limit = "512"]
#![expect(clippy::needless_pass_by_value, reason = "the properties of a component are values by Leptos's convention")]

pub mod accounts;
pub mod answers;
pub mod audit;
pub mod icons;
pub mod inbox;
pub mod intents;
pub mod keys;
pub mod knowledge;
pub mod leads;
pub mod onboarding;
pub mod people;
pub mod platform;
mod products;
pub mod realtime;
mod retention;
pub mod routes;
pub mod security;
pub mod shell;
pub mod teaching;
pub mod ui;
pub mod widgets;

pub use routes::{App, set_up_redirects};
#[cfg(feature = "ssr")]
pub use shell::document::{Assets, shell};
