//! The chat widget: Rust compiled to WebAssembly, in a shadow root on the
//! business's page. The loader brings it and calls [`mount`], then the other
//! functions here; everything else happens inside.

mod color;
mod dom;
mod outbox;
mod page;
mod session;
mod settings;
mod signal;
mod socket;
mod state;
mod storage;
mod texts;
mod timer;
mod view;

use settings::Settings;
use state::App;
use std::cell::Cell;
use types::{Error, ErrorCode};
use wasm_bindgen::{JsCast, prelude::*};

thread_local! {
    static APP: Cell<Option<App>> = const { Cell::new(None) };
}

/// Puts the messenger, closed, into `place`, an element in a shadow root.
/// `emit(name, detail)` is told what the page may want to know.
///
/// # Errors
/// When the settings name no widget.
#[wasm_bindgen]
pub fn mount(place: &web_sys::HtmlElement, settings: &JsValue, emit: js_sys::Function) -> Result<(), JsError> {
    if APP.get().is_some() {
        return Ok(());
    }
    // One widget lives as long as its page: what is leaked here is never given back.
    let settings: &'static Settings = Box::leak(Box::new(Settings::read(settings)?));
    storage::set_key(&settings.key);
    page::set_emit(emit);
    // The address can be set once in a page; this is the once.
    let _ = api::set_server(&settings.server);
    let app = App::new(settings);
    APP.set(Some(app));
    view::style(place);
    let _ = place.append_child(view::panel(app).node());
    listen(app);
    session::start(app);
    if storage::was_open() && !page::is_full_screen() {
        show(app);
    }
    Ok(())
}

/// Opens the panel and puts the focus into the composer.
#[wasm_bindgen]
pub fn open() {
    with_app(|app| {
        show(app);
        view::focus_composer();
    });
}

/// Closes the panel.
#[wasm_bindgen]
pub fn close() {
    with_app(hide);
}

/// Sends a message as the visitor.
#[wasm_bindgen(js_name = sendMessage)]
pub fn send_message(text: &str) {
    with_app(|app| outbox::send(app, text));
}

/// Changes the language: `de`, `ar` …
#[wasm_bindgen(js_name = setLocale)]
pub fn set_locale(code: &str) {
    with_app(|app| app.texts.set(texts::of(code)));
}

/// Forgets the visitor and what was said.
#[wasm_bindgen]
pub fn reset() {
    with_app(session::reset);
}

fn with_app(work: impl FnOnce(App)) {
    if let Some(app) = APP.get() {
        work(app);
    }
}

fn show(app: App) {
    if app.is_open.get_untracked() {
        return;
    }
    app.is_open.set(true);
    storage::set_open(app.conversation_id().is_some());
    session::learn_appearance(app);
    session::look(app);
    page::emit("opened", &JsValue::UNDEFINED);
}

/// Closes the panel; the loader gives the focus back to the launcher.
fn hide(app: App) {
    if app.is_open.get_untracked() {
        app.is_open.set(false);
        storage::set_open(false);
        page::emit("closed", &JsValue::UNDEFINED);
    }
}

/// Follows the browser: network, visibility, other tabs.
fn listen(app: App) {
    let window = page::window();
    let window = window.as_ref().map(AsRef::as_ref);
    page::listen(window, "online", move |_| {
        session::clear_trouble(app);
        socket::renew();
        outbox::run(app);
    });
    page::listen(window, "offline", move |_| {
        session::trouble(app, Error::new(ErrorCode::Network, "The browser is offline."));
    });
    page::listen(window, "storage", move |event| {
        let Ok(event) = event.dyn_into::<web_sys::StorageEvent>() else { return };
        let Some(key) = event.key() else { return };
        if key == storage::token_key() && event.new_value().is_none() {
            session::leave(app);
        } else if key == storage::talk_key() && event.new_value().is_some() {
            // Another tab has begun a conversation: it is ours as well.
            session::start_again(app);
        } else {
            session::look(app);
        }
    });
    let document = page::document();
    page::listen(document.as_ref().map(AsRef::as_ref), "visibilitychange", move |_| {
        if page::is_visible() {
            // A pause in a hidden tab may be very long.
            timer::wake();
            session::look(app);
        }
    });
}
