//! Signs that something is wrong, counted in this process while requests are
//! served. Counting asks no database; what crosses a line waits for [`super::watch`].

use crate::{
    Network, Omnichat,
    accounts::{Caller, Device, device_words},
    rates::Named,
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Notify;
use types::{ApiKeyId, SessionId, TenantId, UserId};

/// What is counted together.
const WINDOW: Duration = Duration::from_secs(3600);
/// Things that are counted at once; beyond it those whose window is oldest are forgotten.
const COUNTED: usize = 20_000;
/// Networks that are told apart for one thing.
const NETWORKS: usize = 64;
/// For so long a sign-in from a place where the person signed in is not looked at again.
const SAME_PLACE: Duration = Duration::from_secs(600);
/// Places that are remembered for it.
const PLACES: usize = 10_000;
/// Alarms that wait to be stored; the oldest go first.
const WAITING: usize = 1_000;

/// What may be a sign that something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Signal {
    /// A wrong password, or a wrong code after it.
    FailedSignIn(UserId),
    /// An API key was used.
    KeyUsed(TenantId, ApiKeyId),
}

impl Signal {
    /// How much of it within the window makes an alarm.
    const fn line(self) -> usize {
        match self {
            Self::FailedSignIn(_) => 10,
            Self::KeyUsed(..) => 8,
        }
    }
}

/// Something that is to be written down.
#[derive(Clone, Debug)]
pub(crate) enum Alarm {
    /// A signal crossed its line.
    Crossed {
        signal: Signal,
        /// How often; for a key the number of networks.
        count: usize,
        /// Where it came from, the first of them.
        networks: Vec<Network>,
    },
    /// Somebody signed in, perhaps with a device that they had not used before.
    SignedIn { tenant: TenantId, user: UserId, session: SessionId, device: Device },
}

/// What was noticed lately.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    counted: Mutex<HashMap<Signal, Window>>,
    places: Mutex<HashMap<Place, Instant>>,
    alarms: Mutex<VecDeque<Alarm>>,
    rung: Notify,
}

/// A person, the kind of device, and the network around it.
type Place = (UserId, Named, Network);

#[derive(Debug)]
struct Window {
    began: Instant,
    count: usize,
    networks: Vec<Network>,
    /// The next alarm is at so many.
    line: usize,
}

impl Signals {
    /// Counts one more.
    pub(crate) fn note(&self, signal: Signal, network: Network) {
        self.note_at(signal, network, Instant::now());
    }

    fn note_at(&self, signal: Signal, network: Network, now: Instant) {
        // A program behind one provider's addresses is in one place.
        let network = if matches!(signal, Signal::KeyUsed(..)) { network.around() } else { network };
        let alarm = {
            let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
            if counted.len() >= COUNTED && !counted.contains_key(&signal) {
                forget_oldest(&mut counted);
            }
            let fresh = || Window { began: now, count: 0, networks: Vec::new(), line: signal.line() };
            let window = counted.entry(signal).or_insert_with(fresh);
            if now.saturating_duration_since(window.began) > WINDOW {
                *window = fresh();
            }
            window.count += 1;
            if window.networks.len() < NETWORKS && !window.networks.contains(&network) {
                window.networks.push(network);
            }
            let measure = if matches!(signal, Signal::KeyUsed(..)) { window.networks.len() } else { window.count };
            (measure >= window.line).then(|| {
                window.line = measure.saturating_mul(4);
                Alarm::Crossed { signal, count: measure, networks: window.networks.iter().take(3).copied().collect() }
            })
        };
        if let Some(alarm) = alarm {
            self.raise(alarm);
        }
    }

    /// Whether a person did not sign in from a place like this in the last minutes, which is
    /// remembered: whoever signs in again and again keeps nobody from what else is to be written.
    fn is_elsewhere(&self, user: UserId, device: &Device, now: Instant) -> bool {
        let place = (user, Named::of(&device_words(&device.user_agent)), device.network().around());
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= PLACES && !places.contains_key(&place) {
            places.retain(|_, since| now.saturating_duration_since(*since) < SAME_PLACE);
            if places.len() >= PLACES {
                places.clear();
            }
        }
        match places.get(&place) {
            Some(since) if now.saturating_duration_since(*since) < SAME_PLACE => false,
            _ => {
                places.insert(place, now);
                true
            }
        }
    }

