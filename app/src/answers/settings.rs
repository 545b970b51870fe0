//! Settings › AI answers.

use super::{
    days::{HoursDraft, HoursFields},
    endpoint::Plain,
    endpoints::{Endpoints, EndpointsDraft},
    threshold::ThresholdField,
    voice::{VoiceDraft, VoiceFields},
};
use crate::{
    accounts::Only,
    shell::{PageHead, SettingsTabs},
    ui::{ErrorAlert, Input, ListSkeleton, SaveBar, Saving, Switch, save},
};
use leptos::prelude::*;
use leptos_meta::Title;
use types::accounts::Permission;
use types::answers::{AiSettings, AiSettingsUpdate};

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
    turns: Input,
    voice: VoiceDraft,
    hours: HoursDraft,
    endpoints: EndpointsDraft,
}

fn turns(text: &str) -> Option<&'static str> {
    let is_good = text.trim().parse::<u32>().is_ok_and(|turns| (1..=200).contains(&turns));
    (!is_good).then_some("A number from 1 to 200.")
}

impl Draft {
    fn new(settings: AiSettings) -> Self {
        Self {
            enabled: RwSignal::new(settings.enabled),
            percent: RwSignal::new(to_percent(settings.threshold)),
            turns: Input::new(settings.max_turns.to_string(), turns),
            voice: VoiceDraft::new(&settings),
            hours: HoursDraft::new(&settings),
            endpoints: EndpointsDraft::new(&settings),
            stored: RwSignal::new(settings),
        }
    }

    fn update(self) -> AiSettingsUpdate {
        let (languages, hand_off_words) = self.voice.values();
        let (hours, business_days, time_zone) = self.hours.values();
        let (endpoints, use_platform_model, monthly_tokens) = self.endpoints.values();
        AiSettingsUpdate {
            enabled: self.enabled.get(),
            threshold: from_percent(self.percent.get()),
            persona: self.voice.persona.get().trim().to_owned(),
            tone: self.voice.tone.get().trim().to_owned(),
            languages,
            max_turns: self.turns.get().trim().parse().unwrap_or_default(),
            hours,
            business_days,
            time_zone,
            hand_off_words,
            endpoints,
            use_platform_model,
            monthly_tokens,
        }
    }

    fn is_dirty(self) -> bool {
        let stored = AiSettingsUpdate::of(self.stored.get());
        let threshold = from_percent(to_percent(stored.threshold));
        self.update() != AiSettingsUpdate { threshold, ..stored }
    }

    fn verify(self) -> bool {
        self.turns.verify() & self.voice.verify() & self.hours.verify() & self.endpoints.verify()
    }

    fn reset(self, settings: AiSettings) {
        self.enabled.set(settings.enabled);
        self.percent.set(to_percent(settings.threshold));
        self.turns.typed(settings.max_turns.to_string());
        self.voice.reset(&settings);
        self.hours.reset(&settings);
        self.endpoints.reset(&settings);
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
        if draft.verify() {
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
                <Plain
                    id="max_turns".to_owned()
                    label="Answers in a row"
                    mode="numeric"
                    hint="After so many answers without a word of your team the AI calls somebody."
                    input=draft.turns
                    problem=Signal::derive(move || draft.turns.problem())
                />
            </section>
            <section class="settings-section">
                <h2>"Hours"</h2>
                <HoursFields draft=draft.hours />
            </section>
            <section class="settings-section">
                <h2>"Voice"</h2>
                <VoiceFields draft=draft.voice />
            </section>
            <section class="settings-section">
                <h2>"Language models"</h2>
                <Endpoints draft=draft.endpoints stored=draft.stored state=state />
            </section>
            <SaveBar dirty=dirty state=state on_discard=Callback::new(move |()| draft.reset(draft.stored.get_untracked())) />
        </form>
    }
    .into_any()
}
