//! Words on their way: shown at once, kept until the server has them, sent in
//! order, and never twice, because each carries an id made here.

use crate::timer::spawn;
use crate::{page, session, state::App, storage, timer};
use std::cell::Cell;
use types::{ClientId, Error, ErrorCode, inbox::MessageStatus, limits::MESSAGE_CHARS, widgets::SentMessage};

thread_local! {
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// After so many faults of the server in a row the visitor is told, and tries again by hand.
const PATIENCE: u32 = 5;

/// Takes words from the composer or the page.
pub fn send(app: App, text: &str) {
    let content = text.trim();
    if content.is_empty() {
        return;
    }
    if storage::token().is_none() {
        // From here on the visitor has acted, even if the network is away.
        storage::set_token("");
    }
    let client_id = ClientId::random();
    let written = storage::queue(client_id, content);
    app.put_unsent(client_id, content.to_owned(), written);
    run(app);
}

/// Shows what an earlier page could not send, and sends it.
pub fn restore(app: App) {
    for queued in storage::queued() {
        app.put_unsent(queued.client_id, queued.content, queued.written);
    }
    run(app);
}

/// Sends refused words again.
pub fn retry(app: App, key: ClientId) {
    app.change(key, |shown| {
        shown.error = None;
        shown.message.status = MessageStatus::Sending;
    });
    session::clear_trouble(app);
    run(app);
}

/// Takes refused words back into the composer.
pub fn edit(app: App, key: ClientId) {
    let Some(shown) = app.find(key) else { return };
    let words = shown.with_untracked(|shown| shown.message.content.clone());
    app.draft.update(|draft| {
        // What has been begun meanwhile stays behind it.
        *draft = if draft.trim().is_empty() { words } else { [words.as_str(), "\n", draft].concat() };
    });
    storage::unqueue(key);
    app.remove(key);
}

/// Sends what waits, one after the other, unless that is happening already.
pub fn run(app: App) {
    if !IS_RUNNING.replace(true) {
        spawn(async move {
            deliver_all(app).await;
            IS_RUNNING.set(false);
        });
    }
}

async fn deliver_all(app: App) {
    let mut tries = 0;
    let mut is_renewed = false;
    while let Some((client_id, content)) = app.next_unsent() {
        let age = session::age();
        let result = deliver(app, client_id, content).await;
        if session::age() != age {
            // The visitor was reset meanwhile: whatever came back belongs to somebody else.
            continue;
        }
        match result {
            Ok(sent) => {
                (tries, is_renewed) = (0, false);
                accept(app, client_id, sent);
            }
            // The token is no longer taken: once more with a new one.
            Err(error) if error.code == ErrorCode::Unauthenticated && !is_renewed => {
                is_renewed = true;
                session::forget_token();
            }
            Err(error) if error.is_transient() && (error.code != ErrorCode::Internal || tries < PATIENCE) => {
                session::trouble(app, error);
                timer::pause(timer::backoff(tries)).await;
                tries += 1;
            }
            Err(error) => {
                (tries, is_renewed) = (0, false);
                refuse(app, client_id, error);
            }
        }
    }
}

async fn deliver(app: App, client_id: ClientId, content: String) -> Result<SentMessage, Error> {
    if content.chars().count() > MESSAGE_CHARS {
        return Err(Error::new(ErrorCode::TooLarge, app.texts.get_untracked().too_long));
    }
    session::visit(app).await?;
    api::widgets::send_message(client_id, content, page::visited()).await
}

fn accept(app: App, client_id: ClientId, sent: SentMessage) {
    storage::unqueue(client_id);
    session::clear_trouble(app);
    page::emit_message(&sent.message);
    let conversation_id = sent.conversation_id;
    if app.take_sent(sent) {
        storage::set_talk(&conversation_id.to_string());
        storage::set_open(app.is_open.get_untracked());
        session::resume(app);
    }
    session::keep_wish(app);
}

/// The words stay on the screen and in storage, with the reason beside them.
fn refuse(app: App, client_id: ClientId, error: Error) {
    page::emit_error(&error);
    app.change(client_id, |shown| {
        shown.message.status = MessageStatus::Failed;
        shown.error = Some(error);
    });
}
