//! Settings › API: the keys with which programs call.

mod form;
mod row;

use crate::{
    accounts::Only,
    icons,
    shell::{PageHead, SettingsTabs},
    ui::{Empty, ErrorAlert, ListSkeleton},
};
use form::{NewKeyForm, ShownOnce};
use leptos::prelude::*;
use leptos_meta::Title;
use row::KeyRow;
use types::{
    Error,
    accounts::{ApiKey, Permission},
};

/// What becomes of a key that is revoked.
pub(crate) const REVOKED_WORDS: &str = "Programs that call with it are refused from now on, and so are those with keys that were made with it. This cannot be undone.";

/// The page for those who may manage keys.
#[component]
pub fn KeysPage() -> impl IntoView {
    view! {
        <Title text="API" />
        <div class="page">
            <PageHead title="API" text="Keys with which your own programs read and write what you let them.">
                <a class="button button-secondary" href="/api/v1" rel="external">
                    "Operations, and a place to try them"
                </a>
            </PageHead>
            <SettingsTabs />
            <Only may=Permission::ManageKeys what="the API keys">
                <Content />
            </Only>
        </div>
    }
}

/// The keys as the page shows them.
#[derive(Clone, Copy)]
struct Keys {
    list: RwSignal<Vec<ApiKey>>,
    problem: RwSignal<Option<Error>>,
    /// The key that was made a moment ago, with its name.
    made: RwSignal<Option<(String, String)>>,
}

#[component]
fn Content() -> impl IntoView {
    let stored = Resource::new(|| (), |()| api::keys::list_keys());
    let content = move || {
        Suspend::new(async move {
            match stored.await {
                Ok(list) => view! { <Loaded list=list /> }.into_any(),
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| stored.refetch()) /> }.into_any()
                }
            }
        })
    };
    view! { <Suspense fallback=|| view! { <ListSkeleton lines=6 /> }>{content}</Suspense> }
}

#[component]
fn Loaded(list: Vec<ApiKey>) -> impl IntoView {
    let keys = Keys { list: RwSignal::new(list), problem: RwSignal::new(None), made: RwSignal::new(None) };
    view! {
        <NewKeyForm keys=keys />
        <ShownOnce keys=keys />
        {move || keys.problem.get().map(|error| view! { <ErrorAlert error=error /> })}
        <Show
            when=move || !keys.list.with(Vec::is_empty)
            fallback=|| {
                view! {
                    <Empty
                        icon=icons::CODE
                        title="No program calls yet"
                        text="Make a key above to ask the AI from your own site, or to read your conversations elsewhere."
                    />
                }
            }
        >
            <div class="sources-frame">
                <table class="sources-table keys-table" aria-label="API keys">
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col">"May"</th>
                            <th scope="col" class="is-number is-added">"Made"</th>
                            <th scope="col" class="is-number">"Ends"</th>
                            <th scope="col" class="is-number">"Last used"</th>
                            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || keys.list.get() key=|key| key.id children=move |key| view! { <KeyRow key_=key keys=keys /> } />
                    </tbody>
                </table>
            </div>
        </Show>
    }
    .into_any()
}
