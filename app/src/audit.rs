//! Settings › Audit log: who did which administrative act, and when.

mod words;

use crate::{
    accounts::Only,
    icons::{self, Icon},
    shell::{PageHead, SettingsTabs},
    ui::{Button, Empty, ErrorAlert, ListSkeleton, RelativeTime},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use types::{
    AuditId, Error,
    accounts::Permission,
    audit::{ActorType, AuditEntry, AuditPage as Page},
};
use words::{detail_name, words};

/// The log, newest first.
#[component]
pub fn AuditPage() -> impl IntoView {
    view! {
        <Title text="Audit log" />
        <div class="page">
            <PageHead title="Audit log" text="Every administrative act in your business: who did it, when, and from where. Nobody can change it." />
            <SettingsTabs />
            <Only may=Permission::ReadAudit verb="read" what="the audit log">
                <Log />
            </Only>
        </div>
    }
}

#[component]
fn Log() -> impl IntoView {
    let first = Resource::new(|| (), |()| api::audit::list_audit(None));
    let content = move || {
        Suspend::new(async move {
            match first.await {
                Ok(page) => view! { <Entries page=page /> }.into_any(),
                Err(error) => {
                    let retry = Callback::new(move |()| first.refetch());
                    view! { <ErrorAlert error=error retry=retry /> }.into_any()
                }
            }
        })
    };
    view! { <Suspense fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Suspense> }.into_any()
}

#[component]
fn Entries(page: Page) -> impl IntoView {
    if page.entries.is_empty() {
        return view! {
            <Empty
                icon=icons::CLOCK
                title="Nothing has happened yet"
                text="When somebody changes a setting, a person, a key or a source, it is written here."
            />
        }
        .into_any();
    }
    let entries = RwSignal::new(page.entries);
    let next = RwSignal::new(page.next);
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Error>));
    let more = move |before: AuditId| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match api::audit::list_audit(Some(before)).await {
                Ok(page) => {
                    let _ = entries.try_update(|entries| entries.extend(page.entries));
                    let _ = next.try_set(page.next);
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
            let _ = busy.try_set(false);
        });
    };
    let load_more = move || {
        if let Some(before) = next.get_untracked().filter(|_| !busy.get_untracked()) {
            more(before);
        }
    };
    view! {
        <ol class="audit" aria-label="Acts, newest first">
            <For each=move || entries.get() key=|entry| entry.id children=|entry| view! { <Entry entry=entry /> } />
        </ol>
        {move || problem.get().map(|error| view! { <ErrorAlert error=error retry=Callback::new(move |()| load_more()) /> })}
        <Show when=move || next.get().is_some()>
            <div class="pager">
                <Button busy=busy on:click=move |_| load_more()>"Load more"</Button>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn Entry(entry: AuditEntry) -> impl IntoView {
    let (does, after) = words(entry.action);
    let target = entry.target;
    let kind = match (entry.actor_type, entry.impersonated_by) {
        (ActorType::User, None) => "",
        (ActorType::User, Some(_)) => "platform admin as this person",
        (ActorType::ApiKey, _) => "API key",
        (ActorType::PlatformAdmin, _) => "platform admin",
        (ActorType::System, _) => "",
    };
    let (icon, actor) = match entry.actor_type {
        ActorType::User | ActorType::PlatformAdmin => (icons::PERSON, entry.actor_name),
        ActorType::ApiKey => (icons::CODE, entry.actor_name),
        ActorType::System => (icons::CLOCK, "Omnichat".to_owned()),
    };
    let details: Vec<String> =
        entry.details.iter().map(|(name, value)| format!("{}: {value}", detail_name(name))).collect();
    let details = details.join(" · ");
    view! {
        <li class="audit-entry" data-testid="audit-entry" data-action=entry.action.as_str()>
            <Icon path=icon small=true />
            <div class="audit-words">
                <p>
                    <strong><bdi>{actor}</bdi></strong>
                    {(!kind.is_empty()).then(|| view! { <span class="chip tone-neutral">{kind}</span> })}
                    " "
                    {does}
                    {(!target.is_empty()).then(|| view! { " " <strong><bdi>{target}</bdi></strong> })}
                    {after}
                </p>
                {(!details.is_empty()).then(|| view! { <p class="audit-details"><bdi>{details}</bdi></p> })}
            </div>
            <p class="audit-where">
                <RelativeTime at=entry.at />
                {(!entry.ip.is_empty()).then(|| view! { <span>{entry.ip}</span> })}
            </p>
        </li>
    }
    .into_any()
}
