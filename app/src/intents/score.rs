//! How well the intents are told, and the way to have them learned.

use super::Intents;
use crate::{
    accounts::use_session,
    ui::{Alert, Button, ButtonKind, RelativeTime, Tone},
};
use leptos::prelude::*;
use types::{
    accounts::Permission,
    intents::{IntentModel, IntentReport, IntentScore, ModelState},
};

/// Confusions that are shown.
const CONFUSIONS: usize = 5;
/// Weakest intents that are shown.
const WEAKEST: usize = 5;
/// An intent told this well is not weak.
const WELL: f32 = 0.9;

/// State, score and the button.
#[component]
pub fn Score(
    /// The intents.
    intents: Intents,
) -> impl IntoView {
    let session = use_session();
    let model = Memo::new(move |_| intents.book.with(|book| book.model.clone()));
    let can_train = move || intents.book.with(|book| book.intents.len() >= 2);
    let word = move || if model.with(|model| model.is_in_use) { "Train again" } else { "Train" };
    view! {
        <section class="teach-item" data-testid="intent-model" data-state=move || model.with(|model| model.state.as_str()) aria-label="Training">
            {move || view! { <State model=model.get() /> }}
            <Show when=move || session.may(Permission::ManageKnowledge) && can_train()>
                <div class="teach-acts">
                    <Button kind=ButtonKind::Primary busy=intents.training on:click=move |_| intents.train()>
                        {word}
                    </Button>
                </div>
            </Show>
            {move || model.with(|model| model.report.clone()).map(|report| view! { <Report report=report /> })}
        </section>
    }
    .into_any()
}

#[component]
fn State(model: IntentModel) -> impl IntoView {
    let said = match (model.state, model.is_in_use) {
        (ModelState::None, _) => {
            "Not trained yet. Write two intents or more with at least two examples each; ten are much better."
        }
        (ModelState::Training, _) => "The AI is learning the intents. This takes some seconds.",
        (ModelState::Failed, false) => "The training did not work.",
        (ModelState::Failed, true) => "The last training did not work; what was learned before is still in use.",
        (ModelState::Ready, false) => "What was learned cannot be used any more. Please train it again.",
        (ModelState::Ready, true) => "In use: every message of a visitor gets its intent.",
    };
    view! {
        <div class="teach-head">
            <h2>"Training"</h2>
            <p class="teach-facts" role="status">
                <span>{said}</span>
                {model.trained_at.map(|at| view! { <span>"Learned " <RelativeTime at=at /></span> })}
            </p>
        </div>
        {(model.state == ModelState::Training).then(|| view! { <progress class="intent-progress" aria-label="Training"></progress> })}
        {model.error.map(|error| view! { <Alert tone=Tone::Danger>{error}</Alert> })}
        {(model.is_out_of_date && model.state != ModelState::Training)
            .then(|| view! { <Alert tone=Tone::Info>"Examples or names have changed since. Train again to use them."</Alert> })}
    }
    .into_any()
}

fn percent(part: f32) -> String {
    format!("{:.0} %", part * 100.0)
}

#[component]
fn Report(report: IntentReport) -> impl IntoView {
    let weak: Vec<IntentScore> = report.intents.iter().filter(|one| one.f1 < WELL).take(WEAKEST).cloned().collect();
    let confusions: Vec<String> = report
        .confusions
        .iter()
        .take(CONFUSIONS)
        .map(|one| {
            let times = if one.count == 1 { "once".to_owned() } else { format!("{} times", one.count) };
            format!("“{}” was taken for “{}” {times}.", one.intent, one.taken_for)
        })
        .collect();
    view! {
        <p class="intent-score" data-testid="intent-score">
            {format!("Right on {} of {} examples it had not seen.", report.right, report.tested)}
        </p>
        <p class="teach-reason">
            {format!("A message whose likeliest intent is less than {} likely stays unknown.", percent(report.threshold))}
        </p>
        {(!weak.is_empty())
            .then(|| {
                view! {
                    <div class="intent-weak">
                        <h3>"Weakest"</h3>
                        <ul>
                            {weak
                                .into_iter()
                                .map(|one| view! { <li><bdi>{one.name}</bdi> " " <span class="number">{percent(one.f1)}</span></li> })
                                .collect_view()}
                        </ul>
                        <p class="teach-reason">"More examples in other words help most, ten or more for each."</p>
                    </div>
                }
            })}
        {(!confusions.is_empty())
            .then(|| {
                view! {
                    <div class="intent-weak">
                        <h3>"Taken for another"</h3>
                        <ul>{confusions.into_iter().map(|line| view! { <li dir="auto">{line}</li> }).collect_view()}</ul>
                    </div>
                }
            })}
        <details class="intent-details">
            <summary>"Every intent in figures"</summary>
            <div class="sources-frame">
                <table class="sources-table" aria-label="Figures">
                    <thead>
                        <tr>
                            <th scope="col">"Intent"</th>
                            <th scope="col" class="is-number">"Examples"</th>
                            <th scope="col" class="is-number">"Found"</th>
                            <th scope="col" class="is-number">"Right when told"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {report
                            .intents
                            .into_iter()
                            .map(|one| {
                                view! {
                                    <tr>
                                        <th scope="row"><bdi>{one.name}</bdi></th>
                                        <td class="is-number number">{one.examples}</td>
                                        <td class="is-number number">{percent(one.recall)}</td>
                                        <td class="is-number number">{percent(one.precision)}</td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}
