//! Who holds the connections. One network has a share of them; and when all
//! are taken, the network that holds most loses one, rather than that a
//! newcomer finds the door closed. Behind a proxy every connection is the
//! proxy's own: there the same holds among those whom it names, for each from
//! the request until the answer was taken, or for as long as the socket lives.

use super::held::{Held, Line};
use domain::Network;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Instant,
};

/// How many times as much the network around a network may hold.
const AROUND: usize = 4;

/// The connections that are open. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most: usize,
    /// Of one network; 0 for no limit.
    per_network: usize,
    start: Instant,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    count: usize,
    next: u64,
    networks: HashMap<Network, BTreeMap<u64, Arc<Held>>>,
    around: HashMap<Network, usize>,
    /// The networks around, by how much they hold.
    heaviest_around: BTreeSet<(usize, Network)>,
    /// Networks within the ones around, by how much they hold.
    heaviest: BTreeSet<(Network, usize, Network)>,
    /// Those that have lost their places to whoever enters now.
    evicted: Vec<Arc<Held>>,
}

/// The place of a connection among all; a socket takes it along when the connection becomes one.
#[derive(Clone, Debug)]
pub struct Place(Arc<Guard>);

/// What has the place until it is dropped.
#[derive(Debug)]
pub struct Guard {
    places: Places,
    held: Arc<Held>,
}

impl Guard {
    /// Stops counting a connection that is about to end: whoever comes next need not wait for its last words.
    pub fn leave(&self) {
        self.places.open().leave(&self.held);
    }
}

impl Place {
    /// What is known of the connection.
    pub fn held(&self) -> &Arc<Held> {
        &self.0.held
    }

    /// The connection is a socket from now on.
    pub fn become_socket(&self) {
        self.0.held.become_socket();
    }

    /// Waits until the place is needed for somebody else.
    pub async fn taken_away(&self) {
        self.0.held.taken_away().await;
    }

    /// Waits until the place of a request through a proxy is needed for somebody else.
    pub async fn interrupted(&self) {
        self.0.held.interrupted().await;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.leave();
        // Nobody comes through it any more.
        self.held.name(None);
    }
}

impl Places {
    /// So many for all, and so many for one network; 0 for no share.
    #[must_use]
    pub fn new(most: u32, per_network: u32) -> Self {
        let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        Self(Arc::new(Inner {
            most: number(most).max(1),
            per_network: number(per_network),
            start: Instant::now(),
            open: Mutex::default(),
        }))
    }

    /// Gives a place to a connection from a network, which may cost another one its own; none when the network has as
    /// many as it may and all of them are at work.
    pub fn enter(&self, network: Network) -> Option<Place> {
        self.enter_on(network, Arc::new(Line::new(self.0.start)), None)
    }

    /// The same for a network that a proxy names in a request through a connection.
    pub fn enter_through(&self, connection: &Place, network: Network) -> Option<Place> {
        self.enter_on(network, Arc::clone(connection.held().line()), Some(Arc::downgrade(&connection.0)))
    }

    fn enter_on(&self, network: Network, line: Arc<Line>, through: Option<Weak<Guard>>) -> Option<Place> {
        let mut open = self.open();
        let held = open.enter(&self.0, network, line, through);
        let evicted = mem::take(&mut open.evicted);
        // Without the lock: it lets go of connections, which are counted in places of their own.
        drop(open);
        for held in evicted {
            held.take_away();
        }
        Some(Place(Arc::new(Guard { held: held?, places: self.clone() })))
    }

    /// How many are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.open().count
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn enter(
        &mut self,
        limits: &Inner,
        network: Network,
        line: Arc<Line>,
        through: Option<Weak<Guard>>,
    ) -> Option<Arc<Held>> {
        let limit = limits.per_network;
        if limit > 0 {
            let around = network.around();
            if self.of(network) >= limit && !self.evict_idle(network) {
                return None;
            }
            if self.of_around(around) >= limit.saturating_mul(AROUND) {
                let heaviest = self.heaviest_in(around)?;
                if !self.evict_idle(heaviest) {
                    return None;
                }
            }
        }
        if self.count >= limits.most && !self.make_room(network) {
            return None;
        }
        Some(self.add(network, line, through))
    }

