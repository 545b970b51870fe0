//! Settings › Data: how long conversations and contacts are kept.

use crate::{
    accounts::Only,
    shell::{PageHead, SettingsTabs},
    ui::{ErrorAlert, Input, ListSkeleton, SaveBar, Saving, TextField, save},
};
use leptos::prelude::*;
use leptos_meta::Title;
use types::{
    accounts::Permission,
    retention::{MOST_DAYS, RetentionRules},
};

/// The rules, for those who may change settings.
#[component]
pub fn RetentionPage() -> impl IntoView {
    view! {
        <Title text="Data" />
        <div class="page">
            <PageHead title="Data" text="How long conversations and contacts are kept. A single contact can be exported and erased in the inbox, beside the conversation." />
            <SettingsTabs />
            <Only may=Permission::ManageSettings what="how long data is kept">
                <Rules />
            </Only>
        </div>
    }
}

#[component]
fn Rules() -> impl IntoView {
    let rules = Resource::new(|| (), |()| api::retention::get_retention_rules());
    let content = move || {
        Suspend::new(async move {
            match rules.await {
                Ok(stored) => view! { <RulesForm stored=stored /> }.into_any(),
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| rules.refetch()) /> }.into_any()
                }
            }
        })
    };
    view! { <Suspense fallback=|| view! { <ListSkeleton lines=4 /> }>{content}</Suspense> }
}

#[component]
fn RulesForm(stored: RetentionRules) -> impl IntoView {
    let stored = RwSignal::new(stored);
    let resolved = Input::new(words(stored.get_untracked().resolved_days), problem);
    let visitors = Input::new(words(stored.get_untracked().visitor_days), problem);
    let rules = move || RetentionRules { resolved_days: days(&resolved.get()), visitor_days: days(&visitors.get()) };
    let state = RwSignal::new(Saving::default());
    // By what is typed: a number of days that cannot be is a change to be told about.
    let dirty = Memo::new(move |_| {
        let stored = stored.get();
        resolved.get().trim() != words(stored.resolved_days) || visitors.get().trim() != words(stored.visitor_days)
    });
    let error = Signal::derive(move || state.get().error());
    let reset = move |rules: RetentionRules| {
        resolved.typed(words(rules.resolved_days));
        visitors.typed(words(rules.visitor_days));
        stored.set(rules);
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if resolved.verify() & visitors.verify() {
            save(state, api::retention::update_retention_rules(untrack(rules)), reset);
        }
    };
    view! {
        <form class="form settings-form settings-narrow" novalidate=true on:submit=submit>
            <section class="settings-section">
                <h2>"Delete by itself"</h2>
                <p class="field-hint">"Empty keeps for ever. What is deleted cannot be brought back; it is looked for once an hour."</p>
                <TextField
                    name="resolved_days"
                    label="Resolved conversations, after days"
                    placeholder="365"
                    optional=true
                    hint="Counted from when the conversation was resolved."
                    input=resolved
                    error=error
                />
                <TextField
                    name="visitor_days"
                    label="Visitors who left no name or address, after days"
                    placeholder="90"
                    optional=true
                    hint="Counted from their last message. Their conversations go with them, whatever their status."
                    input=visitors
                    error=error
                />
            </section>
            <SaveBar dirty=dirty state=state on_discard=Callback::new(move |()| reset(stored.get_untracked())) />
        </form>
    }
}

fn words(days: Option<u32>) -> String {
    days.map(|days| days.to_string()).unwrap_or_default()
}

fn days(text: &str) -> Option<u32> {
    text.trim().parse().ok()
}

fn problem(text: &str) -> Option<&'static str> {
    let is_fine = text.trim().is_empty() || days(text).is_some_and(|days| (1..=MOST_DAYS).contains(&days));
    (!is_fine).then_some("Enter a whole number of days from 1 to 3650, or leave it empty.")
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn days_are_whole_numbers_or_nothing() {
        for fine in ["", " ", "1", "3650", " 30 "] {
            assert!(problem(fine).is_none(), "{fine}");
        }
        for wrong in ["0", "-1", "1.5", "3651", "a month"] {
            assert!(problem(wrong).is_some(), "{wrong}");
        }
    }
}
