//! The attacks: each from addresses of its own, paced, and stopped by the clock.
//! They run on threads that give way: attackers have machines of their own, and
//! what sending costs them is not to be taken for what receiving costs others.

use super::{
    tenant::Tenant,
    wire::{ask, connect, request, stranger},
};
use crate::{client::Caller, process::Server};
use anyhow::{Context, Result};
use api::widgets;
use futures::{SinkExt, StreamExt};
use std::{
    collections::BTreeMap,
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt,
    runtime::{Builder, Runtime},
    task::{JoinError, JoinSet},
    time::MissedTickBehavior,
};
use tokio_tungstenite::{client_async, tungstenite::Message};
use tokio_util::sync::CancellationToken;
use types::{
    ClientId, WidgetId,
    realtime::{ClientFrame, PROTOCOL_VERSION},
    widgets::VisitorPage,
};

/// Form of a sign-in or a reset.
const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";
/// Connections that are held open by one attack.
const HELD: usize = 600;
/// Bytes of a body that is begun and never ended.
const HELD_BYTES: usize = 900_000;
/// What such a body is made of.
static BODY: [u8; HELD_BYTES] = [b'x'; HELD_BYTES];

/// What came of the attacks, by their names and by what the server did.
type Outcomes = Arc<Mutex<BTreeMap<(&'static str, String), usize>>>;

/// Attacks under way.
pub struct Attacks {
    runtime: Runtime,
    tasks: JoinSet<()>,
    outcomes: Outcomes,
}

/// What every attack knows.
#[derive(Clone)]
struct Target {
    server: SocketAddr,
    url: String,
    widget: WidgetId,
    stop: CancellationToken,
    outcomes: Outcomes,
}

impl Attacks {
    /// Begins all eight.
    ///
    /// # Errors
    /// When the server cannot be reached beforehand.
    pub async fn begin(server: &Server, tenant: &Tenant, stop: &CancellationToken) -> Result<Self> {
        let outcomes = Outcomes::default();
        let address = server.url.strip_prefix("http://").context("the server is on this machine")?.parse()?;
        let target = Target {
            server: address,
            url: server.url.clone(),
            widget: tenant.widget(),
            stop: stop.clone(),
            outcomes: outcomes.clone(),
        };
        let file = largest_file(&target).await?;
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().on_thread_start(give_way).build()?;
        let mut tasks = JoinSet::new();
        let here = || target.clone();
        tasks.spawn_on(paced(here(), "sign-in guesses", 20, guess), runtime.handle());
        tasks.spawn_on(paced(here(), "password resets", 100, reset), runtime.handle());
        tasks.spawn_on(paced(here(), "made-up refresh cookies", 50, made_up_cookie), runtime.handle());
        tasks.spawn_on(paced(here(), "readiness", 100, readiness), runtime.handle());
        tasks.spawn_on(paced(here(), "new conversations", 10, new_conversation), runtime.handle());
        tasks.spawn_on(paced(here(), "held uploads", 40, hold_upload), runtime.handle());
        tasks.spawn_on(
            paced(here(), "slow readers", 40, move |target, place| read_slowly(target, place, file.clone())),
            runtime.handle(),
        );
        tasks.spawn_on(paced(here(), "sockets", 40, open_socket), runtime.handle());
        Ok(Self { runtime, tasks, outcomes })
    }

    /// Waits for their end and says what came of each.
    pub async fn end(mut self) -> Vec<String> {
        while self.tasks.join_next().await.is_some() {}
        self.runtime.shutdown_background();
        let outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        outcomes.iter().map(|((attack, outcome), count)| format!("{attack}: {outcome} {count} times")).collect()
    }
}

/// Starts an attack so many times a second, each time at the next place, with
/// at most [`HELD`] under way.
async fn paced<F>(target: Target, name: &'static str, per_second: u32, one: impl Fn(Target, usize) -> F)
where
    F: Future<Output = Result<String>> + Send + 'static,
{
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / per_second);
    // Places that come free are taken one by one again, and not all in one moment: that would measure this program.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut under_way = JoinSet::new();
    let mut place = 0;
    loop {
        tokio::select! {
            () = target.stop.cancelled() => break,
            _ = ticks.tick(), if under_way.len() < HELD => {
                under_way.spawn(one(target.clone(), place));
                place += 1;
            }
            Some(ended) = under_way.join_next() => note(&target, name, ended),
        }
    }
    while let Some(ended) = under_way.join_next().await {
        note(&target, name, ended);
    }
}

fn note(target: &Target, name: &'static str, ended: Result<Result<String>, JoinError>) {
    let outcome = match ended {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => error.root_cause().to_string(),
        Err(panic) => panic.to_string(),
    };
    let mut outcomes = target.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
    *outcomes.entry((name, outcome)).or_default() += 1;
}

/// Lets every other thread of this machine run before this one.
#[expect(unsafe_code, reason = "the standard library has no priorities")]
fn give_way() {
    // SAFETY: a plain system call; on Linux `0` is the thread that calls.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, 10) };
}

/// Guesses the owner's password, from 200 addresses.
async fn guess(target: Target, place: usize) -> Result<String> {
    let body = format!("email={}&password=guess-number-{place}&next=", Tenant::EMAIL.replace('@', "%40"));
    let text = request("POST", "/api/accounts/login", target.server, FORM, &body);
    answered(ask(target.server, stranger(1, place % 200), &text).await?)
}

/// Asks for new passwords of people who are not there, each time from elsewhere.
async fn reset(target: Target, place: usize) -> Result<String> {
    let body = format!("email=nobody-{place}%40example.com");
    let text = request("POST", "/api/accounts/forgot", target.server, FORM, &body);
    answered(ask(target.server, stranger(8, place), &text).await?)
}

/// Presents a refresh token that nobody was given.
async fn made_up_cookie(target: Target, place: usize) -> Result<String> {
    let cookie = format!("cookie: omnichat_refresh=0198c0de-0000-7000-8000-{place:012x}.{place:064x}\r\n");
    let text = request("GET", "/inbox", target.server, &cookie, "");
    answered(ask(target.server, stranger(15, place % 500), &text).await?)
}

async fn readiness(target: Target, place: usize) -> Result<String> {
    let text = request("GET", "/readyz", target.server, "", "");
    answered(ask(target.server, stranger(22, place % 50), &text).await?)
}

/// Begins conversations with the tenant from two addresses.
async fn new_conversation(target: Target, place: usize) -> Result<String> {
    let caller = Caller::browser_from(&target.url, Some(stranger(29, place % 2)))?.visitor(None);
    let session = caller.call(&widgets::StartVisit { id: target.widget }).await?;
    let page = VisitorPage { url: "https://shop.example/".to_owned(), title: String::new(), locale: "en".to_owned() };
    let content = format!("Number {place} of very many");
    let message = widgets::SendMessage { client_id: ClientId::random(), content, page };
    Ok(format!("{:?}", caller.visitor(Some(session.token)).try_call(&message).await))
}

/// Begins an upload and never ends it.
async fn hold_upload(target: Target, place: usize) -> Result<String> {
    let mut stream = connect(target.server, from_few(36, place), None).await?;
    let length = HELD_BYTES + 100_000;
    let head = format!(
        "POST /api/knowledge/file HTTP/1.1\r\nhost: {}\r\ncontent-length: {length}\r\n\
         content-type: application/octet-stream\r\n\r\n",
        target.server
    );
    stream.write_all(head.as_bytes()).await?;
    let (mut reading, mut writing) = stream.split();
    let sending = async {
        writing.write_all(&BODY).await?;
        std::future::pending::<std::io::Result<()>>().await
    };
    let mut head = [0; 64];
    let answer = tokio::io::AsyncReadExt::read(&mut reading, &mut head);
    tokio::select! {
        () = target.stop.cancelled() => Ok("was held to the end".to_owned()),
        broken = sending => Ok(format!("was broken off ({})", broken.err().map_or(String::new(), |error| error.kind().to_string()))),
        _ended = answer => Ok("was ended by the server".to_owned()),
    }
}

/// Asks for a large file and does not read it.
async fn read_slowly(target: Target, place: usize, file: String) -> Result<String> {
    let mut stream = connect(target.server, from_few(43, place), Some(4096)).await?;
    stream.write_all(request("GET", &file, target.server, "", "").as_bytes()).await?;
    tokio::select! {
        () = target.stop.cancelled() => Ok("held its place to the end".to_owned()),
        () = gone(&stream) => Ok("lost its place".to_owned()),
    }
}

/// Resolves when the other side has given up on the connection.
async fn gone(stream: &tokio::net::TcpStream) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        // A reset shows without reading what is there.
        if !matches!(stream.take_error(), Ok(None)) || stream.peer_addr().is_err() {
            return;
        }
    }
}

