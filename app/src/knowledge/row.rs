//! One source in the table.

use super::{sources::Sources, text::size_text};
use crate::{
    accounts::use_session,
    icons::{self, Icon},
    ui::{RelativeTime, Tone},
};
use leptos::{html, prelude::*};
use types::accounts::Permission;
use types::{
    SourceId, Timestamp,
    knowledge::{Source, SourceKind, SourceStatus},
};

/// Title, status, passages, size, age, and what can be done.
#[component]
pub fn SourceRow(
    /// Which one.
    id: SourceId,
    /// All of them.
    sources: Sources,
) -> impl IntoView {
    let session = use_session();
    let source = Memo::new(move |_| sources.get(id));
    let title = Memo::new(move |_| read(&source, |s| s.title.clone()));
    let status = Memo::new(move |_| source.with(|s| s.as_ref().map_or(SourceStatus::Queued, |s| s.status)));
    let error =
        Memo::new(move |_| source.with(|s| s.as_ref()?.error.clone().filter(|_| s.as_ref().is_some_and(is_failed))));
    let added = Memo::new(move |_| source.with(|s| s.as_ref().map_or(Timestamp(0), |s| s.created_at)));
    let passages = move || match status.get() {
        SourceStatus::Ready => read(&source, |s| s.passages.to_string()),
        _ => "–".to_owned(),
    };
    let icon = source.with_untracked(|s| match s.as_ref().map(|s| s.kind) {
        Some(SourceKind::File) => icons::FILE,
        _ => icons::NOTE,
    });
    let kind = source.with_untracked(|s| match s.as_ref().map(|s| s.kind) {
        Some(SourceKind::File) => "File",
        Some(SourceKind::Faq) => "Question and answer",
        Some(SourceKind::Page) => "Web page",
        Some(SourceKind::Site) => "Web site",
        Some(SourceKind::Product) => "Product",
        _ => "Text",
    });
    view! {
        <tr class="source-row" data-testid="source-row" data-status=move || status.get().as_str()>
            <th scope="row">
                <div class="source-cell">
                    <span class="source-icon" title=kind><Icon path=icon small=true /></span>
                    <span class="source-words">
                        <a class="source-name" href=format!("/knowledge?source={id}")><bdi>{title}</bdi></a>
                        {move || error.get().map(|error| view! { <span class="source-reason">{error}</span> })}
                    </span>
                </div>
            </th>
            <td><StatusChip status=status /></td>
            <td class="is-number">{passages}</td>
            <td class="is-number is-size">{move || read(&source, |s| size_text(s.bytes))}</td>
            <td class="is-number is-added"><RelativeTime at=added /></td>
            <td class="source-acts">
                <Show when=move || session.may(Permission::ManageKnowledge)>
                    <Show when=move || status.get() == SourceStatus::Failed>
                        <button
                            type="button"
                            class="button button-quiet button-small button-icon"
                            aria-label=move || format!("Read “{}” again", title.get())
                            title="Try again"
                            on:click=move |_| sources.retry(id)
                        >
                            <Icon path=icons::RETRY small=true />
                        </button>
                    </Show>
                    <Delete id=id title=title sources=sources />
                </Show>
            </td>
        </tr>
    }
    .into_any()
}

fn is_failed(source: &Source) -> bool {
    source.status == SourceStatus::Failed
}

fn read(source: &Memo<Option<Source>>, field: impl Fn(&Source) -> String) -> String {
    source.with(|source| source.as_ref().map(field).unwrap_or_default())
}

/// How far the learning has come.
#[component]
pub fn StatusChip(
    /// The status.
    #[prop(into)]
    status: Signal<SourceStatus>,
) -> impl IntoView {
    let tone = move || match status.get() {
        SourceStatus::Queued => Tone::Neutral,
        SourceStatus::Processing => Tone::Info,
        SourceStatus::Ready => Tone::Success,
        SourceStatus::Failed => Tone::Danger,
    };
    let words = move || match status.get() {
        SourceStatus::Queued => "Waiting",
        SourceStatus::Processing => "Reading",
        SourceStatus::Ready => "Ready",
        SourceStatus::Failed => "Failed",
    };
    let is_busy = move || status.get() == SourceStatus::Processing;
    view! {
        <span class=move || format!("chip {}", tone().class())>
            <Show when=is_busy>
                <span class="spinner" aria-hidden="true"></span>
            </Show>
            {words}
        </span>
    }
    .into_any()
}

/// Removes the source, after one question.
#[component]
fn Delete(id: SourceId, title: Memo<String>, sources: Sources) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let ask = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <button
            type="button"
            class="button button-quiet button-small button-icon"
            aria-label=move || format!("Delete “{}”", title.get())
            title="Delete"
            on:click=ask
        >
            <Icon path=icons::BIN small=true />
        </button>
        <dialog class="confirm" node_ref=dialog aria-label="Delete this source?">
            <h2>"Delete “" <bdi>{title}</bdi> "”?"</h2>
            <p>"The AI forgets it at once. Answers that were given stay as they are."</p>
            <div class="confirm-acts">
                <button type="button" class="button button-secondary" on:click=move |_| close()>"Keep it"</button>
                <button
                    type="button"
                    class="button button-danger"
                    on:click=move |_| {
                        close();
                        sources.delete(id);
                    }
                >
                    "Delete"
                </button>
            </div>
        </dialog>
    }
    .into_any()
}
