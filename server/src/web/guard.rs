//! What is refused before a handler sees it: requests that other sites sent
//! in a user's name, too many from one address, and bodies that are too large.

use super::{
    State,
    bodies::{self, Unread},
    limits,
    refusal::Asker,
    requests, sessions,
    shares::{Holder, Room, Whose},
    text,
};
use crate::rest;
use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::{Request, State as Shared},
    http::{
        HeaderMap, Method, StatusCode, Uri,
        header::{AUTHORIZATION, HOST, ORIGIN},
    },
    middleware::Next,
    response::Response,
};
use domain::{
    accounts::{Caller, ManageKnowledge, Permit},
    rates::Left,
    shares::Share,
};
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};
use std::sync::Arc;
use types::{Error, ErrorCode};

/// Bytes of an ordinary call: the longest message is far below.
const BODY_BYTES: usize = 1024 * 1024;
/// Bytes of an upload or a pasted text by somebody who is signed in. More than
/// a source may have, so that the call itself can say so.
const UPLOAD_BYTES: usize = 24 * 1024 * 1024;
/// Bytes of a call by somebody who is not signed in: a registration, a page's address.
const STRANGERS_BYTES: usize = 64 * 1024;
/// Bytes of a visitor's message. More than the longest one, so that the call itself can say so.
const MESSAGE_BYTES: usize = 256 * 1024;
/// Header of an API key, beside the bearer token.
pub const API_KEY: &str = "x-api-key";
/// Calls that carry a source.
pub const UPLOADS: [&str; 12] = [
    "/api/knowledge/file",
    "/api/knowledge/text",
    "/api/knowledge/change",
    "/api/knowledge/faq-import",
    "/api/products/import",
    "/api/products/import-chosen",
    "/api/products/preview",
    "/api/v1/sources",
    "/api/v1/sources/files",
    "/api/v1/sources/import",
    "/api/v1/products/import",
    "/api/v1/products/import/preview",
];

/// Refuses, or lets through with its body read, and whoever sent it judged once more.
pub async fn guard(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let asker = Asker::new(request.method(), request.uri(), request.headers());
    let is_rest = rest::is_rest(request.uri().path());
    let whose = limits::whose(&state, &request);
    let counted = limits::count(&state, whose).await;
    let left = counted.as_ref().ok().copied().flatten();
    let holders = Whose::of(&state, &request);
    let checked = match counted.and_then(|left| left.map(Left::check).transpose()) {
        Ok(_) => check(&state, request, holders).await,
        Err(error) => Err(error),
    };
    let mut response = match checked {
        Ok((request, room)) => work(&state, request, room, holders, next, &asker).await,
        Err(error) => {
            tracing::info!(code = %error.code, "refused");
            asker.refuse(&error)
        }
    };
    if let (true, Some(left)) = (is_rest, left) {
        limits::tell(left, response.headers_mut());
    }
    response
}

/// What a request holds until its work is done. Work that goes on when its client is gone takes it along.
#[derive(Clone, Debug)]
pub struct Holds {
    _place: Option<Arc<Share<Holder, 3>>>,
    _room: Option<Arc<Room>>,
}

/// Lets a request through while there is a place for it. Only now: a place
/// that was held while a body came in could be held by whoever sends slowly.
async fn work(
    state: &State,
    mut request: Request,
    room: Option<Room>,
    whose: Whose,
    next: Next,
    asker: &Asker,
) -> Response {
    let is_quiet = requests::is_quiet(request.uri().path());
    let place = if is_quiet { Ok(None) } else { state.held.place(state, whose).map(Some) };
    let place = match place {
        Ok(place) => place,
        Err(busy) => return asker.refuse(&busy),
    };
    let holds = Holds { _place: place.map(Arc::new), _room: room.map(Arc::new) };
    request.extensions_mut().insert(holds.clone());
    let _until_done = holds;
    told_apart(next.run(request).await, asker).await
}

/// The library has one status for every error it finds itself, and one code
/// for arguments that cannot be read and for answers that cannot be: here it
/// was the arguments, and asking again would not help.
async fn told_apart(response: Response, asker: &Asker) -> Response {
    let by_library = response.status() == StatusCode::INTERNAL_SERVER_ERROR;
    if !by_library || !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, BODY_BYTES).await.unwrap_or_default();
    let error = Error::de(bytes.clone());
    match error.code {
        // Which text it was that cannot be read.
        ErrorCode::Invalid if error.field.is_some() => asker.refuse(&error),
        ErrorCode::Unavailable | ErrorCode::Invalid => asker.refuse(&Error::invalid(
            "The request could not be read. Please check what you entered, or reload the page.",
        )),
        _ => Response::from_parts(parts, Body::from(bytes)),
    }
}