    fn of(&self, network: Network) -> usize {
        self.networks.get(&network).map_or(0, BTreeMap::len)
    }

    fn of_around(&self, around: Network) -> usize {
        self.around.get(&around).copied().unwrap_or(0)
    }

    /// The network that holds most within the one around.
    fn heaviest_in(&self, around: Network) -> Option<Network> {
        let (found, _, network) = self.heaviest.range(..(around, usize::MAX, around)).next_back()?;
        (*found == around).then_some(*network)
    }

    fn add(&mut self, network: Network, line: Arc<Line>, through: Option<Weak<Guard>>) -> Arc<Held> {
        self.next += 1;
        let held = Arc::new(Held::new(self.next, network, line, through));
        self.networks.entry(network).or_default().insert(held.id(), Arc::clone(&held));
        self.count += 1;
        self.counted(network, 1, 0);
        held
    }

    fn leave(&mut self, held: &Held) {
        let Some(of_network) = self.networks.get_mut(&held.network()) else { return };
        if of_network.remove(&held.id()).is_none() {
            // It was taken away.
            return;
        }
        if of_network.is_empty() {
            self.networks.remove(&held.network());
        }
        self.count -= 1;
        self.counted(held.network(), 0, 1);
    }

    /// Keeps the orders after `more` or `fewer` of a network.
    fn counted(&mut self, network: Network, more: usize, fewer: usize) {
        let (around, now) = (network.around(), self.of(network));
        let before = now + fewer - more;
        self.heaviest.remove(&(around, before, network));
        if now > 0 {
            self.heaviest.insert((around, now, network));
        }
        let before = self.of_around(around);
        let now = before + more - fewer;
        self.heaviest_around.remove(&(before, around));
        if now > 0 {
            self.heaviest_around.insert((now, around));
            self.around.insert(around, now);
        } else {
            self.around.remove(&around);
        }
    }

    fn evict(&mut self, held: &Arc<Held>) {
        self.leave(held);
        self.evicted.push(Arc::clone(held));
    }

    /// Closes the connection of a network that has been idle for longest, if one is.
    fn evict_idle(&mut self, network: Network) -> bool {
        match self.first_of(network) {
            Some(first) if first.is_idle() => {
                self.evict(&first);
                true
            }
            _ => false,
        }
    }

    fn first_of(&self, network: Network) -> Option<Arc<Held>> {
        self.networks.get(&network)?.values().min_by_key(|held| held.rank()).cloned()
    }

