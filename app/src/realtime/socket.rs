//! The browser's end of the socket: connects, resumes, keeps the heartbeat and
//! hands every event to whoever listens, in order and once.

use super::{Connection, Realtime, log::EventLog};
use futures::{FutureExt, SinkExt, StreamExt, channel::mpsc, pin_mut, select};
use gloo_net::websocket::{Message as Packet, futures::WebSocket};
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc};
use types::{
    ErrorCode, Timestamp,
    realtime::{ClientFrame, Event, HEARTBEAT_SECONDS, PROTOCOL_VERSION, ServerFrame},
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Frames waiting to leave; more than that means the socket is dead anyway.
const OUTBOX: usize = 64;
/// Longest pause between two attempts, in milliseconds.
const LONGEST_PAUSE: f64 = 15_000.0;

type Handler = Rc<dyn Fn(u64, &Event)>;

/// What a page asks of the running socket.
enum Command {
    Frame(ClientFrame),
    /// Say hello again: a page has an older snapshot than the log.
    Restart,
    /// Try now instead of waiting: the network or the tab came back.
    Wake,
}

#[derive(Default)]
struct Hub {
    log: EventLog,
    handlers: Vec<(u64, Handler)>,
    next_handler: u64,
    /// Oldest snapshot among pages that the log does not cover yet.
    wanted: Option<u64>,
    /// A socket has said hello: an older snapshot needs another hello.
    has_said_hello: bool,
    outbox: Option<mpsc::Sender<Command>>,
}

thread_local! {
    static HUB: RefCell<Hub> = RefCell::default();
}

fn command(command: Command) {
    HUB.with_borrow_mut(|hub| {
        if let Some(outbox) = &mut hub.outbox {
            // A full outbox means a dead socket; the heartbeat finds out.
            let _ = outbox.try_send(command);
        }
    });
}

/// Listens to events after `after`, or from now on, and gives the listener's number.
pub fn subscribe(after: Option<u64>, handler: Handler) -> u64 {
    let (number, missed, restart) = HUB.with_borrow_mut(|hub| {
        hub.next_handler += 1;
        let number = hub.next_handler;
        hub.handlers.push((number, handler.clone()));
        let Some(after) = after else { return (number, Vec::new(), false) };
        match hub.log.since(after) {
            Some(missed) => (number, missed, false),
            None => {
                hub.wanted = Some(hub.wanted.map_or(after, |wanted| wanted.min(after)));
                (number, Vec::new(), hub.has_said_hello)
            }
        }
    });
    for (sequence, event) in missed {
        handler(sequence, &event);
    }
    if restart {
        command(Command::Restart);
    }
    number
}

/// Stops listening.
pub fn unsubscribe(number: u64) {
    HUB.with_borrow_mut(|hub| hub.handlers.retain(|(other, _)| *other != number));
}

/// Sends a frame when the socket is open; typing marks may get lost.
pub fn send(frame: ClientFrame) {
    command(Command::Frame(frame));
}

/// Goes on at once when it was waiting to try again.
pub fn wake() {
    command(Command::Wake);
}

/// Starts the connection; it lives as long as the page.
pub fn start(realtime: Realtime) {
    let (outbox, commands) = mpsc::channel(OUTBOX);
    let is_first = HUB.with_borrow_mut(|hub| hub.outbox.replace(outbox).is_none());
    // A second layout (after signing in again) takes over; the first ends with its outbox.
    if !is_first {
        HUB.with_borrow_mut(|hub| hub.log.restart(None));
    }
    spawn_local(run(realtime, commands));
}

/// Ends the connection for good: the signed-in part of the page is gone.
pub fn stop() {
    HUB.with_borrow_mut(|hub| {
        hub.outbox = None;
        hub.log.restart(None);
        hub.wanted = None;
    });
}

/// Why a connection ended.
enum End {
    Lost,
    Restart,
    Reload,
    /// Nobody is signed in, as far as the socket can see.
    Unauthenticated,
    Outdated,
    Stopped,
}

async fn run(realtime: Realtime, mut commands: mpsc::Receiver<Command>) {
    // Pages that hydrate in this moment offer their snapshots first.
    sleep(30.0).await;
    let mut failures: u32 = 0;
    loop {
        let end = connection(realtime, &mut commands, &mut failures).await;
        HUB.with_borrow_mut(|hub| hub.has_said_hello = false);
        match end {
            End::Stopped => return,
            End::Restart => continue,
            End::Reload => {
                // Pages take new snapshots and subscribe again with them.
                HUB.with_borrow_mut(|hub| {
                    hub.log.restart(None);
                    hub.wanted = None;
                });
                realtime.reloads.update(|count| *count += 1);
                sleep(1_000.0).await;
                continue;
            }
            End::Outdated => {
                realtime.set_connection(Connection::Outdated);
                return;
            }
            // A call renews a session that has only grown old; then the socket is let in.
            End::Unauthenticated if matches!(api::accounts::me().await, Ok(None)) => {
                realtime.set_connection(Connection::SignedOut);
                return;
            }
            End::Lost | End::Unauthenticated => {}
        }
        realtime.set_connection(Connection::Lost);
        failures = failures.saturating_add(1);
        if failures >= 3 && matches!(api::accounts::me().await, Ok(None)) {
            realtime.set_connection(Connection::SignedOut);
            return;
        }
        let longest = (500.0 * f64::from(2_u32.saturating_pow(failures.min(6)))).min(LONGEST_PAUSE);
        let pause = sleep(longest * (0.5 + js_sys::Math::random() / 2.0)).fuse();
        pin_mut!(pause);
        loop {
            select! {
                () = pause => break,
                command = commands.next() => match command {
                    Some(Command::Frame(_)) => {}
                    Some(Command::Restart | Command::Wake) => break,
                    None => return,
                },
            }
        }
    }
}

async fn connection(realtime: Realtime, commands: &mut mpsc::Receiver<Command>, failures: &mut u32) -> End {
    let Ok(socket) = WebSocket::open(&address()) else { return End::Lost };
    realtime.forget_hints();
    let (mut sink, mut stream) = socket.split();
    let after = HUB.with_borrow_mut(|hub| {
        let after = match (hub.wanted.take(), hub.log.last()) {
            (Some(wanted), Some(last)) => Some(wanted.min(last)),
            (wanted, last) => wanted.or(last),
        };
        if after != hub.log.last() {
            hub.log.restart(after);
        }
        hub.has_said_hello = true;
        after
    });
    if send_frame(&mut sink, &ClientFrame::Hello { token: None, after }).await.is_err() {
        return End::Lost;
    }
    let mut heard = Timestamp::now();
    let mut beat = Box::pin(sleep(f64::from(HEARTBEAT_SECONDS) * 1_000.0).fuse());
    loop {
        select! {
            packet = stream.next().fuse() => {
                heard = Timestamp::now();
                let Some(Ok(Packet::Bytes(bytes))) = packet else { return End::Lost };
                // A frame that cannot be read comes from a newer server: reconnecting finds out.
                let Ok(frame) = postcard::from_bytes::<ServerFrame>(&bytes) else { return End::Lost };
                match frame {
                    ServerFrame::Ready { sequence } => {
                        HUB.with_borrow_mut(|hub| hub.log.ready(sequence));
                        *failures = 0;
                        realtime.set_connection(Connection::Live);
                    }
                    ServerFrame::Event { sequence, event } => dispatch(realtime, sequence, event),
                    ServerFrame::Reload => return End::Reload,
                    ServerFrame::Refused(error) => {
                        return match error.code {
                            ErrorCode::Unauthenticated => End::Unauthenticated,
                            ErrorCode::Conflict => End::Outdated,
                            _ => End::Lost,
                        };
                    }
                    ServerFrame::Pong => {}
                    hint => realtime.take_hint(hint),
                }
            }
            command = commands.next() => match command {
                Some(Command::Frame(frame)) => if send_frame(&mut sink, &frame).await.is_err() { return End::Lost },
                Some(Command::Restart) => return End::Restart,
                Some(Command::Wake) => {
                    // The laptop may have slept: ask now, and give up soon if nobody answers.
                    if Timestamp::now().seconds_since(heard) > i64::from(HEARTBEAT_SECONDS) * 2 { return End::Lost }
                    if send_frame(&mut sink, &ClientFrame::Ping).await.is_err() { return End::Lost }
                }
                None => {
                    let _ = sink.close().await;
                    return End::Stopped;
                }
            },
            () = beat => {
                if Timestamp::now().seconds_since(heard) > i64::from(HEARTBEAT_SECONDS) * 2 { return End::Lost }
                if send_frame(&mut sink, &ClientFrame::Ping).await.is_err() { return End::Lost }
                beat = Box::pin(sleep(f64::from(HEARTBEAT_SECONDS) * 1_000.0).fuse());
            }
        }
    }
}

fn dispatch(realtime: Realtime, sequence: u64, event: Event) {
    let event = Rc::new(event);
    let handlers: Option<Vec<Handler>> = HUB.with_borrow_mut(|hub| {
        hub.log
            .accept(sequence, event.clone())
            .then(|| hub.handlers.iter().map(|(_, handler)| handler.clone()).collect())
    });
    let Some(handlers) = handlers else { return };
    realtime.take_event(sequence, &event);
    for handler in handlers {
        handler(sequence, &event);
    }
}

async fn send_frame(sink: &mut futures::stream::SplitSink<WebSocket, Packet>, frame: &ClientFrame) -> Result<(), ()> {
    let bytes = postcard::to_allocvec(frame).map_err(drop)?;
    sink.send(Packet::Bytes(bytes)).await.map_err(drop)
}

fn address() -> String {
    let location = window().location();
    let scheme = if location.protocol().is_ok_and(|protocol| protocol == "https:") { "wss" } else { "ws" };
    let host = location.host().unwrap_or_default();
    format!("{scheme}://{host}/ws?v={PROTOCOL_VERSION}")
}

/// Waits so many milliseconds.
async fn sleep(milliseconds: f64) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds as i32);
    });
    let _: Result<JsValue, JsValue> = JsFuture::from(promise).await;
}
