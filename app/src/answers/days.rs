//! When the AI answers, and when somebody is in.

use super::endpoint::Plain;
use crate::ui::{Input, Segments};
use leptos::prelude::*;
use types::answers::{AiHours, AiSettings, BusinessDay, minutes};

const WEEK: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The hours while they are being changed.
#[derive(Clone, Copy)]
pub(super) struct HoursDraft {
    hours: RwSignal<AiHours>,
    zone: Input,
    days: StoredValue<Vec<DayDraft>>,
}

#[derive(Clone, Copy)]
struct DayDraft {
    is_open: RwSignal<bool>,
    from: Input,
    to: Input,
}

fn time(text: &str) -> Option<&'static str> {
    minutes(text.trim()).is_none().then_some("A time such as 09:00.")
}

impl HoursDraft {
    pub(super) fn new(settings: &AiSettings) -> Self {
        let day = |_| DayDraft {
            is_open: RwSignal::new(false),
            from: Input::new(String::new(), time),
            to: Input::new(String::new(), time),
        };
        let draft = Self {
            hours: RwSignal::new(settings.hours),
            zone: Input::new(settings.time_zone.clone(), |text| {
                text.trim().is_empty().then_some("A time zone such as Europe/Vienna.")
            }),
            days: StoredValue::new((0..7).map(day).collect()),
        };
        draft.reset(settings);
        draft
    }

    pub(super) fn reset(self, settings: &AiSettings) {
        self.hours.set(settings.hours);
        self.zone.typed(settings.time_zone.clone());
        for (weekday, day) in (1_u8..).zip(self.days.get_value()) {
            let stored = settings.business_days.iter().find(|stored| stored.weekday == weekday);
            day.is_open.set(stored.is_some());
            day.from.typed(stored.map_or("09:00", |stored| &stored.from).to_owned());
            day.to.typed(stored.map_or("17:00", |stored| &stored.to).to_owned());
        }
    }

    pub(super) fn values(self) -> (AiHours, Vec<BusinessDay>, String) {
        let days = (1_u8..).zip(self.days.get_value()).filter(|(_, day)| day.is_open.get());
        let days = days.map(|(weekday, day)| BusinessDay { weekday, from: day.from.get(), to: day.to.get() }).collect();
        (self.hours.get(), days, self.zone.get().trim().to_owned())
    }

    pub(super) fn verify(self) -> bool {
        let days = self.days.get_value().into_iter().filter(|day| day.is_open.get_untracked());
        days.map(|day| day.from.verify() & day.to.verify()).fold(self.zone.verify(), |all, one| all & one)
    }
}

/// When the AI answers, with the business hours when they matter.
#[component]
pub(super) fn HoursFields(
    /// What is changed.
    draft: HoursDraft,
) -> impl IntoView {
    let options = vec![
        (AiHours::Always, "Always"),
        (AiHours::OutsideBusinessHours, "Outside business hours"),
        (AiHours::DuringBusinessHours, "In business hours"),
    ];
    view! {
        <Segments name="hours" label="The AI answers" options=options value=draft.hours />
        <p class="field-hint">
            {move || match draft.hours.get() {
                AiHours::Always => "Day and night.",
                AiHours::OutsideBusinessHours => "While somebody is in, conversations go straight to your team.",
                AiHours::DuringBusinessHours => "While nobody is in, conversations wait for your team.",
            }}
        </p>
        <div class="business-days" hidden=move || draft.hours.get() == AiHours::Always>
            <Plain
                id="time_zone".to_owned()
                label="Time zone"
                hint="As in Europe/Vienna, America/New_York, Asia/Ho_Chi_Minh or UTC."
                input=draft.zone
                problem=Signal::derive(move || draft.zone.problem())
            />
            {WEEK
                .into_iter()
                .zip(draft.days.get_value())
                .map(|(name, day)| view! { <Day name=name day=day /> })
                .collect_view()}
        </div>
    }
    .into_any()
}

#[component]
fn Day(name: &'static str, day: DayDraft) -> impl IntoView {
    let field = move |label: String, input: Input| {
        view! {
            <input
                class="input"
                type="time"
                aria-label=label
                disabled=move || !day.is_open.get()
                value=input.value.get_untracked()
                prop:value=move || input.get()
                on:input=move |event| input.typed(event_target_value(&event))
            />
        }
    };
    let problem = move || day.is_open.get().then(|| day.from.problem().or_else(|| day.to.problem())).flatten();
    view! {
        <div class="business-day" role="group" aria-label=name>
            <label class="business-day-name">
                <input
                    type="checkbox"
                    checked=day.is_open.get_untracked()
                    prop:checked=move || day.is_open.get()
                    on:change=move |event| day.is_open.set(event_target_checked(&event))
                />
                <span>{name}</span>
            </label>
            {field(format!("{name} from"), day.from)}
            <span aria-hidden="true">"–"</span>
            {field(format!("{name} to"), day.to)}
            <span class="field-problem" aria-live="polite">{problem}</span>
        </div>
    }
    .into_any()
}
