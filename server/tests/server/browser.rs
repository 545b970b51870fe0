//! A browser as far as the server sees one: cookies, origin, bearer token.

use serde::{Serialize, de::DeserializeOwned};
use server_fn::ServerFn;
use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};
use types::Error;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: reqwest::header::HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's text, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as the error that it must be.
    pub fn error(&self) -> Error {
        assert!(self.status >= 400, "this is no error: {} {}", self.status, self.text());
        assert!(
            !self.header("serverfnerror").is_empty(),
            "no error of a server function: {} {}",
            self.status,
            self.text()
        );
        postcard::from_bytes(&self.body).unwrap_or_else(|_| panic!("the error cannot be read: {}", self.text()))
    }
}

/// Somebody who calls.
#[derive(Debug)]
pub struct Browser {
    server: String,
    client: reqwest::Client,
    /// Where it is; none for wherever.
    pub address: Option<IpAddr>,
    /// As whom a proxy names it; none without a proxy.
    pub named: Option<String>,
    cookies: Mutex<BTreeMap<String, String>>,
    /// Origin of the page; none for a program.
    pub origin: Option<String>,
    /// Bearer token.
    pub token: Option<String>,
}

impl Browser {
    /// A browser on a page of the server itself.
    pub fn new(server: &str) -> Self {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self {
            server: server.to_owned(),
            client,
            address: None,
            named: None,
            cookies: Mutex::default(),
            origin: Some(server.to_owned()),
            token: None,
        }
    }

    /// A browser on a page of somebody else.
    pub fn on_page(server: &str, origin: &str) -> Self {
        Self { origin: Some(origin.to_owned()), ..Self::new(server) }
    }

    /// A program.
    pub fn program(server: &str) -> Self {
        Self { origin: None, ..Self::new(server) }
    }

    /// The same with a bearer token.
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// The same at another address of this machine.
    pub fn at(self, address: &str) -> Self {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        let client = client.local_address(Some(address.parse().unwrap())).build().unwrap();
        Self { client, address: Some(address.parse().unwrap()), ..self }
    }

    /// The same behind a proxy that names this address.
    pub fn named(self, address: &str) -> Self {
        Self { named: Some(address.to_owned()), ..self }
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Sets a cookie, or removes it.
    pub fn set_cookie(&self, name: &str, value: Option<&str>) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        match value {
            Some(value) => cookies.insert(name.to_owned(), value.to_owned()),
            None => cookies.remove(name),
        };
    }

    /// All cookies as a header.
    pub fn cookie_header(&self) -> String {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Calls a server function with Postcard arguments.
    pub async fn call<F>(&self, arguments: &F) -> Result<F::Output, Error>
    where
        F: ServerFn + Serialize,
        F::Output: DeserializeOwned,
    {
        read(&self.post(F::PATH, "application/x-postcard", postcard::to_stdvec(arguments).unwrap()).await)
    }

    /// Calls a server function as a form does.
    pub async fn submit<T: DeserializeOwned>(&self, path: &str, fields: &[(&str, &str)]) -> Result<T, Error> {
        read(&self.post(path, FORM, encode(fields)).await)
    }

    /// Submits a form without JavaScript, from a page.
    pub async fn submit_plainly(&self, path: &str, page: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.client.post(format!("{}{path}", self.server)).header("content-type", FORM);
        let request = request.header("accept", "text/html").header("referer", format!("{}{page}", self.server));
        self.send(request.body(encode(fields))).await
    }

    /// Posts bytes.
    pub async fn post(&self, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = self.client.post(format!("{}{path}", self.server)).header("content-type", kind);
        self.send(request.body(body)).await
    }

    /// Opens an address.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(format!("{}{path}", self.server)).header("accept", "text/html")).await
    }

    /// A request that is not finished yet.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().unwrap(), format!("{}{path}", self.server))
    }

    /// Sends a request with what a browser adds.
    pub async fn send(&self, mut request: reqwest::RequestBuilder) -> Answer {
        let cookies = self.cookie_header();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies);
        }
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        if let Some(named) = &self.named {
            request = request.header("x-forwarded-for", named);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.set_cookie(name, (!value.is_empty()).then_some(value));
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn encode(fields: &[(&str, &str)]) -> Vec<u8> {
    let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect::<Vec<_>>().join("&").into_bytes()
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    // Signing in leads to another page; the call itself has succeeded.
    if answer.status < 400 {
        Ok(postcard::from_bytes(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.text())))
    } else {
        Err(answer.error())
    }
}
