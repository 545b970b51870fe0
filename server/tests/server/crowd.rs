//! Strangers who hold all the connections and sockets they can: each network
//! stops at a share, and when all are taken the heaviest lose theirs to
//! newcomers. The same behind a proxy, which names who they are.

use crate::{
    browser::Browser,
    cluster::{cluster, fresh_embedder},
    flood::address,
    harness::{App, Business, wait_for},
    socket::Socket,
};
use api::widgets;
use domain::rates::Limit;
use futures::{StreamExt as _, stream};
use server::web::Limits;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};
use tokio_tungstenite::tungstenite::Message;
use types::{
    ErrorCode,
    realtime::{ClientFrame, ServerFrame},
};

/// How strangers come.
#[derive(Clone, Copy, Debug)]
enum By {
    Themselves,
    Proxy,
}

impl By {
    const ALL: [Self; 2] = [Self::Themselves, Self::Proxy];

    async fn app(self, limits: Limits) -> App {
        let limits = Limits { behind_proxy: matches!(self, Self::Proxy), ..limits };
        App::start_with(cluster().database().await, limits).await
    }

    fn browser(self, browser: Browser, number: usize) -> Browser {
        match self {
            Self::Themselves => browser.at(&address(number)),
            Self::Proxy => browser.named(&address(number)),
        }
    }

    /// A connection in the name of one of them.
    async fn connect(self, app: &App, number: usize) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        if let Self::Themselves = self {
            socket.bind(format!("{}:0", address(number)).parse().unwrap()).unwrap();
        }
        let server: SocketAddr = app.url.trim_start_matches("http://").parse().unwrap();
        socket.connect(server).await.unwrap()
    }

    /// The head of a request in the name of one of them.
    fn head(self, number: usize, line: &str, more: &str) -> String {
        let named = match self {
            Self::Themselves => String::new(),
            Self::Proxy => format!("x-forwarded-for: {}\r\n", address(number)),
        };
        format!("{line} HTTP/1.1\r\nhost: x\r\n{named}{more}\r\n")
    }

    /// A visitor's token and browser, without a connection.
    async fn visit(self, app: &App, shop: &Business, number: usize) -> (Browser, String) {
        let browser = || self.browser(Browser::on_page(&app.url, "https://shop.example"), number);
        let session = browser().call(&widgets::StartVisit { id: shop.widget.id }).await.unwrap();
        (browser(), session.token)
    }
}