    /// A new password makes every place of a person one to be looked at.
    pub(crate) fn forget_places(&self, user: UserId) {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).retain(|(other, ..), _| *other != user);
    }

    pub(super) fn raise(&self, alarm: Alarm) {
        let mut alarms = self.alarms.lock().unwrap_or_else(PoisonError::into_inner);
        if alarms.len() >= WAITING {
            alarms.pop_front();
        }
        alarms.push_back(alarm);
        self.rung.notify_one();
    }

    /// The next alarm; waits for one.
    pub(super) async fn next(&self) -> Alarm {
        loop {
            let waiting = self.alarms.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            match waiting {
                Some(alarm) => return alarm,
                None => self.rung.notified().await,
            }
        }
    }
}

/// Notes where a program's key is used from.
pub fn note_key_use(product: &Omnichat, caller: &Caller, device: &Device) {
    if let Some(key) = caller.key() {
        product.signals().note(Signal::KeyUsed(caller.tenant(), key), device.network());
    }
}

/// Notes that somebody signed in.
pub(crate) fn note_sign_in(product: &Omnichat, caller: &Caller, device: &Device) {
    let Ok(member) = caller.member() else { return };
    let (tenant, user, session) = (member.tenant(), member.user(), member.session());
    if member.impersonated_by().is_none() && product.signals().is_elsewhere(user, device, Instant::now()) {
        product.signals().raise(Alarm::SignedIn { tenant, user, session, device: device.clone() });
    }
}

/// Makes room for an eighth more: the oldest windows end soonest anyway.
fn forget_oldest(counted: &mut HashMap<Signal, Window>) {
    let mut began: Vec<Instant> = counted.values().map(|window| window.began).collect();
    let place = began.len() / 8;
    let (_, line, _) = began.select_nth_unstable(place);
    let line = *line;
    counted.retain(|_, window| window.began > line);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn network(place: u32) -> Network {
        Network::of(Ipv4Addr::from(0x0a00_0000 + place * 256).into())
    }

    fn counts(signals: &Signals) -> Vec<usize> {
        let waiting: Vec<Alarm> = signals.alarms.lock().unwrap().drain(..).collect();
        let count = |alarm: &Alarm| match alarm {
            Alarm::Crossed { count, .. } => *count,
            Alarm::SignedIn { .. } => 0,
        };
        waiting.iter().map(count).collect()
    }

    #[test]
    fn an_alarm_rings_once_at_its_line_and_again_when_it_is_four_times_as_much() {
        let (signals, now) = (Signals::default(), Instant::now());
        let failed = Signal::FailedSignIn(UserId::new());
        for _ in 0..100 {
            signals.note_at(failed, network(1), now);
        }
        assert_eq!(counts(&signals), [10, 40]);
        for _ in 0..9 {
            signals.note_at(failed, network(1), now + WINDOW * 2);
        }
        assert!(counts(&signals).is_empty(), "an hour later it begins anew");
    }

    #[test]
    fn a_place_is_looked_at_once_in_a_while_and_again_after_a_new_password() {
        let (signals, now) = (Signals::default(), Instant::now());
        let (user, other) = (UserId::new(), UserId::new());
        let home = Device::default();
        let phone = Device { user_agent: "Firefox/1 (Android)".to_owned(), ..home.clone() };
        assert!(signals.is_elsewhere(user, &home, now) && signals.is_elsewhere(user, &phone, now));
        for _ in 0..100 {
            assert!(!signals.is_elsewhere(user, &home, now + SAME_PLACE / 2));
        }
        assert!(signals.is_elsewhere(other, &home, now));
        assert!(signals.is_elsewhere(user, &home, now + SAME_PLACE));
        signals.forget_places(user);
        assert!(signals.is_elsewhere(user, &phone, now) && !signals.is_elsewhere(other, &home, now));
    }

    #[test]
    fn a_key_counts_by_its_networks_and_not_by_its_use() {
        let (signals, now) = (Signals::default(), Instant::now());
        let used = Signal::KeyUsed(TenantId::new(), ApiKeyId::new());
        for _ in 0..10_000 {
            signals.note_at(used, network(1), now);
        }
        assert!(counts(&signals).is_empty());
        for place in 0..8 {
            signals.note_at(used, network(place), now);
        }
        assert_eq!(counts(&signals), [8]);
    }

    #[test]
    fn whoever_makes_up_accounts_pushes_nothing_recent_out() {
        let (signals, now) = (Signals::default(), Instant::now());
        for place in 0..COUNTED * 2 {
            let later = now + Duration::from_micros(u64::try_from(place).unwrap());
            signals.note_at(Signal::FailedSignIn(UserId::new()), network(1), later);
        }
        assert!(signals.counted.lock().unwrap().len() <= COUNTED);
        let held = Signal::FailedSignIn(UserId::new());
        for _ in 0..10 {
            signals.note_at(held, network(1), now + Duration::from_secs(5));
        }
        assert_eq!(counts(&signals), [10]);
    }
}
