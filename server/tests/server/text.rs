//! Text that cannot be stored, through every way in: each is a refusal that
//! says which field, never a fault of ours, and nothing is written.

use crate::{
    browser::Browser,
    cluster::cluster,
    coverage::{
        cases::{Case, cases},
        snapshot, things,
    },
    harness::App,
    rest::{call, problem, program, tenant},
    socket::Socket,
};
use domain::rates::PerMinute;
use serde_json::json;
use server::web::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use types::{Error, ErrorCode, accounts::Permission as P, realtime::ClientFrame};

const FORM: &str = "application/x-www-form-urlencoded";

async fn app() -> App {
    let per_minute = PerMinute { address: 0, key: 0, tenant: 0, ..PerMinute::default() };
    App::start_at(cluster().database().await, Limits::default(), per_minute).await
}

/// The arguments of a call with one text after the other put in place of each of its own. In Postcard a text is its
/// length and its bytes; words of letters are never anything else.
fn with_text(case: &Case, text: &str) -> Vec<Vec<u8>> {
    let body = &case.body;
    if case.kind == FORM {
        let form = String::from_utf8(body.clone()).unwrap();
        let pairs: Vec<&str> = form.split('&').filter(|pair| pair.contains('=')).collect();
        let other = |place: usize| {
            let other = pairs.iter().enumerate().map(|(at, pair)| match pair.split_once('=').unwrap() {
                (name, _) if at == place => format!("{name}={}", text.replace('\0', "%00")),
                (name, value) => format!("{name}={value}"),
            });
            other.collect::<Vec<_>>().join("&").into_bytes()
        };
        return (0..pairs.len()).map(other).collect();
    }
    let is_word = |bytes: &[u8]| bytes.iter().all(|byte| byte.is_ascii_alphabetic() || b" @-".contains(byte));
    (0..body.len())
        .filter_map(|at| {
            let length = usize::from(body[at]);
            let old = body.get(at + 1..at + 1 + length)?;
            let is_text = (2..128).contains(&length) && is_word(old);
            let text = postcard::to_stdvec(text).unwrap();
            is_text.then(|| [&body[..at], &text, &body[at + 1 + length..]].concat())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_function_takes_a_nul() {
    let app = app().await;
    let shop = app.business("victim").await;
    let visitor = app.visitor(shop.widget.id).await;
    let things = things(&shop, &visitor).await;
    let before = snapshot(&app).await;
    let mut named = std::collections::BTreeSet::new();
    for case in cases(&things) {
        for body in with_text(&case, "a\0b") {
            let browser = if case.path.starts_with("/api/widget/") { &visitor.browser } else { &shop.owner };
            let answer = browser.post(case.path, case.kind, body).await;
            let error = answer.error();
            assert_eq!((answer.status, error.code), (422, ErrorCode::Invalid), "{}: {error:?}", case.path);
            // What is one of a few words is refused as none of them.
            if error.message.contains("NUL") && error.field.is_some() {
                named.insert(case.path);
            }
        }
    }
    assert!(named.len() > 25, "only these say which text: {named:?}");
    // A form that says that it is something else is read as a form all the same: the database has the last word.
    let form = b"business=Nul%00&name=N&email=nul%40nul.example&password=long+enough+it+is".to_vec();
    let answer = app.browser().post("/api/accounts/register", "application/x-postcard", form).await;
    assert_eq!((answer.status, answer.error().code), (422, ErrorCode::Invalid));
    assert_eq!(snapshot(&app).await, before, "something was written");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_is_so_long_that_something_breaks() {
    let app = app().await;
    let shop = app.business("victim").await;
    let visitor = app.visitor(shop.widget.id).await;
    let things = things(&shop, &visitor).await;
    let long = "a".repeat(300_000);
    for case in cases(&things) {
        for body in with_text(&case, &long) {
            let browser = if case.path.starts_with("/api/widget/") { &visitor.browser } else { &shop.owner };
            let answer = browser.post(case.path, case.kind, body).await;
            assert!(answer.status < 500, "{}: {}", case.path, answer.text());
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_takes_no_nul_and_no_half_character() {
    let app = app().await;
    let shop = app.business("oak").await;
    let scopes = P::ALL.iter().copied();
    let key = program(&app, tenant(&shop).await, scopes).await;
    let before = snapshot(&app).await;
    for (method, path) in server::rest::paths() {
        let known = path.replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057");
        for query in ["?search=a%00b", "?%00=1", "?search=%ED%A0%80", "?name=%ff"] {
            let refused = problem(&call(&key, &method, &format!("{known}{query}"), None).await);
            assert_eq!(refused.code, ErrorCode::Invalid, "{method} {known}{query}");
        }
        if path.contains("{id}") {
            let refused = problem(&call(&key, &method, &path.replace("{id}", "a%00b"), None).await);
            assert_eq!(refused.code, ErrorCode::Invalid, "{method} {path}");
        }
    }
    let body = json!({ "title": "T\0", "content": "Some text" });
    let refused = problem(&call(&key, "POST", "/sources", Some(&body)).await);
    assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::Invalid, Some("title")));
    let message = json!({ "session_id": "s", "message": "a\0b" });
    let refused = problem(&call(&key, "POST", "/chat", Some(&message)).await);
    assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::Invalid, Some("message")));
    for body in [&b"{\"title\":\"\\ud800\",\"content\":\"x\"}"[..], b"{\"title\":\"\xed\xa0\x80\",\"content\":\"x\"}"] {
        let request = key.request("POST", "/api/v1/sources").header("content-type", "application/json");
        assert_eq!(problem(&key.send(request.body(body.to_vec())).await).code, ErrorCode::Invalid);
    }
    assert_eq!(snapshot(&app).await, before, "something was written");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_forms_headers_and_frames_take_none() {
    let app = app().await;
    let shop = app.business("elm").await;
    let visitor = app.visitor(shop.widget.id).await;
    for path in [
        "/sso/%00",
        "/sso/a%00b?next=/inbox",
        "/sso/callback?code=%00&state=x",
        "/w/%00.js",
        "/pkg/%ff",
        "/shop/%ED%A0%80",
        "/mailbox/%00.eml",
        "/inbox/%00",
        "/inbox?view=%00",
        "/ws?v=%00",
        "/reset?token=%00",
    ] {
        let answer = app.browser().get(path).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.text());
    }
    // Half a character in a form.
    for body in ["email=%ED%A0%80&password=x", "email=a%00b&password=x"] {
        let answer = app.browser().post("/api/accounts/login", FORM, body.as_bytes().to_vec()).await;
        assert_eq!((answer.status, answer.error().field.as_deref()), (422, Some("email")), "{body}");
    }
    // And in Postcard, where a text has to be UTF-8.
    let search = [vec![1, 3, 0xed, 0xa0, 0x80], vec![0]].concat();
    let answer = shop.owner.post("/api/inbox/list", "application/x-postcard", search).await;
    assert_eq!((answer.status, answer.error().code), (422, ErrorCode::Invalid));

    for line in ["user-agent: a\0b", "cookie: omnichat_refresh=a\0b", "x\0y: z"] {
        let mut socket = tokio::net::TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
        let head = format!("GET /login HTTP/1.1\r\nhost: localhost\r\n{line}\r\nconnection: close\r\n\r\n");
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 400"), "{line}: {}", String::from_utf8_lossy(&answer));
    }

    let mut socket = Socket::open(&visitor.browser, &app.url, "/ws/widget").await.unwrap();
    socket.send(&ClientFrame::Hello { token: Some(format!("{}\0", visitor.token)), after: None }).await;
    let refusal: Error = socket.refusal().await;
    assert_eq!(refusal.code, ErrorCode::Invalid);
    assert!(refusal.message.contains("NUL"), "{}", refusal.message);
    let nobody = Browser::program(&app.url).get("/healthz").await;
    assert_eq!(nobody.status, 200);
    app.stop().await;
}
