//! How much comes in a minute: whose request it is, and what is left to them.

use super::{State, device, sessions::carries_token};
use crate::rest;
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue},
};
use domain::{
    accounts::Caller,
    rates::{Left, Subject, take_of_tenant},
};
use std::net::IpAddr;
use types::{Error, Result, TenantId};

/// Whose request it is, as far as it is counted.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// Of pages, files, and the dashboard of somebody who is signed in: not counted.
    Nobody,
    /// Of somebody unknown.
    Address(IpAddr),
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
        _ if by_token || is_public(path) => Whose::Address(device::address(state, request)),
        _ => Whose::Nobody,
    }
}

/// Counts a request; says what is left where there is a limit.
///
/// # Errors
/// When the database does not say what a tenant's limit is.
pub async fn count(state: &State, whose: Whose) -> Result<Option<Left>> {
    let rates = state.product.rates();
    match whose {
        Whose::Nobody => Ok(None),
        Whose::Address(address) => Ok(Some(rates.take(Subject::Address(address)))),
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
