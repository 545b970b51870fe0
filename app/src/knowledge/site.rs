//! The pages of a web site.

use super::row::StatusChip;
use crate::{
    icons,
    ui::{Empty, ErrorAlert, ListSkeleton},
};
use leptos::prelude::*;
use types::{
    SourceId,
    knowledge::{Source, SourceStatus},
};

/// Milliseconds within which news of a site that is being read are taken together.
const TOGETHER: i64 = 3_000;

/// Every page with its state, in the order of their addresses.
#[component]
pub fn SitePages(
    /// The site.
    site: SourceId,
    /// As it is now.
    now: Memo<Source>,
) -> impl IntoView {
    let version = Memo::new(move |_| now.with(|site| (site.status, site.pages, site.updated_at.0 / TOGETHER)));
    let pages = Resource::new(move || version.get(), move |_| async move { api::knowledge::site_pages(site).await });
    let content = move || {
        Suspend::new(async move {
            match pages.await {
                Ok(pages) if pages.is_empty() => {
                    let site = now.get_untracked();
                    let (title, text) = match site.status {
                        SourceStatus::Queued if site.error.is_some() => {
                            ("It waits to be read", "The pages appear here when they are found.")
                        }
                        SourceStatus::Queued | SourceStatus::Processing => {
                            ("It is being read", "The pages appear here as they are found.")
                        }
                        _ => ("No pages", "Nothing on it could be read. Check the address, and look at it again."),
                    };
                    view! { <Empty icon=icons::GLOBE title=title text=text /> }.into_any()
                }
                Ok(pages) => view! { <Pages pages=pages /> }.into_any(),
                Err(error) => {
                    let retry = Callback::new(move |()| pages.refetch());
                    view! { <ErrorAlert error=error retry=retry /> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Transition> }.into_any()
}

#[component]
fn Pages(pages: Vec<Source>) -> impl IntoView {
    let count = if pages.len() == 1 { "1 page".to_owned() } else { format!("{} pages", pages.len()) };
    view! {
        <p class="passages-count">{count}</p>
        <ul class="site-pages">
            {pages
                .into_iter()
                .map(|page| {
                    let Source { id, title, url, status, error, passages, progress, .. } = page;
                    let is_note = status != SourceStatus::Failed;
                    view! {
                        <li class="site-page" data-testid="site-page" data-status=status.as_str()>
                            <span class="source-words">
                                <a class="source-name" href=format!("/knowledge?source={id}")><bdi>{title}</bdi></a>
                                <span class="site-url" dir="ltr">{url}</span>
                                {error.map(|error| view! { <span class="source-reason" class:is-note=is_note>{error}</span> })}
                            </span>
                            <span class="site-passages number" title="Passages">{passages}</span>
                            <StatusChip status=Signal::stored(status) progress=Signal::stored(progress) />
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}
