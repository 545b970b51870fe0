//! The fields of a widget's look.

use super::{WidgetDraft, color};
use crate::ui::{Field, Segments, TextArea, TextField};
use leptos::prelude::*;
use types::widgets::{Position, Theme};

/// Colours that look good on most pages.
const SWATCHES: [(&str, &str); 8] = [
    ("#0f766e", "Teal"),
    ("#1d4ed8", "Blue"),
    ("#6d28d9", "Violet"),
    ("#be185d", "Pink"),
    ("#b91c1c", "Red"),
    ("#c2410c", "Orange"),
    ("#3f6212", "Olive"),
    ("#1f2937", "Slate"),
];

/// Colour, corner, light or dark, words.
#[component]
pub fn LookFields(
    /// What is changed.
    draft: WidgetDraft,
    /// With the questions that a visitor can ask with one click.
    #[prop(default = true)]
    with_questions: bool,
) -> impl IntoView {
    view! {
        <ColorField draft=draft />
        <div class="field-row">
            <Segments
                name="position"
                label="Corner"
                options=vec![(Position::Left, "Left"), (Position::Right, "Right")]
                value=draft.position
            />
            <Segments
                name="theme"
                label="Light or dark"
                options=vec![(Theme::Auto, "Automatic"), (Theme::Light, "Light"), (Theme::Dark, "Dark")]
                value=draft.theme
            />
        </div>
        <TextField name="title" label="Title" optional=true hint="In the header. Without one, your business's name." input=draft.title />
        <TextArea name="greeting" label="Greeting" rows=2 optional=true hint="The first words a visitor reads." input=draft.greeting />
        {with_questions.then(|| view! { <QuestionFields draft=draft /> })}
    }
}

#[component]
fn ColorField(draft: WidgetDraft) -> impl IntoView {
    let input = draft.color;
    let valid = move || color::parse(&input.get());
    let shown = move || draft.config().color;
    let problem = Signal::derive(move || input.problem());
    let verdict = move || {
        valid().map(|rgb| {
            let (word, ink) = match color::ink(rgb) {
                color::Ink::White => ("White", color::Rgb(255, 255, 255)),
                color::Ink::Black => ("Black", color::Rgb(0, 0, 0)),
            };
            let ratio = color::contrast(rgb, ink);
            (format!("{word} text on it, contrast {ratio:.1} : 1."), color::advice(rgb))
        })
    };
    view! {
        <Field id="color" label="Brand colour" problem=problem>
            <div class="color-field">
                <input
                    type="color"
                    class="color-well"
                    aria-label="Pick a colour"
                    value=untrack(shown)
                    prop:value=shown
                    on:input=move |event| input.typed(event_target_value(&event))
                />
                <input
                    type="text"
                    class="input color-code"
                    id="color"
                    value=input.value.get_untracked()
                    prop:value=move || input.get()
                    maxlength="7"
                    spellcheck="false"
                    autocomplete="off"
                    aria-describedby="color-note"
                    aria-invalid=move || problem.with(Option::is_some).then_some("true")
                    on:input=move |event| input.typed(event_target_value(&event))
                    on:blur=move |_| {
                        let _ = input.verify();
                    }
                />
                <div class="color-swatches">
                    {SWATCHES
                        .into_iter()
                        .map(|(value, name)| {
                            view! {
                                <button
                                    type="button"
                                    class="color-swatch"
                                    style:background-color=value
                                    aria-label=name
                                    title=name
                                    aria-pressed=move || (shown() == value).to_string()
                                    on:click=move |_| input.typed(value.to_owned())
                                ></button>
                            }
                        })
                        .collect_view()}
                </div>
            </div>
            <div class="field-hint" aria-live="polite">
                {move || {
                    verdict()
                        .map(|(contrast, advice)| {
                            view! {
                                {contrast}
                                {advice.map(|advice| view! { <span class="color-advice">" "{advice}</span> })}
                            }
                        })
                }}
            </div>
        </Field>
    }
}

#[component]
fn QuestionFields(draft: WidgetDraft) -> impl IntoView {
    const EXAMPLES: [&str; 4] =
        ["For example: Where is my order?", "Can I return this?", "Do you ship abroad?", "When are you open?"];
    view! {
        <fieldset class="field">
            <legend class="field-label">"Suggested questions"</legend>
            <p class="field-hint">"A visitor asks them with one click. Take those that your knowledge answers."</p>
            <div class="question-fields">
                {draft
                    .questions
                    .into_iter()
                    .zip(EXAMPLES)
                    .enumerate()
                    .map(|(place, (input, example))| {
                        view! {
                            <input
                                class="input"
                                type="text"
                                dir="auto"
                                autocomplete="off"
                                aria-label=format!("Question {}", place + 1)
                                placeholder=example
                                value=input.value.get_untracked()
                                prop:value=move || input.get()
                                maxlength="120"
                                on:input=move |event| input.typed(event_target_value(&event))
                            />
                        }
                    })
                    .collect_view()}
            </div>
        </fieldset>
    }
}
