//! One run of the tests: how far it has come, what failed and why, and what
//! is different from the run before.

use crate::ui::Tone;
use leptos::prelude::*;
use types::teaching::{RunState, TestResult, TestRunDetail};

/// Results, those that need a look first.
#[component]
pub fn RunView(
    /// The run.
    detail: TestRunDetail,
) -> impl IntoView {
    let TestRunDetail { run, before, mut results } = detail;
    let asked = run.passed + run.failed;
    let is_working = matches!(run.state, RunState::Queued | RunState::Running);
    let count = |is: fn(&TestResult) -> bool| results.iter().filter(|result| is(result)).count();
    let (failed, passed) = (count(TestResult::is_newly_failed), count(TestResult::is_newly_passed));
    let compared = before.map(|before| {
        let knew =
            if before.knowledge_version == run.knowledge_version { "the same knowledge" } else { "other knowledge" };
        let threshold = format!("a threshold of {:.0} %", before.threshold * 100.0);
        format!(
            "Before: {} of {} passed, with {knew} and {threshold}. Newly failed: {failed}. Newly passed: {passed}.",
            before.passed, before.total
        )
    });
    results.sort_by_key(|result| (!result.is_newly_failed(), result.passed, !result.is_newly_passed()));
    view! {
        <section class="teach-run" aria-label="Results" data-testid="run" data-state=run.state.as_str()>
            <h2 class="number">{run.passed} " of " {run.total} " passed"</h2>
            {is_working.then(|| view! {
                <progress max=run.total.to_string() value=asked.to_string() aria-label="Progress of the run"></progress>
            })}
            {(run.state == RunState::Failed).then(|| view! { <p class="source-reason">"The run ended early because of a fault on our side. Please run it again."</p> })}
            {compared.map(|words| view! { <p class="teach-reason">{words}</p> })}
            <ol class="teach-list" aria-label="Results of the run">
                {results.into_iter().map(|result| view! { <Outcome result=result /> }).collect_view()}
            </ol>
        </section>
    }
    .into_any()
}

#[component]
fn Outcome(result: TestResult) -> impl IntoView {
    let (chip, tone) = match (result.passed, result.is_newly_failed(), result.is_newly_passed()) {
        (_, true, _) => ("Newly failed", Tone::Danger),
        (_, _, true) => ("Newly passed", Tone::Success),
        (true, ..) => ("Passed", Tone::Success),
        (false, ..) => ("Failed", Tone::Danger),
    };
    let sure = |confidence: f32| format!("{:.0} %", confidence * 100.0);
    let score = match result.confidence_before {
        Some(before) => format!("{} sure, before {}", sure(result.confidence), sure(before)),
        None => format!("{} sure", sure(result.confidence)),
    };
    let expected = if result.is_hand_off { "a person".to_owned() } else { result.expected };
    view! {
        <li class="teach-item" data-testid="result" data-passed=result.passed.to_string()>
            <details>
                <summary class="teach-summary">
                    <span class=format!("chip {}", tone.class())>{chip}</span>
                    <span dir="auto">{result.question}</span>
                    <span class="teach-reason number">{score}</span>
                </summary>
                {(!result.why.is_empty()).then(|| view! { <p class="source-reason">{result.why}</p> })}
                <p class="teach-reason">"Expected: " <bdi>{expected}</bdi></p>
                <p class="teach-answer plain" dir="auto">{result.answer}</p>
            </details>
        </li>
    }
    .into_any()
}
