//! Step 2: how the widget looks.

use super::steps::Step;
use crate::{
    ui::{Button, ButtonKind, ErrorAlert, Saving, save},
    widgets::{LookFields, WidgetDraft},
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// Colour, corner and first words; the preview follows.
#[component]
pub fn LookStep(
    /// What is changed.
    draft: WidgetDraft,
) -> impl IntoView {
    let state = RwSignal::new(Saving::default());
    let navigate = use_navigate();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !draft.verify() {
            return;
        }
        let navigate = navigate.clone();
        let onward = move || navigate(Step::Knowledge.path(), leptos_router::NavigateOptions::default());
        if untrack(|| draft.is_dirty()) {
            let update = untrack(|| draft.update());
            save(state, api::widgets::update_widget(draft.id, update), move |widget| {
                draft.store(widget);
                onward();
            });
        } else {
            onward();
        }
    };
    view! {
        <section class="onboarding-step">
            <h1>"Make it yours"</h1>
            <p class="onboarding-text">"Take the colour of your site. All of this can be changed later."</p>
            <form class="form" on:submit=submit>
                <LookFields draft=draft with_questions=false />
                {move || state.get().error().map(|error| view! { <ErrorAlert error=error /> })}
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary submit=true busy=Signal::derive(move || state.get() == Saving::Busy)>
                        "Save and go on"
                    </Button>
                    <a class=ButtonKind::Quiet.class() href=Step::Business.path()>"Back"</a>
                </div>
            </form>
        </section>
    }
}