/// Opens a socket of a visitor and sends frames all the while.
async fn open_socket(target: Target, place: usize) -> Result<String> {
    let from = from_few(50, place);
    let caller = Caller::browser_from(&target.url, Some(from))?.visitor(None);
    let token = caller.call(&widgets::StartVisit { id: target.widget }).await?.token;
    let stream = connect(target.server, from, None).await?;
    let (mut socket, _) =
        client_async(format!("ws://{}/ws/widget?v={PROTOCOL_VERSION}", target.server), stream).await?;
    let hello = ClientFrame::Hello { token: Some(token), after: None };
    socket.send(Message::binary(postcard::to_stdvec(&hello)?)).await?;
    let mut ticks = tokio::time::interval(Duration::from_millis(500));
    loop {
        tokio::select! {
            () = target.stop.cancelled() => return Ok("was open to the end".to_owned()),
            _ = ticks.tick() => {
                if socket.send(Message::Ping(vec![0; 16].into())).await.is_err() {
                    return Ok("was closed".to_owned());
                }
            }
            frame = socket.next() => match frame {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok("was closed".to_owned()),
                Some(Ok(_)) => {}
            },
        }
    }
}

/// Four addresses of a kind.
fn from_few(kind: u8, place: usize) -> Ipv4Addr {
    stranger(kind, place % 4)
}

fn answered(status: u16) -> Result<String> {
    Ok(format!("answered {status}"))
}

/// The path of the largest file that anybody may have: the dashboard's program, else a page.
async fn largest_file(target: &Target) -> Result<String> {
    let caller = Caller::browser(&target.url)?;
    let page = caller.text("/login").await?;
    let file = page.split('"').find(|part| part.starts_with("/pkg/") && part.ends_with(".wasm"));
    Ok(file.unwrap_or("/login").to_owned())
}
