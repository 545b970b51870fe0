//! Where the visitor writes.

use super::icons;
use crate::signal::{Signal, follow, memo};
use crate::{
    dom::{El, button, el},
    outbox, page, session, socket,
    state::App,
    storage, timer,
};
use std::cell::RefCell;
use types::limits::MESSAGE_CHARS;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlTextAreaElement, KeyboardEvent};

thread_local! {
    static FIELD: RefCell<Option<HtmlTextAreaElement>> = const { RefCell::new(None) };
}

/// Characters that are left when the count appears.
const NEARLY: usize = 500;

/// Puts the focus into the composer. With a finger the keyboard would cover
/// half of the screen, so there the panel gets it.
pub fn focus() {
    with_field(|field| {
        if page::matches("(pointer:coarse)") {
            let panel = field.closest(".panel").ok().flatten().and_then(|panel| panel.dyn_into::<HtmlElement>().ok());
            if let Some(panel) = panel {
                let _ = panel.focus();
            }
        } else {
            let _ = field.focus();
        }
    });
}

/// Works with the field once the effects of this moment have run: only then
/// is the panel on the screen.
fn with_field(work: impl FnOnce(&HtmlTextAreaElement) + 'static) {
    if let Some(field) = FIELD.with_borrow(Clone::clone) {
        timer::after(0, move || work(&field));
    }
}

/// The text field that grows, the button that sends, and the way to a person.
pub fn composer(app: App) -> El {
    let length = memo(move || app.draft.with(|draft| draft.chars().count()));
    let is_too_long = move || length.get() > MESSAGE_CHARS;
    let is_empty = move || app.draft.with(|draft| draft.trim().is_empty());
    let field = el("textarea")
        .test("composer")
        .attr("rows", "1")
        .attr("enterkeyhint", "send")
        .attr_words(app, "aria-label", |texts| texts.message)
        .attr_words(app, "placeholder", |texts| texts.placeholder)
        .attr_now("aria-invalid", move || is_too_long().then(|| "true".to_owned()))
        .on("input", move |event| {
            if let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok()) {
                app.draft.set(field.value());
                storage::set_draft(&field.value());
                socket::typing(app, !app.draft.with_untracked(|draft| draft.trim().is_empty()));
            }
        })
        .on("keydown", move |event| on_key(app, &event));
    FIELD.set(field.node().clone().dyn_into().ok());
    follow(move || {
        app.draft.track();
        app.is_open.track();
        with_field(move |field| {
            // The draft of that moment, not of this one: meanwhile more may have been typed.
            let draft = app.draft.get_untracked();
            if field.value() != draft {
                field.set_value(&draft);
            }
            grow(field);
        });
    });
    let send_button = button("send")
        .test("send")
        .attr_words(app, "aria-label", |texts| texts.send)
        .attr_now("aria-disabled", move || (is_empty() || is_too_long()).then(|| "true".to_owned()))
        .picture(icons::SEND)
        .on("click", move |_| send(app));
    let is_near = memo(move || length.get() + NEARLY > MESSAGE_CHARS);
    let count = move || if is_near.get() { count(app, length) } else { Vec::new() };
    el("div")
        .class("composer")
        .child(el("div").attr("role", "status").children_now(count))
        .child(el("div").class("field").child(field).child(send_button))
        .child(el("div").class("foot").attr("role", "status").children_now(move || vec![person(app)]))
}

/// How much of the limit is used, and in words when it is too much.
fn count(app: App, length: Signal<usize>) -> Vec<El> {
    let is_over = move || length.get() > MESSAGE_CHARS;
    let words = move || if is_over() { app.texts.get().too_long.to_owned() } else { String::new() };
    let numbers = move || [length.get().to_string().as_str(), " / ", MESSAGE_CHARS.to_string().as_str()].concat();
    vec![
        el("p")
            .attr_now("class", move || Some(if is_over() { "count over" } else { "count" }.to_owned()))
            .child(el("span").text_now(words))
            .child(el("span").attr("dir", "ltr").attr("aria-hidden", "true").text_now(numbers)),
    ]
}

/// The way to a person, or that one comes.
fn person(app: App) -> El {
    let icon = el("span").class("icon").picture(icons::PERSON);
    let is_coming = app.talk.with(|talk| talk.as_ref().is_some_and(|talk| talk.has_person));
    let (element, words) = if is_coming {
        (el("p"), el("span").words(app, |texts| texts.person_comes))
    } else {
        let button = el("button").attr("type", "button").on("click", move |_| {
            session::ask_for_person(app);
            focus();
        });
        (button, el("span").words(app, |texts| texts.person))
    };
    element.class("person").test("person").child(icon).child(words)
}

/// Enter sends, Shift+Enter makes a line. While an input method composes,
/// Enter only ends the word.
fn on_key(app: App, event: &Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    if key.key() == "Enter" && !key.shift_key() && !key.is_composing() && key.key_code() != 229 {
        event.prevent_default();
        send(app);
    }
}

fn send(app: App) {
    let draft = app.draft.get_untracked();
    // Too long is said beside the field; the words stay in it.
    if !draft.trim().is_empty() && draft.chars().count() <= MESSAGE_CHARS {
        app.draft.set(String::new());
        storage::set_draft("");
        socket::typing(app, false);
        outbox::send(app, &draft);
    }
    focus();
}

/// Makes the field as high as its text; the stylesheet sets the limit.
fn grow(field: &HtmlTextAreaElement) {
    let style = HtmlElement::style(field);
    let _ = style.set_property("height", "auto");
    let height = field.scroll_height();
    if height > 0 {
        let _ = style.set_property("height", &[height.to_string().as_str(), "px"].concat());
    }
}
