//! How much comes in a minute: whose request it is, and what is left to them.

use super::{State, accept::Place, device, sessions::carries_token};
use crate::rest;
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue},
};
use domain::{
    Network,
    accounts::Caller,
    rates::{Left, Limit, Subject, Who, take_of_tenant, too_many},
};
use types::{Error, Result, TenantId};

/// Ends a session.
const LOG_OUT: &str = "/api/accounts/logout";

/// Whose request it is, as far as it is counted.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// Of pages, files, and the dashboard of somebody who is signed in: not counted.
    Nobody,
    /// Of somebody unknown.
    Network(Network),
    /// Of a program.
    Program(Subject, TenantId),
}

/// Says whose request it is.
pub fn whose(state: &State, request: &Request) -> Whose {
    let path = request.uri().path();
    let by_token = path.starts_with("/api/") && !path.starts_with("/api/widget/") && carries_token(request.headers());
    match request.extensions().get::<Result<Caller, Error>>() {
        Some(Ok(caller)) if by_token => {
            let key = caller.key().map(Subject::Key);
            match key.or_else(|| caller.user().map(Subject::User)) {
                Some(subject) => Whose::Program(subject, caller.tenant()),
                None => Whose::Nobody,
            }
        }
        // Whoever is signed in gets out, whatever comes from their network.
        Some(Ok(_)) if path == LOG_OUT => Whose::Nobody,
        _ if by_token || is_public(path) => Whose::Network(Network::of(device::address(state, request))),
        _ => Whose::Nobody,
    }
}

/// The place of a request among those of whoever a proxy names: the connections are the proxy's own and say nothing of
/// it. A socket takes it along.
#[derive(Clone, Debug)]
pub struct Named(#[expect(dead_code, reason = "it counts by being held")] Place);

/// Gives a request through a proxy its place, which may cost somebody else their own.
///
/// # Errors
/// `too_many_requests` when its sender has as many as they may.
pub fn enter(state: &State, request: &mut Request) -> Result<Option<Place>> {
    let connection = request.extensions().get::<Place>().cloned();
    let (Some(named), Some(connection)) = (&state.named, connection) else { return Ok(None) };
    let network = Network::of(device::address(state, request));
    // The one before has its answer.
    connection.held().name(None);
    let place = named.enter_through(&connection, network).ok_or_else(|| no_place(state, network))?;
    connection.held().name(Some(place.clone()));
    request.extensions_mut().insert(Named(place.clone()));
    Ok(Some(place))
}

/// The refusal of whoever has no place, or has one no more.
pub fn no_place(state: &State, network: Network) -> Error {
    state.product.rates().note(Limit::Connections, Who::Network(network), None);
    too_many(2)
}

/// Counts a request; says what is left where there is a limit.
///
/// # Errors
/// When the database does not say what a tenant's limit is.
pub async fn count(state: &State, whose: Whose) -> Result<Option<Left>> {
    let rates = state.product.rates();
    match whose {
        Whose::Nobody => Ok(None),
        Whose::Network(network) => Ok(Some(rates.take(Subject::Network(network)))),
        Whose::Program(subject, tenant) => {
            let own = rates.take_in(tenant, subject);
            // What is refused for its key is not counted for the tenant.
            if own.wait.is_some() {
                return Ok(Some(own));
            }
            let tenant = take_of_tenant(&state.product, tenant).await?;
            let limited = [own, tenant].into_iter().filter(|left| left.limit > 0);
            Ok(limited.min_by_key(|left| (left.wait.is_none(), left.remaining)))
        }
    }
}

/// Reached without signing in, so anybody may try to keep us busy with it.
#[must_use]
pub fn is_public(path: &str) -> bool {
    path.starts_with("/api/widget/")
        || path.starts_with("/w/")
        || rest::is_rest(path)
        || path.starts_with("/sso/")
        || path == "/ws/widget"
        || matches!(
            path,
            "/api/accounts/login"
                | LOG_OUT
                | "/api/accounts/register"
                | "/api/accounts/forgot"
                | "/api/accounts/reset"
                | "/api/accounts/reset-link"
                | "/api/invitation/accept"
                | "/api/invitation/offer"
                | "/api/sign-in/code"
        )
}

/// A call of the API that a token or a key is needed for.
pub fn needs_token(path: &str) -> bool {
    rest::is_rest(path) && !path.starts_with("/api/v1/auth/")
}

/// Says in the headers of an answer how much is left.
pub fn tell(left: Left, headers: &mut HeaderMap) {
    if left.limit == 0 {
        return;
    }
    for (name, number) in
        [("ratelimit-limit", left.limit), ("ratelimit-remaining", left.remaining), ("ratelimit-reset", left.reset)]
    {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(number));
    }
}
