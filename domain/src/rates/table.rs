//! Buckets with a limit on how many are remembered. A full table forgets the
//! ones that are nearest to full, and refuses nobody for being full: what is
//! forgotten so is a stranger who hardly asked, not one who is at the end.

use super::Left;
use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::{BuildHasher as _, Hash},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Parts of a table, each with a lock of its own.
const SHARDS: usize = 16;
/// How much longer and larger the bucket of the network around a network is.
const WIDER: (u32, u32) = (8, 2);

/// A bucket of so many, which fills evenly within so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    most: u32,
    within: Duration,
}

impl Allowance {
    /// So many at once, and as many again within so long. 0 for no limit.
    #[must_use]
    pub const fn new(most: u32, within: Duration) -> Self {
        Self { most, within }
    }

    /// So many a minute, or all of them at once. 0 for no limit.
    #[must_use]
    pub const fn per_minute(most: u32) -> Self {
        Self::new(most, Duration::from_secs(60))
    }

    /// What the network around a network has: eight times as much at once, and in the long run four times.
    #[must_use]
    pub fn wider(self) -> Self {
        Self { most: self.most.saturating_mul(WIDER.0), within: self.within.saturating_mul(WIDER.1) }
    }

    pub(super) const fn is_endless(self) -> bool {
        self.most == 0
    }

    /// Nanoseconds in which one more comes in.
    fn interval(self) -> u64 {
        let within = u64::try_from(self.within.as_nanos()).unwrap_or(u64::MAX);
        (within / u64::from(self.most.max(1))).max(1)
    }

    /// What is left when the bucket is full again in `missing` nanoseconds.
    fn left(self, missing: u64) -> Left {
        let interval = self.interval();
        let whole = interval.saturating_mul(u64::from(self.most));
        let next = missing.saturating_add(interval);
        Left {
            limit: self.most,
            remaining: narrow(whole.saturating_sub(missing) / interval),
            reset: seconds(missing),
            wait: (next > whole).then(|| seconds(next - whole).max(1)),
        }
    }
}

/// Buckets by what they are for. A bucket is the moment at which it is full again.
#[derive(Debug)]
pub(super) struct Table<K> {
    shards: Vec<Mutex<HashMap<K, u64>>>,
    most_each: usize,
    hasher: RandomState,
    start: Instant,
}

impl<K: Hash + Eq + Copy> Table<K> {
    /// A table that remembers about `most` buckets.
    pub fn new(most: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            most_each: (most / SHARDS).max(1),
            hasher: RandomState::new(),
            start: Instant::now(),
        }
    }

    /// Takes one, if it is there; says what is left.
    pub fn take(&self, key: K, allowance: Allowance, now: Instant) -> Left {
        if allowance.is_endless() {
            return Left::ENDLESS;
        }
        let now = self.nanos(now);
        let Some(mut shard) = self.shard(&key) else { return Left::ENDLESS };
        let full_at = shard.get(&key).copied().unwrap_or(now).max(now);
        let left = allowance.left(full_at - now);
        if left.wait.is_some() {
            return left;
        }
        let full_at = full_at.saturating_add(allowance.interval());
        self.put(&mut shard, key, full_at, now);
        Left { wait: None, ..allowance.left(full_at - now) }
    }

    /// Takes so many, whether or not they are there.
    pub fn spend(&self, key: K, amount: u32, allowance: Allowance, now: Instant) {
        if allowance.is_endless() {
            return;
        }
        let now = self.nanos(now);
        let Some(mut shard) = self.shard(&key) else { return };
        let full_at = shard.get(&key).copied().unwrap_or(now).max(now);
        let full_at = full_at.saturating_add(allowance.interval().saturating_mul(amount.into()));
        self.put(&mut shard, key, full_at, now);
    }

    fn put(&self, shard: &mut HashMap<K, u64>, key: K, full_at: u64, now: u64) {
        if shard.len() >= self.most_each && !shard.contains_key(&key) {
            evict(shard, now, self.most_each);
        }
        shard.insert(key, full_at);
    }

    /// What is left; `wait` is set when nothing is.
    pub fn look(&self, key: &K, allowance: Allowance, now: Instant) -> Left {
        if allowance.is_endless() {
            return Left::ENDLESS;
        }
        let now = self.nanos(now);
        let full_at = self.shard(key).and_then(|shard| shard.get(key).copied()).unwrap_or(now);
        allowance.left(full_at.saturating_sub(now))
    }

    /// Puts one back that was taken.
    pub fn give_back(&self, key: &K, allowance: Allowance) {
        if let Some(mut shard) = self.shard(key)
            && let Some(full_at) = shard.get_mut(key)
        {
            *full_at = full_at.saturating_sub(allowance.interval());
        }
    }

    /// Fills a bucket.
    pub fn forget(&self, key: &K) {
        if let Some(mut shard) = self.shard(key) {
            shard.remove(key);
        }
    }

    fn shard(&self, key: &K) -> Option<MutexGuard<'_, HashMap<K, u64>>> {
        let hash = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).unwrap_or_default();
        self.shards.get(hash).map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn nanos(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.start).as_nanos()).unwrap_or(u64::MAX)
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap().len()).sum()
    }
}

