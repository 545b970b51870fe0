//! Which language models write the answers, if any, and in which order.

use super::endpoint::{EndpointDraft, EndpointFields, Plain};
use crate::ui::{Button, ButtonKind, Input, Saving, Switch};
use leptos::prelude::*;
use types::answers::{AiSettings, LLM_ENDPOINTS, LlmEndpointUpdate, LlmPreset};

/// The list while it is being changed.
#[derive(Clone, Copy)]
pub(super) struct EndpointsDraft {
    list: RwSignal<Vec<EndpointDraft>>,
    last: StoredValue<u32>,
    use_platform: RwSignal<bool>,
    budget: Input,
}

fn tokens(text: &str) -> Option<&'static str> {
    let text = text.trim();
    (!text.is_empty() && text.parse::<u64>().is_err()).then_some("A number of tokens, such as 2000000, or nothing.")
}

impl EndpointsDraft {
    pub(super) fn new(settings: &AiSettings) -> Self {
        let draft = Self {
            list: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
            use_platform: RwSignal::new(false),
            budget: Input::new(String::new(), tokens),
        };
        draft.reset(settings);
        draft
    }

    fn next(self) -> u32 {
        self.last.update_value(|last| *last += 1);
        self.last.get_value()
    }

    pub(super) fn reset(self, settings: &AiSettings) {
        let list = settings.endpoints.iter().cloned();
        self.list.set(list.map(|endpoint| EndpointDraft::stored(self.next(), endpoint)).collect());
        self.use_platform.set(settings.use_platform_model);
        self.budget.typed(settings.monthly_tokens.map(|tokens| tokens.to_string()).unwrap_or_default());
    }

    pub(super) fn values(self) -> (Vec<LlmEndpointUpdate>, bool, Option<u64>) {
        let endpoints = self.list.get().into_iter().map(EndpointDraft::update).collect();
        (endpoints, self.use_platform.get(), self.budget.get().trim().parse().ok())
    }

    pub(super) fn verify(self) -> bool {
        let all = self.list.get_untracked().into_iter().map(EndpointDraft::verify).fold(true, |all, one| all & one);
        all & self.budget.verify()
    }

    fn add(self, preset: LlmPreset) {
        let draft = EndpointDraft::preset(self.next(), preset);
        self.list.update(|list| {
            if list.len() < LLM_ENDPOINTS {
                list.push(draft);
            }
        });
    }

    fn remove(self, number: u32) {
        self.list.update(|list| list.retain(|one| one.number != number));
    }

    fn raise(self, number: u32) {
        self.list.update(|list| {
            if let Some(place) = list.iter().position(|one| one.number == number).filter(|place| *place > 0) {
                list.swap(place - 1, place);
            }
        });
    }
}

const fn words(preset: LlmPreset) -> (&'static str, &'static str) {
    match preset {
        LlmPreset::Groq => ("Groq", "hosted, very fast"),
        LlmPreset::OpenAi => ("OpenAI", "hosted"),
        LlmPreset::Local => ("Local", "Ollama, vLLM, …"),
        LlmPreset::Custom => ("Other", "any address"),
    }
}

/// The language models in their order, with ways to add, move, try and remove them.
#[component]
pub(super) fn Endpoints(
    /// What is changed.
    draft: EndpointsDraft,
    /// What is stored.
    stored: RwSignal<AiSettings>,
    /// Where the save stands.
    state: RwSignal<Saving>,
) -> impl IntoView {
    let is_empty = move || draft.list.with(Vec::is_empty);
    let is_full = move || draft.list.with(Vec::len) >= LLM_ENDPOINTS;
    let platform = move || stored.with(|stored| stored.platform_model.clone());
    let used = move || stored.with(|stored| (stored.tokens_used, stored.monthly_tokens));
    view! {
        <p class="field-hint">
            {move || {
                if is_empty() && !draft.use_platform.get() {
                    "Without a language model the answer is made of the best sentences of your own sources. Nothing leaves this server."
                } else {
                    "The model writes the answer from the passages that were found, and every sentence is checked against them. Should it fail or be slow, the next one is asked, and at last the visitor gets the passages' own sentences."
                }
            }}
        </p>
        <ol class="endpoints">
            <For each=move || draft.list.get() key=|one| one.number children=move |one| view! { <Row one=one draft=draft state=state /> } />
        </ol>
        <Show when=move || !is_full()>
            <div class="presets" role="group" aria-label="Add a language model">
                {LlmPreset::ALL
                    .iter()
                    .map(|preset| {
                        let (name, about) = words(*preset);
                        view! {
                            <button type="button" class="preset" on:click=move |_| draft.add(*preset)>
                                {name}
                                <span>{about}</span>
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </Show>
        {move || {
            platform()
                .map(|model| {
                    view! {
                        <div>
                            <Switch
                                label="Use the platform's model"
                                hint="It is asked after your own, and needs no key."
                                value=draft.use_platform
                            />
                            <p class="field-hint">"The platform offers " <code>{model}</code> "."</p>
                        </div>
                    }
                })
        }}
        <Show when=move || !is_empty() || draft.use_platform.get() || used().0 != 0>
            <Plain
                id="monthly_tokens".to_owned()
                label="Tokens in a month"
                mode="numeric"
                optional=true
                hint="When they are used up, answers are made of your own sentences until the month ends (UTC)."
                input=draft.budget
                problem=Signal::derive(move || draft.budget.problem())
            />
            <p class="field-hint">
                {move || {
                    let (used, budget) = used();
                    match budget {
                        Some(budget) if used >= budget => format!("{used} of {budget} tokens are used: no language model is asked any more."),
                        Some(budget) => format!("{used} of {budget} tokens are used this month."),
                        None => format!("{used} tokens were used this month."),
                    }
                }}
            </p>
        </Show>
    }
    .into_any()
}

#[component]
fn Row(one: EndpointDraft, draft: EndpointsDraft, state: RwSignal<Saving>) -> impl IntoView {
    let number = one.number;
    let place = Memo::new(move |_| {
        draft.list.with(|list| list.iter().position(|other| other.number == number)).unwrap_or_default()
    });
    let (name, _) = words(one.preset);
    view! {
        <li class="endpoint" data-testid="endpoint">
            <div class="endpoint-head">
                <h3>
                    <span class="number">{move || place.get() + 1}</span>
                    ". "
                    {name}
                </h3>
                <Show when=move || place.get() != 0>
                    <Button kind=ButtonKind::Quiet on:click=move |_| draft.raise(number)>"Ask earlier"</Button>
                </Show>
                <Button kind=ButtonKind::Quiet on:click=move |_| draft.remove(number)>"Remove model"</Button>
            </div>
            <EndpointFields draft=one place=place state=state />
        </li>
    }
    .into_any()
}
