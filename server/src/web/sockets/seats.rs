//! How many sockets are open: for a tenant, a person, and a network within a
//! tenant; and how many wait for their hello.

use domain::{
    Network,
    shares::{Share, Shares, is_fair},
};
use std::future::Future;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use types::{ContactId, Error, ErrorCode, TenantId, UserId};

/// Dashboards that one user has open at once.
const PER_USER: u64 = 32;
/// Tabs with the widget that one visitor has open at once.
const PER_VISITOR: u64 = 16;
/// Sockets that one network may always have with a tenant, while there are any.
const ALWAYS: u64 = 16;
/// Sockets of one network that have not said hello.
const WAITING: u64 = 256;
/// How many times as much the network around a network may have.
const AROUND: u64 = 4;

/// Every open socket of this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sockets {
    per_tenant: u64,
    /// Of one network with one tenant; 0 for no limit.
    per_network: u64,
    seats: Shares<Holder>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Whose sockets are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// All of a tenant.
    Tenant(TenantId),
    /// A user's.
    User(UserId),
    /// A visitor's.
    Visitor(ContactId),
    /// A network's with a tenant.
    Network(TenantId, Network),
    /// A network's that have not said hello.
    Waiting(Network),
}

/// A place among the sockets; dropping it frees it.
pub type Seat = Share<Holder, 4>;
/// A place among those that have not said hello; dropping it frees it.
pub type Waiting = Share<Holder, 2>;

impl Sockets {
    /// No sockets yet. They close when `stop` is cancelled.
    #[must_use]
    pub fn new(per_tenant: u32, per_network: u32, stop: CancellationToken) -> Self {
        Self {
            per_tenant: u64::from(per_tenant),
            per_network: u64::from(per_network),
            seats: Shares::default(),
            tasks: TaskTracker::new(),
            stop,
        }
    }

    /// Counts the task of a socket, so that the end can wait for it.
    pub fn track<F: Future>(&self, task: F) -> impl Future<Output = F::Output> + use<F> {
        self.tasks.track_future(task)
    }

    /// When to close.
    #[must_use]
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Waits until every socket has closed.
    pub async fn closed(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Lets a socket of a network in until it has said hello.
    ///
    /// # Errors
    /// When too many of the network wait already.
    pub fn wait(&self, network: Network) -> Result<Waiting, Error> {
        let is_limited = self.per_network > 0;
        self.seats.take(1, [network.around(), network].map(Holder::Waiting), |[around, own]| {
            if is_limited && (own >= WAITING || around >= WAITING * AROUND) { Err(too_many()) } else { Ok(()) }
        })
    }

    /// Takes a place for a person of a tenant, who comes from a network.
    ///
    /// # Errors
    /// When the tenant, the person or the network has too many open.
    pub fn take(&self, tenant: TenantId, person: Holder, network: Network) -> Result<Seat, Error> {
        let near = Holder::Network(tenant, network);
        let far = Holder::Network(tenant, network.around());
        let of_person = match person {
            Holder::User(_) => PER_USER,
            _ => PER_VISITOR,
        };
        let (whole, most) = (self.per_tenant, self.per_network);
        self.seats.take(1, [Holder::Tenant(tenant), person, far, near], |[all, own, around, network]| {
            // The fewer are left, the fewer a network may have: there is always one for the next.
            let is_share = most == 0
                || network < most
                    && around < most * AROUND
                    && is_fair(whole, all, network + 1, ALWAYS)
                    && is_fair(whole, all, around.div_ceil(AROUND) + 1, ALWAYS);
            if all < whole && own < of_person && is_share { Ok(()) } else { Err(too_many()) }
        })
    }
}

fn too_many() -> Error {
    let sentence = "Too many connections are open. Close some tabs, or try again in a while.";
    Error::new(ErrorCode::TooManyRequests, sentence).retry_after(30)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    fn visitor() -> Holder {
        Holder::Visitor(ContactId::new())
    }

    #[test]
    fn places_are_limited_and_freed() {
        let sockets = Sockets::new(20, 0, CancellationToken::new());
        let (tenant, visitor, home) = (TenantId::new(), visitor(), network("192.0.2.1"));
        let seats: Vec<Seat> = (0..PER_VISITOR).map(|_| sockets.take(tenant, visitor, home).unwrap()).collect();
        assert!(sockets.take(tenant, visitor, home).is_err());
        let others: Vec<Seat> =
            (0..20 - PER_VISITOR).map(|_| sockets.take(tenant, self::visitor(), home).unwrap()).collect();
        assert!(sockets.take(tenant, self::visitor(), home).is_err());
        drop((seats, others));
        assert_eq!(sockets.seats.held(&Holder::Tenant(tenant)), 0);
        sockets.take(tenant, visitor, home).unwrap();
    }

    #[test]
    fn no_network_has_all_of_a_tenant() {
        let sockets = Sockets::new(2_000, 200, CancellationToken::new());
        let tenant = TenantId::new();
        let take = |text: &str| sockets.take(tenant, visitor(), network(text)).ok();
        let one: Vec<Seat> = (0..1_000).map_while(|_| take("192.0.2.1")).collect();
        assert_eq!(one.len(), 200);
        let wide: Vec<Seat> =
            (0..10_000).filter_map(|other| take(&format!("2001:db8:1:{:x}::1", other % 500))).collect();
        assert_eq!(wide.len(), 800);
        let many: Vec<Seat> = (0..10_000).filter_map(|other| take(&format!("198.51.{}.1", other % 20))).collect();
        for honest in 0..20 {
            assert!(take(&format!("203.0.{honest}.1")).is_some(), "after {} of 20 networks", many.len());
        }
    }

    #[test]
    fn who_says_nothing_is_counted_too() {
        let sockets = Sockets::new(2_000, 200, CancellationToken::new());
        let silent: Vec<Waiting> = (0..1_000).map_while(|_| sockets.wait(network("192.0.2.1")).ok()).collect();
        assert_eq!(silent.len() as u64, WAITING);
        sockets.wait(network("198.51.100.1")).unwrap();
        drop(silent);
        sockets.wait(network("192.0.2.1")).unwrap();
    }
}
