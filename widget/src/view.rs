//! What is seen of the widget: the panel and its parts.

mod answer;
mod clock;
mod composer;
mod focus;
mod header;
mod home;
mod icons;
mod message;
mod messages;
mod notice;

use crate::{
    dom::{El, el},
    hide, page,
    state::App,
};
use types::ErrorCode as Code;
use wasm_bindgen::JsCast;
use web_sys::{CssStyleSheet, HtmlElement, ShadowRoot};

pub use composer::focus as focus_composer;

/// The stylesheet, one file for each part.
const STYLE: &str = concat!(
    include_str!("../style/panel.css"),
    include_str!("../style/head.css"),
    include_str!("../style/talk.css"),
    include_str!("../style/message.css"),
    include_str!("../style/answer.css"),
    include_str!("../style/composer.css"),
    include_str!("../style/modes.css"),
);

/// Puts the stylesheet into the shadow root: constructed, so that a page
/// whose policy forbids inline styles can have the widget too.
pub fn style(place: &HtmlElement) {
    let (Ok(root), Ok(sheet)) = (place.get_root_node().dyn_into::<ShadowRoot>(), CssStyleSheet::new()) else { return };
    // Rules that a browser does not know are left out, the rest holds.
    let _ = sheet.replace_sync(STYLE);
    let sheets = js_sys::Array::from(&root.adopted_style_sheets());
    sheets.push(&sheet);
    root.set_adopted_style_sheets(&sheets);
}

/// The panel with everything in it.
pub fn panel(app: App) -> El {
    let settings = app.settings;
    let side = if settings.is_left { "left " } else { "right " };
    let panel = el("div")
        .class(&["panel ", side, &settings.theme].concat())
        .test("panel")
        .attr("role", "dialog")
        .attr("tabindex", "-1")
        .flag_now("hidden", move || !app.is_open.get())
        .attr_now("aria-modal", move || (app.is_open.get() && page::is_full_screen()).then(|| "true".to_owned()))
        .attr_words(app, "aria-label", |texts| texts.chat)
        .attr_words(app, "lang", |texts| texts.tag)
        .attr_words(app, "dir", |texts| texts.direction())
        .on("keydown", move |event| focus::on_key(app, &event))
        .child(header::header(app))
        .child(messages::messages(app))
        .child(notice::notice(app))
        .child(composer::composer(app));
    let palette = &settings.palette;
    let colors = [
        ("--brand", palette.brand.as_str()),
        ("--on", palette.on),
        ("--ink-light", &palette.ink_light),
        ("--ink-dark", &palette.ink_dark),
    ];
    for (name, value) in colors {
        // An inline style by attribute is what a strict page forbids; this is not.
        let _ = panel.node().style().set_property(name, value);
    }
    panel
}

/// The words for what went wrong, in the visitor's language.
fn words_for(app: App, error: &types::Error) -> String {
    let texts = app.texts.get();
    let words = match error.code {
        Code::Network if !page::is_online() => texts.offline,
        Code::Network | Code::Unavailable => texts.unreachable,
        Code::OriginNotAllowed | Code::Forbidden | Code::CrossSite => texts.not_allowed,
        Code::NotFound => texts.unknown,
        Code::TooManyRequests => texts.too_many,
        Code::TooLarge => texts.too_long,
        Code::Internal | Code::Unauthenticated => texts.fault,
        _ => &error.message,
    };
    words.to_owned()
}

/// Closes the panel from inside.
fn close(app: App) {
    hide(app);
}
