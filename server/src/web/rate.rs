//! How many requests one address may send to what needs no sign-in.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// Addresses that are remembered; beyond that the ones without recent requests are forgotten.
const REMEMBERED: usize = 100_000;

/// A bucket for each address. It holds a minute's worth and fills evenly.
#[derive(Debug)]
pub struct Rate {
    per_minute: f64,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Rate {
    /// So many requests a minute; 0 for no limit.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute: f64::from(per_minute), buckets: Mutex::default() }
    }

    /// Whether one more request from this address is fine.
    pub fn allows(&self, address: IpAddr) -> bool {
        self.allows_at(address, Instant::now())
    }

    fn allows_at(&self, address: IpAddr, now: Instant) -> bool {
        if self.per_minute == 0.0 {
            return true;
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            buckets.retain(|_, bucket| now.duration_since(bucket.at).as_secs() < 60);
            if buckets.len() >= REMEMBERED {
                // A flood from everywhere: this process cannot tell friend from foe.
                buckets.clear();
            }
        }
        let bucket = buckets.entry(whole_network(address)).or_insert(Bucket { left: self.per_minute, at: now });
        let gained = now.duration_since(bucket.at).as_secs_f64() * self.per_minute / 60.0;
        bucket.left = (bucket.left + gained).min(self.per_minute);
        bucket.at = now;
        if bucket.left < 1.0 {
            return false;
        }
        bucket.left -= 1.0;
        true
    }
}

/// One household has a whole IPv6 network of 2^64 addresses.
fn whole_network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(ip) => IpAddr::V6((u128::from(ip) >> 64 << 64).into()),
        ip => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_minute_holds_so_many_and_refills_evenly() {
        let rate = Rate::new(60);
        let now = Instant::now();
        let (one, other): (IpAddr, IpAddr) = ("2001:db8::1".parse().unwrap(), "192.0.2.1".parse().unwrap());
        for _ in 0..60 {
            assert!(rate.allows_at(one, now));
        }
        assert!(!rate.allows_at("2001:db8::2".parse().unwrap(), now));
        assert!(rate.allows_at(other, now));
        assert!(rate.allows_at(one, now + Duration::from_secs(1)));
        assert!(!rate.allows_at(one, now + Duration::from_secs(1)));
    }
}
