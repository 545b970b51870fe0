//! Fields of forms: a label, a control, and what is wrong with it.

use crate::icons::{self, Icon};
use leptos::prelude::*;

/// The value of a field and what is wrong with it. It is checked when the
/// field is left, and from then on with every letter, so that the complaint
/// goes away as soon as it is mended.
#[derive(Clone, Copy)]
pub struct Input {
    /// What was typed.
    pub value: RwSignal<String>,
    problem: RwSignal<Option<String>>,
    check: fn(&str) -> Option<&'static str>,
}

impl Input {
    /// A field that starts with `value`; `check` names what is wrong with a
    /// value and what to do.
    #[must_use]
    pub fn new(value: String, check: fn(&str) -> Option<&'static str>) -> Self {
        Self { value: RwSignal::new(value), problem: RwSignal::new(None), check }
    }

    /// What is wrong, once it was looked at.
    #[must_use]
    pub fn problem(self) -> Option<String> {
        self.problem.get()
    }

    /// What was typed.
    #[must_use]
    pub fn get(self) -> String {
        self.value.get()
    }

    /// Looks at the value now; true when it is right.
    #[must_use]
    pub fn verify(self) -> bool {
        let problem = self.value.with_untracked(|value| (self.check)(value));
        self.problem.set(problem.map(str::to_owned));
        problem.is_none()
    }

    /// Says what the server found wrong.
    pub fn refuse(self, problem: String) {
        self.problem.set(Some(problem));
    }

    /// Notes a letter that was typed.
    pub fn typed(self, value: String) {
        self.value.set(value);
        if self.problem.with_untracked(Option::is_some) {
            let _ = self.verify();
        }
    }
}

/// A label, a control given as children, a hint, and what is wrong. The
/// control carries `id` and `aria-describedby="{id}-note"`.
#[component]
pub fn Field(
    /// Id of the control.
    #[prop(into)]
    id: String,
    /// What it is.
    #[prop(into)]
    label: String,
    /// It may be left empty.
    #[prop(optional)]
    optional: bool,
    /// What to put in, or why.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong and what to do.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// The control.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id.clone()>
                <span>{label}</span>
                {optional.then(|| view! { <span class="field-optional">"optional"</span> })}
            </label>
            {children()}
            <FieldNote id=format!("{id}-note") hint=hint problem=problem />
        </div>
    }
}

/// The line under a control: what is wrong, or else the hint.
#[component]
pub fn FieldNote(
    /// Its id, for `aria-describedby`.
    id: String,
    /// What to put in, or why.
    hint: String,
    /// What is wrong and what to do.
    #[prop(into)]
    problem: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div id=id class="field-note" aria-live="polite">
            {move || match problem.get() {
                Some(problem) => {
                    view! {
                        <span class="field-problem">
                            <Icon path=icons::WARNING small=true />
                            <span>{problem}</span>
                        </span>
                    }
                        .into_any()
                }
                None => {
                    let hint = hint.clone();
                    (!hint.is_empty()).then(|| view! { <span class="field-hint">{hint}</span> }).into_any()
                }
            }}
        </div>
    }
}

/// A line of text with its label.
#[component]
pub fn TextField(
    /// Name in the form, and the control's id.
    name: &'static str,
    /// What it is.
    #[prop(into)]
    label: String,
    /// Its value and what is wrong with it.
    input: Input,
    /// `text`, `email`, `password`, `url`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// An example.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// What to put in, or why.
    #[prop(optional, into)]
    hint: String,
    /// What the server said last; shown here when it is about this field.
    #[prop(optional, into)]
    error: Signal<Option<types::Error>>,
    /// It may be left empty.
    #[prop(optional)]
    optional: bool,
    /// Takes the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    // What the server said counts until the next letter.
    let answered = RwSignal::new(None);
    let problem = Signal::derive(move || {
        let refused = error.get().filter(|error| error.field.as_deref() == Some(name));
        input
            .problem()
            .or_else(|| refused.filter(|error| answered.get().as_ref() != Some(error)).map(|error| error.message))
    });
    let is_code = matches!(kind, "email" | "url" | "password");
    let initial = input.value.get_untracked();
    view! {
        <Field id=name label=label optional=optional hint=hint problem=problem>
            <input
                class="input"
                id=name
                name=name
                type=kind
                value=initial
                prop:value=move || input.get()
                autocomplete=autocomplete
                placeholder=placeholder
                autocapitalize=is_code.then_some("none")
                spellcheck=is_code.then_some("false")
                required=!optional
                autofocus=autofocus
                dir=(kind == "text").then_some("auto")
                aria-describedby=format!("{name}-note")
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                on:input=move |event| {
                    answered.set(error.get_untracked());
                    input.typed(event_target_value(&event));
                }
                on:blur=move |_| {
                    let _ = input.value.with_untracked(|value| !value.is_empty()) && input.verify();
                }
            />
        </Field>
    }
}
