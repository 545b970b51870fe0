//! Who is at the other end of the line: address and browser.

use super::State;
use api::caller::{cookies::DEVICE, is_https};
use axum::{
    extract::{ConnectInfo, Request},
    http::{Extensions, HeaderMap, header::USER_AGENT},
};
use domain::accounts::Device;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Longest name of a browser that is kept, in characters.
const USER_AGENT_CHARS: usize = 200;

/// The device that sent a request.
pub fn device(state: &State, request: &Request) -> Device {
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Device {
        ip: address(state, request),
        user_agent: user_agent.chars().take(USER_AGENT_CHARS).collect(),
        known: DEVICE.read(request.headers(), is_https(&state.product)).map(str::to_owned),
    }
}

/// The client's address: of the connection, or as the proxy in front names it.
pub fn address(state: &State, request: &Request) -> IpAddr {
    address_of(state, request.headers(), request.extensions())
}

/// The same of a request's parts.
pub fn address_of(state: &State, headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let named = state.limits.behind_proxy.then(|| forwarded(headers)).flatten();
    named.or(peer).map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.to_canonical())
}

/// The last entry is the proxy's own; the ones before it are the client's claim.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let header = headers.get_all("x-forwarded-for").iter().next_back()?;
    header.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}
