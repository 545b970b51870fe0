//! What the visitor should know about the line, in words.

use super::words_for;
use crate::{
    dom::{El, button, el},
    state::App,
    timer,
};

/// The bar above the composer when something is wrong; nothing otherwise.
pub fn notice(app: App) -> El {
    el("div").attr("role", "status").children_now(move || {
        let Some(error) = app.trouble.get() else { return Vec::new() };
        let mut bar = el("div").class("notice").test("error").child(el("span").text(&words_for(app, &error)));
        if error.is_transient() {
            bar = bar.child(button("").words(app, |texts| texts.retry).on("click", |_| timer::wake()));
        }
        vec![bar]
    })
}
