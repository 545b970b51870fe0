//! What can be done with an opened source: change its text, look at it again.

use super::sources::Sources;
use crate::{
    accounts::use_session,
    icons::{self, Icon},
    ui::{Button, ButtonKind, ErrorAlert, Input, ListSkeleton, TextArea, TextField},
};
use leptos::{prelude::*, task::spawn_local};
use types::{
    Error, Result, SourceId,
    accounts::Permission,
    knowledge::{Source, SourceKind, SourceStatus, SourceText, SyncEvery},
};

/// The acts for those who may.
#[component]
pub fn SourceActs(
    /// The source as it is now.
    now: Memo<Source>,
    /// All of them.
    sources: Sources,
) -> impl IntoView {
    let session = use_session();
    let (id, kind, is_child) = now.with_untracked(|now| (now.id, now.kind, now.parent_id.is_some()));
    let acts = move || match kind {
        SourceKind::Text | SourceKind::Faq => Some(view! { <Change id=id kind=kind sources=sources /> }.into_any()),
        SourceKind::Page | SourceKind::Site if !is_child => {
            Some(view! { <Again now=now sources=sources /> }.into_any())
        }
        _ => None,
    };
    view! { <Show when=move || session.may(Permission::ManageKnowledge)>{acts}</Show> }.into_any()
}

/// When a page or site is looked at again.
#[component]
fn Again(now: Memo<Source>, sources: Sources) -> impl IntoView {
    let id = now.with_untracked(|now| now.id);
    let is_at_work = move || matches!(now.get().status, SourceStatus::Queued | SourceStatus::Processing);
    let every = move || now.get().sync.unwrap_or(SyncEvery::Never);
    let words = |every: SyncEvery| match every {
        SyncEvery::Never => "Only when asked",
        SyncEvery::Daily => "Once a day",
        SyncEvery::Weekly => "Once a week",
    };
    let pick = move |event| {
        if let Ok(every) = event_target_value(&event).parse() {
            sources.set_sync(id, every);
        }
    };
    view! {
        <div class="source-again">
            <label class="source-sync">
                <span>"Look at it"</span>
                <select class="select" on:change=pick>
                    {SyncEvery::ALL
                        .iter()
                        .map(|option| {
                            let option = *option;
                            view! {
                                <option
                                    value=option.as_str()
                                    selected=every() == option
                                    prop:selected=move || every() == option
                                >
                                    {words(option)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <button
                type="button"
                class="button button-secondary"
                disabled=is_at_work
                on:click=move |_| sources.retry(id)
            >
                <Icon path=icons::RETRY small=true />
                "Look now"
            </button>
        </div>
        {move || sources.problem().map(|error| view! { <ErrorAlert error=error /> })}
    }
    .into_any()
}

fn text_check(value: &str) -> Option<&'static str> {
    value.trim().is_empty().then_some("Write some text here.")
}

/// Another title and text.
#[component]
fn Change(id: SourceId, kind: SourceKind, sources: Sources) -> impl IntoView {
    let text = RwSignal::new(None::<Result<SourceText>>);
    let is_open = RwSignal::new(false);
    let open = move |_| {
        is_open.set(true);
        text.set(None);
        spawn_local(async move {
            let found = api::knowledge::get_source_text(id).await;
            let _ = text.try_set(Some(found));
        });
    };
    let close = Callback::new(move |()| is_open.set(false));
    let form = move || match text.get() {
        None => view! { <ListSkeleton lines=4 /> }.into_any(),
        Some(Err(error)) => view! { <ErrorAlert error=error /> }.into_any(),
        Some(Ok(text)) => view! { <ChangeForm id=id kind=kind text=text sources=sources close=close /> }.into_any(),
    };
    view! {
        <Show
            when=move || is_open.get()
            fallback=move || view! {
                <button type="button" class="button button-secondary" on:click=open>
                    <Icon path=icons::PEN small=true />
                    "Edit"
                </button>
            }
        >
            {form}
        </Show>
    }
    .into_any()
}

#[component]
fn ChangeForm(
    id: SourceId,
    kind: SourceKind,
    text: SourceText,
    sources: Sources,
    close: Callback<()>,
) -> impl IntoView {
    let is_faq = kind == SourceKind::Faq;
    let title = Input::new(text.title, text_check);
    let content = Input::new(text.content, text_check);
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Error>));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !(title.verify() & content.verify()) {
            return;
        }
        busy.set(true);
        problem.set(None);
        let (title, content) = (title.value.get_untracked(), content.value.get_untracked());
        spawn_local(async move {
            match api::knowledge::change_source(id, title, content).await {
                Ok(source) => {
                    sources.put(source);
                    close.run(());
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
            let _ = busy.try_set(false);
        });
    };
    let (title_label, content_label) = if is_faq { ("Question", "Answer") } else { ("Title", "Text") };
    view! {
        <form class="form source-form" on:submit=save novalidate>
            <TextField name="title" label=title_label input=title />
            <TextArea name="content" label=content_label rows=if is_faq { 4 } else { 14 } input=content />
            {move || problem.get().map(|error| view! { <ErrorAlert error=error /> })}
            <div class="form-actions">
                <Button kind=ButtonKind::Primary submit=true busy=busy>"Save"</Button>
                <button type="button" class="button button-quiet" on:click=move |_| close.run(())>"Cancel"</button>
            </div>
        </form>
    }
    .into_any()
}
