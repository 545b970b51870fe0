//! Access tokens that are not good any more before they expire.
//!
//! An access token is checked without the database, so a session that was
//! revoked, or a role that was changed, would be noticed minutes later. Here
//! this process remembers such changes for as long as an older token lives;
//! an older token is then refused, and the refresh asks the database.

use super::ACCESS_SECONDS;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use types::{SessionId, TenantId, Timestamp, UserId};

/// Whose tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Whose {
    Session(SessionId),
    User(UserId),
    Tenant(TenantId),
}

/// Since when older tokens are stale.
#[derive(Debug, Default)]
pub(crate) struct Stale(Mutex<HashMap<Whose, Timestamp>>);

impl Stale {
    /// From now on older tokens are not good.
    pub(crate) fn mark(&self, whose: Whose) {
        let now = Timestamp::now();
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        marks.retain(|_, since| now.seconds_since(*since) <= ACCESS_SECONDS);
        marks.insert(whose, now);
    }

    /// Whether a token made at `issued` is not good for one of these.
    pub(super) fn is_stale(&self, issued: Timestamp, whose: impl IntoIterator<Item = Whose>) -> bool {
        let marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        whose.into_iter().any(|whose| marks.get(&whose).is_some_and(|since| issued <= *since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_tokens_are_stale_and_newer_ones_are_good() {
        let stale = Stale::default();
        let user = UserId::new();
        let whose = [Whose::Session(SessionId::new()), Whose::User(user), Whose::Tenant(TenantId::new())];
        let before = Timestamp::now();
        assert!(!stale.is_stale(before, whose));
        stale.mark(Whose::User(user));
        assert!(stale.is_stale(before, whose));
        assert!(!stale.is_stale(Timestamp::now().plus_seconds(1), whose));
    }
}
