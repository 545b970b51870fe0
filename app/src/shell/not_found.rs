//! The page for an address that leads nowhere.

use crate::{
    icons::{self, Icon},
    ui::ButtonKind,
};
use leptos::prelude::*;
use leptos_meta::Title;

/// Gives the answer the status that says so.
fn answer_not_found() {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
}

/// The same inside the frame of a signed-in user.
#[component]
pub fn NoSuchPage() -> impl IntoView {
    answer_not_found();
    view! {
        <Title text="Not found" />
        <div class="empty no-such-page">
            <Icon path=icons::SEARCH />
            <h1>"There is no such page"</h1>
            <p>"The address may be mistyped, or the page was moved."</p>
            <div class="empty-action">
                <a class=ButtonKind::Secondary.class() href="/inbox">"Go to the inbox"</a>
            </div>
        </div>
    }
}

/// Says that there is no such page, with status 404, and the way on.
#[component]
pub fn NotFound() -> impl IntoView {
    answer_not_found();
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
