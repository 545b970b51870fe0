//! The mails that wait in the folder, for whoever develops on this machine:
//! a page to find a link in, and nothing that a server on the internet has.

use super::{State, refusal};
use axum::{
    extract::{ConnectInfo, Path, Request, State as Shared},
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, HOST, REFERRER_POLICY},
    },
    response::{IntoResponse, Response},
};
use domain::mail::{Mailbox, html};
use std::net::{IpAddr, SocketAddr};

/// Headers of a proxy: then somebody else is behind the address.
const FORWARDED: [&str; 10] = [
    "via",
    "forwarded",
    "x-real-ip",
    "true-client-ip",
    "x-client-ip",
    "client-ip",
    "x-cluster-client-ip",
    "x-remote-ip",
    "x-remote-addr",
    "cdn-loop",
];
/// How the headers of proxies begin that come in families.
const FORWARDED_AS: [&str; 7] = ["x-forwarded", "x-original-", "cf-", "fastly-", "x-envoy-", "x-azure-", "x-amzn-"];

/// `GET /mailbox`.
pub async fn list(Shared(state): Shared<State>, request: Request) -> Response {
    let Some(mailbox) = shown(&state, &request) else { return nothing() };
    let mails = match mailbox.list().await {
        Ok(mails) => mails,
        Err(error) => return unreadable(&error),
    };
    if mails.is_empty() {
        return page("Mailbox", "<p>No mail yet. What the server would send appears here.</p>");
    }
    let entries: String = mails
        .iter()
        .map(|mail| {
            let (to, subject, date) = (escape(&mail.to), escape(&mail.subject), escape(&mail.date));
            format!("<li><a href=\"/mailbox/{}\">{subject}</a><small>{to} · {date}</small></li>", mail.file)
        })
        .collect();
    page("Mailbox", &format!("<ul>{entries}</ul>"))
}

/// `GET /mailbox/{file}`.
pub async fn mail(Shared(state): Shared<State>, Path(file): Path<String>, request: Request) -> Response {
    let Some(mailbox) = shown(&state, &request) else { return nothing() };
    match mailbox.read(&file).await {
        Ok(Some(mail)) => {
            let (to, date, text) = (escape(&mail.to), escape(&mail.date), html(&mail.text));
            let back = "<p><a href=\"/mailbox\">All mails</a></p>";
            page(&escape(&mail.subject), &format!("<p><small>{to} · {date}</small></p>{text}{back}"))
        }
        Ok(None) => nothing(),
        Err(error) => unreadable(&error),
    }
}

/// Whether the server is for this machine alone: by where it listens, by the address that browsers use, and because no
/// proxy leads to it from elsewhere.
#[must_use]
pub fn is_for_this_machine_alone(listen: SocketAddr, public_url: &str, is_behind_proxy: bool) -> bool {
    let host = public_url.split_once("://").map_or("", |(_, host)| host);
    !is_behind_proxy && listen.ip().to_canonical().is_loopback() && is_local_host(host)
}

/// The mailbox, if this request may see it: the server is for this machine
/// alone, and the request comes from it, not through a proxy, and not from a
/// page whose name was turned to this machine.
fn shown<'a>(state: &'a State, request: &Request) -> Option<&'a Mailbox> {
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    let headers = request.headers();
    let is_here = peer.ip().to_canonical().is_loopback()
        && is_local_host(headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default())
        && !is_forwarded(headers);
    state.product.mailer().mailbox().filter(|_| state.shows_mailbox && is_here)
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| {
        let name = name.as_str();
        FORWARDED.contains(&name) || FORWARDED_AS.iter().any(|beginning| name.starts_with(beginning))
    })
}

fn is_local_host(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn nothing() -> Response {
    refusal::page(StatusCode::NOT_FOUND, "There is nothing here.")
}

fn unreadable(error: &std::io::Error) -> Response {
    tracing::error!(%error, "the mailbox folder cannot be read");
    refusal::page(StatusCode::INTERNAL_SERVER_ERROR, "The folder of mails cannot be read. The log says why.")
}

fn page(title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style><main><h1>{title}</h1>{body}</main></html>"
    );
    // Addresses of mails and links in them are for nobody else.
    let headers =
        [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store"), (REFERRER_POLICY, "no-referrer")];
    (headers, html).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;color-scheme:light dark;margin:0}\
    main{max-width:40rem;margin:0 auto;padding:1.5rem}h1{font-size:1.25rem}a{color:inherit;overflow-wrap:anywhere}\
    ul{list-style:none;padding:0}li{padding:.5rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}\
    small{display:block;opacity:.75}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        let local = is_local_host;
        for host in ["localhost", "localhost:3000", "127.0.0.1:3000", "[::1]:3000", "[::1]", "LOCALHOST:1"] {
            assert!(local(host), "{host}");
        }
        for host in
            ["evil.example", "evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example", "", "10.0.0.1"]
        {
            assert!(!local(host), "{host}");
        }
    }

    #[test]
    fn a_server_is_for_this_machine_alone_when_nothing_leads_elsewhere() {
        let alone = |listen: &str, public_url: &str, is_behind_proxy| {
            is_for_this_machine_alone(listen.parse().unwrap(), public_url, is_behind_proxy)
        };
        let is = |listen: &str, public_url: &str| alone(listen, public_url, false);
        assert!(is("127.0.0.1:3000", "http://127.0.0.1:3000") && is("[::1]:3000", "http://localhost:3000"));
        assert!(!is("0.0.0.0:3000", "http://localhost:3000") && !is("192.168.1.5:3000", "http://localhost:3000"));
        assert!(!is("127.0.0.1:3000", "https://chat.example.com") && !is("127.0.0.1:3000", "http://localhost.example"));
        assert!(!is("127.0.0.1:3000", ""));
        assert!(!alone("127.0.0.1:3000", "http://127.0.0.1:3000", true), "a proxy may lead here from anywhere");
    }

    #[test]
    fn whatever_came_through_a_proxy_is_known() {
        let forwarded = |name: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), "x".parse().unwrap());
            is_forwarded(&headers)
        };
        for name in [
            "Via",
            "Forwarded",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-Real-IP",
            "CF-Connecting-IP",
            "CF-Ray",
            "True-Client-IP",
            "X-Original-Forwarded-For",
            "Fastly-Client-IP",
            "X-Envoy-External-Address",
            "X-Amzn-Trace-Id",
        ] {
            assert!(forwarded(name), "{name}");
        }
        for name in ["Host", "User-Agent", "Accept", "Cookie", "Sec-Fetch-Site", "Upgrade-Insecure-Requests"] {
            assert!(!forwarded(name), "{name}");
        }
    }
}
