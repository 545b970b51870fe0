//! Where an agent writes: a reply to the contact, or a note for the team.

use super::{
    conversation::State,
    copilot::{CopilotActs, CopilotOffer, use_copilot},
    draft::{self, Draft},
    state::ConversationState,
    store::use_inbox,
};
use crate::icons::{self, Icon};
use leptos::{html, prelude::*};
use types::{
    Timestamp,
    inbox::{ConversationStatus, SenderType},
    limits::MESSAGE_CHARS,
};

/// Milliseconds between two marks that this agent is writing.
const TYPING_EVERY: i64 = 3_000;
/// Tallest the field grows by itself, in pixels.
const TALLEST: i32 = 320;

/// The field, its two modes, and the button.
#[component]
pub fn Composer(
    /// The conversation.
    state: State,
) -> impl IntoView {
    let inbox = use_inbox();
    let id = state.with_untracked(ConversationState::id);
    let content = RwSignal::new(String::new());
    let is_note = RwSignal::new(false);
    let field = NodeRef::<html::Textarea>::new();
    let typed_at = StoredValue::new(Timestamp(0));
    // The draft is in the browser: it comes after hydration.
    Effect::new(move || {
        let Draft { content: kept, is_note: kept_note } = draft::load(id);
        if !kept.is_empty() {
            content.set(kept);
            is_note.set(kept_note);
        }
    });
    let keep = move || draft::save(id, &Draft { content: content.get_untracked(), is_note: is_note.get_untracked() });
    let mark_typing = move |is_typing: bool| {
        let now = if is_typing { Timestamp::now() } else { Timestamp(0) };
        let last = typed_at.get_value();
        if (is_typing && now.0 - last.0 > TYPING_EVERY) || (!is_typing && last != Timestamp(0)) {
            typed_at.set_value(now);
            inbox.realtime.send_typing(id, is_typing);
        }
    };
    let on_input = move |event| {
        content.set(event_target_value(&event));
        keep();
        // A note is nobody's business outside the team.
        mark_typing(!is_note.get_untracked() && !content.with_untracked(String::is_empty));
    };
    let copilot = use_copilot(id, content, field, keep);
    let length = Memo::new(move |_| content.with(|content| content.chars().count()));
    let is_too_long = Memo::new(move |_| length.get() > MESSAGE_CHARS);
    let is_empty = Memo::new(move |_| content.with(|content| content.trim().is_empty()));
    let send = {
        let state = state.clone();
        move || {
            if is_empty.get_untracked() || is_too_long.get_untracked() {
                return;
            }
            let words = content.with_untracked(|content| content.trim().to_owned());
            content.set(String::new());
            keep();
            mark_typing(false);
            inbox.send(&state, words, is_note.get_untracked());
            if let Some(field) = field.get_untracked() {
                let _ = field.focus();
            }
        }
    };
    let on_key = {
        let send = send.clone();
        move |event: web_sys::KeyboardEvent| match event.key().as_str() {
            // While an input method composes a word, Enter belongs to it.
            "Enter" if !event.shift_key() && !event.is_composing() && event.key_code() != 229 => {
                event.prevent_default();
                send();
            }
            "Escape" => {
                if let Some(field) = field.get_untracked() {
                    let _ = field.blur();
                }
            }
            _ => {}
        }
    };
    // Grows with what is written, also where the browser cannot do it alone.
    Effect::new(move || {
        content.track();
        let Some(field) = field.get() else { return };
        let style = web_sys::HtmlElement::style(&field);
        let _ = style.set_property("block-size", "auto");
        let _ = style.set_property("block-size", &format!("{}px", field.scroll_height().min(TALLEST) + 2));
    });
    on_cleanup(move || mark_typing(false));
    let name = {
        let state = state.clone();
        Memo::new(move |_| state.with(|state| state.conversation.contact.name.clone()))
    };
    let hint = Memo::new(move |_| {
        let conversation = state.with(|state| (state.conversation.is_ai_enabled, state.conversation.status));
        match (is_note.get(), conversation) {
            (true, _) => "Only your team sees notes.",
            (false, (_, ConversationStatus::Resolved)) => "Your reply opens the conversation again.",
            (false, (true, _)) => "Your reply takes the conversation over from the AI.",
            (false, _) => "",
        }
    });
    let label = move || {
        if is_note.get() { "Note for your team".to_owned() } else { format!("Reply to {}", name.get()) }
    };
    view! {
        <form
            class="composer"
            class:is-note=move || is_note.get()
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <Colleagues id=id />
            <CopilotOffer copilot=copilot />
            <div class="composer-modes">
                <div class="composer-mode-pair" role="group" aria-label="What you write">
                    <Mode is_note=is_note value=false name="Reply" key="r" keep=keep field=field />
                    <Mode is_note=is_note value=true name="Note" key="n" keep=keep field=field />
                </div>
                <CopilotActs copilot=copilot />
            </div>
            <textarea
                class="composer-field"
                rows="2"
                dir="auto"
                data-testid="composer"
                node_ref=field
                aria-label=label
                aria-describedby="composer-hint"
                aria-invalid=move || is_too_long.get().then_some("true")
                placeholder=move || format!("{}…", label())
                prop:value=move || content.get()
                on:input=on_input
                on:keydown=on_key
                on:blur=move |_| mark_typing(false)
            ></textarea>
            <div class="composer-foot">
                <p id="composer-hint" class="composer-hint" aria-live="polite">
                    {move || {
                        if is_too_long.get() {
                            format!("{} characters too many. Send it in two messages.", length.get() - MESSAGE_CHARS)
                        } else {
                            hint.get().to_owned()
                        }
                    }}
                </p>
                <span class="composer-keys" aria-hidden="true"><kbd>"Shift"</kbd> <kbd>"Enter"</kbd> " new line"</span>
                <button
                    type="submit"
                    class="button button-primary"
                    data-testid="send"
                    disabled=move || is_empty.get() || is_too_long.get()
                >
                    <Icon path=icons::SEND />
                    {move || if is_note.get() { "Add note" } else { "Send" }}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// One of the two modes.
#[component]
fn Mode(
    is_note: RwSignal<bool>,
    value: bool,
    name: &'static str,
    key: &'static str,
    keep: impl Fn() + Copy + 'static,
    field: NodeRef<html::Textarea>,
) -> impl IntoView {
    let choose = move |_| {
        is_note.set(value);
        keep();
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    view! {
        <button
            type="button"
            class="composer-mode"
            data-mode=if value { "note" } else { "reply" }
            aria-pressed=move || if is_note.get() == value { "true" } else { "false" }
            aria-keyshortcuts=key
            title=format!("Shortcut: {key}")
            on:click=choose
        >
            {name}
        </button>
    }
    .into_any()
}

/// Colleagues who are writing in the same conversation.
#[component]
fn Colleagues(id: types::ConversationId) -> impl IntoView {
    let inbox = use_inbox();
    let names = Memo::new(move |_| {
        let me = inbox.me.with_value(|me| me.name.clone());
        let typists = inbox.realtime.typists(id).into_iter();
        let names: Vec<String> = typists
            .filter(|typist| typist.sender_type == SenderType::Agent && typist.name != me)
            .map(|typist| typist.name)
            .collect();
        names.join(", ")
    });
    view! {
        <div class="colleagues" aria-live="polite">
            <Show when=move || names.with(|names| !names.is_empty())>
                <p class="colleagues-line" data-testid="collision">
                    <Icon path=icons::WARNING small=true />
                    <bdi>{names}</bdi>
                    " is typing a reply"
                </p>
            </Show>
        </div>
    }
    .into_any()
}
