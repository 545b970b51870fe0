//! Everything that is reached over HTTP: pages, server functions, sockets and static files.

mod accept;
mod bodies;
mod budget;
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
mod memory;
mod oidc;
mod pages;
mod refusal;
mod requests;
mod sessions;
mod shares;
mod shop;
mod site;
mod sockets;
mod text;
mod tls;

pub use tls::Tls;

use crate::rest;
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    middleware,
    routing::{MethodRouter, get},
};
use domain::{
    Network, Omnichat,
    rates::{Limit, Who},
};
pub use guard::Holds;
use leptos::config::LeptosOptions;
pub use limits::is_public;
pub use mailbox::is_for_this_machine_alone;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use types::WidgetId;

/// How much the web server does at once, and for whom.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections that are open at once, sockets included.
    pub connections: u32,
    /// Connections of one network; none for an eighth of all, 64 at least; 0 for no limit.
    pub network_connections: Option<u32>,
    /// Sockets of one tenant.
    pub tenant_sockets: u32,
    /// Sockets of one network with one tenant; none for a tenth of the tenant's, 200 at least; 0 for no limit.
    pub network_sockets: Option<u32>,
    /// Requests that are worked on at once; more are refused.
    pub requests_at_once: u32,
    /// Each network and each tenant has a share of these, which becomes smaller the more are worked on.
    pub has_shares: bool,
    /// Bytes of the bodies of requests that are held at once, each network and tenant with its share; 0 for no limit.
    pub body_bytes: u64,
    /// Longest time of a request.
    pub request_time: Duration,
    /// The client's address comes from X-Forwarded-For.
    pub behind_proxy: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 25_000,
            network_connections: None,
            tenant_sockets: 20_000,
            network_sockets: None,
            requests_at_once: 256,
            has_shares: true,
            body_bytes: 128 * 1024 * 1024,
            request_time: Duration::from_secs(30),
            behind_proxy: false,
        }
    }
}

impl Limits {
    /// Connections of one network; 0 for no limit.
    #[must_use]
    pub fn network_connections(&self) -> u32 {
        self.network_connections.unwrap_or_else(|| (self.connections / 8).max(64))
    }

    /// Requests and sockets of all who are behind a proxy: so few less than connections that a newcomer's can be read,
    /// however many are taken.
    fn named(&self) -> u32 {
        self.connections.saturating_sub((self.connections / 16).max(4)).max(1)
    }

    /// Sockets of one network with one tenant; 0 for no limit.
    #[must_use]
    pub fn network_sockets(&self) -> u32 {
        self.network_sockets.unwrap_or_else(|| (self.tenant_sockets / 10).max(200))
    }
}

/// What requests share.
#[derive(Clone)]
pub(crate) struct State {
    product: Omnichat,
    limits: Arc<Limits>,
    site: Arc<site::Site>,
    sockets: sockets::Sockets,
    held: shares::Held,
    /// Who is behind the connections of a proxy, if there is one.
    named: Option<accept::Places>,
    health: health::Health,
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
    tls: Option<Arc<Tls>>,
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
            sockets: sockets::Sockets::new(limits.tenant_sockets, limits.network_sockets(), stop.clone()),
            held: shares::Held::new(limits.requests_at_once, limits.has_shares, limits.body_bytes),
            named: limits.behind_proxy.then(|| accept::Places::new(limits.named(), limits.network_connections())),
            health: health::Health::default(),
            limits: Arc::new(limits),
            leptos: LeptosOptions::builder().output_name("app").build(),
            product,
            demo,
            shows_mailbox: false,
        };
        Self { state, tls: None, stop }
    }

    /// The same over TLS alone, with this certificate.
    #[must_use]
    pub fn with_tls(mut self, tls: Tls) -> Self {
        self.tls = Some(Arc::new(tls));
        self
    }

    /// The same with a page of the mails that wait in the folder, for whoever develops on this machine: if it listens,
    /// on `listen`, to this machine alone, and browsers reach it there and not through a proxy.
    #[must_use]
    pub fn showing_mailbox(mut self, listen: SocketAddr) -> Self {
        let is_proxied = self.state.limits.behind_proxy;
        self.state.shows_mailbox = is_for_this_machine_alone(listen, self.state.product.public_url(), is_proxied);
        self
    }

    /// Whether it shows the mails that wait in the folder.
    #[must_use]
    pub fn shows_mailbox(&self) -> bool {
        self.state.shows_mailbox
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
        let limits = &self.state.limits;
        // Every connection is the proxy's own; those behind it get their places at the request.
        let of_one = if limits.behind_proxy { 0 } else { limits.network_connections() };
        let places = accept::Places::new(limits.connections, of_one);
        let giving_back = memory::give_back(self.state.held.clone(), places.clone(), self.stop.clone());
        let giving_back = tokio::spawn(giving_back);
        let rates = self.state.product.clone();
        let refused = move |network: Network| rates.rates().note(Limit::Connections, Who::Network(network), None);
        accept::accept(listener, router, places, refused, self.tls, self.stop.clone()).await;
        giving_back.abort();
        self.state.sockets.closed().await;
    }
}
