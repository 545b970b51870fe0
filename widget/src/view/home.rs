//! What a visitor sees before the first word: a greeting and questions to start with.

use crate::{outbox, state::App};
use leptos::prelude::*;
use types::widgets::WidgetConfig;

/// Greeting and suggested questions; the questions go once the talk has begun.
pub fn home(app: App) -> impl IntoView {
    let greeting = move || {
        let texts = app.texts.get();
        app.appearance.with(|appearance| {
            let own = appearance.as_ref().map(|appearance| appearance.config.greeting.as_str());
            match own {
                // The business has not written its own: then in the visitor's language.
                Some(own) if own.is_empty() || own == WidgetConfig::default().greeting => texts.greeting.to_owned(),
                Some(own) => own.to_owned(),
                None => String::new(),
            }
        })
    };
    let is_new = Memo::new(move |_| app.entries.with(Vec::is_empty));
    let questions = move || {
        let questions = app.appearance.with(|known| {
            known
                .as_ref()
                .filter(|_| is_new.get())
                .map(|known| known.config.suggested_questions.clone())
                .unwrap_or_default()
        });
        let question = move |text: String| {
            let words = text.clone();
            view! {
                <li>
                    <button type="button" data-testid="suggestion" on:click=move |_| ask(app, &words)>
                        {text}
                    </button>
                </li>
            }
        };
        (!questions.is_empty()).then(|| {
            view! {
                <h3>{move || app.texts.get().suggestions}</h3>
                <ul>{questions.into_iter().map(question).collect_view()}</ul>
            }
        })
    };
    view! {
        <div class="home" class:talking=move || !is_new.get()>
            <p class="greeting">{greeting}</p>
            {questions}
        </div>
    }
}

fn ask(app: App, question: &str) {
    outbox::send(app, question);
    super::composer::focus();
}
