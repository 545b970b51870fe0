//! The onboarding.

use leptos::prelude::*;

/// The onboarding.
#[component]
pub fn OnboardingPage() -> impl IntoView {
    view! { <crate::shell::PageHead title="OnboardingPage" /> }
}
