//! How much may come in a minute: token buckets for addresses, keys, tenants
//! and visitors, in this process and with bounded memory.

use crate::{Error, Network, Omnichat, Result, database::SystemTx, schema::tenants};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use types::{ApiKeyId, ContactId, ErrorCode, TenantId, UserId};

/// Buckets that are remembered; beyond that the full ones are forgotten.
const REMEMBERED: usize = 100_000;
/// How long a tenant's own limit is remembered without asking the database.
const REMEMBER: Duration = Duration::from_secs(10);
/// Tenants whose own limit is remembered at once.
const TENANTS: usize = 10_000;
/// Keys and tokens of one network that may be no good in a minute.
const BAD_CREDENTIALS: u32 = 60;
/// Keys and tokens without a stamp of ours that are looked up in a minute.
const UNSTAMPED: u32 = 1_200;

/// Most of each kind in a minute; 0 for no limit.
#[derive(Clone, Copy, Debug)]
pub struct PerMinute {
    /// Requests from one address to what needs no sign-in.
    pub address: u32,
    /// Requests of one API key, or of one user's own program.
    pub key: u32,
    /// Requests of all programs of a tenant that has no limit of its own.
    pub tenant: u32,
    /// Messages of one visitor.
    pub visitor_messages: u32,
    /// Conversations that visitors begin with one tenant: each may cost its owner money.
    pub new_conversations: u32,
}

impl Default for PerMinute {
    fn default() -> Self {
        Self { address: 3_000, key: 600, tenant: 6_000, visitor_messages: 60, new_conversations: 300 }
    }
}

/// Whose requests are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An address, or the network that one household has.
    Address(IpAddr),
    /// A program with a key.
    Key(ApiKeyId),
    /// A user's own program.
    User(UserId),
    /// All programs of a tenant.
    Tenant(TenantId),
    /// A visitor's messages.
    Visitor(ContactId),
    /// Conversations that begin with a tenant.
    Conversations(TenantId),
    /// Keys and tokens from a network that were no good. Only failures are counted.
    BadCredentials(Network),
    /// Keys and tokens without a stamp of ours, from everywhere: each costs a look into the database.
    Unstamped,
}

/// What is left after one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// The limit; 0 for none.
    pub limit: u32,
    /// How many more are let through right now.
    pub remaining: u32,
    /// Seconds until the bucket is full again.
    pub reset: u32,
    /// Seconds to wait, when this one was too much.
    pub wait: Option<u32>,
}

impl Left {
    const ENDLESS: Self = Self { limit: 0, remaining: 0, reset: 0, wait: None };

    /// The refusal, when this one was too much.
    ///
    /// # Errors
    /// `too_many_requests` with the time to wait.
    pub fn check(self) -> types::Result<Self> {
        match self.wait {
            None => Ok(self),
            Some(seconds) => Err(too_many(seconds)),
        }
    }
}

/// The refusal of whoever came too often.
pub(crate) fn too_many(seconds: u32) -> types::Error {
    let wait = match seconds {
        0 | 1 => "a second".to_owned(),
        2..90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    };
    let message = format!("Too many tries. Please wait {wait} and try again.");
    types::Error::new(ErrorCode::TooManyRequests, message).retry_after(seconds.max(1))
}

/// The limits and how much of them is used.
#[derive(Debug, Default)]
pub struct Rates {
    per_minute: PerMinute,
    buckets: Buckets,
    tenants: Mutex<HashMap<TenantId, (Instant, Option<u32>)>>,
}

impl Rates {
    /// Nothing is used yet.
    #[must_use]
    pub fn new(per_minute: PerMinute) -> Self {
        Self { per_minute, ..Self::default() }
    }

    /// The limits.
    #[must_use]
    pub const fn per_minute(&self) -> &PerMinute {
        &self.per_minute
    }

    /// Counts one more of a subject.
    pub fn take(&self, subject: Subject) -> Left {
        self.buckets.take(subject, self.limit(subject), Instant::now())
    }

    /// Refuses a subject that has used up what it has, without counting.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub fn check(&self, subject: Subject) -> types::Result<()> {
        let limit = self.limit(subject);
        if self.buckets.is_exhausted(subject, limit, Instant::now()) {
            return Err(too_many(60_u32.div_ceil(limit.max(1))));
        }
        Ok(())
    }

    const fn limit(&self, subject: Subject) -> u32 {
        match subject {
            Subject::Address(_) => self.per_minute.address,
            Subject::Key(_) | Subject::User(_) => self.per_minute.key,
            Subject::Tenant(_) => self.per_minute.tenant,
            Subject::Visitor(_) => self.per_minute.visitor_messages,
            Subject::Conversations(_) => self.per_minute.new_conversations,
            Subject::BadCredentials(_) => BAD_CREDENTIALS,
            Subject::Unstamped => UNSTAMPED,
        }
    }

    /// Whether an address has used up what it has, without counting.
    pub fn is_exhausted(&self, address: IpAddr) -> bool {
        self.buckets.is_exhausted(Subject::Address(address), self.per_minute.address, Instant::now())
    }
}

