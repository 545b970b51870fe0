//! Everything that is reached over HTTP: pages, server functions, sockets and static files.

mod accept;
mod cors;
mod device;
#[cfg(test)]
mod fuzz_targets;
mod guard;
mod headers;
mod health;
mod limits;
mod loader;
mod mailbox;
mod oidc;
mod pages;
mod refusal;
mod requests;
mod sessions;
mod shop;
mod site;
mod sockets;

use crate::rest;
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    middleware,
    routing::{MethodRouter, get},
};
use domain::Omnichat;
use leptos::config::LeptosOptions;
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use types::WidgetId;

/// How much the web server does at once, and for whom.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections that are open at once, sockets included.
    pub connections: u32,
    /// Sockets of one tenant.
    pub tenant_sockets: u32,
    /// Requests that are worked on at once; more are refused.
    pub requests_at_once: u32,
    /// Longest time of a request.
    pub request_time: Duration,
    /// The client's address comes from X-Forwarded-For.
    pub behind_proxy: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 25_000,
            tenant_sockets: 20_000,
            requests_at_once: 256,
            request_time: Duration::from_secs(30),
            behind_proxy: false,
        }
    }
}

/// What requests share.
#[derive(Clone)]
pub(crate) struct State {
    product: Omnichat,
    limits: Arc<Limits>,
    site: Arc<site::Site>,
    sockets: sockets::Sockets,
    places: Arc<Semaphore>,
    demo: Option<WidgetId>,
    shows_mailbox: bool,
    leptos: LeptosOptions,
}

impl State {
    /// The product.
    pub(crate) fn product(&self) -> &Omnichat {
        &self.product
    }
}

impl FromRef<State> for Omnichat {
    fn from_ref(state: &State) -> Self {
        state.product.clone()
    }
}

impl FromRef<State> for LeptosOptions {
    fn from_ref(state: &State) -> Self {
        state.leptos.clone()
    }
}

/// Every route beside the dashboard's pages, the server functions and the REST API.
fn routes() -> [(&'static str, MethodRouter<State>); 14] {
    [
        ("/ws", get(sockets::agent)),
        ("/ws/widget", get(sockets::visitor)),
        ("/w/{file}", get(loader::loader)),
        ("/pkg/{file}", get(site::file)),
        ("/favicon.svg", get(site::favicon)),
        ("/shop", get(shop::page)),
        ("/shop/", get(shop::page)),
        ("/shop/{*file}", get(shop::file)),
        ("/mailbox", get(mailbox::list)),
        ("/mailbox/{file}", get(mailbox::mail)),
        ("/sso/callback", get(oidc::finish)),
        ("/sso/{slug}", get(oidc::begin)),
        ("/healthz", get(health::alive)),
        ("/readyz", get(health::ready)),
    ]
}

/// The paths of every route beside the dashboard's pages, the server functions and the REST API.
#[must_use]
pub fn paths() -> Vec<&'static str> {
    routes().into_iter().map(|(path, _)| path).collect()
}

/// The web server.
pub struct Server {
    state: State,
    stop: CancellationToken,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("limits", &self.state.limits).finish_non_exhaustive()
    }
}

impl Server {
    /// A server for the product that ends when `stop` is cancelled. `demo` is
    /// the widget of the demo shop, if there is one.
    #[must_use]
    pub fn new(product: Omnichat, limits: Limits, demo: Option<WidgetId>, stop: CancellationToken) -> Self {
        let state = State {
            site: Arc::new(site::Site::load()),
            sockets: sockets::Sockets::new(limits.tenant_sockets, stop.clone()),
            places: Arc::new(Semaphore::new(limits.requests_at_once as usize)),
            limits: Arc::new(limits),
            leptos: LeptosOptions::builder().output_name("app").build(),
            product,
            demo,
            shows_mailbox: false,
        };
        Self { state, stop }
    }

    /// The same with a page of the mails that wait in the folder, for whoever develops on this machine.
    #[must_use]
    pub fn showing_mailbox(mut self) -> Self {
        self.state.shows_mailbox = true;
        self
    }

    /// Every route with everything around it.
    pub fn router(&self) -> Router {
        let state = &self.state;
        let mut router = pages::routes(state).merge(rest::router(state));
        for (path, handler) in routes() {
            router = router.route(path, handler);
        }
        router
            .layer(middleware::from_fn_with_state(state.clone(), guard::guard))
            // The guard has its own limits, with words.
            .layer(DefaultBodyLimit::disable())
            .layer(middleware::from_fn_with_state(state.clone(), sessions::sessions))
            .layer(middleware::from_fn_with_state(state.clone(), headers::headers))
            .layer(middleware::from_fn(cors::cors))
            .layer(middleware::from_fn_with_state(state.clone(), requests::requests))
            .with_state(state.clone())
    }

    /// Answers on `listener` until it is told to stop, then finishes what was begun.
    pub async fn run(self, listener: TcpListener) {
        let router = self.router();
        accept::accept(listener, router, self.state.limits.connections, self.stop.clone()).await;
        self.state.sockets.closed().await;
    }
}
