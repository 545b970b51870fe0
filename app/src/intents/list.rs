//! The intents, one below the other, and the way to a new one.

use super::{Editing, Intents, editor::Editor};
use crate::{
    accounts::use_session,
    icons,
    ui::{Button, Empty},
};
use leptos::{prelude::*, task::spawn_local};
use types::{IntentId, accounts::Permission, intents::Intent};

/// Every intent; the one that is edited opens in its place.
#[component]
pub fn List(
    /// The intents.
    intents: Intents,
) -> impl IntoView {
    let session = use_session();
    let may = move || session.may(Permission::ManageKnowledge);
    let is_new = Memo::new(move |_| intents.editing.with(|editing| *editing == Some(Editing::New)));
    let add = move || {
        view! {
            <div class="teach-acts">
                <Button on:click=move |_| intents.editing.set(Some(Editing::New))>"Add an intent"</Button>
            </div>
        }
    };
    let key = |intent: &Intent| (intent.id, intent.updated_at, intent.examples);
    view! {
        <h2>"Intents"</h2>
        <Show when=may>
            <Show when=move || is_new.get() fallback=add>
                <div class="teach-item">
                    <Editor intents=intents editing=Editing::New />
                </div>
            </Show>
        </Show>
        <Show
            when=move || intents.book.with(|book| !book.intents.is_empty())
            fallback=|| {
                view! {
                    <Empty
                        icon=icons::CHAT
                        title="No intent yet"
                        text="An intent is something visitors often want, such as “Where is my parcel?”, with sentences in which they may say so."
                    />
                }
            }
        >
            <ol class="teach-list" aria-label="Intents">
                <For
                    each=move || intents.book.with(|book| book.intents.clone())
                    key=key
                    children=move |intent| view! { <Row intent=intent intents=intents /> }
                />
            </ol>
        </Show>
    }
    .into_any()
}

fn open(intents: Intents, id: IntentId) {
    intents.problem.set(None);
    spawn_local(async move {
        match api::intents::open_intent(id).await {
            Ok(detail) => drop(intents.editing.try_set(Some(Editing::Old(detail)))),
            Err(error) => drop(intents.problem.try_set(Some(error))),
        }
    });
}

#[component]
fn Row(intent: Intent, intents: Intents) -> impl IntoView {
    let session = use_session();
    let id = intent.id;
    let edited = Memo::new(move |_| intents.editing.with(|editing| editing.clone().filter(|it| it.id() == Some(id))));
    let count = if intent.examples == 1 { "1 example".to_owned() } else { format!("{} examples", intent.examples) };
    let label = format!("Edit “{}”", intent.name);
    let (name, description) = (intent.name, intent.description);
    let closed = move || {
        view! {
            <div class="intent-row">
                <div class="teach-head">
                    <h3 dir="auto">{name.clone()}</h3>
                    {(!description.is_empty()).then(|| view! { <p class="teach-reason" dir="auto">{description.clone()}</p> })}
                    <p class="teach-facts number">{count.clone()}</p>
                </div>
                {session
                    .may(Permission::ManageKnowledge)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button button-secondary button-small"
                                aria-label=label.clone()
                                on:click=move |_| open(intents, id)
                            >
                                "Edit"
                            </button>
                        }
                    })}
            </div>
        }
        .into_any()
    };
    view! {
        <li class="teach-item" data-testid="intent">
            {move || match edited.get() {
                Some(editing) => view! { <Editor intents=intents editing=editing /> }.into_any(),
                None => closed(),
            }}
        </li>
    }
    .into_any()
}
