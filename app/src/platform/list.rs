//! The businesses on this server: search, filter, pages.

use super::{AdminOnly, StatusChip, create::OpenBusiness};
use crate::{
    icons::{self, Icon},
    shell::PageHead,
    ui::{Button, Empty, ErrorAlert, RelativeTime, Skeleton},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map, location::Url};
use types::{
    TenantId,
    platform::{TenantPage, TenantStatus, TenantSummary},
};

/// What is asked for, as the address says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Asked {
    search: String,
    status: Option<TenantStatus>,
    before: Option<TenantId>,
}

impl Asked {
    fn is_all(&self) -> bool {
        self.search.is_empty() && self.status.is_none() && self.before.is_none()
    }

    /// The address of the page that begins after `before`.
    fn address(&self, before: TenantId) -> String {
        let status = self.status.map_or("", TenantStatus::as_str);
        format!("/admin?q={}&status={status}&before={before}", Url::escape(&self.search))
    }
}

/// The list, at `/admin`.
#[component]
pub fn TenantsPage() -> impl IntoView {
    view! {
        <Title text="Platform" />
        <AdminOnly>
            <Tenants />
        </AdminOnly>
    }
}

#[component]
fn Tenants() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| Asked {
            search: query.get_str("q").unwrap_or_default().trim().to_owned(),
            status: query.get_str("status").and_then(|status| status.parse().ok()),
            before: query.get_str("before").and_then(|id| id.parse().ok()),
        })
    });
    let page = Resource::new(
        move || asked.get(),
        |asked| async move {
            let Asked { search, status, before } = asked;
            let page = api::platform::list_tenants(search.clone(), status, before).await;
            (search, status, before, page)
        },
    );
    let content = move || {
        Suspend::new(async move {
            match page.await {
                (search, status, before, Ok(page)) => {
                    let asked = Asked { search, status, before };
                    view! { <Table asked=asked page=page /> }.into_any()
                }
                (.., Err(error)) => {
                    let retry = Callback::new(move |()| page.refetch());
                    view! { <ErrorAlert error=error retry=retry /> }.into_any()
                }
            }
        })
    };
    view! {
        <div class="page">
            <PageHead title="Platform" text="Every business on this server: who it is, how much it uses, and what it may. What people write stays with them.">
                <a class="button button-secondary" href="/admin/limited">"Who is limited"</a>
            </PageHead>
            <OpenBusiness on_made=Callback::new(move |()| page.refetch()) />
            <Filter asked=asked />
            <Transition fallback=TableSkeleton>{content}</Transition>
        </div>
    }
    .into_any()
}

/// The search, which is an address: it works without JavaScript and can be kept.
#[component]
fn Filter(asked: Memo<Asked>) -> impl IntoView {
    let is_status = move |status: Option<TenantStatus>| asked.with(|asked| asked.status == status);
    view! {
        <Form method="GET" action="/admin" attr:class="tenant-filter" attr:role="search">
            <div class="tenant-search">
                <Icon path=icons::SEARCH small=true />
                <input
                    class="input"
                    type="search"
                    name="q"
                    maxlength="120"
                    placeholder="Name, short name or e-mail"
                    aria-label="Search for a business"
                    value=move || asked.with(|asked| asked.search.clone())
                />
            </div>
            <select class="select" name="status" aria-label="Status">
                <option value="" selected=move || is_status(None)>"Every status"</option>
                <option value="active" selected=move || is_status(Some(TenantStatus::Active))>"Active"</option>
                <option value="suspended" selected=move || is_status(Some(TenantStatus::Suspended))>"Suspended"</option>
            </select>
            <Button submit=true>"Search"</Button>
        </Form>
    }
    .into_any()
}

#[component]
fn Table(asked: Asked, page: TenantPage) -> impl IntoView {
    let next = page.next.map(|before| asked.address(before));
    let is_later = asked.before.is_some();
    if page.tenants.is_empty() {
        let (title, text) = if asked.is_all() {
            ("No business yet", "Open the first one above, or let somebody register.")
        } else {
            ("No business matches", "Search for a part of its name, its short name or its e-mail address.")
        };
        return view! {
            <Empty icon=icons::STORE title=title text=text>
                {(!asked.is_all()).then(|| view! { <a class="button button-secondary" href="/admin">"Show all"</a> })}
            </Empty>
        }
        .into_any();
    }
    view! {
        <div class="sources-frame">
            <table class="sources-table tenants-table">
                <thead>
                    <tr>
                        <th scope="col">"Business"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col" class="is-number">"People"</th>
                        <th scope="col" class="is-wide">"Setup"</th>
                        <th scope="col" class="is-number is-wide">"Opened"</th>
                    </tr>
                </thead>
                <tbody>{page.tenants.into_iter().map(|tenant| view! { <TenantRow tenant=tenant /> }).collect_view()}</tbody>
            </table>
        </div>
        {(next.is_some() || is_later)
            .then(|| {
                view! {
                    <nav class="pager" aria-label="Pages">
                        {is_later.then(|| view! { <a class="button button-quiet" href="/admin">"Newest"</a> })}
                        {next.map(|next| view! { <a class="button button-secondary" href=next>"Older"</a> })}
                    </nav>
                }
            })}
    }
    .into_any()
}

#[component]
fn TenantRow(tenant: TenantSummary) -> impl IntoView {
    let status = tenant.status();
    let setup = if tenant.onboarded_at.is_some() { "Done" } else { "Under way" };
    view! {
        <tr data-testid="tenant-row" data-status=status.as_str()>
            <th scope="row">
                <div class="source-words">
                    <a class="source-name" href=format!("/admin/{}", tenant.id)><bdi>{tenant.name}</bdi></a>
                    <span class="tenant-about"><bdi>{tenant.email}</bdi></span>
                </div>
            </th>
            <td><StatusChip status=status /></td>
            <td class="is-number">{tenant.people}</td>
            <td class="is-wide tenant-setup">{setup}</td>
            <td class="is-number is-wide"><RelativeTime at=tenant.created_at /></td>
        </tr>
    }
    .into_any()
}

#[component]
fn TableSkeleton() -> impl IntoView {
    view! {
        <div class="sources-frame" role="status">
            <span class="visually-hidden">"Loading the businesses"</span>
            {(0..6)
                .map(|_| {
                    view! {
                        <div class="source-skeleton">
                            <Skeleton class="skeleton-half" />
                            <Skeleton class="skeleton-short" />
                        </div>
                    }
                })
                .collect_view()}
        </div>
    }
    .into_any()
}
