//! One request for one page: within limits of time and size, redirects
//! followed one by one and each looked at as if it had been entered.

use super::{BOT, Manners, normal};
use crate::{
    Omnichat,
    http::Purpose,
    shares::{Share, Shares, is_fair},
};
use ai::document::FileKind;
use futures::StreamExt as _;
use reqwest::{
    Response, StatusCode, Url,
    header::{
        ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH,
        LAST_MODIFIED, LOCATION, USER_AGENT,
    },
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use types::{TenantId, limits::FILE_BYTES};

/// How long a request may take with all its bytes.
const PATIENCE: Duration = Duration::from_secs(20);
/// Bytes of a page that are held without being counted; nearly all pages are shorter.
const SMALL: usize = 1024 * 1024;
/// Bytes of longer ones that all tenants together hold, while they are fetched and wait to be read.
const LARGE: u64 = 256 * 1024 * 1024;
/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// Longest value of a header that is kept for the next time.
const HEADER_BYTES: usize = 500;

/// By what a web server knows the version that we have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Validators {
    /// The header `ETag`.
    pub etag: Option<String>,
    /// The header `Last-Modified`.
    pub modified: Option<String>,
}

/// What a web server gave.
#[derive(Debug)]
pub struct Fetched {
    /// Where it was in the end.
    pub url: Url,
    /// What it is; none for what cannot be read.
    pub kind: Option<FileKind>,
    /// Its encoding, as the server said.
    pub charset: Option<String>,
    /// Its bytes.
    pub bytes: Body,
    /// For the next time.
    pub seen: Validators,
}

/// What was fetched, and the room that it takes.
#[derive(Debug, Default)]
pub struct Body {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Held for as long as they are.
    pub room: Option<Share<Option<TenantId>, 2>>,
}

/// What each tenant holds of long pages; under no name all together.
#[derive(Debug, Default)]
pub(crate) struct LargePages(Shares<Option<TenantId>>);

/// How a web server answered.
#[derive(Debug)]
pub enum Answer {
    /// With a page.
    Found(Box<Fetched>),
    /// It is still what it was.
    Same,
}

/// Why there is no page. Each is a sentence for the person who entered the address.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is none any more.
    #[error("{0}")]
    Gone(String),
    /// It cannot be had, and asking again will not help.
    #[error("{0}")]
    Refused(String),
    /// It may be had later.
    #[error("{0}")]
    Later(String),
}

/// Asks for a page, if robots.txt allows it.
///
/// # Errors
/// Says why there is none.
pub async fn fetch(
    product: &Omnichat,
    manners: &mut Manners,
    url: &Url,
    seen: &Validators,
) -> Result<Answer, FetchError> {
    let mut at = url.clone();
    for _ in 0..=REDIRECTS {
        product
            .http()
            .check(Purpose::Crawler, at.as_str())
            .map_err(|error| FetchError::Refused(types::Error::from(error).message))?;
        if !manners.allow(product, &at).await? {
            let host = at.host_str().unwrap_or_default().to_owned();
            return Err(FetchError::Refused(format!(
                "The robots.txt of {host} does not allow it to be read by programs."
            )));
        }
        manners.wait().await;
        let response = request(product, &at, seen).await?;
        match response.status() {
            StatusCode::OK if is_packed(response.headers()) => {
                let why = "The web server sends the page packed (Content-Encoding), which was not asked for.";
                return Err(FetchError::Refused(why.to_owned()));
            }
            StatusCode::OK => {
                return found(product, manners, at, response).await.map(|fetched| Answer::Found(Box::new(fetched)));
            }
            StatusCode::NOT_MODIFIED => return Ok(Answer::Same),
            status if status.is_redirection() => {
                let location = header(&response, &LOCATION);
                let next = location.and_then(|location| normal(&at.join(&location).ok()?));
                at = next.ok_or_else(|| FetchError::Refused("The web server sends on to nowhere.".to_owned()))?;
            }
            status => return Err(refusal(status)),
        }
    }
    Err(FetchError::Refused("The web server sends on from one address to the next without end.".to_owned()))
}

/// Whether a body is in an encoding that nobody asked for.
fn is_packed(headers: &HeaderMap) -> bool {
    const PACKED: [&str; 6] = ["gzip", "x-gzip", "deflate", "br", "zstd", "compress"];
    let encodings = headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    encodings
        .flat_map(|value| value.split(','))
        .any(|one| PACKED.iter().any(|name| one.trim().eq_ignore_ascii_case(name)))
}

/// One request. Redirects are not followed.
pub(super) async fn request(product: &Omnichat, url: &Url, seen: &Validators) -> Result<Response, FetchError> {
    let client = product
        .http()
        .client_for(Purpose::Crawler, url.as_str())
        .map_err(|error| FetchError::Refused(types::Error::from(error).message))?;
    let mut request = client
        .get(url.clone())
        // With the body: a server that trickles must not hold a worker.
        .timeout(PATIENCE)
        .header(USER_AGENT, format!("{BOT}/1.0 (+{})", product.public_url()))
        .header(
            ACCEPT,
            "text/html, application/xhtml+xml, text/markdown, text/plain, application/pdf;q=0.9, */*;q=0.1",
        );
    if let Some(etag) = &seen.etag {
        request = request.header(IF_NONE_MATCH, etag);
    }
    if let Some(modified) = &seen.modified {
        request = request.header(IF_MODIFIED_SINCE, modified);
    }
    request.send().await.map_err(|error| {
        let host = url.host_str().unwrap_or_default();
        let cause = if error.is_timeout() {
            "took longer than 20 seconds"
        } else if error.is_connect() {
            "cannot be reached"
        } else {
            "broke off the connection"
        };
        FetchError::Later(format!("{host} {cause}. Check the address."))
    })
}

