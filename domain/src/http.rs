//! The one decision about addresses outside: who may be called, for what, on
//! which port, and over which line. Redirects are not followed; whoever wants
//! to follow one asks again.

mod hosts;
mod ranges;

pub use hosts::PrivateHosts;
pub use ranges::is_public;

use crate::{Error, Result};
use hosts::bare_host;
use ranges::is_local_name;
use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use types::ErrorCode;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Ports that pages of the web are on.
const WEB_PORTS: [u16; 4] = [80, 443, 8080, 8443];
/// Ports from here on are anybody's; those below belong to mail, names and the like.
const FREE_PORTS: u16 = 1024;

/// What an address outside is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A tenant's language model. It gets a key and what people write.
    LanguageModel,
    /// The platform's language model, whose address is in the server's own configuration.
    PlatformModel,
    /// A company's sign-in provider. It gets a secret and says who somebody is.
    SignInProvider,
    /// A website that is read. What stands there is shown to whoever asked for it, so that a private
    /// host is never read, whatever list it is on.
    Crawler,
}

impl Purpose {
    /// Whether secrets travel, or somebody's word is believed: then the line has to be safe.
    const fn needs_tls(self) -> bool {
        !matches!(self, Self::Crawler)
    }

    fn may_use(self, port: u16) -> bool {
        match self {
            Self::Crawler => WEB_PORTS.contains(&port),
            Self::LanguageModel | Self::SignInProvider => matches!(port, 80 | 443) || port >= FREE_PORTS,
            Self::PlatformModel => true,
        }
    }
}

/// What calls outside are made with.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Private hosts for language models and sign-in providers (`--allow-private-hosts`).
    pub services: PrivateHosts,
    /// Private hosts for the crawler, where a developer has sites to try it on; none on a real server.
    pub sites: PrivateHosts,
    /// The address at which browsers reach this server, which is not crawled.
    pub public_url: String,
    /// Where this server listens, which is not crawled either.
    pub listen: Option<SocketAddr>,
}

/// A client for outside addresses. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Outside {
    /// Connects to public addresses alone, whatever a name resolves to.
    public: Client,
    /// Connects to what has been found on a list, with its port.
    listed: Client,
    reach: Arc<Reach>,
}

impl Outside {
    /// A client that reaches public hosts, and private ones as `reach` permits.
    ///
    /// # Errors
    /// When the client cannot be built.
    pub fn new(reach: Reach) -> Result<Self> {
        let builder =
            || Client::builder().redirect(reqwest::redirect::Policy::none()).connect_timeout(CONNECT).no_proxy();
        let built = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| Error::Internal(format!("HTTP client: {error}")))
        };
        Ok(Self {
            public: built(builder().dns_resolver(Arc::new(PublicAlone)))?,
            listed: built(builder())?,
            reach: Arc::new(reach),
        })
    }

    /// The client, once `url` has been found fit to call for `purpose`. Names are resolved and their
    /// addresses checked at each connection, so that a name which changes its address in between is
    /// refused as well. The client is good for this host and port alone.
    ///
    /// # Errors
    /// Those of [`Outside::check`].
    pub fn client_for(&self, purpose: Purpose, url: &str) -> Result<&Client> {
        Ok(match self.decide(purpose, url)? {
            Way::Public => &self.public,
            Way::Listed => &self.listed,
        })
    }

    /// Says in words why an address cannot be called for `purpose`.
    ///
    /// # Errors
    /// When the address is malformed, not HTTP, private, on a port that is not for this, or when
    /// secrets would travel over an open line.
    pub fn check(&self, purpose: Purpose, url: &str) -> Result<()> {
        self.decide(purpose, url).map(|_| ())
    }

    /// Whether an address stays in the house: this machine, the private
    /// network, or a host and port that the administrator named as private.
    #[must_use]
    pub fn is_inside(&self, url: &str) -> bool {
        Target::read(url).is_ok_and(|target| self.is_in_house(&target))
    }

    fn decide(&self, purpose: Purpose, url: &str) -> Result<Way> {
        let target = Target::read(url)?;
        let (host, port) = (target.host.as_str(), target.port);
        let is_listed = match purpose {
            Purpose::PlatformModel => true,
            Purpose::LanguageModel | Purpose::SignInProvider => self.reach.services.has(host, port),
            Purpose::Crawler => self.reach.sites.has(host, port),
        };
        if purpose == Purpose::Crawler && self.is_own(&target, is_listed) {
            return refuse("This is the address of this server itself, which is not read.");
        }
        if target.is_private() && !is_listed {
            return refuse(match purpose {
                Purpose::Crawler => "This address is in a private network, which is not read.".to_owned(),
                _ => format!(
                    "This address is in a private network. The administrator can permit it with \
                     --allow-private-hosts {}.",
                    target.authority()
                ),
            });
        }
        if !is_listed && !purpose.may_use(port) {
            return refuse(match purpose {
                Purpose::Crawler => "Web pages are read on the ports 80, 443, 8080 and 8443 only.".to_owned(),
                _ => format!("Port {port} is not one of such a service."),
            });
        }
        if purpose.needs_tls() && !target.is_tls && !self.is_in_house(&target) {
            return refuse(
                "The address must start with https://: what is sent there must not be read on the way. Only services \
                 in the private network can do without.",
            );
        }
        Ok(if is_listed { Way::Listed } else { Way::Public })
    }

    fn is_in_house(&self, target: &Target) -> bool {
        match target.ip() {
            // A public address stays outside, whatever list it is on.
            Some(ip) => !is_public(ip),
            None => is_local_name(&target.host) || self.reach.services.has(&target.host, target.port),
        }
    }

    /// Whether this server answers there: to itself it would show what it shows to its own machine alone.
    fn is_own(&self, target: &Target, is_listed: bool) -> bool {
        let is_public_url =
            Target::read(&self.reach.public_url).is_ok_and(|own| own.host == target.host && own.port == target.port);
        let is_port = self.reach.listen.is_some_and(|listen| listen.port() == target.port);
        is_public_url || is_port && (is_listed || target.is_private())
    }
}

