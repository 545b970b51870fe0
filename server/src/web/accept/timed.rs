//! A connection that must move: whoever does not take what is written loses it.

use super::{super::budget::Budget, held::Held};
use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// Time in which a client that is slow must take [`LEAST`] bytes.
const PATIENCE: Duration = Duration::from_secs(40);
/// With what the system holds for it already, about two kilobytes a second: slower than any line that a page is seen on.
const LEAST: usize = 16 * 1024;

/// Bytes that a socket may send: at once, and a second. More than its frames may be.
const SOCKET_BYTES: (f32, f32) = (1024.0 * 1024.0, 128.0 * 1024.0);

/// A stream with a time limit on writing, and for sockets one on what is heard.
#[derive(Debug)]
pub struct Timed<S> {
    stream: S,
    held: Arc<Held>,
    patience: Duration,
    /// Since the other side did not take everything.
    slow: Option<Slow>,
    /// What a socket may send: frames are counted where they are whole, and pieces without end are never whole.
    heard: Budget,
}

#[derive(Debug)]
struct Slow {
    until: Pin<Box<Sleep>>,
    moved: usize,
}

impl<S> Timed<S> {
    /// Watches a stream.
    pub fn new(stream: S, held: Arc<Held>) -> Self {
        Self { stream, held, patience: PATIENCE, slow: None, heard: Budget::new(SOCKET_BYTES.0, SOCKET_BYTES.1) }
    }

    fn written(&mut self, written: usize, offered: usize) {
        self.held.touch();
        let Some(slow) = &mut self.slow else { return };
        slow.moved += written;
        if written == offered || slow.moved >= LEAST {
            self.slow = None;
            self.held.set_blocked(false);
        }
    }

    fn blocked(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.slow.is_none() {
            self.held.set_blocked(true);
        }
        let patience = self.patience;
        let slow = self.slow.get_or_insert_with(|| Slow { until: Box::pin(sleep(patience)), moved: 0 });
        ready!(slow.until.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buf))?;
        self.held.touch();
        let heard = buf.filled().len() - before;
        if self.held.is_socket() && !self.heard.spend(heard as f32) {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "the socket sends too much")));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, buf) {
            Poll::Ready(written) => {
                let written = written?;
                self.written(written, buf.len());
                Poll::Ready(Ok(written))
            }
            Poll::Pending => self.blocked(context),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write_vectored(context, bufs) {
            Poll::Ready(written) => {
                let written = written?;
                self.written(written, bufs.iter().map(|buf| buf.len()).sum());
                Poll::Ready(Ok(written))
            }
            Poll::Pending => self.blocked(context),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        self.held.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::places::Places, *};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    fn timed(patience: Duration) -> (Timed<tokio::io::DuplexStream>, tokio::io::DuplexStream) {
        let place = Places::new(1, 0).enter(domain::Network::of([127, 0, 0, 1].into())).unwrap();
        let (near, far) = tokio::io::duplex(1024);
        (Timed { patience, ..Timed::new(near, Arc::clone(place.held())) }, far)
    }

    #[tokio::test]
    async fn a_socket_that_sends_without_end_loses_the_connection() {
        let (mut reader, mut writer) = timed(Duration::from_secs(20));
        let flood = tokio::spawn(async move { while writer.write_all(&[0; 512]).await.is_ok() {} });
        let mut whole = vec![0; 4 * 1024 * 1024];
        reader.read_exact(&mut whole).await.unwrap();
        reader.held.become_socket();
        let refused = reader.read_exact(&mut whole).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
        drop(reader);
        flood.await.unwrap();
    }

    #[tokio::test]
    async fn whoever_reads_nothing_or_drips_loses_the_connection() {
        let (mut writer, reader) = timed(Duration::from_millis(50));
        let nothing = writer.write_all(&[0; 4096]).await.unwrap_err();
        assert_eq!(nothing.kind(), io::ErrorKind::TimedOut);
        drop(reader);

        let (mut writer, mut dripping) = timed(Duration::from_millis(200));
        let drips = tokio::spawn(async move {
            let mut bytes = [0; 100];
            while dripping.read(&mut bytes).await.is_ok_and(|read| read > 0) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let slow = writer.write_all(&vec![0; 1024 * 1024]).await.unwrap_err();
        assert_eq!(slow.kind(), io::ErrorKind::TimedOut);
        drop(writer);
        drips.await.unwrap();
    }

    #[tokio::test]
    async fn a_slow_line_gets_everything_however_long_it_takes() {
        let (mut writer, mut reader) = timed(Duration::from_secs(1));
        let reads = tokio::spawn(async move {
            let (mut all, mut part) = (0, [0; 1024]);
            while let Ok(read @ 1..) = reader.read(&mut part).await {
                all += read;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            all
        });
        for _ in 0..2 {
            writer.write_all(&vec![0; 600 * 1024]).await.unwrap();
            // Nothing to say for a while is not slow.
            tokio::time::sleep(Duration::from_millis(1_200)).await;
        }
        drop(writer);
        assert_eq!(reads.await.unwrap(), 1_200 * 1024);
    }
}
