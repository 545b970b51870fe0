//! A source, opened: the passages that the AI finds in it.

use super::{edit::SourceActs, row::StatusChip, site::SitePages, sources::Sources, text::size_text};
use crate::{
    icons::{self, Icon},
    ui::{Empty, ErrorAlert, ListSkeleton, RelativeTime, date_text},
};
use leptos::prelude::*;
use types::{
    SourceId,
    knowledge::{Passage, Source, SourceKind, SourceStatus},
};

/// The source's title and state, and its passages or pages in their order.
#[component]
pub fn SourceView(
    /// Which one.
    id: SourceId,
    /// All of them.
    sources: Sources,
) -> impl IntoView {
    // Pages of a site are not in the list.
    let found = Resource::new(|| (), move |()| async move { api::knowledge::get_source(id).await });
    let shown = RwSignal::new(None::<Source>);
    let source = Memo::new(move |_| sources.get(id).or_else(|| shown.get()));
    let content = move || {
        Suspend::new(async move {
            // What the list says is newer; without it this one is shown.
            let _ = sources.load().await;
            match found.await {
                Ok(found) => {
                    if shown.with_untracked(Option::is_none) {
                        shown.set(Some(found.clone()));
                    }
                    view! { <Shown first=found source=source sources=sources /> }.into_any()
                }
                Err(error) => {
                    let retry = Callback::new(move |()| found.refetch());
                    view! { <ErrorAlert error=error retry=retry /> }.into_any()
                }
            }
        })
    };
    let back = move || match source.get().and_then(|source| source.parent_id) {
        Some(site) => (format!("/knowledge?source={site}"), "All pages"),
        None => ("/knowledge".to_owned(), "All sources"),
    };
    view! {
        <a class="source-back" href=move || back().0>
            <Icon path=icons::BACK small=true />
            {move || back().1}
        </a>
        <Transition fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Transition>
    }
    .into_any()
}

#[component]
fn Shown(first: Source, source: Memo<Option<Source>>, sources: Sources) -> impl IntoView {
    let (id, kind) = (first.id, first.kind);
    let now = Memo::new(move |_| source.get().unwrap_or_else(|| first.clone()));
    let body = if kind == SourceKind::Site {
        view! { <SitePages site=id now=now /> }.into_any()
    } else {
        view! { <PassagesOf id=id now=now /> }.into_any()
    };
    view! {
        <header class="source-head">
            <h1 dir="auto">{move || now.get().title}</h1>
            <p class="source-facts">
                <StatusChip status=Signal::derive(move || now.get().status) progress=Signal::derive(move || now.get().progress) />
                {move || now.get().url.map(|url| view! {
                    <a class="source-url" href=url.clone() target="_blank" rel="noopener noreferrer">
                        {url.clone()}
                        <Icon path=icons::OUTSIDE small=true />
                    </a>
                })}
                {(kind != SourceKind::Site).then(|| view! { <span class="number">{move || size_text(now.get().bytes)}</span> })}
                <span>"Added " {move || date_text(now.get().created_at)}</span>
                {move || now.get().synced_at.map(|at| view! { <span>"Looked at " <RelativeTime at=Signal::stored(at) /></span> })}
            </p>
            {move || now.get().error.map(|error| {
                let is_note = now.get().status != SourceStatus::Failed;
                view! { <p class="source-reason" class:is-note=is_note>{error}</p> }
            })}
            <SourceActs now=now sources=sources />
        </header>
        {body}
    }
    .into_any()
}

#[component]
fn PassagesOf(id: SourceId, now: Memo<Source>) -> impl IntoView {
    let status = Memo::new(move |_| Some(now.get().status));
    let why = Memo::new(move |_| now.get().error);
    // Read again when the learning is done.
    let passages = Resource::new(
        move || status.get() == Some(SourceStatus::Ready),
        move |_| async move { api::knowledge::source_passages(id).await },
    );
    let content = move || {
        Suspend::new(async move {
            match passages.await {
                Ok(passages) => view! { <Passages passages=passages status=status why=why /> }.into_any(),
                Err(error) => {
                    let retry = Callback::new(move |()| passages.refetch());
                    view! { <ErrorAlert error=error retry=retry /> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Transition> }.into_any()
}

#[component]
fn Passages(
    passages: Vec<Passage>,
    status: Memo<Option<SourceStatus>>,
    /// Why it waits or could not be read.
    why: Memo<Option<String>>,
) -> impl IntoView {
    if passages.is_empty() {
        let content = move || {
            let (title, text) = match status.get() {
                Some(SourceStatus::Queued) if why.get().is_some() => {
                    ("It waits to be read", "The passages appear here when it was read.")
                }
                Some(SourceStatus::Queued | SourceStatus::Processing) => {
                    ("It is being read", "The passages appear here in a moment.")
                }
                _ => ("No passages", "Nothing in it could be used. Delete it and add a text with whole sentences."),
            };
            view! { <Empty icon=icons::FILE title=title text=text /> }
        };
        return content.into_any();
    }
    let count = match passages.len() {
        1 => "1 passage".to_owned(),
        500 => "The first 500 passages".to_owned(),
        count => format!("{count} passages"),
    };
    view! {
        <p class="passages-count">{count}</p>
        <ol class="passages">
            {passages
                .into_iter()
                .map(|passage| {
                    let heading = passage.heading;
                    view! {
                        <li class="passage" id=format!("passage-{}", passage.id)>
                            <span class="passage-number number">{passage.position + 1}</span>
                            <div class="passage-body">
                                {(!heading.is_empty()).then(|| view! { <p class="passage-heading" dir="auto">{heading}</p> })}
                                <p class="passage-text" dir="auto">{passage.content}</p>
                            </div>
                        </li>
                    }
                })
                .collect_view()}
        </ol>
    }
    .into_any()
}
