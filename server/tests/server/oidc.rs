//! Signing in through a company, whose provider may be wrong or worse.

mod provider;

use crate::{
    browser::Browser,
    cluster::{cluster, execute},
    harness::{App, Business, log_in},
};
use api::{accounts, sign_in};
use provider::{CLIENT, Discovery, Mood, Provider, SECRET, Signer};
use reqwest::Url;
use serde_json::{Value, json};
use server::web::Limits;
use server_fn::ServerFn;
use types::{
    Error, ErrorCode,
    accounts::Role,
    sign_in::{OidcProviderUpdate, OidcTest, SignInSettings},
};

const STATE: &str = "omnichat_sso";

/// The provider's settings, as the owner types them.
fn settings(provider: &Provider, domains: &[&str]) -> OidcProviderUpdate {
    OidcProviderUpdate {
        issuer: provider.issuer.clone(),
        client_id: CLIENT.to_owned(),
        client_secret: Some(SECRET.to_owned()),
        email_domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
        default_role: Role::Viewer,
        is_active: true,
    }
}

async fn update(browser: &Browser, update: OidcProviderUpdate) -> Result<SignInSettings, Error> {
    browser.call(&sign_in::UpdateProvider { update }).await
}

async fn slug(shop: &Business) -> String {
    shop.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.slug
}

/// Goes to the provider.
async fn go(browser: &Browser, slug: &str, next: &str) -> Url {
    let answer = browser.get(&format!("/sso/{slug}?next={next}")).await;
    assert_eq!(answer.status, 303);
    let cookie = answer.header("set-cookie");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/sso", "Max-Age=600"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    Url::parse(answer.header("location")).unwrap()
}

