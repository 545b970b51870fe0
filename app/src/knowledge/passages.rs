//! A source, opened: the passages that the AI finds in it.

use super::{row::StatusChip, sources::Sources, text::size_text};
use crate::{
    icons::{self, Icon},
    ui::{Empty, ErrorAlert, ListSkeleton, date_text},
};
use leptos::prelude::*;
use types::{
    SourceId,
    knowledge::{Passage, SourceStatus},
};

/// The source's title and state, and its passages in their order.
#[component]
pub fn SourceView(
    /// Which one.
    id: SourceId,
    /// All of them.
    sources: Sources,
) -> impl IntoView {
    let source = Memo::new(move |_| sources.get(id));
    let status = Memo::new(move |_| source.with(|source| source.as_ref().map(|source| source.status)));
    // Read again when the learning is done.
    let passages = Resource::new(
        move || status.get() == Some(SourceStatus::Ready),
        move |_| async move { api::knowledge::source_passages(id).await },
    );
    let head = move || {
        Suspend::new(async move {
            // The title comes with the list; without it the passages alone are shown.
            let _ = sources.load().await;
            view! {
                {move || source.get().map(|source| view! {
                    <h1 dir="auto">{source.title}</h1>
                    <p class="source-facts">
                        <StatusChip status=source.status />
                        <span class="number">{size_text(source.bytes)}</span>
                        <span>"Added " {date_text(source.created_at)}</span>
                    </p>
                    {source.error.map(|error| view! { <p class="source-reason">{error}</p> })}
                })}
            }
        })
    };
    let content = move || {
        Suspend::new(async move {
            match passages.await {
                Ok(passages) => view! { <Passages passages=passages status=status /> }.into_any(),
                Err(error) => {
                    let retry = Callback::new(move |()| passages.refetch());
                    view! { <ErrorAlert error=error retry=retry /> }.into_any()
                }
            }
        })
    };
    view! {
        <header class="source-head">
            <a class="source-back" href="/knowledge">
                <Icon path=icons::BACK small=true />
                "All sources"
            </a>
            <Transition>{head}</Transition>
        </header>
        <Transition fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Transition>
    }
    .into_any()
}

#[component]
fn Passages(passages: Vec<Passage>, status: Memo<Option<SourceStatus>>) -> impl IntoView {
    if passages.is_empty() {
        let content = move || {
            let (title, text) = match status.get() {
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
