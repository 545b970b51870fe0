//! One business: who works there, how much it uses, what it may.

use super::{AdminOnly, StatusChip, grouped, limits::LimitsForm, status::StatusForms};
use crate::{
    icons::{self, Icon},
    knowledge::size_text,
    shell::{NoSuchPage, PageHead},
    ui::{Button, ErrorAlert, ListSkeleton, PostForm, date_text},
};
use api::platform::Impersonate;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use types::{
    ErrorCode, TenantId,
    accounts::Role,
    platform::{TenantDetail, TenantPerson, TenantUsage},
};

/// A business, at `/admin/{id}`.
#[component]
pub fn TenantPage() -> impl IntoView {
    view! {
        <Title text="Business" />
        <AdminOnly>
            <Tenant />
        </AdminOnly>
    }
}

#[component]
fn Tenant() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get_str("id")?.parse::<TenantId>().ok()));
    let detail = Resource::new(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => api::platform::get_tenant(id).await,
                None => Err(types::Error::not_found("business")),
            }
        },
    );
    let changed = Callback::new(move |()| detail.refetch());
    let impersonate = ServerAction::<Impersonate>::new();
    let content = move || {
        Suspend::new(async move {
            match detail.await {
                Ok(detail) => view! { <Detail detail=detail changed=changed impersonate=impersonate /> }.into_any(),
                Err(error) if error.code == ErrorCode::NotFound => view! { <NoSuchPage /> }.into_any(),
                Err(error) => view! { <ErrorAlert error=error retry=changed /> }.into_any(),
            }
        })
    };
    view! {
        <div class="page">
            <a class="source-back" href="/admin">
                <Icon path=icons::BACK small=true />
                "All businesses"
            </a>
            <Transition fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Transition>
        </div>
    }
    .into_any()
}

#[component]
fn Detail(detail: TenantDetail, changed: Callback<()>, impersonate: ServerAction<Impersonate>) -> impl IntoView {
    let TenantDetail { tenant, suspended_reason, limits, usage, people } = detail;
    let (id, status) = (tenant.id, tenant.status());
    let setup = match tenant.onboarded_at {
        Some(at) => format!("set up on {}", date_text(at)),
        None => "not set up yet".to_owned(),
    };
    let about = format!("{} · opened on {} · {setup}", tenant.slug, date_text(tenant.created_at));
    view! {
        <Title text=tenant.name.clone() />
        <PageHead title=tenant.name.clone() text=about>
            <StatusChip status=status />
        </PageHead>
        <Usage usage=usage />
        <section class="settings-section">
            <h2>"People"</h2>
            <p class="field-hint">
                "Work as somebody to help there. The business finds it in its audit log, and it ends after an hour."
            </p>
            {move || impersonate.value().get().and_then(Result::err).map(|error| view! { <ErrorAlert error=error /> })}
            <People id=id people=people impersonate=impersonate />
        </section>
        <section class="settings-section">
            <h2>"Limits"</h2>
            <LimitsForm id=id limits=limits />
        </section>
        <section class="settings-section">
            <h2>"Status"</h2>
            <StatusForms tenant=tenant reason=suspended_reason changed=changed />
        </section>
    }
    .into_any()
}

#[component]
fn Usage(usage: TenantUsage) -> impl IntoView {
    let numbers = [
        ("Messages this month", grouped(usage.messages)),
        ("AI answers this month", grouped(usage.ai_answers)),
        ("Conversations", grouped(usage.conversations)),
        ("Contacts", grouped(usage.contacts)),
        ("Sources", grouped(usage.sources)),
        ("Text of the sources", size_text(usage.source_bytes)),
        ("Passages", grouped(usage.passages)),
        ("Seats taken", grouped(usage.seats)),
        ("API keys", grouped(usage.api_keys)),
    ];
    view! {
        <dl class="usage" aria-label="Usage">
            {numbers
                .into_iter()
                .map(|(name, value)| {
                    view! {
                        <div class="usage-number">
                            <dt>{name}</dt>
                            <dd>{value}</dd>
                        </div>
                    }
                })
                .collect_view()}
        </dl>
    }
    .into_any()
}

#[component]
fn People(id: TenantId, people: Vec<TenantPerson>, impersonate: ServerAction<Impersonate>) -> impl IntoView {
    if people.is_empty() {
        return view! { <p class="field-hint">"Nobody works here yet."</p> }.into_any();
    }
    view! {
        <div class="sources-frame">
            <table class="sources-table tenants-table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Role"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {people
                        .into_iter()
                        .map(|person| view! { <PersonRow id=id person=person impersonate=impersonate /> })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn PersonRow(id: TenantId, person: TenantPerson, impersonate: ServerAction<Impersonate>) -> impl IntoView {
    let role = match person.role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Agent => "Agent",
        Role::Viewer => "Viewer",
        Role::Custom => "Own role",
    };
    let label = format!("Work as {}", person.name);
    view! {
        <tr>
            <th scope="row">
                <div class="source-words">
                    <bdi>{person.name}</bdi>
                    <span class="tenant-about"><bdi>{person.email}</bdi></span>
                </div>
            </th>
            <td class="tenant-setup">{role}</td>
            <td class="source-acts">
                <PostForm action=impersonate>
                    <input type="hidden" name="id" value=id.to_string() />
                    <input type="hidden" name="user" value=person.id.to_string() />
                    <Button submit=true attr:aria-label=label>"Work as"</Button>
                </PostForm>
            </td>
        </tr>
    }
    .into_any()
}
