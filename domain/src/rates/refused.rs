//! Who is limited, and why: what was refused lately, for those who run the
//! platform and for the business that it happens to. In this process alone.

use super::Who;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};
use types::{TenantId, Timestamp, security::Refused as Refusal};

/// Limited ones that are remembered; then the one that was refused longest ago is forgotten.
const REMEMBERED: usize = 256;
/// Tenants whose refusals are counted.
const TENANTS: usize = 2_000;
/// Minutes for which they are.
const MINUTES: i64 = 15;

/// What there is a limit on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Limit {
    /// Requests in a minute.
    Requests,
    /// Tokens, keys and cookies that are not good.
    Credentials,
    /// Failed sign-ins and codes.
    SignIn,
    /// New accounts, new passwords, invitations and the way through a company.
    Accounts,
    /// Visits that begin.
    Visits,
    /// Conversations that begin.
    Conversations,
    /// A visitor's messages.
    Messages,
    /// What costs the AI's time.
    Ai,
    /// Pages and files that are read in a day.
    Reading,
    /// The time of language models in a day.
    ModelTime,
    /// Open connections.
    Connections,
    /// Open sockets.
    Sockets,
    /// Requests that are worked on at once.
    AtOnce,
    /// Bytes of what is being sent.
    Bytes,
}

impl Limit {
    /// The limit in words, such as "requests in a minute".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Requests => Refusal::REQUESTS,
            Self::Credentials => "tokens, keys and cookies that are not good",
            Self::SignIn => "failed sign-ins",
            Self::Accounts => "new accounts, passwords and invitations",
            Self::Visits => Refusal::VISITS,
            Self::Conversations => Refusal::CONVERSATIONS,
            Self::Messages => Refusal::MESSAGES,
            Self::Ai => Refusal::ANSWERS,
            Self::Reading => "pages and files read in a day",
            Self::ModelTime => "minutes of language models in a day",
            Self::Connections => "open connections",
            Self::Sockets => "open sockets",
            Self::AtOnce => "requests at once",
            Self::Bytes => "bytes being sent",
        }
    }
}

impl Limit {
    /// Whether many refusals are a sign that somebody means harm: what a business uses up by itself is none.
    const fn is_a_sign(self) -> bool {
        !matches!(self, Self::Reading | Self::ModelTime)
    }
}

/// Somebody who was refused because of a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limited {
    /// What there is a limit on.
    pub limit: Limit,
    /// Who it is.
    pub who: Who,
    /// The tenant that it happened to, where that is known.
    pub tenant: Option<TenantId>,
    /// How often.
    pub count: u64,
    /// The first refusal.
    pub since: Timestamp,
    /// The last one.
    pub last: Timestamp,
}

/// What was refused lately.
#[derive(Debug, Default)]
pub(super) struct Refused(Mutex<Lately>);

#[derive(Debug, Default)]
struct Lately {
    limited: HashMap<(Limit, Who, Option<TenantId>), Limited>,
    minutes: HashMap<TenantId, BTreeMap<(i64, Limit), u64>>,
}

impl Refused {
    pub(super) fn note(&self, limit: Limit, who: Who, tenant: Option<TenantId>, now: Timestamp) {
        let mut lately = self.lately();
        if let Some(tenant) = tenant.filter(|_| limit.is_a_sign()) {
            lately.count(tenant, limit, now);
        }
        let limited = &mut lately.limited;
        // The same network may be refused by several tenants, each of which hears of it.
        let key = (limit, who, tenant);
        if limited.len() >= REMEMBERED
            && !limited.contains_key(&key)
            && let Some(oldest) = limited.iter().min_by_key(|(_, one)| one.last).map(|(key, _)| *key)
        {
            limited.remove(&oldest);
        }
        let one = limited.entry(key).or_insert(Limited { limit, who, tenant, count: 0, since: now, last: now });
        one.count += 1;
        one.last = now;
    }

