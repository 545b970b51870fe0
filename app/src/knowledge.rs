//! What the AI learns from: the sources on the left, a test chat on the right.

mod edit;
mod faq;
mod imported;
mod passages;
mod paste;
mod row;
mod site;
mod sources;
mod tabs;
mod test_chat;
mod text;
mod upload;
mod web;

pub use imported::{ImportOutcome, PickTable, RowNotes, bytes_of};
pub use paste::PasteForm;
pub use row::StatusChip;
pub use sources::is_listed;
pub use tabs::KnowledgeTabs;
pub use text::size_text;
pub use upload::Upload;
pub use web::WebForm;

use crate::{
    accounts::use_session,
    icons,
    shell::PageHead,
    ui::{Empty, ErrorAlert, Skeleton},
};
use faq::FaqForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use passages::SourceView;
use row::SourceRow;
use sources::{Sources, use_sources};
use test_chat::TestChat;
use types::SourceId;
use types::accounts::Permission;

/// The knowledge, at `/knowledge`; a source and its passages at
/// `/knowledge?source={id}`.
#[component]
pub fn KnowledgePage() -> impl IntoView {
    let sources = use_sources();
    let query = use_query_map();
    let opened = Memo::new(move |_| query.with(|query| query.get_str("source")?.parse::<SourceId>().ok()));
    view! {
        <Title text="Knowledge" />
        <div class="knowledge">
            <section class="knowledge-sources" aria-label="Sources">
                {move || match opened.get() {
                    Some(id) => view! { <SourceView id=id sources=sources /> }.into_any(),
                    None => view! { <AllSources sources=sources /> }.into_any(),
                }}
            </section>
            <TestChat sources=sources />
        </div>
    }
    .into_any()
}

/// The table, with the ways to add to it.
#[component]
fn AllSources(sources: Sources) -> impl IntoView {
    let session = use_session();
    let content = move || {
        Suspend::new(async move {
            match sources.load().await {
                Ok(()) => view! { <Table sources=sources /> }.into_any(),
                Err(error) => {
                    let retry = Callback::new(move |()| sources.reload());
                    view! { <ErrorAlert error=error retry=retry /> }.into_any()
                }
            }
        })
    };
    view! {
        <PageHead
            title="Knowledge"
            text="The AI answers from these sources and from nothing else. Every answer cites them."
        />
        <KnowledgeTabs />
        <Show when=move || session.may(Permission::ManageKnowledge)>
            <AddSource sources=sources />
        </Show>
        <Transition fallback=TableSkeleton>{content}</Transition>
    }
    .into_any()
}

/// Files are dropped; texts, questions and addresses are given.
#[component]
fn AddSource(sources: Sources) -> impl IntoView {
    let add = Callback::new(move |source| sources.put(source));
    let imported = Callback::new(move |()| sources.refresh());
    view! {
        <div class="add-source">
            <Upload on_added=add />
            <div class="add-ways">
                <WebForm on_added=add />
                <FaqForm on_added=add on_imported=imported />
                <PasteForm on_added=add is_open=Signal::stored(false) />
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Table(sources: Sources) -> impl IntoView {
    let session = use_session();
    let ids = Memo::new(move |_| sources.ids());
    view! {
        {move || sources.problem().map(|error| view! { <ErrorAlert error=error /> })}
        <Show
            when=move || !ids.with(Vec::is_empty)
            fallback=move || {
                let text = if session.may(Permission::ManageKnowledge) {
                    "Give it the address of your website above, drop a file, or paste what customers ask for most: delivery, returns, opening hours."
                } else {
                    "An owner of your business adds texts and files here. Then the AI can answer."
                };
                view! { <Empty icon=icons::BOOK title="The AI knows nothing yet" text=text /> }
            }
        >
            <div class="sources-frame">
                <table class="sources-table">
                    <thead>
                        <tr>
                            <th scope="col">"Title"</th>
                            <th scope="col">"Status"</th>
                            <th scope="col" class="is-number">"Passages"</th>
                            <th scope="col" class="is-number is-size">"Size"</th>
                            <th scope="col" class="is-number is-added">"Added"</th>
                            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || ids.get() key=|id| *id children=move |id| view! { <SourceRow id=id sources=sources /> } />
                    </tbody>
                </table>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn TableSkeleton() -> impl IntoView {
    view! {
        <div class="sources-frame sources-loading" role="status">
            <span class="visually-hidden">"Loading the sources"</span>
            {(0..5)
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
