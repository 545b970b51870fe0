//! What the widget keeps in the browser: the visitor's token, words that have
//! not been sent yet, and how far the visitor has read. Everything is kept
//! under the widget's key, and only once the visitor has acted. A browser that
//! forbids storage still gets a chat that lasts as long as the page.

use std::cell::RefCell;
use types::ClientId;
use web_sys::Storage;

thread_local! {
    static KEY: RefCell<String> = const { RefCell::new(String::new()) };
    // The time of the last queued message, so that two of one millisecond keep their order.
    static LAST: RefCell<i64> = const { RefCell::new(0) };
}

/// Part of a key for a queued message.
const QUEUED: &str = ":out:";
/// Part of a key for the last message that was seen.
const SEEN: &str = ":seen";
/// Part of a key for when the token was given.
const SINCE: &str = ":since";
/// Part of a key for the conversation's id.
const TALK: &str = ":talk";
/// Part of a key for what is being written.
const DRAFT: &str = ":draft";
/// Part of a key for a panel that is open.
const OPEN: &str = ":open";

/// Words that wait to be sent.
#[derive(Debug)]
pub struct Queued {
    /// When they were written, in milliseconds.
    pub written: i64,
    /// Their id.
    pub client_id: ClientId,
    /// The words.
    pub content: String,
}

/// Names the key under which everything is kept.
pub fn set_key(key: &str) {
    KEY.with_borrow_mut(|stored| key.clone_into(stored));
}

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn key(part: &str) -> String {
    KEY.with_borrow(|key| [key, part].concat())
}

/// The key of the visitor's token, for the storage event of another tab.
#[must_use]
pub fn token_key() -> String {
    key("")
}

/// The key of the conversation's id, for the storage event of another tab.
#[must_use]
pub fn talk_key() -> String {
    key(TALK)
}

/// Tells other tabs that there is a conversation now.
pub fn set_talk(id: &str) {
    if let Some(storage) = local() {
        let _ = storage.set_item(&key(TALK), id);
    }
}

/// The visitor's token, when there is one.
#[must_use]
pub fn token() -> Option<String> {
    local()?.get_item(&key("")).ok()?.filter(|token| !token.is_empty())
}

/// Keeps the visitor's token. An empty one marks that the visitor has acted,
/// so that the loader brings the messenger back on the next page.
pub fn set_token(token: &str) {
    if let Some(storage) = local() {
        // A full storage is no reason to stop the chat.
        let _ = storage.set_item(&key(""), token);
        let _ = storage.set_item(&key(SINCE), &js_sys::Date::now().to_string());
    }
}

/// Milliseconds since the token was given; endless when an earlier version of this has kept it.
#[must_use]
pub fn token_age() -> f64 {
    let since = local().and_then(|storage| storage.get_item(&key(SINCE)).ok().flatten());
    since.and_then(|since| since.parse::<f64>().ok()).map_or(f64::INFINITY, |since| js_sys::Date::now() - since)
}

/// The last message of the team that the visitor has seen.
#[must_use]
pub fn seen() -> String {
    local().and_then(|storage| storage.get_item(&key(SEEN)).ok().flatten()).unwrap_or_default()
}

/// Notes the last message of the team that the visitor has seen.
pub fn set_seen(id: &str) {
    if let Some(storage) = local() {
        let _ = storage.set_item(&key(SEEN), id);
    }
}

/// Whether the panel was open on the page before.
#[must_use]
pub fn was_open() -> bool {
    session().and_then(|storage| storage.get_item(&key(OPEN)).ok().flatten()).is_some()
}

/// Notes whether the panel is open.
pub fn set_open(is_open: bool) {
    if let Some(storage) = session() {
        let key = key(OPEN);
        let _ = if is_open { storage.set_item(&key, "1") } else { storage.remove_item(&key) };
    }
}

/// What was being written on the page before.
#[must_use]
pub fn draft() -> String {
    session().and_then(|storage| storage.get_item(&key(DRAFT)).ok().flatten()).unwrap_or_default()
}

/// Keeps what is being written, for as long as the tab lives.
pub fn set_draft(text: &str) {
    if let Some(storage) = session() {
        let key = key(DRAFT);
        let _ = if text.is_empty() { storage.remove_item(&key) } else { storage.set_item(&key, text) };
    }
}

/// Keeps words until they are acknowledged. Each message has a key of its
/// own, so that two tabs never overwrite one another.
pub fn queue(client_id: ClientId, content: &str) -> i64 {
    let now = LAST.with_borrow_mut(|last| {
        *last = (js_sys::Date::now() as i64).max(*last + 1);
        *last
    });
    if let Some(storage) = local() {
        let name = [key(QUEUED).as_str(), &now.to_string(), ":", &client_id.to_string()].concat();
        let _ = storage.set_item(&name, content);
    }
    now
}

/// Forgets words that have been acknowledged, or that the visitor took back.
pub fn unqueue(client_id: ClientId) {
    let suffix = client_id.to_string();
    for name in names(QUEUED) {
        if name.ends_with(&suffix)
            && let Some(storage) = local()
        {
            let _ = storage.remove_item(&name);
        }
    }
}

/// Every message that waits, oldest first.
#[must_use]
pub fn queued() -> Vec<Queued> {
    let prefix = key(QUEUED);
    let mut sorted: Vec<String> = Vec::new();
    for name in names(QUEUED) {
        // A handful at most: the library's sort would be the larger part of this file.
        let at = sorted.iter().position(|other| *other > name).unwrap_or(sorted.len());
        sorted.insert(at, name);
    }
    sorted
        .iter()
        .filter_map(|name| {
            let (written, client_id) = name.strip_prefix(&prefix)?.split_once(':')?;
            let content = local()?.get_item(name).ok()??;
            Some(Queued { written: written.parse().ok()?, client_id: client_id.parse().ok()?, content })
        })
        .collect()
}

/// Forgets everything.
pub fn clear() {
    for name in names("") {
        if let Some(storage) = local() {
            let _ = storage.remove_item(&name);
        }
    }
    set_open(false);
    set_draft("");
}

fn names(part: &str) -> Vec<String> {
    let Some(storage) = local() else { return Vec::new() };
    let prefix = key(part);
    let count = storage.length().unwrap_or(0);
    (0..count).filter_map(|at| storage.key(at).ok()?).filter(|name| name.starts_with(&prefix)).collect()
}
