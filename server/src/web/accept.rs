//! Connections: how many, how long they may take to ask, and how they end.

use super::Tls;
use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{error::Error, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

/// Time for the head of a request, and for an idle connection to ask again.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// Bytes read ahead for a connection; a longer head is refused.
const READ_AHEAD: usize = 16 * 1024;

/// Accepts until `stop`, then lets requests finish.
pub async fn accept(
    listener: TcpListener,
    router: Router,
    connections: u32,
    tls: Option<Arc<Tls>>,
    stop: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(usize::try_from(connections).unwrap_or(Semaphore::MAX_PERMITS)));
    let connections = TaskTracker::new();
    loop {
        let (stream, address, place) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = next(&listener, &places) => accepted,
        };
        let connection = connection(stream, address, router.clone(), place);
        let (tls, stop) = (tls.clone(), stop.clone());
        connections.spawn(async move {
            if let Err(error) = connection.begin(tls, stop).await {
                tracing::debug!(%error, "connection ended early");
            }
        });
    }
    // A new connection is refused at once instead of waiting.
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    loop {
        let Ok(place) = Arc::clone(places).acquire_owned().await else { std::future::pending().await };
        match listener.accept().await {
            Ok((stream, address)) => return (stream, address, place),
            Err(error) => {
                // Out of file descriptors, most likely: some are freed soon.
                tracing::warn!(%error, "no connection could be accepted; raise the limit of open files (ulimit -n)");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

struct Connection {
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    place: Place,
}

/// The place of a connection among all; a socket takes it along when the connection becomes one.
#[derive(Clone, Debug)]
pub struct Place(#[expect(dead_code, reason = "it counts by being held")] Arc<OwnedSemaphorePermit>);

fn connection(stream: TcpStream, address: SocketAddr, router: Router, place: OwnedSemaphorePermit) -> Connection {
    Connection { stream, address, router, place: Place(Arc::new(place)) }
}

impl Connection {
    async fn begin(self, tls: Option<Arc<Tls>>, stop: CancellationToken) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Self { stream, address, router, place } = self;
        // Frames and answers are small and wanted now.
        let _unimportant = stream.set_nodelay(true);
        let Some(tls) = tls else { return Ok(serve(stream, address, router, place, stop).await?) };
        let stream = tokio::select! {
            stream = tls.accept(stream) => stream?,
            () = stop.cancelled() => return Ok(()),
        };
        Ok(serve(stream, address, router, place, stop).await?)
    }
}

/// Answers what comes on a stream until it ends, or until `stop`.
async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    address: SocketAddr,
    router: Router,
    place: Place,
    stop: CancellationToken,
) -> Result<(), hyper::Error> {
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        request.extensions_mut().insert(place.clone());
        request.map(Body::new)
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
            .max_buf_size(READ_AHEAD)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
            .with_upgrades()
    );
    tokio::select! {
        ended = connection.as_mut() => return ended,
        () = stop.cancelled() => {}
    }
    // The answer on its way is finished, and nothing more is read.
    connection.as_mut().graceful_shutdown();
    connection.await
}
