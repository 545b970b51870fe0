//! A socket as a dashboard or a widget holds it.

use crate::client::Caller;
use anyhow::{Context, Result, bail};
use futures::{SinkExt, StreamExt};
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpSocket, TcpStream},
    task::JoinHandle,
    time::MissedTickBehavior,
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};
use types::realtime::{ClientFrame, HEARTBEAT_SECONDS, PROTOCOL_VERSION, ServerFrame};

/// Longest wait for a socket to be live.
const WAIT: Duration = Duration::from_secs(30);

/// An open socket with somebody who listens; closed when dropped.
#[derive(Debug)]
pub struct Socket(JoinHandle<()>);

impl Socket {
    /// A dashboard's socket; `heard` gets every frame with the time it came.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn dashboard(caller: &Caller, heard: impl FnMut(ServerFrame, Instant) + Send + 'static) -> Result<Self> {
        // Renews the cookies where it is time; a socket could not keep new ones.
        caller.call(&api::accounts::Me {}).await?.context("the session has ended")?;
        Self::open(caller, "/ws", heard).await
    }

    /// A widget's socket; `heard` gets every frame with the time it came.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn widget(caller: &Caller, heard: impl FnMut(ServerFrame, Instant) + Send + 'static) -> Result<Self> {
        Self::open(caller, "/ws/widget", heard).await
    }

    /// Whether the server has kept it open.
    pub fn is_open(&self) -> bool {
        !self.0.is_finished()
    }

    async fn open(
        caller: &Caller,
        path: &str,
        heard: impl FnMut(ServerFrame, Instant) + Send + 'static,
    ) -> Result<Self> {
        let host = caller.server().strip_prefix("http://").context("the server is on this machine")?;
        let stream = connect(host.parse()?, caller.from()).await?;
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{host}{path}?v={PROTOCOL_VERSION}").into_client_request()?;
        if let Some(origin) = caller.origin() {
            request.headers_mut().insert("origin", origin.parse()?);
        }
        if !caller.cookie_header().is_empty() {
            request.headers_mut().insert("cookie", caller.cookie_header().parse()?);
        }
        // Thousands of these are in this process.
        let small = WebSocketConfig::default().read_buffer_size(2048).write_buffer_size(1024);
        let (mut socket, _) = client_async_with_config(request, stream, Some(small)).await?;
        send(&mut socket, &ClientFrame::Hello { token: caller.token().map(str::to_owned), after: None }).await?;
        tokio::time::timeout(WAIT, ready(&mut socket)).await.context("no socket became live")??;
        Ok(Self(tokio::spawn(listen(socket, heard))))
    }
}

async fn connect(server: SocketAddr, from: Option<Ipv4Addr>) -> Result<TcpStream> {
    let Some(from) = from else { return Ok(TcpStream::connect(server).await?) };
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((from, 0)))?;
    Ok(socket.connect(server).await?)
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn ready(socket: &mut WebSocketStream<TcpStream>) -> Result<()> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Binary(bytes))) => match postcard::from_bytes(&bytes)? {
                ServerFrame::Ready { .. } => return Ok(()),
                ServerFrame::Refused(error) => bail!("the socket was refused: {error}"),
                _ => {}
            },
            Some(Ok(_)) => {}
            Some(Err(error)) => bail!("the socket broke: {error}"),
            None => bail!("the socket closed before it was live"),
        }
    }
}

async fn listen(mut socket: WebSocketStream<TcpStream>, mut heard: impl FnMut(ServerFrame, Instant)) {
    let mut heartbeat = tokio::time::interval(Duration::from_secs(u64::from(HEARTBEAT_SECONDS)));
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    heartbeat.reset();
    loop {
        tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Binary(bytes))) => {
                    let now = Instant::now();
                    match postcard::from_bytes(&bytes) {
                        Ok(frame) => heard(frame, now),
                        Err(_) => return,
                    }
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
            _ = heartbeat.tick() => {
                if send(&mut socket, &ClientFrame::Ping).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn send(socket: &mut WebSocketStream<TcpStream>, frame: &ClientFrame) -> Result<()> {
    Ok(socket.send(Message::binary(postcard::to_stdvec(frame)?)).await?)
}
