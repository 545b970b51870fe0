//! Access tokens that are not good any more before they expire.
//!
//! An access token is checked without the database, so a session that was
//! revoked, or a role that was changed, would be noticed minutes later. Here
//! this process remembers such changes for as long as an older token lives;
//! an older token is then refused, and the refresh asks the database. What is
//! remembered comes from [`super::marks`], so it outlives the process.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use types::{ContactId, SessionId, TenantId, Timestamp, UserId};
use uuid::Uuid;

/// Changes that are remembered at once; beyond it every token is asked for again.
pub(super) const MOST: usize = 100_000;

/// Whose tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Whose {
    /// Those of a session that has ended, for good.
    Session(SessionId),
    /// Those of a user whose rights, or name, have changed.
    User(UserId),
    /// Those of everybody in a tenant, whose keys and visitors are looked at again too.
    Tenant(TenantId),
    /// Those of the visitors of a tenant's widget before its secret was changed.
    Visitors(TenantId),
    /// Those of a visitor, for good.
    Contact(ContactId),
}

impl Whose {
    /// How it is stored.
    pub(super) const fn parts(self) -> (&'static str, Uuid) {
        match self {
            Self::Session(id) => ("session", id.0),
            Self::User(id) => ("user", id.0),
            Self::Tenant(id) => ("tenant", id.0),
            Self::Visitors(id) => ("visitors", id.0),
            Self::Contact(id) => ("contact", id.0),
        }
    }

    /// What a stored mark is about. A kind that only a newer release knows
    /// revokes something as well: it is taken for all that its id may be of.
    pub(super) fn from_parts(kind: &str, id: Uuid) -> Vec<Self> {
        let all = [
            Self::Session(SessionId(id)),
            Self::User(UserId(id)),
            Self::Tenant(TenantId(id)),
            Self::Visitors(TenantId(id)),
            Self::Contact(ContactId(id)),
        ];
        let known = all.iter().copied().find(|whose| whose.parts().0 == kind);
        known.map_or_else(|| all.to_vec(), |known| vec![known])
    }
}

/// Since when older tokens are stale.
#[derive(Debug, Default)]
pub(crate) struct Stale(Mutex<Since>);

#[derive(Debug, Default)]
struct Since {
    marks: HashMap<Whose, Timestamp>,
    /// Every token from before is stale.
    all: Timestamp,
}

impl Stale {
    /// From now on older tokens are not good; of a session that has ended none is.
    pub(super) fn mark(&self, whose: Whose) {
        let mut since = self.since();
        if since.marks.len() >= MOST && !since.marks.contains_key(&whose) {
            since.marks.clear();
            since.all = Timestamp::now();
        }
        since.marks.insert(whose, Timestamp::now());
    }

    /// From now on no older token is good, whosever it is.
    pub(super) fn mark_all(&self) {
        self.since().all = Timestamp::now();
    }

    /// Whether a token made at `issued` is not good for one of these.
    pub(super) fn is_stale(&self, issued: Timestamp, whose: impl IntoIterator<Item = Whose>) -> bool {
        let since = self.since();
        issued <= since.all
            || whose.into_iter().any(|whose| match (whose, since.marks.get(&whose)) {
                (Whose::Session(_), Some(_)) => true,
                (_, Some(since)) => issued <= *since,
                (_, None) => false,
            })
    }

    /// Whether a session is known to have ended.
    pub(super) fn has_ended(&self, session: SessionId) -> bool {
        self.since().marks.contains_key(&Whose::Session(session))
    }

    /// Forgets what is older than every token that lives.
    pub(super) fn prune(&self, before: Timestamp) {
        self.since().marks.retain(|_, since| *since > before);
    }

    fn since(&self) -> MutexGuard<'_, Since> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_tokens_are_stale_and_newer_ones_are_good() {
        let stale = Stale::default();
        let (user, session) = (UserId::new(), SessionId::new());
        let whose = [Whose::Session(session), Whose::User(user), Whose::Tenant(TenantId::new())];
        let (before, after) = (Timestamp::now(), Timestamp::now().plus_seconds(60));
        assert!(!stale.is_stale(before, whose));
        stale.mark(Whose::User(user));
        assert!(stale.is_stale(before, whose));
        assert!(!stale.is_stale(after, whose));
        // A session that has ended does not begin again, whatever the clocks say.
        assert!(!stale.has_ended(session));
        stale.mark(Whose::Session(session));
        assert!(stale.has_ended(session) && stale.is_stale(after, whose));
        stale.prune(after);
        assert!(!stale.is_stale(before, whose));
    }

    #[test]
    fn a_mark_of_a_kind_that_is_not_known_yet_is_about_whatever_its_id_is_of() {
        let (user, other) = (UserId::new(), UserId::new());
        let (kind, id) = Whose::User(user).parts();
        assert_eq!(Whose::from_parts(kind, id), [Whose::User(user)]);
        let (stale, before) = (Stale::default(), Timestamp::now());
        for whose in Whose::from_parts("of the next release", id) {
            stale.mark(whose);
        }
        for whose in [Whose::User(user), Whose::Tenant(TenantId(id)), Whose::Session(SessionId(id))] {
            assert!(stale.is_stale(before, [whose]), "{whose:?}");
        }
        assert!(!stale.is_stale(before, [Whose::User(other)]));
    }

    #[test]
    fn too_many_changes_make_every_token_stale_and_none_good_again() {
        let stale = Stale::default();
        let first = Whose::Session(SessionId::new());
        stale.mark(first);
        let before = Timestamp::now();
        for _ in 0..MOST {
            stale.mark(Whose::User(UserId::new()));
        }
        assert!(stale.is_stale(before, [first]));
        assert!(stale.is_stale(before, [Whose::User(UserId::new())]));
        assert!(!stale.is_stale(Timestamp::now().plus_seconds(60), [Whose::User(UserId::new())]));
    }
}
