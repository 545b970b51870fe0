//! Above the messages: who it is, and what can be done with the conversation.

use super::{
    conversation::State,
    row::{platform_icon, platform_name},
    store::use_inbox,
};
use crate::{
    icons::{self, Icon},
    ui::Avatar,
};
use leptos::prelude::*;
use types::inbox::{Conversation, ConversationStatus};

/// Name, channel and number; the AI's switch; whom it is assigned to; resolve.
#[component]
pub fn ConversationHeader(
    /// The conversation.
    state: State,
) -> impl IntoView {
    let inbox = use_inbox();
    let name = field(&state, |c| c.contact.name.clone());
    let number = field(&state, |c| c.number);
    let platform = field(&state, |c| c.platform);
    let status = field(&state, |c| c.status);
    let contact = field(&state, |c| c.contact.id);
    let is_online = move || inbox.realtime.is_online(contact.get());
    let resolve = {
        let state = state.clone();
        move |_| inbox.toggle_resolved(&state)
    };
    view! {
        <header class="conversation-head">
            <a class="button button-quiet button-icon conversation-back" href=move || inbox.href(None) aria-label="Back to the list">
                <Icon path=icons::BACK />
            </a>
            <button
                type="button"
                class="conversation-who"
                title="About the contact"
                aria-label=move || format!("About {}", name.get())
                aria-expanded=move || if inbox.is_panel_open.get() { "true" } else { "false" }
                on:click=move |_| inbox.is_panel_open.update(|is_open| *is_open = !*is_open)
            >
                <Avatar name=name />
                <span class="conversation-names">
                    <bdi class="conversation-name">{name}</bdi>
                    <span class="conversation-from">
                        <Icon path=platform_icon(platform.get_untracked()) small=true />
                        <span>{move || platform_name(platform.get())}</span>
                        <span class="number">"#" {number}</span>
                        <Show when=is_online>
                            <span class="online">"online"</span>
                        </Show>
                        <Show when=move || status.get() == ConversationStatus::Resolved>
                            <span class="chip tone-success">"Resolved"</span>
                        </Show>
                    </span>
                </span>
            </button>
            <div class="conversation-acts">
                <AiToggle state=state.clone() />
                <Assign state />
                <button
                    type="button"
                    class="button button-secondary resolve"
                    title="Shortcut: e"
                    aria-keyshortcuts="e"
                    on:click=resolve
                >
                    {move || {
                        if status.get() == ConversationStatus::Resolved {
                            view! { <Icon path=icons::RETRY /> <span>"Reopen"</span> }
                        } else {
                            view! { <Icon path=icons::CHECK /> <span>"Resolve"</span> }
                        }
                    }}
                </button>
            </div>
        </header>
    }
    .into_any()
}

/// Says who answers, and changes it.
#[component]
fn AiToggle(state: State) -> impl IntoView {
    let inbox = use_inbox();
    let is_on = field(&state, |c| c.is_ai_enabled);
    // The AI has called for a person and answers what it can until one comes.
    let is_called = field(&state, |c| c.is_ai_enabled && c.status == ConversationStatus::Open);
    let has_it = {
        let me = inbox.me;
        field(&state, move |c| match &c.assigned {
            Some(person) if me.with_value(|me| me.id == person.id) => "You have it".to_owned(),
            Some(person) => format!("{} has it", person.name),
            None => "The AI is silent".to_owned(),
        })
    };
    let toggle = move |_| inbox.set_ai(&state, !is_on.get_untracked());
    view! {
        <button
            type="button"
            class="ai-toggle"
            class:is-on=move || is_on.get()
            class:is-called=move || is_called.get()
            data-testid="ai-toggle"
            title="Shortcut: a"
            aria-keyshortcuts="a"
            on:click=toggle
        >
            <span class="ai-toggle-state">
                {move || {
                    let icon = if is_called.get() { icons::HAND } else { icons::SPARK };
                    view! { <Icon path=icon small=true /> }
                }}
                <span>
                    {move || match (is_called.get(), is_on.get()) {
                        (true, _) => "A person is needed".to_owned(),
                        (_, true) => "AI is answering".to_owned(),
                        _ => has_it.get(),
                    }}
                </span>
            </span>
            <span class="visually-hidden">" – "</span>
            <span class="ai-toggle-act">{move || if is_on.get() { "Take over" } else { "Give back to AI" }}</span>
        </button>
    }
    .into_any()
}

/// Whom the conversation is assigned to.
#[component]
fn Assign(state: State) -> impl IntoView {
    let inbox = use_inbox();
    let assigned = field(&state, |c| c.assigned.clone());
    let people = {
        let state = state.clone();
        Memo::new(move |_| {
            let mut people = state.with(|state| state.people.clone());
            // Somebody who has left may still be assigned.
            if let Some(person) = assigned.get().filter(|person| !people.contains(person)) {
                people.push(person);
            }
            people
        })
    };
    let value = move || assigned.get().map(|person| person.id.to_string()).unwrap_or_default();
    let choose = move |event| inbox.assign(&state, event_target_value(&event).parse().ok());
    view! {
        <label class="assign" title="Assigned to">
            <Icon path=icons::PERSON small=true />
            <span class="visually-hidden">"Assigned to"</span>
            <select class="select assign-select" prop:value=value on:change=choose>
                <option value="" selected=move || assigned.with(Option::is_none)>"Nobody"</option>
                <For each=move || people.get() key=|person| person.id let:person>
                    {
                        let id = person.id;
                        let is_me = inbox.me.with_value(|me| me.id == id);
                        let name = if is_me { format!("{} (you)", person.name) } else { person.name };
                        view! {
                            <option
                                value=id.to_string()
                                selected=move || assigned.with(|person| person.as_ref().is_some_and(|person| person.id == id))
                            >
                                {name}
                            </option>
                        }
                    }
                </For>
            </select>
        </label>
    }
    .into_any()
}

/// One thing about the conversation, as a memo.
fn field<T>(state: &State, field: impl Fn(&Conversation) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    let state = state.clone();
    Memo::new(move |_| state.with(|state| field(&state.conversation)))
}
