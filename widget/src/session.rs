//! The visitor: their token, their conversation, and what they have seen.

use crate::timer::spawn;
use crate::{outbox, page, socket, state::App, storage, timer};
use std::cell::Cell;
use types::{
    ClientId, Error, ErrorCode, MessageId,
    inbox::{Feedback, Message, SenderType},
};
use wasm_bindgen::JsValue;

thread_local! {
    static IS_LEARNING: Cell<bool> = const { Cell::new(false) };
    static IS_RENEWING: Cell<bool> = const { Cell::new(false) };
    static WANTS_PERSON: Cell<bool> = const { Cell::new(false) };
    // Rises with every reset, so that an answer to an earlier question is not taken.
    static AGE: Cell<u32> = const { Cell::new(0) };
}

/// A token is renewed when it is so many milliseconds old.
const RENEW_AFTER: f64 = 24.0 * 3600.0 * 1000.0;

/// Picks up what an earlier page has left: token, conversation, unsent words.
pub fn start(app: App) {
    if let Some(token) = storage::token() {
        api::set_token(Some(token));
        resume(app);
    }
    outbox::restore(app);
    app.draft.set(storage::draft());
}

/// Learns the business's name, greeting and questions, once.
pub fn learn_appearance(app: App) {
    if app.appearance.with_untracked(Option::is_some) || IS_LEARNING.replace(true) {
        return;
    }
    spawn(async move {
        let mut tries = 0;
        loop {
            match api::widgets::appearance(app.settings.widget).await {
                Ok(appearance) => {
                    app.appearance.set(Some(appearance));
                    clear_trouble(app);
                    break;
                }
                Err(error) => {
                    let may_help = error.is_transient();
                    trouble(app, error);
                    if !may_help {
                        break;
                    }
                    timer::pause(timer::backoff(tries)).await;
                    tries += 1;
                }
            }
        }
        IS_LEARNING.set(false);
    });
}

/// Makes sure that the visitor has a token.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub async fn visit(app: App) -> Result<(), Error> {
    if let Some(token) = storage::token() {
        api::set_token(Some(token));
        return Ok(());
    }
    let session = api::widgets::start_visit(app.settings.widget).await?;
    storage::set_token(&session.token);
    api::set_token(Some(session.token));
    Ok(())
}

/// Asks for a token for longer, once the present one is a day old.
pub fn renew() {
    if storage::token().is_none() || storage::token_age() < RENEW_AFTER || IS_RENEWING.replace(true) {
        return;
    }
    let age = AGE.get();
    spawn(async move {
        // The present one is still good: when this does not help, the next time will.
        if let Ok(session) = api::widgets::renew_visit().await
            && AGE.get() == age
            && storage::token().is_some()
        {
            storage::set_token(&session.token);
            api::set_token(Some(session.token));
        }
        IS_RENEWING.set(false);
    });
}

/// Forgets a token that the server no longer takes.
pub fn forget_token() {
    storage::set_token("");
    api::set_token(None);
}

/// Fetches the conversation, shows it and follows it from there.
pub fn resume(app: App) {
    let age = AGE.get();
    spawn(async move {
        let mut tries = 0;
        while AGE.get() == age {
            match snapshot(app, age).await {
                Ok(true) => {
                    socket::start(app);
                    break;
                }
                Ok(false) => break,
                Err(error) if error.is_transient() => {
                    trouble(app, error);
                    timer::pause(timer::backoff(tries)).await;
                    tries += 1;
                }
                Err(error) => {
                    if error.code == ErrorCode::Unauthenticated {
                        forget_token();
                    } else {
                        trouble(app, error);
                    }
                    break;
                }
            }
        }
    });
}

/// Takes the server's picture of the conversation; false when there is none.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub async fn snapshot(app: App, age: u32) -> Result<bool, Error> {
    let found = api::widgets::my_conversation().await?;
    let Some(snapshot) = found.filter(|_| AGE.get() == age) else { return Ok(false) };
    socket::set_sequence(snapshot.sequence);
    let acknowledged: Vec<ClientId> = snapshot.messages.iter().filter_map(|message| message.client_id).collect();
    // What came before the socket was there is news to the page as well; what an earlier page has shown is not.
    let shown = app.last_stored();
    let is_news = |message: &&Message| {
        message.sender_type != SenderType::Contact && shown.is_some_and(|shown| message.id > shown)
    };
    let news: Vec<Message> = snapshot.messages.iter().filter(is_news).cloned().collect();
    app.take_snapshot(snapshot);
    news.iter().for_each(page::emit_message);
    for client_id in acknowledged {
        storage::unqueue(client_id);
    }
    clear_trouble(app);
    look(app);
    Ok(true)
}

