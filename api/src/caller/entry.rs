//! Between a right password and the code of a second factor.

use super::{cookies::CHALLENGE, is_https, local_path, parts, product, set_cookies, start_session};
use domain::accounts::{CHALLENGE_SECONDS, Entry, SignedIn};
use types::{Error, ErrorCode, Result};

/// Signs in, or asks for the code; then the browser is led to `next`, a path
/// of the dashboard.
pub fn enter(entry: &Entry, next: &str) {
    match entry {
        Entry::SignedIn(signed_in) => start_session(signed_in, local_path(next).unwrap_or("/inbox")),
        Entry::NeedsCode(challenge) => {
            set_cookies(CHALLENGE.set(challenge.token(), CHALLENGE_SECONDS, is_https(&product())));
            let page = match local_path(next) {
                Some(next) => format!("/login/code?next={}", escape(next)),
                None => "/login/code".to_owned(),
            };
            leptos_axum::redirect(&page);
        }
    }
}

/// Ends the challenge and starts the session.
pub fn finish_entry(signed_in: &SignedIn, next: &str) {
    set_cookies(CHALLENGE.remove());
    start_session(signed_in, local_path(next).unwrap_or("/inbox"));
}

/// The challenge that the browser holds.
///
/// # Errors
/// `unauthenticated` when there is none.
pub fn challenge() -> Result<String> {
    let headers = parts().map(|parts| parts.headers).unwrap_or_default();
    let found = CHALLENGE.read(&headers, is_https(&product()));
    let missing =
        || Error::new(ErrorCode::Unauthenticated, "This took too long. Please sign in with your password again.");
    found.map(str::to_owned).ok_or_else(missing)
}

/// A path as the value of a query: it is plain ASCII already.
fn escape(path: &str) -> String {
    path.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
