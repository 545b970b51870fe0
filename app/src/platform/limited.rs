//! Who is limited on this server, and why.

use super::{AdminOnly, grouped};
use crate::{
    icons,
    shell::PageHead,
    ui::{Empty, ErrorAlert, ListSkeleton, RelativeTime},
};
use leptos::prelude::*;
use leptos_meta::Title;
use types::platform::LimitedOne;

/// The list, at `/admin/limited`.
#[component]
pub fn LimitedPage() -> impl IntoView {
    view! {
        <Title text="Limited" />
        <AdminOnly>
            <Limited />
        </AdminOnly>
    }
}

#[component]
fn Limited() -> impl IntoView {
    let stored = Resource::new(|| (), |()| api::platform::list_limited());
    let content = move || {
        Suspend::new(async move {
            match stored.await {
                Ok(list) => view! { <Table list=list /> }.into_any(),
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| stored.refetch()) /> }.into_any()
                }
            }
        })
    };
    view! {
        <div class="page">
            <PageHead title="Limited" text="Whom this server refused since it was started, the last one first, and by which limit. Everybody else is served.">
                <a class="button button-secondary" href="/admin">"All businesses"</a>
            </PageHead>
            <Suspense fallback=|| view! { <ListSkeleton lines=6 /> }>{content}</Suspense>
        </div>
    }
    .into_any()
}

#[component]
fn Table(list: Vec<LimitedOne>) -> impl IntoView {
    if list.is_empty() {
        return view! {
            <Empty
                icon=icons::CHECK
                title="Nobody is limited"
                text="When a network, a program or a business asks for more than its share, it is listed here."
            />
        }
        .into_any();
    }
    let rows = list.into_iter().map(|one| view! { <Row one=one /> }).collect_view();
    view! {
        <div class="sources-frame">
            <table class="sources-table" aria-label="Who is limited">
                <thead>
                    <tr>
                        <th scope="col">"Who"</th>
                        <th scope="col">"Limit on"</th>
                        <th scope="col" class="is-added">"Business"</th>
                        <th scope="col" class="is-number">"Refused"</th>
                        <th scope="col" class="is-number">"Last"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Row(one: LimitedOne) -> impl IntoView {
    let business = one.tenant.map(|(id, name)| view! { <a href=format!("/admin/{id}")><bdi>{name}</bdi></a> });
    view! {
        <tr data-testid="limited-row">
            <th scope="row"><bdi>{one.who}</bdi></th>
            <td>{one.limit}</td>
            <td class="is-added">{business}</td>
            <td class="is-number">{grouped(i64::try_from(one.count).unwrap_or(i64::MAX))}</td>
            <td class="is-number"><RelativeTime at=Signal::stored(one.last) /></td>
        </tr>
    }
    .into_any()
}
