//! A question with its answer, to be edited before the AI learns it.

use crate::ui::{Button, ButtonKind, ErrorAlert, Input, TextArea};
use leptos::prelude::*;
use types::{Error, limits, teaching::AnswerDraft};

fn question_check(value: &str) -> Option<&'static str> {
    let length = value.trim().chars().count();
    (length == 0 || length > limits::FAQ_QUESTION_CHARS).then_some("Write a question of at most 300 characters.")
}

fn answer_check(value: &str) -> Option<&'static str> {
    let length = value.trim().chars().count();
    (length == 0 || length > limits::FAQ_ANSWER_CHARS).then_some("Write an answer of at most 5,000 characters.")
}

/// The two fields with their buttons. There is one on a page at a time.
#[component]
pub fn DraftForm(
    /// What stands in it at first.
    draft: AnswerDraft,
    /// What the button says.
    save: &'static str,
    /// Being saved.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why it could not be saved.
    #[prop(into)]
    problem: Signal<Option<Error>>,
    /// Called with what was written.
    on_save: Callback<AnswerDraft>,
    /// Called when it is not wanted any more.
    on_cancel: Callback<()>,
) -> impl IntoView {
    let question = Input::new(draft.question, question_check);
    let answer = Input::new(draft.answer, answer_check);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() && (question.verify() & answer.verify()) {
            let (question, answer) = (question.value.get_untracked(), answer.value.get_untracked());
            on_save.run(AnswerDraft { question, answer });
        }
    };
    let general = move || problem.get().filter(|error| !matches!(error.field.as_deref(), Some("question" | "answer")));
    view! {
        <form class="form draft-form" novalidate on:submit=submit>
            <TextArea name="question" label="Question" rows=2 input=question error=problem />
            <TextArea name="answer" label="Answer" rows=5 hint="Whole sentences. The AI quotes them." input=answer error=problem />
            {move || general().map(|error| view! { <ErrorAlert error=error /> })}
            <div class="form-actions">
                <Button kind=ButtonKind::Primary submit=true busy=busy>{save}</Button>
                <Button on:click=move |_| on_cancel.run(())>"Cancel"</Button>
            </div>
        </form>
    }
    .into_any()
}
