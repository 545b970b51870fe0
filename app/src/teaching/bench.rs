//! Knowledge › Tests: questions with what a right answer holds, and what
//! became of them in each run.

use super::{cases::Cases, run::RunView};
use crate::{
    accounts::{Only, use_session},
    knowledge::KnowledgeTabs,
    shell::PageHead,
    ui::{Alert, Button, ButtonKind, ErrorAlert, ListSkeleton, RelativeTime, Tone},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use std::time::Duration;
use types::{
    Error, TestRunId,
    accounts::Permission,
    teaching::{RunState, TestBench, TestRun, TestRunDetail},
};

/// How often a run is looked at while it works.
const LOOK: Duration = Duration::from_millis(800);

/// The bench as the page shows it.
#[derive(Clone, Copy)]
pub struct Bench {
    /// Cases and runs.
    pub all: RwSignal<TestBench>,
    /// Why the last act did not work.
    pub problem: RwSignal<Option<Error>>,
    /// The run that is shown.
    opened: RwSignal<Option<TestRunDetail>>,
    busy: RwSignal<bool>,
}

impl Bench {
    /// Reads cases and runs again.
    pub fn refresh(self) {
        spawn_local(async move {
            match api::teaching::get_test_bench().await {
                Ok(all) => drop(self.all.try_set(all)),
                Err(error) => drop(self.problem.try_set(Some(error))),
            }
        });
    }

    fn start(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            match api::teaching::start_tests().await {
                Ok(run) => self.follow(run.id),
                Err(error) => {
                    let _ = self.problem.try_set(Some(error));
                    let _ = self.busy.try_set(false);
                }
            }
        });
    }

    fn open(self, id: TestRunId) {
        self.problem.set(None);
        self.follow(id);
    }

    /// Shows a run, again and again until it has ended.
    fn follow(self, id: TestRunId) {
        spawn_local(async move {
            match api::teaching::get_test_run(id).await {
                Ok(detail) => {
                    let is_working = is_working(&detail.run);
                    if self.opened.try_set(Some(detail)).is_some() {
                        return; // The page is gone.
                    }
                    if is_working {
                        set_timeout(move || self.follow(id), LOOK);
                        return;
                    }
                    self.refresh();
                }
                Err(error) => drop(self.problem.try_set(Some(error))),
            }
            let _ = self.busy.try_set(false);
        });
    }
}

fn is_working(run: &TestRun) -> bool {
    matches!(run.state, RunState::Queued | RunState::Running)
}

/// Cases, runs, and what failed.
#[component]
pub fn TestsPage() -> impl IntoView {
    view! {
        <Title text="Tests" />
        <div class="page">
            <PageHead title="Tests" text="Questions with what a right answer holds. A run shows what a change of the sources or the settings does." />
            <KnowledgeTabs />
            <Only may=Permission::ReadKnowledge verb="see" what="the tests">
                <Content />
            </Only>
        </div>
    }
    .into_any()
}

#[component]
fn Content() -> impl IntoView {
    let stored = Resource::new(|| (), |()| api::teaching::get_test_bench());
    let content = move || {
        Suspend::new(async move {
            match stored.await {
                Ok(all) => view! { <Loaded all=all /> }.into_any(),
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| stored.refetch()) /> }.into_any()
                }
            }
        })
    };
    view! { <Suspense fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Suspense> }.into_any()
}

#[component]
fn Loaded(all: TestBench) -> impl IntoView {
    let session = use_session();
    let latest = all.runs.first().map(|run| run.id);
    let bench = Bench {
        all: RwSignal::new(all),
        problem: RwSignal::new(None),
        opened: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    Effect::new(move || {
        if let Some(id) = latest {
            bench.follow(id);
        }
    });
    let has_cases = move || bench.all.with(|all| !all.cases.is_empty());
    let is_changed = move || {
        bench.all.with(|all| all.runs.first().is_some_and(|run| run.knowledge_version != all.knowledge_version))
    };
    let again = move || if bench.all.with(|all| all.runs.is_empty()) { "Run the tests" } else { "Run again" };
    view! {
        <Show when=move || session.may(Permission::ManageKnowledge) && has_cases()>
            <div class="teach-acts">
                <Button kind=ButtonKind::Primary busy=bench.busy on:click=move |_| bench.start()>{again}</Button>
            </div>
        </Show>
        <Show when=is_changed>
            <Alert tone=Tone::Info>"What the AI knows has changed since the last run."</Alert>
        </Show>
        {move || bench.problem.get().map(|error| view! { <ErrorAlert error=error /> })}
        {move || bench.opened.get().map(|detail| view! { <RunView detail=detail /> })}
        <Cases bench=bench />
        <Runs bench=bench />
    }
    .into_any()
}

#[component]
fn Runs(bench: Bench) -> impl IntoView {
    let row = move |run: TestRun| {
        let id = run.id;
        let state = match run.state {
            RunState::Queued => "Waiting",
            RunState::Running => "Running",
            RunState::Done => "Done",
            RunState::Failed => "Ended early",
        };
        view! {
            <tr data-testid="run-row">
                <th scope="row">
                    <button type="button" class="link-button" on:click=move |_| bench.open(id)>
                        <RelativeTime at=run.created_at />
                    </button>
                </th>
                <td>{state}</td>
                <td class="is-number number">{run.passed} " of " {run.total}</td>
                <td class="is-number number">{format!("{:.0} %", run.threshold * 100.0)}</td>
                <td class="is-number number">{run.knowledge_version}</td>
                <td><bdi>{run.started_by}</bdi></td>
            </tr>
        }
    };
    view! {
        <Show when=move || bench.all.with(|all| !all.runs.is_empty())>
            <h2>"Runs"</h2>
            <div class="sources-frame">
                <table class="sources-table" aria-label="Runs">
                    <thead>
                        <tr>
                            <th scope="col">"Started"</th>
                            <th scope="col">"State"</th>
                            <th scope="col" class="is-number">"Passed"</th>
                            <th scope="col" class="is-number">"Threshold"</th>
                            <th scope="col" class="is-number">"Knowledge"</th>
                            <th scope="col">"By"</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || bench.all.with(|all| all.runs.clone())
                            key=|run| (run.id, run.state, run.passed, run.failed)
                            children=row
                        />
                    </tbody>
                </table>
            </div>
        </Show>
    }
    .into_any()
}
