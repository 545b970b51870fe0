//! The product's name and sign.

use leptos::prelude::*;

/// The sign: two voices in one bubble.
#[component]
pub fn Sign() -> impl IntoView {
    view! {
        <svg class="sign" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <path class="sign-back" d="M13 4.5h6c6 0 9.5 3.7 9.5 9s-3.6 9-9.5 9h-.8L12 27.6v-5.1C7 22 3.5 18.5 3.5 13.5c0-5.3 3.5-9 9.5-9z" />
            <path class="sign-dot" d="M10.8 13.5h.01M16 13.5h.01M21.2 13.5h.01" />
        </svg>
    }
}

/// The sign with the name.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <a class="wordmark" href="/" aria-label="Omnichat">
            <Sign />
            <span aria-hidden="true">"Omnichat"</span>
        </a>
    }
}