/// Counts one more request of a tenant's programs, against the tenant's own
/// limit where it has one.
///
/// # Errors
/// When the database does not answer.
pub async fn take_of_tenant(product: &Omnichat, tenant: TenantId) -> Result<Left> {
    let rates = product.rates();
    let remembered = {
        let known = rates.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&tenant).filter(|(since, _)| since.elapsed() < REMEMBER).map(|(_, limit)| *limit)
    };
    let own = match remembered {
        Some(own) => own,
        None => {
            let own = own_limit(product, tenant).await?;
            let mut known = rates.tenants.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= TENANTS {
                known.clear();
            }
            known.insert(tenant, (Instant::now(), own));
            own
        }
    };
    // Who switched the limit off for the whole server measures, and means everybody.
    let limit = if rates.per_minute.tenant == 0 { 0 } else { own.unwrap_or(rates.per_minute.tenant) };
    Ok(rates.buckets.take(Subject::Tenant(tenant), limit, Instant::now()))
}

/// What the tenant's limits say; nothing when they are silent about it.
async fn own_limit(product: &Omnichat, tenant: TenantId) -> Result<Option<u32>> {
    let limits: Option<serde_json::Value> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let found = tenants::table.filter(tenants::id.eq(tenant)).select(tenants::limits).first(tx.conn()).await;
            Ok::<_, Error>(found.optional()?)
        })
        .await?;
    let number = limits.as_ref().and_then(|limits| limits.get("requests_per_minute")?.as_u64());
    Ok(number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)))
}

/// A bucket for each subject. It holds a minute's worth and fills evenly.
#[derive(Debug, Default)]
struct Buckets(Mutex<HashMap<Subject, Bucket>>);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    /// What is in it by now.
    fn filled(self, limit: u32, now: Instant) -> f64 {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * f64::from(limit) / 60.0;
        (self.left + gained).min(f64::from(limit))
    }
}

impl Buckets {
    fn take(&self, subject: Subject, limit: u32, now: Instant) -> Left {
        if limit == 0 {
            return Left::ENDLESS;
        }
        let most = f64::from(limit);
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            buckets.retain(|_, bucket| now.saturating_duration_since(bucket.at).as_secs() < 60);
            if buckets.len() >= REMEMBERED {
                // A flood from everywhere: this process cannot tell friend from foe.
                buckets.clear();
            }
        }
        let bucket = buckets.entry(whole_network(subject)).or_insert(Bucket { left: most, at: now });
        *bucket = Bucket { left: bucket.filled(limit, now), at: now };
        let seconds = |tokens: f64| (tokens * 60.0 / most).ceil() as u32;
        let wait = if bucket.left < 1.0 {
            Some(seconds(1.0 - bucket.left).max(1))
        } else {
            bucket.left -= 1.0;
            None
        };
        Left { limit, remaining: bucket.left as u32, reset: seconds(most - bucket.left), wait }
    }

    fn is_exhausted(&self, subject: Subject, limit: u32, now: Instant) -> bool {
        let buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        limit > 0 && buckets.get(&whole_network(subject)).is_some_and(|bucket| bucket.filled(limit, now) < 1.0)
    }
}

/// One household has a whole IPv6 network of 2^64 addresses.
fn whole_network(subject: Subject) -> Subject {
    match subject {
        Subject::Address(IpAddr::V6(ip)) => Subject::Address(IpAddr::V6((u128::from(ip) >> 64 << 64).into())),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_holds_so_many_and_refills_evenly() {
        let buckets = Buckets::default();
        let now = Instant::now();
        let address = |text: &str| Subject::Address(text.parse().unwrap());
        let take = |text: &str, at: Instant| buckets.take(address(text), 60, at);
        assert_eq!(take("2001:db8::1", now), Left { limit: 60, remaining: 59, reset: 1, wait: None });
        for _ in 1..60 {
            assert_eq!(take("2001:db8::1", now).wait, None);
        }
        assert_eq!(take("2001:db8::2", now), Left { limit: 60, remaining: 0, reset: 60, wait: Some(1) });
        assert!(buckets.is_exhausted(address("2001:db8::2"), 60, now));
        assert_eq!(take("192.0.2.1", now).wait, None);
        // What was said to be long enough is.
        assert_eq!(take("2001:db8::1", now + Duration::from_secs(1)).wait, None);
        assert_eq!(take("2001:db8::1", now + Duration::from_secs(1)).wait, Some(1));
        assert_eq!(buckets.take(address("192.0.2.9"), 2, now).wait, None);
        assert_eq!(buckets.take(address("192.0.2.9"), 2, now).wait, None);
        assert_eq!(buckets.take(address("192.0.2.9"), 2, now).wait, Some(30));
        assert_eq!(buckets.take(address("192.0.2.9"), 2, now + Duration::from_secs(30)).wait, None);
    }

    #[test]
    fn nought_is_no_limit() {
        let rates = Rates::new(PerMinute { visitor_messages: 0, ..PerMinute::default() });
        let visitor = Subject::Visitor(ContactId::new());
        assert!((0..10_000).all(|_| rates.take(visitor).wait.is_none()));
    }
}
