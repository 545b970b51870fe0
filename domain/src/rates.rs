//! How much may come: buckets for networks, keys, tenants and visitors, in
//! this process and with bounded memory, and who was refused because of them.
//!
//! Strangers are counted by their network, and by the network around it in a
//! larger and slower bucket, so that whoever has many networks has not as many
//! times as much.

mod fair;
mod refused;
mod table;
mod tries;
mod who;

pub use refused::{Limit, Limited};
pub use tries::{Named, Throttle, Tried};
pub use who::Who;

use crate::{Error, Network, Omnichat, Result, database::SystemTx, schema::tenants};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use fair::Fair;
use refused::Refused;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use table::{Allowance, Table};
use types::{ApiKeyId, ContactId, ErrorCode, TenantId, Timestamp, UserId};

/// Buckets of strangers' networks that are remembered, of each kind.
const NETWORKS: usize = 100_000;
/// Buckets of keys, users, tenants and visitors that are remembered, of each kind.
const KNOWN: usize = 50_000;
/// How long a tenant's own limit is remembered without asking the database.
const REMEMBER: Duration = Duration::from_secs(10);
/// Tenants whose own limit is remembered at once.
const TENANTS: usize = 10_000;
/// Sockets that one visitor opens in a minute: a line that breaks at once comes back once or twice a second, in each tab.
const ARRIVALS: u32 = 240;
/// Keys and tokens without a stamp of ours that are looked up in a minute, from everywhere: each costs a look into the
/// database.
const UNSTAMPED: u32 = 1_200;
/// Those of one network; twice as many at once.
const NETWORK_UNSTAMPED: u32 = 120;

/// Most of each kind in a minute; 0 for no limit.
#[derive(Clone, Copy, Debug)]
pub struct PerMinute {
    /// Requests from one network to what needs no sign-in.
    pub address: u32,
    /// Requests of one API key, or of one user's own program.
    pub key: u32,
    /// Requests of all programs of a tenant that has no limit of its own.
    pub tenant: u32,
    /// Messages of one visitor.
    pub visitor_messages: u32,
    /// Conversations that visitors begin with one tenant: each may cost its owner money.
    pub new_conversations: u32,
    /// Conversations that one network begins with one tenant; twice as many at once.
    pub network_conversations: u32,
    /// Visits that one network begins.
    pub visits: u32,
    /// Tokens, keys and cookies of one network that are not good.
    pub bad_credentials: u32,
}

impl Default for PerMinute {
    fn default() -> Self {
        Self {
            address: 3_000,
            key: 600,
            tenant: 6_000,
            visitor_messages: 60,
            new_conversations: 300,
            network_conversations: 10,
            visits: 120,
            bad_credentials: 120,
        }
    }
}

/// So many a minute, and twice as many at once.
const fn twice_at_once(per_minute: u32) -> Allowance {
    Allowance::new(per_minute.saturating_mul(2), Duration::from_secs(120))
}

/// Whose requests are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A network's requests to what needs no sign-in.
    Network(Network),
    /// A network's tokens, keys and cookies that are not good. Looked at before the database is asked, and taken
    /// when one was not good.
    BadCredentials(Network),
    /// Visits that a network begins.
    Visits(Network),
    /// A program with a key.
    Key(ApiKeyId),
    /// A user's own program.
    User(UserId),
    /// All programs of a tenant.
    Tenant(TenantId),
    /// A visitor's messages.
    Visitor(ContactId),
    /// Sockets that a visitor opens.
    Arrival(ContactId),
}

impl Subject {
    /// The same of the network around.
    fn around(self) -> Option<Self> {
        match self {
            Self::Network(network) => Some(Self::Network(network.around())),
            Self::BadCredentials(network) => Some(Self::BadCredentials(network.around())),
            Self::Visits(network) => Some(Self::Visits(network.around())),
            Self::Key(_) | Self::User(_) | Self::Tenant(_) | Self::Visitor(_) | Self::Arrival(_) => None,
        }
    }

    /// What is refused, and to whom.
    fn told(self) -> (Limit, Who) {
        match self {
            Self::Network(network) => (Limit::Requests, Who::Network(network)),
            Self::BadCredentials(network) => (Limit::Credentials, Who::Network(network)),
            Self::Visits(network) => (Limit::Visits, Who::Network(network)),
            Self::Key(key) => (Limit::Requests, Who::Key(key)),
            Self::User(user) => (Limit::Requests, Who::User(user)),
            Self::Tenant(tenant) => (Limit::Requests, Who::Tenant(tenant)),
            Self::Visitor(contact) => (Limit::Messages, Who::Visitor(contact)),
            Self::Arrival(contact) => (Limit::Sockets, Who::Visitor(contact)),
        }
    }
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
    pub(crate) const ENDLESS: Self = Self { limit: 0, remaining: 0, reset: 0, wait: None };

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

