//! The address of a database as people write it, a URL or `key=value` pairs, and what it says about encryption.
//!
//! Over a network, a connection is encrypted and the server proves its name, whatever `sslmode` says short of
//! `disable`: encryption without proof keeps nobody out who stands in between.

use percent_encoding::percent_decode_str;
use std::{iter::Peekable, net::IpAddr, path::PathBuf, str::Chars};

/// Why an address cannot be used. Says nothing of what stands in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It cannot be understood.
    #[error(
        "the address is no postgres:// URL and no key=value pairs: {0}. Write special characters of a password as %40 and the like."
    )]
    Form(&'static str),
    /// The mode of encryption is unknown.
    #[error("sslmode must be verify-full (the default over a network), require, verify-ca, or disable")]
    Mode,
}

/// How a connection is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Not at all: it stays on this machine, or the address says so.
    None,
    /// Encrypted, and the server has proved its name to the authorities in a PEM file, or to those of the system.
    Verified(Option<PathBuf>),
}

/// The parts of an address, by libpq's names for them.
#[derive(Clone)]
pub struct Address(Vec<(String, String)>);

impl Address {
    /// Takes an address apart.
    ///
    /// # Errors
    /// When it cannot be understood.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let url = ["postgres://", "postgresql://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        match url {
            Some(rest) => from_url(rest),
            None => from_pairs(text),
        }
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Every server that is named is this machine.
    fn is_local(&self) -> bool {
        let hosts = ["host", "hostaddr"].into_iter().filter_map(|key| self.get(key));
        hosts.flat_map(|hosts| hosts.split(',')).all(is_this_machine)
    }

    /// How connections are protected.
    ///
    /// # Errors
    /// When `sslmode` is something else.
    pub fn protection(&self) -> Result<Protection, AddressError> {
        let is_demanded = match self.get("sslmode") {
            Some("disable") => return Ok(Protection::None),
            None | Some("prefer" | "allow") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(_) => return Err(AddressError::Mode),
        };
        if self.is_local() && !is_demanded {
            return Ok(Protection::None);
        }
        let named = self.get("sslrootcert").filter(|file| !file.is_empty() && *file != "system");
        Ok(Protection::Verified(named.map(PathBuf::from)))
    }

    /// For our own connections; encryption is left to [`Self::protection`].
    pub(super) fn for_us(&self) -> Result<String, AddressError> {
        let mode = match self.protection()? {
            Protection::None => "disable",
            Protection::Verified(_) => "require",
        };
        Ok(self.pairs(&["sslmode", "sslrootcert"], &[("sslmode", mode)]))
    }

    /// For PostgreSQL's programs: what may stand in a command line, which everybody on the machine can read, and the
    /// password, which may not. `authorities` is the file of those that the system trusts.
    ///
    /// # Errors
    /// When `sslmode` is unknown.
    pub fn for_programs(&self, authorities: &str) -> Result<(String, Option<String>), AddressError> {
        let public = match self.protection()? {
            Protection::None => self.pairs(&["password", "sslmode", "sslrootcert"], &[("sslmode", "disable")]),
            Protection::Verified(named) => {
                let file = named.map_or_else(|| authorities.to_owned(), |file| file.display().to_string());
                let set = [("sslmode", "verify-full"), ("sslrootcert", file.as_str())];
                self.pairs(&["password", "sslmode", "sslrootcert"], &set)
            }
        };
        Ok((public, self.get("password").map(str::to_owned)))
    }

    fn pairs(&self, without: &[&str], with: &[(&str, &str)]) -> String {
        let kept = self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let kept = kept.filter(|(key, _)| !without.contains(key));
        let quoted = |value: &str| value.replace('\\', "\\\\").replace('\'', "\\'");
        let pairs = kept.chain(with.iter().copied()).map(|(key, value)| format!("{key}='{}'", quoted(value)));
        pairs.collect::<Vec<_>>().join(" ")
    }
}

fn is_this_machine(host: &str) -> bool {
    host.starts_with(['/', '@'])
        || host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

fn decode(text: &str) -> Result<String, AddressError> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| AddressError::Form("a % code is no text"))?;
    Ok(decoded.into_owned())
}

fn from_url(rest: &str) -> Result<Address, AddressError> {
    let mut parts = Vec::new();
    let mut add = |key: &str, value: &str| {
        if !value.is_empty() {
            parts.push((key.to_owned(), decode(value)?));
        }
        Ok::<_, AddressError>(())
    };
    let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
    let (who, place) = place.split_once('@').unwrap_or(("", place));
    let (user, password) = who.split_once(':').unwrap_or((who, ""));
    add("user", user)?;
    add("password", password)?;
    let (servers, database) = place.split_once('/').unwrap_or((place, ""));
    if !servers.is_empty() {
        let pairs: Vec<_> = servers.split(',').map(host_and_port).collect();
        add("host", &pairs.iter().map(|(host, _)| *host).collect::<Vec<_>>().join(","))?;
        add("port", &pairs.iter().map(|(_, port)| *port).collect::<Vec<_>>().join(","))?;
    }
    add("dbname", database)?;
    for option in options.split('&').filter(|option| !option.is_empty()) {
        let (key, value) = option.split_once('=').ok_or(AddressError::Form("an option after ? has no value"))?;
        add(&decode(key)?, value)?;
    }
    Ok(Address(parts))
}

