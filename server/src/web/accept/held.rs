//! What is known of a connection, and of whoever holds it, written by whoever serves it.

use super::places::{Guard, Place};
use domain::Network;
use std::{
    mem,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};
use tokio::sync::Notify;

/// A connection: what goes through it, and when it must end.
#[derive(Debug)]
pub struct Line {
    start: Instant,
    /// Milliseconds from the start to when something last went through it.
    active: AtomicU64,
    /// Requests that are worked on.
    working: AtomicU32,
    /// Answers that are on their way.
    answering: AtomicU32,
    /// The other side does not take what is written.
    is_blocked: AtomicBool,
    is_socket: AtomicBool,
    out: Notify,
}

impl Line {
    /// A new one. All that are compared have the same start.
    pub fn new(start: Instant) -> Self {
        Self {
            start,
            active: AtomicU64::new(since(start)),
            working: AtomicU32::new(0),
            answering: AtomicU32::new(0),
            is_blocked: AtomicBool::new(false),
            is_socket: AtomicBool::new(false),
            out: Notify::new(),
        }
    }

    /// Lower goes first: idle, then slow readers, sockets, and what is at work; the longest without a sign before.
    fn rank(&self) -> (u8, u64) {
        let kind = if self.is_blocked.load(Relaxed) {
            1
        } else if self.is_socket.load(Relaxed) {
            2
        } else if self.is_at_work() {
            3
        } else {
            0
        };
        (kind, self.active.load(Relaxed))
    }

    fn is_at_work(&self) -> bool {
        self.working.load(Relaxed) > 0 || self.answering.load(Relaxed) > 0
    }
}

/// Somebody's hold on a connection: of whoever opened it, or of whoever a proxy named in a request that came through.
#[derive(Debug)]
pub struct Held {
    id: u64,
    network: Network,
    line: Arc<Line>,
    /// The connection that it came through, when it is of a request through a proxy.
    through: Option<Weak<Guard>>,
    interrupted: Notify,
    /// Whose the connection is right now, when it is a proxy's.
    named: Mutex<Option<Place>>,
}

impl Held {
    /// A network's hold on a connection.
    pub fn new(id: u64, network: Network, line: Arc<Line>, through: Option<Weak<Guard>>) -> Self {
        Self { id, network, line, through, interrupted: Notify::new(), named: Mutex::default() }
    }

    /// Tells it from others.
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// Whose it is.
    pub const fn network(&self) -> Network {
        self.network
    }

    /// The connection.
    pub const fn line(&self) -> &Arc<Line> {
        &self.line
    }

    /// Something went through.
    pub fn touch(&self) {
        self.line.active.store(since(self.line.start), Relaxed);
    }

    /// The other side takes what is written, or does not.
    pub fn set_blocked(&self, is_blocked: bool) {
        self.line.is_blocked.store(is_blocked, Relaxed);
    }

    /// The connection is a socket from now on.
    pub fn become_socket(&self) {
        self.line.is_socket.store(true, Relaxed);
    }

    /// Whether the connection is a socket.
    pub fn is_socket(&self) -> bool {
        self.line.is_socket.load(Relaxed)
    }

    /// A request has begun.
    pub fn begin(&self) {
        self.line.working.fetch_add(1, Relaxed);
    }

    /// A request has its answer, which is on its way.
    pub fn answer(&self) {
        self.line.answering.fetch_add(1, Relaxed);
        self.line.working.fetch_sub(1, Relaxed);
    }

    /// The last of an answer is ready to be written.
    pub fn answered(&self) {
        self.line.answering.fetch_sub(1, Relaxed);
    }

    /// Everything was taken that was written: between two requests, a proxy's connection is nobody's.
    pub fn flushed(&self) {
        if !self.line.is_at_work() {
            self.name(None);
        }
    }

    /// Says whose the connection is until the answer to the request was taken.
    pub fn name(&self, place: Option<Place>) {
        let before = mem::replace(&mut *self.named.lock().unwrap_or_else(PoisonError::into_inner), place);
        // Outside the lock: it takes one of its own.
        drop(before);
    }

    /// Lower goes first.
    pub fn rank(&self) -> (u8, u64) {
        self.line.rank()
    }

    /// Nothing goes on.
    pub fn is_idle(&self) -> bool {
        self.rank().0 == 0
    }

    /// Takes it away. A request of a proxy is refused, so that the proxy does not take the server for a broken one;
    /// everything else loses its connection. Either way the connection ends, and is counted no more.
    pub fn take_away(&self) {
        if let Some(connection) = self.through.as_ref().and_then(Weak::upgrade) {
            connection.leave();
        }
        if self.through.is_some() && self.line.working.load(Relaxed) > 0 {
            self.interrupted.notify_one();
        } else {
            self.line.out.notify_one();
        }
    }

    /// Waits until the connection must end.
    pub async fn taken_away(&self) {
        self.line.out.notified().await;
    }

    /// Waits until the request must end that came through a proxy.
    pub async fn interrupted(&self) {
        self.interrupted.notified().await;
    }
}

fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}
