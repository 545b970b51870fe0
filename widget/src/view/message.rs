//! One message: the visitor's words with their state, or somebody's answer.

use super::{answer::answer, clock::clock, header::initials, icons, words_for};
use crate::signal::Signal;
use crate::{
    dom::{El, button, el},
    outbox,
    state::{App, Shown},
    texts::Texts,
};
use types::{
    ClientId,
    inbox::{MessageStatus, SenderType},
};

/// A message in the log.
pub fn message(app: App, shown: Signal<Shown>, key: ClientId, is_first: bool) -> El {
    let sender = shown.with_untracked(|shown| shown.message.sender_type);
    let element = el("div")
        .class(&["message ", sender.as_str(), if is_first { " first" } else { "" }].concat())
        .test("message")
        .attr("data-sender", sender.as_str())
        .attr_now("data-status", move || Some(status(app, shown).as_str().to_owned()));
    match sender {
        SenderType::Contact => own(app, shown, key, element),
        SenderType::System => element.child(el("p").text_now(move || content(shown))),
        SenderType::Agent | SenderType::Ai => theirs(app, shown, sender == SenderType::Ai, element),
    }
}

fn content(shown: Signal<Shown>) -> String {
    shown.with(|shown| shown.message.content.clone())
}

fn time(app: App, shown: Signal<Shown>) -> String {
    clock(app.texts.get().tag, shown.with(|shown| shown.message.created_at.0))
}

/// How far a message has come, with what the team has seen.
fn status(app: App, shown: Signal<Shown>) -> MessageStatus {
    let read_up_to = app.talk.with(|talk| talk.as_ref().and_then(|talk| talk.read_up_to));
    shown.with(|shown| {
        let message = &shown.message;
        let is_read = shown.is_stored() && message.sender_type == SenderType::Contact && Some(message.id) <= read_up_to;
        if is_read { MessageStatus::Read } else { message.status }
    })
}

fn status_words(status: MessageStatus, texts: &Texts) -> &'static str {
    match status {
        MessageStatus::Sending => texts.sending,
        MessageStatus::Sent => texts.sent,
        MessageStatus::Delivered => texts.delivered,
        MessageStatus::Read => texts.read,
        MessageStatus::Failed => texts.failed,
    }
}

fn own(app: App, shown: Signal<Shown>, key: ClientId, element: El) -> El {
    let state = move || {
        let words = status_words(status(app, shown), app.texts.get());
        [words, " · ", &time(app, shown)].concat()
    };
    let failure = move || {
        let Some(error) = shown.with(|shown| shown.error.clone()) else { return Vec::new() };
        let retry = button("").words(app, |texts| texts.retry).on("click", move |_| outbox::retry(app, key));
        let edit = button("").words(app, |texts| texts.edit).on("click", move |_| outbox::edit(app, key));
        let words = el("p").text(&words_for(app, &error));
        vec![el("div").class("failure").test("error").child(words).child(retry).child(edit)]
    };
    element
        .child(el("span").class("hidden").words(app, |texts| texts.you))
        .child(el("div").class("bubble").text_now(move || content(shown)))
        .child(el("p").class("state").text_now(state))
        .child(el("div").attr("role", "alert").children_now(failure))
}

fn theirs(app: App, shown: Signal<Shown>, is_ai: bool, element: El) -> El {
    // Where nobody has given the AI a name, the mark says it all.
    let name = move || shown.with(|shown| shown.message.sender_name.clone());
    let name = move || if is_ai && name() == "AI" { String::new() } else { name() };
    let face = el("span").attr("aria-hidden", "true");
    let face = if is_ai {
        face.class("face ai").picture(icons::SPARK)
    } else {
        face.class("face").text_now(move || initials(&name()))
    };
    let mut by = el("p").class("by").child(face).child(el("span").class("name").text_now(name));
    if is_ai {
        let mark = el("span").class("mark").words(app, |texts| texts.ai);
        by = by.child(mark.attr_words(app, "title", |texts| texts.ai_meaning));
    }
    by = by.child(el("time").text_now(move || time(app, shown)));
    answer(app, shown, is_ai, element.child(by))
}
