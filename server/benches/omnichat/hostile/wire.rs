//! Plain HTTP by hand, from an address of one's choice: what attackers do no client would.

use anyhow::{Context, Result};
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// Longest wait of an attacker for an answer.
const WAIT: Duration = Duration::from_secs(10);

/// The address number `place` among the strangers of a kind, each in a network of its own.
pub fn stranger(kind: u8, place: usize) -> Ipv4Addr {
    let [_, high, low, last] = u32::try_from(place % 60_000 + 256).unwrap_or(256).to_be_bytes();
    Ipv4Addr::new(127, kind.wrapping_add(high), low, last.max(1))
}

/// The address number `place` among visitors of a kind, who live far from each other: each in a /24 of its own.
pub fn household(kind: u8, place: usize) -> Ipv4Addr {
    let [.., high, low] = u32::try_from(place % 60_000).unwrap_or_default().to_be_bytes();
    Ipv4Addr::new(127, kind.wrapping_add(high), low, 1)
}

/// Opens a connection from an address; `window` bytes are taken before the other side has to wait.
pub async fn connect(server: SocketAddr, from: Ipv4Addr, window: Option<u32>) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if let Some(window) = window {
        socket.set_recv_buffer_size(window)?;
    }
    socket.bind(SocketAddr::from((from, 0)))?;
    Ok(tokio::time::timeout(WAIT, socket.connect(server)).await.context("no connection")??)
}

/// A request with a body; `headers` end with a line break each.
pub fn request(method: &str, path: &str, host: SocketAddr, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
}

/// Sends a request on a connection of its own and gives the status.
pub async fn ask(server: SocketAddr, from: Ipv4Addr, request: &str) -> Result<u16> {
    let mut stream = connect(server, from, None).await?;
    stream.write_all(request.as_bytes()).await?;
    tokio::time::timeout(WAIT, status(&mut stream)).await.context("no answer")?
}

/// The status of the answer that comes next.
async fn status(stream: &mut TcpStream) -> Result<u16> {
    let mut head = [0; 512];
    let count = stream.read(&mut head).await?;
    let head = String::from_utf8_lossy(head.get(..count).unwrap_or_default()).into_owned();
    Ok(head.split(' ').nth(1).context("the connection was closed")?.parse()?)
}
