//! Reading what is sent, into memory that is counted, from whoever keeps sending.

use super::{
    State,
    shares::{Room, SMALL, Whose},
    text,
};
use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::header::CONTENT_LENGTH,
};
use futures::{StreamExt as _, stream::BoxStream};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use types::{Error, ErrorCode};

/// Time to the first byte, and in which [`LEAST`] must come after it.
const PACE: Duration = Duration::from_secs(10);
/// A thousand bytes a second.
const LEAST: usize = 10_000;
/// Bytes for which memory is taken at first.
const FIRST: usize = 4 * 1024;
/// Bytes of a body that is too large which are read all the same: four times what was allowed, within these.
const DISCARDED: (usize, usize) = (1024 * 1024, 64 * 1024 * 1024);
/// How long a large body waits for room.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(100);

/// Why a body was not read.
#[derive(Debug)]
pub enum Unread {
    /// It is larger than it may be; some of it was read and forgotten.
    TooLarge,
    /// Why.
    Refused(Error),
}

/// Reads the body of a request, at most `limit` bytes. The room is to be kept as long as the body is.
///
/// # Errors
/// When it is too large, too slow, broken off, or there is no room.
pub async fn read(state: &State, request: Request, limit: usize, whose: Whose) -> Result<(Request, Room), Unread> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let mut room = state.held.room(whose);
    let (parts, body) = request.into_parts();
    let mut incoming = Incoming { chunks: body.into_data_stream().boxed(), until: Instant::now() + PACE, moved: 0 };
    if announced.is_some_and(|bytes| bytes > limit) {
        incoming.discard(&mut room, limit).await;
        return Err(Unread::TooLarge);
    }
    let most = announced.unwrap_or(limit);
    let mut bytes = Vec::new();
    while let Some(chunk) = incoming.next().await.map_err(Unread::Refused)? {
        let length = bytes.len() + chunk.len();
        if length > limit {
            return Err(Unread::TooLarge);
        }
        if length > bytes.capacity() {
            let size = length.max(bytes.capacity() * 2).max(FIRST).min(most.max(length));
            make_room(state, &mut room, size).await.map_err(Unread::Refused)?;
            // Waiting for room was not the sender's doing.
            incoming.again();
            bytes.reserve_exact(size - bytes.len());
        }
        bytes.extend_from_slice(&chunk);
    }
    text::check_form(&parts.uri, &parts.headers, &bytes).map_err(Unread::Refused)?;
    Ok((Request::from_parts(parts, Body::from(bytes)), room))
}

async fn make_room(state: &State, room: &mut Room, size: usize) -> Result<(), Error> {
    let (size, until) = (size as u64, Instant::now() + PATIENCE);
    loop {
        match room.grow_to(size) {
            true => return Ok(()),
            false if size > SMALL && Instant::now() < until => tokio::time::sleep(LOOK).await,
            false => return Err(room.refuse(state)),
        }
    }
}

struct Incoming {
    chunks: BoxStream<'static, Result<Bytes, axum::Error>>,
    until: Instant,
    moved: usize,
}

impl Incoming {
    /// The next bytes, or none at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        match timeout_at(self.until, self.chunks.next()).await {
            Ok(Some(Ok(chunk))) => {
                self.moved += chunk.len();
                if self.moved >= LEAST {
                    self.again();
                }
                Ok(Some(chunk))
            }
            Ok(None) => Ok(None),
            Ok(Some(Err(_))) => Err(Error::invalid("The request broke off before it was complete. Please try again.")),
            Err(_) => Err(Error::new(
                ErrorCode::Unavailable,
                "The request came too slowly. Please try again on a better line.",
            )),
        }
    }

    fn again(&mut self) {
        (self.until, self.moved) = (Instant::now() + PACE, 0);
    }

    /// Reads on without keeping anything: a connection that is closed while a browser still sends shows it a broken
    /// connection instead of our answer. Whoever sends much more than was allowed gets just that.
    async fn discard(&mut self, room: &mut Room, limit: usize) {
        // Few at once: it holds the room of a small body.
        if !room.grow_to(SMALL) {
            return;
        }
        let most = limit.saturating_mul(4).clamp(DISCARDED.0, DISCARDED.1);
        let mut read = 0;
        while let Ok(Some(chunk)) = self.next().await {
            read += chunk.len();
            if read > most {
                return;
            }
        }
    }
}
