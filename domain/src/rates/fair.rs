//! A limit for all who want the same, such as conversations with a business,
//! and within it a share for each network, so that nobody can use the limit up
//! and leave nothing to everybody else.

use super::{
    NETWORKS,
    table::{Allowance, Table},
    too_many,
};
use crate::Network;
use std::{hash::Hash, time::Instant};

/// What the networks around a newcomer may have taken, when the limit is used up.
const AROUND_A_NEWCOMER: u32 = 8;

/// Limits for several of whom something is wanted.
#[derive(Debug)]
pub(super) struct Fair<K> {
    of_all: Allowance,
    of_network: Allowance,
    all: Table<K>,
    /// For newcomers when a limit is used up, as much again.
    reserves: Table<K>,
    networks: Table<(K, Network)>,
}

impl<K: Hash + Eq + Copy> Fair<K> {
    /// So much from all, and so much from one network; about `remembered` of whom it is wanted are remembered.
    pub(super) fn new(of_all: Allowance, of_network: Allowance, remembered: usize) -> Self {
        Self {
            of_all,
            of_network,
            all: Table::new(remembered),
            reserves: Table::new(remembered),
            networks: Table::new(NETWORKS),
        }
    }

    /// Takes one for a network. The less is left, the less a network may have taken lately: the heaviest are refused
    /// first, and newcomers last.
    pub(super) fn take(&self, of: K, network: Network, now: Instant) -> types::Result<()> {
        let (near, far) = ((of, network), (of, network.around()));
        let (own, wide) = (self.of_network, self.of_network.wider());
        let (of_near, of_far) = (self.networks.look(&near, own, now), self.networks.look(&far, wide, now));
        of_near.check()?;
        of_far.check()?;
        let all = self.all.look(&of, self.of_all, now);
        if all.limit > 0 {
            let taken = of_near.limit - of_near.remaining;
            let fair = u64::from(of_near.limit) * u64::from(all.remaining) / u64::from(all.limit);
            if u64::from(taken) > fair {
                return Err(too_many(of_near.reset));
            }
            if all.wait.is_none() {
                self.all.take(of, self.of_all, now).check()?;
            } else {
                if of_far.limit - of_far.remaining >= AROUND_A_NEWCOMER {
                    return Err(too_many(of_far.reset));
                }
                self.reserves.take(of, self.of_all, now).check()?;
            }
        }
        self.networks.take(near, own, now);
        self.networks.take(far, wide, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::TenantId;

    fn conversations(most: u32, of_network: u32) -> Fair<TenantId> {
        let own = Allowance::new(of_network * 2, std::time::Duration::from_secs(120));
        Fair::new(Allowance::per_minute(most), own, 1_000)
    }

    fn network(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    #[test]
    fn the_heaviest_are_refused_first_and_newcomers_last() {
        let conversations = conversations(100, 10);
        let (tenant, now) = (TenantId::new(), Instant::now());
        let begin = |text: &str| conversations.take(tenant, network(text), now).is_ok();
        let of_one = (0..400).filter(|_| begin("192.0.2.1")).count();
        assert!((10..=20).contains(&of_one), "one network began {of_one}");
        // Thirty more that do the same use the minute up, and not one of them stays alone.
        for other in 1..=30 {
            for _ in 0..400 {
                begin(&format!("198.51.{other}.7"));
            }
        }
        assert!(conversations.all.look(&tenant, conversations.of_all, now).remaining < 10);
        for honest in 1..=50 {
            assert!(begin(&format!("203.0.{honest}.9")), "newcomer {honest} was refused");
        }
        assert!(!begin("198.51.1.7"), "whoever began many waits");
        // Another business has its own.
        assert!(conversations.take(TenantId::new(), network("192.0.2.1"), now).is_ok());
    }

    #[test]
    fn one_wide_network_cannot_pass_for_many_newcomers() {
        let conversations = conversations(50, 10);
        let (tenant, now) = (TenantId::new(), Instant::now());
        let begun = (0..2_000)
            .filter(|other| conversations.take(tenant, network(&format!("2001:db8:1:{other:x}::1")), now).is_ok())
            .count();
        assert_eq!(begun, 50);
        assert!(conversations.take(tenant, network("2001:db8:2::1"), now).is_ok());
    }

    #[test]
    fn nought_is_no_limit() {
        let conversations = conversations(0, 0);
        let (tenant, now) = (TenantId::new(), Instant::now());
        assert!((0..10_000).all(|_| conversations.take(tenant, network("192.0.2.1"), now).is_ok()));
    }
}