fn state_of(away: &Url) -> String {
    away.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

/// Comes back from it with a code, and says where that leads.
async fn back(browser: &Browser, state: &str, code: &str) -> String {
    let code = code.replace(' ', "%20");
    let answer = browser.get(&format!("/sso/callback?state={state}&code={code}")).await;
    assert_eq!((answer.status, browser.cookie(STATE)), (303, None), "what was remembered is forgotten");
    answer.header("location").to_owned()
}

/// The whole way; where it leads.
async fn through(browser: &Browser, slug: &str, provider: &Provider) -> String {
    let away = go(browser, slug, "/knowledge").await;
    let code = provider.grant(&away);
    back(browser, &state_of(&away), &code).await
}

fn problem(word: &str) -> String {
    format!("/sso?problem={word}")
}

#[tokio::test(flavor = "multi_thread")]
async fn people_come_in_through_their_company() {
    let app = App::start().await;
    let (shop, provider) = (app.business("iris").await, Provider::start().await);
    let stored = update(&shop.owner, settings(&provider, &[" @Iris.example ", "iris.example"])).await.unwrap();
    assert_eq!(stored.provider.unwrap().email_domains, ["iris.example"]);
    let slug = slug(&shop).await;
    assert_eq!(stored.link, format!("{}/sso/{slug}", app.url));
    assert_eq!(stored.redirect_uri, format!("{}/sso/callback", app.url));

    // Somebody new gets the role for new people, once.
    provider.person("1", "Nina@Iris.example", "Nina New");
    let browser = app.browser();
    assert_eq!(through(&browser, &slug, &provider).await, "/knowledge");
    assert!(browser.cookie("omnichat_device").is_some(), "a sign-in like every other");
    let nina = browser.call(&accounts::Me {}).await.unwrap().unwrap();
    assert_eq!((nina.email.as_str(), nina.name.as_str(), nina.role), ("nina@iris.example", "Nina New", Role::Viewer));
    assert!(!nina.is_email_verified, "a tenant's provider vouches for nothing outside");
    assert_eq!(nina.memberships.len(), 1);
    // It is the subject that counts from now on, not the address.
    provider.person("1", "other@elsewhere.example", "Nina New");
    provider.claim("email_verified", json!(false));
    let again = app.browser();
    through(&again, &slug, &provider).await;
    assert_eq!(again.call(&accounts::Me {}).await.unwrap().unwrap().id, nina.id);

    // Who works here already is recognised, and keeps the role.
    provider.person("2", "agent@iris.example", "Somebody");
    let browser = app.browser();
    assert_eq!(through(&browser, &slug, &provider).await, "/knowledge");
    let ana = browser.call(&accounts::Me {}).await.unwrap().unwrap();
    assert_eq!((ana.name.as_str(), ana.role), ("Ana Agent", Role::Agent));
    // Such a session cannot change what belongs to the user alone.
    let refused = browser.call(&sign_in::GetSecondFactor {}).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    // It stays bound when it is renewed.
    browser.set_cookie("omnichat_access", None);
    assert_eq!(browser.call(&sign_in::GetSecondFactor {}).await.unwrap_err().code, ErrorCode::Forbidden);
    assert!(shop.agent.call(&sign_in::GetSecondFactor {}).await.is_ok());

    // What is not in the id token is asked for.
    provider.person("3", "", "");
    for claim in ["email", "email_verified", "name"] {
        provider.claim(claim, Value::Null);
    }
    provider.mood().userinfo = json!({ "sub": "3", "email": "udo@iris.example", "email_verified": "true" });
    let browser = app.browser();
    through(&browser, &slug, &provider).await;
    let udo = browser.call(&accounts::Me {}).await.unwrap().unwrap();
    assert_eq!((udo.email.as_str(), udo.name.as_str()), ("udo@iris.example", "udo"));
    // Each joined once, and the log says so.
    let owner = crate::cluster::connect(&app.database.owner_url).await;
    let joined = "SELECT string_agg(target, ' ' ORDER BY id) FROM audit_log WHERE action = 'person.joined'";
    let joined: String = owner.query_one(joined, &[]).await.unwrap().get(0);
    assert_eq!(joined, "nina@iris.example udo@iris.example");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_lies_is_not_believed() {
    let app = App::start().await;
    let (shop, provider) = (app.business("ivy").await, Provider::start().await);
    update(&shop.owner, settings(&provider, &["ivy.example"])).await.unwrap();
    let slug = slug(&shop).await;
    let browser = app.browser();
    let lie = async |what: &str, lie: &dyn Fn(&mut Mood)| {
        provider.person("1", "new@ivy.example", "Nina New");
        lie(&mut provider.mood());
        assert_eq!(through(&browser, &slug, &provider).await, problem("provider"), "{what}");
        assert!(browser.call(&accounts::Me {}).await.unwrap().is_none(), "{what}");
    };
    for signer in [Signer::SomebodyElse, Signer::Nobody, Signer::Secret, Signer::PublicKey] {
        lie(&format!("signed by {signer:?}"), &|mood| mood.signer = signer).await;
    }
    let claims = [
        ("nonce", json!("another")),
        ("nonce", Value::Null),
        ("aud", json!("somebody else")),
        ("aud", json!([])),
        ("aud", Value::Null),
        ("aud", json!([CLIENT, "somebody else"])),
        ("azp", json!("somebody else")),
        ("iss", json!("https://login.example.com")),
        ("iss", json!([provider.issuer])),
        ("iss", Value::Null),
        ("exp", json!(1_700_000_000)),
        ("exp", Value::Null),
        ("nbf", json!(9_999_999_999_u64)),
        ("sub", json!("")),
        ("sub", json!("x".repeat(300))),
        ("sub", Value::Null),
    ];
    for (name, value) in claims {
        let insert = |mood: &mut Mood| {
            mood.claims.insert(name.to_owned(), value.clone());
        };
        lie(&format!("{name}: {value}"), &insert).await;
    }
    // The userinfo of somebody else is not this person's.
    provider.person("1", "", "");
    provider.claim("email", Value::Null);
    provider.mood().userinfo = json!({ "sub": "2", "email": "agent@ivy.example", "email_verified": true });
    assert_eq!(through(&browser, &slug, &provider).await, problem("unverified"));
    // And the truth is believed.
    provider.person("1", "new@ivy.example", "Nina New");
    assert_eq!(through(&browser, &slug, &provider).await, "/knowledge");
    assert_eq!(provider.mood().asked, 0, "what it says of itself is remembered");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_come_in_is_told_why() {
    let app = App::start().await;
    let (shop, other, provider) =
        (app.business("jasmine").await, app.business("juniper").await, Provider::start().await);
    update(&shop.owner, settings(&provider, &["jasmine.example", "juniper.example"])).await.unwrap();
    let slug = slug(&shop).await;
    let comes = async |email: &str| {
        provider.person(email, email, "Somebody");
        through(&app.browser(), &slug, &provider).await
    };
    // An address that the provider has not verified, or that is of another domain.
    for verified in [json!(false), json!("false"), json!("yes"), Value::Null] {
        provider.person("1", "new@jasmine.example", "Somebody");
        provider.claim("email_verified", verified);
        provider.mood().userinfo = json!({ "sub": "1" });
        assert_eq!(through(&app.browser(), &slug, &provider).await, problem("unverified"));
    }
    assert_eq!(comes("new@elsewhere.example").await, problem("domain"));
    assert_eq!(comes("new@sub.jasmine.example").await, problem("domain"));
    assert_eq!(comes("new@jasmine.example@evil.example").await, problem("unverified"));
    // A user of another business is not this provider's to give.
    assert_eq!(comes("owner@juniper.example").await, problem("invitation"));
    // Without domains only those who work here come in.
    update(&shop.owner, settings(&provider, &[])).await.unwrap();
    assert_eq!(comes("new@jasmine.example").await, problem("invitation"));
    assert_eq!(comes("agent@jasmine.example").await, "/knowledge");
    // Owners do when an owner has set it up, and not when somebody else has.
    // Whom nobody proved to be is not recognised by the address.
    execute(&app.database.owner_url, "UPDATE users SET email_verified_at = NULL").await;
    assert_eq!(comes("owner@jasmine.example").await, problem("unproved"));
    execute(&app.database.owner_url, "UPDATE users SET email_verified_at = now()").await;
    assert_eq!(comes("owner@jasmine.example").await, "/knowledge");
    let admin = shop.colleague(&app, "admin", Role::Admin).await;
    let stored = update(&admin, settings(&provider, &[])).await.unwrap();
    assert!(!stored.provider.unwrap().admits_owners);
    assert_eq!(comes("owner@jasmine.example").await, problem("owner"));
    assert_eq!(comes("agent@jasmine.example").await, "/knowledge");
    // Who does not work here any more is out, by a provider too.
    execute(
        &app.database.owner_url,
        "DELETE FROM memberships USING users WHERE id = user_id AND email = 'agent@jasmine.example'",
    )
    .await;
    assert_eq!(comes("agent@jasmine.example").await, problem("invitation"));

    // A name that does not exist, one without a provider, and one that is off: all alike.
    let without = other.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.slug;
    let mut off = settings(&provider, &[]);
    off.is_active = false;
    let away = go(&shop.agent, &slug, "").await;
    update(&shop.owner, off).await.unwrap();
    for name in [slug.as_str(), without.as_str(), "nobody", "..%2f..", "a%20b"] {
        let answer = app.browser().get(&format!("/sso/{name}")).await;
        assert_eq!((answer.status, answer.header("location")), (303, problem("unknown").as_str()), "{name}");
        assert_eq!((answer.header("set-cookie"), answer.text().as_str()), ("", ""));
    }
    // Who was away meanwhile does not come in either.
    let code = provider.grant(&away);
    assert_eq!(back(&shop.agent, &state_of(&away), &code).await, problem("unknown"));
    // Nor does anybody into a business that was suspended.
    update(&shop.owner, settings(&provider, &["jasmine.example"])).await.unwrap();
    let browser = app.browser();
    let away = go(&browser, &slug, "").await;
    provider.person("9", "new@jasmine.example", "Somebody");
    let code = provider.grant(&away);
    execute(&app.database.owner_url, "UPDATE tenants SET suspended_at = now() WHERE name = 'jasmine'").await;
    assert_eq!(back(&browser, &state_of(&away), &code).await, problem("suspended"));
    assert_eq!(app.browser().get(&format!("/sso/{slug}")).await.header("location"), problem("unknown"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_browser_that_went_comes_back() {
    let app = App::start().await;
    let (shop, provider) = (app.business("kalmia").await, Provider::start().await);
    update(&shop.owner, settings(&provider, &["kalmia.example"])).await.unwrap();
    let slug = slug(&shop).await;
    provider.person("1", "new@kalmia.example", "Nina New");
    // Without the cookie, with another's, with one that was changed, with another state.
    let victim = app.browser();
    let away = go(&victim, &slug, "").await;
    let (state, code, cookie) = (state_of(&away), provider.grant(&away), victim.cookie(STATE).unwrap());
    let thief = app.browser();
    assert_eq!(back(&thief, &state, &code).await, problem("expired"));
    let _ = go(&thief, &slug, "").await;
    assert_eq!(back(&thief, &state, &code).await, problem("expired"));
    thief.set_cookie(STATE, Some(&cookie.replace('A', "B")));
    assert_eq!(back(&thief, &state, &code).await, problem("expired"));
    thief.set_cookie(STATE, Some(&cookie));
    assert_eq!(back(&thief, "another", &code).await, problem("expired"));
    thief.set_cookie(STATE, Some(&cookie));
    let answer = thief.get("/sso/callback?state=a&state=b").await;
    assert_eq!(answer.header("location"), problem("expired"));
    // The rightful browser comes in, and its cookie is good once.
    assert_eq!(back(&victim, &state, &code).await, "/inbox");
    thief.set_cookie(STATE, Some(&cookie));
    assert_eq!(back(&thief, &state, &provider.grant(&away)).await, problem("expired"));
    // A code that the provider does not know, or knew once.
    let away = go(&thief, &slug, "").await;
    assert_eq!(back(&thief, &state_of(&away), &code).await, problem("provider"));
    // An answer of another provider, or a refusal.
    let away = go(&thief, &slug, "").await;
    let code = provider.grant(&away).replace(' ', "%20");
    let state = state_of(&away);
    let answer = thief.get(&format!("/sso/callback?state={state}&code={code}&iss=https://evil.example")).await;
    assert_eq!(answer.header("location"), problem("provider"));
    let state = state_of(&go(&thief, &slug, "").await);
    let answer = thief.get(&format!("/sso/callback?state={state}&error=access_denied")).await;
    assert_eq!(answer.header("location"), problem("denied"));
    assert!(thief.call(&accounts::Me {}).await.unwrap().is_none());
    // Nobody is led to another site.
    let away = go(&victim, &slug, "https://evil.example").await;
    let code = provider.grant(&away);
    assert_eq!(back(&victim, &state_of(&away), &code).await, "/inbox");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_set_up_with_care() {
    let app = App::start().await;
    let (shop, provider) = (app.business("laurel").await, Provider::start().await);
    let slug = slug(&shop).await;
    let field = async |change: &dyn Fn(&mut OidcProviderUpdate)| {
        let mut wanted = settings(&provider, &["laurel.example"]);
        change(&mut wanted);
        update(&shop.owner, wanted).await.unwrap_err().field.unwrap_or_default()
    };
    for issuer in [
        "",
        "nonsense",
        "http://login.example.com",
        "https://169.254.169.254",
        "http://localhost:1",
        "https://10.0.0.1",
        "https://[::1]/",
        "ftp://login.example.com",
        "https://login.example.com/?a=b",
    ] {
        assert_eq!(field(&|wanted| wanted.issuer = issuer.to_owned()).await, "issuer", "{issuer}");
    }
    assert_eq!(field(&|wanted| wanted.client_id = String::new()).await, "client_id");
    assert_eq!(field(&|wanted| wanted.client_secret = None).await, "client_secret");
    assert_eq!(field(&|wanted| wanted.email_domains = vec!["not a domain".to_owned()]).await, "email_domains");
    assert_eq!(field(&|wanted| wanted.default_role = Role::Owner).await, "default_role");
    assert_eq!(field(&|wanted| wanted.default_role = Role::Custom).await, "default_role");

    // The test says what is wrong.
    let test = async || -> Result<OidcTest, Error> {
        shop.owner.submit(sign_in::TestProvider::PATH, &[("issuer", &provider.issuer)]).await
    };
    assert_eq!(test().await.unwrap(), OidcTest { sign_in_host: "127.0.0.1".to_owned(), keys: 1 });
    for (discovery, words) in [
        (Discovery::Huge, "more than is sensible"),
        (Discovery::Redirects, "status 307, and we follow no redirects"),
        (Discovery::OtherIssuer, "calls itself https://login.example.com"),
        (Discovery::PrivateKeys, "private network"),
        (Discovery::PrivateTokens, "private network"),
        (Discovery::NoKeys, "no key"),
        (Discovery::Nonsense, "cannot be read"),
    ] {
        provider.mood().discovery = discovery;
        let refused = test().await.unwrap_err();
        assert!(refused.message.contains(words), "{discovery:?}: {}", refused.message);
        assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::Invalid, Some("issuer")));
    }
    // A provider that was never asked before is asked, and refused, at sign-in too.
    let second = Provider::start().await;
    second.mood().discovery = Discovery::Huge;
    update(&shop.owner, settings(&second, &["laurel.example"])).await.unwrap();
    assert_eq!(app.browser().get(&format!("/sso/{slug}")).await.header("location"), problem("provider"));

    // The secret stays, and is never sent to another provider than the one it belongs to.
    provider.person("1", "new@laurel.example", "Nina New");
    let keep =
        |provider: &Provider| OidcProviderUpdate { client_secret: None, ..settings(provider, &["laurel.example"]) };
    assert_eq!(update(&shop.owner, keep(&provider)).await.unwrap_err().field.as_deref(), Some("client_secret"));
    update(&shop.owner, settings(&provider, &["laurel.example"])).await.unwrap();
    update(&shop.owner, keep(&provider)).await.unwrap();
    let browser = app.browser();
    assert_eq!(through(&browser, &slug, &provider).await, "/knowledge");
    let shown = shop.owner.call(&sign_in::GetSignInSettings {}).await.unwrap();
    assert!(!format!("{shown:?}").contains(SECRET));
    // Whoever may manage people alone cannot let a provider vouch for admins.
    let tenant = shop.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.id;
    let scopes = [types::accounts::Permission::ManagePeople].into_iter().collect();
    let new = types::accounts::NewApiKey { name: "people".to_owned(), scopes, days: Some(1) };
    let key = domain::accounts::issue_api_key(&app.product, tenant, new).await.unwrap();
    let lesser = Browser::program(&app.url).with_token(&key);
    assert_eq!(update(&lesser, settings(&provider, &[])).await.unwrap_err().code, ErrorCode::Forbidden);
    // With the provider go the sessions that it vouched for, and no others.
    shop.owner.call(&sign_in::RemoveProvider {}).await.unwrap();
    assert!(browser.call(&accounts::Me {}).await.unwrap().is_none());
    assert!(shop.owner.call(&accounts::Me {}).await.unwrap().is_some());
    assert_eq!(app.browser().get(&format!("/sso/{slug}")).await.header("location"), problem("unknown"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_of_one_tenant_and_its_secret_survives_a_new_key() {
    let database = cluster().database().await;
    let start = |key, old| App::start_as(database.clone(), Limits::default(), key, old);
    let app = start([1; 32], vec![]).await;
    let (shop, evil, provider) = (app.business("lilac").await, app.business("linden").await, Provider::start().await);
    update(&shop.owner, settings(&provider, &["lilac.example"])).await.unwrap();
    update(&evil.owner, settings(&provider, &["lilac.example"])).await.unwrap();
    let (lilac, linden) = (slug(&shop).await, slug(&evil).await);
    // The same person of the same provider is nobody in the other business.
    provider.person("1", "agent@lilac.example", "Ana");
    assert_eq!(through(&app.browser(), &lilac, &provider).await, "/knowledge");
    assert_eq!(through(&app.browser(), &linden, &provider).await, problem("invitation"));
    app.stop().await;
    let app = start([2; 32], vec![[1; 32]]).await;
    let rotated = domain::keys::rotate(app.product.db(), app.product.keys()).await.unwrap();
    assert_eq!((rotated.changed, rotated.unreadable), (2, 0));
    app.stop().await;
    // Its redirect URI is another by now, as the server has another port.
    let app = start([2; 32], vec![]).await;
    let browser = app.browser();
    assert_eq!(through(&browser, &lilac, &provider).await, "/knowledge");
    log_in(&app.browser(), "agent@lilac.example").await;
    app.stop().await;
}