async fn found(product: &Omnichat, manners: &Manners, url: Url, response: Response) -> Result<Fetched, FetchError> {
    let said = header(&response, &CONTENT_TYPE).unwrap_or_default();
    let (essence, parameters) = said.split_once(';').unwrap_or((&said, ""));
    let charset = parameters.split(';').find_map(|parameter| {
        parameter.trim().to_ascii_lowercase().strip_prefix("charset=").map(|label| label.trim_matches('"').to_owned())
    });
    let kind = match essence.trim().to_ascii_lowercase().as_str() {
        "text/html" | "application/xhtml+xml" | "" => Some(FileKind::Html),
        "text/plain" | "text/markdown" => Some(FileKind::Text),
        "application/pdf" => Some(FileKind::Pdf),
        _ => None,
    };
    let seen = Validators { etag: header(&response, &ETAG), modified: header(&response, &LAST_MODIFIED) };
    let bytes =
        if kind.is_some() { body(product, manners.tenant(), response, FILE_BYTES).await? } else { Body::default() };
    Ok(Fetched { url, kind, charset, bytes, seen })
}

/// The body of an answer, when it is not too large and there is room for it.
pub(super) async fn body(
    product: &Omnichat,
    tenant: TenantId,
    response: Response,
    most: usize,
) -> Result<Body, FetchError> {
    let mut body = Body::default();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| FetchError::Later("The web server broke off the connection.".to_owned()))?;
        if body.bytes.len() + chunk.len() > most {
            return Err(FetchError::Refused(format!("The page is larger than {} MB.", most / 1024 / 1024)));
        }
        if body.bytes.len() + chunk.len() > SMALL {
            product.large_pages().grow(&mut body.room, tenant, chunk.len() as u64)?;
        }
        body.bytes.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl LargePages {
    /// Takes so much more, if that is no more than the tenant's fair share.
    fn grow(
        &self,
        room: &mut Option<Share<Option<TenantId>, 2>>,
        tenant: TenantId,
        bytes: u64,
    ) -> Result<(), FetchError> {
        let may = |[all, own]: [u64; 2]| {
            if all + bytes <= LARGE && is_fair(LARGE, all, own + bytes, 0) { Ok(()) } else { Err(()) }
        };
        let taken = match room {
            Some(room) => room.grow(bytes, may),
            None => self.0.take(bytes, [None, Some(tenant)], may).map(|share| *room = Some(share)),
        };
        let why =
            "The page is large, and too many large pages are being read at the moment. Try again in a few minutes.";
        taken.map_err(|()| FetchError::Later(why.to_owned()))
    }
}

fn header(response: &Response, name: &HeaderName) -> Option<String> {
    let value = response.headers().get(name)?.to_str().ok()?;
    (value.len() <= HEADER_BYTES || name == LOCATION).then(|| value.to_owned())
}

fn refusal(status: StatusCode) -> FetchError {
    match status.as_u16() {
        404 | 410 => {
            FetchError::Gone(format!("There is no page at this address (the web server says {}).", status.as_u16()))
        }
        401 | 403 => FetchError::Refused(
            "The web server shows this page only to people who sign in, or not to programs.".to_owned(),
        ),
        429 => FetchError::Later("The web server asks not to be called so often.".to_owned()),
        500.. => FetchError::Later(format!("The web server has a fault (it says {}).", status.as_u16())),
        other => FetchError::Refused(format!("The web server does not give this page (it says {other}).")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_packed_when_its_server_packed_it_and_not_when_it_says_something_odd() {
        let packed = |encoding: &str| is_packed(&[(CONTENT_ENCODING, encoding.parse().unwrap())].into_iter().collect());
        assert!(packed("gzip") && packed("identity, BR") && !is_packed(&HeaderMap::new()));
        for odd in ["identity", "utf-8", "none", ""] {
            assert!(!packed(odd), "{odd:?}");
        }
    }

    #[test]
    fn however_many_hold_long_pages_there_is_room_for_those_of_others() {
        for hostile in [1, 4, 8] {
            let (held, mut rooms) = (LargePages::default(), Vec::new());
            for _page in 0..6 {
                for tenant in (0..hostile).map(|number| TenantId(uuid::Uuid::from_u128(number))) {
                    let mut room = None;
                    while room.as_ref().map_or(0, Share::amount) < FILE_BYTES as u64
                        && held.grow(&mut room, tenant, 64 * 1024).is_ok()
                    {}
                    rooms.push(room);
                }
            }
            let newcomer = TenantId(uuid::Uuid::from_u128(99));
            let mut room = None;
            held.grow(&mut room, newcomer, 2 * SMALL as u64).unwrap_or_else(|why| panic!("after {hostile}: {why}"));
            drop((rooms, room));
            assert_eq!(held.0.held(&None), 0);
        }
    }
}
