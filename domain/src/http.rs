//! The one client for addresses that people entered: it refuses private
//! networks, follows no redirects, and has time-outs and limits.

use crate::{Error, Result};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use types::ErrorCode;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// A client for outside addresses. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Outside {
    client: reqwest::Client,
    allowed: Arc<[String]>,
}

impl Outside {
    /// A client that reaches public hosts, and the private ones that are
    /// named in `allowed` as `host` or `host:port`.
    ///
    /// # Errors
    /// When the client cannot be built.
    pub fn new(allowed: Vec<String>) -> Result<Self> {
        let allowed: Arc<[String]> = allowed.into();
        let client = reqwest::Client::builder()
            .dns_resolver(Arc::new(Guard { allowed: allowed.clone() }))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .no_proxy()
            .build()
            .map_err(|error| Error::Internal(format!("HTTP client: {error}")))?;
        Ok(Self { client, allowed })
    }

    /// The client, once `url` has been found fit to call. Names are resolved
    /// and checked again at each connection, so that a name which changes its
    /// address in between is refused as well.
    ///
    /// # Errors
    /// When the address is malformed, not HTTP, or private.
    pub fn client_for(&self, url: &str) -> Result<&reqwest::Client> {
        self.check(url)?;
        Ok(&self.client)
    }

    /// Says in words why an address cannot be called.
    ///
    /// # Errors
    /// When the address is malformed, not HTTP, or private.
    pub fn check(&self, url: &str) -> Result<()> {
        let refuse = |message: &str| Err(Error::refused(ErrorCode::Invalid, message));
        let Ok(url) = reqwest::Url::parse(url) else {
            return refuse("This is not a web address. It should look like https://api.example.com/v1.");
        };
        if !matches!(url.scheme(), "http" | "https") {
            return refuse("The address must start with https:// or http://.");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("The address must not contain a user name or password.");
        }
        let Some(host) = url.host_str() else { return refuse("The address has no host.") };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let private = bare.parse::<IpAddr>().map_or_else(|_| is_local_name(bare), |ip| !is_public(ip));
        if private && !self.is_allowed(bare, url.port_or_known_default()) {
            return refuse(
                "This address is in a private network. The administrator can permit it with --allow-private-hosts.",
            );
        }
        Ok(())
    }

    /// Whether an address stays in the house: this machine, the private
    /// network, or a host that the administrator named as private.
    #[must_use]
    pub fn is_inside(&self, url: &str) -> bool {
        let Ok(url) = reqwest::Url::parse(url) else { return false };
        let Some(host) = url.host_str() else { return false };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        // A public address stays outside, whatever list it is on.
        bare.parse::<IpAddr>().map_or_else(
            |_| is_local_name(bare) || self.is_allowed(bare, url.port_or_known_default()),
            |ip| !is_public(ip),
        )
    }

    /// Like [`Outside::check`], for addresses that get secrets or vouch for
    /// somebody: plain HTTP is for what stays in the house.
    ///
    /// # Errors
    /// Those of [`Outside::check`], and when the line would not be safe.
    pub fn check_safe(&self, url: &str) -> Result<()> {
        self.check(url)?;
        if url.starts_with("https://") || self.is_inside(url) {
            Ok(())
        } else {
            Err(Error::refused(ErrorCode::Invalid, "The address must start with https://."))
        }
    }

    fn is_allowed(&self, host: &str, port: Option<u16>) -> bool {
        let with_port = port.map(|port| format!("{host}:{port}"));
        self.allowed.iter().any(|allowed| allowed == host || Some(allowed) == with_port.as_ref())
    }
}

struct Guard {
    allowed: Arc<[String]>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let allowed = self.allowed.iter().any(|entry| entry.split(':').next() == Some(host.as_str()));
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((host.as_str(), 0)).await?.filter(|at| allowed || is_public(at.ip())).collect();
            if found.is_empty() {
                return Err(format!("{host} has no public address").into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn is_local_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost") || host.ends_with(".local") || host.ends_with(".internal")
}

/// Whether an address is one that anybody on the internet could reach.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match embedded_v4(ip) {
            Some(inner) => is_public_v4(inner),
            None => {
                let [first, second, ..] = ip.segments();
                // Global unicast, without documentation and benchmarking.
                (first & 0xe000) == 0x2000 && !(first == 0x2001 && (second == 0x0db8 || second < 0x0200))
            }
        },
    }
}

/// The IPv4 address inside mapped, translated (NAT64) and 6to4 addresses.
fn embedded_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff | 0) | (0x64, 0xff9b, 0, 0, 0, 0) => Some(v4(g, h)),
        (0x2002, ..) => Some(v4(b, c)),
        _ => None,
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_refused_in_every_disguise() {
        let outside = Outside::new(vec!["localhost:9999".to_owned()]).unwrap();
        for url in [
            "http://127.0.0.1/v1",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[64:ff9b::a9fe:a9fe]/",
            "http://169.254.169.254/latest",
            "http://192.168.1.1/",
            "http://100.64.0.1/",
            "http://localhost/",
            "http://db.internal/",
            "ftp://example.com/",
            "https://user:pw@example.com/",
            "not a url",
        ] {
            assert!(outside.check(url).is_err(), "{url} was let through");
        }
        outside.check("https://api.example.com/v1").unwrap();
        outside.check("http://localhost:9999/v1").unwrap();
        outside.check_safe("https://login.example.com").unwrap();
        outside.check_safe("http://localhost:9999").unwrap();
        assert!(outside.check_safe("http://login.example.com").is_err());
    }

    #[test]
    fn what_stays_in_the_house_is_known() {
        let outside =
            Outside::new(vec!["ollama".to_owned(), "llm.example:8080".to_owned(), "8.8.8.8".to_owned()]).unwrap();
        for url in
            ["http://127.0.0.1:1/v1", "http://[::1]/", "http://10.1.2.3/", "http://localhost/v1", "http://ollama/v1"]
        {
            assert!(outside.is_inside(url), "{url} is not taken for private");
        }
        assert!(outside.is_inside("http://llm.example:8080/v1") && !outside.is_inside("http://llm.example/v1"));
        for url in
            ["https://api.example.com/v1", "https://8.8.8.8/v1", "https://localhost.example.com/", "nonsense", ""]
        {
            assert!(!outside.is_inside(url), "{url} is taken for private");
        }
    }
}
