//! Knowledge › Intents: what visitors may want, by examples, and how well it is told.

mod editor;
mod list;
mod score;
mod trial;

use crate::{
    accounts::Only,
    knowledge::KnowledgeTabs,
    shell::PageHead,
    ui::{ErrorAlert, ListSkeleton},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use list::List;
use score::Score;
use std::time::Duration;
use trial::Trial;
use types::{
    Error, IntentId,
    accounts::Permission,
    intents::{Intent, IntentBook, IntentDetail, ModelState},
};

/// How often a training is looked at while it works.
const LOOK: Duration = Duration::from_millis(700);

/// What is being written.
#[derive(Clone, Debug, PartialEq)]
enum Editing {
    /// An intent that is not there yet.
    New,
    /// One that is.
    Old(IntentDetail),
}

impl Editing {
    fn id(&self) -> Option<IntentId> {
        match self {
            Self::New => None,
            Self::Old(detail) => Some(detail.intent.id),
        }
    }
}

/// The intents as the page shows them.
#[derive(Clone, Copy)]
struct Intents {
    book: RwSignal<IntentBook>,
    editing: RwSignal<Option<Editing>>,
    /// Why the last act did not work.
    problem: RwSignal<Option<Error>>,
    /// The AI is learning them.
    training: RwSignal<bool>,
}

impl Intents {
    /// Shows an intent as the server has it now.
    fn put(self, now: Intent) {
        let _ = self.book.try_update(|book| {
            book.intents.retain(|known| known.id != now.id);
            book.intents.push(now);
            book.intents.sort_by_key(|intent| intent.name.to_lowercase());
        });
        self.look();
    }

    fn remove(self, id: IntentId) {
        let _ = self.book.try_update(|book| book.intents.retain(|known| known.id != id));
        self.look();
    }

    fn train(self) {
        if self.training.get_untracked() {
            return;
        }
        self.training.set(true);
        self.problem.set(None);
        spawn_local(async move {
            match api::intents::train_intents().await {
                Ok(model) => {
                    let _ = self.book.try_update(|book| book.model = model);
                    self.look();
                }
                Err(error) => {
                    let _ = self.problem.try_set(Some(error));
                    let _ = self.training.try_set(false);
                }
            }
        });
    }

    /// Reads the state of the classifier, again and again while it is trained.
    fn look(self) {
        spawn_local(async move {
            match api::intents::get_intent_model().await {
                Ok(model) => {
                    let is_training = model.state == ModelState::Training;
                    if self.book.try_update(|book| book.model = model).is_none() {
                        return; // The page is gone.
                    }
                    let _ = self.training.try_set(is_training);
                    if is_training {
                        set_timeout(move || self.look(), LOOK);
                    }
                }
                Err(error) => {
                    let _ = self.problem.try_set(Some(error));
                    let _ = self.training.try_set(false);
                }
            }
        });
    }
}

/// The intents, at `/knowledge/intents`.
#[component]
pub fn IntentsPage() -> impl IntoView {
    view! {
        <Title text="Intents" />
        <div class="page">
            <PageHead
                title="Intents"
                text="What visitors may want, by examples. Each message gets the intent that it is like; what is like none of them stays unknown."
            />
            <KnowledgeTabs />
            <Only may=Permission::ReadKnowledge verb="see" what="the intents">
                <Content />
            </Only>
        </div>
    }
    .into_any()
}

#[component]
fn Content() -> impl IntoView {
    let stored = Resource::new(|| (), |()| api::intents::list_intents());
    let content = move || {
        Suspend::new(async move {
            match stored.await {
                Ok(book) => view! { <Loaded book=book /> }.into_any(),
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| stored.refetch()) /> }.into_any()
                }
            }
        })
    };
    view! { <Suspense fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Suspense> }.into_any()
}

#[component]
fn Loaded(book: IntentBook) -> impl IntoView {
    let is_training = book.model.state == ModelState::Training;
    let intents = Intents {
        book: RwSignal::new(book),
        editing: RwSignal::new(None),
        problem: RwSignal::new(None),
        training: RwSignal::new(is_training),
    };
    Effect::new(move || {
        if is_training {
            intents.look();
        }
    });
    let is_in_use = Memo::new(move |_| intents.book.with(|book| book.model.is_in_use));
    view! {
        {move || intents.problem.get().map(|error| view! { <ErrorAlert error=error /> })}
        <Score intents=intents />
        <Show when=move || is_in_use.get()>
            <Trial />
        </Show>
        <List intents=intents />
    }
    .into_any()
}
