//! Settings › AI answers.

use super::{
    model::{ModelDraft, ModelFields},
    threshold::ThresholdField,
};
use crate::{
    accounts::Only,
    shell::{PageHead, SettingsTabs},
    ui::{ErrorAlert, Field, Input, ListSkeleton, SaveBar, Saving, Switch, save},
};
use leptos::prelude::*;
use leptos_meta::Title;
use types::accounts::Permission;
use types::answers::{AiSettings, AiSettingsUpdate};

/// Tones to begin with.
const TONES: [&str; 4] = ["friendly and short", "formal and precise", "warm and patient", "plain words, no jargon"];

/// Whether and how the AI answers, for the owner.
#[component]
pub fn AiSettingsPage() -> impl IntoView {
    view! {
        <Title text="AI answers" />
        <div class="page">
            <PageHead title="AI answers" text="What the AI may answer by itself, and when it calls your team." />
            <SettingsTabs />
            <Only may=Permission::ManageSettings what="how the AI answers">
                <Settings />
            </Only>
        </div>
    }
}

#[component]
fn Settings() -> impl IntoView {
    let settings = Resource::new(|| (), |()| api::answers::get_ai_settings());
    let content = move || {
        Suspend::new(async move {
            match settings.await {
                Ok(settings) => view! { <SettingsForm settings=settings /> }.into_any(),
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| settings.refetch()) /> }.into_any()
                }
            }
        })
    };
    view! { <Suspense fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Suspense> }
}

/// The settings while they are being changed.
#[derive(Clone, Copy)]
struct Draft {
    stored: RwSignal<AiSettings>,
    enabled: RwSignal<bool>,
    percent: RwSignal<u32>,
    tone: Input,
    model: ModelDraft,
}

impl Draft {
    fn new(settings: AiSettings) -> Self {
        Self {
            enabled: RwSignal::new(settings.enabled),
            percent: RwSignal::new(to_percent(settings.threshold)),
            tone: Input::new(settings.tone.clone(), |text| {
                (text.chars().count() > 200).then_some("Use at most 200 characters.")
            }),
            model: ModelDraft::new(&settings),
            stored: RwSignal::new(settings),
        }
    }

    fn update(self) -> AiSettingsUpdate {
        let (llm_base_url, llm_model, llm_key) = self.model.values();
        AiSettingsUpdate {
            enabled: self.enabled.get(),
            threshold: from_percent(self.percent.get()),
            tone: self.tone.get().trim().to_owned(),
            llm_base_url,
            llm_model,
            llm_key,
        }
    }

    fn is_dirty(self) -> bool {
        let now = self.update();
        self.stored.with(|stored| {
            now.enabled != stored.enabled
                || to_percent(now.threshold) != to_percent(stored.threshold)
                || now.tone != stored.tone
                || now.llm_base_url != stored.llm_base_url
                || now.llm_model != stored.llm_model
                || now.llm_key.is_some()
        })
    }

    fn reset(self, settings: AiSettings) {
        self.enabled.set(settings.enabled);
        self.percent.set(to_percent(settings.threshold));
        self.tone.typed(settings.tone.clone());
        self.model.reset(&settings);
        self.stored.set(settings);
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is between 0 and 100")]
fn to_percent(threshold: f32) -> u32 {
    (threshold.clamp(0.0, 1.0) * 100.0).round() as u32
}

fn from_percent(percent: u32) -> f32 {
    f32::from(u16::try_from(percent.min(100)).unwrap_or(100)) / 100.0
}

#[component]
fn SettingsForm(settings: AiSettings) -> impl IntoView {
    let draft = Draft::new(settings);
    let state = RwSignal::new(Saving::default());
    let dirty = Memo::new(move |_| draft.is_dirty());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if draft.tone.verify() & draft.model.verify() {
            let update = untrack(|| draft.update());
            save(state, api::answers::update_ai_settings(update), move |stored| draft.reset(stored));
        }
    };
    view! {
        <form class="form settings-form settings-narrow" novalidate=true on:submit=submit>
            <section class="settings-section">
                <h2>"Answering"</h2>
                <Switch
                    label="The AI answers new conversations"
                    hint="Off, every conversation waits for a person. You can also switch it off in a single conversation."
                    value=draft.enabled
                />
                <ThresholdField percent=draft.percent />
                <ToneField input=draft.tone />
            </section>
            <section class="settings-section">
                <h2>"Language model"</h2>
                <ModelFields draft=draft.model />
            </section>
            <SaveBar dirty=dirty state=state on_discard=Callback::new(move |()| draft.reset(draft.stored.get_untracked())) />
        </form>
    }
}

#[component]
fn ToneField(input: Input) -> impl IntoView {
    let problem = Signal::derive(move || input.problem());
    view! {
        <Field id="tone" label="Tone" optional=true hint="A few words. A language model writes in this tone." problem=problem>
            <input
                class="input"
                id="tone"
                type="text"
                dir="auto"
                autocomplete="off"
                placeholder="friendly and short"
                aria-describedby="tone-note"
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                value=input.value.get_untracked()
                prop:value=move || input.get()
                on:input=move |event| input.typed(event_target_value(&event))
                on:blur=move |_| {
                    let _ = input.verify();
                }
            />
            <div class="suggestions">
                {TONES
                    .into_iter()
                    .map(|tone| {
                        view! {
                            <button type="button" class="suggestion" on:click=move |_| input.typed(tone.to_owned())>
                                {tone}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </Field>
    }
}
