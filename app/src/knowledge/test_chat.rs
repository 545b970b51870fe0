//! Asking as a customer would, and seeing what the answer stands on.

use super::{
    sources::Sources,
    text::{Part, below_title, parts},
};
use crate::{
    icons::{self, Icon},
    inbox::{Confidence, SourceQuotes},
    ui::{Empty, ErrorAlert},
};
use leptos::{html, prelude::*, task::spawn_local};
use types::{
    Result,
    answers::{AnswerKind, RetrievedPassage, TestAnswer},
    limits::QUESTION_CHARS,
};

/// Exchanges kept on the screen.
const KEPT: usize = 30;

/// A question and what became of it.
#[derive(Clone)]
struct Exchange {
    number: u32,
    question: String,
    answer: RwSignal<Option<Result<TestAnswer>>>,
}

/// The right half: questions, answers, passages with their scores.
#[component]
pub fn TestChat(
    /// The sources.
    sources: Sources,
) -> impl IntoView {
    let exchanges = RwSignal::new(Vec::<Exchange>::new());
    let question = RwSignal::new(String::new());
    let asked = StoredValue::new(0_u32);
    let log = NodeRef::<html::Div>::new();
    let ask = move |words: String| {
        let words = words.trim().to_owned();
        if words.is_empty() {
            return;
        }
        asked.update_value(|asked| *asked += 1);
        let exchange = Exchange { number: asked.get_value(), question: words, answer: RwSignal::new(None) };
        answer(&exchange);
        exchanges.update(|exchanges| {
            exchanges.push(exchange);
            let surplus = exchanges.len().saturating_sub(KEPT);
            exchanges.drain(..surplus);
        });
        question.set(String::new());
        // On a phone the page scrolls, not the log: the newest exchange comes into sight either way.
        request_animation_frame(move || {
            let last = log.try_get_untracked().flatten().and_then(|log| log.last_element_child());
            if let Some(last) = last {
                last.scroll_into_view();
            }
        });
    };
    view! {
        <section class="test-chat" aria-label="Test chat">
            <header class="test-head">
                <h2>"Try it"</h2>
                <p>"Ask what a customer would. Nothing is stored."</p>
            </header>
            <div class="test-log" role="log" aria-live="polite" node_ref=log>
                <Show when=move || exchanges.with(Vec::is_empty)>
                    {move || {
                        let (title, text) = if sources.has_ready() {
                            ("Ask a question", "You see the answer, how sure the AI is, and the passages that it found.")
                        } else {
                            ("Nothing to answer from yet", "Add a source first; as soon as it is ready you can ask about it.")
                        };
                        view! { <Empty icon=icons::SPARK title=title text=text /> }
                    }}
                </Show>
                <For each=move || exchanges.get() key=|exchange| exchange.number let:exchange>
                    <ExchangeView exchange=exchange />
                </For>
            </div>
            <form
                class="test-form"
                on:submit=move |event| {
                    event.prevent_default();
                    ask(question.get_untracked());
                }
            >
                <input
                    class="input"
                    type="text"
                    dir="auto"
                    autocomplete="off"
                    maxlength=QUESTION_CHARS.to_string()
                    placeholder="How long do I have to return something?"
                    aria-label="Question to try"
                    data-testid="test-question"
                    prop:value=move || question.get()
                    on:input=move |event| question.set(event_target_value(&event))
                />
                <button type="submit" class="button button-primary" disabled=move || question.with(|q| q.trim().is_empty())>
                    <Icon path=icons::SEND />
                    "Ask"
                </button>
            </form>
        </section>
    }
    .into_any()
}

fn answer(exchange: &Exchange) {
    let (question, answer) = (exchange.question.clone(), exchange.answer);
    answer.set(None);
    spawn_local(async move {
        let result = api::answers::try_question(question).await;
        let _ = answer.try_set(Some(result));
    });
}

