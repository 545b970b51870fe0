//! How a call leaves this process: a bearer token where one is set, the
//! browser's same-origin cookie otherwise. A native program tries again where
//! that does no harm; in a browser the page decides.

#[cfg(not(target_arch = "wasm32"))]
mod patience;

#[cfg(not(target_arch = "wasm32"))]
pub use patience::{Patience, REPEATABLE, set_patience};

use server_fn::{Bytes, client::Client, error::FromServerFnError};
use std::{
    future::Future,
    sync::{PoisonError, RwLock},
};

#[cfg(target_arch = "wasm32")]
mod inner {
    pub use server_fn::{
        client::browser::BrowserClient as Inner, request::browser::BrowserRequest as Request,
        response::browser::BrowserResponse as Response,
    };

    pub fn authorize(request: &Request, bearer: &str) {
        // `Headers` is a live view of the JavaScript object: this changes the request itself.
        request.headers().set("Authorization", bearer);
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod inner {
    pub use server_fn::client::reqwest::ReqwestClient as Inner;
    pub type Request = <Inner as server_fn::client::Client<types::Error>>::Request;
    pub type Response = <Inner as server_fn::client::Client<types::Error>>::Response;

    pub fn authorize(request: &mut Request, bearer: &str) {
        if let Ok(value) = bearer.parse() {
            request.headers_mut().insert("authorization", value);
        }
    }
}

static TOKEN: RwLock<Option<String>> = RwLock::new(None);

/// Sets (or clears) the bearer token of every later call: a visitor's token
/// in the widget, an API key in a program. A token that is no legal header
/// value is not sent, so that the server answers `unauthenticated`.
pub fn set_token(token: Option<String>) {
    let token = token.filter(|token| token.bytes().all(|byte| byte.is_ascii_graphic()));
    *TOKEN.write().unwrap_or_else(PoisonError::into_inner) = token.map(|token| format!("Bearer {token}"));
}

/// Names the server to call, such as `https://chat.example.com`. Needed in a
/// native program and on another origin; the first call wins.
///
/// # Errors
/// Gives the address back when one was set before.
pub fn set_server(address: &str) -> Result<(), String> {
    let address: &'static str = Box::leak(address.trim_end_matches('/').to_owned().into_boxed_str());
    server_fn::client::try_set_server_url(address).map_err(str::to_owned)
}

/// The client that every server function uses.
#[derive(Debug)]
pub struct ApiClient;

impl<E, I, O> Client<E, I, O> for ApiClient
where
    E: FromServerFnError,
    I: FromServerFnError,
    O: FromServerFnError,
{
    type Request = inner::Request;
    type Response = inner::Response;

    #[cfg_attr(target_arch = "wasm32", expect(unused_mut, reason = "the native request is changed in place"))]
    fn send(mut request: Self::Request) -> impl Future<Output = Result<Self::Response, E>> + Send {
        if let Some(bearer) = TOKEN.read().unwrap_or_else(PoisonError::into_inner).as_deref() {
            #[cfg(target_arch = "wasm32")]
            inner::authorize(&request, bearer);
            #[cfg(not(target_arch = "wasm32"))]
            inner::authorize(&mut request, bearer);
        }
        #[cfg(target_arch = "wasm32")]
        return <inner::Inner as Client<E, I, O>>::send(request);
        #[cfg(not(target_arch = "wasm32"))]
        return patiently::<E, I, O>(request);
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (
                impl futures::Stream<Item = Result<Bytes, Bytes>> + Send + 'static,
                impl futures::Sink<Bytes> + Send + 'static,
            ),
            E,
        >,
    > + Send {
        <inner::Inner as Client<E, I, O>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <inner::Inner as Client<E, I, O>>::spawn(future);
    }
}

/// Sends a request, and again where that does no harm.
#[cfg(not(target_arch = "wasm32"))]
async fn patiently<E, I, O>(mut request: inner::Request) -> Result<inner::Response, E>
where
    E: FromServerFnError,
    I: FromServerFnError,
    O: FromServerFnError,
{
    use patience::Outcome;
    let patience = patience::patience();
    *request.timeout_mut() = Some(patience.timeout);
    for tried in 1.. {
        // A body that streams can be sent once.
        let Some(copy) = request.try_clone() else { break };
        // The answer is gone before the wait: not every error can move between threads.
        let wait = {
            let answer = <inner::Inner as Client<E, I, O>>::send(copy).await;
            let outcome = match &answer {
                Ok(answer) => {
                    let named = answer.headers().get("retry-after").and_then(|seconds| seconds.to_str().ok());
                    Outcome::Answer(answer.status().as_u16(), named)
                }
                Err(_) => Outcome::Nothing,
            };
            let path = request.url().path();
            match patience::wait(path, tried, patience.tries, outcome, rand::random()) {
                Some(wait) => wait,
                None => return answer,
            }
        };
        tokio::time::sleep(wait).await;
    }
    <inner::Inner as Client<E, I, O>>::send(request).await
}
