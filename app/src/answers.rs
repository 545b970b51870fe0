//! AI settings.

use leptos::prelude::*;

/// AI settings.
#[component]
pub fn AiSettingsPage() -> impl IntoView {
    view! { <crate::shell::PageHead title="AiSettingsPage" /> }
}
