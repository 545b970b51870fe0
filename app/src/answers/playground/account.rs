//! How one answer came about.

use crate::{
    answers::log::dollars,
    icons::{self, Icon},
    inbox::Confidence,
};
use leptos::prelude::*;
use types::answers::{Account, Answer, AnswerKind, ModelCall, RetrievedPassage, TestAnswer};

/// An answer with all that led to it.
#[component]
pub(super) fn AccountView(
    /// The answer.
    answer: TestAnswer,
) -> impl IntoView {
    let TestAnswer { answer, passages, account } = answer;
    let quotes: Vec<String> =
        account.draft.iter().flat_map(|draft| &draft.citations).map(|one| one.quote.clone()).collect();
    let Account { searched, threshold, draft, features, stages, calls, told, is_remembered, dropped, reason } = account;
    let times: Vec<String> = stages.iter().map(|stage| format!("{} {} ms", stage.name, stage.milliseconds)).collect();
    view! {
        <Verdict answer=answer draft=draft threshold=threshold is_remembered=is_remembered />
        <p class="play-facts number">{times.join(" · ")}</p>
        <p class="play-facts">"Searched for: " <q dir="auto">{searched}</q></p>
        {reason.map(|reason| view! { <p class="field-problem"><Icon path=icons::WARNING small=true /><span>{reason}</span></p> })}
        {(!dropped.is_empty())
            .then(|| {
                view! {
                    <div class="play-dropped">
                        <p>"Dropped, as no passage says it:"</p>
                        <ul>{dropped.into_iter().map(|text| view! { <li dir="auto">{text}</li> }).collect_view()}</ul>
                    </div>
                }
            })}
        {(!features.is_empty())
            .then(|| {
                view! {
                    <details class="play-part">
                        <summary>"What the confidence is made of"</summary>
                        <dl class="play-features">
                            {features
                                .into_iter()
                                .map(|part| view! { <div><dt>{part.name}</dt><dd class="number">{format!("{:.2}", part.value)}</dd></div> })
                                .collect_view()}
                        </dl>
                    </details>
                }
            })}
        <Passages passages=passages quotes=quotes />
        {(!calls.is_empty())
            .then(|| {
                view! {
                    <details class="play-part">
                        <summary>"Language models" " " <span class="number">{calls.len()}</span></summary>
                        {calls.into_iter().map(|call| view! { <Call call=call /> }).collect_view()}
                    </details>
                }
            })}
        {(!told.is_empty())
            .then(|| {
                view! {
                    <details class="play-part">
                        <summary>"What the model was told"</summary>
                        {told
                            .into_iter()
                            .map(|line| view! { <p class="play-role">{line.role}</p><pre class="play-text" dir="auto">{line.content}</pre> })
                            .collect_view()}
                    </details>
                }
            })}
    }
    .into_any()
}

/// The answer, and what it would be at another threshold.
#[component]
fn Verdict(answer: Answer, draft: Option<Answer>, threshold: f32, is_remembered: bool) -> impl IntoView {
    let percent = RwSignal::new(whole_percent(threshold));
    let confidence = answer.confidence;
    let hand_off =
        if answer.kind == AnswerKind::HandOff { answer.text.clone() } else { "A person is called.".to_owned() };
    let draft = StoredValue::new(draft);
    let is_answered =
        Memo::new(move |_| draft.with_value(Option::is_some) && whole_percent(confidence) >= percent.get());
    let text = move || {
        let draft = draft.get_value().filter(|_| is_answered.get());
        draft.map_or_else(|| hand_off.clone(), |draft| draft.text)
    };
    let kind = move || match draft.get_value().filter(|_| is_answered.get()).map(|draft| draft.kind) {
        Some(AnswerKind::Extractive) => "In the words of your sources",
        Some(AnswerKind::Generated) if is_remembered => "Remembered, written by the language model before",
        Some(AnswerKind::Generated) => "Written by the language model",
        _ => "Handed to a person",
    };
    view! {
        <div class="test-answer" data-testid="play-answer" data-kind=move || if is_answered.get() { "answered" } else { "hand_off" }>
            <p class="test-kind">
                <Icon path=icons::SPARK small=true />
                <span>{kind}</span>
                <span class="test-time number">{answer.milliseconds} " ms"</span>
            </p>
            <div class="plain" dir="auto">{text}</div>
            <div class="grounds"><Confidence value=confidence /></div>
        </div>
        <label class="play-threshold">
            <span>"At a threshold of " <output class="number">{move || format!("{} %", percent.get())}</output></span>
            <input
                type="range"
                class="slider"
                min="0"
                max="100"
                value=percent.get_untracked()
                prop:value=move || percent.get().to_string()
                on:input=move |event| {
                    if let Ok(value) = event_target_value(&event).parse() {
                        percent.set(value);
                    }
                }
            />
            <span aria-live="polite">{move || if is_answered.get() { "a visitor gets this answer" } else { "a visitor gets a person" }}</span>
        </label>
    }
    .into_any()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is between 0 and 100")]
fn whole_percent(share: f32) -> u32 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u32
}

#[component]
fn Passages(passages: Vec<RetrievedPassage>, quotes: Vec<String>) -> impl IntoView {
    if passages.is_empty() {
        return view! { <p class="retrieved-none">"No passage fits the question."</p> }.into_any();
    }
    view! {
        <details class="retrieved" open>
            <summary>"Passages found" " " <span class="number">{passages.len()}</span></summary>
            <ol class="retrieved-list">
                {passages
                    .into_iter()
                    .map(|passage| {
                        let parts = format!(
                            "Rank {:.2} · Meaning {:.2} · Words {:.2}",
                            passage.score,
                            passage.similarity,
                            passage.bm25,
                        );
                        view! {
                            <li class="retrieved-row">
                                <a class="retrieved-title" href=format!("/knowledge?source={}#passage-{}", passage.source_id, passage.id)>
                                    <bdi>{passage.title.clone()}</bdi>
                                </a>
                                <p class="play-passage" dir="auto">{marked(&passage.content, &quotes)}</p>
                                <p class="retrieved-parts number">{parts}</p>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </details>
    }
    .into_any()
}

/// A passage in which the first quoted sentences are marked.
fn marked(content: &str, quotes: &[String]) -> impl IntoView + use<> {
    let found = quotes.iter().filter(|quote| !quote.is_empty()).find_map(|quote| {
        let (before, after) = content.split_once(quote.as_str())?;
        Some((before.to_owned(), quote.clone(), after.to_owned()))
    });
    match found {
        Some((before, quote, after)) => view! { {before}<mark>{quote}</mark>{after} }.into_any(),
        None => content.to_owned().into_any(),
    }
}

#[component]
fn Call(call: ModelCall) -> impl IntoView {
    let about = if call.is_estimate { "about " } else { "" };
    let cost = call.micro_dollars.map(|micro| format!(" · {}", dollars(micro))).unwrap_or_default();
    let facts =
        format!("{} ms · {about}{} + {} tokens{cost}", call.milliseconds, call.input_tokens, call.output_tokens);
    view! {
        <div class="play-call">
            <p><strong><bdi>{call.model}</bdi></strong> " · " <bdi>{call.host}</bdi></p>
            <p class="play-facts number">{facts}</p>
            {(!call.said.is_empty()).then(|| view! { <pre class="play-text" dir="auto">{call.said}</pre> })}
            {call.error.map(|error| view! { <p class="field-problem"><Icon path=icons::WARNING small=true /><span>{error}</span></p> })}
        </div>
    }
    .into_any()
}
