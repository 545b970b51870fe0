//! What a visitor sees before the first word: a greeting and questions to start with.

use crate::signal::memo;
use crate::{
    dom::{El, button, el},
    outbox,
    state::App,
};
use types::widgets::WidgetConfig;

/// Greeting and suggested questions; the questions go once the talk has begun.
pub fn home(app: App) -> El {
    let greeting = move || {
        let texts = app.texts.get();
        app.appearance.with(|known| {
            let own = known.as_ref().map(|known| known.config.greeting.as_str());
            match own {
                // The business has not written its own: then in the visitor's language.
                Some(own) if own.is_empty() || own == WidgetConfig::default().greeting => texts.greeting.to_owned(),
                Some(own) => own.to_owned(),
                None => String::new(),
            }
        })
    };
    let is_talking = memo(move || app.entries.with(|entries| !entries.is_empty()));
    let questions = move || {
        if is_talking.get() {
            return Vec::new();
        }
        app.appearance.with(|known| {
            let questions = known.as_ref().map(|known| known.config.suggested_questions.as_slice()).unwrap_or_default();
            if questions.is_empty() {
                return Vec::new();
            }
            let list =
                questions.iter().fold(el("ul"), |list, question| list.child(el("li").child(choice(app, question))));
            vec![el("h3").words(app, |texts| texts.suggestions), list]
        })
    };
    el("div")
        .attr_now("class", move || Some(if is_talking.get() { "home talking" } else { "home" }.to_owned()))
        .child(el("p").class("greeting").text_now(greeting))
        .child(el("div").children_now(questions))
}

fn choice(app: App, question: &str) -> El {
    let words = question.to_owned();
    button("").test("suggestion").text(question).on("click", move |_| {
        outbox::send(app, &words);
        super::focus_composer();
    })
}
