//! What is seen of the widget: the panel and its parts.

mod answer;
mod composer;
mod header;
mod home;
mod icons;
mod message;
mod messages;
mod notice;

use crate::{hide, page, session, state::App};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CssStyleSheet, HtmlElement, KeyboardEvent, ShadowRoot};

pub use composer::focus as focus_composer;

/// Puts the stylesheet into the shadow root: constructed, so that a page
/// whose policy forbids inline styles can have the widget too.
pub fn style(place: &HtmlElement) {
    let (Ok(root), Ok(sheet)) = (place.get_root_node().dyn_into::<ShadowRoot>(), CssStyleSheet::new()) else { return };
    // Rules that a browser does not know are left out, the rest holds.
    let _ = sheet.replace_sync(include_str!("../widget.css"));
    let sheets = js_sys::Array::from(&root.adopted_style_sheets());
    sheets.push(&sheet);
    root.set_adopted_style_sheets(&sheets);
}

/// The panel with everything in it.
pub fn panel(app: App) -> impl IntoView {
    let settings = app.settings;
    let palette = &settings.palette;
    let colors = [
        "--brand:",
        &palette.brand,
        ";--on:",
        palette.on,
        ";--ink-light:",
        &palette.ink_light,
        ";--ink-dark:",
        &palette.ink_dark,
    ]
    .concat();
    let node = NodeRef::<leptos::html::Div>::new();
    // The attribute would be an inline style, which a strict page forbids; this is not.
    Effect::new(move || {
        if let Some(node) = node.get() {
            HtmlElement::style(&node).set_css_text(&colors);
        }
    });
    let side = if settings.is_left { "left" } else { "right" };
    let class = ["panel ", side, " ", settings.theme.as_str()].concat();
    view! {
        <div
            node_ref=node
            class=class
            data-testid="panel"
            role="dialog"
            tabindex="-1"
            hidden=move || !app.is_open.get()
            aria-modal=move || (app.is_open.get() && page::is_full_screen()).then_some("true")
            aria-label=move || app.texts.get().chat
            lang=move || app.texts.get().tag
            dir=move || app.texts.get().direction()
            on:keydown=move |event| on_key(app, &event)
        >
            {header::header(app)}
            {messages::messages(app)}
            {notice::notice(app)}
            {composer::composer(app)}
        </div>
    }
}

/// Escape closes; while the panel fills the screen, Tab stays in it.
fn on_key(app: App, event: &KeyboardEvent) {
    // The page's own shortcuts are not for what is written here.
    event.stop_propagation();
    match event.key().as_str() {
        "Escape" if !event.is_composing() => hide(app),
        "Tab" if page::is_full_screen() => keep_focus(event),
        _ => {}
    }
}

fn keep_focus(event: &KeyboardEvent) {
    let Some(panel) = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
    let Ok(list) = panel.query_selector_all("button:not([disabled]),textarea,a[href],[tabindex='0']") else { return };
    let at = |index: u32| list.item(index).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    let (first, last) = (at(0), at(list.length().saturating_sub(1)));
    let Ok(root) = panel.get_root_node().dyn_into::<ShadowRoot>() else { return };
    let active = root.active_element();
    let (from, to) = if event.shift_key() { (first, last) } else { (last, first) };
    let is_at_edge = active.as_ref().is_some_and(|active| {
        from.is_some_and(|from| from.is_same_node(Some(active)))
            || panel.is_same_node(Some(active)) && event.shift_key()
    });
    if let (true, Some(to)) = (is_at_edge, to) {
        event.prevent_default();
        // Focusing an element that is on the screen cannot fail.
        let _ = to.focus();
    }
}

/// The words for what went wrong, in the visitor's language.
fn words_for(app: App, error: &types::Error) -> String {
    use types::ErrorCode as Code;
    let texts = app.texts.get();
    let words = match error.code {
        Code::Network if !page::is_online() => texts.offline,
        Code::Network | Code::Unavailable => texts.unreachable,
        Code::OriginNotAllowed | Code::Forbidden | Code::CrossSite => texts.not_allowed,
        Code::NotFound => texts.unknown,
        Code::TooManyRequests => texts.too_many,
        Code::TooLarge => texts.too_long,
        Code::Internal | Code::Unauthenticated => texts.fault,
        _ => return error.message.clone(),
    };
    words.to_owned()
}

/// Closes the panel from inside.
fn close(app: App) {
    hide(app);
}

/// Asks for a person from anywhere in the panel.
fn ask_for_person(app: App) {
    session::ask_for_person(app);
    composer::focus();
}
