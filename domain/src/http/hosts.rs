//! A list of private hosts that may be called although they are private.

use crate::{Error, Result};
use reqwest::Url;
use types::ErrorCode;

/// Hosts with their ports, as an administrator names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrivateHosts(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    host: String,
    ports: Ports,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ports {
    /// Those of the web: whoever names a host alone has not thought of its database.
    Web,
    One(u16),
    All,
}

impl PrivateHosts {
    /// Reads entries such as `llm.internal` (the ports 80 and 443), `localhost:11434` and `[::1]:*`
    /// (every port). Empty ones are left out.
    ///
    /// # Errors
    /// When one is no host; says how it should look.
    pub fn parse(entries: &[String]) -> Result<Self> {
        let given = entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty());
        let parsed = given.map(|entry| Entry::parse(entry).ok_or_else(|| unreadable(entry)));
        parsed.collect::<Result<_>>().map(Self)
    }

    /// Whether a host is on the list with this port.
    pub(super) fn has(&self, host: &str, port: u16) -> bool {
        self.0.iter().any(|entry| entry.host == host && entry.ports.have(port))
    }
}

impl Ports {
    const fn have(self, port: u16) -> bool {
        match self {
            Self::Web => matches!(port, 80 | 443),
            Self::One(one) => one == port,
            Self::All => true,
        }
    }
}

impl Entry {
    fn parse(entry: &str) -> Option<Self> {
        // An IPv6 address may stand alone, without its brackets.
        let is_v6 = entry.parse::<std::net::Ipv6Addr>().is_ok();
        let (host, ports) = match entry.rsplit_once(':') {
            _ if is_v6 => (format!("[{entry}]"), Ports::Web),
            Some((host, "*")) => (host.to_owned(), Ports::All),
            Some((host, port)) if !port.ends_with(']') => (host.to_owned(), Ports::One(port.parse().ok()?)),
            _ => (entry.to_owned(), Ports::Web),
        };
        // In the spelling that addresses are compared in.
        let url = Url::parse(&format!("http://{host}/")).ok()?;
        let is_plain = url.path() == "/" && url.port().is_none() && url.username().is_empty() && url.query().is_none();
        Some(Self { host: bare_host(&url)?, ports }).filter(|_| is_plain && !host.contains('/'))
    }
}

/// The host of an address without brackets and without a dot at its end.
pub(super) fn bare_host(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_owned())
}

fn unreadable(entry: &str) -> Error {
    Error::refused(
        ErrorCode::Invalid,
        format!(
            "The private host \"{entry}\" cannot be read. Name it as llm.internal (its ports 80 and 443), \
             localhost:11434, or localhost:* for every port."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_permitted_with_its_ports() {
        let entries =
            ["llm.internal", "LocalHost:11434", "10.0.0.7:*", "::1", "[fd00::2]:8080", "[fd00::3]", " ", "a.b.:81"];
        let hosts = PrivateHosts::parse(&entries.map(str::to_owned)).unwrap();
        for (host, port) in [
            ("llm.internal", 80),
            ("llm.internal", 443),
            ("localhost", 11434),
            ("10.0.0.7", 1),
            ("10.0.0.7", 65535),
            ("::1", 443),
            ("fd00::2", 8080),
            ("fd00::3", 80),
            ("a.b", 81),
        ] {
            assert!(hosts.has(host, port), "{host} {port}");
        }
        for (host, port) in
            [("llm.internal", 8080), ("localhost", 80), ("10.0.0.8", 80), ("::1", 8080), ("fd00::2", 80), ("", 80)]
        {
            assert!(!hosts.has(host, port), "{host} {port}");
        }
        for wrong in ["http://ollama", "ollama/v1", "a:b", "a:70000", "user@host", ":80", "a b", "[::1", "*:80x"] {
            assert!(PrivateHosts::parse(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
