//! The cases of the test bench, with the ways to add to them.

use super::bench::Bench;
use crate::{
    accounts::use_session,
    icons::{self, Icon},
    ui::{Alert, Button, Empty, ErrorAlert, Input, Switch, TextField, Tone},
};
use leptos::{prelude::*, task::spawn_local};
use types::{
    Error, Result, TestCaseId,
    accounts::Permission,
    limits,
    teaching::{EXPECTED_CHARS, NewTestCase, TestCase},
};
use wasm_bindgen::JsCast;

fn question_check(value: &str) -> Option<&'static str> {
    let length = value.trim().chars().count();
    (length == 0 || length > limits::QUESTION_CHARS).then_some("Write a question of at most 1,000 characters.")
}

fn expected_check(value: &str) -> Option<&'static str> {
    (value.chars().count() > EXPECTED_CHARS).then_some("Keep the words under 1,000 characters.")
}

/// Forms and table.
#[component]
pub fn Cases(
    /// The bench.
    bench: Bench,
) -> impl IntoView {
    let session = use_session();
    view! {
        <h2>"Questions"</h2>
        <Show when=move || session.may(Permission::ManageKnowledge)>
            <AddCase bench=bench />
            <Import bench=bench />
        </Show>
        <Show
            when=move || bench.all.with(|all| !all.cases.is_empty())
            fallback=|| {
                view! {
                    <Empty
                        icon=icons::CHECK
                        title="No test yet"
                        text="Add the questions that matter most, with the words that a right answer holds."
                    />
                }
            }
        >
            <div class="sources-frame">
                <table class="sources-table" aria-label="Tests">
                    <thead>
                        <tr>
                            <th scope="col">"Question"</th>
                            <th scope="col">"Expected"</th>
                            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || bench.all.with(|all| all.cases.clone())
                            key=|case| case.id
                            children=move |case| view! { <Row case=case bench=bench /> }
                        />
                    </tbody>
                </table>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn Row(case: TestCase, bench: Bench) -> impl IntoView {
    let session = use_session();
    let id = case.id;
    let label = format!("Delete “{}”", case.question);
    let expected = if case.is_hand_off { "a person".to_owned() } else { case.expected };
    view! {
        <tr data-testid="case-row">
            <th scope="row" dir="auto">{case.question}</th>
            <td dir="auto">{expected}</td>
            <td class="source-acts">
                <Show when=move || session.may(Permission::ManageKnowledge)>
                    <button
                        type="button"
                        class="button button-quiet button-small button-icon"
                        aria-label=label.clone()
                        title="Delete"
                        on:click=move |_| delete(bench, id)
                    >
                        <Icon path=icons::BIN small=true />
                    </button>
                </Show>
            </td>
        </tr>
    }
    .into_any()
}

fn delete(bench: Bench, id: TestCaseId) {
    bench.problem.set(None);
    spawn_local(async move {
        match api::teaching::delete_test(id).await {
            Ok(()) => drop(bench.all.try_update(|all| all.cases.retain(|case| case.id != id))),
            Err(error) => drop(bench.problem.try_set(Some(error))),
        }
    });
}

#[component]
fn AddCase(bench: Bench) -> impl IntoView {
    let question = Input::new(String::new(), question_check);
    let expected = Input::new(String::new(), expected_check);
    let is_hand_off = RwSignal::new(false);
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Error>));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !(question.verify() & expected.verify()) {
            return;
        }
        busy.set(true);
        problem.set(None);
        let new = NewTestCase {
            question: question.value.get_untracked(),
            expected: expected.value.get_untracked(),
            is_hand_off: is_hand_off.get_untracked(),
        };
        spawn_local(async move {
            match api::teaching::add_test(new).await {
                Ok(case) => {
                    let _ = bench.all.try_update(|all| all.cases.push(case));
                    question.typed(String::new());
                    expected.typed(String::new());
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
            let _ = busy.try_set(false);
        });
    };
    let general =
        move || problem.get().filter(|error| !matches!(error.field.as_deref(), Some("question" | "expected")));
    view! {
        <form class="form" novalidate on:submit=submit>
            <TextField name="question" label="Question" placeholder="How long does delivery take?" input=question error=problem />
            <TextField
                name="expected"
                label="Words of a right answer"
                placeholder="two working days | 2 working days"
                hint="Several ways to say it with | between them."
                optional=true
                input=expected
                error=problem
            />
            <Switch label="It must be handed to a person instead" value=is_hand_off />
            {move || general().map(|error| view! { <ErrorAlert error=error /> })}
            <div class="form-actions">
                <Button submit=true busy=busy>"Add the test"</Button>
            </div>
        </form>
    }
    .into_any()
}

/// From a file, and from what was taught.
#[component]
fn Import(bench: Bench) -> impl IntoView {
    let said = RwSignal::new(None::<Result<u32>>);
    let tell = move |result: Result<u32>| {
        if result.is_ok() {
            bench.refresh();
        }
        let _ = said.try_set(Some(result));
    };
    let pick = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let file = input.files().and_then(|files| files.get(0));
        if let Some(file) = file {
            spawn_local(async move { tell(read_and_send(&file).await) });
        }
        // So that the same file can be picked again.
        input.set_value("");
    };
    let taught = move |_| spawn_local(async move { tell(api::teaching::import_taught().await) });
    view! {
        <div class="teach-acts">
            <label class="button button-secondary teach-pick">
                <input class="visually-hidden" type="file" accept=".csv,text/csv" on:change=pick />
                <Icon path=icons::UPLOAD small=true />
                "Import a CSV file"
            </label>
            <Button on:click=taught>"Take over what you taught"</Button>
        </div>
        <p class="teach-reason">"Columns: question, expected words. “hand off” stands for a person."</p>
        {move || {
            said.get().map(|result| match result {
                Ok(0) => view! { <Alert tone=Tone::Info>"There was nothing new to add."</Alert> }.into_any(),
                Ok(1) => view! { <Alert tone=Tone::Success>"One test was added."</Alert> }.into_any(),
                Ok(count) => view! { <Alert tone=Tone::Success>{count} " tests were added."</Alert> }.into_any(),
                Err(error) => view! { <ErrorAlert error=error /> }.into_any(),
            })
        }}
    }
    .into_any()
}

async fn read_and_send(file: &web_sys::File) -> Result<u32> {
    let unreadable = || Error::invalid("The file could not be opened. Save it as CSV in UTF-8 and try again.");
    if file.size() > 1_048_576.0 {
        return Err(Error::invalid("This table is larger than 1 MB. Please cut it into several."));
    }
    let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.map_err(|_| unreadable())?;
    let text = String::from_utf8(js_sys::Uint8Array::new(&buffer).to_vec()).map_err(|_| unreadable())?;
    api::teaching::import_tests(text).await
}
