//! Strangers who want everything: from several networks, as many addresses of
//! this machine. Each is stopped at a share, and everybody else is served.

use crate::{
    browser::Browser,
    cluster::cluster,
    harness::{App, Business, PASSWORD, Visitor, log_in, page, wait_for},
};
use api::{accounts, widgets};
use domain::rates::{Limit, PerMinute};
use futures::{StreamExt as _, stream};
use server::web::{Limits, Server};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
};
use tokio_util::sync::CancellationToken;
use types::{ClientId, Error, ErrorCode, WidgetId};

/// An address of a network of its own, and with nobody around.
pub fn address(number: usize) -> String {
    format!("127.{}.{}.1", 1 + number / 250, 1 + number % 250)
}

/// A connection from one of those.
async fn connect(app: &App, number: usize) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.bind(format!("{}:0", address(number)).parse().unwrap()).unwrap();
    let server: SocketAddr = app.url.trim_start_matches("http://").parse().unwrap();
    socket.connect(server).await.unwrap()
}

fn browser(app: &App, number: usize) -> Browser {
    app.browser().at(&address(number))
}

async fn guess(browser: &Browser, email: &str) -> Error {
    let fields = [("email", email), ("password", "not the right one"), ("next", "/inbox")];
    browser.submit::<()>("/api/accounts/login", &fields).await.unwrap_err()
}

/// A visitor on another page who comes from an address.
async fn visit(app: &App, shop: &Business, number: usize) -> Result<Visitor, Error> {
    let browser = Browser::on_page(&app.url, "https://shop.example").at(&address(number));
    let session = browser.call(&widgets::StartVisit { id: shop.widget.id }).await?;
    Ok(Visitor { browser: browser.with_token(&session.token), token: session.token, contact: session.contact_id })
}

async fn say_hi(visitor: &Visitor) -> Result<(), Error> {
    let hi = widgets::SendMessage { client_id: ClientId::random(), content: "Hi".to_owned(), page: page() };
    visitor.browser.call(&hi).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_office_signs_in_and_sixty_networks_guess_in_vain() {
    let app = App::start().await;
    let _shop = app.business("maple").await;
    let (owner, agent) = ("owner@maple.example", "agent@maple.example");
    let own = browser(&app, 900);
    log_in(&own, owner).await;
    assert!(own.cookie("omnichat_device").is_some());
    for _ in 0..70 {
        log_in(&browser(&app, 901), agent).await;
    }

    let tried = stream::iter(0..480)
        .map(|number| {
            let stranger = browser(&app, number % 60);
            async move { guess(&stranger, owner).await }
        })
        .buffer_unordered(16);
    let refusals: Vec<Error> = tried.collect().await;
    let checked = refusals.iter().filter(|error| error.code == ErrorCode::WrongCredentials).count();
    assert!(checked <= 40, "{checked} passwords were checked");
    let stopped = refusals.iter().find(|error| error.code == ErrorCode::TooManyRequests).unwrap();
    assert!(stopped.message.contains("Please wait"), "{stopped:?}");
    assert!(app.product.rates().limited().iter().any(|one| one.limit == Limit::SignIn));

    // A stranger is stopped, even with the right password; its owner is not: by the device, wherever it is...
    let fields = [("email", owner), ("password", PASSWORD), ("next", "/inbox")];
    let stranger = browser(&app, 902).submit::<()>("/api/accounts/login", &fields).await.unwrap_err();
    assert_eq!(stranger.code, ErrorCode::TooManyRequests);
    let elsewhere = browser(&app, 903);
    elsewhere.set_cookie("omnichat_device", own.cookie("omnichat_device").as_deref());
    log_in(&elsewhere, owner).await;
    // ... and a program by its network.
    log_in(&browser(&app, 900), owner).await;
    // A device of somebody else is nobody's, and one that guesses is stopped as well.
    let other = browser(&app, 904);
    log_in(&other, agent).await;
    assert_eq!(guess(&other, owner).await.code, ErrorCode::TooManyRequests);
    let mut codes = Vec::new();
    for _ in 0..25 {
        codes.push(guess(&elsewhere, owner).await.code);
    }
    assert_eq!(codes.iter().filter(|code| **code == ErrorCode::WrongCredentials).count(), 20, "{codes:?}");
    log_in(&own, agent).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_of_whoever_may_not_send() {
    let app = App::start().await;
    let shop = app.business("oak").await;
    let head = |path: &str, bytes: usize, more: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\ncontent-length: {bytes}\r\n{more}\r\n"
        )
    };
    // The answer comes before one byte of the body.
    let cookies = format!("cookie: {}\r\nsec-fetch-site: same-origin\r\n", shop.agent.cookie_header());
    for (path, more, status) in [
        ("/api/knowledge/file", "", "401"),
        ("/api/v1/sources/files", "", "401"),
        ("/api/v1/chat", "", "401"),
        ("/api/v1/sources/files", "x-api-key: oc_made_up\r\n", "401"),
        ("/api/knowledge/file", cookies.as_str(), "403"),
    ] {
        let mut line = connect(&app, 1).await;
        line.write_all(head(path, 20_000_000, more).as_bytes()).await.unwrap();
        let mut start = [0; 12];
        tokio::time::timeout(Duration::from_secs(9), line.read_exact(&mut start)).await.expect(path).unwrap();
        assert_eq!(String::from_utf8_lossy(&start), format!("HTTP/1.1 {status}"), "{path} {more}");
    }
    let stranger = browser(&app, 2);
    let register = stranger.post("/api/accounts/register", "application/x-www-form-urlencoded", vec![b'a'; 70_000]);
    assert_eq!(register.await.error().code, ErrorCode::TooLarge);
    app.stop().await;
}

