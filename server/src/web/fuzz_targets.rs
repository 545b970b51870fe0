//! Headers, damaged.

use super::{guard, sessions, site};
use api::caller::cookies::REFRESH;
use axum::http::{HeaderMap, HeaderValue, Uri, header};

#[test]
fn fuzz_headers() {
    let seeds: [&[u8]; 4] = [
        b"a=1; omnichat_refresh=0191e3c0-0000-7000-8000-000000000000.x; b=",
        b"gzip;q=0.5, br;q=0",
        b"https://chat.example.com:8443",
        b"Bearer a.b.c",
    ];
    let words = ["=", ";", "; ", ",", "q=0", "omnichat_refresh=", "\t", "\u{e9}", "://", "@", "://chat.example.com"];
    fuzz::fuzz("headers", &seeds, &words, |input| {
        let Ok(value) = HeaderValue::from_bytes(input) else { return };
        let mut headers = HeaderMap::new();
        for name in [header::COOKIE, header::AUTHORIZATION, header::ORIGIN, header::ACCEPT_ENCODING, header::HOST] {
            headers.insert(name, value.clone());
        }
        let found = REFRESH.read(&headers, false);
        assert!(found.is_none_or(|found| !found.is_empty() && !found.contains(';')));
        let _told = (sessions::has_cookie(&headers), sessions::carries_token(&headers));
        let text = &*fuzz::text(input);
        let _accepts = site::accepts(text, "br");
        let uri = Uri::from_static("/api/inbox/reply");
        headers.insert(header::HOST, HeaderValue::from_static("chat.example.com"));
        if guard::is_same_origin(&uri, &headers, text, "https://chat.example.com") {
            assert!(text.ends_with("://chat.example.com"), "{text} is taken for our own");
        }
    });
}
