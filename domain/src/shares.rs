//! What is held at once, by whom: places, bytes, sockets. Whoever asks for
//! more sees what each holder has, and decides; nothing is remembered of one
//! who holds nothing.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How much each holder has. Cheap to clone.
#[derive(Debug)]
pub struct Shares<K: Eq + Hash + Copy>(Arc<Mutex<HashMap<K, u64>>>);

impl<K: Eq + Hash + Copy> Clone for Shares<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Eq + Hash + Copy> Default for Shares<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// What was taken in the name of some holders; dropping it gives it back.
#[derive(Debug)]
pub struct Share<K: Eq + Hash + Copy, const N: usize> {
    shares: Shares<K>,
    holders: [K; N],
    amount: u64,
}

impl<K: Eq + Hash + Copy> Shares<K> {
    /// Takes so much for each of the holders, when `may` says so of what they hold.
    ///
    /// # Errors
    /// What `may` says.
    pub fn take<const N: usize, E>(
        &self,
        amount: u64,
        holders: [K; N],
        may: impl FnOnce([u64; N]) -> Result<(), E>,
    ) -> Result<Share<K, N>, E> {
        let mut share = Share { shares: self.clone(), holders, amount: 0 };
        share.grow(amount, may)?;
        Ok(share)
    }

    /// How much one holds.
    #[must_use]
    pub fn held(&self, holder: &K) -> u64 {
        self.all().get(holder).copied().unwrap_or(0)
    }

    fn all(&self) -> MutexGuard<'_, HashMap<K, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash + Copy, const N: usize> Share<K, N> {
    /// How much it is.
    #[must_use]
    pub const fn amount(&self) -> u64 {
        self.amount
    }

    /// Takes so much more, as [`Shares::take`] does.
    ///
    /// # Errors
    /// What `may` says.
    pub fn grow<E>(&mut self, amount: u64, may: impl FnOnce([u64; N]) -> Result<(), E>) -> Result<(), E> {
        let mut all = self.shares.all();
        may(self.holders.map(|holder| all.get(&holder).copied().unwrap_or(0)))?;
        for holder in self.holders {
            *all.entry(holder).or_default() += amount;
        }
        drop(all);
        self.amount += amount;
        Ok(())
    }
}

impl<K: Eq + Hash + Copy, const N: usize> Drop for Share<K, N> {
    fn drop(&mut self) {
        let mut all = self.shares.all();
        for holder in self.holders {
            if let Some(held) = all.get_mut(&holder) {
                *held = held.saturating_sub(self.amount);
                if *held == 0 {
                    all.remove(&holder);
                }
            }
        }
    }
}

/// The most that one of many may hold of a whole: as much as half of what is free, or `least`. So one alone gets a
/// third of the whole, ten get a twelfth each, and there is always something for the next.
#[must_use]
pub const fn fair(whole: u64, taken: u64, least: u64) -> u64 {
    let half = whole.saturating_sub(taken) / 2;
    if half > least { half } else { least }
}

/// Whether one may hold as much as is wanted, by [`fair`].
#[must_use]
pub const fn is_fair(whole: u64, taken: u64, wanted: u64, least: u64) -> bool {
    wanted <= fair(whole, taken, least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_many_take_what_they_can_there_is_some_for_the_next() {
        for hogs in [1_u64, 2, 10, 40] {
            let shares: Shares<u64> = Shares::default();
            let mut held = Vec::new();
            let take =
                |who: u64| {
                    shares.take(1, [0, who], |[taken, own]| {
                        if taken < 256 && is_fair(256, taken, own + 1, 1) { Ok(()) } else { Err(()) }
                    })
                };
            for _ in 0..256 {
                for hog in 1..=hogs {
                    held.extend(take(hog).ok());
                }
            }
            let most = shares.held(&1);
            assert!((1..=256 / 3 + 1).contains(&most), "{hogs} hogs hold {most} each");
            for newcomer in 1_000..1_000 + 256 / (hogs + 2) {
                held.push(take(newcomer).unwrap_or_else(|()| panic!("newcomer {newcomer} after {hogs} hogs")));
            }
            drop(held);
            assert!(shares.all().is_empty());
        }
    }

    #[test]
    fn what_grows_is_given_back_whole() {
        let shares: Shares<&str> = Shares::default();
        let mut share = shares.take::<1, ()>(5, ["a"], |_| Ok(())).unwrap();
        share.grow(7, |[held]| if held == 5 { Ok(()) } else { Err(()) }).unwrap();
        assert!(share.grow(1, |_| Err(())).is_err());
        assert_eq!(shares.held(&"a"), 12);
        drop(share);
        assert_eq!(shares.held(&"a"), 0);
    }
}