/// The beginning of an answer; none when the connection ended.
async fn status(line: &mut TcpStream) -> Option<String> {
    let mut start = [0; 12];
    tokio::time::timeout(Duration::from_secs(9), line.read_exact(&mut start)).await.expect("no answer came").ok()?;
    Some(String::from_utf8_lossy(&start).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_readers_lose_their_places_to_newcomers() {
    for by in By::ALL {
        let app = by.app(Limits { connections: 24, ..Limits::default() }).await;
        let mut slow = Vec::new();
        for number in 0..60 {
            // From three networks, many answers each, of which nothing is read.
            let mut line = by.connect(&app, number % 3).await;
            let asked = by.head(number % 3, "GET /api/v1/openapi.json", "").repeat(40);
            let _closed = line.write_all(asked.as_bytes()).await;
            slow.push(line);
        }
        for number in 10..20 {
            let mut line = by.connect(&app, number).await;
            line.write_all(by.head(number, "GET /healthz", "").as_bytes()).await.unwrap();
            assert_eq!(status(&mut line).await.as_deref(), Some("HTTP/1.1 200"), "newcomer {number} by {by:?}");
            slow.push(line);
        }
        drop(slow);
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_network_has_its_share_of_connections() {
    for by in By::ALL {
        let app = by.app(Limits { network_connections: Some(10), ..Limits::default() }).await;
        let mut held = Vec::new();
        for _ in 0..10 {
            let mut line = by.connect(&app, 1).await;
            let head = by.head(1, "POST /api/accounts/login", "expect: 100-continue\r\ncontent-length: 9\r\n");
            line.write_all(head.as_bytes()).await.unwrap();
            // The server waits for the body now: the connection is at work.
            assert_eq!(status(&mut line).await.as_deref(), Some("HTTP/1.1 100"));
            held.push(line);
        }
        wait_for("connections to be refused", async || {
            let mut line = by.connect(&app, 1).await;
            let _closed = line.write_all(by.head(1, "GET /healthz", "").as_bytes()).await;
            status(&mut line).await.is_none_or(|status| status == "HTTP/1.1 429").then_some(())
        })
        .await;
        assert_eq!(by.browser(app.browser(), 2).get("/healthz").await.status, 200);
        let limited = app.product.rates().limited();
        assert!(
            limited.iter().any(|one| one.limit == Limit::Connections && one.who.to_string() == address(1)),
            "{limited:?}"
        );
        // Who was held up is told so, and whoever goes makes room.
        drop(held);
        wait_for("a place", async || {
            let mut line = by.connect(&app, 1).await;
            let _closed = line.write_all(by.head(1, "GET /healthz", "").as_bytes()).await;
            (status(&mut line).await? == "HTTP/1.1 200").then_some(())
        })
        .await;
        app.stop().await;
    }
}

/// Two networks fill the house with sockets, which never end by themselves.
#[tokio::test(flavor = "multi_thread")]
async fn sockets_lose_their_places_to_newcomers() {
    for by in By::ALL {
        let app = by.app(Limits { connections: 40, ..Limits::default() }).await;
        let shop = app.business("elm").await;
        let mut hostile = Vec::new();
        for number in [1, 2, 1, 2] {
            hostile.push(by.visit(&app, &shop, number).await);
        }
        let mut open = Vec::new();
        for (browser, token) in &hostile {
            for _ in 0..15 {
                // One that comes when all are taken is refused.
                let Ok(mut socket) = Socket::open(browser, &app.url, "/ws/widget").await else { continue };
                socket.send(&ClientFrame::Hello { token: Some(token.clone()), after: None }).await;
                open.push(socket);
            }
        }
        let mut newcomers = Vec::new();
        for number in 10..20 {
            let (browser, token) = by.visit(&app, &shop, number).await;
            newcomers.push(Socket::visitor(&browser, &app.url, &token, None).await.0);
        }
        for socket in &mut newcomers {
            socket.send(&ClientFrame::Ping).await;
            socket.wait("a pong", |frame| matches!(frame, ServerFrame::Pong).then_some(())).await;
        }
        drop((open, newcomers));
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_of_one_network_stop_at_their_share() {
    for by in By::ALL {
        let app = by.app(Limits { network_sockets: Some(3), ..Limits::default() }).await;
        let shop = app.business("elm").await;
        let mut open = Vec::new();
        for _ in 0..3 {
            let (browser, token) = by.visit(&app, &shop, 1).await;
            open.push(Socket::visitor(&browser, &app.url, &token, None).await.0);
        }
        let (browser, token) = by.visit(&app, &shop, 1).await;
        let mut refused = Socket::open(&browser, &app.url, "/ws/widget").await.unwrap();
        refused.send(&ClientFrame::Hello { token: Some(token), after: None }).await;
        assert_eq!(refused.refusal().await.code, ErrorCode::TooManyRequests);
        let (browser, token) = by.visit(&app, &shop, 2).await;
        let (mut socket, _) = Socket::visitor(&browser, &app.url, &token, None).await;
        socket.send(&ClientFrame::Ping).await;
        socket.wait("a pong", |frame| matches!(frame, ServerFrame::Pong).then_some(())).await;
        // Pings of the protocol are counted like frames.
        for _ in 0..200 {
            socket.send_raw(Message::Ping(Vec::new().into())).await;
        }
        assert_eq!(socket.refusal().await.code, ErrorCode::TooManyRequests);
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_health_is_told_by_one_look() {
    // Of its own: what other tests ask of the model is not counted.
    let embedder = fresh_embedder();
    let app = App::start_embedding(cluster().database().await, embedder.clone()).await;
    let (before, began) = (embedder.answers(), std::time::Instant::now());
    for _ in 0..4 {
        let asked = stream::iter(0..200)
            .map(|_| app.browser())
            .map(|browser| async move { browser.get("/readyz").await.status });
        let statuses: Vec<u16> = asked.buffer_unordered(200).collect().await;
        assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    }
    // A look is remembered for two seconds, however many ask.
    let most = 1 + began.elapsed().as_secs() / 2;
    assert!(embedder.answers() <= before + most, "the model was run for each");
    app.stop().await;
}
