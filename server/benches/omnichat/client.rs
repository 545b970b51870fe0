//! Somebody who calls the server over HTTP: a browser with its cookies, a
//! visitor with a token, a program with a key.

use anyhow::{Context, Result, anyhow};
use serde::{Serialize, de::DeserializeOwned};
use server_fn::ServerFn;
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

const FORM: &str = "application/x-www-form-urlencoded";
const POSTCARD: &str = "application/x-postcard";
/// Origin of the page that shows the widget.
const PAGE: &str = "https://shop.example";

/// Somebody who calls.
#[derive(Debug)]
pub struct Caller {
    server: String,
    http: reqwest::Client,
    cookies: Mutex<BTreeMap<String, String>>,
    origin: Option<String>,
    token: Option<String>,
    address: Option<String>,
    from: Option<Ipv4Addr>,
}

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Answered,
    /// The server was busy, and said when to come back.
    Refused,
    /// Anything else.
    Failed,
}

impl Caller {
    /// A browser on a page of the server itself.
    ///
    /// # Errors
    /// When the client cannot be built.
    pub fn browser(server: &str) -> Result<Self> {
        Self::browser_from(server, None)
    }

    /// The same, with connections that come from an address of this machine.
    ///
    /// # Errors
    /// When the client cannot be built.
    pub fn browser_from(server: &str, from: Option<Ipv4Addr>) -> Result<Self> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            // The server speaks plain HTTP here, and reading the system's certificates costs milliseconds each time.
            .tls_certs_only([])
            .timeout(Duration::from_secs(60))
            .local_address(from.map(IpAddr::V4))
            .build()?;
        Ok(Self {
            server: server.to_owned(),
            http,
            cookies: Mutex::default(),
            origin: Some(server.to_owned()),
            token: None,
            address: None,
            from,
        })
    }

    /// The same, behind a proxy that names this address of theirs.
    #[must_use]
    pub fn at(mut self, address: String) -> Self {
        self.address = Some(address);
        self
    }

    /// Another browser, with cookies of its own. Shares this caller's connections.
    pub fn browser_beside(&self) -> Self {
        Self { origin: self.origin.clone(), ..self.visitor(None) }
    }

    /// The same browser once more: its connections and its cookies.
    pub fn browser_again(&self) -> Self {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self { cookies: Mutex::new(cookies), ..self.browser_beside() }
    }

    /// A visitor on a page of somebody else. Shares this caller's connections.
    pub fn visitor(&self, token: Option<String>) -> Self {
        let (server, http) = (self.server.clone(), self.http.clone());
        let (address, from) = (self.address.clone(), self.from);
        Self { server, http, cookies: Mutex::default(), origin: Some(PAGE.to_owned()), token, address, from }
    }

    /// A program with an API key. Shares this caller's connections.
    pub fn program(&self, key: &str) -> Self {
        Self { origin: None, ..self.visitor(Some(key.to_owned())) }
    }

    /// The server's address.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The address of this machine that its connections come from, when it was chosen.
    pub fn from(&self) -> Option<Ipv4Addr> {
        self.from
    }

    /// Where the page comes from.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The bearer token.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// All cookies as a header.
    pub fn cookie_header(&self) -> String {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Calls a server function.
    ///
    /// # Errors
    /// What the server refuses, or that it cannot be reached.
    pub async fn call<F>(&self, arguments: &F) -> Result<F::Output>
    where
        F: ServerFn + Serialize,
        F::Output: DeserializeOwned,
    {
        self.post(F::PATH, POSTCARD, postcard::to_stdvec(arguments)?).await
    }

    /// Calls a server function as a form does.
    ///
    /// # Errors
    /// What the server refuses, or that it cannot be reached.
    pub async fn submit<T: DeserializeOwned>(&self, path: &str, fields: &[(&str, &str)]) -> Result<T> {
        let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let body =
            fields.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect::<Vec<_>>().join("&");
        self.post(path, FORM, body.into_bytes()).await
    }

    /// Status, encoding and body of a file as it comes over the wire.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn fetch(&self, path: &str, encoding: &str) -> Result<(u16, String, usize)> {
        let request = self.http.get(format!("{}{path}", self.server)).header("accept-encoding", encoding);
        let response = request.send().await?;
        let status = response.status().as_u16();
        let encoding = response.headers().get("content-encoding").and_then(|value| value.to_str().ok());
        let encoding = encoding.unwrap_or("identity").to_owned();
        Ok((status, encoding, response.bytes().await?.len()))
    }

    /// The text of a page.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn text(&self, path: &str) -> Result<String> {
        Ok(self.http.get(format!("{}{path}", self.server)).send().await?.text().await?)
    }

    /// Calls a server function, for how it went and not for what it says.
    pub async fn try_call<F: ServerFn + Serialize>(&self, arguments: &F) -> Outcome {
        let Ok(body) = postcard::to_stdvec(arguments) else { return Outcome::Failed };
        let Ok(response) = self.request(F::PATH, POSTCARD, body).send().await else { return Outcome::Failed };
        let status = response.status().as_u16();
        let says_when = response.headers().contains_key("retry-after");
        match (status, response.bytes().await) {
            (200..400, Ok(_)) => Outcome::Answered,
            (429 | 503, Ok(_)) if says_when => Outcome::Refused,
            _ => Outcome::Failed,
        }
    }

    fn request(&self, path: &str, kind: &str, body: Vec<u8>) -> reqwest::RequestBuilder {
        let mut request = self.http.post(format!("{}{path}", self.server)).header("content-type", kind).body(body);
        let cookies = self.cookie_header();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies);
        }
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(address) = &self.address {
            request = request.header("x-forwarded-for", address);
        }
        request
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, kind: &str, body: Vec<u8>) -> Result<T> {
        let response = self.request(path, kind, body).send().await.with_context(|| format!("calling {path}"))?;
        self.keep_cookies(&response);
        let status = response.status().as_u16();
        let body = response.bytes().await?;
        if status < 400 {
            return postcard::from_bytes(&body).with_context(|| format!("reading the answer of {path}"));
        }
        let refusal = postcard::from_bytes::<types::Error>(&body);
        let reason = refusal.map_or_else(|_| String::from_utf8_lossy(&body).into_owned(), |error| error.message);
        Err(anyhow!("{path} answered {status}: {reason}"))
    }

    fn keep_cookies(&self, response: &reqwest::Response) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for cookie in response.headers().get_all("set-cookie") {
            let pair = cookie.to_str().ok().and_then(|text| text.split(';').next()?.split_once('='));
            if let Some((name, value)) = pair {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
