//! The page of the onboarding: the steps, the one that is open, and the
//! widget beside it.

use super::{
    business::{BusinessStep, describe_check, name_check},
    install::InstallStep,
    knowledge::KnowledgeStep,
    look::LookStep,
    steps::{Step, StepList},
};
use crate::{
    accounts::{Guard, Only, use_session},
    platform::ImpersonationBanner,
    realtime::provide_realtime,
    shell::Wordmark,
    ui::{ErrorAlert, Input, ListSkeleton, end_of_trial},
    widgets::{WidgetDraft, WidgetPreview, watch_installed},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use types::accounts::Permission;
use types::widgets::Widget;

/// From a new account to a working chat.
#[component]
pub fn OnboardingPage() -> impl IntoView {
    provide_realtime();
    view! {
        <Title text="Setup" />
        <Guard fallback=|| view! { <main class="lone-page"><ListSkeleton lines=6 /></main> }>
            <ImpersonationBanner />
            <div class="onboarding">
                <header class="onboarding-head">
                    <Wordmark />
                    <a class="onboarding-leave" href="/inbox" rel="external">"Finish later"</a>
                </header>
                <Only may=Permission::ManageSettings what="the setup">
                    <Setup />
                </Only>
            </div>
        </Guard>
    }
}

#[component]
fn Setup() -> impl IntoView {
    let widgets = Resource::new(|| (), |()| api::widgets::list_widgets());
    let content = move || {
        Suspend::new(async move {
            end_of_trial().await;
            match widgets.await.map(|widgets| widgets.into_iter().next()) {
                Ok(Some(widget)) => view! { <Steps widget=widget /> }.into_any(),
                Ok(None) => {
                    let error = types::Error::not_found("widget");
                    view! { <main class="onboarding-step"><ErrorAlert error=error /></main> }.into_any()
                }
                Err(error) => {
                    let retry = Callback::new(move |()| widgets.refetch());
                    view! { <main class="onboarding-step"><ErrorAlert error=error retry=retry /></main> }.into_any()
                }
            }
        })
    };
    view! { <Suspense fallback=|| view! { <main class="onboarding-step"><ListSkeleton lines=6 /></main> }>{content}</Suspense> }
}

#[component]
fn Steps(widget: Widget) -> impl IntoView {
    let query = use_query_map();
    let step = Memo::new(move |_| query.with(|query| Step::parse(query.get_str("step"))));
    let session = use_session();
    let tenant = session.user.with_untracked(|user| user.as_ref().map(|user| user.tenant.clone()));
    let (name, description) = tenant.map(|tenant| (tenant.name, tenant.business_description)).unwrap_or_default();
    let name = Input::new(name, name_check);
    let description = Input::new(description, describe_check);
    let installed = watch_installed(&widget);
    let snippet = StoredValue::new(widget.snippet.clone());
    let draft = WidgetDraft::new(widget);
    let has_knowledge = RwSignal::new(false);
    view! {
        <div class="onboarding-columns">
            <main class="onboarding-main">
                <StepList current=step />
                {move || match step.get() {
                    Step::Business => view! { <BusinessStep name=name description=description /> }.into_any(),
                    Step::Look => view! { <LookStep draft=draft /> }.into_any(),
                    Step::Knowledge => view! { <KnowledgeStep has_knowledge=has_knowledge /> }.into_any(),
                    Step::Install => view! { <InstallStep snippet=snippet.get_value() installed=installed /> }.into_any(),
                }}
            </main>
            <aside class="onboarding-aside" aria-label="Your widget">
                <WidgetPreview
                    config=Signal::derive(move || draft.config())
                    business=Signal::derive(move || name.get())
                    can_ask=has_knowledge
                />
                <p class="onboarding-caption">
                    {move || {
                        if has_knowledge.get() {
                            "It has read what you gave it. Ask it something."
                        } else {
                            "This is your widget. It follows what you change."
                        }
                    }}
                </p>
            </aside>
        </div>
    }
}
