//! One WebSocket as frames: what comes in is checked, what goes out has a time limit.

use super::super::budget::Budget;
use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, WebSocket},
};
use domain::events::Outgoing;
use std::time::Duration;
use types::{
    Error, ErrorCode,
    realtime::{ClientFrame, ServerFrame},
};

/// Time for a client to take a frame before it counts as gone.
const SEND_TIME: Duration = Duration::from_secs(10);

/// Why a socket ends.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// The client is gone.
    Gone,
    /// The server stops; the client comes back.
    Stopping,
    /// The client was too slow, silent or long here; it comes back and resumes.
    ComeBack,
    /// The client missed too much; it was told to reload.
    Reload,
    /// The client may not be here.
    Refused(Error),
}

/// What a client may send, frames, pings and pongs together: at once, and a second.
const FRAMES: (f32, f32) = (60.0, 10.0);

/// A WebSocket that speaks frames.
#[derive(Debug)]
pub struct Link {
    socket: WebSocket,
    frames: Budget,
}

impl Link {
    /// Wraps an open socket.
    #[must_use]
    pub fn new(socket: WebSocket) -> Self {
        Self { socket, frames: Budget::new(FRAMES.0, FRAMES.1) }
    }

    /// The next frame of the client. May be dropped while it waits.
    ///
    /// # Errors
    /// The end of the socket, when the client is gone, speaks nonsense or too much.
    pub async fn receive(&mut self) -> Result<ClientFrame, End> {
        loop {
            let heard = self.socket.recv().await;
            if matches!(heard, Some(Ok(_))) && !self.frames.spend(1.0) {
                return Err(End::Refused(Error::new(
                    ErrorCode::TooManyRequests,
                    "Too many frames. Wait a moment before you connect again.",
                )));
            }
            match heard {
                Some(Ok(Message::Binary(bytes))) => {
                    let frame = postcard::from_bytes(&bytes).map_err(|error| {
                        tracing::debug!(%error, "malformed frame");
                        End::Refused(malformed())
                    })?;
                    return types::text::check(&frame).map(|()| frame).map_err(End::Refused);
                }
                Some(Ok(Message::Text(_))) => return Err(End::Refused(malformed())),
                // Answered by the library.
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Err(error)) if is_too_large(&error) => return Err(End::Refused(malformed())),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Gone),
            }
        }
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// When the client does not take it.
    pub async fn send(&mut self, frame: &ServerFrame) -> Result<(), End> {
        let bytes = postcard::to_allocvec(frame).map_err(|error| {
            tracing::error!(%error, "frame cannot be encoded");
            End::ComeBack
        })?;
        self.write(Message::Binary(bytes.into())).await
    }

    /// Passes a frame of the hub on.
    ///
    /// # Errors
    /// When the client does not take it.
    pub async fn pass_on(&mut self, outgoing: Outgoing) -> Result<(), End> {
        // The bytes are shared by every socket that gets them.
        self.write(Message::Binary(Bytes::from_owner(outgoing.frame))).await
    }

    /// Says why, and closes.
    pub async fn close(mut self, end: End) {
        let (code, reason) = match &end {
            End::Gone => return,
            End::Stopping => (1001, "the server stops"),
            End::ComeBack => (1013, "please come back"),
            End::Reload => (1000, "please reload"),
            End::Refused(_) => (1008, "refused"),
        };
        if let End::Refused(error) = end
            && self.send(&ServerFrame::Refused(error)).await.is_err()
        {
            return;
        }
        if self.write(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await.is_err() {
            return;
        }
        // The other side answers the close; going before would cut off what it has not read.
        let answered = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        let _gone_anyway = tokio::time::timeout(Duration::from_secs(2), answered).await;
    }

    async fn write(&mut self, message: Message) -> Result<(), End> {
        match tokio::time::timeout(SEND_TIME, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}

fn malformed() -> Error {
    Error::invalid(
        "A frame could not be read: frames are Postcard in binary messages of at most 8 KB. Reload the page; the client may be outdated.",
    )
}

fn is_too_large(error: &axum::Error) -> bool {
    // The library's error type is not named by axum; its words are stable.
    std::error::Error::source(error).is_some_and(|cause| cause.to_string().contains("too long"))
}
