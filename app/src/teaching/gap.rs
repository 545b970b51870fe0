//! One group of questions: what was asked, and what can be done about it.

use super::{draft::DraftForm, gaps::Gaps};
use crate::{
    accounts::use_session,
    inbox::Confidence,
    ui::{Alert, Button, ButtonKind, ErrorAlert, RelativeTime, Tone},
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use types::{
    Error, GroupId, Result,
    accounts::Permission,
    teaching::{AnswerDraft, Gap, GapCheck, GapQuestion, GapReason, GapStatus},
};

/// How often we look whether the answer was read, and how many times.
const LOOK: (Duration, u32) = (Duration::from_millis(700), 60);

/// The questions with their acts.
#[component]
pub fn GapRow(
    /// The group.
    gap: Gap,
    /// All of them.
    gaps: Gaps,
) -> impl IntoView {
    let session = use_session();
    let (id, status) = (gap.id, gap.status);
    let title = gap.questions.first().map(|question| question.text.clone()).unwrap_or_default();
    let times = if gap.count == 1 { "Asked once".to_owned() } else { format!("Asked {} times", gap.count) };
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Error>));
    let draft = StoredValue::new(AnswerDraft { question: title.clone(), answer: String::new() });
    let save = Callback::new(move |draft: AnswerDraft| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match api::teaching::answer_gap(id, draft).await {
                Ok(gap) => {
                    let _ = gaps.fresh.try_update(|fresh| fresh.push(id));
                    let _ = gaps.editing.try_set(None);
                    gaps.put(gap);
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
            let _ = busy.try_set(false);
        });
    });
    let dismiss = move |is_dismissed| {
        gaps.problem.set(None);
        spawn_local(async move {
            match api::teaching::set_gap_dismissed(id, is_dismissed).await {
                Ok(gap) => gaps.put(gap),
                Err(error) => drop(gaps.problem.try_set(Some(error))),
            }
        });
    };
    let is_editing = Memo::new(move |_| gaps.editing.get() == Some(id));
    let acts = move || match status {
        GapStatus::Open => view! {
            <Button kind=ButtonKind::Primary on:click=move |_| gaps.editing.set(Some(id))>"Write an answer"</Button>
            <Button on:click=move |_| dismiss(true)>"Dismiss"</Button>
        }
        .into_any(),
        GapStatus::Dismissed => view! { <Button on:click=move |_| dismiss(false)>"Open again"</Button> }.into_any(),
        GapStatus::Answered => ().into_any(),
    };
    let (chip, tone) = match status {
        GapStatus::Open => ("Open", Tone::Warning),
        GapStatus::Answered => ("Answered", Tone::Success),
        GapStatus::Dismissed => ("Dismissed", Tone::Neutral),
    };
    let others = gap.questions;
    view! {
        <li class="teach-item" data-testid="gap" data-status=status.as_str()>
            <header class="teach-head">
                <h2 dir="auto">{title}</h2>
                <p class="teach-facts">
                    <strong class="number">{times}</strong>
                    <span class=format!("chip {}", tone.class())>{chip}</span>
                    <span>"Last " <RelativeTime at=gap.last_asked_at /></span>
                </p>
            </header>
            <ul class="teach-questions" aria-label="What was asked">
                {others.into_iter().map(|question| view! { <Question question=question /> }).collect_view()}
            </ul>
            {(status == GapStatus::Answered && gap.source_id.is_some()).then(|| view! { <Check id=id gaps=gaps /> })}
            <Show when=move || session.may(Permission::ManageKnowledge)>
                <Show when=move || is_editing.get() fallback=move || view! { <div class="teach-acts">{acts()}</div> }>
                    <DraftForm
                        draft=draft.get_value()
                        save="Save the answer"
                        busy=busy
                        problem=problem
                        on_save=save
                        on_cancel=Callback::new(move |()| gaps.editing.set(None))
                    />
                </Show>
            </Show>
        </li>
    }
    .into_any()
}

#[component]
fn Question(question: GapQuestion) -> impl IntoView {
    let reason = match question.reason {
        GapReason::HandedOff => "handed to a person",
        GapReason::ThumbsDown => "not helpful",
        GapReason::Corrected => "corrected by an agent",
    };
    view! {
        <li>
            <a href=format!("/inbox/{}", question.conversation_id) dir="auto">{question.text}</a>
            <span class="teach-reason">{reason} " · " <RelativeTime at=question.asked_at /></span>
        </li>
    }
}

/// Whether the AI answers the question now: tried by itself right after the answer was written.
#[component]
fn Check(id: GroupId, gaps: Gaps) -> impl IntoView {
    let check = RwSignal::new(None::<Result<GapCheck>>);
    let busy = RwSignal::new(false);
    let start = move || {
        busy.set(true);
        look(id, check, busy, LOOK.1);
    };
    Effect::new(move || {
        if gaps.fresh.with_untracked(|fresh| fresh.contains(&id)) {
            start();
        }
    });
    let shown = move || match check.get() {
        None => ().into_any(),
        Some(Err(error)) => view! { <ErrorAlert error=error /> }.into_any(),
        Some(Ok(GapCheck { error: Some(error), .. })) => view! { <Alert tone=Tone::Danger>{error}</Alert> }.into_any(),
        Some(Ok(check)) if !check.is_ready => view! { <p role="status">"The AI is reading the answer…"</p> }.into_any(),
        Some(Ok(check)) => {
            let words = if check.is_answered {
                "The AI answers it now."
            } else {
                "The AI is still not sure enough. Say it in the words of the question."
            };
            let tone = if check.is_answered { Tone::Success } else { Tone::Warning };
            view! {
                <Alert tone=tone>
                    <strong>{words}</strong>
                    <span dir="auto">"“" {check.question} "”"</span>
                    {check.is_answered.then(|| view! { <span class="plain" dir="auto">{check.answer}</span> })}
                    <Confidence value=check.confidence />
                </Alert>
            }
            .into_any()
        }
    };
    view! {
        <div class="teach-check" data-testid="gap-check">
            {shown}
            <Button busy=busy on:click=move |_| if !busy.get_untracked() { start() }>"Try it"</Button>
        </div>
    }
    .into_any()
}

fn look(id: GroupId, check: RwSignal<Option<Result<GapCheck>>>, busy: RwSignal<bool>, left: u32) {
    spawn_local(async move {
        let found = api::teaching::check_gap(id).await;
        let is_waiting = matches!(&found, Ok(found) if !found.is_ready && found.error.is_none());
        if check.try_set(Some(found)).is_some() {
            return; // The page is gone.
        }
        if is_waiting && left > 0 {
            set_timeout(move || look(id, check, busy, left - 1), LOOK.0);
        } else {
            let _ = busy.try_set(false);
        }
    });
}
