//! Knowledge › Playground: an answer with everything that led to it.

mod account;

use crate::{
    icons::{self, Icon},
    knowledge::KnowledgeTabs,
    shell::PageHead,
    ui::{Button, ButtonKind, Empty, ErrorAlert},
};
use account::AccountView;
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use types::{
    Result,
    answers::{PastTurn, TestAnswer},
    limits::QUESTION_CHARS,
};

/// Exchanges kept on the screen; as many are the context of the next question.
const KEPT: usize = 10;

/// A question and what became of it.
#[derive(Clone)]
struct Exchange {
    number: u32,
    question: String,
    answer: RwSignal<Option<Result<TestAnswer>>>,
}

impl Exchange {
    fn turns(&self) -> Vec<PastTurn> {
        let Some(Ok(answer)) = self.answer.get_untracked() else { return Vec::new() };
        let turn = |is_visitor, text: &str| PastTurn { is_visitor, text: text.to_owned() };
        vec![turn(true, &self.question), turn(false, &answer.answer.text)]
    }
}

/// The playground, at `/knowledge/playground`.
#[component]
pub fn PlaygroundPage() -> impl IntoView {
    let exchanges = RwSignal::new(Vec::<Exchange>::new());
    let question = RwSignal::new(String::new());
    let last = StoredValue::new(0_u32);
    let ask = move || {
        let words = question.get_untracked().trim().to_owned();
        if words.is_empty() {
            return;
        }
        last.update_value(|last| *last += 1);
        let before = exchanges.with_untracked(|all| all.iter().flat_map(Exchange::turns).collect::<Vec<_>>());
        let answer = RwSignal::new(None);
        let exchange = Exchange { number: last.get_value(), question: words.clone(), answer };
        exchanges.update(|all| {
            all.push(exchange);
            let surplus = all.len().saturating_sub(KEPT);
            all.drain(..surplus);
        });
        question.set(String::new());
        spawn_local(async move {
            let result = api::answers::play(words, before).await;
            let _ = answer.try_set(Some(result));
        });
    };
    view! {
        <Title text="Playground" />
        <div class="page playground">
            <PageHead title="Playground" text="Ask what a customer would, and see how the answer comes about. Nothing appears in the inbox." />
            <KnowledgeTabs />
            <div class="play-log" role="log" aria-live="polite">
                <Show when=move || exchanges.with(Vec::is_empty)>
                    <Empty
                        icon=icons::SPARK
                        title="Ask a question"
                        text="You see the answer, how sure the AI is and why, the passages, and what a language model was told and said. A second question may lean on the first."
                    />
                </Show>
                <For each=move || exchanges.get() key=|exchange| exchange.number let:exchange>
                    <ExchangeView exchange=exchange />
                </For>
            </div>
            <form
                class="test-form"
                on:submit=move |event| {
                    event.prevent_default();
                    ask();
                }
            >
                <input
                    class="input"
                    type="text"
                    dir="auto"
                    autocomplete="off"
                    maxlength=QUESTION_CHARS.to_string()
                    placeholder="How long do I have to return something?"
                    aria-label="Question"
                    prop:value=move || question.get()
                    on:input=move |event| question.set(event_target_value(&event))
                />
                <Show when=move || !exchanges.with(Vec::is_empty)>
                    <Button kind=ButtonKind::Quiet on:click=move |_| exchanges.set(Vec::new())>"New conversation"</Button>
                </Show>
                <button type="submit" class="button button-primary" disabled=move || question.with(|q| q.trim().is_empty())>
                    <Icon path=icons::SEND />
                    "Ask"
                </button>
            </form>
        </div>
    }
    .into_any()
}

#[component]
fn ExchangeView(exchange: Exchange) -> impl IntoView {
    let content = move || match exchange.answer.get() {
        None => view! {
            <div class="writing" role="status">
                <span class="writing-dots" aria-hidden="true"><i></i><i></i><i></i></span>
                <span class="visually-hidden">"The AI is looking for an answer"</span>
            </div>
        }
        .into_any(),
        Some(Ok(answer)) => view! { <AccountView answer=answer /> }.into_any(),
        Some(Err(error)) => view! { <ErrorAlert error=error /> }.into_any(),
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
