//! Conversations that begin: a limit for each business, since they may cost it
//! money, and within it a share for each network, so that nobody can use the
//! limit up and silence the business for everybody else.

use super::{Allowance, KNOWN, NETWORKS, PerMinute, table::Table, too_many};
use crate::Network;
use std::time::{Duration, Instant};
use types::TenantId;

/// Conversations that the networks around a newcomer may have begun, when a business has used up its minute.
const AROUND_A_NEWCOMER: u32 = 8;

#[derive(Debug)]
pub(super) struct Conversations {
    of_tenant: Allowance,
    of_network: Allowance,
    tenants: Table<TenantId>,
    /// For newcomers when a tenant's minute is used up, as much again.
    reserves: Table<TenantId>,
    networks: Table<(TenantId, Network)>,
}

impl Conversations {
    pub(super) fn new(per_minute: &PerMinute) -> Self {
        let most = per_minute.network_conversations.saturating_mul(2);
        Self {
            of_tenant: Allowance::per_minute(per_minute.new_conversations),
            of_network: Allowance::new(most, Duration::from_secs(120)),
            tenants: Table::new(KNOWN),
            reserves: Table::new(KNOWN),
            networks: Table::new(NETWORKS),
        }
    }

    pub(super) fn begin(&self, tenant: TenantId, network: Network, now: Instant) -> types::Result<()> {
        let (near, far) = ((tenant, network), (tenant, network.around()));
        let (own, wide) = (self.of_network, self.of_network.wider());
        let (of_near, of_far) = (self.networks.look(&near, own, now), self.networks.look(&far, wide, now));
        of_near.check()?;
        of_far.check()?;
        let all = self.tenants.look(&tenant, self.of_tenant, now);
        if all.limit > 0 {
            let begun = of_near.limit - of_near.remaining;
            let fair = u64::from(of_near.limit) * u64::from(all.remaining) / u64::from(all.limit);
            if u64::from(begun) > fair {
                return Err(too_many(of_near.reset));
            }
            if all.wait.is_none() {
                self.tenants.take(tenant, self.of_tenant, now).check()?;
            } else {
                if of_far.limit - of_far.remaining >= AROUND_A_NEWCOMER {
                    return Err(too_many(of_far.reset));
                }
                self.reserves.take(tenant, self.of_tenant, now).check()?;
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

    fn network(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    #[test]
    fn the_heaviest_are_refused_first_and_newcomers_last() {
        let conversations = Conversations::new(&PerMinute { new_conversations: 100, ..PerMinute::default() });
        let (tenant, now) = (TenantId::new(), Instant::now());
        let begin = |text: &str| conversations.begin(tenant, network(text), now).is_ok();
        let of_one = (0..400).filter(|_| begin("192.0.2.1")).count();
        assert!((10..=20).contains(&of_one), "one network began {of_one}");
        // Thirty more that do the same use the minute up, and not one of them stays alone.
        for other in 1..=30 {
            for _ in 0..400 {
                begin(&format!("198.51.{other}.7"));
            }
        }
        assert!(conversations.tenants.look(&tenant, conversations.of_tenant, now).remaining < 10);
        for honest in 1..=50 {
            assert!(begin(&format!("203.0.{honest}.9")), "newcomer {honest} was refused");
        }
        assert!(!begin("198.51.1.7"), "whoever began many waits");
        // Another business has its own.
        assert!(conversations.begin(TenantId::new(), network("192.0.2.1"), now).is_ok());
    }

    #[test]
    fn one_wide_network_cannot_pass_for_many_newcomers() {
        let conversations = Conversations::new(&PerMinute { new_conversations: 50, ..PerMinute::default() });
        let (tenant, now) = (TenantId::new(), Instant::now());
        let begun = (0..2_000)
            .filter(|other| conversations.begin(tenant, network(&format!("2001:db8:1:{other:x}::1")), now).is_ok())
            .count();
        assert_eq!(begun, 50);
        assert!(conversations.begin(tenant, network("2001:db8:2::1"), now).is_ok());
    }

    #[test]
    fn nought_is_no_limit() {
        let none = PerMinute { new_conversations: 0, network_conversations: 0, ..PerMinute::default() };
        let conversations = Conversations::new(&none);
        let (tenant, now) = (TenantId::new(), Instant::now());
        assert!((0..10_000).all(|_| conversations.begin(tenant, network("192.0.2.1"), now).is_ok()));
    }
}
