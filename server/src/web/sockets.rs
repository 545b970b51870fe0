//! The realtime sockets: `/ws` for dashboards, `/ws/widget` for visitors.
//!
//! A socket is one task. It joins the hub, then reads what the client missed
//! from the database, then passes on what happens; see `types::realtime`.

mod connection;
mod link;
mod seats;

pub use seats::Sockets;

use super::{State, accept::Place, device, guard::is_same_origin, limits::Named, refusal::Asker};
use axum::{
    Extension,
    extract::{
        FromRequestParts, Query, State as Shared, WebSocketUpgrade,
        ws::{WebSocket, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, Method, Uri, header::ORIGIN, request::Parts},
    response::{IntoResponse, Response},
};
use connection::{Entry, Seated};
use domain::{
    Network,
    accounts::Caller,
    rates::{Limit, Who},
};
use serde::Deserialize;
use std::convert::Infallible;
use types::{Error, ErrorCode, limits::CLIENT_FRAME_BYTES, realtime::PROTOCOL_VERSION};

/// Buffers of a connection; the library's own would take 128 KB for each.
const BUFFER: usize = 4096;
/// Bytes that may wait to be written to one client before it counts as too slow.
const WAITING: usize = 4 * 1024 * 1024;

/// The address says which frames the client speaks.
#[derive(Debug, Deserialize)]
pub struct Version {
    v: Option<u32>,
}

/// Where a socket comes from, and what its connection holds.
#[derive(Debug)]
pub struct Arrival {
    network: Network,
    place: Option<Place>,
    named: Option<Named>,
    asker: Asker,
}

impl FromRequestParts<State> for Arrival {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        Ok(Self {
            network: Network::of(device::address_of(state, &parts.headers, &parts.extensions)),
            place: parts.extensions.get::<Place>().cloned(),
            named: parts.extensions.get::<Named>().cloned(),
            asker: Asker::new(&parts.method, &parts.uri, &parts.headers),
        })
    }
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

/// `GET /ws`: a dashboard, by the cookie of its session.
pub async fn agent(
    Shared(state): Shared<State>,
    Query(version): Query<Version>,
    uri: Uri,
    headers: HeaderMap,
    caller: Option<Extension<Result<Caller, Error>>>,
    arrival: Arrival,
    upgrade: Upgrade,
) -> Response {
    // A browser tells where a page comes from; other programs have no cookie of somebody else.
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    if origin.is_some_and(|origin| !is_same_origin(&uri, &headers, origin, state.product.public_url())) {
        let sentence = "This page may not listen to the inbox. Open the dashboard itself.";
        return Asker::new(&Method::GET, &uri, &headers).refuse(&Error::new(ErrorCode::CrossSite, sentence));
    }
    open(
        state,
        &version,
        Entry::Agent(caller.map_or_else(|| Err(Error::unauthenticated()), |Extension(caller)| caller)),
        arrival,
        upgrade,
    )
}

/// `GET /ws/widget`: a visitor, by the token in the first frame.
pub async fn visitor(
    Shared(state): Shared<State>,
    Query(version): Query<Version>,
    headers: HeaderMap,
    arrival: Arrival,
    upgrade: Upgrade,
) -> Response {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()).map(str::to_owned);
    open(state, &version, Entry::Visitor { origin }, arrival, upgrade)
}

fn open(state: State, version: &Version, entry: Entry, arrival: Arrival, upgrade: Upgrade) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let is_known = version.v.unwrap_or(PROTOCOL_VERSION) == PROTOCOL_VERSION;
    let sockets = state.sockets.clone();
    let Arrival { network, place, named, asker } = arrival;
    let waiting = match sockets.wait(network) {
        Ok(waiting) => waiting,
        Err(error) => {
            state.product.rates().note(Limit::Sockets, Who::Network(network), None);
            return asker.refuse(&error);
        }
    };
    upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(WAITING)
        .max_message_size(CLIENT_FRAME_BYTES)
        .max_frame_size(CLIENT_FRAME_BYTES)
        .on_upgrade(move |socket: WebSocket| {
            sockets.track(async move {
                // A browser does not tell a page why a socket was refused, so this is told over the socket.
                let entry = if is_known { Ok(entry) } else { Err(outdated()) };
                if let Some(place) = &place {
                    place.become_socket();
                }
                connection::run(socket, &state, entry, Seated { network, place, waiting: Some(waiting) }).await;
                drop(named);
            })
        })
}

fn outdated() -> Error {
    Error::new(ErrorCode::Conflict, "This page is older than the server. Reload it to go on.")
}