/// The number of the present visit.
#[must_use]
pub fn age() -> u32 {
    AGE.get()
}

/// Brings the unread count up to date, and tells the server what was seen.
pub fn look(app: App) {
    let seen = storage::seen();
    if app.is_open.get_untracked() && page::is_visible() {
        let newest = app.last_of_team().map(|id| id.to_string()).filter(|id| *id > seen);
        if let (Some(newest), Some(id)) = (newest, app.conversation_id()) {
            storage::set_seen(&newest);
            spawn(async move {
                // The next message says it again; a lost call does no harm.
                let _ = api::widgets::mark_seen(id).await;
            });
        }
        set_unread(app, 0);
    } else {
        set_unread(app, app.count_after(&seen));
    }
}

fn set_unread(app: App, count: u32) {
    if app.unread.get_untracked() != count {
        app.unread.set(count);
        page::emit("unread", &JsValue::from(count));
    }
}

/// Fetches the page of messages before the first one on the screen.
pub fn fetch_older(app: App) {
    let Some(before) = app.first_id() else { return };
    spawn(async move {
        match api::widgets::my_older_messages(before).await {
            Ok(messages) => {
                let has_older = messages.len() >= usize::try_from(types::limits::MESSAGES_PAGE).unwrap_or(usize::MAX);
                for message in messages {
                    app.put(message);
                }
                app.talk.update(|talk| {
                    if let Some(talk) = talk {
                        talk.has_older = has_older;
                    }
                });
            }
            Err(error) => trouble(app, error),
        }
    });
}

/// Asks for a person. Before there is a conversation the wish itself is the
/// first message, and the request follows it.
pub fn ask_for_person(app: App) {
    if let Some(id) = app.conversation_id() {
        WANTS_PERSON.set(false);
        spawn(async move {
            match api::widgets::request_person(id).await {
                Ok(()) => app.talk.update(|talk| {
                    if let Some(talk) = talk {
                        talk.has_person = true;
                    }
                }),
                Err(error) => trouble(app, error),
            }
        });
    } else if !WANTS_PERSON.replace(true) {
        outbox::send(app, app.texts.get_untracked().person_wish);
    }
}

/// Sends the request for a person that waited for a conversation.
pub fn keep_wish(app: App) {
    if WANTS_PERSON.get() {
        ask_for_person(app);
    }
}

/// Thumbs on an answer; the same thumb again takes it back.
pub fn rate(app: App, message: MessageId, before: Option<Feedback>, thumb: Feedback) {
    let feedback = (before != Some(thumb)).then_some(thumb);
    app.change(ClientId(message.0), |shown| shown.message.feedback = feedback);
    spawn(async move {
        if let Err(error) = api::widgets::rate_answer(message, feedback).await {
            app.change(ClientId(message.0), |shown| shown.message.feedback = before);
            trouble(app, error);
        }
    });
}

/// Shows what went wrong, and tells the page.
pub fn trouble(app: App, error: Error) {
    page::emit_error(&error);
    app.trouble.set(Some(error));
}

/// The server has answered: whatever was wrong is over.
pub fn clear_trouble(app: App) {
    if app.trouble.with_untracked(Option::is_some) {
        app.trouble.set(None);
    }
}

/// Tells the page of a message that came in, and counts it.
pub fn announce(app: App, message: &Message) {
    if message.sender_type != SenderType::Contact {
        app.typing.set(None);
    }
    page::emit_message(message);
    look(app);
}

/// Forgets the visitor, here and at the server: the next message comes from somebody new.
pub fn reset(app: App) {
    if let Some(token) = storage::token() {
        spawn(async move {
            // Without the server it is forgotten here all the same.
            let _ = api::widgets::end_visit(token).await;
        });
    }
    AGE.set(AGE.get().wrapping_add(1));
    WANTS_PERSON.set(false);
    storage::clear();
    storage::set_open(app.is_open.get_untracked());
    leave(app);
}

/// Takes the conversation off the screen: this tab or another one has been reset.
pub fn leave(app: App) {
    api::set_token(None);
    socket::stop();
    app.entries.set(Vec::new());
    app.talk.set(None);
    app.typing.set(None);
    app.draft.set(String::new());
    clear_trouble(app);
    set_unread(app, 0);
}

/// Another tab has begun a conversation: this one joins it.
pub fn start_again(app: App) {
    if let Some(token) = storage::token() {
        api::set_token(Some(token));
        resume(app);
    }
}
