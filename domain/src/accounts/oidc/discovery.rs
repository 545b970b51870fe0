//! What a provider says of itself: where people sign in, and with which keys
//! it signs. Remembered for a few minutes.

use crate::{
    Omnichat,
    http::Purpose,
    rates::{Named, Tried},
};
use jsonwebtoken::jwk::Jwk;
use reqwest::{RequestBuilder, StatusCode, Url};
use serde::{Deserialize, de::DeserializeOwned};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long a provider is remembered.
const REMEMBER: Duration = Duration::from_secs(300);
/// A provider that signs with a key we do not know is asked again after this.
const ASK_AGAIN: Duration = Duration::from_secs(30);
/// Providers remembered at once.
const REMEMBERED: usize = 1_000;
/// Times that one provider is asked in a minute.
const ASKED: u32 = 30;
/// Longest wait for an answer.
const WAIT: Duration = Duration::from_secs(10);
/// Longest answer, in bytes; those of large providers are some 10 KB.
const ANSWER_BYTES: usize = 256 * 1024;
/// Keys of a provider.
const KEYS: usize = 100;

/// What a provider says of itself.
#[derive(Clone, Debug)]
pub(super) struct Provider {
    /// Page on which people sign in.
    pub authorization: Url,
    /// Where a code is exchanged.
    pub token: String,
    /// Where more about a person is told.
    pub userinfo: Option<String>,
    /// Our secret goes into a header, not into the form.
    pub takes_basic: bool,
    /// It names itself in the address that leads back to us (RFC 9207).
    pub names_itself: bool,
    /// Keys that it signs with.
    pub keys: Vec<Jwk>,
    since: Instant,
}

impl Provider {
    pub(super) fn sign_in_host(&self) -> String {
        self.authorization.host_str().unwrap_or_default().to_owned()
    }
}

/// Providers that were asked lately, in this process.
#[derive(Debug, Default)]
pub(crate) struct KnownProviders(Mutex<HashMap<String, Arc<Provider>>>);

impl KnownProviders {
    fn recall(&self, issuer: &str, within: Duration) -> Option<Arc<Provider>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(issuer).filter(|provider| provider.since.elapsed() < within).cloned()
    }

    fn remember(&self, issuer: &str, provider: Arc<Provider>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(issuer.to_owned(), provider);
    }
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

/// A provider, from memory when it was asked lately. What went wrong is told
/// in words for whoever looks after it.
pub(super) async fn known(product: &Omnichat, issuer: &str) -> Result<Arc<Provider>, String> {
    recent(product, issuer, REMEMBER).await
}

/// A provider that may have new keys by now.
pub(super) async fn asked_again(product: &Omnichat, issuer: &str) -> Result<Arc<Provider>, String> {
    recent(product, issuer, ASK_AGAIN).await
}

async fn recent(product: &Omnichat, issuer: &str, within: Duration) -> Result<Arc<Provider>, String> {
    if let Some(provider) = product.known_providers().recall(issuer, within) {
        return Ok(provider);
    }
    product
        .throttle()
        .count(Tried::Discovery(Named::of(issuer)), ASKED, Duration::from_secs(60))
        .map_err(|_| "The provider was asked too often. Please wait a minute.".to_owned())?;
    fetch(product, issuer).await
}

/// Asks a provider, and remembers what it said.
pub(super) async fn fetch(product: &Omnichat, issuer: &str) -> Result<Arc<Provider>, String> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let document: Document = get(product, &address).await?;
    if document.issuer != issuer {
        let named: String = document.issuer.chars().take(200).collect();
        return Err(format!("The provider calls itself {named}. Please enter exactly that as its address."));
    }
    let userinfo = document.userinfo_endpoint;
    let endpoints = [&document.authorization_endpoint, &document.token_endpoint, &document.jwks_uri];
    for endpoint in endpoints.into_iter().chain(&userinfo) {
        if let Err(error) = product.http().check(Purpose::SignInProvider, endpoint) {
            return Err(format!("The provider names an address that cannot be used, {}: {error}", cut(endpoint)));
        }
    }
    let authorization = Url::parse(&document.authorization_endpoint).map_err(|error| error.to_string())?;
    let set: KeySet = get(product, &document.jwks_uri).await?;
    // Keys of kinds that we do not know are none of ours to mind.
    let keys: Vec<Jwk> = set.keys.into_iter().take(KEYS).filter_map(|key| serde_json::from_value(key).ok()).collect();
    if keys.is_empty() {
        return Err(format!("There is no key to sign with at {}.", cut(&document.jwks_uri)));
    }
    // Without a word the header is what the standard says.
    let methods = document.token_endpoint_auth_methods_supported;
    let takes_basic = methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"));
    let provider = Arc::new(Provider {
        authorization,
        token: document.token_endpoint,
        userinfo,
        takes_basic,
        names_itself: document.authorization_response_iss_parameter_supported,
        keys,
        since: Instant::now(),
    });
    product.known_providers().remember(issuer, provider.clone());
    Ok(provider)
}

async fn get<T: DeserializeOwned>(product: &Omnichat, address: &str) -> Result<T, String> {
    let client = product.http().client_for(Purpose::SignInProvider, address).map_err(|error| error.to_string())?;
    let (status, body) = read(client.get(address)).await.map_err(|why| format!("{} {why}.", cut(address)))?;
    if status != StatusCode::OK {
        let hint = if status.is_redirection() { ", and we follow no redirects" } else { "" };
        return Err(format!(
            "{} answers with status {}{hint}. Please check the address.",
            cut(address),
            status.as_u16()
        ));
    }
    serde_json::from_slice(&body).map_err(|error| format!("What {} answers cannot be read: {error}.", cut(address)))
}

/// Sends a request and reads the answer, up to its limit.
pub(super) async fn read(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), String> {
    let request = request.header(reqwest::header::ACCEPT, "application/json").timeout(WAIT);
    let told = |error: &reqwest::Error| {
        tracing::debug!(error = ?error, "provider not reached");
        if error.is_timeout() { "does not answer in time" } else { "cannot be reached" }.to_owned()
    };
    let mut response = request.send().await.map_err(|error| told(&error))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| told(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_BYTES {
            return Err("answers with more than is sensible".to_owned());
        }
    }
    Ok((status, body))
}

fn cut(address: &str) -> String {
    address.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuzz_provider_documents() {
        let seeds: [&[u8]; 2] = [
            br#"{"issuer":"https://i.example","authorization_endpoint":"https://i.example/a","token_endpoint":"https://i.example/t","jwks_uri":"https://i.example/k","token_endpoint_auth_methods_supported":["client_secret_basic"]}"#,
            br#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","alg":"RS256","use":"sig","kid":"1"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},{"kty":"OKP","crv":"Ed25519","x":"AA"},{"kty":"oct","k":"AA"}]}"#,
        ];
        let words = [
            "null",
            "[",
            "{",
            "\"keys\":",
            "\"kty\":\"EC\"",
            "\"crv\":",
            "\"x5c\":[",
            "\"use\":\"enc\"",
            "\\ud800",
            "-",
        ];
        fuzz::fuzz("provider_documents", &seeds, &words, |input| {
            let _document = serde_json::from_slice::<Document>(input);
            let Ok(set) = serde_json::from_slice::<KeySet>(input) else { return };
            for key in set.keys.into_iter().take(KEYS).filter_map(|key| serde_json::from_value::<Jwk>(key).ok()) {
                let _key = jsonwebtoken::DecodingKey::from_jwk(&key);
            }
        });
    }
}
