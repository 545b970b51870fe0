//! `Idempotency-Key` on POST: the answer to the first request is kept for a
//! day and given to whoever sends the same again. Answers that carry a secret
//! (tokens, a new key) are never stored, so the header does nothing there.

use super::Problem;
use crate::web::{Holds, State};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State as Shared},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header::CONTENT_TYPE, uri::PathAndQuery},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{
    Omnichat,
    accounts::Caller,
    idempotency::{self, Begun, Claim},
};
use sha2::{Digest as _, Sha256};
use std::panic::resume_unwind;
use tracing::Instrument as _;
use types::{ClientId, Error, Result};

/// The header that names a request.
const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// An id made of the caller and the key: even after a crash between the work
/// and its account, the same message is stored once.
#[derive(Clone, Copy, Debug)]
pub struct SameId(pub ClientId);

/// Whether the answers to an operation hold secrets.
pub fn is_secret(path: &str) -> bool {
    path.starts_with("/auth/") || path == "/api-keys" || path == "/admin/tenants"
}

/// Gives the stored answer, or runs the request and stores it.
pub async fn idempotent(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let path = path.strip_prefix(super::PREFIX).unwrap_or(path);
    let is_meant = request.method() == Method::POST && request.headers().contains_key(HEADER) && !is_secret(path);
    let caller = request.extensions().get::<Result<Caller>>();
    let (true, Some(Ok(caller))) = (is_meant, caller) else { return next.run(request).await };
    let (caller, product) = (caller.clone(), state.product().clone());
    let holds = request.extensions().get::<Holds>().cloned();
    // In a task of its own: when the client goes away, the work is finished and its account kept all the same.
    let work = async move {
        // And counts for as long as it takes.
        let _until_done = holds;
        run(&product, &caller, request, next).await
    };
    let work = work.in_current_span();
    match tokio::spawn(work).await {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => problem.into_response(),
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Problem::from(Error::internal()).into_response(),
        },
    }
}

async fn run(product: &Omnichat, caller: &Caller, request: Request, next: Next) -> Result<Response, Problem> {
    let key = key(request.headers())?;
    let (mut parts, body) = request.into_parts();
    // The guard has read it already, up to its limit.
    let body = to_bytes(body, usize::MAX).await.map_err(|_| Error::invalid("The body broke off."))?;
    let asked = parts.uri.path_and_query().map_or(parts.uri.path(), PathAndQuery::as_str);
    let fingerprint = fingerprint(&parts.method, asked, &body);
    let claim = match idempotency::begin(product, caller, &key, fingerprint).await? {
        Begun::First(claim) => claim,
        Begun::Again { status, body } => return Ok(again(status, body)),
    };
    parts.extensions.insert(same_id(caller, &key));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    Ok(keep(product, caller, claim, response).await)
}

fn key(headers: &HeaderMap) -> Result<String> {
    let mut keys = headers.get_all(HEADER).iter();
    match (keys.next().and_then(|key| key.to_str().ok()), keys.next()) {
        (Some(key), None) => Ok(key.to_owned()),
        _ => Err(Error::invalid("Send one Idempotency-Key of visible ASCII characters.").field("Idempotency-Key")),
    }
}

fn fingerprint(method: &Method, asked: &str, body: &Bytes) -> Vec<u8> {
    let request = Sha256::new().chain_update(method.as_str()).chain_update([0]).chain_update(asked);
    request.chain_update([0]).chain_update(body).finalize().to_vec()
}

fn same_id(caller: &Caller, key: &str) -> SameId {
    let who = format!("{} {:?} {:?} {key}", caller.tenant(), caller.key(), caller.user());
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(Sha256::digest(who)) {
        *byte = hashed;
    }
    SameId(ClientId(uuid::Builder::from_random_bytes(bytes).into_uuid()))
}

fn again(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static("application/json")), (REPLAYED, HeaderValue::from_static("true"))];
    (status, headers, body).into_response()
}

/// Stores a success; anything else gives the key back, to be tried again.
async fn keep(product: &Omnichat, caller: &Caller, claim: Claim, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let kept = if parts.status.is_success() {
        idempotency::finish(product, caller, claim, parts.status.as_u16(), body.to_vec()).await
    } else {
        idempotency::abandon(product, caller, claim).await
    };
    if let Err(error) = kept {
        // The work is done; the next request with this key finds it under way for a minute.
        tracing::warn!(%error, "the account of an idempotent request could not be kept");
    }
    Response::from_parts(parts, Body::from(body))
}
