//! Files, headers and what stands around every answer.

use crate::{browser::Browser, harness::App};
use api::widgets;
use types::WidgetId;

#[tokio::test(flavor = "multi_thread")]
async fn health_says_how_the_parts_are() {
    let app = App::start().await;
    let browser = app.browser();
    assert_eq!(browser.get("/healthz").await.status, 200);
    let ready = browser.get("/readyz").await;
    assert_eq!((ready.status, ready.text().as_str()), (200, r#"{"database":"ok","embedder":"ok"}"#));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_its_headers() {
    let app = App::start().await;
    let browser = app.browser();
    for path in ["/login", "/healthz", "/nothing", "/favicon.svg", "/pkg/nothing.js"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "strict-origin-when-cross-origin", "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
    let login = browser.get("/login").await;
    let policy = login.header("content-security-policy").to_owned();
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{policy}");
    assert_eq!(login.status, 200, "{}", login.text());
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
    assert!(login.text().contains(&format!("nonce=\"{nonce}\"")), "the page's script has another nonce");
    let again = browser.get("/login").await;
    assert!(!again.header("content-security-policy").contains(nonce), "a nonce was used twice");
    assert_eq!(browser.get("/nothing").await.status, 404);
    assert_eq!(browser.request("GET", "/nothing").send().await.unwrap().status(), 404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_widgets_calls_cross_origins_and_no_others() {
    let app = App::start().await;
    let shop = app.business("cherry").await;
    let page = Browser::on_page(&app.url, "https://cherry.example");
    let preflight = |path: &str| {
        let request = page.request("OPTIONS", path).header("access-control-request-method", "POST");
        request.header("access-control-request-headers", "authorization,content-type")
    };
    let allowed = page.send(preflight("/api/widget/send")).await;
    assert_eq!(allowed.status, 204);
    assert_eq!(allowed.header("access-control-allow-origin"), "https://cherry.example");
    assert_eq!(allowed.header("access-control-allow-credentials"), "", "no cookie ever crosses");
    assert!(allowed.header("access-control-allow-headers").contains("authorization"));
    assert!(!allowed.header("access-control-max-age").is_empty());
    let other = page.send(preflight("/api/inbox/reply")).await;
    assert_eq!(other.header("access-control-allow-origin"), "");

    // A refusal can be read as well.
    let arguments = postcard::to_stdvec(&widgets::StartVisit { id: WidgetId::new() }).unwrap();
    let refused = page.post("/api/widget/visit", "application/x-postcard", arguments).await;
    assert_eq!(refused.status, 404);
    assert_eq!(refused.header("access-control-allow-origin"), "https://cherry.example");
    assert!(refused.header("vary").contains("origin"));
    let arguments = postcard::to_stdvec(&widgets::StartVisit { id: shop.widget.id }).unwrap();
    assert_eq!(page.post("/api/widget/visit", "application/x-postcard", arguments).await.status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loader_carries_the_settings_or_says_what_is_wrong() {
    let app = App::start().await;
    let shop = app.business("plum").await;
    let page = Browser::on_page(&app.url, "https://plum.example");
    let missing = format!("/w/{}.js", WidgetId::new());
    for path in [missing.as_str(), "/w/nonsense.js", "/w/x"] {
        let answer = page.get(path).await;
        assert_eq!(answer.status, 404);
        assert!(answer.text().starts_with("console.error(\"") && answer.text().contains("nippet"), "{}", answer.text());
        // A browser runs the body of a success alone.
        let tag = page.send(page.request("GET", path).header("sec-fetch-dest", "script")).await;
        assert_eq!((tag.status, tag.text()), (200, answer.text()));
        assert!(tag.header("content-type").starts_with("text/javascript"));
    }
    let loader = page.get(&format!("/w/{}.js", shop.widget.id)).await;
    assert_eq!(loader.status, 200, "{}", loader.text());
    assert_eq!(loader.header("access-control-allow-origin"), "*");
    assert_eq!(loader.header("cache-control"), "public, max-age=60");
    let text = loader.text();
    assert!(text.contains(&shop.widget.id.to_string()) && text.contains(&app.url) && !text.contains("__OMNICHAT__"));

    // The file that it names is there, small, and never asked for again.
    let wasm = text.split('"').find(|part| part.starts_with("/pkg/") && part.ends_with(".wasm")).unwrap();
    let file = page.send(page.request("GET", wasm).header("accept-encoding", "gzip, br")).await;
    assert_eq!((file.status, file.header("content-encoding")), (200, "br"));
    assert_eq!(file.header("content-type"), "application/wasm");
    assert!(file.header("cache-control").contains("immutable"));
    assert_eq!(file.header("access-control-allow-origin"), "*");
    let plain = page.send(page.request("GET", wasm).header("accept-encoding", "identity")).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(plain.body.starts_with(b"\0asm") && plain.body.len() > file.body.len());
    let again = page
        .send(
            page.request("GET", wasm)
                .header("accept-encoding", "gzip, br")
                .header("if-none-match", file.header("etag")),
        )
        .await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    app.stop().await;
}
