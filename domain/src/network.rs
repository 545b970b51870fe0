//! The network of an address: what one household, office or server has, and
//! what everything that is counted for strangers is counted by.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// An IPv4 address, or a /64 of IPv6, or the /48 around that.
///
/// An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the IPv4 address:
/// a server that listens on `[::]` sees everybody so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

impl Network {
    /// The network that one connection to the internet has: a single IPv4
    /// address, or the /64 of an IPv6 address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(ip) => Self { first: IpAddr::V4(ip), bits: 32 },
            IpAddr::V6(ip) => Self::v6(ip, 64),
        }
    }

    /// The network around it that one customer of a provider may have: a /24
    /// of IPv4, a /48 of IPv6. For slower, larger limits.
    #[must_use]
    pub fn around(self) -> Self {
        match self.first {
            IpAddr::V4(ip) => {
                let [a, b, c, _] = ip.octets();
                Self { first: IpAddr::V4(Ipv4Addr::new(a, b, c, 0)), bits: 24 }
            }
            IpAddr::V6(ip) => Self::v6(ip, 48),
        }
    }

    fn v6(ip: Ipv6Addr, bits: u8) -> Self {
        let free = 128 - u32::from(bits);
        Self { first: IpAddr::V6((u128::from(ip) >> free << free).into()), bits }
    }
}

/// As people write it: `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/64`.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bits {
            32 if self.first.is_ipv4() => self.first.fmt(f),
            bits => write!(f, "{}/{bits}", self.first),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_belongs_to_one_network_however_it_is_written() {
        let network = |text: &str| Network::of(text.parse().unwrap());
        assert_eq!(network("::ffff:192.0.2.7"), network("192.0.2.7"));
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
        assert_eq!(network("192.0.2.7").around(), network("192.0.2.8").around());
        assert_eq!(network("2001:db8:1:2::3"), network("2001:db8:1:2:ffff::"));
        assert_ne!(network("2001:db8:1:2::3"), network("2001:db8:1:3::3"));
        assert_eq!(network("2001:db8:1:2::3").around(), network("2001:db8:1:3::3").around());
        assert_ne!(network("2001:db8:1::").around(), network("2001:db8:2::").around());
        let written = ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8:1:2::3"].map(|text| network(text).to_string());
        assert_eq!(written, ["192.0.2.7", "192.0.2.7", "2001:db8:1:2::/64"]);
        assert_eq!(network("192.0.2.7").around().to_string(), "192.0.2.0/24");
        assert_eq!(network("2001:db8:1:2::3").around().to_string(), "2001:db8:1::/48");
    }
}