fn host_and_port(server: &str) -> (&str, &str) {
    let bracketed = server.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (host, port) = match bracketed {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => server.split_once(':').map_or((server, None), |(host, port)| (host, Some(port))),
    };
    (host, port.filter(|port| !port.is_empty()).unwrap_or("5432"))
}

fn from_pairs(text: &str) -> Result<Address, AddressError> {
    let mut parts = Vec::new();
    let mut rest = text.chars().peekable();
    loop {
        skip_space(&mut rest);
        let mut key = String::new();
        while let Some(sign) = rest.next_if(|sign| *sign != '=' && !sign.is_whitespace()) {
            key.push(sign);
        }
        if key.is_empty() && rest.peek().is_none() {
            return Ok(Address(parts));
        }
        skip_space(&mut rest);
        if rest.next() != Some('=') {
            return Err(AddressError::Form("a key has no value"));
        }
        skip_space(&mut rest);
        parts.push((key, value(&mut rest)?));
    }
}

fn skip_space(rest: &mut Peekable<Chars<'_>>) {
    while rest.next_if(|sign| sign.is_whitespace()).is_some() {}
}

fn value(rest: &mut Peekable<Chars<'_>>) -> Result<String, AddressError> {
    let is_quoted = rest.next_if_eq(&'\'').is_some();
    let mut value = String::new();
    loop {
        match rest.next() {
            Some('\\') => value.extend(rest.next()),
            Some('\'') if is_quoted => return Ok(value),
            Some(sign) if sign.is_whitespace() && !is_quoted => return Ok(value),
            Some(sign) => value.push(sign),
            None if is_quoted => return Err(AddressError::Form("a quote is not closed")),
            None => return Ok(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protection(text: &str) -> Protection {
        Address::parse(text).unwrap().protection().unwrap()
    }

    #[test]
    fn both_forms_say_the_same() {
        for text in [
            "postgres://ann:p%40ss%27w@db.example:6000/chat?connect_timeout=7",
            "user = ann password='p@ss\\'w' host=db.example port=6000 dbname=chat connect_timeout=7",
        ] {
            let (public, password) = Address::parse(text).unwrap().for_programs("system").unwrap();
            assert_eq!(password.as_deref(), Some("p@ss'w"));
            assert!(!public.contains("p@ss"), "{public}");
            assert!(public.contains("host='db.example'") && public.contains("port='6000'"), "{public}");
            assert!(public.ends_with("sslmode='verify-full' sslrootcert='system'"), "{public}");
            let ours: tokio_postgres::Config = Address::parse(text).unwrap().for_us().unwrap().parse().unwrap();
            assert_eq!(ours.get_password(), Some(&b"p@ss'w"[..]));
            assert_eq!((ours.get_user(), ours.get_dbname()), (Some("ann"), Some("chat")));
            assert_eq!(ours.get_ssl_mode(), tokio_postgres::config::SslMode::Require);
        }
        for broken in ["password='never closed", "hunter2", "postgres://a@b/c?hunter2", "postgres://a:%ff@b"] {
            let told = Address::parse(broken).err().unwrap().to_string();
            assert!(!told.contains("hunter2") && told.contains("%40"), "{told}");
        }
    }

    #[test]
    fn only_this_machine_or_plain_words_go_without_encryption() {
        for local in [
            "host='/run/pg' user=a",
            "postgres://a@localhost/b",
            "postgres://a@127.0.0.1,[::1]:6000/b",
            "postgres://a@localhost/b?sslmode=prefer",
            "postgres://%2Frun%2Fpg/b",
            "postgres://a@db.example/b?sslmode=disable",
        ] {
            assert_eq!(protection(local), Protection::None, "{local}");
        }
        for remote in [
            "postgres://a@db/b",
            "postgres://a@10.0.0.1/b",
            "postgres://a@db/b?sslmode=prefer",
            "postgres://a@db/b?sslmode=allow",
            "host=db.example hostaddr=127.0.0.1",
            "host=localhost hostaddr=10.0.0.1",
            "host=localhost,db.example",
            "host=localhost sslmode=require",
            "host=localhost sslmode=verify-full sslrootcert=system",
        ] {
            assert_eq!(protection(remote), Protection::Verified(None), "{remote}");
        }
        let named = protection("host=db sslmode=verify-ca sslrootcert=/etc/ca.pem");
        assert_eq!(named, Protection::Verified(Some("/etc/ca.pem".into())));
        assert_eq!(Address::parse("host=db sslmode=maybe").unwrap().protection(), Err(AddressError::Mode));
    }
}
