//! Knowledge › AI log: what models did, what it took and what it cost.

use crate::{
    icons::{self, Icon},
    knowledge::KnowledgeTabs,
    shell::PageHead,
    ui::{Button, Empty, ErrorAlert, ListSkeleton, RelativeTime, Switch},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use types::{
    AiActionId, Error,
    answers::{AiLogEntry, AiLogFilter, AiLogPage as Page, AiTotal},
};

/// Days of the totals.
const DAYS: u32 = 30;

/// The log, at `/knowledge/log`.
#[component]
pub fn AiLogPage() -> impl IntoView {
    let action = RwSignal::new(String::new());
    let failed = RwSignal::new(false);
    let model = RwSignal::new(String::new());
    let first = Resource::new(
        move || AiLogFilter { action: action.get(), model: model.get(), failed: failed.get() },
        |filter| api::answers::ai_log(filter, None),
    );
    let totals = Resource::new(|| (), |()| api::answers::ai_totals(DAYS));
    let entries = move || {
        Suspend::new(async move {
            match first.await {
                Ok(page) => {
                    let filter = AiLogFilter {
                        action: action.get_untracked(),
                        model: model.get_untracked(),
                        failed: failed.get_untracked(),
                    };
                    view! { <Entries page=page filter=filter /> }.into_any()
                }
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| first.refetch()) /> }.into_any()
                }
            }
        })
    };
    let sums = move || {
        Suspend::new(async move {
            match totals.await {
                Ok(totals) => view! { <Models totals=totals.clone() model=model /><Totals totals=totals /> }.into_any(),
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| totals.refetch()) /> }.into_any()
                }
            }
        })
    };
    let kinds = [
        ("", "Everything"),
        ("answer", "Visitors"),
        ("ask", "Programs"),
        ("test", "Tests"),
        ("cache", "Remembered"),
        ("follow_up", "Follow-ups put in full"),
        ("summarise", "Summaries"),
        ("check", "Endpoint tries"),
    ];
    view! {
        <Title text="AI log" />
        <div class="page">
            <PageHead title="AI log" text="Every answer and every call of a language model, also those that failed." />
            <KnowledgeTabs />
            <Suspense fallback=|| view! { <ListSkeleton lines=3 /> }>{sums}</Suspense>
            <div class="log-filter">
                <label class="log-kind">
                    <span>"Show"</span>
                    <select class="input" on:change=move |event| action.set(event_target_value(&event))>
                        {kinds.into_iter().map(|(value, word)| view! { <option value=value>{word}</option> }).collect_view()}
                    </select>
                </label>
                <Switch label="Only what went wrong" value=failed />
            </div>
            <Suspense fallback=|| view! { <ListSkeleton lines=8 /> }>{entries}</Suspense>
        </div>
    }
    .into_any()
}

/// Which model's work is shown.
#[component]
fn Models(totals: Vec<AiTotal>, model: RwSignal<String>) -> impl IntoView {
    let mut names: Vec<String> = totals.into_iter().map(|total| total.model).collect();
    names.sort_unstable();
    names.dedup();
    view! {
        <label class="log-kind">
            <span>"Model"</span>
            <select class="input" on:change=move |event| model.set(event_target_value(&event))>
                <option value="">"Every model"</option>
                {names.into_iter().map(|name| view! { <option value=name.clone()>{name.clone()}</option> }).collect_view()}
            </select>
        </label>
    }
    .into_any()
}

/// Millionths of a dollar as dollars.
pub(super) fn dollars(micro: i64) -> String {
    if micro == 0 { "$0".to_owned() } else { format!("${}.{:06}", micro / 1_000_000, micro.unsigned_abs() % 1_000_000) }
}

