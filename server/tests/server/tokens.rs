//! What was handed out: junk costs nothing, and what ends is over everywhere.

use crate::{
    browser::Browser,
    cluster::{cluster, embedder, execute, folder},
    harness::{App, PASSWORD, log_in, wait_for},
    socket::Socket,
};
use api::{accounts, inbox, widgets};
use domain::{
    Network, Omnichat, Settings,
    database::SystemTx,
    mail::MailSettings,
    rates::{PerMinute, Subject},
};
use server::web::{Limits, Server};
use std::net::IpAddr;
use tokio::{net::TcpListener, sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;
use types::{
    ContactId, ErrorCode, SessionId, Timestamp,
    accounts::{NewApiKey, Permission, Role},
    inbox::InboxView,
    people::RoleChoice,
};
use uuid::Uuid;

const ACCESS: &str = "omnichat_access";
const REFRESH: &str = "omnichat_refresh";
/// As long as a real one.
const SECRET: &str = "0123456789012345678901234567890123456789abc";
const STAMP: &str = "0123456789012345678901";

fn inbox_list() -> inbox::ListConversations {
    inbox::ListConversations { view: InboxView::All, search: String::new(), before: None }
}

/// Where all the tests' browsers are.
fn network() -> Network {
    Network::of(IpAddr::from([127, 0, 0, 1]))
}

/// Takes every connection to the database until the token is cancelled.
async fn hold(app: &App) -> (CancellationToken, JoinSet<()>) {
    let (release, mut tasks) = (CancellationToken::new(), JoinSet::new());
    let (taken, mut all) = mpsc::channel(4);
    for _ in 0..4 {
        let (product, release, taken) = (app.product.clone(), release.clone(), taken.clone());
        tasks.spawn(async move {
            let work = async move |_tx: &mut SystemTx| {
                taken.send(()).await.unwrap();
                release.cancelled().await;
                Ok(())
            };
            product.db().system(work).await.unwrap();
        });
    }
    for _ in 0..4 {
        all.recv().await.unwrap();
    }
    (release, tasks)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_made_up_dies_without_the_database() {
    let app = App::start().await;
    let shop = app.business("oak").await;
    let tenant = shop.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.id;
    let new = NewApiKey { name: "inbox".to_owned(), scopes: [Permission::ReadInbox].into_iter().collect(), days: None };
    let key = domain::accounts::issue_api_key(&app.product, tenant, new).await.unwrap();

    // A token of the release before stamps is exchanged for one with a stamp.
    let held = shop.agent.cookie(REFRESH).unwrap();
    let session = held.split('.').next().unwrap();
    let before = format!("UPDATE sessions SET refresh_hash = sha256('{SECRET}') WHERE id = '{session}'");
    execute(&app.database.owner_url, &before).await;
    let old = format!("{session}.{SECRET}");
    shop.agent.set_cookie(ACCESS, None);
    shop.agent.set_cookie(REFRESH, Some(&old));
    assert!(shop.agent.call(&accounts::Me {}).await.unwrap().is_some());
    assert_eq!(shop.agent.cookie(REFRESH).unwrap().split('.').count(), 3);
    // So many of them, made up, are looked up for one network.
    let guesser = app.browser();
    let mut looked_up = 0;
    while looked_up < 1_000 {
        guesser.set_cookie(REFRESH, Some(&format!("{}.{SECRET}", SessionId::new())));
        assert_eq!(guesser.call(&accounts::Me {}).await.unwrap(), None);
        if guesser.cookie(REFRESH).is_some() {
            break;
        }
        looked_up += 1;
    }
    assert!((60..200).contains(&looked_up), "{looked_up} were looked up");

    let (release, held) = hold(&app).await;
    // From now on each of these would have to wait for a connection, and say that there is none.
    for made_up in [format!("{}.{SECRET}.{STAMP}", SessionId::new()), "nonsense".to_owned(), format!("a.{SECRET}")] {
        guesser.set_cookie(REFRESH, Some(&made_up));
        assert_eq!(guesser.call(&accounts::Me {}).await.unwrap(), None);
        assert_eq!(guesser.cookie(REFRESH), None, "{made_up} was not judged");
    }
    // The next one that may be looked up would come within a second.
    let spend = || {
        for _ in 0..60 {
            let _left = app.product.rates().take(Subject::BadCredentials(network()));
        }
    };
    spend();
    let unknown = format!("{}.{SECRET}", SessionId::new());
    guesser.set_cookie(REFRESH, Some(&unknown));
    assert_eq!(guesser.call(&accounts::Me {}).await.unwrap(), None);
    assert_eq!(guesser.cookie(REFRESH), Some(unknown), "what cannot be judged now may be good");
    for (guess, code) in [
        (format!("oc_{SECRET}"), ErrorCode::TooManyRequests),
        (format!("oc_{SECRET}{STAMP}"), ErrorCode::TooManyRequests),
        ("oc_guess".to_owned(), ErrorCode::Unauthenticated),
    ] {
        spend();
        let refused = Browser::program(&app.url).with_token(&guess).call(&inbox_list()).await.unwrap_err();
        assert_eq!(refused.code, code, "{guess}");
    }
    let entrant = app.browser();
    entrant.set_cookie("omnichat_challenge", Some("a.b.c"));
    let refused = entrant.submit::<()>("/api/sign-in/code", &[("code", "123456")]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unauthenticated);
    let visitor = Browser::on_page(&app.url, "https://shop.example").with_token("a.b.c");
    assert_eq!(visitor.call(&widgets::MyConversation {}).await.unwrap_err().code, ErrorCode::Unauthenticated);
    release.cancel();
    held.join_all().await;

    // A guesser in the same house keeps out nobody whom we know.
    Browser::program(&app.url).with_token(&key).call(&inbox_list()).await.unwrap();
    shop.owner.set_cookie(ACCESS, None);
    assert!(shop.owner.call(&accounts::Me {}).await.unwrap().is_some());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_logs_out_is_out_although_the_token_had_to_wait() {
    let app = App::start().await;
    let shop = app.business("yew").await;
    // A token of the release before stamps, from a network of which no more of them are exchanged.
    let held = shop.agent.cookie(REFRESH).unwrap();
    let session = held.split('.').next().unwrap();
    let before = format!("UPDATE sessions SET refresh_hash = sha256('{SECRET}') WHERE id = '{session}'");
    execute(&app.database.owner_url, &before).await;
    let old = format!("{session}.{SECRET}");
    let access = shop.agent.cookie(ACCESS).unwrap();
    let bearer = || Browser::program(&app.url).with_token(&access);
    let spend = || {
        for _ in 0..5_000 {
            let _left = app.product.rates().take(Subject::BadCredentials(network()));
        }
    };
    let log_out = async |browser: &Browser, token: &str| {
        browser.set_cookie(ACCESS, None);
        browser.set_cookie(REFRESH, Some(token));
        spend();
        browser.submit::<()>("/api/accounts/logout", &[]).await.unwrap();
        assert_eq!(browser.cookie(REFRESH), None);
    };
    // What somebody made up ends nobody's session.
    let made_up = format!("{session}.{}", SECRET.replace('0', "1"));
    log_out(&app.browser(), &made_up).await;
    bearer().call(&inbox_list()).await.unwrap();

    log_out(&shop.agent, &old).await;
    assert_eq!(bearer().call(&inbox_list()).await.unwrap_err().code, ErrorCode::Unauthenticated);
    let refused = domain::accounts::refresh(&app.product, &old, network()).await;
    assert!(refused.is_err(), "the session lives on");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_ends_nobody_and_a_stolen_token_ends_everything_at_once() {
    let app = App::start().await;
    let shop = app.business("elm").await;
    let stolen = shop.owner.cookie(REFRESH).unwrap();
    let session = stolen.split('.').next().unwrap();
    for wrong in [format!("{session}.{SECRET}"), format!("{session}.{SECRET}.{STAMP}")] {
        let guesser = app.browser();
        guesser.set_cookie(REFRESH, Some(&wrong));
        assert_eq!(guesser.call(&accounts::Me {}).await.unwrap(), None);
    }
    shop.owner.set_cookie(ACCESS, None);
    assert!(shop.owner.call(&accounts::Me {}).await.unwrap().is_some(), "a guess has ended the session");

    // The thief was first, and works; the owner comes back with what was exchanged.
    let first = shop.owner.cookie(REFRESH).unwrap();
    let thief = app.browser();
    thief.set_cookie(REFRESH, Some(&first));
    assert!(thief.call(&accounts::Me {}).await.unwrap().is_some());
    let (mut ear, _) = Socket::agent(&thief, &app.url, None).await;
    let bearer = Browser::program(&app.url).with_token(&thief.cookie(ACCESS).unwrap());
    bearer.call(&inbox_list()).await.unwrap();
    execute(&app.database.owner_url, "UPDATE sessions SET rotated_at = now() - interval '1 hour'").await;
    shop.owner.set_cookie(ACCESS, None);
    assert_eq!(shop.owner.call(&accounts::Me {}).await.unwrap(), None);
    assert_eq!(ear.close_code().await, Some(1013));
    assert_eq!(bearer.call(&inbox_list()).await.unwrap_err().code, ErrorCode::Unauthenticated);
    assert_eq!(thief.call(&accounts::Me {}).await.unwrap(), None);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_ended_is_over_on_other_servers_and_after_a_restart() {
    let database = cluster().database().await;
    let here = App::start_with(database.clone(), Limits::default()).await;
    let there = App::start_with(database.clone(), Limits::default()).await;
    let shop = here.business("ash").await;
    let [owner, agent] = [&shop.owner, &shop.agent].map(|browser| browser.cookie(ACCESS).unwrap());
    let bearer = |app: &App, token: &str| Browser::program(&app.url).with_token(token);
    let visitor = here.visitor(shop.widget.id).await;
    visitor.send("Hello").await;
    let roams = Browser::on_page(&there.url, "https://shop.example").with_token(&visitor.token);
    assert!(roams.call(&widgets::MyConversation {}).await.unwrap().is_some());
    let listener = there.browser();
    listener.set_cookie(ACCESS, Some(&owner));
    let (mut ear, _) = Socket::agent(&listener, &there.url, None).await;
    let (mut chat, _) = Socket::visitor(&roams, &there.url, &visitor.token, None).await;
    bearer(&there, &agent).call(&inbox_list()).await.unwrap();

    let ana = shop.agent.call(&accounts::Me {}).await.unwrap().unwrap().id;
    let role = RoleChoice::BuiltIn(Role::Viewer);
    shop.owner.call(&accounts::SetRole { user: ana, role }).await.unwrap();
    shop.owner.submit::<()>("/api/accounts/logout", &[]).await.unwrap();
    visitor.browser.call(&widgets::EndVisit { token: visitor.token.clone() }).await.unwrap();

    // The other server learns of it by itself, and ends what it holds.
    assert_eq!((ear.close_code().await, chat.close_code().await), (Some(1013), Some(1013)));
    for token in [&owner, &agent] {
        wait_for("the other server to refuse", async || bearer(&there, token).call(&inbox_list()).await.err()).await;
    }
    let refused = roams.call(&widgets::MyConversation {}).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unauthenticated);
    here.stop().await;
    there.stop().await;

    let again = App::start_with(database, Limits::default()).await;
    for token in [&owner, &agent] {
        let refused = bearer(&again, token).call(&inbox_list()).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Unauthenticated, "a restart revived a token");
    }
    let returns = Browser::on_page(&again.url, "https://shop.example").with_token(&visitor.token);
    let refused = returns.call(&widgets::MyConversation {}).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unauthenticated, "a restart revived a visit");
    // Whoever only has another role goes on with the next token.
    let browser = again.browser();
    browser.set_cookie(REFRESH, shop.agent.cookie(REFRESH).as_deref());
    assert_eq!(browser.call(&accounts::Me {}).await.unwrap().unwrap().role, Role::Viewer);
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_renewed_and_ends_with_a_reset_or_the_widgets_secret() {
    let app = App::start().await;
    let shop = app.business("fir").await;
    let visitor = app.visitor(shop.widget.id).await;
    visitor.send("Hello").await;
    let page = || Browser::on_page(&app.url, "https://shop.example");
    let renewed = visitor.browser.call(&widgets::RenewVisit {}).await.unwrap();
    assert_eq!(renewed.contact_id, visitor.contact);
    let later = page().with_token(&renewed.token);
    assert!(later.call(&widgets::MyConversation {}).await.unwrap().is_some());
    assert!(visitor.browser.call(&widgets::MyConversation {}).await.unwrap().is_some(), "the old one stays good");
    let (mut chat, _) = Socket::visitor(&later, &app.url, &renewed.token, None).await;
    page().call(&widgets::EndVisit { token: visitor.token.clone() }).await.unwrap();
    assert_eq!(chat.close_code().await, Some(1013));
    for browser in [&visitor.browser, &later] {
        assert_eq!(browser.call(&widgets::RenewVisit {}).await.unwrap_err().code, ErrorCode::Unauthenticated);
    }
    let mut back = Socket::open(&later, &app.url, "/ws/widget").await.unwrap();
    back.send(&types::realtime::ClientFrame::Hello { token: Some(renewed.token), after: None }).await;
    assert_eq!(back.refusal().await.code, ErrorCode::Unauthenticated);

    // Tokens of the release before have no epoch, and end with the first new secret.
    let me = shop.owner.call(&accounts::Me {}).await.unwrap().unwrap();
    let claims = serde_json::json!({
        "aud": "visitor", "exp": Timestamp::now().plus_seconds(3600).0 / 1000, "tid": me.tenant.id,
        "wid": shop.widget.id, "sub": ContactId::new(),
    });
    let old = page().with_token(&app.product.keys().sign(&claims).unwrap());
    old.call(&widgets::MyConversation {}).await.unwrap();
    let other = app.visitor(shop.widget.id).await;
    other.send("Hello").await;
    let (mut chat, _) = Socket::visitor(&other.browser, &app.url, &other.token, None).await;
    shop.owner.call(&widgets::RotateWidgetSecret { id: shop.widget.id }).await.unwrap();
    assert_eq!(chat.close_code().await, Some(1013));
    for browser in [&old, &other.browser] {
        assert_eq!(browser.call(&widgets::MyConversation {}).await.unwrap_err().code, ErrorCode::Unauthenticated);
    }
    let new = app.visitor(shop.widget.id).await;
    new.send("I am new").await;

    // A widget that is switched off is off for whoever is talking, and goes on when it is on again.
    let (mut chat, _) = Socket::visitor(&new.browser, &app.url, &new.token, None).await;
    let switched = async |is_active| {
        let widget = shop.widget.clone();
        let update = types::widgets::WidgetUpdate {
            name: widget.name,
            config: widget.config,
            allowed_domains: widget.allowed_domains,
            is_active,
        };
        shop.owner.call(&widgets::UpdateWidget { id: shop.widget.id, update }).await.unwrap();
    };
    switched(false).await;
    assert_eq!(chat.close_code().await, Some(1013));
    assert!(new.browser.call(&widgets::MyConversation {}).await.is_err());
    switched(true).await;
    assert!(new.browser.call(&widgets::MyConversation {}).await.unwrap().is_some());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_https_cookies_are_bound_to_the_host_and_the_scheme_of_a_page_counts() {
    let public = "https://chat.example.com";
    let database = cluster().database().await;
    let product = Omnichat::connect(Settings {
        app_url: database.app_url.clone(),
        pool_size: 4,
        public_url: public.to_owned(),
        secret_key: [7; 32],
        old_secret_keys: Vec::new(),
        embedder: embedder(),
        reader: env!("CARGO_BIN_EXE_omnichat").into(),
        pdfium: None,
        allow_private_hosts: Vec::new(),
        crawl_private_hosts: Vec::new(),
        listen: None,
        admins_without_factor: false,
        mail: MailSettings::Mailbox(folder().join(format!("mailbox-{}", Uuid::now_v7()))),
        per_minute: PerMinute::default(),
        platform_model: None,
    })
    .await
    .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (url, stop) = (format!("http://{}", listener.local_addr().unwrap()), CancellationToken::new());
    let http = tokio::spawn(Server::new(product.clone(), Limits::default(), None, stop.clone()).run(listener));

    let owner = Browser::on_page(&url, public);
    let fields = [("business", "yew"), ("name", "Olga Owner"), ("email", "owner@yew.example"), ("password", PASSWORD)];
    owner.submit::<()>("/api/accounts/register", &fields).await.unwrap();
    log_in(&owner, "owner@yew.example").await;
    let [access, refresh] = [ACCESS, REFRESH].map(|name| owner.cookie(&format!("__Host-{name}")).unwrap());
    assert!(owner.cookie(ACCESS).is_none() && owner.cookie(REFRESH).is_none());
    assert!(owner.call(&accounts::Me {}).await.unwrap().is_some());

    // A plain name is nobody's: a sibling host may have planted it.
    let planted = Browser::on_page(&url, public);
    planted.set_cookie(ACCESS, Some(&access));
    planted.set_cookie(REFRESH, Some(&refresh));
    assert!(planted.call(&accounts::Me {}).await.unwrap().is_none());

    // A page that came by HTTP under the same name may be anybody's.
    let change = async |origin: &str| {
        let request = owner.request("POST", "/api/accounts/business").header("host", "chat.example.com");
        let request = request.header("content-type", "application/x-www-form-urlencoded").body("name=Yew");
        let page = Browser::on_page(&url, origin);
        page.set_cookie("__Host-omnichat_access", owner.cookie("__Host-omnichat_access").as_deref());
        page.send(request).await
    };
    assert_eq!(change("http://chat.example.com").await.error().code, ErrorCode::CrossSite);
    assert_eq!(change(public).await.status, 200);

    owner.set_cookie(ACCESS, Some("planted"));
    owner.submit::<()>("/api/accounts/logout", &[]).await.unwrap();
    for name in [ACCESS, REFRESH] {
        let left = owner.cookie(name).or_else(|| owner.cookie(&format!("__Host-{name}")));
        assert_eq!(left, None, "signing out leaves {name}");
    }
    stop.cancel();
    http.await.unwrap();
    product.db().close();
}
