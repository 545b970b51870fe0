//! One message: a bubble of the contact, an agent or the AI, a note, or a
//! line that tells what happened.

use super::{
    conversation::State,
    local::ClockTime,
    state::Bubble,
    store::use_inbox,
    text::{Piece, is_web_address, mark_citations, pieces, short_address},
};
use crate::{
    accounts::use_session,
    icons::{self, Icon},
    teaching::SaveAnswer,
};
use leptos::prelude::*;
use types::{
    Timestamp,
    accounts::Permission,
    answers::Citation,
    inbox::{Feedback, Message, MessageStatus, SenderType},
};

/// A message in its place.
#[component]
pub fn BubbleView(
    /// The conversation.
    state: State,
    /// The message; it may change (its status, its text while it is written).
    bubble: Memo<Option<Bubble>>,
) -> impl IntoView {
    let Some(first) = bubble.get_untracked() else { return ().into_any() };
    let message = &first.message;
    let content = Memo::new(move |_| read(&bubble, |m| (m.content.clone(), html_of(m))).unwrap_or_default());
    if message.sender_type == SenderType::System {
        let is_long = content.with_untracked(|(words, _)| words.trim().contains('\n'));
        return view! {
            <div
                class="happening"
                class:is-long=is_long
                data-testid="message"
                data-sender="system"
                data-note=if message.is_note { "true" } else { "false" }
            >
                <span dir="auto">{move || content.with(|(words, _)| words.trim().to_owned())}</span>
                <ClockTime at=message.created_at />
            </div>
        }
        .into_any();
    }
    let sender = message.sender_type;
    let is_note = message.is_note;
    let inbox = use_inbox();
    let is_mine = message.staff_id.is_some_and(|staff| inbox.me.with_value(|me| me.id == staff));
    let name = match (sender, is_mine) {
        (SenderType::Ai, _) if message.sender_name.is_empty() => "AI".to_owned(),
        (_, true) => "You".to_owned(),
        _ => message.sender_name.clone(),
    };
    let starts = Memo::new(move |_| bubble.with(|b| b.as_ref().is_some_and(|b| b.starts)));
    let ends = Memo::new(move |_| bubble.with(|b| b.as_ref().is_some_and(|b| b.ends)));
    let is_streaming = Memo::new(move |_| bubble.with(|b| b.as_ref().is_some_and(|b| b.is_streaming)));
    let kind = match (sender, is_note) {
        (_, true) => "message is-note",
        (SenderType::Contact, _) => "message is-contact",
        (SenderType::Ai, _) => "message is-ai",
        _ => "message is-agent",
    };
    let shown_name = (sender != SenderType::Contact).then(|| name.clone());
    let spoken_name = if sender == SenderType::Contact { "Contact".to_owned() } else { name };
    view! {
        <div
            class=kind
            class:starts=move || starts.get()
            class:ends=move || ends.get()
            data-testid="message"
            data-sender=sender.as_str()
            data-note=if is_note { "true" } else { "false" }
        >
            <Show when=move || starts.get()>
                <div class="message-by" aria-hidden="true">
                    {is_note.then(|| view! { <Icon path=icons::NOTE small=true /> })}
                    {(sender == SenderType::Ai).then(|| view! { <Icon path=icons::SPARK small=true /> })}
                    {shown_name.clone()}
                    {is_note.then_some(" · Note, only for your team")}
                </div>
            </Show>
            <div class="bubble">
                <span class="visually-hidden">{spoken_name} {is_note.then_some(", note")} ": "</span>
                <Body content=content />
                <Show when=move || is_streaming.get()>
                    <span class="caret" aria-hidden="true"></span>
                </Show>
                {(sender == SenderType::Ai).then(|| view! { <Grounds bubble=bubble /> })}
            </div>
            <Foot state=state bubble=bubble ends=ends is_note=is_note />
        </div>
    }
    .into_any()
}

/// The server's HTML, with the numbers of an answer's sources drawn as marks.
fn html_of(message: &Message) -> Option<String> {
    let html = message.html.as_deref()?;
    let numbers: Vec<u8> = message.citations.iter().map(|citation| citation.number).collect();
    Some(if numbers.is_empty() { html.to_owned() } else { mark_citations(html, &numbers) })
}

/// The words: sanitised HTML from the server, or plain text with its links.
#[component]
fn Body(content: Memo<(String, Option<String>)>) -> impl IntoView {
    move || match content.get() {
        (_, Some(html)) => view! { <div class="prose" dir="auto" inner_html=html></div> }.into_any(),
        (text, None) => {
            let pieces = pieces(&text).into_iter().map(|piece| match piece {
                Piece::Words(words) => view! { <span>{words}</span> }.into_any(),
                Piece::Link(url) => {
                    let href = url.clone();
                    view! { <a href=href target="_blank" rel="noopener noreferrer nofollow">{url}</a> }.into_any()
                }
            });
            view! { <div class="plain" dir="auto">{pieces.collect_view()}</div> }.into_any()
        }
    }
}