/// By which client an address is called.
enum Way {
    Public,
    Listed,
}

/// What of an address decides whether it is called.
struct Target {
    /// Without brackets, in lower case.
    host: String,
    port: u16,
    is_tls: bool,
}

impl Target {
    fn read(url: &str) -> Result<Self> {
        let Ok(url) = Url::parse(url) else {
            return refuse("This is not a web address. It should look like https://api.example.com/v1.");
        };
        if !matches!(url.scheme(), "http" | "https") {
            return refuse("The address must start with https:// or http://.");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("The address must not contain a user name or password.");
        }
        let (Some(host), Some(port)) = (bare_host(&url), url.port_or_known_default()) else {
            return refuse("The address has no host.");
        };
        Ok(Self { host, port, is_tls: url.scheme() == "https" })
    }

    fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    fn is_private(&self) -> bool {
        self.ip().map_or_else(|| is_local_name(&self.host), |ip| !is_public(ip))
    }

    /// Host and port as the list of private hosts has them.
    fn authority(&self) -> String {
        let Self { host, port, .. } = self;
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }
}

fn refuse<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::refused(ErrorCode::Invalid, message))
}

/// Resolves names to public addresses and to no others.
struct PublicAlone;

impl Resolve for PublicAlone {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((host.as_str(), 0)).await?.filter(|at| is_public(at.ip())).collect();
            if found.is_empty() {
                return Err(format!("{host} has no public address").into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Purpose::{Crawler, LanguageModel, PlatformModel, SignInProvider};

    fn outside(services: &[&str], sites: &[&str]) -> Outside {
        let list = |hosts: &[&str]| {
            PrivateHosts::parse(&hosts.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>()).unwrap()
        };
        let listen = Some("127.0.0.1:3000".parse().unwrap());
        let public_url = "https://chat.example.com".to_owned();
        Outside::new(Reach { services: list(services), sites: list(sites), public_url, listen }).unwrap()
    }

    #[test]
    fn private_addresses_are_refused_in_every_disguise() {
        let outside = outside(&["localhost:9999"], &[]);
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
            "http://168.63.129.16/machine",
            "http://localhost/",
            "http://localhost./",
            "http://postgres/",
            "http://db.internal/",
            "ftp://example.com/",
            "https://user:pw@example.com/",
            "https://example.com:25/",
            "not a url",
        ] {
            for purpose in [LanguageModel, SignInProvider, Crawler] {
                assert!(outside.check(purpose, url).is_err(), "{url} was let through for {purpose:?}");
            }
        }
        for purpose in [LanguageModel, SignInProvider] {
            outside.check(purpose, "https://api.example.com/v1").unwrap();
            outside.check(purpose, "https://api.example.com:8000/v1").unwrap();
            outside.check(purpose, "http://LOCALHOST.:9999/v1").unwrap();
            // Where a key goes, nobody may listen.
            for open in ["http://api.example.com/v1", "http://8.8.8.8/v1", "HTTP://api.example.com:8000"] {
                let refused = outside.check(purpose, open).unwrap_err().to_string();
                assert!(refused.contains("https://"), "{open}: {refused}");
            }
        }
        let refused = outside.check(LanguageModel, "http://localhost:9998").unwrap_err().to_string();
        assert!(refused.contains("--allow-private-hosts localhost:9998"), "{refused}");
    }

    #[test]
    fn the_crawler_has_lists_and_ports_of_its_own() {
        let outside = outside(&["localhost:*", "127.0.0.1:*", "wiki.internal"], &["127.0.0.1:*", "localhost:8081"]);
        for url in [
            "http://localhost/",
            "http://localhost:8082/",
            "http://wiki.internal/",
            "http://10.0.0.1/",
            // This server, under each of its names.
            "http://127.0.0.1:3000/mailbox",
            "http://localhost:3000/mailbox",
            "https://chat.example.com/",
            "https://example.com:3000/",
            "https://example.com:22/",
            "http://example.com:11434/",
        ] {
            assert!(outside.check(Crawler, url).is_err(), "{url}");
        }
        for url in [
            "http://example.com/",
            "https://example.com:8443/",
            "http://example.com:8080/",
            "http://127.0.0.1:4000/",
            "http://localhost:8081/",
            "https://chat.example.com:8443/",
        ] {
            outside.check(Crawler, url).unwrap();
        }
        // And what is for the crawler is for nobody else.
        let other = self::outside(&[], &["127.0.0.1:*"]);
        assert!(other.check(LanguageModel, "http://127.0.0.1:4000/").is_err());
        assert!(other.check(SignInProvider, "https://127.0.0.1:4000/").is_err());
    }

    #[tokio::test]
    async fn a_port_is_closed_also_after_the_name_was_resolved() {
        // A name of this machine that no list knows: nobody can tell by its letters where it leads.
        let outside = outside(&["localhost:9999"], &[]);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(outside.client_for(LanguageModel, &format!("http://localhost:{port}/")).is_err());
        // Any name can lead here: the list opens one port of it, and the others resolve as everywhere.
        let named = self::outside(&["llm.example:9999"], &[]);
        assert!(matches!(named.decide(LanguageModel, "https://llm.example:9999/"), Ok(Way::Listed)));
        assert!(matches!(named.decide(LanguageModel, "https://llm.example:9998/"), Ok(Way::Public)));
        assert!(matches!(named.decide(Crawler, "https://llm.example/"), Ok(Way::Public)));
        let resolved = PublicAlone.resolve("localhost".parse().unwrap()).await;
        assert!(resolved.is_err(), "a listed host is open on every port");
        let sent = outside.public.get(format!("http://localhost:{port}/")).send().await;
        assert!(sent.unwrap_err().is_connect());
    }

    #[test]
    fn the_platforms_own_model_may_be_private_and_no_other() {
        let outside = outside(&["llm.corp.example:8080"], &[]);
        for url in [
            "http://127.0.0.1:1/v1",
            "http://ollama:11434/v1",
            "http://llm.corp.example:8080/v1",
            "https://api.example.com",
        ] {
            outside.check(PlatformModel, url).unwrap();
        }
        assert!(outside.check(PlatformModel, "http://api.example.com/v1").is_err());
        assert!(outside.check(LanguageModel, "http://ollama:11434/v1").is_err());
    }

    #[test]
    fn what_stays_in_the_house_is_known() {
        let outside = outside(&["ai.example", "llm.example:8080", "8.8.8.8"], &["site.example"]);
        for url in
            ["http://127.0.0.1:1/v1", "http://[::1]/", "http://10.1.2.3/", "http://localhost/v1", "http://ollama/v1"]
        {
            assert!(outside.is_inside(url), "{url} is not taken for private");
        }
        assert!(outside.is_inside("http://llm.example:8080/v1") && !outside.is_inside("http://llm.example/v1"));
        assert!(outside.is_inside("http://ai.example/v1") && !outside.is_inside("http://ai.example:8000/v1"));
        for url in [
            "https://api.example.com/v1",
            "https://8.8.8.8/v1",
            "https://localhost.example.com/",
            "http://site.example/",
            "nonsense",
            "",
        ] {
            assert!(!outside.is_inside(url), "{url} is taken for private");
        }
    }
}
