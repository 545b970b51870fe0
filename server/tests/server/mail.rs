//! Mails: through a mail server that is in every mood, into the folder, and
//! on the page that shows them.

use crate::{
    cluster::{cluster, connect},
    harness::{App, PASSWORD, wait_for},
    smtp::{MailServer, Mood},
};
use domain::{
    Error, Omnichat,
    accounts::{NewTenant, NewUser, create_tenant},
    database::{SystemTx, TenantTx},
    jobs::Job,
    mail::{self, Mail, MailSettings, Smtp, texts},
};
use server::web::{Limits, Server};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use types::TenantId;

const OLGA: &str = "olga@post.example";
const LINK: &str = "https://chat.example.com/reset/a-very-secret-token";

/// A server with a business that sends through a mail server.
async fn mailing(server: &MailServer, patience: Duration) -> (App, TenantId) {
    let smtp = Smtp::new(&server.url(), "Our Shop <no-reply@shop.example>").unwrap().with_patience(patience);
    let app = App::start_mailing(cluster().database().await, Limits::default(), MailSettings::Smtp(smtp)).await;
    let tenant = tenant(&app).await;
    (app, tenant)
}

/// A business that was not registered: registering sends a mail by itself.
async fn tenant(app: &App) -> TenantId {
    let owner = NewUser {
        name: "Olga Owner".to_owned(),
        email: "owner@mailing.example".to_owned(),
        password: PASSWORD.to_owned(),
    };
    let new = NewTenant { name: "mailing".to_owned(), description: String::new(), owner };
    create_tenant(&app.product, new).await.unwrap().0
}

async fn send(product: &Omnichat, tenant: TenantId, mail: Mail) {
    let inside = product.clone();
    let work = async move |tx: &mut TenantTx| mail::enqueue(tx, &inside, &mail).await;
    product.db().tenant(tenant, work).await.unwrap();
}

