//! Every server function and every route, called by those who may not.
//!
//! A function or route that is missing from the tables here fails the test:
//! whoever adds one decides here who may call it.

pub mod cases;

use crate::{
    browser::{Answer, Browser},
    harness::{App, Business, Visitor},
};
use api::{accounts, keys, knowledge};
use cases::{Case, cases, new_key};
use std::collections::BTreeSet;
use types::{
    ApiKeyId, ContactId, ConversationId, ErrorCode, InvitationId, MessageId, RoleId, SessionId, SourceId, TenantId,
    UserId, WidgetId,
    accounts::{NewApiKey, Permission as P, Permissions, Role},
    people::RoleChoice,
};

/// Who may call a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// Anybody.
    Anybody,
    /// Users and programs with this permission.
    With(P),
    /// Signed-in users of any role, and no program.
    Member,
    /// Signed-in users who run the platform.
    PlatformAdmin,
    /// Visitors with a token.
    Visitor,
}

/// Things of the tenant that is attacked.
pub struct Things {
    pub conversation: ConversationId,
    pub message: MessageId,
    pub contact: ContactId,
    pub source: SourceId,
    pub widget: WidgetId,
    pub user: UserId,
    pub key: ApiKeyId,
    pub tenant: TenantId,
    pub session: SessionId,
    pub role: RoleId,
    pub invitation: InvitationId,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_refuses_whoever_may_not() {
    let app = App::start().await;
    let (victim, attacker) = (app.business("victim").await, app.business("attacker").await);
    let visitor = app.visitor(victim.widget.id).await;
    let their = things(&victim, &visitor).await;
    let cases = cases(&their);

    let known: BTreeSet<&str> = cases.iter().map(|case| case.path).collect();
    let registered: BTreeSet<&str> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    assert_eq!(known, registered, "a server function is missing in the table, or does not exist any more");
    assert!(api::client::REPEATABLE.iter().all(|path| registered.contains(path)), "the client names what is not there");

    // Whoever need not sign in is counted by network. One of these costs nothing without a cookie.
    let free = [<accounts::Me as server_fn::ServerFn>::PATH];
    for Case { path, may, .. } in &cases {
        let is_strangers = matches!(may, May::Anybody | May::Visitor) && !free.contains(path);
        assert_eq!(
            server::web::is_public(path),
            is_strangers,
            "{path} for {may:?}: the list of what is public is wrong"
        );
    }

    let tenant = attacker.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.id;
    let key = async |scopes: Permissions| {
        let new = NewApiKey { name: "test".to_owned(), scopes, days: Some(1) };
        domain::accounts::issue_api_key(&app.product, tenant, new).await.unwrap()
    };
    let everything: Permissions = P::ALL.iter().copied().collect();
    let full_key = key(everything).await;
    let program = Browser::program(&app.url).with_token(&full_key);
    let viewer = attacker.colleague(&app, "viewer", Role::Viewer).await;
    let own_visitor = app.visitor(attacker.widget.id).await;
    let before = snapshot(&app).await;

    for case in &cases {
        let Case { path, may, .. } = case;
        for (who, browser) in [("anonymous", app.browser()), ("a program", Browser::program(&app.url))] {
            refused(who, case, &post(&browser, case).await);
        }
        for token in forged(&app, &visitor, &full_key) {
            // A token that is not good is as good as none, for whichever kind of caller.
            let bearer = Browser::on_page(&app.url, "https://shop.example").with_token(&token);
            refused("a forged or expired token", case, &post(&bearer, case).await);
            let cookie = app.browser();
            cookie.set_cookie("omnichat_access", Some(&token));
            cookie.set_cookie("omnichat_refresh", Some(&token));
            refused("a forged cookie", case, &post(&cookie, case).await);
        }
        // A permission of one kind is none of another.
        if *may != May::Visitor {
            refused("a visitor's token", case, &post(&own_visitor.browser, case).await);
        }
        let forbidden = async |who: &str, browser: &Browser| {
            let answer = post(browser, case).await;
            assert_eq!((answer.status, answer.error().code), (403, ErrorCode::Forbidden), "{who} called {path}");
        };
        match *may {
            May::Anybody => continue,
            May::Visitor => {
                refused("an owner's cookie", case, &post(&attacker.owner, case).await);
                refused("an API key", case, &post(&program, case).await);
            }
            May::Member => forbidden("a program", &program).await,
            May::PlatformAdmin => {
                for (who, browser) in [("an owner", &attacker.owner), ("a program with every scope", &program)] {
                    forbidden(who, browser).await;
                }
            }
            May::With(permission) => {
                for (role, browser) in
                    [(Role::Owner, &attacker.owner), (Role::Agent, &attacker.agent), (Role::Viewer, &viewer)]
                {
                    if !Permissions::of(role).has(permission) {
                        forbidden(role.as_str(), browser).await;
                    }
                }
                // Every other scope, but for those that bring this one along.
                let brings = |other: &P| [*other].into_iter().collect::<Permissions>().has(permission);
                let others = key(P::ALL.iter().copied().filter(|other| !brings(other)).collect()).await;
                forbidden("a key without the scope", &Browser::program(&app.url).with_token(&others)).await;
            }
        }
        // The right permission in another tenant finds nothing.
        let callers: &[&Browser] = match may {
            // There is no other platform whose admin could call.
            May::Anybody | May::PlatformAdmin => &[],
            May::With(P::Chat) => &[&program],
            May::With(_) => &[&attacker.owner, &program],
            May::Member => &[&attacker.owner],
            May::Visitor => &[&own_visitor.browser],
        };
        if let Some(code) = case.foreign {
            for caller in callers {
                let answer = post(caller, case).await;
                assert_eq!(answer.error().code, code, "another tenant's owner called {path}");
                assert_eq!(answer.status, code.status(), "{path}");
            }
        }
    }
    assert_eq!(snapshot(&app).await, before, "something of the victim was changed");
    app.stop().await;
}

/// Tokens that look like good ones.
pub fn forged(app: &App, visitor: &Visitor, key: &str) -> Vec<String> {
    let expired = |audience: &str| {
        let claims = serde_json::json!({
            "aud": audience, "exp": 1_700_000_000, "sub": UserId::new(), "tid": UserId::new(), "wid": UserId::new(),
            "sid": UserId::new(), "role": "owner", "name": "Mallory",
        });
        app.product.keys().sign(&claims).unwrap()
    };
    // A right password alone, while the code of the second factor is still asked for.
    let challenge = serde_json::json!({
        "aud": "second factor", "exp": 9_999_999_999_i64, "sub": UserId::new(), "tid": UserId::new(), "pwd": "",
        "wid": UserId::new(), "sid": UserId::new(), "role": "owner", "name": "Mallory", "made": 0,
    });
    let challenge = app.product.keys().sign(&challenge).unwrap();
    let mut changed = visitor.token.clone();
    changed.pop();
    vec![expired("access"), expired("visitor"), challenge, changed, format!("{key}x"), "nonsense".to_owned()]
}

fn refused(who: &str, case: &Case, answer: &Answer) {
    if case.may == May::Anybody {
        assert!(answer.status < 500, "{who} broke {}: {}", case.path, answer.text());
        return;
    }
    assert_eq!((answer.status, answer.error().code), (401, ErrorCode::Unauthenticated), "{who} called {}", case.path);
}

async fn post(browser: &Browser, case: &Case) -> Answer {
    browser.post(case.path, case.kind, case.body.clone()).await
}

/// What there is to attack.
pub async fn things(victim: &Business, visitor: &Visitor) -> Things {
    let me = victim.owner.call(&accounts::Me {}).await.unwrap().unwrap();
    victim.learn("Secret", "# Secret\n\nThe secret of the victim is a very good one.").await;
    let sent = visitor.send("Hello").await;
    victim.silence(&sent).await;
    let permissions = Permissions::of(Role::Viewer);
    let role = victim.owner.call(&accounts::CreateRole { name: "Secret role".to_owned(), permissions }).await.unwrap();
    let (email, agent) = ("guest@victim.example".to_owned(), RoleChoice::BuiltIn(Role::Agent));
    Things {
        session: victim.owner.call(&accounts::ListSessions {}).await.unwrap().remove(0).id,
        role,
        invitation: victim.owner.call(&accounts::Invite { email, role: agent }).await.unwrap(),
        conversation: sent.conversation_id,
        message: sent.message.id,
        contact: visitor.contact,
        source: victim.owner.call(&knowledge::ListSources {}).await.unwrap().remove(0).id,
        widget: victim.widget.id,
        user: me.id,
        key: victim.owner.call(&keys::CreateKey { new: new_key() }).await.unwrap().1.id,
        tenant: me.tenant.id,
    }
}

/// Everything that an attack could change, as text.
pub async fn snapshot(app: &App) -> String {
    let owner = crate::cluster::connect(&app.database.owner_url).await;
    let sql = "SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM (
        SELECT to_jsonb(m)::text AS line FROM messages m JOIN tenants t ON t.id = m.tenant_id WHERE t.name = 'victim'
        UNION ALL SELECT to_jsonb(c)::text FROM conversations c JOIN tenants t ON t.id = c.tenant_id WHERE t.name = 'victim'
        UNION ALL SELECT to_jsonb(c)::text FROM contacts c JOIN tenants t ON t.id = c.tenant_id WHERE t.name = 'victim'
        UNION ALL SELECT to_jsonb(w)::text FROM widgets w JOIN tenants t ON t.id = w.tenant_id WHERE t.name = 'victim'
        UNION ALL SELECT (to_jsonb(k) - 'last_used_at')::text FROM api_keys k JOIN tenants t ON t.id = k.tenant_id WHERE t.name = 'victim'
        UNION ALL SELECT to_jsonb(s)::text FROM sources s JOIN tenants t ON t.id = s.tenant_id WHERE t.name = 'victim'
        UNION ALL SELECT to_jsonb(r)::text FROM roles r JOIN tenants t ON t.id = r.tenant_id WHERE t.name = 'victim'
        UNION ALL SELECT to_jsonb(i)::text FROM invitations i JOIN tenants t ON t.id = i.tenant_id WHERE t.name = 'victim'
        UNION ALL SELECT to_jsonb(p)::text FROM memberships p JOIN tenants t ON t.id = p.tenant_id WHERE t.name = 'victim'
        UNION ALL SELECT to_jsonb(t)::text FROM tenants t WHERE t.name = 'victim') lines";
    owner.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_known_and_pages_ask_for_a_sign_in() {
    let app = App::start().await;
    let known = [
        "/favicon.svg",
        "/healthz",
        "/mailbox",
        "/mailbox/{file}",
        "/pkg/{file}",
        "/readyz",
        "/shop",
        "/shop/",
        "/shop/{*file}",
        "/sso/callback",
        "/sso/{slug}",
        "/w/{file}",
        "/ws",
        "/ws/widget",
    ];
    let routes: BTreeSet<&str> = server::web::paths().into_iter().collect();
    assert_eq!(routes, known.into_iter().collect(), "a route is missing in the table, or does not exist any more");

    let browser = app.browser();
    for path in [
        "/",
        "/login",
        "/login/code",
        "/sso",
        "/register",
        "/inbox",
        "/inbox/0",
        "/knowledge",
        "/knowledge/log",
        "/knowledge/playground",
        "/knowledge/gaps",
        "/knowledge/review",
        "/knowledge/tests",
        "/knowledge/intents",
        "/leads",
        "/settings",
        "/settings/widget",
        "/settings/ai",
        "/settings/data",
        "/settings/api",
        "/settings/security",
        "/settings/audit",
        "/admin",
        "/admin/limited",
        "/admin/0",
        "/settings/people",
        "/settings/account",
        "/forgot",
        "/reset?token=x",
        "/verify?token=x",
        "/invitation?token=x",
        "/onboarding",
    ] {
        let answer = browser.get(path).await;
        match path {
            "/login" | "/login/code" | "/sso" | "/register" | "/forgot" | "/verify?token=x" => {
                assert_eq!(answer.status, 200, "{path}");
            }
            // Shown to anybody, and says that the link is dead.
            "/reset?token=x" | "/invitation?token=x" => assert_eq!(answer.status, 404, "{path}"),
            _ => {
                assert_eq!(answer.status, 302, "{path} is shown to anybody: {}", answer.text());
                let location = answer.header("location");
                assert!(
                    location.starts_with("/login") || matches!(location, "/inbox" | "/settings/widget"),
                    "{path} leads to {location}"
                );
            }
        }
    }
    app.stop().await;
}
