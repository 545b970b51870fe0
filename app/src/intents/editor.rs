//! Writing an intent: its name, and its examples one a line.

use super::{Editing, Intents};
use crate::ui::{Button, ButtonKind, Dialog, ErrorAlert, Input, TextArea, TextField, close_dialog, open_dialog};
use leptos::{html, prelude::*, task::spawn_local};
use types::{
    Error, IntentId,
    intents::{IntentChange, NewIntent},
    limits,
};
use wasm_bindgen::JsCast;

fn name_check(value: &str) -> Option<&'static str> {
    let length = value.trim().chars().count();
    (length == 0 || length > limits::NAME_CHARS).then_some("Write a name of at most 120 characters.")
}

fn description_check(value: &str) -> Option<&'static str> {
    (value.chars().count() > limits::DESCRIPTION_CHARS).then_some("Keep it under 2,000 characters.")
}

fn examples_check(value: &str) -> Option<&'static str> {
    let lines = || value.lines().filter(|line| !line.trim().is_empty());
    if lines().any(|line| line.trim().chars().count() > limits::EXAMPLE_CHARS) {
        return Some("Keep each example under 500 characters.");
    }
    (lines().count() > limits::INTENT_EXAMPLES).then_some("Write 500 examples at most.")
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The fields of a new intent, or of one that is there.
#[component]
pub fn Editor(
    /// The intents.
    intents: Intents,
    /// What is written.
    editing: Editing,
) -> impl IntoView {
    let id = editing.id();
    let (name, description, examples) = match editing {
        Editing::New => Default::default(),
        Editing::Old(detail) => {
            let texts: Vec<String> = detail.examples.into_iter().map(|example| example.text).collect();
            (detail.intent.name, detail.intent.description, texts.join("\n"))
        }
    };
    let title = StoredValue::new(name.clone());
    let name = Input::new(name, name_check);
    let description = Input::new(description, description_check);
    let examples = Input::new(examples, examples_check);
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Error>));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !(name.verify() & description.verify() & examples.verify()) {
            return;
        }
        busy.set(true);
        problem.set(None);
        let (name, description) = (name.value.get_untracked(), description.value.get_untracked());
        let examples = lines(&examples.value.get_untracked());
        spawn_local(async move {
            let saved = match id {
                None => api::intents::create_intent(NewIntent { name, description, examples }).await,
                Some(id) => {
                    let change =
                        IntentChange { name: Some(name), description: Some(description), examples: Some(examples) };
                    api::intents::change_intent(id, change).await
                }
            };
            let _ = busy.try_set(false);
            match saved {
                Ok(detail) => {
                    let _ = intents.editing.try_set(None);
                    intents.put(detail.intent);
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
        });
    };
    // Whoever opened it by the keyboard goes on in it.
    let form = NodeRef::<html::Form>::new();
    Effect::new(move || {
        let first = form.get().and_then(|form| form.query_selector("input").ok().flatten());
        if let Some(field) = first.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            request_animation_frame(move || drop(field.focus()));
        }
    });
    let is_general = |error: &Error| !matches!(error.field.as_deref(), Some("name" | "description" | "examples"));
    view! {
        <form class="form" novalidate node_ref=form on:submit=submit>
            <TextField name="name" label="Name" placeholder="Where is my parcel" input=name error=problem />
            <TextField
                name="description"
                label="Description"
                hint="For colleagues."
                optional=true
                input=description
                error=problem
            />
            <TextArea
                name="examples"
                label="Examples"
                rows=8
                hint="One a line, in the words of your visitors. Ten or more are best."
                placeholder="Has my order left already?"
                input=examples
                error=problem
                optional=true
            />
            {move || problem.get().filter(is_general).map(|error| view! { <ErrorAlert error=error /> })}
            <div class="teach-acts">
                <Button kind=ButtonKind::Primary submit=true busy=busy>"Save the intent"</Button>
                <Button on:click=move |_| intents.editing.set(None)>"Cancel"</Button>
                {id.map(|id| view! { <Delete id=id name=title intents=intents problem=problem /> })}
            </div>
        </form>
    }
    .into_any()
}

/// Deletes the intent, once somebody has said so twice.
#[component]
fn Delete(
    id: IntentId,
    name: StoredValue<String>,
    intents: Intents,
    problem: RwSignal<Option<Error>>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let delete = move |_| {
        close_dialog(dialog);
        problem.set(None);
        spawn_local(async move {
            match api::intents::delete_intent(id).await {
                Ok(()) => {
                    let _ = intents.editing.try_set(None);
                    intents.remove(id);
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
        });
    };
    view! {
        <Button kind=ButtonKind::Quiet on:click=move |_| open_dialog(dialog)>"Delete"</Button>
        <Dialog node=dialog label=Signal::stored("Delete the intent".to_owned())>
            <h2 dir="auto">{format!("Delete “{}”?", name.get_value())}</h2>
            <p>"Its examples go with it. Messages that had it become unknown."</p>
            <div class="teach-acts">
                <Button kind=ButtonKind::Danger on:click=delete>"Delete it"</Button>
                <Button on:click=move |_| close_dialog(dialog)>"Keep it"</Button>
            </div>
        </Dialog>
    }
    .into_any()
}
