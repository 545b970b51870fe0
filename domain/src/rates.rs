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
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    #[test]
    fn a_network_is_counted_however_it_is_written_and_with_the_ones_around_it() {
        let rates = Rates::new(PerMinute { address: 60, ..PerMinute::default() });
        let take = |text: &str| rates.take(Subject::Network(network(text))).wait;
        for _ in 0..60 {
            assert_eq!(take("2001:db8:1:1::1"), None);
        }
        assert!(take("2001:db8:1:1:ffff::2").is_some(), "one household has a whole /64");
        assert_eq!(take("2001:db8:1:2::1"), None);
        // A whole /48 has eight times as much, not 65,536 times.
        let let_in = (2..1_000).filter(|other| take(&format!("2001:db8:1:{other:x}::1")).is_none()).count();
        assert!((8 * 60 - 61..8 * 60).contains(&let_in), "{let_in}");
        assert_eq!(take("2001:db8:2:1::1"), None, "somebody else's network is not theirs");
        // IPv4 as a server on [::] sees it: each address counts for itself.
        while take("::ffff:192.0.2.1").is_none() {}
        assert!(take("192.0.2.1").is_some());
        assert_eq!(take("::ffff:192.0.2.2"), None);
        let limited = rates.limited();
        assert!(
            limited.iter().any(|one| one.who == Who::Network(network("192.0.2.1")) && one.limit == Limit::Requests),
            "{limited:?}"
        );
    }

    #[test]
    fn a_visitor_comes_back_often_and_not_without_end() {
        let rates = Rates::new(PerMinute { visitor_messages: 1, ..PerMinute::default() });
        let visitor = Subject::Arrival(ContactId::new());
        assert!((0..ARRIVALS).all(|_| rates.take(visitor).wait.is_none()));
        assert!(rates.take(visitor).wait.is_some());
        assert!(rates.take(Subject::Arrival(ContactId::new())).wait.is_none());
    }

    #[test]
    fn looking_costs_nothing_and_kinds_do_not_share() {
        let rates = Rates::new(PerMinute { bad_credentials: 2, visitor_messages: 0, ..PerMinute::default() });
        let bad = Subject::BadCredentials(network("192.0.2.1"));
        for _ in 0..10 {
            assert_eq!(rates.look(bad).wait, None);
        }
        assert!(rates.take(bad).wait.is_none() && rates.take(bad).wait.is_none());
        assert_eq!(rates.look(bad).wait, Some(30));
        assert_eq!(rates.look(Subject::Network(network("192.0.2.1"))).wait, None);
        let visitor = Subject::Visitor(ContactId::new());
        assert!((0..10_000).all(|_| rates.take(visitor).wait.is_none()), "nought is no limit");
    }

    #[test]
    fn tokens_of_an_earlier_release_are_looked_at_however_many_are_made_up_elsewhere() {
        let rates = Rates::new(PerMinute::default());
        let look = |text: &str| rates.look_at_unstamped(network(text)).is_ok();
        for other in 1..=12 {
            for _ in 0..400 {
                look(&format!("198.51.{other}.7"));
            }
        }
        assert!(!look("198.51.1.7"), "whoever sent many waits");
        for honest in 1..=50 {
            assert!(look(&format!("203.0.{honest}.9")), "newcomer {honest} was refused");
        }
        assert!(
            rates
                .limited()
                .iter()
                .any(|one| one.who == Who::Network(network("198.51.1.7")) && one.limit == Limit::Credentials)
        );
    }

    #[tokio::test]
    async fn whoever_names_what_is_not_there_is_a_guesser() {
        let rates = Rates::new(PerMinute { bad_credentials: 3, ..PerMinute::default() });
        let guesser = network("192.0.2.1");
        let nothing = async || -> Result<()> { Err(Error::refused(ErrorCode::NotFound, "It is not there.")) };
        for _ in 0..10 {
            rates.look_for(guesser, async { Ok(()) }).await.unwrap();
        }
        let mut codes = Vec::new();
        for _ in 0..5 {
            codes.push(types::Error::from(rates.look_for(guesser, nothing()).await.unwrap_err()).code);
        }
        use ErrorCode::{NotFound, TooManyRequests};
        assert_eq!(codes, [NotFound, NotFound, NotFound, TooManyRequests, TooManyRequests]);
        rates.look_for(network("192.0.2.2"), async { Ok(()) }).await.unwrap();
    }

    #[test]
    fn a_tenant_hears_that_its_key_is_limited() {
        let rates = Rates::new(PerMinute { key: 2, ..PerMinute::default() });
        let (tenant, key) = (TenantId::new(), ApiKeyId::new());
        for _ in 0..5 {
            rates.take_in(tenant, Subject::Key(key));
        }
        assert_eq!(rates.refused(tenant, 15), BTreeMap::from([(Limit::Requests, 3)]));
        let limited = rates.limited();
        assert_eq!((limited[0].who, limited[0].tenant), (Who::Key(key), Some(tenant)));
    }
}
