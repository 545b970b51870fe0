//! Settings › Widget.

use super::{InstallStatus, LookFields, SignVisitorsOut, Snippet, WidgetDraft, WidgetPreview, watch_installed};
use crate::{
    accounts::{Only, use_session},
    icons,
    shell::{PageHead, SettingsTabs},
    ui::{Empty, ErrorAlert, ListSkeleton, SaveBar, Saving, Switch, TextArea, TextField, save},
};
use leptos::prelude::*;
use leptos_meta::Title;
use types::accounts::Permission;
use types::widgets::Widget;

/// How the widget looks and where it may be used, for the owner.
#[component]
pub fn WidgetSettingsPage() -> impl IntoView {
    view! {
        <Title text="Widget" />
        <div class="page">
            <PageHead title="Widget" text="The chat on your site: how it looks, what it says first, where it may be used." />
            <SettingsTabs />
            <Only may=Permission::ManageSettings what="the widget">
                <Settings />
            </Only>
        </div>
    }
}

#[component]
fn Settings() -> impl IntoView {
    let widgets = Resource::new(|| (), |()| api::widgets::list_widgets());
    let content = move || {
        Suspend::new(async move {
            match widgets.await {
                Ok(widgets) => match widgets.into_iter().next() {
                    Some(widget) => view! { <WidgetForm widget=widget /> }.into_any(),
                    None => view! {
                        <Empty icon=icons::CHAT title="There is no widget" text="It was removed. Ask us to make a new one." />
                    }
                    .into_any(),
                },
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| widgets.refetch()) /> }.into_any()
                }
            }
        })
    };
    view! { <Suspense fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Suspense> }
}

#[component]
fn WidgetForm(widget: Widget) -> impl IntoView {
    let installed = watch_installed(&widget);
    let snippet = widget.snippet.clone();
    let draft = WidgetDraft::new(widget);
    let state = RwSignal::new(Saving::default());
    let dirty = Memo::new(move |_| draft.is_dirty());
    let session = use_session();
    let business = Signal::derive(move || {
        session.user.with(|user| user.as_ref().map(|user| user.tenant.name.clone()).unwrap_or_default())
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if draft.verify() {
            let update = untrack(|| draft.update());
            let call = async move {
                let result = api::widgets::update_widget(draft.id, update).await;
                if let Err(error) = &result {
                    let _ = draft.refuse(error);
                }
                result
            };
            save(state, call, move |widget| draft.store(widget));
        }
    };
    view! {
        <div class="settings-columns">
            <form class="form settings-form" on:submit=submit>
                <section class="settings-section">
                    <h2>"Look"</h2>
                    <LookFields draft=draft />
                </section>
                <section class="settings-section">
                    <h2>"Where it may be used"</h2>
                    <Switch
                        label="The widget is on"
                        hint="Off, the launcher disappears from your site. Conversations stay in the inbox."
                        value=draft.is_active
                    />
                    <TextArea
                        name="domains"
                        label="Allowed domains"
                        optional=true
                        code=true
                        hint="One a line, such as example.com; its subdomains are included. Empty, any page may use the widget."
                        placeholder="example.com"
                        input=draft.domains
                        on_left=Callback::new(move |_| draft.tidy_domains())
                    />
                    <TextField name="name" label="Name in the dashboard" input=draft.name />
                </section>
                <SaveBar dirty=dirty state=state on_discard=Callback::new(move |()| draft.discard()) />
            </form>
            <div class="settings-aside">
                <WidgetPreview config=Signal::derive(move || draft.config()) business=business can_ask=true />
            </div>
        </div>
        <section class="settings-section settings-install">
            <h2>"Install"</h2>
            <p class="field-hint">"Paste this line before the closing body tag of every page that should have the chat."</p>
            <Snippet text=snippet />
            <InstallStatus installed=installed />
        </section>
        <SignVisitorsOut id=draft.id />
    }
}
