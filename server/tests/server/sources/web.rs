//! A web site that the tests run, change and look into.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

#[derive(Clone)]
enum Page {
    Of {
        kind: String,
        body: Vec<u8>,
    },
    Elsewhere(String),
    /// Takes the question and never answers.
    Silent,
}

#[derive(Default)]
struct Pages {
    pages: HashMap<String, Page>,
    asked: Vec<String>,
    not_modified: usize,
}

/// The site; it ends with the test.
pub struct Site {
    address: String,
    pages: Arc<Mutex<Pages>>,
}

impl Site {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let pages = Arc::new(Mutex::new(Pages::default()));
        let router = Router::new().fallback(answer).with_state(pages.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, pages }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    pub fn page(&self, path: &str, kind: &str, body: &str) {
        self.bytes(path, kind, body.as_bytes().to_vec());
    }

    pub fn bytes(&self, path: &str, kind: &str, body: Vec<u8>) {
        let page = Page::Of { kind: kind.to_owned(), body };
        self.pages.lock().unwrap().pages.insert(path.to_owned(), page);
    }

    pub fn redirect(&self, path: &str, to: &str) {
        self.pages.lock().unwrap().pages.insert(path.to_owned(), Page::Elsewhere(to.to_owned()));
    }

    pub fn silent(&self, path: &str) {
        self.pages.lock().unwrap().pages.insert(path.to_owned(), Page::Silent);
    }

    pub fn remove(&self, path: &str) {
        self.pages.lock().unwrap().pages.remove(path);
    }

    /// The paths that were asked for, in their order.
    pub fn asked(&self) -> Vec<String> {
        self.pages.lock().unwrap().asked.clone()
    }

    /// How often it was said that nothing has changed.
    pub fn not_modified(&self) -> usize {
        self.pages.lock().unwrap().not_modified
    }
}

async fn answer(State(pages): State<Arc<Mutex<Pages>>>, headers: HeaderMap, request: Request) -> Response {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    assert!(agent.starts_with("OmnichatBot/1.0 (+http"), "{agent}");
    let path = request.uri().path().to_owned();
    let found = {
        let mut pages = pages.lock().unwrap();
        pages.asked.push(path.clone());
        pages.pages.get(&path).cloned()
    };
    match found {
        Some(Page::Silent) => std::future::pending().await,
        None => StatusCode::NOT_FOUND.into_response(),
        Some(Page::Elsewhere(to)) => Redirect::temporary(&to).into_response(),
        Some(Page::Of { kind, body }) => {
            let tag = format!("\"{:x}\"", Sha256::digest(&body));
            if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
                pages.lock().unwrap().not_modified += 1;
                return StatusCode::NOT_MODIFIED.into_response();
            }
            let tag = HeaderValue::from_str(&tag).unwrap();
            ([(header::CONTENT_TYPE, HeaderValue::from_str(&kind).unwrap()), (header::ETAG, tag)], body).into_response()
        }
    }
}