/// State, tries, error and payload of the jobs that are still there.
async fn jobs(app: &App) -> Vec<(String, i32, String, String)> {
    let owner = connect(&app.database.owner_url).await;
    let sql = "SELECT state, attempts, coalesce(last_error, ''), payload::text FROM jobs WHERE kind = 'send_mail'";
    owner.query(sql, &[]).await.unwrap().iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_goes_to_the_mail_server_when_its_transaction_commits() {
    let server = MailServer::start(&[]).await;
    let (app, tenant) = mailing(&server, mail::PATIENCE).await;
    // What is rolled back is not sent, by whichever kind of transaction.
    let product = app.product.clone();
    let failed: domain::Result<()> = app
        .product
        .db()
        .system(async move |tx: &mut SystemTx| {
            mail::enqueue_system(tx, &product, tenant, &texts::password_reset("nobody@post.example", LINK)).await?;
            Err(Error::Internal("changed my mind".to_owned()))
        })
        .await;
    assert!(failed.is_err());

    let product = app.product.clone();
    let started = std::time::Instant::now();
    app.product
        .db()
        .system(async move |tx: &mut SystemTx| {
            mail::enqueue_system(tx, &product, tenant, &texts::password_reset(OLGA, LINK)).await
        })
        .await
        .unwrap();
    wait_for("the mail", async || (server.taken().len() == 1).then_some(())).await;
    assert!(started.elapsed() < Duration::from_millis(1500), "the commit woke nobody: {:?}", started.elapsed());
    let arrival = server.taken().remove(0);
    assert_eq!(
        (arrival.from.as_str(), arrival.to.as_slice()),
        ("FROM:<no-reply@shop.example>", &[format!("TO:<{OLGA}>")][..])
    );
    // Base64 of "\0shop\0p@ss".
    assert_eq!((arrival.hello.as_str(), arrival.auth.as_str()), ("shop.example", "PLAIN AHNob3AAcEBzcw=="));
    let data = &arrival.data;
    for line in [
        "From: \"Our Shop\" <no-reply@shop.example>",
        &format!("To: {OLGA}"),
        "Subject: Choose a new password",
        "MIME-Version: 1.0",
    ] {
        assert!(data.lines().any(|other| other == line), "{line} is missing: {data}");
    }
    for part in ["Date: ", "Message-ID: <", "text/plain; charset=utf-8", "text/html; charset=utf-8", LINK] {
        assert!(data.contains(part), "{part} is missing: {data}");
    }

    let invited =
        texts::Invitation { business: "Juniper\r\nBcc: eve@evil.example", inviter: "Zoë", role: "Agent", link: LINK };
    send(&app.product, tenant, texts::invitation(OLGA, invited)).await;
    wait_for("the second mail", async || (server.taken().len() == 2).then_some(())).await;
    let second = server.taken().remove(1);
    assert_eq!(second.to, [format!("TO:<{OLGA}>")]);
    assert!(!second.data.contains("\nBcc:"), "{}", second.data);
    wait_for("no jobs", async || jobs(&app).await.is_empty().then_some(())).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_in_a_bad_mood_is_asked_again() {
    let server = MailServer::start(&[Mood::Later, Mood::Fine]).await;
    let (app, tenant) = mailing(&server, mail::PATIENCE).await;
    send(&app.product, tenant, texts::verify_email(OLGA, LINK)).await;
    wait_for("the mail", async || (server.taken().len() == 1).then_some(())).await;
    assert_eq!(server.arrivals().len(), 2);
    app.stop().await;

    // A wrong password is the operator's to put right, and a server may fall silent.
    let server = MailServer::start(&[Mood::Locked, Mood::Silent]).await;
    let (app, tenant) = mailing(&server, Duration::from_millis(400)).await;
    send(&app.product, tenant, texts::verify_email(OLGA, LINK)).await;
    wait_for("the refusal", async || jobs(&app).await.first().filter(|job| job.2.contains("535")).map(|_| ())).await;
    let [(state, _, error, _)] = &jobs(&app).await[..] else { panic!("one job") };
    assert!(state == "queued" && error.contains("check user and password"), "{error}");
    wait_for("the silence", async || jobs(&app).await.first().filter(|job| job.2.contains("in time")).map(|_| ()))
        .await;
    wait_for("the mail", async || (server.taken().len() == 1).then_some(())).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_mail_is_given_up_at_once_and_stays_secret() {
    let server = MailServer::start(&[Mood::Refuses]).await;
    let (app, tenant) = mailing(&server, mail::PATIENCE).await;
    send(&app.product, tenant, texts::password_reset(OLGA, LINK)).await;
    wait_for("the end", async || jobs(&app).await.first().filter(|job| job.0 == "dead").map(|_| ())).await;
    let [(_, attempts, error, payload)] = &jobs(&app).await[..] else { panic!("one job") };
    assert_eq!(*attempts, 1);
    assert!(
        error.contains("550 5.1.1") && !error.contains("olga") && !error.contains("nobody of this name"),
        "{error}"
    );
    for secret in ["secret", "token", "olga", "post.example", "password", "https"] {
        assert!(!payload.to_lowercase().contains(secret), "{secret} is in {payload}");
    }

    // Neither an address that is none nor a mail that cannot be opened keeps the next one waiting.
    let bad =
        Mail { to: "olga@post.example\r\nRCPT TO:<eve@evil.example>".to_owned(), ..texts::verify_email(OLGA, LINK) };
    send(&app.product, tenant, bad).await;
    let work =
        async move |tx: &mut SystemTx| tx.enqueue(tenant, &Job::SendMail { sealed: "nonsense".to_owned() }).await;
    app.product.db().system(work).await.unwrap();
    send(&app.product, tenant, texts::verify_email(OLGA, LINK)).await;
    wait_for("the good one", async || (server.taken().len() == 1).then_some(())).await;
    wait_for("three dead", async || {
        let jobs = jobs(&app).await;
        (jobs.len() == 3 && jobs.iter().all(|job| job.0 == "dead" && job.1 == 1)).then_some(())
    })
    .await;
    assert_eq!(server.arrivals().len(), 2, "a dead mail was tried again");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_mails_are_kept_and_shown_on_this_machine_alone() {
    let app = App::start().await;
    let tenant = tenant(&app).await;
    let browser = app.browser();
    let empty = browser.get("/mailbox").await;
    assert_eq!(empty.status, 200);
    assert!(empty.text().contains("No mail yet"), "{}", empty.text());

    let invited = texts::Invitation { business: "<b>Bold</b>", inviter: "Robin", role: "Agent", link: LINK };
    send(&app.product, tenant, texts::invitation(OLGA, invited)).await;
    let mails = app.mails_to(OLGA).await;
    assert!(mails[0].text.lines().any(|line| line == LINK), "{}", mails[0].text);
    let list = browser.get("/mailbox").await;
    assert!(list.text().contains(OLGA) && list.text().contains(&mails[0].file) && !list.text().contains(LINK));
    let path = format!("/mailbox/{}", mails[0].file);
    let shown = browser.get(&path).await;
    assert!(shown.text().contains(&format!("<a href=\"{LINK}\" rel=\"noreferrer\">")), "{}", shown.text());
    assert!(shown.text().contains("&lt;b&gt;Bold") && !shown.text().contains("<b>"), "{}", shown.text());
    assert_eq!((shown.header("cache-control"), shown.header("referrer-policy")), ("no-store", "no-referrer"));
    assert!(shown.header("content-security-policy").starts_with("default-src 'none'"));

    for missing in
        ["/mailbox/nothing.eml", "/mailbox/..%2f..%2fsecret.key", "/mailbox/%2e%2e%2fsecret.key.eml", "/mailbox/.eml"]
    {
        assert_eq!(browser.get(missing).await.status, 404, "{missing}");
    }
    // Behind a proxy, or under a name that somebody else turned to this machine.
    for (name, value) in [
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "for=127.0.0.1"),
        ("via", "1.1 proxy"),
        ("cf-connecting-ip", "127.0.0.1"),
        ("true-client-ip", "127.0.0.1"),
        ("host", "evil.example"),
    ] {
        for path in ["/mailbox", &path] {
            let answer = browser.send(browser.request("GET", path).header(name, value)).await;
            assert_eq!(answer.status, 404, "{name} {path}");
            assert!(!answer.text().contains(OLGA));
        }
    }
    // A server that is no demo has no such page.
    let plain = |server: Server| server;
    shows_nothing(&app, &path, Limits::default(), plain).await;
    // Nor has one that others reach: it listens to them, or says that it stands behind a proxy.
    let wide = |server: Server| server.showing_mailbox("0.0.0.0:3000".parse().unwrap());
    shows_nothing(&app, &path, Limits::default(), wide).await;
    let here = |server: Server| server.showing_mailbox("127.0.0.1:3000".parse().unwrap());
    shows_nothing(&app, &path, Limits { behind_proxy: true, ..Limits::default() }, here).await;
    app.stop().await;

    // Nor has one with a mail server.
    let (app, _) = mailing(&MailServer::start(&[]).await, mail::PATIENCE).await;
    assert_eq!(app.browser().get("/mailbox").await.status, 404);
    app.stop().await;
}

/// A server of the same product on this machine shows no mail, in spite of asking as a browser here does.
async fn shows_nothing(app: &App, mail: &str, limits: Limits, change: impl FnOnce(Server) -> Server) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let browser = crate::browser::Browser::new(&format!("http://{}", listener.local_addr().unwrap()));
    let stop = CancellationToken::new();
    let server = change(Server::new(app.product.clone(), limits, None, stop.clone()));
    assert!(!server.shows_mailbox());
    let running = tokio::spawn(server.run(listener));
    for path in ["/mailbox", mail] {
        assert_eq!(browser.get(path).await.status, 404);
    }
    stop.cancel();
    running.await.unwrap();
}
