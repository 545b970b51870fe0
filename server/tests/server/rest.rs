//! The REST API: what programs rely on.

use crate::{
    browser::{Answer, Browser},
    cluster::cluster,
    harness::{App, Business, PASSWORD, wait_for},
};
use api::{accounts, inbox as inbox_api};
use domain::rates::PerMinute;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use server::web::Limits;
use std::collections::BTreeSet;
use types::{
    ErrorCode, TenantId,
    accounts::{CurrentUser, NewApiKey, Permission as P, Permissions, Tenant},
    contacts::Contact,
    inbox::{Conversation, Message},
    knowledge::{Passage, Source},
    rest::{ChatAnswer, CreatedKey, Page, Problem, Tokens},
    widgets::WidgetAppearance,
};

/// Calls an operation.
pub async fn call(browser: &Browser, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let mut request = browser.request(method, &format!("/api/v1{path}"));
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    browser.send(request).await
}

/// Reads an answer that must be a success.
pub fn read<T: DeserializeOwned>(answer: &Answer) -> T {
    assert!((200..300).contains(&answer.status), "{} {}", answer.status, answer.text());
    serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.text()))
}

/// Gets something that must be there.
pub async fn get<T: DeserializeOwned>(browser: &Browser, path: &str) -> T {
    read(&call(browser, "GET", path, None).await)
}

/// Reads an answer that must be a problem, and checks its form.
pub fn problem(answer: &Answer) -> Problem {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{} {}", answer.status, answer.text());
    let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((problem.status, problem.code.status()), (answer.status, answer.status));
    assert_eq!(problem.kind, format!("/api/v1#{}", problem.code));
    assert_eq!(problem.request_id, answer.header("x-request-id"));
    assert!(!problem.title.is_empty() && !problem.detail.is_empty());
    assert_eq!(answer.status == 401, !answer.header("www-authenticate").is_empty());
    problem
}

/// The tenant of a business.
pub async fn tenant(business: &Business) -> TenantId {
    business.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.id
}

/// A program with a key of these scopes.
pub async fn program(app: &App, tenant: TenantId, scopes: impl IntoIterator<Item = P>) -> Browser {
    let scopes: Permissions = scopes.into_iter().collect();
    let new = NewApiKey { name: "test".to_owned(), scopes, days: Some(1) };
    let key = domain::accounts::issue_api_key(&app.product, tenant, new).await.unwrap();
    Browser::program(&app.url).with_token(&key)
}

