//! What the web server does and how much of it: addresses, TLS, limits.

use crate::{Failure, web::Tls};
use clap::Args;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// What the web server does and how much of it.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Web")]
pub struct Web {
    /// Address and port to listen on. Use 0.0.0.0:3000 to be reached from other machines.
    #[arg(long, env = "OMNICHAT_LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
    /// Address at which browsers reach this server, such as "https://chat.example.com". It is part of the
    /// snippet that businesses paste into their pages.
    ///
    /// Default: http://, or https:// with a certificate, and the listen address.
    #[arg(long, env = "OMNICHAT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// A PEM file with the certificate and those between it and its authority: browsers then connect with TLS, and
    /// no proxy is needed. Looked at again when it changes, without a restart.
    #[arg(long, env = "OMNICHAT_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The PEM file with the certificate's private key.
    #[arg(long, env = "OMNICHAT_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Take the visitor's address from the last entry of X-Forwarded-For. Only behind a proxy that sets it.
    #[arg(long, env = "OMNICHAT_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// Connections that are open at once, sockets included (16 to 1,000,000). One more takes the place of one of the network with
    /// the most, or is refused.
    #[arg(long, env = "OMNICHAT_CONNECTIONS", value_name = "NUMBER", default_value_t = 25_000, value_parser = clap::value_parser!(u32).range(16..=1_000_000))]
    pub connections: u32,
    /// Connections of one network (an IPv4 address, or a /64 of IPv6); the /24 or /48 around it may have four times
    /// as many. Behind a proxy these are the requests and sockets of the network that the proxy names, all together a
    /// sixteenth less than --connections. When all are taken, the network with the most of them loses one to a
    /// newcomer. 0 for no limit, and no share of the requests that are worked on at once.
    ///
    /// Default: an eighth of --connections, 64 at least.
    #[arg(long, env = "OMNICHAT_NETWORK_CONNECTIONS", value_name = "NUMBER")]
    pub network_connections: Option<u32>,
    /// Sockets that one business has open at once, visitors and agents together (1 to 1,000,000).
    #[arg(long, env = "OMNICHAT_TENANT_SOCKETS", value_name = "NUMBER", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub tenant_sockets: u32,
    /// Sockets that one network has open at once with one business. 0 for no limit.
    ///
    /// Default: a tenth of --tenant-sockets, 200 at least.
    #[arg(long, env = "OMNICHAT_NETWORK_SOCKETS", value_name = "NUMBER")]
    pub network_sockets: Option<u32>,
    /// Megabytes of what is being sent that are held in memory at once (64 to 65,536), of which each network and
    /// each business has a share. 0 for no limit.
    #[arg(long, env = "OMNICHAT_BODY_MEGABYTES", value_name = "NUMBER", default_value_t = 128, value_parser = body_megabytes)]
    pub body_megabytes: u32,
    /// Requests that are worked on at once (8 to 100,000). More are asked to come back a moment later: waiting
    /// would make everybody slow.
    #[arg(long, env = "OMNICHAT_REQUESTS_AT_ONCE", value_name = "NUMBER", default_value_t = 256, value_parser = clap::value_parser!(u32).range(8..=100_000))]
    pub requests_at_once: u32,
    /// Requests a minute from one address to what needs no sign-in: the widget's calls, signing in,
    /// registering, the API without a good key. 0 for no limit, of visits and bad credentials neither.
    #[arg(long, env = "OMNICHAT_REQUESTS_PER_MINUTE", value_name = "NUMBER", default_value_t = 3_000)]
    pub requests_per_minute: u32,
    /// Requests a minute with one API key, or with one user's access token. 0 for no limit.
    #[arg(long, env = "OMNICHAT_KEY_REQUESTS_PER_MINUTE", value_name = "NUMBER", default_value_t = 600)]
    pub key_requests_per_minute: u32,
    /// Requests a minute of all programs of one business, unless it has a limit of its own. 0 for no
    /// limit at all.
    #[arg(long, env = "OMNICHAT_TENANT_REQUESTS_PER_MINUTE", value_name = "NUMBER", default_value_t = 6_000)]
    pub tenant_requests_per_minute: u32,
    /// Messages a minute of one visitor. 0 for no limit.
    #[arg(long, env = "OMNICHAT_VISITOR_MESSAGES_PER_MINUTE", value_name = "NUMBER", default_value_t = 60)]
    pub visitor_messages_per_minute: u32,
    /// Conversations a minute that visitors begin with one business, from wherever they come: each may
    /// cost it money. 0 for no limit, of one network neither.
    #[arg(long, env = "OMNICHAT_NEW_CONVERSATIONS_PER_MINUTE", value_name = "NUMBER", default_value_t = 300)]
    pub new_conversations_per_minute: u32,
    /// Conversations a minute that one network begins with one business, twice as many at once; the /24 or /48 around
    /// it may begin four times as many. 0 for no limit.
    #[arg(long, env = "OMNICHAT_NETWORK_CONVERSATIONS_PER_MINUTE", value_name = "NUMBER", default_value_t = 10)]
    pub network_conversations_per_minute: u32,
    /// Visits a minute that one network begins: each new visitor begins one. 0 for no limit.
    #[arg(long, env = "OMNICHAT_VISITS_PER_MINUTE", value_name = "NUMBER", default_value_t = 120)]
    pub visits_per_minute: u32,
    /// Keys, tokens and cookies a minute of one network that are not good; then the database is not asked about the
    /// next ones. 0 for no limit.
    #[arg(long, env = "OMNICHAT_BAD_CREDENTIALS_PER_MINUTE", value_name = "NUMBER", default_value_t = 120)]
    pub bad_credentials_per_minute: u32,
    /// Seconds that a request may take (1 to 600).
    #[arg(long, env = "OMNICHAT_REQUEST_SECONDS", value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=600))]
    pub request_seconds: u16,
    /// Seconds that requests and jobs get to finish when the server is told to stop (0 to 600).
    #[arg(long, env = "OMNICHAT_SHUTDOWN_SECONDS", value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(0..=600))]
    pub shutdown_seconds: u16,
}

