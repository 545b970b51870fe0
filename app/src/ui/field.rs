//! Fields of forms: a label, a control, and what is wrong with it.
//!
//! A person may type before the page is hydrated. What they typed then counts:
//! it goes into the signal, not the other way round.

use crate::icons::{self, Icon};
use leptos::{html, prelude::*};

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
    /// Name in the form.
    name: &'static str,
    /// The control's id, where the page has another field of the same name.
    #[prop(optional, into)]
    id: Option<&'static str>,
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
    let id = id.unwrap_or(name);
    let answered = RwSignal::new(None);
    let problem = problem_of(name, input, error, answered);
    let is_code = matches!(kind, "email" | "url" | "password");
    let initial = input.value.get_untracked();
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |is_bound: Option<bool>| match node.get() {
        Some(control) => keep_in_step(input, is_bound == Some(true), &control.value(), |text| control.set_value(text)),
        None => false,
    });
    view! {
        <Field id=id label=label optional=optional hint=hint problem=problem>
            <input
                class="input"
                node_ref=node
                id=id
                name=name
                type=kind
                value=initial
                autocomplete=autocomplete
                placeholder=placeholder
                autocapitalize=is_code.then_some("none")
                spellcheck=is_code.then_some("false")
                required=!optional
                autofocus=autofocus
                dir=(kind == "text").then_some("auto")
                aria-describedby=format!("{id}-note")
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

/// Several lines of text with their label.
#[component]
pub fn TextArea(
    /// Name in the form, and the control's id.
    name: &'static str,
    /// What it is.
    #[prop(into)]
    label: String,
    /// Its value and what is wrong with it.
    input: Input,
    /// Lines shown.
    #[prop(default = 3)]
    rows: u32,
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
    /// Not prose: always left to right, without spelling.
    #[prop(optional)]
    code: bool,
    /// Called with the value when the field is left and the value is right.
    #[prop(optional, into)]
    on_left: Option<Callback<String>>,
) -> impl IntoView {
    let answered = RwSignal::new(None);
    let problem = problem_of(name, input, error, answered);
    let initial = input.value.get_untracked();
    let node = NodeRef::<html::Textarea>::new();
    Effect::new(move |is_bound: Option<bool>| match node.get() {
        Some(control) => keep_in_step(input, is_bound == Some(true), &control.value(), |text| control.set_value(text)),
        None => false,
    });
    let leave = move |_| {
        let value = input.value.get_untracked();
        if !value.is_empty()
            && input.verify()
            && let Some(on_left) = on_left
        {
            on_left.run(value);
        }
    };
    view! {
        <Field id=name label=label optional=optional hint=hint problem=problem>
            <textarea
                class=if code { "textarea code-input" } else { "textarea" }
                node_ref=node
                id=name
                name=name
                rows=rows.to_string()
                dir=if code { "ltr" } else { "auto" }
                spellcheck=code.then_some("false")
                autocapitalize=code.then_some("none")
                placeholder=placeholder
                required=!optional
                aria-describedby=format!("{name}-note")
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                on:input=move |event| {
                    answered.set(error.get_untracked());
                    input.typed(event_target_value(&event));
                }
                on:blur=leave
            >
                {initial}
            </textarea>
        </Field>
    }
}

/// What is wrong with a field: what we found, or what the server said until the next letter.
fn problem_of(
    name: &'static str,
    input: Input,
    error: Signal<Option<types::Error>>,
    answered: RwSignal<Option<types::Error>>,
) -> Signal<Option<String>> {
    Signal::derive(move || {
        let refused = error.get().filter(|error| error.field.as_deref() == Some(name));
        let refused = refused.filter(|error| answered.get().as_ref() != Some(error));
        input.problem().or_else(|| refused.map(|error| error.message))
    })
}

/// Brings a control and its signal to the same value; the first time what
/// stands in the control wins. Gives back that they are bound.
fn keep_in_step(input: Input, is_bound: bool, shown: &str, show: impl FnOnce(&str)) -> bool {
    let value = input.value.get();
    if shown != value {
        if is_bound || shown.trim().is_empty() {
            show(&value);
        } else {
            input.value.set(shown.to_owned());
        }
    }
    true
}
