//! The widget as a visitor will see it, drawn beside its settings.

use super::color;
use crate::{
    accounts::use_session,
    icons::{self, Icon},
    ui::{error_text, initials},
};
use leptos::prelude::*;
use types::widgets::{Position, Theme, WidgetConfig};

/// A line of the preview's little conversation.
#[derive(Clone, Debug, PartialEq)]
enum Line {
    Visitor(String),
    Answer { text: String, sources: Vec<String> },
    Trouble(String),
}

/// A page with the opened widget in its corner. It follows every letter, and
/// with `can_ask` it answers: from the sources that are ready.
#[component]
pub fn WidgetPreview(
    /// The look.
    #[prop(into)]
    config: Signal<WidgetConfig>,
    /// The business's name, for the header.
    #[prop(into)]
    business: Signal<String>,
    /// Questions can be typed.
    #[prop(optional, into)]
    can_ask: Signal<bool>,
) -> impl IntoView {
    let brand = Memo::new(move |_| config.with(|config| config.color.clone()));
    let ink = move || color::parse(&brand.get()).map_or("#ffffff", |rgb| color::ink(rgb).css());
    let class = move || {
        let (theme, position) = config.with(|config| (config.theme, config.position));
        let theme = match theme {
            Theme::Auto => "preview-auto",
            Theme::Light => "preview-light",
            Theme::Dark => "preview-dark",
        };
        let corner = if position == Position::Left { "preview-left" } else { "preview-right" };
        format!("preview {theme} {corner}")
    };
    view! {
        <figure class="preview-figure">
            <div class=class style=("--brand", move || brand.get()) style=("--brand-ink", ink)>
                <div class="preview-page" aria-hidden="true">
                    <i class="ghost-title"></i>
                    <i></i>
                    <i></i>
                    <i class="ghost-half"></i>
                    <i class="ghost-block"></i>
                    <i></i>
                    <i class="ghost-half"></i>
                </div>
                <Panel config=config business=business can_ask=can_ask />
                <div class="preview-launcher" aria-hidden="true">
                    <Icon path=icons::DOWN />
                </div>
            </div>
            <figcaption class="visually-hidden">"Preview of the widget"</figcaption>
        </figure>
    }
}

#[component]
fn Panel(config: Signal<WidgetConfig>, business: Signal<String>, can_ask: Signal<bool>) -> impl IntoView {
    let lines = RwSignal::new(Vec::<Line>::new());
    let is_thinking = RwSignal::new(false);
    let ask = Callback::new(move |question: String| {
        let question = question.trim().to_owned();
        if question.is_empty() || is_thinking.get_untracked() || !can_ask.get_untracked() {
            return;
        }
        lines.update(|lines| lines.push(Line::Visitor(question.clone())));
        is_thinking.set(true);
        leptos::task::spawn_local(async move {
            let line = match api::answers::try_question(question).await {
                Ok(test) => Line::Answer {
                    text: test.answer.text,
                    sources: test.answer.citations.into_iter().map(|citation| citation.title).collect(),
                },
                Err(error) => Line::Trouble(error_text(&error)),
            };
            lines.try_update(|lines| lines.push(line));
            is_thinking.try_set(false);
        });
    });
    let title = Signal::derive(move || {
        let title = config.with(|config| config.title.clone());
        let title = if title.is_empty() { business.get() } else { title };
        if title.trim().is_empty() { "Your business".to_owned() } else { title }
    });
    let greeting = move || {
        let greeting = config.with(|config| config.greeting.clone());
        if greeting.is_empty() { "Hi! Ask us anything.".to_owned() } else { greeting }
    };
    let questions = move || config.with(|config| config.suggested_questions.clone());
    let is_talking = move || lines.with(|lines| !lines.is_empty());
    let session = use_session();
    let face = Signal::derive(move || {
        session.user.with(|user| user.as_ref().map(|user| initials(&user.name)).unwrap_or_default())
    });
    view! {
        <div class="preview-panel" class:preview-talking=is_talking>
            <div class="preview-head">
                <span class="preview-face" aria-hidden="true">
                    {face}
                </span>
                <div class="preview-who">
                    <strong dir="auto">{title}</strong>
                    <span>"We’re online"</span>
                </div>
                <Icon path=icons::DOWN />
            </div>
            <div class="preview-body">
                <p class="preview-greeting" dir="auto">
                    {greeting}
                </p>
                {move || {
                    let questions = if is_talking() { Vec::new() } else { questions() };
                    (!questions.is_empty()).then(|| view! { <Questions questions=questions ask=ask can_ask=can_ask /> })
                }}
                <div class="preview-lines" role="log" aria-label="Conversation in the preview">
                    {move || lines.get().into_iter().map(line_view).collect_view()}
                    {move || {
                        is_thinking
                            .get()
                            .then(|| {
                                view! {
                                    <p class="preview-bubble preview-them preview-dots" aria-label="Writing">
                                        <i></i>
                                        <i></i>
                                        <i></i>
                                    </p>
                                }
                            })
                    }}
                </div>
            </div>
            <Composer ask=ask can_ask=can_ask />
        </div>
    }
}

#[component]
fn Questions(questions: Vec<String>, ask: Callback<String>, can_ask: Signal<bool>) -> impl IntoView {
    view! {
        <div class="preview-questions">
            <p>"Common questions"</p>
            {questions
                .into_iter()
                .map(|question| {
                    let asked = question.clone();
                    view! {
                        <button
                            type="button"
                            dir="auto"
                            disabled=move || !can_ask.get()
                            on:click=move |_| ask.run(asked.clone())
                        >
                            {question}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}

fn line_view(line: Line) -> AnyView {
    match line {
        Line::Visitor(text) => view! { <p class="preview-bubble preview-you" dir="auto">{text}</p> }.into_any(),
        Line::Answer { text, sources } => view! {
            <div class="preview-ai">
                <p class="preview-bubble preview-answer" dir="auto">{text}</p>
                {(!sources.is_empty())
                    .then(|| {
                        view! {
                            <ol class="preview-sources" aria-label="Sources">
                                {sources.into_iter().map(|title| view! { <li dir="auto">{title}</li> }).collect_view()}
                            </ol>
                        }
                    })}
            </div>
        }
        .into_any(),
        Line::Trouble(text) => view! { <p class="preview-trouble">{text}</p> }.into_any(),
    }
}

#[component]
fn Composer(ask: Callback<String>, can_ask: Signal<bool>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if can_ask.get_untracked() {
            ask.run(text.get_untracked());
            text.set(String::new());
        }
    };
    view! {
        <form class="preview-composer" on:submit=send>
            <div class="preview-write">
                <input
                    type="text"
                    aria-label="Try a question"
                    autocomplete="off"
                    dir="auto"
                    placeholder=move || if can_ask.get() { "Try a question…" } else { "Write a message…" }
                    disabled=move || !can_ask.get()
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                />
                <button type="submit" aria-label="Ask" disabled=move || !can_ask.get()>
                    <Icon path=icons::UP />
                </button>
            </div>
            <p class="preview-person" aria-hidden="true">
                <Icon path=icons::PERSON small=true />
                "Talk to a person"
            </p>
        </form>
    }
}