    /// Takes a place from whoever holds most, for a newcomer that holds less.
    fn make_room(&mut self, newcomer: Network) -> bool {
        let Some((of_around, around)) = self.heaviest_around.last().copied() else { return false };
        let Some(heaviest) = self.heaviest_in(around) else { return false };
        let Some(first) = self.first_of(heaviest) else { return false };
        let is_heavier = self.of(heaviest) > self.of(newcomer) + 1 || of_around > self.of_around(newcomer.around()) + 1;
        let goes = first.is_idle() || is_heavier;
        if goes {
            self.evict(&first);
        }
        goes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    fn is_out(place: &Place) -> bool {
        futures::FutureExt::now_or_never(place.taken_away()).is_some()
    }

    #[test]
    fn a_full_house_takes_from_whoever_holds_most() {
        let places = Places::new(100, 0);
        let hog: Vec<Place> = (0..95).map(|_| places.enter(network("192.0.2.1")).unwrap()).collect();
        for place in &hog {
            // All of them read slowly; one is at work.
            place.held().set_blocked(true);
        }
        hog[0].held().set_blocked(false);
        hog[0].held().begin();
        let honest: Vec<Place> =
            (0..40).map(|other| places.enter(network(&format!("198.51.{other}.1"))).unwrap()).collect();
        assert_eq!(places.count(), 100);
        assert!(!honest.iter().any(is_out), "a newcomer lost its place to the next one");
        assert_eq!(hog.iter().filter(|place| is_out(place)).count(), 35);
        drop((hog, honest));
        assert_eq!(places.count(), 0);
        let open = places.open();
        assert!(open.networks.is_empty() && open.around.is_empty() && open.heaviest.is_empty());
        assert!(open.heaviest_around.is_empty());
    }

    #[test]
    fn many_small_networks_of_one_are_one() {
        let places = Places::new(100, 0);
        let hog: Vec<Place> =
            (0..100).map(|other| places.enter(network(&format!("2001:db8:1:{other:x}::1"))).unwrap()).collect();
        for place in &hog {
            place.held().begin();
        }
        let honest: Vec<Place> =
            (0..30).map(|other| places.enter(network(&format!("2001:db8:2{other:02}::1"))).unwrap()).collect();
        assert!(!honest.iter().any(is_out));
        assert_eq!(hog.iter().filter(|place| is_out(place)).count(), 30);
    }

    /// Two wide networks hold everything through a proxy, whose own connections say nothing of it.
    #[test]
    fn through_a_proxy_the_heaviest_lose_theirs_too() {
        let (proxy, named) = (Places::new(200, 0), Places::new(100, 0));
        let through = |text: &str| {
            let connection = proxy.enter(network("127.0.0.1")).unwrap();
            connection.held().begin();
            let place = named.enter_through(&connection, network(text))?;
            connection.held().name(Some(place.clone()));
            Some((connection, place))
        };
        let hogs: Vec<(Place, Place)> =
            (0..100).map(|other| through(&format!("192.0.{}.{}", other % 2, other / 2 % 2)).unwrap()).collect();
        assert!(through("192.0.1.1").is_none(), "no heavier one is there to lose anything");
        // Half of them are sockets by now.
        for (connection, place) in &hogs[50..] {
            connection.held().answer();
            connection.held().answered();
            place.become_socket();
        }
        let honest: Vec<(Place, Place)> = (0..60).map(|other| through(&format!("198.51.{other}.1")).unwrap()).collect();
        let is_interrupted = |place: &Place| futures::FutureExt::now_or_never(place.interrupted()).is_some();
        assert!(!honest.iter().any(|(connection, place)| is_out(connection) || is_interrupted(place)));
        let sockets = hogs.iter().filter(|(connection, _)| is_out(connection)).count();
        let requests = hogs.iter().filter(|(_, place)| is_interrupted(place)).count();
        assert_eq!((sockets, requests), (50, 10), "a socket goes before a request");
        assert_eq!(named.count(), 100);
        assert_eq!(proxy.count(), 100, "a connection that is about to end takes nobody's room");
        drop((hogs, honest));
        assert_eq!((named.count(), proxy.count()), (0, 0));
    }

    #[test]
    fn a_proxys_connection_is_nobodys_when_the_answer_was_taken() {
        let (proxy, named) = (Places::new(10, 0), Places::new(10, 0));
        let connection = proxy.enter(network("127.0.0.1")).unwrap();
        let held = connection.held();
        for text in ["192.0.2.1", "192.0.2.2"] {
            held.begin();
            held.name(Some(named.enter_through(&connection, network(text)).unwrap()));
            held.flushed();
            held.answer();
            held.flushed();
            assert_eq!(named.count(), 1, "the answer is on its way");
            held.answered();
            assert_eq!(named.count(), 1, "it is written, and not taken");
            held.flushed();
            assert_eq!(named.count(), 0);
        }
    }

    #[test]
    fn one_network_has_its_share_and_loses_what_is_idle_first() {
        let places = Places::new(1_000, 8);
        let own: Vec<Place> = (0..8).map(|_| places.enter(network("192.0.2.1")).unwrap()).collect();
        for place in &own[1..] {
            place.held().begin();
        }
        let next = places.enter(network("192.0.2.1")).unwrap();
        assert!(is_out(&own[0]), "the idle one goes");
        next.held().begin();
        assert!(places.enter(network("192.0.2.1")).is_none(), "all eight are at work");
        let others: Vec<Place> = (2..=4)
            .flat_map(|other| (0..8).map(move |_| other))
            .map(|other| places.enter(network(&format!("192.0.2.{other}"))).unwrap())
            .collect();
        for place in &others {
            place.held().begin();
        }
        assert!(places.enter(network("192.0.2.5")).is_none(), "a /24 has four times as many");
        assert!(places.enter(network("192.0.3.1")).is_some());
        drop((own, next));
        assert!(places.enter(network("192.0.2.1")).is_some());
    }
}
