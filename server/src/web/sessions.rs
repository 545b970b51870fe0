//! Who calls: reads the access token of the cookie, and when it has expired
//! exchanges the refresh token without the user noticing; or the API key of a
//! program.

use super::{State, device, guard::API_KEY, requests};
use crate::rest;
use api::caller::{
    self,
    cookies::{ACCESS, CHALLENGE, REFRESH},
};
use axum::{
    extract::{Request, State as Shared},
    http::{
        HeaderMap, HeaderValue,
        header::{AUTHORIZATION, SET_COOKIE},
    },
    middleware::Next,
    response::Response,
};
use domain::{
    accounts::{self, Caller, Device},
    security,
};
use types::{Error, ErrorCode, Result};

/// Puts the device and the caller into the request, for the server functions.
pub async fn sessions(Shared(state): Shared<State>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if requests::needs_no_session(&path) {
        return next.run(request).await;
    }
    let device = device::device(&state, &request);
    request.extensions_mut().insert(device.clone());
    if path.starts_with("/api/widget/") {
        return next.run(request).await;
    }
    if let Some(found) = by_header(&state, request.headers(), &device).await {
        if let Ok(caller) = &found {
            requests::name_tenant(caller.tenant());
        }
        request.extensions_mut().insert(found);
        return next.run(request).await;
    }
    // Programs send no cookies, and browsers are never to act for a user there.
    if rest::is_rest(&path) {
        return next.run(request).await;
    }
    let (caller, cookies) = match by_cookie(&state, request.headers(), &device).await {
        Ok(found) => found,
        // The database is down: whoever is signed in stays so, and is told by what they asked for.
        Err(error) => {
            tracing::warn!(%error, "a session could not be renewed");
            (None, Vec::new())
        }
    };
    if let Some(caller) = caller {
        requests::name_tenant(caller.tenant());
        request.extensions_mut().insert::<Result<Caller>>(Ok(caller.on(&device)));
    }
    let mut response = next.run(request).await;
    // Signing in or out has set its own cookies, and these are older.
    if !response.headers().contains_key(SET_COOKIE) {
        for cookie in cookies {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

/// The program, or the user's own client, that sent a key or an access token in a header.
async fn by_header(state: &State, headers: &HeaderMap, device: &Device) -> Option<Result<Caller>> {
    let sent = presented(headers)?;
    let found = match accounts::verify_access(&state.product, &sent) {
        Ok(caller) => Ok(caller),
        Err(_) => accounts::api_key(&state.product, &sent, device.network()).await,
    };
    if let Ok(caller) = &found {
        security::note_key_use(&state.product, caller, device);
    }
    Some(found.map(|caller| caller.on(device)).map_err(Error::from))
}

/// Judges whoever calls once more, when the body has come in: its sender decides how long that takes, and may have
/// been removed meanwhile, or may do less.
///
/// # Errors
/// When the caller is not let in any more, or that cannot be told.
pub async fn judge_again(state: &State, mut request: Request) -> Result<Request> {
    let Some(Ok(caller)) = request.extensions().get::<Result<Caller>>() else { return Ok(request) };
    let (caller, network) = (caller.clone(), device::device(state, &request).network());
    let key = presented(request.headers()).unwrap_or_default();
    let by_now = accounts::judge_again(&state.product, caller, &key, network).await?;
    request.extensions_mut().insert::<Result<Caller>>(Ok(by_now));
    Ok(request)
}

/// The key or the token in a header.
fn presented(headers: &HeaderMap) -> Option<String> {
    let text = |value: &HeaderValue| value.to_str().map(str::to_owned).unwrap_or_default();
    match headers.get(API_KEY) {
        Some(key) => Some(text(key)),
        None => Some(bearer(&text(headers.get(AUTHORIZATION)?)).to_owned()),
    }
}

/// The user, and the cookies to set when they changed.
async fn by_cookie(
    state: &State,
    headers: &HeaderMap,
    device: &Device,
) -> domain::Result<(Option<Caller>, Vec<HeaderValue>)> {
    let is_https = caller::is_https(&state.product);
    if let Some(access) = ACCESS.read(headers, is_https)
        && let Ok(caller) = accounts::verify_access(&state.product, access)
    {
        return Ok((Some(caller), Vec::new()));
    }
    let Some(refresh) = REFRESH.read(headers, is_https) else { return Ok((None, Vec::new())) };
    match accounts::refresh(&state.product, refresh, device.network()).await {
        Ok(signed_in) => {
            let cookies = caller::session_cookies(&signed_in, is_https);
            Ok((Some(signed_in.caller), cookies))
        }
        // It could not be judged now, and may be good.
        Err(domain::Error::Refused(refusal)) if refusal.code == ErrorCode::TooManyRequests => Ok((None, Vec::new())),
        Err(domain::Error::Refused(_)) => Ok((None, caller::no_session_cookies())),
        Err(error) => Err(error),
    }
}

/// The token of an `Authorization` header; its scheme is written in any case.
fn bearer(header: &str) -> &str {
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => "",
    }
}

/// Whether a request carries a key or a token, valid or not.
pub fn carries_token(headers: &HeaderMap) -> bool {
    headers.contains_key(API_KEY) || headers.contains_key(AUTHORIZATION)
}

/// Whether a request carries a session, valid or not.
pub fn has_cookie(headers: &HeaderMap) -> bool {
    [ACCESS, REFRESH, CHALLENGE].into_iter().any(|cookie| cookie.is_sent(headers))
}
