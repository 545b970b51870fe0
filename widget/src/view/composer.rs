//! Where the visitor writes.

use super::{ask_for_person, icons};
use crate::{outbox, page, socket, state::App};
use leptos::prelude::*;
use std::cell::RefCell;
use types::limits::MESSAGE_CHARS;
use web_sys::{HtmlElement, HtmlTextAreaElement, KeyboardEvent};

thread_local! {
    static FIELD: RefCell<Option<HtmlTextAreaElement>> = const { RefCell::new(None) };
}

/// Characters that are left when the count appears.
const NEARLY: usize = 500;

/// Puts the focus into the composer. With a finger the keyboard would cover
/// half of the screen, so there the panel gets it.
pub fn focus() {
    if let Some(field) = FIELD.with_borrow(Clone::clone) {
        // The panel is shown by an effect; the focus comes after it.
        crate::timer::after(0, move || {
            let _ =
                if page::matches("(pointer:coarse)") {
                    field.closest(".panel").ok().flatten().and_then(|panel| {
                        wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(panel).ok()?.focus().ok()
                    })
                } else {
                    field.focus().ok()
                };
        });
    }
}

/// The text field that grows, the button that sends, and the way to a person.
pub fn composer(app: App) -> impl IntoView {
    let node = NodeRef::<leptos::html::Textarea>::new();
    Effect::new(move || {
        if let Some(field) = node.get() {
            FIELD.set(Some(field));
        }
    });
    let length = Memo::new(move |_| app.draft.with(|draft| draft.chars().count()));
    let is_too_long = Memo::new(move |_| length.get() > MESSAGE_CHARS);
    let is_empty = Memo::new(move |_| app.draft.with(|draft| draft.trim().is_empty()));
    Effect::new(move || {
        app.draft.track();
        app.is_open.track();
        grow();
    });
    let count = move || {
        (length.get() + NEARLY > MESSAGE_CHARS).then(|| {
            let words = if is_too_long.get() { app.texts.get().too_long } else { "" };
            let numbers = [length.get().to_string().as_str(), " / ", MESSAGE_CHARS.to_string().as_str()].concat();
            view! {
                <p class="count" class:over=is_too_long role="status">
                    <span>{words}</span>
                    <span dir="ltr">{numbers}</span>
                </p>
            }
        })
    };
    let person = move || {
        let is_with_person = app.talk.with(|talk| talk.as_ref().is_some_and(|talk| !talk.is_ai_enabled));
        if is_with_person {
            view! {
                <p class="person" data-testid="person">
                    <span class="icon" inner_html=icons::PERSON></span>
                    {move || app.texts.get().person_comes}
                </p>
            }
            .into_any()
        } else {
            view! {
                <button type="button" class="person" data-testid="person" on:click=move |_| ask_for_person(app)>
                    <span class="icon" inner_html=icons::PERSON></span>
                    {move || app.texts.get().person}
                </button>
            }
            .into_any()
        }
    };
    view! {
        <div class="composer">
            {count}
            <div class="field">
                <textarea
                    node_ref=node
                    data-testid="composer"
                    rows="1"
                    enterkeyhint="send"
                    aria-label=move || app.texts.get().message
                    placeholder=move || app.texts.get().placeholder
                    aria-invalid=move || is_too_long.get().then_some("true")
                    prop:value=app.draft
                    on:input=move |event| {
                        app.draft.set(event_target_value(&event));
                        socket::typing(app, !is_empty.get_untracked());
                    }
                    on:keydown=move |event| on_key(app, &event)
                ></textarea>
                <button
                    type="button"
                    class="send"
                    data-testid="send"
                    aria-label=move || app.texts.get().send
                    aria-disabled=move || (is_empty.get() || is_too_long.get()).then_some("true")
                    on:click=move |_| send(app)
                    inner_html=icons::SEND
                ></button>
            </div>
            <div class="foot">{person}</div>
        </div>
    }
}

/// Enter sends, Shift+Enter makes a line. While an input method composes,
/// Enter only ends the word.
fn on_key(app: App, event: &KeyboardEvent) {
    if event.key() == "Enter" && !event.shift_key() && !event.is_composing() && event.key_code() != 229 {
        event.prevent_default();
        send(app);
    }
}

fn send(app: App) {
    let draft = app.draft.get_untracked();
    // Too long is said beside the field; the words stay in it.
    if !draft.trim().is_empty() && draft.chars().count() <= MESSAGE_CHARS {
        app.draft.set(String::new());
        socket::typing(app, false);
        outbox::send(app, &draft);
    }
    focus();
}

/// Makes the field as high as its text; the stylesheet sets the limit.
fn grow() {
    if let Some(field) = FIELD.with_borrow(Clone::clone) {
        crate::timer::after(0, move || {
            let style = HtmlElement::style(&field);
            let _ = style.set_property("height", "auto");
            let height = field.scroll_height();
            if height > 0 {
                let _ = style.set_property("height", &[height.to_string().as_str(), "px"].concat());
            }
        });
    }
}
