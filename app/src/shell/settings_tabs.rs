//! The ways between the pages of settings.

use leptos::prelude::*;
use leptos_router::components::A;

/// Links to each page of settings.
#[component]
pub fn SettingsTabs() -> impl IntoView {
    view! {
        <nav class="tabs" aria-label="Settings">
            <A href="/settings/widget">"Widget"</A>
            <A href="/settings/ai">"AI answers"</A>
            <A href="/settings/data">"Data"</A>
            <A href="/settings/people">"People"</A>
            <A href="/settings/sign-in">"Sign-in"</A>
            <A href="/settings/api">"API"</A>
            <A href="/settings/security">"Security"</A>
            <A href="/settings/audit">"Audit log"</A>
            <A href="/settings/account">"Your account"</A>
        </nav>
    }
}
