//! Step 3: what the AI knows.

use super::{
    sources::{SourceList, Sources, use_sources},
    steps::Step,
};
use crate::{
    knowledge::{PasteForm, Upload, WebForm},
    ui::{ButtonKind, ErrorAlert, ListSkeleton},
};
use leptos::prelude::*;

/// Text is pasted or files are dropped; each is seen being learned.
#[component]
pub fn KnowledgeStep(
    /// Set once a source is ready, so that the preview can be asked.
    has_knowledge: RwSignal<bool>,
) -> impl IntoView {
    let sources = use_sources();
    Effect::new(move || has_knowledge.set(sources.has_ready()));
    let content = move || {
        Suspend::new(async move {
            match sources.load().await {
                Ok(()) => view! { <Teach sources=sources /> }.into_any(),
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| sources.reload()) /> }.into_any()
                }
            }
        })
    };
    view! {
        <section class="onboarding-step">
            <h1>"What should it know?"</h1>
            <p class="onboarding-text">
                "Give it the pages your customers ask about: delivery, returns, prices, opening hours. It answers from them and from nothing else."
            </p>
            <Suspense fallback=|| view! { <ListSkeleton lines=5 /> }>{content}</Suspense>
        </section>
    }
}

#[component]
fn Teach(sources: Sources) -> impl IntoView {
    let has_any = move || sources.has_any();
    let is_pasting = !untrack(has_any);
    let kind = move || if has_any() { ButtonKind::Primary } else { ButtonKind::Secondary };
    view! {
        <div class="form">
            <Upload on_added=Callback::new(move |source| sources.put(source)) />
            <PasteForm on_added=Callback::new(move |source| sources.put(source)) is_open=Signal::stored(is_pasting) />
            <WebForm on_added=Callback::new(move |source| sources.put(source)) />
            <SourceList sources=sources />
            <div class="form-actions">
                <a class=move || kind().class() href=Step::Install.path()>
                    {move || if has_any() { "Go on" } else { "Skip for now" }}
                </a>
                <a class=ButtonKind::Quiet.class() href=Step::Look.path()>
                    "Back"
                </a>
            </div>
        </div>
    }
}
