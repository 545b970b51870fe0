//! Every operation of the REST API, called by those who may not. One that is
//! missing from the table here fails the test.

use crate::{
    browser::Browser,
    cluster::cluster,
    coverage::{snapshot, things},
    harness::App,
    rest::{call, problem, program, tenant},
};
use domain::rates::PerMinute;
use serde_json::{Value, json};
use server::web::Limits;
use std::collections::BTreeSet;
use types::{
    ErrorCode,
    accounts::{Permission as P, Permissions, Role},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    Anybody,
    With(P),
    Member,
    PlatformAdmin,
}

struct Case {
    method: &'static str,
    path: &'static str,
    may: May,
    body: Option<Value>,
    /// Another tenant's caller with the right permission finds nothing.
    is_foreign: bool,
}

fn case(method: &'static str, path: &'static str, may: May, body: Option<Value>) -> Case {
    let is_foreign = path.contains("{id}") && may != May::Anybody;
    Case { method, path, may, body, is_foreign }
}

fn cases(user: types::UserId) -> Vec<Case> {
    let with = May::With;
    let ai = serde_json::to_value(types::answers::AiSettingsUpdate::default()).unwrap();
    vec![
        case("GET", "", May::Anybody, None),
        case("GET", "/openapi.json", May::Anybody, None),
        case(
            "POST",
            "/auth/register",
            May::Anybody,
            Some(json!({ "business": "", "name": "", "email": "", "password": "" })),
        ),
        case("POST", "/auth/login", May::Anybody, Some(json!({ "email": "x", "password": "y" }))),
        case("POST", "/auth/refresh", May::Anybody, Some(json!({ "refresh_token": "x" }))),
        case("POST", "/auth/password-reset", May::Anybody, Some(json!({ "email": "nobody@nowhere.example" }))),
        case("POST", "/auth/logout", May::Member, None),
        case("GET", "/auth/me", May::Member, None),
        case("GET", "/users/profile", with(P::ReadSettings), None),
        case("PUT", "/users/profile", with(P::ManageSettings), Some(json!({ "name": "Mine" }))),
        case("POST", "/chat", with(P::Chat), Some(json!({ "session_id": "s", "message": "Hello" }))),
        case("GET", "/customer/config", with(P::ReadSettings), None),
        case("PUT", "/customer/config", with(P::ManageSettings), Some(ai)),
        case("GET", "/contacts", with(P::ReadInbox), None),
        case("GET", "/contacts/{id}", with(P::ReadInbox), None),
        case("GET", "/conversations", with(P::ReadInbox), None),
        case("GET", "/conversations/{id}", with(P::ReadInbox), None),
        case("PATCH", "/conversations/{id}/ai", with(P::WorkInbox), Some(json!({ "is_ai_enabled": false }))),
        case("PATCH", "/conversations/{id}/resolve", with(P::WorkInbox), Some(json!({ "resolved": true }))),
        case("PATCH", "/conversations/{id}/assign", with(P::WorkInbox), Some(json!({ "user_id": user }))),
        case("GET", "/conversations/{id}/messages", with(P::ReadInbox), None),
        case("POST", "/conversations/{id}/messages", with(P::WorkInbox), Some(json!({ "content": "Hello" }))),
        case("GET", "/sources", with(P::ReadKnowledge), None),
        case("POST", "/sources", with(P::ManageKnowledge), Some(json!({ "title": "T", "content": "Some text" }))),
        case("GET", "/sources/{id}", with(P::ReadKnowledge), None),
        case(
            "PUT",
            "/sources/{id}",
            with(P::ManageKnowledge),
            Some(json!({ "title": "T", "content": "Some other text" })),
        ),
        case("DELETE", "/sources/{id}", with(P::ManageKnowledge), None),
        case("GET", "/sources/{id}/passages", with(P::ReadKnowledge), None),
        case("POST", "/sources/files", with(P::ManageKnowledge), Some(json!({ "name": "not in the query" }))),
        case("POST", "/sources/import", with(P::ManageKnowledge), Some(json!({ "no": "table" }))),
        case("POST", "/sources/{id}/sync", with(P::ManageKnowledge), Some(json!({ "every": "daily" }))),
        case("GET", "/products", with(P::ReadKnowledge), None),
        case("POST", "/products", with(P::ManageKnowledge), Some(json!({ "name": "Pot", "price": "9.50" }))),
        case("POST", "/products/import", with(P::ManageKnowledge), Some(json!({ "no": "table" }))),
        case("POST", "/products/import/preview", with(P::ManageKnowledge), Some(json!({ "no": "table" }))),
        case("GET", "/products/{id}", with(P::ReadKnowledge), None),
        case("PUT", "/products/{id}", with(P::ManageKnowledge), Some(json!({ "name": "Pot" }))),
        case("DELETE", "/products/{id}", with(P::ManageKnowledge), None),
        case("GET", "/gaps", with(P::ReadKnowledge), None),
        case("GET", "/reviews", with(P::ReadKnowledge), None),
        case("GET", "/tests", with(P::ReadKnowledge), None),
        case("POST", "/tests", with(P::ManageKnowledge), Some(json!({ "question": "Q?", "expected": "words" }))),
        case("DELETE", "/tests/{id}", with(P::ManageKnowledge), None),
        case("POST", "/tests/runs", with(P::ManageKnowledge), None),
        case("GET", "/tests/runs/{id}", with(P::ReadKnowledge), None),
        case("GET", "/intents", with(P::ReadKnowledge), None),
        case("POST", "/intents", with(P::ManageKnowledge), Some(json!({ "name": "Mine" }))),
        case("GET", "/intents/{id}", with(P::ReadKnowledge), None),
        case("PATCH", "/intents/{id}", with(P::ManageKnowledge), Some(json!({ "name": "Mine" }))),
        case("DELETE", "/intents/{id}", with(P::ManageKnowledge), None),
        case("POST", "/intents/{id}/examples", with(P::ManageKnowledge), Some(json!({ "examples": ["Hello"] }))),
        case("POST", "/intents/train", with(P::ManageKnowledge), None),
        case("GET", "/intents/model", with(P::ReadKnowledge), None),
        case("POST", "/intents/classify", with(P::ReadKnowledge), Some(json!({ "text": "Hello" }))),
        case("GET", "/leads", with(P::ReadInbox), None),
        case("PATCH", "/leads/{id}", with(P::WorkInbox), Some(json!({ "stage": "lost" }))),
        case("GET", "/conversations/{id}/insights", with(P::ReadInbox), None),
        case("GET", "/widgets", with(P::ReadSettings), None),
        case("GET", "/widgets/{id}/config", May::Anybody, None),
        case("GET", "/api-keys", with(P::ManageKeys), None),
        case("POST", "/api-keys", with(P::ManageKeys), Some(json!({ "name": "Mine", "scopes": ["chat"] }))),
        case("DELETE", "/api-keys/{id}", with(P::ManageKeys), None),
        case("GET", "/admin/tenants", May::PlatformAdmin, None),
        case(
            "POST",
            "/admin/tenants",
            May::PlatformAdmin,
            Some(json!({ "business": "Mine", "name": "Me", "email": "me@mine.example" })),
        ),
        case("GET", "/admin/tenants/{id}", May::PlatformAdmin, None),
        case("PATCH", "/admin/tenants/{id}", May::PlatformAdmin, Some(json!({ "suspended": true }))),
        case("DELETE", "/admin/tenants/{id}", May::PlatformAdmin, None),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_refuses_whoever_may_not() {
    let per_minute = PerMinute { address: 0, key: 0, tenant: 0, ..PerMinute::default() };
    let app = App::start_at(cluster().database().await, Limits::default(), per_minute).await;
    let (victim, attacker) = (app.business("victim").await, app.business("attacker").await);
    let visitor = app.visitor(victim.widget.id).await;
    let their = things(&victim, &visitor).await;

    let cases = cases(their.user);
    let known: BTreeSet<_> = cases.iter().map(|case| (case.method.to_owned(), case.path.to_owned())).collect();
    let registered: BTreeSet<_> = server::rest::paths().into_iter().collect();
    assert_eq!(known, registered, "an operation is missing in the table, or does not exist any more");

    let tenant = tenant(&attacker).await;
    let everything = program(&app, tenant, P::ALL.iter().copied()).await;
    let anonymous = Browser::program(&app.url);
    let own_visitor = app.visitor(attacker.widget.id).await;
    let access = attacker.owner.cookie("omnichat_access").unwrap();
    let signed_in = Browser::program(&app.url).with_token(&access);
    let viewer = attacker.colleague(&app, "viewer", Role::Viewer).await.cookie("omnichat_access").unwrap();
    let viewer = Browser::program(&app.url).with_token(&viewer);
    let before = snapshot(&app).await;

    for case in &cases {
        let id = match case.path {
            path if path.starts_with("/contacts") => their.contact.to_string(),
            path if path.starts_with("/conversations") => their.conversation.to_string(),
            path if path.starts_with("/sources") => their.source.to_string(),
            path if path.starts_with("/widgets") => their.widget.to_string(),
            path if path.starts_with("/admin") => their.tenant.to_string(),
            _ => their.key.to_string(),
        };
        let path = case.path.replace("{id}", &id);
        let ask = async |browser: &Browser| call(browser, case.method, &path, case.body.as_ref()).await;
        let mut strangers =
            vec![("nobody", &anonymous), ("a cookie", &attacker.owner), ("a visitor", &own_visitor.browser)];
        let forged: Vec<Browser> = crate::coverage::forged(&app, &visitor, "oc_key")
            .iter()
            .map(|token| Browser::program(&app.url).with_token(token))
            .collect();
        strangers.extend(forged.iter().map(|browser| ("a forged token", browser)));
        for (who, browser) in strangers {
            let answer = ask(browser).await;
            if case.may == May::Anybody {
                assert!(answer.status < 500, "{who} broke {} {path}: {}", case.method, answer.text());
            } else {
                assert_eq!(problem(&answer).code, ErrorCode::Unauthenticated, "{who} called {} {path}", case.method);
            }
        }
        let forbidden = async |who: &str, browser: &Browser| {
            assert_eq!(problem(&ask(browser).await).code, ErrorCode::Forbidden, "{who} called {} {path}", case.method);
        };
        match case.may {
            May::Anybody => {}
            May::Member => forbidden("a program", &everything).await,
            May::PlatformAdmin => {
                let path = &path;
                for (who, browser) in [("a program", &everything), ("an owner", &signed_in), ("a viewer", &viewer)] {
                    forbidden(&format!("{who} of {path}"), browser).await;
                }
            }
            May::With(permission) => {
                let brings = |other: &P| [*other].into_iter().collect::<Permissions>().has(permission);
                let others = P::ALL.iter().copied().filter(|other| !brings(other));
                forbidden("a lesser key", &program(&app, tenant, others).await).await;
                if !Permissions::of(Role::Viewer).has(permission) {
                    forbidden("a viewer", &viewer).await;
                }
                if case.is_foreign {
                    for browser in [&everything, &signed_in] {
                        assert_eq!(problem(&ask(browser).await).code, ErrorCode::NotFound, "{} {path}", case.method);
                    }
                }
            }
        }
    }
    assert_eq!(snapshot(&app).await, before, "something of the victim was changed");
    app.stop().await;
}
