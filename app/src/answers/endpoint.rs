//! One language model of the list: its address, name, key and prices, and a try.

use crate::{
    icons::{self, Icon},
    ui::{Button, Field, Input, Saving, error_text},
};
use leptos::{prelude::*, task::spawn_local};
use types::{
    Result,
    answers::{EndpointTest, LlmEndpoint, LlmEndpointUpdate, LlmPreset},
};
use uuid::Uuid;

/// What is done with the key when the page is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyChange {
    /// What is stored stays.
    Keep,
    /// What was typed takes its place.
    Replace,
    /// It is removed.
    Remove,
}

/// An endpoint while it is being changed.
#[derive(Clone, Copy)]
pub(super) struct EndpointDraft {
    /// Tells it from others on the page.
    pub(super) number: u32,
    id: Option<Uuid>,
    pub(super) preset: LlmPreset,
    base_url: Input,
    model: Input,
    key: Input,
    input_price: Input,
    output_price: Input,
    has_key: bool,
    key_change: RwSignal<KeyChange>,
    tried: RwSignal<Option<Result<EndpointTest>>>,
    is_trying: RwSignal<bool>,
}

fn address(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    (!is_address).then_some("Write the whole address, such as https://api.example.com/v1.")
}

fn name(text: &str) -> Option<&'static str> {
    text.trim().is_empty().then_some("Name the model, as the service spells it.")
}

fn price(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let is_price = text.is_empty() || text.parse::<f64>().is_ok_and(|price| (0.0..=10_000.0).contains(&price));
    (!is_price).then_some("Dollars, such as 0.59, or nothing.")
}

impl EndpointDraft {
    fn new(number: u32, update: LlmEndpointUpdate, has_key: bool) -> Self {
        let shown = |price: Option<f64>| price.map(|price| price.to_string()).unwrap_or_default();
        Self {
            number,
            id: update.id,
            preset: update.preset,
            base_url: Input::new(update.base_url, address),
            model: Input::new(update.model, name),
            key: Input::new(String::new(), |_| None),
            input_price: Input::new(shown(update.input_price), price),
            output_price: Input::new(shown(update.output_price), price),
            has_key,
            key_change: RwSignal::new(KeyChange::Keep),
            tried: RwSignal::new(None),
            is_trying: RwSignal::new(false),
        }
    }

    /// One that is stored.
    pub(super) fn stored(number: u32, endpoint: LlmEndpoint) -> Self {
        let (has_key, problem) = (endpoint.has_key, endpoint.problem.clone());
        let draft = Self::new(number, LlmEndpointUpdate::of(endpoint), has_key);
        // What is known without trying.
        draft.tried.set(problem.map(|message| Ok(EndpointTest { is_good: false, message, milliseconds: 0 })));
        draft
    }

    /// A new one of a service.
    pub(super) fn preset(number: u32, preset: LlmPreset) -> Self {
        Self::new(number, LlmEndpointUpdate::preset(preset), false)
    }

    /// As it would be stored.
    pub(super) fn update(self) -> LlmEndpointUpdate {
        let price = |input: Input| input.get().trim().parse().ok();
        LlmEndpointUpdate {
            id: self.id,
            preset: self.preset,
            base_url: self.base_url.get().trim().to_owned(),
            model: self.model.get().trim().to_owned(),
            key: match self.key_change.get() {
                KeyChange::Remove => Some(String::new()),
                _ => Some(self.key.get().trim().to_owned()).filter(|key| !key.is_empty()),
            },
            input_price: price(self.input_price),
            output_price: price(self.output_price),
        }
    }

    /// Looks at every field; true when all are right.
    pub(super) fn verify(self) -> bool {
        let fields = [self.base_url, self.model, self.input_price, self.output_price];
        fields.into_iter().map(Input::verify).fold(true, |all, one| all & one)
    }

    fn try_it(self) {
        if self.is_trying.get_untracked() || !self.verify() {
            return;
        }
        self.is_trying.set(true);
        self.tried.set(None);
        let endpoint = untrack(|| self.update());
        spawn_local(async move {
            let result = api::answers::test_endpoint(endpoint).await;
            let _ = self.tried.try_set(Some(result));
            let _ = self.is_trying.try_set(false);
        });
    }
}

/// What the fields of an endpoint are called, with their place in the list.
fn problem(input: Input, field: &'static str, place: Memo<usize>, state: RwSignal<Saving>) -> Signal<Option<String>> {
    Signal::derive(move || {
        let refused = state
            .get()
            .error()
            .filter(|error| error.field.as_deref() == Some(format!("endpoints.{}.{field}", place.get()).as_str()));
        input.problem().or_else(|| refused.map(|error| error.message))
    })
}