/// How sure the AI is and what its answer stands on.
#[component]
fn Grounds(bubble: Memo<Option<Bubble>>) -> impl IntoView {
    let confidence = Memo::new(move |_| read(&bubble, |m| m.confidence).flatten());
    let citations = Memo::new(move |_| read(&bubble, |m| m.citations.clone()).unwrap_or_default());
    let feedback = Memo::new(move |_| read(&bubble, |m| m.feedback).flatten());
    let is_shown = move || confidence.get().is_some() || citations.with(|c| !c.is_empty()) || feedback.get().is_some();
    view! {
        <Show when=is_shown>
            <div class="grounds">
                {move || confidence.get().map(|confidence| view! { <Confidence value=confidence /> })}
                {move || {
                    feedback.get().map(|feedback| {
                        let (icon, text) = match feedback {
                            Feedback::Up => (icons::THUMB_UP, "The visitor found it helpful"),
                            Feedback::Down => (icons::THUMB_DOWN, "The visitor did not find it helpful"),
                        };
                        view! {
                            <span class="grounds-thumb" data-feedback=feedback.as_str() title=text>
                                <Icon path=icon small=true />
                                <span class="visually-hidden">{text}</span>
                            </span>
                        }
                    })
                }}
                {move || {
                    let citations = citations.get();
                    (!citations.is_empty()).then(|| view! { <SourceQuotes citations=citations /> })
                }}
            </div>
        </Show>
    }
    .into_any()
}

/// Confidence in percent.
#[component]
pub fn Confidence(
    /// Probability that the answer is right, 0 to 1.
    value: f32,
) -> impl IntoView {
    let percent = (value.clamp(0.0, 1.0) * 100.0).round();
    view! {
        <span class="confidence" title="How sure the AI is that this answer is right">
            <span class="confidence-bar" aria-hidden="true">
                <span style=format!("inline-size:{percent}%")></span>
            </span>
            <span class="number">{format!("{percent}%")}</span>
            <span class="visually-hidden">" sure"</span>
        </span>
    }
    .into_any()
}

/// The sources of an answer, with the words that it stands on.
#[component]
pub fn SourceQuotes(
    /// In the order of their numbers.
    citations: Vec<Citation>,
) -> impl IntoView {
    let count = match citations.len() {
        1 => "1 source".to_owned(),
        count => format!("{count} sources"),
    };
    view! {
        <details class="sources">
            <summary>{count}</summary>
            <ol class="sources-list">
                {citations
                    .into_iter()
                    .map(|citation| {
                        let title = citation.title;
                        let link = citation.url.filter(|url| is_web_address(url)).map(|url| {
                            let short = short_address(&url).to_owned();
                            view! {
                                <a class="source-link" href=url target="_blank" rel="noopener noreferrer">{short}</a>
                            }
                        });
                        view! {
                            <li class="source" data-testid="citation">
                                <span class="source-number number">{citation.number}</span>
                                <span class="source-body">
                                    <bdi class="source-title">{title}</bdi>
                                    {link}
                                    <q class="source-quote" dir="auto">{citation.quote}</q>
                                </span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </details>
    }
    .into_any()
}

/// Under the last message of a group: when, and how far it has come; and a
/// way on when it could not be sent.
#[component]
fn Foot(state: State, bubble: Memo<Option<Bubble>>, ends: Memo<bool>, is_note: bool) -> impl IntoView {
    let inbox = use_inbox();
    let at = Memo::new(move |_| read(&bubble, |m| m.created_at).unwrap_or(Timestamp(0)));
    let sender = Memo::new(move |_| read(&bubble, |m| m.sender_type));
    let status = Memo::new(move |_| read(&bubble, |m| m.status));
    let error = Memo::new(move |_| bubble.with(|bubble| bubble.as_ref()?.error.clone()));
    let client_id = move || bubble.with_untracked(|bubble| bubble.as_ref()?.message.client_id);
    let session = use_session();
    let reply = Signal::derive(move || {
        let is_stored = !matches!(status.get()?, MessageStatus::Sending | MessageStatus::Failed);
        (is_stored && session.may(Permission::WorkInbox) && !is_note && sender.get()? == SenderType::Agent)
            .then(|| read(&bubble, |m| m.id))?
    });
    let state = StoredValue::new(state);
    let retry = move |_| {
        if let Some(client_id) = client_id() {
            inbox.retry(&state.get_value(), client_id);
        }
    };
    let discard = move |_| {
        if let Some(client_id) = client_id() {
            state.get_value().update(|state| drop(state.discard(client_id)));
        }
    };
    let mark = move || {
        let (icon, text) = match (status.get()?, sender.get()?) {
            (_, SenderType::Contact | SenderType::System) => return None,
            (MessageStatus::Sending, SenderType::Ai) => return None,
            (MessageStatus::Sending, _) => (icons::CLOCK, "Sending"),
            (MessageStatus::Failed, _) => (icons::WARNING, "Not sent"),
            (_, _) if is_note => return None,
            (MessageStatus::Sent, _) => (icons::CHECK, "Sent"),
            (MessageStatus::Delivered, _) => (icons::CHECKS, "Delivered"),
            (MessageStatus::Read, _) => (icons::CHECKS, "Read"),
        };
        Some(view! {
            <span class="message-mark" data-status=status.get().map(MessageStatus::as_str)>
                <Icon path=icon small=true />
                {text}
            </span>
        })
    };
    view! {
        {move || {
            error.get().map(|error| {
                view! {
                    <div class="not-sent" role="alert">
                        <span>"Not sent. " {error.message}</span>
                        <button type="button" class="link-button" on:click=retry>"Try again"</button>
                        <button type="button" class="link-button" on:click=discard>"Discard"</button>
                    </div>
                }
            })
        }}
        <Show when=move || ends.get() && error.with(Option::is_none)>
            <div class="message-foot">
                <ClockTime at=at />
                {mark}
            </div>
        </Show>
        <Show when=move || reply.with(Option::is_some)>
            <SaveAnswer message=reply />
        </Show>
    }
    .into_any()
}

fn read<T>(bubble: &Memo<Option<Bubble>>, field: impl Fn(&Message) -> T) -> Option<T> {
    bubble.with(|bubble| bubble.as_ref().map(|bubble| field(&bubble.message)))
}