    /// The one of which less is left.
    fn tighter(self, other: Self) -> Self {
        let rank = |left: &Self| (left.limit == 0, left.wait.is_none(), left.remaining);
        if rank(&other) < rank(&self) { other } else { self }
    }
}

/// The refusal of whoever came too often.
#[must_use]
pub fn too_many(seconds: u32) -> types::Error {
    let wait = match seconds {
        0 | 1 => "a second".to_owned(),
        2..90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    };
    let message = format!("Too many tries. Please wait {wait} and try again.");
    types::Error::new(ErrorCode::TooManyRequests, message).retry_after(seconds.max(1))
}

/// The limits and how much of them is used.
#[derive(Debug)]
pub struct Rates {
    per_minute: PerMinute,
    networks: Table<Subject>,
    credentials: Table<Subject>,
    visits: Table<Subject>,
    programs: Table<Subject>,
    tenants: Table<Subject>,
    visitors: Table<Subject>,
    conversations: Fair<TenantId>,
    unstamped: Fair<()>,
    throttle: Throttle,
    refused: Arc<Refused>,
    own_limits: Mutex<HashMap<TenantId, (Instant, Option<u32>)>>,
}

impl Rates {
    /// Nothing is used yet.
    #[must_use]
    pub fn new(mut per_minute: PerMinute) -> Self {
        // Who switches a limit off measures from one place, and means its parts too.
        if per_minute.address == 0 {
            (per_minute.visits, per_minute.bad_credentials) = (0, 0);
        }
        if per_minute.new_conversations == 0 {
            per_minute.network_conversations = 0;
        }
        let refused = Arc::new(Refused::default());
        Self {
            per_minute,
            networks: Table::new(NETWORKS),
            credentials: Table::new(NETWORKS),
            visits: Table::new(NETWORKS),
            programs: Table::new(KNOWN),
            tenants: Table::new(KNOWN),
            visitors: Table::new(KNOWN),
            conversations: Fair::new(
                Allowance::per_minute(per_minute.new_conversations),
                twice_at_once(per_minute.network_conversations),
                KNOWN,
            ),
            unstamped: Fair::new(Allowance::per_minute(UNSTAMPED), twice_at_once(NETWORK_UNSTAMPED), 1),
            throttle: Throttle::new(refused.clone()),
            refused,
            own_limits: Mutex::default(),
        }
    }

    /// The limits.
    #[must_use]
    pub const fn per_minute(&self) -> &PerMinute {
        &self.per_minute
    }

    /// Tries of what is rare: sign-ins, codes, registrations.
    #[must_use]
    pub const fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// Counts one more of a subject, of a network for the one around it too.
    pub fn take(&self, subject: Subject) -> Left {
        self.take_at_most(subject, self.limit_of(subject), None)
    }

    /// The same of a subject of a tenant, which hears of it when it is too much.
    pub fn take_in(&self, tenant: TenantId, subject: Subject) -> Left {
        self.take_at_most(subject, self.limit_of(subject), Some(tenant))
    }

    fn take_at_most(&self, subject: Subject, most: u32, tenant: Option<TenantId>) -> Left {
        let (allowance, now) = (Allowance::per_minute(most), Instant::now());
        let table = self.table(subject);
        let around = subject.around();
        let wide = around.map_or(Left::ENDLESS, |around| table.look(&around, allowance.wider(), now));
        // What is refused for one is not counted for the other.
        let left = if wide.wait.is_some() { wide } else { table.take(subject, allowance, now).tighter(wide) };
        if left.wait.is_some() {
            let (limit, who) = subject.told();
            self.note(limit, who, tenant);
        } else if let Some(around) = around {
            table.take(around, allowance.wider(), now);
        }
        left
    }

    /// What a subject has left, without counting; `wait` is set when it is nothing.
    pub fn look(&self, subject: Subject) -> Left {
        let (allowance, now) = (Allowance::per_minute(self.limit_of(subject)), Instant::now());
        let table = self.table(subject);
        let own = table.look(&subject, allowance, now);
        subject.around().map_or(own, |around| own.tighter(table.look(&around, allowance.wider(), now)))
    }

