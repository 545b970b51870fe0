//! An answer on its way: the request is at work until its last byte is ready to be written.

use super::held::Held;
use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// The body of an answer.
#[derive(Debug)]
pub struct Answering {
    body: Body,
    held: Arc<Held>,
}

impl Answering {
    /// A request has its answer.
    pub fn new(body: Body, held: Arc<Held>) -> Self {
        held.answer();
        Self { body, held }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.held.answered();
    }
}

impl HttpBody for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