async fn start(per_minute: PerMinute) -> App {
    App::start_at(cluster().database().await, Limits::default(), per_minute).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_registers_signs_in_and_stays_so_without_cookies() {
    let app = App::start().await;
    let client = Browser::program(&app.url);
    let new = json!({ "business": "Fern", "name": "Fay", "email": "fay@fern.example", "password": PASSWORD });
    let answer = call(&client, "POST", "/auth/register", Some(&new)).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (201, ""));
    assert_eq!(problem(&call(&client, "POST", "/auth/register", Some(&new)).await).code, ErrorCode::EmailTaken);
    let login = json!({ "email": "fay@fern.example", "password": PASSWORD });
    let tokens: Tokens = read(&call(&client, "POST", "/auth/login", Some(&login)).await);
    assert_eq!((tokens.token_type.as_str(), tokens.expires_in), ("Bearer", 600));
    let wrong = json!({ "email": "fay@fern.example", "password": "wrong wrong wrong" });
    assert_eq!(problem(&call(&client, "POST", "/auth/login", Some(&wrong)).await).code, ErrorCode::WrongCredentials);

    let signed_in = Browser::program(&app.url).with_token(&tokens.access_token);
    let me: CurrentUser = get(&signed_in, "/auth/me").await;
    assert_eq!((me.name.as_str(), me.tenant.name.as_str()), ("Fay", "Fern"));
    let refresh = json!({ "refresh_token": tokens.refresh_token });
    let next: Tokens = read(&call(&client, "POST", "/auth/refresh", Some(&refresh)).await);
    assert!(next.refresh_token.is_some());
    let changed = json!({ "name": "Fern & Co", "business_description": "Plants" });
    let tenant: Tenant = read(&call(&signed_in, "PUT", "/users/profile", Some(&changed)).await);
    assert_eq!(get::<Tenant>(&signed_in, "/users/profile").await, tenant);
    assert_eq!(call(&signed_in, "POST", "/auth/logout", None).await.status, 204);
    assert_eq!(problem(&call(&signed_in, "GET", "/auth/me", None).await).code, ErrorCode::Unauthenticated);

    // A cookie that is good elsewhere is nothing here.
    let shop = app.business("moss").await;
    assert_eq!(call(&shop.owner, "GET", "/auth/me", None).await.status, 401);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_teaches_asks_and_works_the_inbox() {
    let app = App::start().await;
    let shop = app.business("lichen").await;
    let program = program(&app, tenant(&shop).await, P::ALL.iter().copied()).await;
    let text = json!({ "title": "Delivery", "content": "# Delivery\n\nWe deliver within two days in Germany." });
    let source: Source = read(&call(&program, "POST", "/sources", Some(&text)).await);
    let path = format!("/sources/{}", source.id);
    wait_for("the source", async || (get::<Source>(&program, &path).await.passages > 0).then_some(())).await;
    assert!(!get::<Page<Passage>>(&program, &format!("{path}/passages?limit=1")).await.data.is_empty());
    let question = json!({ "session_id": "s1", "message": "How long does delivery take in Germany?" });
    let answer: ChatAnswer = read(&call(&program, "POST", "/chat", Some(&question)).await);
    assert!(!answer.hand_off && answer.answer.contains("two days") && !answer.citations.is_empty(), "{answer:?}");
    assert_eq!((answer.session_id.as_str(), answer.citations[0].source_id), ("s1", source.id));
    let nonsense = json!({ "session_id": "s1", "message": "Who won the chess championship in 1972?" });
    assert!(read::<ChatAnswer>(&call(&program, "POST", "/chat", Some(&nonsense)).await).hand_off);
    assert_eq!(call(&program, "DELETE", &path, None).await.status, 204);
    assert_eq!(problem(&call(&program, "GET", &path, None).await).code, ErrorCode::NotFound);

    let visitor = app.visitor(shop.widget.id).await;
    let sent = visitor.send("I need a person").await;
    shop.silence(&sent).await;
    let path = format!("/conversations/{}", sent.conversation_id);
    let me = shop.agent.call(&accounts::Me {}).await.unwrap().unwrap().id;
    let assigned: Conversation =
        read(&call(&program, "PATCH", &format!("{path}/assign"), Some(&json!({ "user_id": me }))).await);
    assert_eq!(assigned.assigned.unwrap().id, me);
    let reply = json!({ "content": "Here I am", "is_note": false });
    let message: Message = read(&call(&program, "POST", &format!("{path}/messages"), Some(&reply)).await);
    assert_eq!(visitor.messages().await.last().unwrap().id, message.id);
    for (filter, found) in [
        ("status=open", 1),
        ("status=resolved", 0),
        (&format!("assigned={me}"), 1),
        ("assigned=none", 0),
        ("search=nobody", 0),
    ] {
        let page: Page<Conversation> = get(&program, &format!("/conversations?{filter}")).await;
        assert_eq!(page.data.len(), found, "{filter}");
    }
    let done = json!({ "resolved": true });
    read::<Conversation>(&call(&program, "PATCH", &format!("{path}/resolve"), Some(&done)).await);
    let on = json!({ "is_ai_enabled": true });
    assert!(read::<Conversation>(&call(&program, "PATCH", &format!("{path}/ai"), Some(&on)).await).is_ai_enabled);
    let contact: Contact = get(&program, &format!("/contacts/{}", visitor.contact)).await;
    assert_eq!(get::<Page<Contact>>(&program, "/contacts").await.data, [contact]);

    // What a page may know, it may know from its own domain.
    let path = format!("/widgets/{}/config", shop.widget.id);
    let page = Browser::on_page(&app.url, "https://shop.example");
    let answer = call(&page, "GET", &path, None).await;
    assert_eq!(read::<WidgetAppearance>(&answer).id, shop.widget.id);
    assert_eq!(answer.header("access-control-allow-origin"), "https://shop.example");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_used_and_revoked() {
    let app = App::start().await;
    let shop = app.business("ivy").await;
    let manager = program(&app, tenant(&shop).await, [P::ManageKeys]).await;
    let new = json!({ "name": "Site", "scopes": ["chat", "keys.manage"], "days": 30 });
    let answer = manager.send(manager.request("POST", "/api/v1/api-keys").header("idempotency-key", "k").json(&new));
    let created: CreatedKey = read(&answer.await);
    let stored = "SELECT count(*) FROM idempotency_keys";
    let owner = crate::cluster::connect(&app.database.owner_url).await;
    assert_eq!(owner.query_one(stored, &[]).await.unwrap().get::<_, i64>(0), 0, "an answer with a secret was stored");
    assert!(created.key.starts_with(&created.api_key.hint));
    let more = json!({ "name": "More", "scopes": ["inbox.read"] });
    assert_eq!(problem(&call(&manager, "POST", "/api-keys", Some(&more)).await).code, ErrorCode::Forbidden);
    let with_key = Browser::program(&app.url);
    let ask = || with_key.request("GET", "/api/v1/api-keys").header("x-api-key", &created.key);
    let listed = with_key.send(ask()).await;
    assert!(!listed.text().contains(&created.key) && listed.text().contains(&created.api_key.id.to_string()));
    let path = format!("/api-keys/{}", created.api_key.id);
    assert_eq!(call(&manager, "DELETE", &path, None).await.status, 204);
    assert_eq!(problem(&with_key.send(ask()).await).code, ErrorCode::Unauthenticated);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_by_cursor_meets_everything_once_while_more_comes() {
    let app = App::start().await;
    let shop = app.business("reed").await;
    let program = program(&app, tenant(&shop).await, [P::ReadInbox]).await;
    let mut visitors = Vec::new();
    for number in 0..7 {
        let visitor = app.visitor(shop.widget.id).await;
        visitor.send(&format!("Hello {number}")).await;
        visitors.push(visitor);
    }
    let all: Page<Conversation> = get(&program, "/conversations?limit=100").await;
    let there: BTreeSet<_> = all.data.iter().map(|one| one.id).collect();
    assert_eq!((there.len(), all.next_cursor), (7, None));
    let (mut met, mut cursor) = (Vec::new(), String::new());
    loop {
        let page: Page<Conversation> = get(&program, &format!("/conversations?limit=2{cursor}")).await;
        met.extend(page.data.iter().map(|one| one.id));
        let Some(next) = page.next_cursor else { break };
        cursor = format!("&cursor={next}");
        // Old ones move to the top of the inbox, and new ones come.
        visitors[met.len() % 7].send("Still there?").await;
        app.visitor(shop.widget.id).await.send("New").await;
    }
    assert_eq!(met.iter().copied().collect::<BTreeSet<_>>(), there);
    assert_eq!(met.len(), 7, "something was met twice");
    let page: Page<Conversation> = get(&program, "/conversations?limit=1").await;
    let foreign = format!("/contacts?cursor={}", page.next_cursor.unwrap());
    assert_eq!(problem(&call(&program, "GET", &foreign, None).await).field.as_deref(), Some("cursor"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_a_key_is_done_once() {
    let app = App::start().await;
    let shop = app.business("sedge").await;
    let program = program(&app, tenant(&shop).await, [P::WorkInbox, P::ManageKnowledge]).await;
    let visitor = app.visitor(shop.widget.id).await;
    let sent = visitor.send("Hello").await;
    shop.silence(&sent).await;
    let path = format!("/api/v1/conversations/{}/messages", sent.conversation_id);
    let post = async |key: &str, content: &str| {
        let request = program.request("POST", &path).header("idempotency-key", key);
        program.send(request.json(&json!({ "content": content }))).await
    };
    // Ten at the same moment: one does it, the others hear of it or are told to wait.
    let answers = futures::future::join_all((0..10).map(|_| post("one", "Once"))).await;
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)), "{answers:?}");
    let again = post("one", "Once").await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    let first = answers.iter().find(|answer| answer.status == 201).unwrap();
    assert_eq!((again.status, &again.body), (201, &first.body));
    let once = || async { visitor.messages().await.iter().filter(|message| message.content == "Once").count() };
    assert_eq!(once().await, 1);
    assert_eq!(problem(&post("one", "Another").await).code, ErrorCode::IdempotencyMismatch);
    assert_eq!(problem(&post("with space", "x").await).field.as_deref(), Some("Idempotency-Key"));
    // What was refused may be tried again.
    assert_eq!(post("two", " ").await.status, 422);
    assert_eq!(post("two", "Now").await.status, 201);

    // The server ended in the middle: after a minute the next one takes over, and the message is still one.
    let owner = crate::cluster::connect(&app.database.owner_url).await;
    let cut = "UPDATE idempotency_keys SET status = NULL, body = NULL, created_at = now() - $1 * interval '1 second' WHERE key = 'one'";
    owner.execute(cut, &[&30_f64]).await.unwrap();
    let busy = post("one", "Once").await;
    assert_eq!((problem(&busy).code, busy.header("retry-after")), (ErrorCode::Conflict, "1"));
    owner.execute(cut, &[&70_f64]).await.unwrap();
    assert_eq!(post("one", "Once").await.status, 201);
    assert_eq!(once().await, 1);
    // After a day the key is free.
    owner.execute("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'", &[]).await.unwrap();
    assert_eq!(post("one", "Another day").await.status, 201);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rates_are_told_and_hold() {
    let app = start(PerMinute { address: 8, key: 3, tenant: 4, new_conversations: 2, ..PerMinute::default() }).await;
    let shop = app.business("rush").await;
    let tenant = tenant(&shop).await;
    let (one, other) = (program(&app, tenant, [P::ReadInbox]).await, program(&app, tenant, [P::ReadInbox]).await);
    for left in ["2", "1", "0"] {
        let answer = call(&one, "GET", "/contacts", None).await;
        assert_eq!((answer.status, answer.header("ratelimit-limit")), (200, "3"));
        assert_eq!(answer.header("ratelimit-remaining"), left);
    }
    let refused = call(&one, "GET", "/contacts", None).await;
    assert_eq!(problem(&refused).code, ErrorCode::TooManyRequests);
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-reset")), ("20", "60"));
    // The business has its limit as well, server functions included, and its people work on.
    let answer = call(&other, "GET", "/contacts", None).await;
    assert_eq!(
        (answer.status, answer.header("ratelimit-limit"), answer.header("ratelimit-remaining")),
        (200, "4", "0")
    );
    let list = inbox_api::ListConversations { view: types::inbox::InboxView::All, search: String::new(), before: None };
    assert_eq!(other.call(&list).await.unwrap_err().code, ErrorCode::TooManyRequests);
    shop.agent.call(&list).await.unwrap();
    // A flood from everywhere cannot begin conversations without end.
    let mut codes = Vec::new();
    for _ in 0..3 {
        let network = domain::Network::of([127, 0, 0, 1].into());
        let Ok(session) = domain::widgets::page(&app.product, shop.widget.id, None, network).await else { continue };
        let session = domain::widgets::start_visit(&app.product, &session, network).unwrap();
        let visitor = domain::widgets::visitor(&app.product, &session.token, None).await.unwrap();
        let page = crate::harness::page();
        let id = types::ClientId::random();
        let sent = domain::inbox::receive(&app.product, &visitor, id, "Hi", &page).await;
        codes.push(sent.map(|_| ()).map_err(|error| types::Error::from(error).code));
    }
    assert_eq!(codes, [Ok(()), Ok(()), Err(ErrorCode::TooManyRequests)]);
    // Whoever guesses keys is told to stop before the database is asked.
    let guess = Browser::program(&app.url).with_token("oc_guess");
    let mut last = call(&guess, "GET", "/contacts", None).await;
    for _ in 0..8 {
        last = call(&guess, "GET", "/contacts", None).await;
    }
    assert_eq!(problem(&last).code, ErrorCode::TooManyRequests);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_a_problem() {
    let app = App::start().await;
    let shop = app.business("thyme").await;
    let program = program(&app, tenant(&shop).await, P::ALL.iter().copied()).await;
    let send = async |method: &str, path: &str, kind: &str, body: Vec<u8>| {
        let request = program.request(method, &format!("/api/v1{path}")).header("content-type", kind);
        program.send(request.body(body)).await
    };
    let json = "application/json";
    for (method, path, kind, body, code) in [
        ("GET", "/nothing", json, b"".to_vec(), ErrorCode::NotFound),
        ("DELETE", "/chat", json, b"".to_vec(), ErrorCode::MethodNotAllowed),
        ("GET", "/contacts/nonsense", json, b"".to_vec(), ErrorCode::NotFound),
        ("GET", "/contacts?limit=0", json, b"".to_vec(), ErrorCode::Invalid),
        ("GET", "/contacts?limit=x", json, b"".to_vec(), ErrorCode::Invalid),
        ("GET", "/contacts?cursor=%00", json, b"".to_vec(), ErrorCode::Invalid),
        ("GET", "/conversations?status=done", json, b"".to_vec(), ErrorCode::Invalid),
        ("GET", "/conversations?assigned=me", json, b"".to_vec(), ErrorCode::Invalid),
        ("POST", "/chat", json, b"{".to_vec(), ErrorCode::Invalid),
        ("POST", "/chat", json, b"[\"s\",\"m\"]".to_vec(), ErrorCode::Invalid),
        ("POST", "/chat", json, b"{\"session_id\":\"s\",\"message\":\"a\\u0000\"}".to_vec(), ErrorCode::Invalid),
        ("POST", "/chat", json, b"{\"session_id\":\"\",\"message\":\"a\"}".to_vec(), ErrorCode::Invalid),
        ("POST", "/chat", "text/plain", b"{}".to_vec(), ErrorCode::UnsupportedMediaType),
        ("POST", "/chat", json, vec![b' '; 2 * 1024 * 1024], ErrorCode::TooLarge),
        ("POST", "/sources", json, vec![b' '; 25 * 1024 * 1024], ErrorCode::TooLarge),
        ("POST", "/api-keys", json, b"{\"name\":\"x\",\"scopes\":[\"everything\"]}".to_vec(), ErrorCode::Invalid),
    ] {
        let answer = send(method, path, kind, body).await;
        assert_eq!(problem(&answer).code, code, "{method} {path}");
        if code == ErrorCode::MethodNotAllowed {
            assert_eq!(answer.header("allow"), "POST");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_and_its_page_are_public() {
    let app = App::start().await;
    let browser = app.browser();
    let api: Value = serde_json::from_slice(&browser.get("/api/v1/openapi.json").await.body).unwrap();
    assert_eq!(api["openapi"], "3.1.0");
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("429") && responses.contains_key("500"), "{method} {path}");
            assert_eq!(
                responses.contains_key("401"),
                operation.get("security").is_none() || path == "/auth/login" || path == "/auth/refresh",
                "{path}"
            );
        }
    }
    for path in ["/api/v1", "/api/v1/"] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        let policy = page.header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        assert!(page.text().contains(&format!("<script nonce=\"{nonce}\">")), "{policy}");
        assert!(!page.text().contains("{script}") && page.text().contains("id=\"not_found\""));
    }
    app.stop().await;
}
