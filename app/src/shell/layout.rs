//! The frame around the pages of a signed-in user.

use super::rail::Rail;
use crate::{
    accounts::{Guard, VerifyBanner, use_session},
    icons::{self, Icon},
    platform::ImpersonationBanner,
    realtime::{ConnectionBanner, provide_realtime},
    ui::ListSkeleton,
};
use leptos::prelude::*;
use leptos_router::components::Outlet;
use types::accounts::Permission;

/// Skip link, rail and page, for signed-in users alone.
#[component]
pub fn Layout() -> impl IntoView {
    provide_realtime();
    view! {
        <Guard fallback=FrameSkeleton>
            <div class="frame">
                <a class="skip-link" href="#main" rel="external">
                    "Skip to the page"
                </a>
                <Rail />
                <main id="main" class="main" tabindex="-1">
                    <ImpersonationBanner />
                    <ConnectionBanner />
                    <SetupBanner />
                    <VerifyBanner />
                    <Outlet />
                </main>
            </div>
        </Guard>
    }
}

#[component]
fn FrameSkeleton() -> impl IntoView {
    view! {
        <div class="frame">
            <nav class="rail" aria-hidden="true"></nav>
            <main class="main main-loading">
                <ListSkeleton lines=6 />
            </main>
        </div>
    }
}

/// Reminds the owner of a half-done onboarding.
#[component]
fn SetupBanner() -> impl IntoView {
    let session = use_session();
    let is_needed = move || {
        session.may(Permission::ManageSettings)
            && session.user.with(|user| user.as_ref().is_some_and(|user| !user.tenant.onboarded))
    };
    move || {
        is_needed().then(|| {
            view! {
                <p class="setup-banner">
                    <span>"Your chat is not set up yet."</span>
                    <a href="/onboarding">
                        "Go on with the setup"
                        <Icon path=icons::FORWARD small=true />
                    </a>
                </p>
            }
        })
    }
}
