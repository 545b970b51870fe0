//! The inbox: the list, the conversation, and the contact beside it.

mod acts;
mod composer;
mod contact;
mod contact_data;
mod conversation;
mod copilot;
mod draft;
mod header;
mod keys;
mod list;
mod local;
mod message;
mod messages;
mod row;
pub mod state;
mod store;
mod text;
mod understood;

pub use message::{Confidence, SourceQuotes};

use conversation::ConversationPane;
use keys::{HelpDialog, listen_to_keys};
use leptos::prelude::*;
use leptos_meta::Title;
use list::ListPane;
use local::provide_local_time;
use store::provide_inbox;

/// The inbox, at `/inbox` and, with a conversation open, at `/inbox/{id}`.
#[component]
pub fn InboxPage() -> impl IntoView {
    let inbox = provide_inbox();
    provide_local_time();
    let help = RwSignal::new(false);
    listen_to_keys(inbox, help);
    let title = move || match inbox.realtime.missed.get() {
        0 => "Inbox".to_owned(),
        missed => format!("({missed}) Inbox"),
    };
    view! {
        <Title text=title />
        <div
            class="inbox"
            class:has-open=move || inbox.selected.get().is_some()
            class:has-panel=move || inbox.is_panel_open.get()
        >
            <h1 class="visually-hidden">"Inbox"</h1>
            <ListPane help=help />
            <ConversationPane />
            <HelpDialog is_open=help />
        </div>
    }
    .into_any()
}
