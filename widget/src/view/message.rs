//! One message: the visitor's words with their state, or somebody's answer.

use super::{answer, header::initials, icons, messages::clock, words_for};
use crate::{
    outbox,
    state::{App, Entry, Shown},
};
use leptos::prelude::*;
use types::{
    ClientId,
    inbox::{MessageStatus, SenderType},
};

/// A message in the log.
pub fn message(app: App, entry: &Entry, is_first: bool) -> AnyView {
    let shown: RwSignal<Shown> = entry.shown.clone().into();
    let sender = shown.with_untracked(|shown| shown.message.sender_type);
    let class = ["message ", sender.as_str(), if is_first { " first" } else { "" }].concat();
    let status = Memo::new(move |_| status(app, shown));
    let content = match sender {
        SenderType::Contact => own(app, shown, entry.key, status).into_any(),
        SenderType::System => view! { <p>{move || shown.with(|shown| shown.message.content.clone())}</p> }.into_any(),
        SenderType::Agent | SenderType::Ai => theirs(app, shown, sender == SenderType::Ai).into_any(),
    };
    view! {
        <div class=class data-testid="message" data-sender=sender.as_str() data-status=move || status.get().as_str()>
            {content}
        </div>
    }
    .into_any()
}

/// How far a message has come, with what the team has seen.
fn status(app: App, shown: RwSignal<Shown>) -> MessageStatus {
    let read_up_to = app.talk.with(|talk| talk.as_ref().and_then(|talk| talk.read_up_to));
    shown.with(|shown| {
        let message = &shown.message;
        let is_read = shown.is_stored() && message.sender_type == SenderType::Contact && Some(message.id) <= read_up_to;
        if is_read { MessageStatus::Read } else { message.status }
    })
}

fn own(app: App, shown: RwSignal<Shown>, key: ClientId, status: Memo<MessageStatus>) -> impl IntoView {
    let words = move || {
        let texts = app.texts.get();
        match status.get() {
            MessageStatus::Sending => texts.sending,
            MessageStatus::Sent => texts.sent,
            MessageStatus::Delivered => texts.delivered,
            MessageStatus::Read => texts.read,
            MessageStatus::Failed => texts.failed,
        }
    };
    let time = move || clock(app.texts.get().tag, shown.with(|shown| shown.message.created_at.0));
    let failure = move || {
        let error = shown.with(|shown| shown.error.clone());
        error.map(|error| {
            view! {
                <div class="failure" role="alert" data-testid="error">
                    <p>{move || words_for(app, &error)}</p>
                    <button type="button" on:click=move |_| outbox::retry(app, key)>{move || app.texts.get().retry}</button>
                    <button type="button" on:click=move |_| outbox::edit(app, key)>{move || app.texts.get().edit}</button>
                </div>
            }
        })
    };
    view! {
        <span class="hidden">{move || app.texts.get().you}": "</span>
        <div class="bubble">{move || shown.with(|shown| shown.message.content.clone())}</div>
        <p class="state">{words} " · " {time}</p>
        {failure}
    }
}

fn theirs(app: App, shown: RwSignal<Shown>, is_ai: bool) -> impl IntoView {
    let name = Memo::new(move |_| shown.with(|shown| shown.message.sender_name.clone()));
    let time = move || clock(app.texts.get().tag, shown.with(|shown| shown.message.created_at.0));
    let face = if is_ai {
        view! { <span class="face ai" aria-hidden="true" inner_html=icons::SPARK></span> }.into_any()
    } else {
        view! { <span class="face" aria-hidden="true">{move || initials(&name.get())}</span> }.into_any()
    };
    let mark = is_ai.then(|| {
        view! {
            <span class="mark" title=move || app.texts.get().ai_meaning>{move || app.texts.get().ai}</span>
        }
    });
    view! {
        <p class="by">{face} <span class="name">{name}</span> {mark} <time>{time}</time></p>
        {answer::answer(app, shown, is_ai)}
    }
}