#[component]
fn ExchangeView(exchange: Exchange) -> impl IntoView {
    let again = {
        let exchange = exchange.clone();
        Callback::new(move |()| answer(&exchange))
    };
    let content = move || match exchange.answer.get() {
        None => view! {
            <div class="writing" role="status">
                <span class="writing-dots" aria-hidden="true"><i></i><i></i><i></i></span>
                <span class="visually-hidden">"The AI is looking for an answer"</span>
            </div>
        }
        .into_any(),
        Some(Ok(answer)) => view! { <AnswerView answer=answer /> }.into_any(),
        Some(Err(error)) => view! { <ErrorAlert error=error retry=again /> }.into_any(),
    };
    view! {
        <div class="exchange">
            <p class="test-question" dir="auto">
                <span class="visually-hidden">"You asked: "</span>
                {exchange.question}
            </p>
            {content}
        </div>
    }
    .into_any()
}

#[component]
fn AnswerView(answer: TestAnswer) -> impl IntoView {
    let TestAnswer { answer, passages, .. } = answer;
    let kind = match answer.kind {
        AnswerKind::Extractive => "In the words of your sources",
        AnswerKind::Generated => "Written by the language model",
        AnswerKind::HandOff => "Handed to a person",
    };
    let words = parts(&answer.text).into_iter().map(|part| match part {
        Part::Words(words) => view! { <span>{words}</span> }.into_any(),
        Part::Mark(number) => view! { <sup class="answer-mark number">{number}</sup> }.into_any(),
    });
    let citations = answer.citations;
    view! {
        <div class="test-answer" data-testid="test-answer" data-kind=answer.kind.as_str()>
            <p class="test-kind">
                <Icon path=if answer.kind == AnswerKind::HandOff { icons::HAND } else { icons::SPARK } small=true />
                <span>{kind}</span>
                <span class="test-time number">{answer.milliseconds} " ms"</span>
            </p>
            <div class="plain" dir="auto">{words.collect_view()}</div>
            <div class="grounds">
                <Confidence value=answer.confidence />
                {(!citations.is_empty()).then(|| view! { <SourceQuotes citations=citations /> })}
            </div>
        </div>
        <Retrieved passages=passages />
    }
    .into_any()
}

/// The passages that were found, best first.
#[component]
fn Retrieved(passages: Vec<RetrievedPassage>) -> impl IntoView {
    if passages.is_empty() {
        return view! { <p class="retrieved-none">"No passage fits the question."</p> }.into_any();
    }
    let best = passages.iter().map(|passage| passage.score).fold(f32::EPSILON, f32::max);
    view! {
        <details class="retrieved" open>
            <summary>"Passages found" <span class="number">{passages.len()}</span></summary>
            <ol class="retrieved-list">
                {passages
                    .into_iter()
                    .map(|passage| view! { <RetrievedRow passage=passage best=best /> })
                    .collect_view()}
            </ol>
        </details>
    }
    .into_any()
}

#[component]
fn RetrievedRow(passage: RetrievedPassage, best: f32) -> impl IntoView {
    let share = (passage.score / best).clamp(0.0, 1.0) * 100.0;
    let heading = below_title(&passage.title, &passage.heading).map(|heading| format!(" › {heading}"));
    view! {
        <li class="retrieved-row">
            <div class="retrieved-head">
                <a class="retrieved-title" href=format!("/knowledge?source={}#passage-{}", passage.source_id, passage.id)>
                    <bdi>{passage.title}</bdi>
                    {heading}
                </a>
                <span class="retrieved-score number" title="Fused score; larger is better">{format!("{:.2}", passage.score)}</span>
            </div>
            <span class="retrieved-bar" aria-hidden="true"><span style=format!("inline-size:{share:.0}%")></span></span>
            <p class="retrieved-text" dir="auto">{passage.content}</p>
            <p class="retrieved-parts number">
                "Meaning " {format!("{:.2}", passage.similarity)} " · Words " {format!("{:.2}", passage.bm25)}
            </p>
        </li>
    }
    .into_any()
}
