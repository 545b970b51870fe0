//! Making a key, and showing it once.

use super::Keys;
use crate::{
    accounts::use_session,
    icons::{self, Icon},
    ui::{Alert, Button, ButtonKind, CopyButton, ErrorAlert, Input, TextField, Tone},
};
use leptos::{prelude::*, task::spawn_local};
use types::{
    Error,
    accounts::{NewApiKey, Permission, Permissions},
};

/// Lives of a key: days, as the form has them, and in words.
const LIVES: [(&str, &str); 5] =
    [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("730", "Two years"), ("", "Until it is revoked")];

/// Name, scopes and life of a new key.
#[component]
pub fn NewKeyForm(
    /// Where the new one goes.
    keys: Keys,
) -> impl IntoView {
    let session = use_session();
    let name = Input::new(String::new(), |text| {
        text.trim().is_empty().then_some("Say what the key is for, such as the name of a program.")
    });
    let scopes = RwSignal::new(Permissions::from_names(["chat"]));
    let life = RwSignal::new("365".to_owned());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<Error>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !name.verify() {
            return;
        }
        let new = NewApiKey {
            name: name.value.get_untracked(),
            scopes: scopes.get_untracked(),
            days: life.with_untracked(|life| life.parse().ok()),
        };
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let outcome = api::keys::create_key(new).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok((key, made)) => {
                    let _ = keys.made.try_set(Some((key, made.name.clone())));
                    let _ = keys.list.try_update(|list| list.insert(0, made));
                    name.typed(String::new());
                }
                Err(refusal) => drop(error.try_set(Some(refusal))),
            }
        });
    };
    // Nobody can give a key more than they hold, but for the scope to ask the AI.
    let offered = move || {
        let mine = session.user.with(|user| user.as_ref().map_or(Permissions::NONE, |user| user.permissions));
        Permission::ALL.iter().copied().filter(move |scope| *scope == Permission::Chat || mine.has(*scope))
    };
    let refused = Signal::derive(move || error.get());
    view! {
        <form class="form settings-form settings-narrow" novalidate=true on:submit=submit>
            <section class="settings-section">
                <h2>"New key"</h2>
                {move || {
                    error
                        .get()
                        .filter(|error| error.field.as_deref() != Some("name"))
                        .map(|error| view! { <ErrorAlert error=error /> })
                }}
                <TextField name="name" label="What it is for" placeholder="Website search".to_owned() input=name error=refused />
                <fieldset class="field">
                    <legend class="field-label">"What it may do"</legend>
                    <div class="scopes">
                        {move || offered().map(|scope| view! { <Scope scope=scope scopes=scopes /> }).collect_view()}
                    </div>
                </fieldset>
                <div class="field">
                    <label for="life">"Good for"</label>
                    <select class="input" id="life" on:change=move |event| life.set(event_target_value(&event))>
                        {LIVES
                            .into_iter()
                            .map(|(days, words)| {
                                view! { <option value=days selected=move || life.get() == days>{words}</option> }
                            })
                            .collect_view()}
                    </select>
                </div>
                <div>
                    <Button kind=ButtonKind::Primary submit=true busy=busy>"Make the key"</Button>
                </div>
            </section>
        </form>
    }
    .into_any()
}

/// One scope. What brings another along shows it ticked.
#[component]
fn Scope(scope: Permission, scopes: RwSignal<Permissions>) -> impl IntoView {
    let toggle = move |event| {
        let is_wanted = event_target_checked(&event);
        scopes.update(|held| {
            let others = held.iter().filter(|other| *other != scope);
            *held = others.chain(is_wanted.then_some(scope)).collect();
        });
    };
    view! {
        <label class="scope">
            <input
                type="checkbox"
                name="scope"
                value=scope.as_str()
                checked=scopes.get_untracked().has(scope)
                prop:checked=move || scopes.get().has(scope)
                on:change=toggle
            />
            <span>{scope.words()} " " <code>{scope.as_str()}</code></span>
        </label>
    }
}

/// The key that was made a moment ago: shown until the page is left.
#[component]
pub fn ShownOnce(
    /// Where it comes from.
    keys: Keys,
) -> impl IntoView {
    move || {
        keys.made.get().map(|(key, name)| {
            let copied = key.clone();
            view! {
                <Alert tone=Tone::Success>
                    <p>
                        "The key for “" <bdi>{name}</bdi> "” is made. Copy it now: it is shown this once."
                    </p>
                    <p class="new-key">
                        <code data-testid="new-key">{key}</code>
                        <CopyButton text=Signal::stored(copied) />
                        <button
                            type="button"
                            class="button button-quiet button-icon"
                            aria-label="Hide the key"
                            on:click=move |_| keys.made.set(None)
                        >
                            <Icon path=icons::CROSS />
                        </button>
                    </p>
                </Alert>
            }
        })
    }
}
