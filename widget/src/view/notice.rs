//! What the visitor should know about the line, in words.

use super::words_for;
use crate::{state::App, timer};
use leptos::prelude::*;

/// The bar above the composer when something is wrong; nothing otherwise.
pub fn notice(app: App) -> impl IntoView {
    let words = move || app.trouble.get().map(|error| (words_for(app, &error), error.is_transient()));
    let bar = move || {
        words().map(|(words, may_help)| {
            view! {
                <div class="notice" data-testid="error">
                    <span>{words}</span>
                    {may_help.then(|| view! {
                        <button type="button" on:click=move |_| timer::wake()>{move || app.texts.get().retry}</button>
                    })}
                </div>
            }
        })
    };
    view! { <div role="status">{bar}</div> }
}
