//! Widget settings.

use leptos::prelude::*;

/// Widget settings.
#[component]
pub fn WidgetSettingsPage() -> impl IntoView {
    view! { <crate::shell::PageHead title="WidgetSettingsPage" /> }
}
