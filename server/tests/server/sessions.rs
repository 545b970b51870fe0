//! Signing in and staying signed in.

use crate::{
    browser::Browser,
    harness::{App, PASSWORD, log_in},
};
use api::accounts;
use types::{Error, ErrorCode};

const ACCESS: &str = "omnichat_access";
const REFRESH: &str = "omnichat_refresh";

#[tokio::test(flavor = "multi_thread")]
async fn register_log_out_log_in() {
    let app = App::start().await;
    let shop = app.business("alder").await;
    let me = shop.owner.call(&accounts::Me {}).await.unwrap().unwrap();
    assert_eq!((me.email.as_str(), me.tenant.name.as_str()), ("owner@alder.example", "alder"));
    assert!(shop.owner.cookie(ACCESS).is_some() && shop.owner.cookie(REFRESH).is_some());

    let old = (shop.owner.cookie(ACCESS).unwrap(), shop.owner.cookie(REFRESH).unwrap());
    shop.owner.submit::<()>("/api/accounts/logout", &[]).await.unwrap();
    assert_eq!(shop.owner.cookie(ACCESS), None);
    assert_eq!(shop.owner.call(&accounts::Me {}).await.unwrap(), None);
    // The refresh token of a session that was ended is worth nothing.
    let thief = app.browser();
    thief.set_cookie(REFRESH, Some(&old.1));
    assert_eq!(thief.call(&accounts::Me {}).await.unwrap(), None);

    log_in(&shop.owner, "  OWNER@alder.example ").await;
    assert!(shop.owner.call(&accounts::Me {}).await.unwrap().is_some());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_access_token_is_renewed_unnoticed_and_a_stolen_refresh_token_ends_the_session() {
    let app = App::start().await;
    let shop = app.business("aspen").await;
    let stolen = shop.owner.cookie(REFRESH).unwrap();
    shop.owner.set_cookie(ACCESS, Some("expired"));
    assert!(shop.owner.call(&accounts::Me {}).await.unwrap().is_some());
    let renewed = shop.owner.cookie(REFRESH).unwrap();
    assert_ne!(renewed, stolen, "the refresh token is good once");
    assert_ne!(shop.owner.cookie(ACCESS).unwrap(), "expired");

    // A second tab with the same cookies at the same moment is no thief.
    let tab = app.browser();
    tab.set_cookie(REFRESH, Some(&stolen));
    assert!(tab.call(&accounts::Me {}).await.unwrap().is_some());
    assert_eq!(tab.cookie(REFRESH).unwrap(), stolen, "the second tab must not overwrite the first one's token");

    // Later it is one: the session ends for both.
    crate::cluster::execute(&app.database.owner_url, "UPDATE sessions SET rotated_at = now() - interval '1 hour'")
        .await;
    let thief = app.browser();
    thief.set_cookie(REFRESH, Some(&stolen));
    assert_eq!(thief.call(&accounts::Me {}).await.unwrap(), None);
    assert_eq!(thief.cookie(REFRESH), None, "a dead cookie is removed");
    shop.owner.set_cookie(ACCESS, None);
    assert_eq!(shop.owner.call(&accounts::Me {}).await.unwrap(), None);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_told_alike_and_slowed_down() {
    let app = App::start().await;
    let _shop = app.business("birch").await;
    let browser = app.browser();
    let wrong = try_log_in(&browser, "owner@birch.example", "not the password").await;
    let unknown = try_log_in(&browser, "nobody@birch.example", "not the password").await;
    assert_eq!(wrong.code, ErrorCode::WrongCredentials);
    assert_eq!(wrong, unknown, "an answer must not tell which addresses exist");
    let mut last = wrong;
    for _ in 0..12 {
        last = try_log_in(&browser, "owner@birch.example", "not the password").await;
    }
    assert_eq!(last.code, ErrorCode::TooManyRequests);
    // The right password does not help now either: a guesser must not learn it.
    assert_eq!(try_log_in(&browser, "owner@birch.example", PASSWORD).await.code, ErrorCode::TooManyRequests);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_cannot_act_for_a_user() {
    let app = App::start().await;
    let shop = app.business("cedar").await;
    let cookies = [ACCESS, REFRESH].map(|name| (name, shop.owner.cookie(name).unwrap()));
    let evil = Browser::on_page(&app.url, "https://evil.example");
    for (name, value) in &cookies {
        evil.set_cookie(name, Some(value));
    }
    let body = b"name=Owned".to_vec();
    let form = "application/x-www-form-urlencoded";
    let refused = evil.post("/api/accounts/business", form, body.clone()).await.error();
    assert_eq!(refused.code, ErrorCode::CrossSite);
    // A browser that says itself where the request comes from is believed, whatever the origin.
    let request = shop.owner.request("POST", "/api/accounts/business").header("sec-fetch-site", "cross-site");
    let refused = shop.owner.send(request.header("content-type", form).body(body.clone())).await.error();
    assert_eq!(refused.code, ErrorCode::CrossSite);
    // Signing a victim in to the attacker's account is no better.
    let refused =
        Browser::on_page(&app.url, "https://evil.example").submit::<()>("/api/accounts/login", &[]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::CrossSite);
    // Nor is a cookie without an origin, which no browser sends.
    let bare = Browser::program(&app.url);
    for (name, value) in &cookies {
        bare.set_cookie(name, Some(value));
    }
    assert_eq!(bare.post("/api/accounts/business", form, body.clone()).await.error().code, ErrorCode::CrossSite);
    assert_eq!(shop.owner.post("/api/accounts/business", form, body).await.status, 200);
    // A socket of another site's page is refused before it opens.
    let socket = crate::socket::Socket::open(&evil, &app.url, "/ws").await;
    let Err(tokio_tungstenite::tungstenite::Error::Http(response)) = socket else { panic!("the socket opened") };
    assert_eq!(response.status(), 403);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_work_without_javascript() {
    let app = App::start().await;
    let _shop = app.business("elder").await;
    let browser = app.browser();
    let login = async |password: &str, next: &str| {
        let fields = [("email", "owner@elder.example"), ("password", password), ("next", next)];
        browser.submit_plainly("/api/accounts/login", "/login", &fields).await
    };
    let wrong = login("not the password", "").await;
    assert_eq!(wrong.status, 302);
    assert!(wrong.header("location").contains("/login?__path="), "{}", wrong.header("location"));
    let right = login(PASSWORD, "/knowledge").await;
    assert_eq!((right.status, right.header("location")), (302, "/knowledge"));
    assert!(browser.call(&accounts::Me {}).await.unwrap().is_some());
    // Never to another site.
    let elsewhere = login(PASSWORD, "https://evil.example").await;
    assert_eq!(elsewhere.header("location"), "/inbox");
    app.stop().await;
}

async fn try_log_in(browser: &Browser, email: &str, password: &str) -> Error {
    let fields = [("email", email), ("password", password)];
    browser.submit::<()>("/api/accounts/login", &fields).await.unwrap_err()
}
