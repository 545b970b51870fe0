//! How long a native program waits for an answer, and when it asks again.

use std::{
    sync::{PoisonError, RwLock},
    time::Duration,
};

/// Longest wait between two tries, whatever the server says.
const LONGEST: Duration = Duration::from_secs(30);
/// First wait where the server names none; it doubles with each try.
const FIRST: Duration = Duration::from_millis(250);

/// How often and how long a call is tried.
///
/// A call is made again when nothing can have happened twice: after
/// `too_many_requests` always, because the server has refused to begin, and
/// after a broken connection, a time-out or `unavailable` when the call is one
/// of [`REPEATABLE`]. In between it waits as long as the server says in
/// `Retry-After`, or else a moment that doubles, with some chance in it so
/// that many clients do not come back at once.
///
/// ```
/// use api::client::{Patience, set_patience};
/// use std::time::Duration;
///
/// // A batch job may wait longer than a person.
/// set_patience(Patience { tries: 6, timeout: Duration::from_secs(120) });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Tries in all; 1 to never ask again.
    pub tries: u32,
    /// Longest time of one try.
    pub timeout: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { tries: 4, timeout: Duration::from_secs(60) }
    }
}

static PATIENCE: RwLock<Option<Patience>> = RwLock::new(None);

/// Sets how often and how long every later call is tried. Native programs only.
pub fn set_patience(patience: Patience) {
    *PATIENCE.write().unwrap_or_else(PoisonError::into_inner) = Some(patience);
}

pub(super) fn patience() -> Patience {
    PATIENCE.read().unwrap_or_else(PoisonError::into_inner).unwrap_or_default()
}

/// Calls that do no harm when they are made twice: they read, they set
/// something to a value, or they carry an id of the sender's own.
pub const REPEATABLE: [&str; 37] = [
    "/api/accounts/business",
    "/api/accounts/me",
    "/api/accounts/onboarded",
    "/api/answers/ask",
    "/api/answers/settings",
    "/api/answers/test",
    "/api/answers/update",
    "/api/contacts/update",
    "/api/inbox/ai",
    "/api/inbox/assign",
    "/api/inbox/conversation",
    "/api/inbox/list",
    "/api/inbox/older",
    "/api/inbox/read",
    "/api/inbox/reply",
    "/api/inbox/status",
    "/api/insights/conversation",
    "/api/intents/classify",
    "/api/intents/list",
    "/api/intents/model",
    "/api/intents/open",
    "/api/keys/list",
    "/api/knowledge/get",
    "/api/knowledge/list",
    "/api/knowledge/passages",
    "/api/knowledge/retry",
    "/api/knowledge/site-pages",
    "/api/knowledge/source-text",
    "/api/knowledge/sync",
    "/api/leads/list",
    "/api/products/list",
    "/api/widget/conversation",
    "/api/widget/older",
    "/api/widget/read",
    "/api/widget/send",
    "/api/widgets/list",
    "/api/widgets/update",
];

/// What came of a try.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome<'a> {
    /// An answer, with its status and its `Retry-After`.
    Answer(u16, Option<&'a str>),
    /// No answer.
    Nothing,
}

/// How long to wait before the next try, or none when it is over. `chance` is between 0 and 1.
pub(super) fn wait(path: &str, tried: u32, most: u32, outcome: Outcome<'_>, chance: f64) -> Option<Duration> {
    let is_repeatable = REPEATABLE.contains(&path);
    let (may_repeat, named) = match outcome {
        Outcome::Answer(429, named) => (true, named),
        Outcome::Answer(502..=504, named) => (is_repeatable, named),
        Outcome::Answer(..) => (false, None),
        Outcome::Nothing => (is_repeatable, None),
    };
    if !may_repeat || tried >= most {
        return None;
    }
    let wait = match named.and_then(|seconds| seconds.trim().parse().ok()) {
        Some(seconds) => Duration::from_secs(seconds),
        None => FIRST.saturating_mul(1 << tried.saturating_sub(1).min(8)).mul_f64(0.5 + chance / 2.0),
    };
    // Whoever is told to wait longer is better told so.
    (wait <= LONGEST).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_counts_is_done_twice() {
        let wait = |path, tried, outcome| wait(path, tried, 4, outcome, 1.0);
        let (read, act) = ("/api/inbox/list", "/api/keys/create");
        assert_eq!(wait(read, 1, Outcome::Nothing), Some(FIRST));
        assert_eq!(wait(read, 3, Outcome::Answer(503, None)), Some(FIRST * 4));
        assert_eq!(wait(read, 4, Outcome::Nothing), None, "it has an end");
        assert_eq!(wait(read, 1, Outcome::Answer(404, None)), None);
        assert_eq!(wait(act, 1, Outcome::Nothing), None);
        assert_eq!(wait(act, 1, Outcome::Answer(503, Some("1"))), None);
        assert_eq!(wait(act, 1, Outcome::Answer(429, Some("7"))), Some(Duration::from_secs(7)));
        assert_eq!(wait(act, 1, Outcome::Answer(429, Some("900"))), None, "it says so instead of waiting");
    }
}
