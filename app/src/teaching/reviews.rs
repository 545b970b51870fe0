//! Knowledge › Review: drafts and answers that somebody should look at.

use super::review::ReviewItem;
use crate::{
    accounts::Only,
    icons,
    knowledge::KnowledgeTabs,
    shell::PageHead,
    ui::{Empty, ErrorAlert, ListSkeleton},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use std::time::Duration;
use types::{
    Error, ReviewId,
    accounts::Permission,
    teaching::{Decision, Review},
};
use wasm_bindgen::JsCast;

/// How often the queue is read again.
const AGAIN: Duration = Duration::from_secs(8);

/// The queue as the page shows it.
#[derive(Clone, Copy)]
pub struct Queue {
    /// Newest first.
    pub list: RwSignal<Vec<Review>>,
    /// The one that keys act on.
    pub chosen: RwSignal<Option<ReviewId>>,
    /// The one that is being edited.
    pub editing: RwSignal<Option<ReviewId>>,
    /// A decision is on its way.
    pub busy: RwSignal<bool>,
    /// Why the last decision did not work.
    pub problem: RwSignal<Option<Error>>,
    news: RwSignal<u32>,
}

impl Queue {
    /// Decides about a review, and goes on to the next one.
    pub fn decide(self, id: ReviewId, decision: Decision) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            match api::teaching::decide_review(id, decision).await {
                Ok(_) => {
                    let next = self.neighbour(id, 1).or_else(|| self.neighbour(id, -1));
                    let _ = self.list.try_update(|list| list.retain(|review| review.id != id));
                    let _ = self.editing.try_set(None);
                    let _ = self.chosen.try_set(next);
                    let _ = self.news.try_update(|news| *news += 1);
                }
                Err(error) => drop(self.problem.try_set(Some(error))),
            }
            let _ = self.busy.try_set(false);
        });
    }

    /// Reads the queue again, but for while somebody writes or decides. What is chosen stays so.
    fn look(self) {
        let is_free =
            move || self.editing.try_get_untracked() == Some(None) && self.busy.try_get_untracked() == Some(false);
        if !is_free() || document().hidden() {
            return;
        }
        let decided = self.news.get_untracked();
        spawn_local(async move {
            // A failed call is no news; the next one may work.
            let Ok(list) = api::teaching::list_reviews().await else { return };
            let is_other = self.list.try_with_untracked(|known| *known != list) == Some(true);
            // What was decided meanwhile is still in this list.
            if !is_other || !is_free() || self.news.try_get_untracked() != Some(decided) {
                return;
            }
            let chosen = self.chosen.get_untracked().filter(|id| list.iter().any(|review| review.id == *id));
            let chosen = chosen.or_else(|| list.first().map(|review| review.id));
            let _ = self.list.try_set(list);
            if self.chosen.try_get_untracked() != Some(chosen) {
                let _ = self.chosen.try_set(chosen);
            }
            let _ = self.news.try_update(|news| *news += 1);
        });
    }

    fn neighbour(self, id: ReviewId, step: isize) -> Option<ReviewId> {
        self.list
            .try_with_untracked(|list| {
                let place = list.iter().position(|review| review.id == id)?;
                list.get(place.checked_add_signed(step)?).map(|review| review.id)
            })
            .flatten()
    }

    fn go(self, step: isize) {
        let first = self.list.with_untracked(|list| list.first().map(|review| review.id));
        let to = self.chosen.get_untracked().map_or(first, |id| self.neighbour(id, step));
        if let Some(id) = to {
            self.chosen.set(Some(id));
            let item = document().get_element_by_id(&format!("review-{id}"));
            if let Some(item) = item.and_then(|item| item.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = item.focus();
            }
        }
    }
}

/// The queue, worked by mouse or by keyboard.
#[component]
pub fn ReviewsPage() -> impl IntoView {
    let news = RwSignal::new(0_u32);
    view! {
        <Title text="Review" />
        <div class="page">
            <PageHead title="Review" text="Answers drafted from what your team wrote, and answers of the AI that may be wrong." />
            <KnowledgeTabs news=news />
            <Only may=Permission::ReadKnowledge verb="see" what="the review">
                <Content news=news />
            </Only>
        </div>
    }
    .into_any()
}

#[component]
fn Content(news: RwSignal<u32>) -> impl IntoView {
    let stored = Resource::new(|| (), |()| api::teaching::list_reviews());
    let queue = Queue {
        list: RwSignal::new(Vec::new()),
        chosen: RwSignal::new(None),
        editing: RwSignal::new(None),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        news,
    };
    let content = move || {
        Suspend::new(async move {
            match stored.await {
                Ok(list) => {
                    queue.chosen.set(list.first().map(|review| review.id));
                    queue.list.set(list);
                    view! { <List queue=queue /> }.into_any()
                }
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| stored.refetch()) /> }.into_any()
                }
            }
        })
    };
    listen(queue);
    keep_current(queue);
    view! { <Suspense fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Suspense> }.into_any()
}

#[component]
fn List(queue: Queue) -> impl IntoView {
    view! {
        {move || queue.problem.get().map(|error| view! { <ErrorAlert error=error /> })}
        <Show
            when=move || !queue.list.with(Vec::is_empty)
            fallback=|| {
                view! {
                    <Empty
                        icon=icons::CHECK
                        title="Nothing to look at"
                        text="When an agent answers what the AI could not, the answer is drafted here."
                    />
                }
            }
        >
            <p class="key-hints">
                <kbd>"j"</kbd> <kbd>"k"</kbd> " move " <kbd>"a"</kbd> " accept " <kbd>"r"</kbd> " reject or correct"
            </p>
            <ol class="teach-list" aria-label="Reviews">
                <For
                    each=move || queue.list.get()
                    key=|review| review.id
                    children=move |review| view! { <ReviewItem review=review queue=queue /> }
                />
            </ol>
        </Show>
    }
    .into_any()
}

/// Others decide too, and new drafts come.
fn keep_current(queue: Queue) {
    Effect::new(move || {
        if let Ok(handle) = set_interval_with_handle(move || queue.look(), AGAIN) {
            on_cleanup(move || handle.clear());
        }
    });
}

/// Keys work unless somebody types or holds another key.
fn listen(queue: Queue) {
    Effect::new(move || {
        let listener = window_event_listener(leptos::ev::keydown, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
            let is_typing =
                target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
            if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing {
                return;
            }
            match event.key().as_str() {
                "j" => queue.go(1),
                "k" => queue.go(-1),
                "a" => press(queue, "accept"),
                "r" => press(queue, "refuse"),
                _ => return,
            }
            event.prevent_default();
        });
        on_cleanup(move || listener.remove());
    });
}

/// Presses the button that stands for a key; who may not decide has none.
fn press(queue: Queue, act: &str) {
    let Some(id) = queue.chosen.get_untracked() else { return };
    let button = document().query_selector(&format!("#review-{id} [data-act={act}]")).ok().flatten();
    if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
        button.click();
    }
}
