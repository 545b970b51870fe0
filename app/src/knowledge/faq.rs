//! Questions with their answers: one in a form, or many in a table.

use super::imported::ImportFaqs;
use crate::{
    icons::{self, Icon},
    ui::{Button, ErrorAlert, Input, PostForm, TextArea, TextField},
};
use api::knowledge::AddFaq;
use leptos::prelude::*;
use types::{knowledge::Source, limits};

fn question_check(value: &str) -> Option<&'static str> {
    let length = value.trim().chars().count();
    (length == 0 || length > limits::FAQ_QUESTION_CHARS)
        .then_some("Write the question as a customer would ask it, in at most 300 characters.")
}

fn answer_check(value: &str) -> Option<&'static str> {
    let length = value.trim().chars().count();
    (length == 0 || length > limits::FAQ_ANSWER_CHARS).then_some("Write the answer, in at most 5,000 characters.")
}

/// A question and its answer. Works without JavaScript.
#[component]
pub fn FaqForm(
    /// Called with each source that was stored.
    on_added: Callback<Source>,
    /// Called when a table was taken.
    on_imported: Callback<()>,
) -> impl IntoView {
    let action = ServerAction::<AddFaq>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let question = Input::new(String::new(), question_check);
    let answer = Input::new(String::new(), answer_check);
    Effect::new(move || {
        if let Some(Ok(source)) = action.value().get() {
            on_added.run(source);
            question.typed(String::new());
            answer.typed(String::new());
        }
    });
    let check = Callback::new(move |()| question.verify() & answer.verify());
    let general = move || error.get().filter(|error| !matches!(error.field.as_deref(), Some("question" | "answer")));
    view! {
        <details class="paste" name="add-source">
            <summary>
                <Icon path=icons::HELP />
                "Add a question"
            </summary>
            <PostForm action=action check=check>
                <TextField name="question" label="Question" placeholder="Do you deliver on Saturdays?" input=question error=error />
                <TextArea name="answer" label="Answer" rows=3 input=answer error=error />
                {move || general().map(|error| view! { <ErrorAlert error=error /> })}
                <div class="form-actions">
                    <Button submit=true busy=action.pending()>"Add the answer"</Button>
                    <ImportFaqs on_done=on_imported />
                </div>
            </PostForm>
        </details>
    }
    .into_any()
}
