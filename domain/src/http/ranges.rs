//! Which addresses are of the internet, and which of somebody's own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where Azure's machines reach the service that gives them their secrets: a
/// public address by its number, and no public service.
const AZURE_WIRE_SERVER: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// Whether an address is one that anybody on the internet could reach.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match embedded_v4(ip) {
            Some(inner) => is_public_v4(inner),
            None => is_public_v6(ip),
        },
    }
}

/// Whether a name can only be one of this machine or of the network that it is in.
pub(super) fn is_local_name(host: &str) -> bool {
    const ENDINGS: [&str; 6] = [".localhost", ".local", ".internal", ".localdomain", ".home.arpa", ".lan"];
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    !host.contains('.') || ENDINGS.iter().any(|ending| host.ends_with(ending))
}

/// The IPv4 address inside mapped and translated (NAT64) addresses, which reach it.
fn embedded_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) | (0x64, 0xff9b, 0, 0, 0, 0) => {
            Some(Ipv4Addr::from((u32::from(g) << 16) | u32::from(h)))
        }
        _ => None,
    }
}

/// Global unicast without what IANA keeps for protocols (Teredo, ORCHID, benchmarks), 6to4, and documentation.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    let is_protocol = first == 0x2001 && second < 0x0200;
    let is_documentation = (first == 0x2001 && second == 0x0db8) || (first == 0x3fff && second < 0x1000);
    (first & 0xe000) == 0x2000 && !is_protocol && !is_documentation && first != 0x2002
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip == AZURE_WIRE_SERVER
        || a == 0
        || a >= 240
        // Shared by providers; Alibaba's machines ask for their secrets there.
        || (a == 100 && (64..128).contains(&b))
        // For protocols; Oracle's machines ask for their secrets there.
        || (a == 192 && b == 0 && c == 0)
        // The way into 6to4.
        || (a == 192 && b == 88 && c == 99)
        // Benchmarks.
        || (a == 198 && (b == 18 || b == 19)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_for_machines_of_one_network_is_not_public() {
        let public = |ip: &str| is_public(ip.parse().unwrap());
        for ip in ["8.8.8.8", "168.63.129.15", "192.88.98.1", "2606:4700::1111", "2001:4860:4860::8888"] {
            assert!(public(ip), "{ip}");
        }
        assert!(public("64:ff9b::808:808") && public("::ffff:8.8.8.8"), "the way to IPv4 from a network without it");
        for ip in [
            // Secrets of machines in clouds.
            "169.254.169.254",
            "169.254.170.2",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd20:ce::254",
            "64:ff9b::a83f:8110",
            "::ffff:168.63.129.16",
            // Kept for protocols, tunnels, benchmarks and documentation.
            "192.88.99.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "0.0.0.0",
            "::",
            "::1",
            "::8.8.8.8",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:808:808::1",
            "3fff::1",
            "64:ff9b:1::808:808",
            "5f00::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!public(ip), "{ip}");
        }
    }

    #[test]
    fn names_of_a_network_of_ones_own_are_known() {
        for name in ["localhost", "LOCALHOST.", "a.localhost", "nas.local", "metadata.google.internal", "ollama"] {
            assert!(is_local_name(name), "{name}");
        }
        for name in ["example.com", "localhost.example.com", "internal.example", "local.example."] {
            assert!(!is_local_name(name), "{name}");
        }
    }
}
