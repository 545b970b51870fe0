//! The page for an address that leads nowhere.

use crate::ui::ButtonKind;
use leptos::prelude::*;
use leptos_meta::Title;

/// Says that there is no such page, with status 404, and the way on.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found" />
        <main class="lone-page">
            <p class="lone-number" aria-hidden="true">"404"</p>
            <h1>"There is no such page"</h1>
            <p>"The address may be mistyped, or the page was moved."</p>
            <a class=ButtonKind::Primary.class() href="/inbox">"Go to the inbox"</a>
        </main>
    }
}