/// One business sends what it can and stops before the end: its share is bounded, and the others do not notice.
#[tokio::test(flavor = "multi_thread")]
async fn held_uploads_are_bounded() {
    let limits = Limits { body_bytes: 64 * 1024 * 1024, ..Limits::default() };
    let app = App::start_with(cluster().database().await, limits).await;
    let (hog, other) = (app.business("hog").await, app.business("other").await);
    let (whole, sent) = (4 * 1024 * 1024, 3 * 1024 * 1024);
    let cookies = format!("cookie: {}\r\nsec-fetch-site: same-origin\r\n", hog.owner.cookie_header());
    let mut held = Vec::new();
    for number in 0..30 {
        let mut line = connect(&app, number).await;
        let head = format!(
            "POST /api/knowledge/file HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\ncontent-length: {whole}\r\n{cookies}\r\n"
        );
        held.push(tokio::spawn(async move {
            line.write_all(head.as_bytes()).await.unwrap();
            // What is not read fills the line, and then it waits.
            let body = vec![0; sent];
            let sending = line.write_all(&body);
            let _waits = tokio::time::timeout(Duration::from_secs(3), sending).await;
            line
        }));
    }
    wait_for("uploads to be refused their share", async || {
        let limited = app.product.rates().limited();
        limited.iter().any(|one| one.limit == Limit::Bytes).then_some(())
    })
    .await;
    let text = "An upload of another business. ".repeat(3_000);
    let fields = [("title", "Long"), ("content", text.as_str())];
    other.owner.submit::<types::knowledge::Source>("/api/knowledge/text", &fields).await.unwrap();
    log_in(&browser(&app, 50), "agent@other.example").await;
    let refused = app.product.rates().refused(hog.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.id, 5);
    assert!(refused.contains_key(&Limit::Bytes), "{refused:?}");
    for line in held {
        drop(line.await.unwrap());
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_cannot_silence_a_business() {
    let per_minute = PerMinute { new_conversations: 30, visits: 1_000, ..PerMinute::default() };
    let app = App::start_at(cluster().database().await, Limits::default(), per_minute).await;
    let shop = app.business("ash").await;
    let flood = stream::iter(0..400)
        .map(|_| async {
            let visitor = visit(&app, &shop, 1).await.unwrap();
            say_hi(&visitor).await
        })
        .buffer_unordered(8);
    let begun: Vec<Result<(), Error>> = flood.collect().await;
    let begun = begun.iter().filter(|sent| sent.is_ok()).count();
    assert!((5..=20).contains(&begun), "one address began {begun} conversations");
    for honest in 10..42 {
        let visitor = visit(&app, &shop, honest).await.unwrap();
        say_hi(&visitor).await.unwrap_or_else(|error| panic!("newcomer {honest}: {error:?}"));
    }
    let tenant = shop.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.id;
    let refused = app.product.rates().refused(tenant, 15);
    assert!(refused.get(&Limit::Conversations).is_some_and(|count| *count >= 380), "{refused:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_and_made_up_keys_are_counted_by_network() {
    let per_minute = PerMinute { visits: 5, bad_credentials: 5, ..PerMinute::default() };
    let app = App::start_at(cluster().database().await, Limits::default(), per_minute).await;
    let shop = app.business("fir").await;
    let mut last = Ok(());
    for _ in 0..7 {
        last = visit(&app, &shop, 1).await.map(|_| ());
    }
    assert_eq!(last.unwrap_err().code, ErrorCode::TooManyRequests);
    visit(&app, &shop, 2).await.unwrap();

    // Of the form that keys had before they were stamped, so that only the database knows.
    let made_up = |try_: usize| format!("oc_{}{try_}", "a".repeat(42));
    let program = |number, try_| Browser::program(&app.url).at(&address(number)).with_token(&made_up(try_));
    let mut statuses = Vec::new();
    for try_ in 0..7 {
        statuses.push(program(1, try_).get("/api/v1/contacts").await.status);
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429]);
    assert_eq!(program(2, 8).get("/api/v1/contacts").await.status, 401);
    // Ids and links are made up as easily.
    let codes = async |number: usize| {
        let stranger = Browser::on_page(&app.url, "https://shop.example").at(&address(number));
        let mut codes = Vec::new();
        for try_ in 0..7 {
            let token = format!("made up {try_}");
            let refused = match (number, try_) {
                (3, _) => stranger.call(&widgets::Appearance { id: WidgetId::new() }).await.map(|_| ()),
                (4, _) => stranger.call(&widgets::StartVisit { id: WidgetId::new() }).await.map(|_| ()),
                (5, _) => browser(&app, 5).call(&accounts::CheckReset { token }).await,
                _ => browser(&app, 6).call(&accounts::GetInvitation { token }).await.map(|_| ()),
            };
            codes.push(refused.unwrap_err().code);
        }
        codes
    };
    use ErrorCode::{NotFound, TooManyRequests};
    for number in 3..7 {
        let expected = [NotFound, NotFound, NotFound, NotFound, NotFound, TooManyRequests, TooManyRequests];
        assert_eq!(codes(number).await, expected, "network {number}");
    }
    let mut statuses = Vec::new();
    for _ in 0..7 {
        statuses.push(browser(&app, 7).get(&format!("/w/{}.js", WidgetId::new())).await.status);
    }
    assert_eq!(statuses, [404, 404, 404, 404, 404, 429, 429]);
    // A chat that is there is shown to guessers too.
    visit(&app, &shop, 3).await.unwrap();
    // Who has a good one goes on, in the same network too.
    let access = shop.owner.cookie("omnichat_access").unwrap();
    let good = Browser::program(&app.url).at(&address(1)).with_token(&access);
    assert_eq!(good.get("/api/v1/contacts").await.status, 200);
    app.stop().await;
}

/// A server that listens on `[::]` sees every IPv4 address as an IPv6 one of the same /64.
#[tokio::test(flavor = "multi_thread")]
async fn mapped_addresses_count_for_themselves() {
    let per_minute = PerMinute { address: 10, ..PerMinute::default() };
    let app = App::start_at(cluster().database().await, Limits::default(), per_minute).await;
    let listener = TcpListener::bind("[::]:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let stop = CancellationToken::new();
    let server = tokio::spawn(Server::new(app.product.clone(), Limits::default(), None, stop.clone()).run(listener));
    let ask = async |number: usize| {
        let browser = Browser::on_page(&url, "https://shop.example").at(&address(number));
        browser.call(&widgets::Appearance { id: WidgetId::new() }).await.unwrap_err().code
    };
    let mut last = ErrorCode::NotFound;
    for _ in 0..12 {
        last = ask(1).await;
    }
    assert_eq!(last, ErrorCode::TooManyRequests);
    assert_eq!(ask(2).await, ErrorCode::NotFound);
    stop.cancel();
    server.await.unwrap();
    app.stop().await;
}
