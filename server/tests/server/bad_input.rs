//! What people and programs get wrong: each is told what to do, and nothing
//! is lost or half-written.

use crate::{
    browser::Browser,
    cluster::cluster,
    harness::{App, page, wait_for},
    socket::Socket,
};
use api::{accounts, inbox, knowledge, widgets};
use domain::rates::PerMinute;
use server::web::Limits;
use tokio_tungstenite::tungstenite::Message;
use types::{
    ClientId, ErrorCode, WidgetId,
    knowledge::SourceStatus,
    realtime::{ClientFrame, ServerFrame},
};

#[tokio::test(flavor = "multi_thread")]
async fn registering() {
    let app = App::start().await;
    let _first = app.business("maple").await;
    let register = async |business: &str, email: &str, password: &str| {
        let fields = [("business", business), ("name", "Olga"), ("email", email), ("password", password)];
        app.browser().submit::<()>("/api/accounts/register", &fields).await.unwrap_err()
    };
    let taken = register("Other", "Owner@Maple.example", "long enough password").await;
    assert_eq!((taken.code, taken.field.as_deref()), (ErrorCode::EmailTaken, Some("email")));
    let short = register("Other", "new@maple.example", "short").await;
    assert_eq!((short.code, short.field.as_deref()), (ErrorCode::Invalid, Some("password")));
    let email = register("Other", "no address", "long enough password").await;
    assert_eq!((email.code, email.field.as_deref()), (ErrorCode::Invalid, Some("email")));
    let name = register("  ", "new@maple.example", "long enough password").await;
    assert_eq!((name.code, name.field.as_deref()), (ErrorCode::Invalid, Some("business")));
    let long = register(&"x".repeat(200_000), "new@maple.example", "long enough password").await;
    assert_eq!(long.code, ErrorCode::TooLarge);
    let owner = crate::cluster::connect(&app.database.owner_url).await;
    let tenants: i64 = owner.query_one("SELECT count(*) FROM tenants", &[]).await.unwrap().get(0);
    assert_eq!(tenants, 1, "a failed registration left something behind");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_and_widgets() {
    let app = App::start().await;
    let shop = app.business("oak").await;
    let visitor = app.visitor(shop.widget.id).await;
    let send = async |content: &str| {
        let arguments =
            widgets::SendMessage { client_id: ClientId::random(), content: content.to_owned(), page: page() };
        visitor.browser.call(&arguments).await.unwrap_err()
    };
    assert_eq!(send("").await.code, ErrorCode::Invalid);
    assert_eq!(send(" \n\t ").await.code, ErrorCode::Invalid);
    let long = send(&"ü".repeat(100_000)).await;
    assert_eq!(long.code, ErrorCode::TooLarge);
    assert!(long.message.contains("10"), "the limit is told: {}", long.message);
    assert!(visitor.messages().await.is_empty(), "a refused message was stored");

    let unknown =
        Browser::on_page(&app.url, "https://shop.example").call(&widgets::Appearance { id: WidgetId::new() }).await;
    let unknown = unknown.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::NotFound);
    assert!(unknown.message.contains("snippet"), "{}", unknown.message);

    // Only pages of its own domains may use a widget; the refusal can be read there.
    let mut update = types::widgets::WidgetUpdate {
        name: shop.widget.name.clone(),
        config: shop.widget.config.clone(),
        allowed_domains: vec!["oak.example".to_owned()],
        is_active: true,
    };
    shop.owner.call(&widgets::UpdateWidget { id: shop.widget.id, update: update.clone() }).await.unwrap();
    let elsewhere = Browser::on_page(&app.url, "https://evil.example");
    let refused = elsewhere.call(&widgets::StartVisit { id: shop.widget.id }).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::OriginNotAllowed);
    assert!(refused.message.contains("evil.example"), "{}", refused.message);
    assert_eq!(send("Hello").await.code, ErrorCode::OriginNotAllowed);
    Browser::on_page(&app.url, "https://www.oak.example")
        .call(&widgets::StartVisit { id: shop.widget.id })
        .await
        .unwrap();
    let mut socket = Socket::open(&visitor.browser, &app.url, "/ws/widget").await.unwrap();
    socket.send(&ClientFrame::Hello { token: Some(visitor.token.clone()), after: None }).await;
    assert_eq!(socket.refusal().await.code, ErrorCode::OriginNotAllowed);

    // A widget that is switched off is not there.
    update.is_active = false;
    shop.owner.call(&widgets::UpdateWidget { id: shop.widget.id, update }).await.unwrap();
    let off = elsewhere.call(&widgets::Appearance { id: shop.widget.id }).await.unwrap_err();
    assert_eq!(off.code, ErrorCode::NotFound);

    // An agent's reply has the same limits.
    let reply = |content: String| inbox::SendReply {
        id: types::ConversationId::new(),
        client_id: ClientId::random(),
        content,
        is_note: false,
    };
    assert_eq!(shop.agent.call(&reply("x".repeat(100_000))).await.unwrap_err().code, ErrorCode::TooLarge);
    assert_eq!(shop.agent.call(&reply(String::new())).await.unwrap_err().code, ErrorCode::Invalid);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads() {
    let app = App::start().await;
    let shop = app.business("pine").await;
    let upload =
        async |name: &str, bytes: Vec<u8>| shop.owner.call(&knowledge::AddFile { name: name.to_owned(), bytes }).await;
    let large = upload("large.txt", b"word ".repeat(2 * 1024 * 1024)).await.unwrap_err();
    assert_eq!(large.code, ErrorCode::TooLarge);
    assert!(large.message.contains('5'), "the limit is told: {}", large.message);
    // Beyond what is read at all.
    let huge = shop.owner.post("/api/knowledge/file", "application/x-postcard", vec![b'x'; 25 * 1024 * 1024]).await;
    assert_eq!((huge.status, huge.error().code), (413, ErrorCode::TooLarge));
    // Nobody else gets to send anything there.
    let anonymous = app.browser().post("/api/knowledge/file", "application/x-postcard", vec![b'x'; 1024]).await;
    assert_eq!(anonymous.error().code, ErrorCode::Unauthenticated);

    let picture =
        upload("holiday.md", vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]).await.unwrap_err();
    assert_eq!(picture.code, ErrorCode::UnsupportedFile);
    let torn = upload("torn.txt", b"\xff\xfea".to_vec()).await.unwrap_err();
    assert!(torn.code == ErrorCode::UnsupportedFile && torn.message.contains("UTF-8"), "{torn:?}");
    assert!(upload("empty.md", Vec::new()).await.is_err());
    assert!(upload("program.exe", b"MZ\0\0".to_vec()).await.is_err());
    let sources = shop.owner.call(&knowledge::ListSources {}).await.unwrap();
    assert!(sources.is_empty(), "a refused file was stored: {sources:?}");

    let good = upload("hours.md", b"# Opening hours\n\nWe open at nine.".to_vec()).await.unwrap();
    wait_for("the file to be ready", async || {
        let sources = shop.owner.call(&knowledge::ListSources {}).await.unwrap();
        sources.iter().find(|source| source.id == good.id && source.status == SourceStatus::Ready).map(|_| ())
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames() {
    let app = App::start().await;
    let shop = app.business("yew").await;
    let visitor = app.visitor(shop.widget.id).await;
    let open = async || Socket::open(&visitor.browser, &app.url, "/ws/widget").await.unwrap();
    for nonsense in [
        Message::binary(vec![0xff; 20]),
        Message::binary(Vec::new()),
        Message::text("{\"hello\":true}"),
        Message::binary(postcard::to_stdvec(&ClientFrame::Ping).unwrap()),
        Message::binary(vec![0; 100_000]),
    ] {
        let mut socket = open().await;
        socket.send_raw(nonsense.clone()).await;
        let refusal = socket.refusal().await;
        assert_eq!(refusal.code, ErrorCode::Invalid);
        assert!(refusal.message.contains("eload"), "it says what to do: {}", refusal.message);
        assert_eq!(socket.close_code().await, Some(1008));
    }
    // After a good beginning too.
    let (mut socket, _) = Socket::visitor(&visitor.browser, &app.url, &visitor.token, None).await;
    socket.send_raw(Message::binary(vec![9, 9, 9])).await;
    assert_eq!(socket.refusal().await.code, ErrorCode::Invalid);

    for token in [None, Some("forged".to_owned()), Some(format!("{}x", visitor.token))] {
        let mut socket = open().await;
        socket.send(&ClientFrame::Hello { token, after: None }).await;
        assert_eq!(socket.refusal().await.code, ErrorCode::Unauthenticated);
    }
    let mut socket = Socket::open(&app.browser(), &app.url, "/ws").await.unwrap();
    socket.send(&ClientFrame::Hello { token: Some(visitor.token.clone()), after: None }).await;
    assert_eq!(socket.refusal().await.code, ErrorCode::Unauthenticated, "a visitor's token opens no dashboard");

    let old = format!("{}/ws?v=0", app.url.replacen("http", "ws", 1));
    let mut socket = Socket::open_at(&shop.agent, &old).await.unwrap();
    assert_eq!(socket.refusal().await.code, ErrorCode::Conflict);

    // A flood is stopped, and typing in somebody else's conversation does nothing.
    let (mut socket, _) = Socket::visitor(&visitor.browser, &app.url, &visitor.token, None).await;
    socket.send(&ClientFrame::Typing { conversation_id: types::ConversationId::new(), is_typing: true }).await;
    socket.send(&ClientFrame::Ping).await;
    socket.wait("the pong", |frame| matches!(frame, ServerFrame::Pong).then_some(())).await;
    for _ in 0..200 {
        socket.send(&ClientFrame::Ping).await;
    }
    assert_eq!(socket.refusal().await.code, ErrorCode::TooManyRequests);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_over_http() {
    let app = App::start().await;
    let shop = app.business("willow").await;
    for body in [Vec::new(), vec![0xff; 50], vec![0; 3]] {
        let answer = shop.agent.post("/api/inbox/conversation", "application/x-postcard", body).await;
        assert_eq!((answer.status, answer.error().code), (422, ErrorCode::Invalid));
    }
    let unknown = shop.agent.post("/api/inbox/nothing", "application/x-postcard", Vec::new()).await;
    assert_eq!((unknown.status, unknown.error().code), (404, ErrorCode::NotFound));
    let large = shop.agent.post("/api/inbox/reply", "application/x-postcard", vec![0; 3 * 1024 * 1024]).await;
    assert_eq!(large.error().code, ErrorCode::TooLarge);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_from_one_address() {
    let per_minute = PerMinute { address: 20, ..PerMinute::default() };
    let app = App::start_at(cluster().database().await, Limits::default(), per_minute).await;
    let browser = Browser::on_page(&app.url, "https://shop.example");
    let arguments = widgets::Appearance { id: WidgetId::new() };
    let mut last = browser.call(&arguments).await.unwrap_err();
    for _ in 0..25 {
        last = browser.call(&arguments).await.unwrap_err();
    }
    assert_eq!(last.code, ErrorCode::TooManyRequests);
    let answer = browser
        .post("/api/widget/appearance", "application/x-postcard", postcard::to_stdvec(&arguments).unwrap())
        .await;
    assert_eq!(answer.header("retry-after"), "3", "20 a minute are one in three seconds");
    // Who is signed in goes on.
    assert_eq!(app.browser().call(&accounts::Me {}).await.unwrap(), None);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_sockets() {
    let limits = Limits { tenant_sockets: 3, ..Limits::default() };
    let app = App::start_with(cluster().database().await, limits).await;
    let shop = app.business("spruce").await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(Socket::agent(&shop.agent, &app.url, None).await.0);
    }
    let mut fourth = Socket::open(&shop.agent, &app.url, "/ws").await.unwrap();
    fourth.send(&ClientFrame::Hello { token: None, after: None }).await;
    assert_eq!(fourth.refusal().await.code, ErrorCode::TooManyRequests);
    drop(open);
    wait_for("a place to be free", async || {
        let mut socket = Socket::open(&shop.agent, &app.url, "/ws").await.unwrap();
        socket.send(&ClientFrame::Hello { token: None, after: None }).await;
        matches!(socket.next().await?, ServerFrame::Presence { .. } | ServerFrame::Ready { .. }).then_some(())
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_goes_away_and_comes_back() {
    let app = App::start().await;
    let shop = app.business("poplar").await;
    let visitor = app.visitor(shop.widget.id).await;
    let name = app.database.owner_url.rsplit_once("dbname=").unwrap().1.to_owned();
    let admin = app.database.owner_url.replace(&format!("dbname={name}"), "dbname=postgres");
    // Two statements sent one by one: together they would be one transaction, and a connection could come in again
    // before it is committed.
    crate::cluster::execute(&admin, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
    let cut = format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'");
    crate::cluster::execute(&admin, &cut).await;
    let client_id = ClientId::random();
    let arguments = widgets::SendMessage { client_id, content: "Still there?".to_owned(), page: page() };
    let error = visitor.browser.call(&arguments).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Unavailable, "{error:?}");
    assert!(error.is_transient(), "the widget keeps the message and tries again");
    let ready = app.browser().get("/readyz").await;
    assert_eq!(ready.status, 503);
    assert!(ready.text().contains("\"database\":\"unavailable\""), "{}", ready.text());
    assert_eq!(app.browser().get("/healthz").await.status, 200);
    // Nobody is signed out by that.
    shop.agent.set_cookie("omnichat_access", Some("expired"));
    let refresh = shop.agent.cookie("omnichat_refresh");
    let _refused = shop.agent.call(&accounts::Me {}).await;
    assert_eq!(shop.agent.cookie("omnichat_refresh"), refresh);

    crate::cluster::execute(&admin, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    let sent = wait_for("the database to be back", async || visitor.browser.call(&arguments).await.ok()).await;
    assert_eq!(sent.message.content, "Still there?");
    assert_eq!(visitor.messages().await.iter().filter(|message| message.client_id == Some(client_id)).count(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn busy_is_said_at_once_and_slow_senders_hold_no_place() {
    use tokio::io::AsyncWriteExt as _;
    let limits = Limits { requests_at_once: 1, ..Limits::default() };
    let app = App::start_with(cluster().database().await, limits).await;
    let address = app.url.trim_start_matches("http://").to_owned();
    let mut slow = Vec::new();
    for _ in 0..5 {
        let mut line = tokio::net::TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "POST /api/accounts/login HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\nemail="
        );
        line.write_all(head.as_bytes()).await.unwrap();
        slow.push(line);
    }
    // Until every one of them has arrived.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(app.browser().get("/api/v1/openapi.json").await.status, 200, "slow senders keep others out");
    drop(slow);
    app.stop().await;

    let full = Limits { requests_at_once: 0, ..Limits::default() };
    let app = App::start_with(cluster().database().await, full).await;
    let refused = app.browser().get("/api/v1/contacts").await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "2"));
    assert_eq!(app.browser().get("/healthz").await.status, 200, "the load balancer is told the truth");
    app.stop().await;
}
