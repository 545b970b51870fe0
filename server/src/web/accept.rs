//! Connections: how many, how long they may take to ask and to read, and how they end.

mod answering;
mod held;
mod places;
mod timed;

pub use places::{Place, Places};

use super::Tls;
use answering::Answering;
use axum::{Router, body::Body, extract::ConnectInfo, response::Response};
use domain::Network;
use hyper::{Request, body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{error::Error, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use timed::Timed;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

/// Time for the head of a request, and for an idle connection to ask again.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// Bytes read ahead for a connection; a longer head is refused.
const READ_AHEAD: usize = 16 * 1024;
/// Bytes that the system may hold for a client that does not take them. Half of them are as many as a slow client must
/// take in its time, so that this is noticed.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 32 * 1024;

/// Accepts until `stop`, then lets requests finish. `refused` is told the network of whoever found no place.
pub async fn accept(
    listener: TcpListener,
    router: Router,
    places: Places,
    refused: impl Fn(Network),
    tls: Option<Arc<Tls>>,
    stop: CancellationToken,
) {
    let connections = TaskTracker::new();
    loop {
        let (stream, address) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = next(&listener) => accepted,
        };
        let network = Network::of(address.ip());
        let Some(place) = places.enter(network) else {
            refused(network);
            continue;
        };
        let connection = Connection { stream, address, router: router.clone(), place };
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

async fn next(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
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

impl Connection {
    async fn begin(self, tls: Option<Arc<Tls>>, stop: CancellationToken) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Self { stream, address, router, place } = self;
        set_up(&stream);
        let stream = Timed::new(stream, Arc::clone(place.held()));
        let Some(tls) = tls else { return Ok(serve(stream, address, router, place, stop).await?) };
        let stream = tokio::select! {
            stream = tls.accept(stream) => stream?,
            () = place.taken_away() => return Ok(()),
            () = stop.cancelled() => return Ok(()),
        };
        Ok(serve(stream, address, router, place, stop).await?)
    }
}

/// Frames and answers are small and wanted now; and without a limit the system takes megabytes of a file for each
/// client that does not read, and copies them in one go while others wait.
fn set_up(stream: &TcpStream) {
    let _unimportant = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    let _unimportant = socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT);
}

/// Answers what comes on a stream until it ends, or until `stop`.
async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    address: SocketAddr,
    router: Router,
    place: Place,
    stop: CancellationToken,
) -> Result<(), hyper::Error> {
    let (begun, ended) = (place.clone(), Arc::clone(place.held()));
    let service = router
        .map_request(move |mut request: Request<Incoming>| {
            begun.held().begin();
            request.extensions_mut().insert(ConnectInfo(address));
            request.extensions_mut().insert(begun.clone());
            request.map(Body::new)
        })
        .map_response(move |response: Response| {
            response.map(|body| Body::new(Answering::new(body, Arc::clone(&ended))))
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
        () = place.taken_away() => return Ok(()),
        () = stop.cancelled() => {}
    }
    // The answer on its way is finished, and nothing more is read.
    connection.as_mut().graceful_shutdown();
    connection.await
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::AsyncWriteExt as _;

    /// Bytes that wait to be sent by whoever listens on the port.
    fn waiting(port: u16) -> usize {
        let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap_or_default();
        let local = format!(":{port:04X}");
        let queue = table.lines().skip(1).filter_map(|line| {
            let mut fields = line.split_whitespace().skip(1);
            let is_ours = fields.next()?.ends_with(&local);
            let (waiting, _) = fields.nth(2)?.split_once(':')?;
            is_ours.then(|| usize::from_str_radix(waiting, 16).ok())?
        });
        queue.sum()
    }

    #[tokio::test]
    async fn who_does_not_read_a_large_file_takes_no_memory_of_the_system() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(async || vec![b'x'; 16 * 1024 * 1024]));
        let stop = CancellationToken::new();
        let server = tokio::spawn(accept(listener, router, Places::new(8, 0), |_| {}, None, stop.clone()));

        let client = tokio::net::TcpSocket::new_v4().unwrap();
        client.set_recv_buffer_size(4096).unwrap();
        let mut client = client.connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        let mut most = 0;
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            most = most.max(waiting(address.port()));
        }
        assert!((1..200_000).contains(&most), "{most} bytes wait in the system");

        drop(client);
        stop.cancel();
        server.await.unwrap();
    }
}
