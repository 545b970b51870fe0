//! What hosts ask of programs in their robots.txt (RFC 9309), and keeping to it.

mod rules;

use super::{
    BOT, FetchError, Validators,
    fetch::{body, request},
};
use crate::Omnichat;
use reqwest::{StatusCode, Url};
use rules::{Rules, TooMany};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};
use types::TenantId;

/// Bytes that a robots.txt may have, as many as the specification asks for.
const BYTES: usize = 500 * 1024;
/// Hosts that one visit can lead to.
const HOSTS: usize = 20;
/// Redirects of a robots.txt that are followed.
const REDIRECTS: usize = 5;
/// Between two requests, when the host does not say.
const PAUSE: Duration = Duration::from_millis(250);
/// Longest pause that a host can ask for; one that wants more is read slower than it likes.
const LONGEST_PAUSE: f32 = 10.0;

/// How we behave during one visit: rules of the hosts, and the pace.
#[derive(Debug)]
pub struct Manners {
    tenant: TenantId,
    hosts: HashMap<String, Said>,
    last: Option<Instant>,
    pause: Option<Duration>,
}

/// What a host has said.
#[derive(Debug)]
enum Said {
    /// Nothing.
    Nothing,
    /// Its rules.
    Rules(Rules),
    /// Nobody knows: then nothing is allowed.
    Unknown(String),
}

impl Manners {
    /// Those of a guest who comes for a tenant, and has asked nobody yet.
    #[must_use]
    pub fn of(tenant: TenantId) -> Self {
        Self { tenant, hosts: HashMap::new(), last: None, pause: None }
    }

    /// For whom the guest comes.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Whether the host of an address allows it to be read.
    ///
    /// # Errors
    /// When the host does not say, which may be otherwise later.
    pub async fn allow(&mut self, product: &Omnichat, url: &Url) -> Result<bool, FetchError> {
        match self.rules(product, url).await? {
            Said::Nothing => Ok(true),
            Said::Rules(rules) => {
                let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
                Ok(rules.allow(&format!("{}{query}", url.path())))
            }
            Said::Unknown(why) => Err(FetchError::Later(why.clone())),
        }
    }

    /// The sitemaps that a host names.
    pub async fn sitemaps(&mut self, product: &Omnichat, url: &Url) -> Vec<String> {
        match self.rules(product, url).await {
            Ok(Said::Rules(rules)) => rules.sitemaps.clone(),
            _ => Vec::new(),
        }
    }

    /// Waits until the next request is polite.
    pub async fn wait(&mut self) {
        if let Some(last) = self.last {
            tokio::time::sleep(self.pause.unwrap_or(PAUSE).saturating_sub(last.elapsed())).await;
        }
        self.last = Some(Instant::now());
    }

    async fn rules(&mut self, product: &Omnichat, url: &Url) -> Result<&Said, FetchError> {
        let origin = url.origin().ascii_serialization();
        if !self.hosts.contains_key(&origin) {
            if self.hosts.len() >= HOSTS {
                return Err(FetchError::Refused("It leads to too many other hosts.".to_owned()));
            }
            let rules = ask(product, self.tenant, url).await;
            if let Said::Rules(rules) = &rules {
                self.pause = pause_of(rules).or(self.pause);
            }
            self.hosts.insert(origin.clone(), rules);
        }
        self.hosts.get(&origin).ok_or_else(|| FetchError::Later("The rules of the host were lost.".to_owned()))
    }
}

/// The pause that a host asks for, within our bounds.
fn pause_of(rules: &Rules) -> Option<Duration> {
    let delay = rules.delay.filter(|delay| delay.is_finite() && *delay > 0.0)?;
    Some(Duration::from_secs_f32(delay.min(LONGEST_PAUSE)).max(PAUSE))
}

async fn ask(product: &Omnichat, tenant: TenantId, url: &Url) -> Said {
    let host = url.host_str().unwrap_or_default();
    let unknown = || {
        Said::Unknown(format!(
            "{host} cannot be reached, or does not say what may be read (robots.txt). Check the address."
        ))
    };
    let Ok(mut at) = url.join("/robots.txt") else { return unknown() };
    for _ in 0..=REDIRECTS {
        let Ok(response) = request(product, &at, &Validators::default()).await else { return unknown() };
        match response.status() {
            StatusCode::OK => {
                // Of one that is larger nobody knows what it forbids.
                let Ok(body) = body(product, tenant, response, BYTES).await else { return unknown() };
                return match Rules::read(BOT, &body.bytes) {
                    Ok(rules) => Said::Rules(rules),
                    Err(TooMany) => Said::Unknown(format!(
                        "The robots.txt of {host} has more rules than can be kept to, so nothing is read there."
                    )),
                };
            }
            status if status.is_redirection() => {
                let location = response.headers().get(reqwest::header::LOCATION).and_then(|value| value.to_str().ok());
                match location.and_then(|location| at.join(location).ok()) {
                    Some(next) => at = next,
                    None => return Said::Nothing,
                }
            }
            status if status.is_client_error() => return Said::Nothing,
            _ => return unknown(),
        }
    }
    Said::Nothing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuzz_robots() {
        let seeds: [&[u8]; 2] = [
            b"User-agent: *\nDisallow: /private/*$\nAllow: /private/x\nCrawl-delay: 2.5\nSitemap: https://a.example/s.xml\n",
            b"\xef\xbb\xbfuser-agent: OmnichatBot\r\ndisallow:\r\n# why\n",
        ];
        let words = [
            "*",
            "$",
            "User-agent:",
            "Disallow: /",
            "Allow: ",
            "Crawl-delay: ",
            "Sitemap: ",
            "%2f",
            "\r",
            "?",
            "1e39",
            "nan",
        ];
        fuzz::fuzz("robots", &seeds, &words, |input| {
            let Ok(rules) = Rules::read(BOT, input) else { return };
            let _allowed = rules.allow("/private/x?y=z");
            assert!(pause_of(&rules).is_none_or(|pause| pause <= Duration::from_secs_f32(LONGEST_PAUSE)));
        });
    }
}
