//! The page around the widget: events for its listeners, and what it tells us.

use crate::settings::object;
use js_sys::Function;
use std::cell::RefCell;
use types::{Error, inbox::Message, widgets::VisitorPage};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Document, EventTarget, Window};

thread_local! {
    static EMIT: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Takes the loader's function that tells the page's listeners.
pub fn set_emit(emit: Function) {
    EMIT.set(Some(emit));
}

/// Tells the page's listeners.
pub fn emit(name: &str, detail: &JsValue) {
    if let Some(emit) = EMIT.with_borrow(Clone::clone) {
        // The loader catches what a listener throws.
        let _ = emit.call2(&JsValue::NULL, &JsValue::from_str(name), detail);
    }
}

/// Tells of a message, the visitor's own ones included.
pub fn emit_message(message: &Message) {
    let detail = object(&[
        ("id", JsValue::from_str(&message.id.to_string())),
        ("sender", JsValue::from_str(message.sender_type.as_str())),
        ("name", JsValue::from_str(&message.sender_name)),
        ("text", JsValue::from_str(&message.content)),
    ]);
    emit("message", &detail);
}

/// Tells of something that went wrong.
pub fn emit_error(error: &Error) {
    let detail =
        object(&[("code", JsValue::from_str(error.code.as_str())), ("message", JsValue::from_str(&error.message))]);
    emit("error", &detail);
}

/// The page's document.
#[must_use]
pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The page is in a tab that is shown.
#[must_use]
pub fn is_visible() -> bool {
    document().is_some_and(|document| !document.hidden())
}

/// The browser believes that it has a network.
#[must_use]
pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// A media query holds now.
#[must_use]
pub fn matches(query: &str) -> bool {
    web_sys::window().and_then(|window| window.match_media(query).ok().flatten()).is_some_and(|media| media.matches())
}

/// The panel fills the screen: on a phone, and on a screen zoomed so far that it is as small.
#[must_use]
pub fn is_full_screen() -> bool {
    matches("(max-width:480px),(max-height:480px)")
}

/// Where the visitor is.
#[must_use]
pub fn visited() -> VisitorPage {
    let window = web_sys::window();
    VisitorPage {
        url: window.as_ref().and_then(|window| window.location().href().ok()).unwrap_or_default(),
        title: document().map(|document| document.title()).unwrap_or_default(),
        locale: window.and_then(|window| window.navigator().language()).unwrap_or_default(),
    }
}

/// Listens for as long as the page lives.
pub fn listen(target: Option<&EventTarget>, name: &str, work: impl FnMut(JsValue) + 'static) {
    if let Some(target) = target {
        let work = Closure::<dyn FnMut(JsValue)>::new(work).into_js_value();
        let _ = target.add_event_listener_with_callback(name, work.unchecked_ref());
    }
}

/// The window as the target of events.
#[must_use]
pub fn window() -> Option<Window> {
    web_sys::window()
}