/// Makes room: drops what is full, and of the rest the eighth that is full soonest.
fn evict<K: Hash + Eq + Copy>(shard: &mut HashMap<K, u64>, now: u64, most: usize) {
    shard.retain(|_, full_at| *full_at > now);
    let keep = most - most / 8;
    if shard.len() < keep.max(1) {
        return;
    }
    let mut moments: Vec<u64> = shard.values().copied().collect();
    let drop = (most / 8).max(1).min(moments.len());
    let (_, last, _) = moments.select_nth_unstable(drop - 1);
    let last = *last;
    // Many may be full at the same moment: no more than was asked for goes.
    let mut left = drop;
    shard.retain(|_, full_at| {
        let goes = *full_at <= last && left > 0;
        left -= usize::from(goes);
        !goes
    });
}

fn seconds(nanos: u64) -> u32 {
    narrow(nanos.div_ceil(1_000_000_000))
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_so_many_and_fills_evenly() {
        let table = Table::new(1_000);
        let now = Instant::now();
        let minute = Allowance::per_minute(60);
        assert_eq!(table.take(1, minute, now), Left { limit: 60, remaining: 59, reset: 1, wait: None });
        for _ in 1..60 {
            assert_eq!(table.take(1, minute, now).wait, None);
        }
        assert_eq!(table.take(1, minute, now), Left { limit: 60, remaining: 0, reset: 60, wait: Some(1) });
        assert_eq!(table.look(&1, minute, now).wait, Some(1));
        assert_eq!(table.take(2, minute, now).wait, None);
        // What was said to be long enough is.
        let later = now + Duration::from_secs(1);
        assert_eq!(table.take(1, minute, later).wait, None);
        assert_eq!(table.take(1, minute, later).wait, Some(1));
        table.give_back(&1, minute);
        assert_eq!(table.take(1, minute, later).wait, None);
        table.forget(&1);
        assert_eq!(table.look(&1, minute, later).remaining, 60);
        // What was used already is taken whole, and waited for.
        table.spend(1, 90, minute, later);
        assert_eq!(table.look(&1, minute, later).wait, Some(31));
        assert_eq!(table.take(1, minute, later + Duration::from_secs(31)).wait, None);
        let slow = Allowance::per_minute(2);
        let waits: Vec<Option<u32>> = (0..3).map(|_| table.take(9, slow, now).wait).collect();
        assert_eq!(waits, [None, None, Some(30)]);
        assert_eq!(table.take(9, slow, now + Duration::from_secs(30)).wait, None);
        assert!((0..10_000).all(|_| table.take(1, Allowance::per_minute(0), now).wait.is_none()), "0 is no limit");
        assert_eq!(minute.wider(), Allowance::new(480, Duration::from_secs(120)));
    }

    /// However many come, each of the first time is let in, memory stays bounded, and whoever is at the end stays so.
    #[test]
    fn a_full_table_forgets_who_hardly_asked_and_refuses_nobody() {
        let (most, hour) = (10_000, Allowance::new(30, Duration::from_secs(3600)));
        let table = Table::new(most);
        let mut now = Instant::now();
        let under_attack: Vec<u64> = (0..100).collect();
        for account in &under_attack {
            while table.take(*account, hour, now).wait.is_none() {}
        }
        for stranger in 1_000..101_000_u64 {
            now += Duration::from_micros(100);
            assert_eq!(table.take(stranger, hour, now).wait, None, "{stranger} was refused");
            assert!(table.len() <= most + SHARDS);
        }
        for account in &under_attack {
            assert!(table.look(account, hour, now).wait.is_some(), "{account} was forgotten");
        }
        // What has filled goes first.
        now += Duration::from_secs(3600);
        for stranger in 1_000_000..1_000_000 + 2 * most as u64 {
            assert_eq!(table.take(stranger, hour, now).wait, None);
        }
        assert!(table.len() <= most + SHARDS);
    }
}