/// The fields of one endpoint.
#[component]
pub(super) fn EndpointFields(
    /// What is changed.
    draft: EndpointDraft,
    /// Its place in the list.
    place: Memo<usize>,
    /// Where the save stands.
    state: RwSignal<Saving>,
) -> impl IntoView {
    let number = draft.number;
    let tried = move || {
        draft.tried.get().map(|tried| match tried {
            Ok(test) if test.is_good => view! {
                <p class="endpoint-result is-good">
                    <Icon path=icons::CHECK small=true />
                    <span>"It answered in " <span class="number">{test.milliseconds}</span> " ms: " <bdi>{test.message}</bdi></span>
                </p>
            }
            .into_any(),
            Ok(test) => view! {
                <p class="endpoint-result field-problem"><Icon path=icons::WARNING small=true /><span>{test.message}</span></p>
            }
            .into_any(),
            Err(error) => view! {
                <p class="endpoint-result field-problem"><Icon path=icons::WARNING small=true /><span>{error_text(&error)}</span></p>
            }
            .into_any(),
        })
    };
    view! {
        <Plain id=format!("base_url-{number}") label="Base URL" kind="url" input=draft.base_url
            hint="Any service that speaks the OpenAI protocol." problem=problem(draft.base_url, "base_url", place, state) />
        <Plain id=format!("model-{number}") label="Model" input=draft.model problem=problem(draft.model, "model", place, state) />
        <KeyField draft=draft problem=problem(draft.key, "key", place, state) />
        <div class="endpoint-prices">
            <Plain id=format!("input_price-{number}") label="Price of a million tokens read ($)" mode="decimal" optional=true
                input=draft.input_price problem=problem(draft.input_price, "input_price", place, state) />
            <Plain id=format!("output_price-{number}") label="Price of a million tokens written ($)" mode="decimal" optional=true
                input=draft.output_price problem=problem(draft.output_price, "output_price", place, state) />
        </div>
        <div class="endpoint-try">
            <Button busy=draft.is_trying on:click=move |_| draft.try_it()>"Test this endpoint"</Button>
            <div role="status" aria-live="polite">{tried}</div>
        </div>
    }
    .into_any()
}

/// A line of text under an id of its own.
#[component]
pub(super) fn Plain(
    /// The control's id.
    id: String,
    /// What it is.
    #[prop(into)]
    label: String,
    /// `text`, `url`, `time`.
    #[prop(default = "text")]
    kind: &'static str,
    /// Which keys a phone shows.
    #[prop(optional)]
    mode: Option<&'static str>,
    /// What to put in, or why.
    #[prop(optional, into)]
    hint: String,
    /// It may be left empty.
    #[prop(optional)]
    optional: bool,
    /// Its value.
    input: Input,
    /// What is wrong.
    #[prop(into)]
    problem: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <Field id=id.clone() label=label optional=optional hint=hint problem=problem>
            <input
                class="input"
                id=id.clone()
                type=kind
                inputmode=mode
                autocomplete="off"
                autocapitalize=(kind == "url").then_some("none")
                spellcheck=(kind == "url").then_some("false")
                dir=(kind == "text").then_some("auto")
                aria-describedby=format!("{id}-note")
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                value=input.value.get_untracked()
                prop:value=move || input.get()
                on:input=move |event| input.typed(event_target_value(&event))
                on:blur=move |_| {
                    let _ = input.value.with_untracked(|value| !value.is_empty()) && input.verify();
                }
            />
        </Field>
    }
    .into_any()
}

#[component]
fn KeyField(draft: EndpointDraft, problem: Signal<Option<String>>) -> impl IntoView {
    let is_stored = move || draft.has_key && draft.key_change.get() == KeyChange::Keep;
    let hint = "Stored encrypted and never shown again. A local server may need none.";
    let id = format!("key-{}", draft.number);
    let note = format!("{id}-note");
    let (id_inside, note_inside) = (id.clone(), note.clone());
    view! {
        <Field id=id.clone() label="Key" optional=true hint=hint problem=problem>
            <Show
                when=is_stored
                fallback=move || {
                    view! {
                        <input
                            class="input code-input"
                            type="password"
                            id=id_inside.clone()
                            autocomplete="off"
                            spellcheck="false"
                            aria-describedby=note_inside.clone()
                            placeholder=move || {
                                if draft.key_change.get() == KeyChange::Remove { "The key is removed when you save" } else { "" }
                            }
                            prop:value=move || draft.key.get()
                            on:input=move |event| {
                                draft.key_change.set(KeyChange::Replace);
                                draft.key.typed(event_target_value(&event));
                            }
                        />
                    }
                }
            >
                <div class="stored-key">
                    <input class="input code-input" id=id.clone() type="text" readonly value="•••••••••••• stored" aria-describedby=note.clone() />
                    <Button on:click=move |_| draft.key_change.set(KeyChange::Replace)>"Replace"</Button>
                    <Button on:click=move |_| draft.key_change.set(KeyChange::Remove)>"Remove key"</Button>
                </div>
            </Show>
        </Field>
    }
    .into_any()
}