    /// Counts a conversation that a network begins with a tenant. The less the tenant has left in this minute, the
    /// fewer a network may have begun lately: the heaviest are refused first, and newcomers last.
    ///
    /// # Errors
    /// `too_many_requests` with the time to wait.
    pub fn begin_conversation(&self, tenant: TenantId, network: Network) -> types::Result<()> {
        self.conversations.take(tenant, network, Instant::now()).inspect_err(|_| {
            self.note(Limit::Conversations, Who::Network(network), Some(tenant));
        })
    }

    /// Counts a look at a key or token without a stamp of ours. Whoever sends many made-up ones is refused first.
    ///
    /// # Errors
    /// `too_many_requests` with the time to wait.
    pub(crate) fn look_at_unstamped(&self, network: Network) -> types::Result<()> {
        self.unstamped.take((), network, Instant::now()).inspect_err(|_| {
            self.note(Limit::Credentials, Who::Network(network), None);
        })
    }

    /// Looks for something that a stranger names, such as a link or a widget. What is not there counts among the
    /// network's credentials that are not good, and when there were too many nothing more is looked for.
    ///
    /// # Errors
    /// `too_many_requests` with the time to wait, and those of the look.
    pub(crate) async fn look_for<T>(&self, from: Network, look: impl Future<Output = Result<T>>) -> Result<T> {
        let guesser = Subject::BadCredentials(from);
        self.look(guesser).check()?;
        let found = look.await;
        if matches!(&found, Err(Error::Refused(refusal)) if refusal.code == ErrorCode::NotFound) {
            self.take(guesser);
        }
        found
    }

    /// Notes that somebody was refused because of a limit.
    pub fn note(&self, limit: Limit, who: Who, tenant: Option<TenantId>) {
        self.refused.note(limit, who, tenant, Timestamp::now());
    }

    /// Who was refused lately in this process, the last one first; 256 at most.
    #[must_use]
    pub fn limited(&self) -> Vec<Limited> {
        self.refused.limited()
    }

    /// What was refused to or because of a tenant in the last minutes, 15 at most, by the limit.
    #[must_use]
    pub fn refused(&self, tenant: TenantId, minutes: u32) -> BTreeMap<Limit, u64> {
        self.refused.counts(tenant, minutes, Timestamp::now())
    }

    /// Tenants of which at least so much was refused in the last quarter of an hour, by the limit.
    pub(crate) fn spikes(&self, least: u64) -> Vec<(TenantId, Limit, u64)> {
        self.refused.spikes(least, Timestamp::now())
    }

    const fn limit_of(&self, subject: Subject) -> u32 {
        match subject {
            Subject::Network(_) => self.per_minute.address,
            Subject::BadCredentials(_) => self.per_minute.bad_credentials,
            Subject::Visits(_) => self.per_minute.visits,
            Subject::Key(_) | Subject::User(_) => self.per_minute.key,
            Subject::Tenant(_) => self.per_minute.tenant,
            Subject::Visitor(_) => self.per_minute.visitor_messages,
            Subject::Arrival(_) => ARRIVALS,
        }
    }

    const fn table(&self, subject: Subject) -> &Table<Subject> {
        match subject {
            Subject::Network(_) => &self.networks,
            Subject::BadCredentials(_) => &self.credentials,
            Subject::Visits(_) => &self.visits,
            Subject::Key(_) | Subject::User(_) => &self.programs,
            Subject::Tenant(_) => &self.tenants,
            Subject::Visitor(_) | Subject::Arrival(_) => &self.visitors,
        }
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
        let known = rates.own_limits.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&tenant).filter(|(since, _)| since.elapsed() < REMEMBER).map(|(_, limit)| *limit)
    };
    let own = match remembered {
        Some(own) => own,
        None => {
            let own = own_limit(product, tenant).await?;
            let mut known = rates.own_limits.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= TENANTS {
                known.clear();
            }
            known.insert(tenant, (Instant::now(), own));
            own
        }
    };
    // Who switched the limit off for the whole server measures, and means everybody.
    let limit = if rates.per_minute.tenant == 0 { 0 } else { own.unwrap_or(rates.per_minute.tenant) };
    Ok(rates.take_at_most(Subject::Tenant(tenant), limit, Some(tenant)))
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

#[cfg(test)]
mod tests;