#[component]
fn Totals(totals: Vec<AiTotal>) -> impl IntoView {
    if totals.is_empty() {
        return ().into_any();
    }
    view! {
        <details class="log-totals">
            <summary>{format!("The last {DAYS} days by day and model")}</summary>
            <div class="sources-frame">
                <table class="sources-table">
                    <thead>
                        <tr>
                            <th scope="col">"Day (UTC)"</th>
                            <th scope="col">"Model"</th>
                            <th scope="col" class="is-number">"Times"</th>
                            <th scope="col" class="is-number">"With a fault"</th>
                            <th scope="col" class="is-number">"Tokens"</th>
                            <th scope="col" class="is-number">"Cost"</th>
                            <th scope="col" class="is-number">"Median ms"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {totals
                            .into_iter()
                            .map(|total| {
                                view! {
                                    <tr>
                                        <td class="number">{total.day}</td>
                                        <td><bdi>{total.model}</bdi></td>
                                        <td class="is-number number">{total.calls}</td>
                                        <td class="is-number number">{total.failed}</td>
                                        <td class="is-number number">{total.tokens}</td>
                                        <td class="is-number number">{dollars(total.micro_dollars)}</td>
                                        <td class="is-number number">{total.p50_milliseconds}</td>
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

#[component]
fn Entries(page: Page, filter: AiLogFilter) -> impl IntoView {
    if page.entries.is_empty() {
        return view! {
            <Empty icon=icons::SPARK title="Nothing here yet" text="As soon as the AI answers a question, it is written here." />
        }
        .into_any();
    }
    let entries = RwSignal::new(page.entries);
    let next = RwSignal::new(page.next);
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Error>));
    let filter = StoredValue::new(filter);
    let more = move |before: AiActionId| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match api::answers::ai_log(filter.get_value(), Some(before)).await {
                Ok(page) => {
                    let _ = entries.try_update(|entries| entries.extend(page.entries));
                    let _ = next.try_set(page.next);
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
            let _ = busy.try_set(false);
        });
    };
    let load_more = move || {
        if let Some(before) = next.get_untracked().filter(|_| !busy.get_untracked()) {
            more(before);
        }
    };
    view! {
        <ol class="ai-log" aria-label="Work of models, newest first">
            <For each=move || entries.get() key=|entry| entry.id children=|entry| view! { <Entry entry=entry /> } />
        </ol>
        {move || problem.get().map(|error| view! { <ErrorAlert error=error retry=Callback::new(move |()| load_more()) /> })}
        <Show when=move || next.get().is_some()>
            <div class="pager">
                <Button busy=busy on:click=move |_| load_more()>"Load more"</Button>
            </div>
        </Show>
    }
    .into_any()
}

fn kind(action: &str) -> String {
    match action {
        "answer" => "Answer to a visitor".to_owned(),
        "ask" => "Answer to a program".to_owned(),
        "test" => "Test".to_owned(),
        "cache" => "Remembered answer".to_owned(),
        "follow_up" => "Follow-up put in full".to_owned(),
        "check" => "Endpoint tried".to_owned(),
        "suggest" => "Suggested reply".to_owned(),
        "summarise" => "Summary for the team".to_owned(),
        other => other.to_owned(),
    }
}

#[component]
fn Entry(entry: AiLogEntry) -> impl IntoView {
    let tokens = entry.input_tokens.zip(entry.output_tokens).map(|(input, output)| {
        let about = if entry.is_estimate { "about " } else { "" };
        format!("{about}{input} + {output} tokens")
    });
    let facts: Vec<String> = [
        Some(format!("{} ms", entry.milliseconds)),
        entry.confidence.map(|confidence| format!("{:.0} % sure", confidence * 100.0)),
        tokens,
        entry.micro_dollars.map(dollars),
        entry.endpoint,
    ]
    .into_iter()
    .flatten()
    .collect();
    let conversation = entry.conversation.map(|id| {
        view! { <a href=format!("/inbox/{id}")>"Conversation"</a> }
    });
    view! {
        <li class="ai-log-entry" data-testid="ai-log-entry" data-action=entry.action.clone()>
            <p class="ai-log-head">
                <strong>{kind(&entry.action)}</strong>
                <bdi>{entry.model}</bdi>
                {conversation}
                <RelativeTime at=entry.at />
            </p>
            {entry.question.map(|text| view! { <p class="ai-log-question" dir="auto">{text}</p> })}
            {entry.answer.map(|text| view! { <p class="ai-log-answer" dir="auto">{text}</p> })}
            <p class="ai-log-facts number">{facts.join(" · ")}</p>
            {entry
                .error
                .map(|error| {
                    view! { <p class="field-problem"><Icon path=icons::WARNING small=true /><span dir="auto">{error}</span></p> }
                })}
        </li>
    }
    .into_any()
}
