//! Step 4: the line on the site.

use super::steps::Step;
use crate::{
    ui::{Button, ButtonKind, ErrorAlert, Saving, save},
    widgets::{InstallStatus, Snippet},
};
use leptos::prelude::*;

/// The snippet, which turns green when the first page with it is seen.
#[component]
pub fn InstallStep(
    /// The line to paste.
    snippet: String,
    /// A page was seen.
    installed: RwSignal<bool>,
) -> impl IntoView {
    let state = RwSignal::new(Saving::default());
    let finish = move |_| {
        save(state, api::accounts::finish_onboarding(), |()| {
            // A fresh page, so that everything on it knows that the setup is done.
            let _ = window().location().set_href("/inbox");
        });
    };
    let busy = Signal::derive(move || matches!(state.get(), Saving::Busy | Saving::Done));
    view! {
        <section class="onboarding-step">
            <h1>"Put it on your site"</h1>
            <p class="onboarding-text">
                "Paste this line before the closing body tag of every page, or into the field for custom code of your shop or site builder."
            </p>
            <div class="form">
                <Snippet text=snippet />
                <InstallStatus installed=installed />
                {move || state.get().error().map(|error| view! { <ErrorAlert error=error /> })}
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary busy=busy on:click=finish>
                        "Go to the inbox"
                    </Button>
                    <a class=ButtonKind::Quiet.class() href=Step::Knowledge.path()>"Back"</a>
                    <Show when=move || !installed.get()>
                        <span class="field-hint">"You can paste it later; it is also in the settings."</span>
                    </Show>
                </div>
            </div>
        </section>
    }
}