    /// The last refused first.
    pub(super) fn limited(&self) -> Vec<Limited> {
        let mut all: Vec<Limited> = self.lately().limited.values().cloned().collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.last));
        all
    }

    pub(super) fn counts(&self, tenant: TenantId, minutes: u32, now: Timestamp) -> BTreeMap<Limit, u64> {
        let first = minute(now) - i64::from(minutes);
        let mut counts = BTreeMap::new();
        if let Some(known) = self.lately().minutes.get(&tenant) {
            for ((_, limit), count) in known.iter().filter(|((minute, _), _)| *minute > first) {
                *counts.entry(*limit).or_default() += count;
            }
        }
        counts
    }

    pub(super) fn spikes(&self, most: u64, now: Timestamp) -> Vec<(TenantId, Limit, u64)> {
        let first = minute(now) - MINUTES;
        let mut spikes = Vec::new();
        for (tenant, known) in &self.lately().minutes {
            let mut counts = BTreeMap::<Limit, u64>::new();
            for ((_, limit), count) in known.iter().filter(|((minute, _), _)| *minute > first) {
                *counts.entry(*limit).or_default() += count;
            }
            spikes.extend(
                counts.into_iter().filter(|(_, count)| *count >= most).map(|(limit, count)| (*tenant, limit, count)),
            );
        }
        spikes
    }

    fn lately(&self) -> MutexGuard<'_, Lately> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lately {
    fn count(&mut self, tenant: TenantId, limit: Limit, now: Timestamp) {
        if self.minutes.len() >= TENANTS && !self.minutes.contains_key(&tenant) {
            let last = |counts: &BTreeMap<(i64, Limit), u64>| counts.keys().next_back().map(|(minute, _)| *minute);
            let oldest = self.minutes.iter().min_by_key(|(_, counts)| last(counts)).map(|(tenant, _)| *tenant);
            oldest.and_then(|oldest| self.minutes.remove(&oldest));
        }
        let counts = self.minutes.entry(tenant).or_default();
        *counts.entry((minute(now), limit)).or_default() += 1;
        let first = minute(now) - MINUTES;
        counts.retain(|(minute, _), _| *minute > first);
    }
}

const fn minute(at: Timestamp) -> i64 {
    at.0 / 60_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Network;

    fn stranger(number: i64) -> Who {
        Who::Network(Network::of(std::net::Ipv4Addr::from(u32::try_from(number).unwrap()).into()))
    }

    #[test]
    fn the_last_are_remembered_and_counted_by_the_minute() {
        let refused = Refused::default();
        let tenant = TenantId::new();
        let at = |seconds: i64| Timestamp(seconds * 1_000);
        let ours = stranger(0xc000_0201);
        for stranger in 0..1_000 {
            refused.note(Limit::Requests, self::stranger(stranger), None, at(stranger));
        }
        refused.note(Limit::Conversations, ours, Some(tenant), at(1_000));
        refused.note(Limit::Conversations, ours, Some(tenant), at(1_500));
        let limited = refused.limited();
        assert_eq!(limited.len(), REMEMBERED);
        let first = limited.first().unwrap();
        assert_eq!((first.who, first.count, first.since, first.last), (ours, 2, at(1_000), at(1_500)));
        assert_eq!(limited.last().unwrap().who, stranger(1_000 - REMEMBERED as i64 + 1));
        assert_eq!(refused.counts(tenant, 15, at(1_510)), BTreeMap::from([(Limit::Conversations, 2)]));
        assert_eq!(refused.counts(tenant, 5, at(1_510)), BTreeMap::from([(Limit::Conversations, 1)]));
        assert!(refused.counts(TenantId::new(), 15, at(1_510)).is_empty());
        // One network at two tenants is two that are limited.
        let other = TenantId::new();
        refused.note(Limit::Conversations, ours, Some(other), at(1_600));
        let limited = refused.limited();
        let of = |tenant| limited.iter().find(|one| one.tenant == Some(tenant)).map(|one| (one.who, one.count));
        assert_eq!((of(tenant), of(other)), (Some((ours, 2)), Some((ours, 1))));
        // What is old is not kept.
        refused.note(Limit::Sockets, ours, Some(tenant), at(10_000));
        assert_eq!(refused.counts(tenant, 1_000, at(10_000)), BTreeMap::from([(Limit::Sockets, 1)]));
    }
}
