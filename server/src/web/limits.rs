//! How much comes in a minute: whose request it is, and what is left to them.

use super::{State, device, sessions::carries_token};
use crate::rest;
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue},
};
use domain::{
    Network,
    accounts::Caller,
    rates::{Left, Limit, Subject, take_of_tenant, too_many},
    shares::Share,
};
use std::sync::Arc;
use types::{Error, Result, TenantId};

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
        _ if by_token || is_public(path) => Whose::Network(Network::of(device::address(state, request))),
        _ => Whose::Nobody,
    }
}

/// What a request through a proxy holds of the connections that its sender may have: the proxy's own say nothing of it.
#[derive(Clone, Debug)]
pub struct Proxied(#[expect(dead_code, reason = "it counts by being held")] Arc<Share<Network, 2>>);

/// Counts a request that came through a proxy among those of its sender that are open.
///
/// # Errors
/// `too_many_requests` when there are too many.
pub fn count_proxied(state: &State, request: &mut Request) -> Result<()> {
    let most = u64::from(state.limits.network_connections());
    if !state.limits.behind_proxy || most == 0 {
        return Ok(());
    }
    let network = Network::of(device::address(state, request));
    let share = state.proxied.take(1, [network.around(), network], |[around, own]| {
        if own < most && around < most * 4 { Ok(()) } else { Err(too_many(2)) }
    });
    let share = share.inspect_err(|_| state.product.rates().note(Limit::Connections, network.to_string(), None))?;
    request.extensions_mut().insert(Proxied(Arc::new(share)));
    Ok(())
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
            let own = rates.take(subject);
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
fn is_public(path: &str) -> bool {
    path.starts_with("/api/widget/")
        || path.starts_with("/w/")
        || rest::is_rest(path)
        || path.starts_with("/sso/")
        || path.starts_with("/api/invitation/")
        || matches!(
            path,
            "/api/accounts/login"
                | "/api/accounts/register"
                | "/api/accounts/forgot"
                | "/api/accounts/reset"
                | "/api/accounts/reset-link"
                | "/api/accounts/verify"
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
