//! A button that copies text.

use super::ButtonKind;
use crate::icons::{self, Icon};
use leptos::prelude::*;
use std::time::Duration;

/// Copies `text` and says so for two seconds. Where the browser refuses it
/// says that too; the text stands beside the button to be selected.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// What is on the button.
    #[prop(default = "Copy")]
    label: &'static str,
) -> impl IntoView {
    let outcome = RwSignal::new(None::<bool>);
    let copy = move |_| {
        let text = text.get_untracked();
        leptos::task::spawn_local(async move {
            outcome.set(Some(copy_text(&text).await));
            set_timeout(move || outcome.set(None), Duration::from_secs(2));
        });
    };
    view! {
        <button type="button" class=ButtonKind::Secondary.class() on:click=copy>
            {move || match outcome.get() {
                Some(true) => view! { <Icon path=icons::CHECK /> },
                Some(false) => view! { <Icon path=icons::WARNING /> },
                None => view! { <Icon path=icons::COPY /> },
            }}
            <span aria-live="polite">
                {move || match outcome.get() {
                    Some(true) => "Copied",
                    Some(false) => "Select and copy it",
                    None => label,
                }}
            </span>
        </button>
    }
}

/// Puts text on the clipboard; false where the browser does not let us.
async fn copy_text(text: &str) -> bool {
    // Over plain HTTP from another machine browsers have no clipboard object.
    if !window().is_secure_context() {
        return false;
    }
    let promise = window().navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()
}
