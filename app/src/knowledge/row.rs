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
    let error = Memo::new(move |_| source.with(|s| s.as_ref()?.error.clone()));
    let progress = Memo::new(move |_| source.with(|s| s.as_ref().map_or(0, |s| s.progress)));
    let pages = Memo::new(move |_| source.with(|s| s.as_ref().filter(|s| s.kind == SourceKind::Site).map(|s| s.pages)));
    let added = Memo::new(move |_| source.with(|s| s.as_ref().map_or(Timestamp(0), |s| s.created_at)));
    let passages = move || match (status.get(), pages.get()) {
        (SourceStatus::Ready, _) | (_, Some(1..)) => read(&source, |s| s.passages.to_string()),
        _ => "–".to_owned(),
    };
    let kind = source.with_untracked(|s| s.as_ref().map_or(SourceKind::Text, |s| s.kind));
    let (icon, word) = drawn(kind);
    let is_on_web = matches!(kind, SourceKind::Page | SourceKind::Site);
    let size = move || match pages.get() {
        Some(1) => "1 page".to_owned(),
        Some(pages) => format!("{pages} pages"),
        None => read(&source, |s| size_text(s.bytes)),
    };
    let may_retry = move || match status.get() {
        SourceStatus::Failed => true,
        SourceStatus::Ready => is_on_web,
        SourceStatus::Queued | SourceStatus::Processing => false,
    };
    let again = if is_on_web { "Look at it again" } else { "Try again" };
    view! {
        <tr class="source-row" data-testid="source-row" data-status=move || status.get().as_str()>
            <th scope="row">
                <div class="source-cell">
                    <span class="source-icon" title=word><Icon path=icon small=true /></span>
                    <span class="source-words">
                        <a class="source-name" href=format!("/knowledge?source={id}")><bdi>{title}</bdi></a>
                        {move || error.get().map(|error| {
                            let is_note = status.get() != SourceStatus::Failed;
                            view! { <span class="source-reason" class:is-note=is_note>{error}</span> }
                        })}
                    </span>
                </div>
            </th>
            <td><StatusChip status=status progress=progress /></td>
            <td class="is-number">{passages}</td>
            <td class="is-number is-size">{size}</td>
            <td class="is-number is-added"><RelativeTime at=added /></td>
            <td class="source-acts">
                <Show when=move || session.may(Permission::ManageKnowledge)>
                    <Show when=may_retry>
                        <button
                            type="button"
                            class="button button-quiet button-small button-icon"
                            aria-label=move || format!("Read “{}” again", title.get())
                            title=again
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

/// The icon of a kind of source, and its name.
#[must_use]
pub const fn drawn(kind: SourceKind) -> (&'static str, &'static str) {
    match kind {
        SourceKind::Text => (icons::NOTE, "Text"),
        SourceKind::File => (icons::FILE, "File"),
        SourceKind::Faq => (icons::HELP, "Question and answer"),
        SourceKind::Page => (icons::GLOBE, "Web page"),
        SourceKind::Site => (icons::GLOBE, "Web site"),
        SourceKind::Product => (icons::TAG, "Product"),
    }
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
    /// Percent of what is under way that is done.
    #[prop(optional, into)]
    progress: Signal<i32>,
) -> impl IntoView {
    let tone = move || match status.get() {
        SourceStatus::Queued => Tone::Neutral,
        SourceStatus::Processing => Tone::Info,
        SourceStatus::Ready => Tone::Success,
        SourceStatus::Failed => Tone::Danger,
    };
    let words = move || match (status.get(), progress.get()) {
        (SourceStatus::Queued, _) => "Waiting".to_owned(),
        (SourceStatus::Processing, percent @ 1..) => format!("Reading, {percent} %"),
        (SourceStatus::Processing, _) => "Reading".to_owned(),
        (SourceStatus::Ready, _) => "Ready".to_owned(),
        (SourceStatus::Failed, _) => "Failed".to_owned(),
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
