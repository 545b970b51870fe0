//! The typed contract of Omnichat: server functions for the dashboard, the
//! widget and any other Rust client, one file for each capability.
//!
//! Without the feature `ssr` every function is a call over HTTP, in a browser
//! or in a native program. With `ssr` it runs its body: who is calling, then
//! one call into `domain`.
//!
//! # From your own program
//!
//! Name the server and a key once; then the functions are ordinary async
//! functions with ordinary types. A key is made in the dashboard under
//! Settings, API, with the scopes that the program needs.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! api::set_server("https://chat.example.com")?;
//! api::set_token(Some(std::env::var("OMNICHAT_KEY")?));
//!
//! let answer = api::answers::ask("How long does delivery take?".to_owned()).await?;
//! println!("{} ({:.0} % sure)", answer.text, answer.confidence * 100.0);
//! for citation in &answer.citations {
//!     println!("[{}] {}", citation.number, citation.title);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What can go wrong
//!
//! Every function gives [`types::Error`]: a stable code for the program, a
//! sentence for a person, and the field that it is about.
//!
//! ```no_run
//! use api::types::{ErrorCode, accounts::{NewApiKey, Permission}};
//!
//! # async fn run() {
//! let new = NewApiKey { name: "Search".into(), scopes: [Permission::Chat].into_iter().collect(), days: Some(365) };
//! match api::keys::create_key(new).await {
//!     Ok((key, made)) => println!("{} is {key}", made.name),
//!     Err(error) if error.code == ErrorCode::Forbidden => println!("ask the owner: {error}"),
//!     Err(error) if error.is_transient() => println!("later: {error}"),
//!     Err(error) => println!("{:?}: {error}", error.field),
//! }
//! # }
//! ```
//!
//! # Sending a message once
//!
//! Functions that write what people say take a [`types::ClientId`] made
//! before the first try: the same id again gives the stored message.
//!
//! ```no_run
//! use api::types::{ClientId, inbox::InboxView};
//!
//! # async fn run() -> api::types::Result<()> {
//! let page = api::inbox::list_conversations(InboxView::Unassigned, String::new(), None).await?;
//! if let Some(conversation) = page.conversations.first() {
//!     let id = ClientId::random();
//!     let text = "We are looking into it.".to_owned();
//!     api::inbox::send_reply(conversation.id, id, text, false).await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A native program waits and tries again by itself where that does no harm
//! (`client::Patience`). Those who do not write Rust use the REST API at
//! `/api/v1`, whose bodies are in [`types::rest`].

#![expect(missing_docs, reason = "the fields that #[server] makes of arguments cannot carry documentation")]

pub mod accounts;
pub mod answers;
pub mod audit;
pub mod client;
pub mod codec;
pub mod contacts;
pub mod copilot;
pub mod inbox;
pub mod insights;
pub mod intents;
pub mod keys;
pub mod knowledge;
pub mod leads;
pub mod platform;
pub mod products;
pub mod retention;
pub mod security;
pub mod sign_in;
pub mod teaching;
pub mod widgets;

#[cfg(feature = "ssr")]
pub mod caller;

pub use client::{ApiClient, set_server, set_token};
pub use types;
