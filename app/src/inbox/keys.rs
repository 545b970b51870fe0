//! The inbox by keyboard, and the help that lists the keys.

use super::{state::ConversationState, store::Inbox};
use crate::icons::{self, Icon};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

const KEYS: [(&[&str], &str); 11] = [
    (&["j", "↓"], "Next conversation"),
    (&["k", "↑"], "Previous conversation"),
    (&["Enter", "o"], "Go into the conversation"),
    (&["r"], "Reply"),
    (&["n"], "Write a note"),
    (&["s"], "Suggest a reply"),
    (&["l"], "Save the last reply as an answer"),
    (&["e"], "Resolve, or open again"),
    (&["a"], "Take over from the AI, or give back"),
    (&["/"], "Search"),
    (&["?"], "This help"),
];

/// Listens to the keyboard as long as the inbox is on the screen. Nothing
/// happens while somebody types in a field or a dialog is open.
pub fn listen_to_keys(inbox: Inbox, help: RwSignal<bool>) {
    let go = inbox.navigator();
    Effect::new(move || {
        let go = go.clone();
        let listener = window_event_listener(leptos::ev::keydown, move |event| {
            if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() || is_busy(&event) {
                return;
            }
            if act(inbox, help, &go, &event) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// Does what a key stands for; false when it stands for nothing.
fn act(
    inbox: Inbox,
    help: RwSignal<bool>,
    go: &impl Fn(types::ConversationId),
    event: &web_sys::KeyboardEvent,
) -> bool {
    let key = event.key();
    let is_on_control = on_control(event);
    match key.as_str() {
        "j" | "k" | "ArrowDown" | "ArrowUp" => {
            // In the messages the arrows scroll.
            if key.starts_with("Arrow") && focus_is_in(".messages") {
                return false;
            }
            let step = if matches!(key.as_str(), "j" | "ArrowDown") { 1 } else { -1 };
            if let Some(id) = inbox.neighbour(step) {
                go(id);
            }
        }
        "Enter" if is_on_control => return false,
        "Enter" | "o" => match inbox.selected.get_untracked() {
            Some(_) => focus(".messages"),
            None => {
                if let Some(id) = inbox.neighbour(1) {
                    go(id);
                }
            }
        },
        "r" => press("[data-mode=reply]"),
        "n" => press("[data-mode=note]"),
        "s" => press("[data-testid=suggest]"),
        "l" => press_last("[data-testid=save-answer]"),
        "e" => with_open(inbox, |state| inbox.toggle_resolved(state)),
        "a" => with_open(inbox, |state| {
            let is_enabled = state.with_untracked(|state| state.conversation.is_ai_enabled);
            inbox.set_ai(state, !is_enabled);
        }),
        "/" => focus(".search-input"),
        "?" => help.set(true),
        "Escape" if inbox.is_panel_open.get_untracked() => inbox.is_panel_open.set(false),
        _ => return false,
    }
    true
}

fn with_open(inbox: Inbox, act: impl FnOnce(&ArcRwSignal<ConversationState>)) {
    if let Some(state) = inbox.selected.get_untracked().and_then(|id| inbox.opened(id)) {
        act(&state);
    }
}

/// Somebody types, or a dialog is open.
fn is_busy(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
    let is_typing = target.is_some_and(|target| {
        matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || target.is_content_editable()
    });
    is_typing || document().query_selector("dialog[open]").ok().flatten().is_some()
}

/// The key belongs to the button or link that has the focus.
fn on_control(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "A" | "BUTTON" | "SUMMARY"))
}

fn find(selector: &str) -> Option<web_sys::HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn focus(selector: &str) {
    if let Some(element) = find(selector) {
        let _ = element.focus();
    }
}

fn press(selector: &str) {
    if let Some(element) = find(selector) {
        element.click();
    }
}

fn press_last(selector: &str) {
    let Ok(all) = document().query_selector_all(selector) else { return };
    let last = all.length().checked_sub(1).and_then(|last| all.get(last));
    if let Some(element) = last.and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok()) {
        element.click();
    }
}

fn focus_is_in(selector: &str) -> bool {
    document().active_element().is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}

/// All keys at a glance.
#[component]
pub fn HelpDialog(
    /// It is open.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if is_open.get() && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !is_open.get() && dialog.open() {
            dialog.close();
        }
    });
    let close_outside = move |event: web_sys::MouseEvent| {
        // A click on the dialog itself is a click on its backdrop; its content covers the rest.
        let is_backdrop = event.target().zip(event.current_target()).is_some_and(|(target, dialog)| target == dialog);
        if is_backdrop {
            is_open.set(false);
        }
    };
    view! {
        <dialog
            class="help"
            node_ref=dialog
            aria-labelledby="help-title"
            on:close=move |_| is_open.set(false)
            on:click=close_outside
        >
            <div class="help-content">
                <header class="help-head">
                    <h2 id="help-title">"Keyboard shortcuts"</h2>
                    <button type="button" class="button button-quiet button-icon" aria-label="Close" on:click=move |_| is_open.set(false)>
                        <Icon path=icons::CROSS />
                    </button>
                </header>
                <dl class="help-keys">
                    {KEYS
                        .into_iter()
                        .map(|(keys, what)| {
                            view! {
                                <div class="help-row">
                                    <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dt>
                                    <dd>{what}</dd>
                                </div>
                            }
                        })
                        .collect_view()}
                </dl>
                <p class="help-note">
                    "While you write: " <kbd>"Enter"</kbd> " sends, " <kbd>"Shift"</kbd> " " <kbd>"Enter"</kbd>
                    " makes a new line, " <kbd>"Esc"</kbd> " leaves the field."
                </p>
            </div>
        </dialog>
    }
    .into_any()
}
