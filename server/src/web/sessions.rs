//! Who is signed in: reads the access token of the cookie, and when it has
//! expired exchanges the refresh token without the user noticing.

use super::{State, device, requests};
use api::caller;
use axum::{
    extract::{Request, State as Shared},
    http::{
        HeaderMap, HeaderValue,
        header::{AUTHORIZATION, COOKIE, SET_COOKIE},
    },
    middleware::Next,
    response::Response,
};
use domain::accounts::{self, Agent};

/// Puts the device and the signed-in agent into the request, for the server functions.
pub async fn sessions(Shared(state): Shared<State>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    // Files, visitors and health need nobody to be signed in.
    if ["/pkg/", "/w/", "/shop", "/healthz", "/readyz", "/ws/widget"].iter().any(|prefix| path.starts_with(prefix)) {
        return next.run(request).await;
    }
    let device = device::device(&state, &request);
    request.extensions_mut().insert(device);
    if path.starts_with("/api/widget/") || request.headers().contains_key(AUTHORIZATION) {
        return next.run(request).await;
    }
    let (agent, cookies) = match agent(&state, request.headers()).await {
        Ok(found) => found,
        // The database is down: whoever is signed in stays so, and is told by what they asked for.
        Err(error) => {
            tracing::warn!(%error, "a session could not be renewed");
            (None, Vec::new())
        }
    };
    if let Some(agent) = agent {
        requests::name_tenant(agent.tenant());
        request.extensions_mut().insert(agent);
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

/// The agent, and the cookies to set when they changed.
async fn agent(state: &State, headers: &HeaderMap) -> domain::Result<(Option<Agent>, Vec<HeaderValue>)> {
    if let Some(access) = cookie(headers, caller::ACCESS_COOKIE)
        && let Ok(agent) = accounts::verify_access(&state.product, access)
    {
        return Ok((Some(agent), Vec::new()));
    }
    let Some(refresh) = cookie(headers, caller::REFRESH_COOKIE) else { return Ok((None, Vec::new())) };
    match accounts::refresh(&state.product, refresh).await {
        Ok(signed_in) => {
            let is_https = state.product.public_url().starts_with("https://");
            let cookies = caller::session_cookies(&signed_in, is_https);
            Ok((Some(signed_in.agent), cookies))
        }
        Err(domain::Error::Refused(_)) => Ok((None, caller::no_session_cookies())),
        Err(error) => Err(error),
    }
}

/// Whether a request carries a session, valid or not.
pub fn has_cookie(headers: &HeaderMap) -> bool {
    cookie(headers, caller::ACCESS_COOKIE).is_some() || cookie(headers, caller::REFRESH_COOKIE).is_some()
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}