impl Web {
    /// The address for browsers, checked and without a slash at its end.
    ///
    /// # Errors
    /// When it is no address of a web server.
    pub fn public_url(&self) -> Result<String, Failure> {
        match &self.public_url {
            Some(url) => check_public_url(url),
            None => {
                let scheme = if given_file(self.tls_cert.as_ref()).is_some() { "https" } else { "http" };
                let host = if self.listen.ip().is_unspecified() {
                    format!("localhost:{}", self.listen.port())
                } else {
                    self.listen.to_string()
                };
                Ok(format!("{scheme}://{host}"))
            }
        }
    }

    /// The certificate that the server shows, read; none when no file is set.
    ///
    /// # Errors
    /// When one of the two files is missing or cannot be used.
    pub fn tls(&self) -> Result<Option<Tls>, Failure> {
        match (given_file(self.tls_cert.as_ref()), given_file(self.tls_key.as_ref())) {
            (None, None) => Ok(None),
            (Some(cert), Some(key)) => Ok(Some(Tls::open(cert, key)?)),
            _ => Err(Failure::advice(
                "TLS needs a certificate and its key: set both OMNICHAT_TLS_CERT and OMNICHAT_TLS_KEY, or neither",
            )),
        }
    }
}

/// A setting without words in it is none.
fn given_file(file: Option<&PathBuf>) -> Option<&Path> {
    file.map(PathBuf::as_path).filter(|file| !file.as_os_str().is_empty())
}

/// Less than 64 would not take one upload.
fn body_megabytes(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(number @ (0 | 64..=65_536)) => Ok(number),
        _ => Err("a number from 64 to 65536, or 0 for no limit".to_owned()),
    }
}

/// Checks an address for browsers and takes the slash off its end.
///
/// # Errors
/// When it is no address of a web server.
pub fn check_public_url(url: &str) -> Result<String, Failure> {
    let url = url.trim().trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if host.is_empty() || !host.bytes().all(plain) {
        return Err(Failure::advice(format!(
            "the public URL \"{url}\" must be http:// or https:// with a host and nothing after it, such as https://chat.example.com"
        )));
    }
    Ok(url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::check_public_url;

    #[test]
    fn a_public_url_is_checked() {
        assert_eq!(check_public_url(" https://chat.example.com/ ").unwrap(), "https://chat.example.com");
        assert_eq!(check_public_url("http://[::1]:3000").unwrap(), "http://[::1]:3000");
        for wrong in ["", "chat.example.com", "ftp://x", "https://", "https://a/b", "https://a?b", "https://a\"b"] {
            assert!(check_public_url(wrong).is_err(), "{wrong} was taken");
        }
    }
}
