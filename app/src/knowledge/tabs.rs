//! The ways between the pages of knowledge.

use leptos::prelude::*;
use leptos_router::components::A;

/// Links to each page of knowledge.
#[component]
pub fn KnowledgeTabs() -> impl IntoView {
    view! {
        <nav class="tabs" aria-label="Knowledge">
            <A href="/knowledge" exact=true>"Sources"</A>
            <A href="/knowledge/playground">"Playground"</A>
            <A href="/knowledge/log">"AI log"</A>
        </nav>
    }
}
