//! Knowledge › Unanswered: what visitors asked and nobody could answer.

use super::gap::GapRow;
use crate::{
    accounts::Only,
    icons,
    knowledge::KnowledgeTabs,
    shell::PageHead,
    ui::{Empty, ErrorAlert, ListSkeleton, Segments},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use std::time::Duration;
use types::{
    Error, GroupId,
    accounts::Permission,
    teaching::{Gap, GapStatus},
};

/// How often the list is read again.
const AGAIN: Duration = Duration::from_secs(8);

/// The groups as the page shows them.
#[derive(Clone, Copy)]
pub struct Gaps {
    /// Those asked most first.
    pub list: RwSignal<Vec<Gap>>,
    /// The one whose answer is being written.
    pub editing: RwSignal<Option<GroupId>>,
    /// Answered on this page a moment ago.
    pub fresh: RwSignal<Vec<GroupId>>,
    /// Why the last act did not work.
    pub problem: RwSignal<Option<Error>>,
    /// Rises with each act, for the counts on the tabs.
    pub news: RwSignal<u32>,
}

impl Gaps {
    /// Shows a group as the server has it now.
    pub fn put(self, gap: Gap) {
        let _ = self.list.try_update(|list| {
            if let Some(known) = list.iter_mut().find(|known| known.id == gap.id) {
                *known = gap;
            }
        });
        let _ = self.news.try_update(|news| *news += 1);
    }
}

/// Groups of questions, with a way to answer each.
#[component]
pub fn GapsPage() -> impl IntoView {
    let news = RwSignal::new(0_u32);
    view! {
        <Title text="Unanswered questions" />
        <div class="page">
            <PageHead
                title="Unanswered"
                text="What visitors asked and the AI could not answer well. Questions that mean the same are together."
            />
            <KnowledgeTabs news=news />
            <Only may=Permission::ReadKnowledge verb="see" what="unanswered questions">
                <Content news=news />
            </Only>
        </div>
    }
    .into_any()
}

#[component]
fn Content(news: RwSignal<u32>) -> impl IntoView {
    let status = RwSignal::new(GapStatus::Open);
    let gaps = Gaps {
        list: RwSignal::new(Vec::new()),
        editing: RwSignal::new(None),
        fresh: RwSignal::new(Vec::new()),
        problem: RwSignal::new(None),
        news,
    };
    let stored = Resource::new(move || status.get(), api::teaching::list_gaps);
    let content = move || {
        Suspend::new(async move {
            match stored.await {
                Ok(list) => {
                    gaps.list.set(list);
                    gaps.editing.set(None);
                    view! { <List gaps=gaps status=status /> }.into_any()
                }
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| stored.refetch()) /> }.into_any()
                }
            }
        })
    };
    keep_current(gaps, status);
    view! {
        <Segments
            name="gap-status"
            label="Show"
            options=vec![(GapStatus::Open, "Open"), (GapStatus::Answered, "Answered"), (GapStatus::Dismissed, "Dismissed")]
            value=status
        />
        {move || gaps.problem.get().map(|error| view! { <ErrorAlert error=error /> })}
        <Transition fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Transition>
    }
    .into_any()
}

/// Reads the list again now and then, but for while somebody writes or looks at what they just answered.
fn keep_current(gaps: Gaps, status: RwSignal<GapStatus>) {
    Effect::new(move || {
        let look = move || {
            let is_busy = gaps.editing.get_untracked().is_some() || !gaps.fresh.with_untracked(Vec::is_empty);
            if is_busy || document().hidden() {
                return;
            }
            spawn_local(async move {
                let Some(wanted) = status.try_get_untracked() else { return };
                let Ok(list) = api::teaching::list_gaps(wanted).await else { return };
                let is_still = status.try_get_untracked() == Some(wanted)
                    && gaps.editing.try_get_untracked() == Some(None)
                    && gaps.list.try_with_untracked(|known| *known != list) == Some(true);
                if is_still {
                    let _ = gaps.list.try_set(list);
                }
            });
        };
        if let Ok(handle) = set_interval_with_handle(look, AGAIN) {
            on_cleanup(move || handle.clear());
        }
    });
}

#[component]
fn List(gaps: Gaps, status: RwSignal<GapStatus>) -> impl IntoView {
    let empty = move || {
        let (title, text) = match status.get() {
            GapStatus::Open => (
                "Every question was answered",
                "A question that the AI hands to a person, or whose answer does not help, appears here.",
            ),
            GapStatus::Answered => ("Nothing was answered here yet", "Groups whose answer you write appear here."),
            GapStatus::Dismissed => ("Nothing was dismissed", "Groups that you do not want to answer appear here."),
        };
        view! { <Empty icon=icons::CHAT title=title text=text /> }
    };
    let key = |gap: &Gap| (gap.id, gap.count, gap.status);
    view! {
        <Show when=move || !gaps.list.with(Vec::is_empty) fallback=empty>
            <ol class="teach-list" aria-label="Groups of questions">
                <For each=move || gaps.list.get() key=key children=move |gap| view! { <GapRow gap=gap gaps=gaps /> } />
            </ol>
        </Show>
    }
    .into_any()
}
