//! Refusals that are made before a handler runs, in the form that the asker reads.

use crate::rest;
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode, Uri,
        header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HOST, LOCATION, REFERER, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use server_fn::{
    ContentType,
    codec::PostcardEncoding,
    error::{FromServerFnError, SERVER_FN_ERROR_HEADER, ServerFnUrlError},
};
use types::Error;

/// What of a request decides how it is refused.
#[derive(Clone, Debug)]
pub struct Asker {
    path: String,
    reads_html: bool,
    referer: Option<String>,
    is_post: bool,
}

impl Asker {
    /// Reads it off a request.
    #[must_use]
    pub fn new(method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        Self {
            path: uri.path().to_owned(),
            reads_html: text(ACCEPT).is_some_and(|accept| accept.contains("text/html")),
            referer: text(REFERER).filter(|page| is_on(page, text(HOST))).map(str::to_owned),
            is_post: method == Method::POST,
        }
    }

    /// Whether a person with a browser asks.
    #[must_use]
    pub const fn reads_html(&self) -> bool {
        self.reads_html
    }

    /// The refusal: for a call encoded as its answer, for a form without
    /// JavaScript back on its page, for a REST client as problem details, for
    /// a person as a page.
    #[must_use]
    pub fn refuse(&self, error: &Error) -> Response {
        let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = if rest::is_rest(&self.path) {
            rest::answer(error)
        } else if self.path.starts_with("/api/") {
            match self.form_page(error) {
                Some(page) => (StatusCode::FOUND, [(LOCATION, page)]).into_response(),
                None => self.call(error, status),
            }
        } else if self.reads_html {
            page(status, &error.message)
        } else {
            (status, format!("{}\n", error.message)).into_response()
        };
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = error.wait() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn call(&self, error: &Error, status: StatusCode) -> Response {
        let mut response = (status, Body::from(error.ser())).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PostcardEncoding::CONTENT_TYPE));
        if let Ok(path) = HeaderValue::from_str(&self.path) {
            headers.insert(SERVER_FN_ERROR_HEADER, path);
        }
        response
    }

    /// The page that a plain form was on, with the error in its address as a server function puts it there.
    fn form_page(&self, error: &Error) -> Option<HeaderValue> {
        let referer = self.referer.as_deref().filter(|_| self.reads_html && self.is_post)?;
        let url = ServerFnUrlError::new(self.path.as_str(), error.clone()).to_url(referer).ok()?;
        HeaderValue::from_str(url.as_str()).ok()
    }
}

/// Whether a page is on this host: nobody is sent to another site.
fn is_on(page: &str, host: Option<&str>) -> bool {
    let page_host = page.split_once("://").and_then(|(_, rest)| rest.split('/').next());
    host.is_some() && page_host == host
}

/// A small page that says one sentence.
#[must_use]
pub fn page(status: StatusCode, sentence: &str) -> Response {
    let sentence = sentence.replace('&', "&amp;").replace('<', "&lt;");
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Omnichat</title><style>{STYLE}</style><main><h1>Omnichat</h1><p>{sentence}</p><p><a href=\"/\">Go to the inbox</a></p></main></html>"
    );
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;color-scheme:light dark;display:grid;place-items:center;\
    min-height:90vh;margin:0}main{max-width:32rem;padding:1.5rem}h1{font-size:1.25rem}a{color:inherit}";

#[cfg(test)]
mod tests {
    use super::*;
    use types::ErrorCode;

    fn asker(path: &str, accept: &str) -> Asker {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        headers.insert(HOST, "localhost".parse().unwrap());
        headers.insert(REFERER, "http://localhost/login?next=x".parse().unwrap());
        Asker::new(&Method::POST, &path.parse().unwrap(), &headers)
    }

    #[test]
    fn a_call_a_form_and_a_person_each_can_read_it() {
        let error = Error::new(ErrorCode::TooManyRequests, "Please wait & see.").retry_after(7);
        let call = asker("/api/x", "application/octet-stream").refuse(&error);
        assert_eq!(call.status(), 429);
        assert_eq!(call.headers()[SERVER_FN_ERROR_HEADER], "/api/x");
        assert_eq!(call.headers()[RETRY_AFTER], "7");
        let form = asker("/api/x", "text/html").refuse(&error);
        assert_eq!(form.status(), 302);
        let location = form.headers()[LOCATION].to_str().unwrap();
        assert!(location.starts_with("http://localhost/login?next=x&__path="), "{location}");
        let person = asker("/inbox", "text/html").refuse(&error);
        assert_eq!(person.status(), 429);
    }
}
