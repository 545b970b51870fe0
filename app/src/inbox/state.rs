//! What the inbox knows, as plain data: snapshots from the server to which
//! events are applied by pure functions. Nothing here touches the page.

mod conversation;
mod list;
#[cfg(test)]
mod tests;
mod timeline;

pub use conversation::{ConversationState, Outgoing};
pub use list::ListState;
pub use timeline::{Bubble, Entry, Key, Offset, Timeline, day, timeline};
