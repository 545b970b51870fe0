//! Step 3: what the AI knows.

use super::{
    sources::{SourceList, use_sources},
    steps::Step,
};
use crate::{
    knowledge::{PasteForm, Upload},
    ui::ButtonKind,
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
    let has_any = move || sources.has_any();
    view! {
        <section class="onboarding-step">
            <h1>"What should it know?"</h1>
            <p class="onboarding-text">
                "Give it the pages your customers ask about: delivery, returns, prices, opening hours. It answers from them and from nothing else."
            </p>
            <div class="form">
                <Upload on_added=Callback::new(move |source| sources.add(source)) />
                <PasteForm on_added=Callback::new(move |source| sources.add(source)) is_open=Signal::derive(move || !has_any()) />
                <SourceList sources=sources />
                <div class="form-actions">
                    {move || {
                        let (kind, words) = if has_any() { (ButtonKind::Primary, "Go on") } else { (ButtonKind::Secondary, "Skip for now") };
                        view! { <a class=kind.class() href=Step::Install.path()>{words}</a> }
                    }}
                    <a class=ButtonKind::Quiet.class() href=Step::Look.path()>"Back"</a>
                </div>
            </div>
        </section>
    }
}
