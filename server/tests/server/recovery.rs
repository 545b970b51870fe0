//! Passwords that were forgotten or are changed, and addresses that are proved.

use crate::{
    browser::{Answer, Browser},
    cluster::{connect, execute},
    harness::{App, PASSWORD, log_in},
    invitations::secret,
    socket::Socket,
};
use api::accounts;
use std::time::{Duration, Instant};
use types::{Error, ErrorCode};

const NEW: &str = "a quite different one";

async fn forgot(browser: &Browser, email: &str) -> Result<(), Error> {
    browser.submit("/api/accounts/forgot", &[("email", email)]).await
}

async fn reset(browser: &Browser, token: &str, password: &str) -> Result<(), Error> {
    browser.submit("/api/accounts/reset", &[("token", token), ("password", password)]).await
}

async fn log_in_with(browser: &Browser, email: &str, password: &str) -> Result<(), Error> {
    browser.submit("/api/accounts/login", &[("email", email), ("password", password)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_once_and_ends_every_session() {
    let app = App::start().await;
    let shop = app.business("cherry").await;
    let (email, browser) = ("owner@cherry.example", app.browser());
    let second = app.browser();
    log_in(&second, email).await;
    let token_before = second.cookie("omnichat_access").unwrap();
    let (mut socket, _) = Socket::agent(&second, &app.url, None).await;

    // Whoever asked for a newer link may be a stranger: the older one stays good.
    forgot(&browser, " OWNER@cherry.example").await.unwrap();
    let token = secret(&app, email, "reset", 1).await;
    forgot(&browser, email).await.unwrap();
    let other = secret(&app, email, "reset", 2).await;
    assert_ne!(token, other);
    for token in [&token, &other] {
        browser.call(&accounts::CheckReset { token: token.clone() }).await.unwrap();
    }
    // A password that cannot be one uses nothing up.
    let short = reset(&browser, &token, "short").await.unwrap_err();
    assert_eq!((short.code, short.field.as_deref()), (ErrorCode::Invalid, Some("password")));

    let page = format!("/reset?token={token}");
    let fields = [("token", token.as_str()), ("password", NEW)];
    let done = browser.submit_plainly("/api/accounts/reset", &page, &fields).await;
    assert_eq!((done.status, done.header("location")), (302, "/reset?done=true"));
    assert!(browser.cookie("omnichat_access").is_none(), "a link does not sign in");
    while socket.next().await.is_some() {}
    let bare = app.browser();
    bare.set_cookie("omnichat_access", Some(&token_before));
    for old in [&bare, &second, &shop.owner] {
        assert_eq!(old.call(&accounts::Me {}).await.unwrap(), None);
    }
    // Every link is good no more when one was used.
    for token in [&token, &other] {
        assert_eq!(reset(&browser, token, NEW).await.unwrap_err().code, ErrorCode::NotFound);
    }
    assert_eq!(log_in_with(&browser, email, PASSWORD).await.unwrap_err().code, ErrorCode::WrongCredentials);
    log_in_with(&browser, email, NEW).await.unwrap();
    let me = browser.call(&accounts::Me {}).await.unwrap().unwrap();
    assert!(me.is_email_verified, "the link was mailed to the address");
    let subjects: Vec<String> = app.mails_to(email).await.into_iter().map(|mail| mail.subject).collect();
    assert!(subjects.contains(&"Your password was changed".to_owned()), "{subjects:?}");
    // The colleague's session is nobody else's business.
    assert!(shop.agent.call(&accounts::Me {}).await.unwrap().is_some());

    // Too old.
    forgot(&browser, email).await.unwrap();
    let late = secret(&app, email, "reset", 3).await;
    execute(&app.database.owner_url, "UPDATE user_tokens SET expires_at = now() - interval '1 second'").await;
    assert_eq!(reset(&browser, &late, PASSWORD).await.unwrap_err().code, ErrorCode::NotFound);
    // Two at once with one link: one of them.
    forgot(&browser, email).await.unwrap();
    let token = secret(&app, email, "reset", 4).await;
    let (one, two) = tokio::join!(reset(&browser, &token, PASSWORD), reset(&second, &token, NEW));
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_which_addresses_exist() {
    let app = App::start().await;
    let shop = app.business("plum").await;
    let ask = async |email: &str| {
        let browser = app.browser();
        let started = Instant::now();
        let answer = browser.submit_plainly("/api/accounts/forgot", "/forgot", &[("email", email)]).await;
        (seen(&answer), started.elapsed())
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..3 {
        let (here, took) = ask("owner@plum.example").await;
        known.push(took);
        let (nobody, took) = ask(&format!("nobody{round}@plum.example")).await;
        unknown.push(took);
        assert_eq!(here, nobody);
        assert_eq!((here.0, here.1.as_str()), (302, "/forgot?sent=true"));
    }
    // Both take the fixed time and, as both work less than it, no more.
    for took in known.iter().chain(&unknown) {
        assert!(*took >= Duration::from_millis(250), "{took:?}");
    }
    known.sort();
    unknown.sort();
    assert!(known[1] < unknown[1] * 3 && unknown[1] < known[1] * 3, "{known:?} {unknown:?}");
    // That an address has had its links in this hour is not told.
    for email in ["owner@plum.example", "somebody@plum.example"] {
        for _ in 0..5 {
            assert_eq!(ask(email).await.0.1, "/forgot?sent=true");
        }
    }
    // Nothing was mailed but to the known address, three links and no fourth.
    let database = connect(&app.database.owner_url).await;
    let tokens: i64 = database
        .query_one("SELECT count(*) FROM user_tokens WHERE purpose = 'password_reset'", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(tokens, 3, "a mailbox is not filled");
    assert!(shop.owner.call(&accounts::Me {}).await.unwrap().is_some(), "asking for a link ends no session");
    app.stop().await;
}

fn seen(answer: &Answer) -> (u16, String, Vec<u8>) {
    (answer.status, answer.header("location").to_owned(), answer.body.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_by_who_knows_it() {
    let app = App::start().await;
    let shop = app.business("pear").await;
    let email = "owner@pear.example";
    let second = app.browser();
    log_in(&second, email).await;
    forgot(&app.browser(), email).await.unwrap();
    let token = secret(&app, email, "reset", 1).await;
    let change = async |current: &str, password: &str| {
        let fields = [("current", current), ("password", password)];
        shop.owner.submit::<()>("/api/accounts/password", &fields).await
    };
    let wrong = change("not the password", NEW).await.unwrap_err();
    assert_eq!((wrong.code, wrong.field.as_deref()), (ErrorCode::Invalid, Some("current")));
    assert_eq!(change(PASSWORD, "short").await.unwrap_err().field.as_deref(), Some("password"));
    change(PASSWORD, NEW).await.unwrap();
    // This session stays, the others and the mailed link end.
    assert!(shop.owner.call(&accounts::Me {}).await.unwrap().is_some());
    assert_eq!(second.call(&accounts::Me {}).await.unwrap(), None);
    assert_eq!(reset(&second, &token, PASSWORD).await.unwrap_err().code, ErrorCode::NotFound);
    log_in_with(&second, email, NEW).await.unwrap();
    for _ in 0..8 {
        let _wrong = change("not the password", NEW).await;
    }
    assert_eq!(change(NEW, PASSWORD).await.unwrap_err().code, ErrorCode::TooManyRequests);

    shop.owner.submit::<()>("/api/accounts/name", &[("name", "Olga Pear")]).await.unwrap();
    assert_eq!(shop.owner.call(&accounts::Me {}).await.unwrap().unwrap().name, "Olga Pear");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_proved_by_the_mail_at_registration() {
    let app = App::start().await;
    let email = "owner@quince.example";
    let (owner, other) = (app.register("quince", email).await, app.business("medlar").await);
    let me = async || owner.call(&accounts::Me {}).await.unwrap().unwrap();
    let first = secret(&app, email, "verify", 1).await;
    assert!(!me().await.is_email_verified);
    owner.submit::<()>("/api/accounts/send-verification", &[]).await.unwrap();
    let token = secret(&app, email, "verify", 2).await;
    let verify =
        async |browser: &Browser, token: &str| browser.submit::<()>("/api/accounts/verify", &[("token", token)]).await;
    // A link for one purpose is good for no other, and it takes the account that it is about.
    assert_eq!(reset(&app.browser(), &token, NEW).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(verify(&app.browser(), &token).await.unwrap_err().code, ErrorCode::Unauthenticated);
    assert_eq!(verify(&other.owner, &token).await.unwrap_err().code, ErrorCode::Forbidden);
    assert!(!me().await.is_email_verified);
    let page = format!("/verify?token={token}");
    let done = owner.submit_plainly("/api/accounts/verify", &page, &[("token", token.as_str())]).await;
    assert_eq!((done.status, done.header("location")), (302, "/verify?done=true"));
    assert!(me().await.is_email_verified, "the session goes on");
    for token in [&first, &token] {
        assert_eq!(verify(&owner, token).await.unwrap_err().code, ErrorCode::NotFound);
    }
    let mut last = Ok(());
    for _ in 0..5 {
        last = owner.submit::<()>("/api/accounts/send-verification", &[]).await;
    }
    assert_eq!(last.unwrap_err().code, ErrorCode::TooManyRequests);
    app.stop().await;
}