async fn check(state: &State, request: Request, whose: Whose) -> Result<(Request, Option<Room>), Error> {
    text::check_address(request.uri())?;
    let path = request.uri().path();
    if !is_unsafe(request.method()) {
        return Ok((request, None));
    }
    let needs_no_cookie = path.starts_with("/api/widget/") || rest::is_rest(path);
    if !needs_no_cookie && !is_our_own(request.uri(), request.headers(), state.product.public_url()) {
        return Err(Error::new(
            ErrorCode::CrossSite,
            "This request did not come from our own pages. Open the dashboard itself and try again.",
        ));
    }
    let limit = allowed_bytes(path, request.extensions().get::<Result<Caller, Error>>())?;
    let has_body = !request.body().is_end_stream();
    match bodies::read(state, request, limit, whose).await {
        Ok((request, room)) if has_body => Ok((sessions::judge_again(state, request).await?, Some(room))),
        Ok((request, room)) => Ok((request, Some(room))),
        Err(Unread::TooLarge) => Err(too_large(limit)),
        Err(Unread::Refused(error)) => Err(error),
    }
}

/// Bytes that whoever calls may send there; nobody's and whoever may not are refused before anything is read.
fn allowed_bytes(path: &str, caller: Option<&Result<Caller, Error>>) -> Result<usize, Error> {
    if UPLOADS.contains(&path) {
        let caller = caller.cloned().unwrap_or_else(|| Err(Error::unauthenticated()))?;
        let _permit: Permit<ManageKnowledge> = caller.permit()?;
        return Ok(UPLOAD_BYTES);
    }
    match caller {
        Some(Ok(_)) => Ok(BODY_BYTES),
        Some(Err(error)) if limits::needs_token(path) => Err(error.clone()),
        None if limits::needs_token(path) => Err(Error::unauthenticated()),
        _ if path == "/api/widget/send" => Ok(MESSAGE_BYTES),
        _ => Ok(STRANGERS_BYTES),
    }
}

fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

/// Whether one of our own pages sent this, or something that is no browser.
/// A browser puts its cookies on requests of other sites too, but tells where
/// they come from; a bearer token it never adds by itself.
fn is_our_own(uri: &Uri, headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if headers.contains_key(AUTHORIZATION) || headers.contains_key(API_KEY) {
        return true;
    }
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text(ORIGIN.as_str()) {
        Some(origin) => is_same_origin(uri, headers, origin, public_url),
        // No browser that sends cookies on such a request leaves both out.
        None => !sessions::has_cookie(headers),
    }
}

/// Whether `origin` is this server, under the name that was asked for or under its public one. Under the public one
/// the scheme is the public one too: a page that came by HTTP may be anybody's. Under another name either
/// may be right.
pub fn is_same_origin(uri: &Uri, headers: &HeaderMap, origin: &str, public_url: &str) -> bool {
    if origin == public_url {
        return true;
    }
    let host = headers.get(HOST).and_then(|value| value.to_str().ok()).or_else(|| uri.host());
    let public_host = public_url.split_once("://").map(|(_, host)| host);
    match origin.split_once("://") {
        Some(("http" | "https", origin_host)) => {
            host == Some(origin_host) && public_host.is_none_or(|public| !public.eq_ignore_ascii_case(origin_host))
        }
        _ => false,
    }
}

fn too_large(limit: usize) -> Error {
    let most = match limit / (1024 * 1024) {
        0 => format!("{} KB", limit / 1024),
        megabytes => format!("{megabytes} MB"),
    };
    Error::new(ErrorCode::TooLarge, format!("This is too large: at most {most} can be sent at once. Please send less."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(headers: &[(&str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        is_our_own(&"/api/inbox/reply".parse().unwrap(), &map, "https://chat.example.com")
    }

    #[test]
    fn only_our_own_pages_speak_for_a_user() {
        let cookie = ("cookie", "omnichat_access=x");
        assert!(own(&[cookie, ("sec-fetch-site", "same-origin"), ("origin", "https://chat.example.com")]));
        assert!(own(&[cookie, ("origin", "https://chat.example.com")]));
        assert!(own(&[cookie, ("host", "localhost:3000"), ("origin", "http://localhost:3000")]));
        // The scheme counts.
        let host = ("host", "chat.example.com");
        assert!(own(&[cookie, host, ("origin", "https://chat.example.com")]));
        assert!(!own(&[cookie, host, ("origin", "http://chat.example.com")]));
        assert!(!own(&[cookie, ("host", "CHAT.example.com"), ("origin", "http://CHAT.example.com")]));
        assert!(!own(&[cookie, host, ("origin", "ftp://chat.example.com")]));
        let new_name = ("cookie", "__Host-omnichat_refresh=x");
        assert!(!own(&[new_name]) && own(&[new_name, ("origin", "https://chat.example.com")]));
        assert!(own(&[("x-api-key", "oc_x"), ("origin", "https://evil.example")]));
        assert!(own(&[("authorization", "Bearer x"), ("origin", "https://evil.example")]));
        assert!(own(&[]));
        assert!(!own(&[cookie]));
        assert!(!own(&[cookie, ("sec-fetch-site", "cross-site")]));
        assert!(!own(&[cookie, ("sec-fetch-site", "same-site"), ("origin", "https://chat.example.com")]));
        assert!(!own(&[cookie, ("host", "localhost:3000"), ("origin", "http://localhost:4000")]));
        assert!(!own(&[cookie, ("origin", "null")]));
        // Nobody is signed in by somebody else either.
        assert!(!own(&[("origin", "https://evil.example")]));
    }
}
