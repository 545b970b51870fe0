//! A socket as a client holds it.

use crate::browser::Browser;
use futures::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};
use types::{
    Error,
    realtime::{ClientFrame, Event, PROTOCOL_VERSION, ServerFrame},
};

/// Longest wait for a frame.
const WAIT: Duration = Duration::from_secs(10);

/// An open socket.
#[derive(Debug)]
pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens a socket as this browser does.
    pub async fn open(browser: &Browser, url: &str, path: &str) -> Result<Self, tungstenite::Error> {
        let address = format!("{}{path}?v={PROTOCOL_VERSION}", url.replacen("http", "ws", 1));
        Self::open_at(browser, &address).await
    }

    /// Opens a socket at a whole address.
    pub async fn open_at(browser: &Browser, address: &str) -> Result<Self, tungstenite::Error> {
        let mut request = address.into_client_request().unwrap();
        let headers = request.headers_mut();
        if let Some(origin) = &browser.origin {
            headers.insert("origin", origin.parse().unwrap());
        }
        if !browser.cookie_header().is_empty() {
            headers.insert("cookie", browser.cookie_header().parse().unwrap());
        }
        if let Some(named) = &browser.named {
            headers.insert("x-forwarded-for", named.parse().unwrap());
        }
        let server = request.uri().authority().unwrap().to_string();
        let socket = TcpSocket::new_v4()?;
        if let Some(address) = browser.address {
            socket.bind((address, 0).into())?;
        }
        let stream = socket.connect(server.parse().unwrap()).await?;
        Ok(Self(client_async(request, stream).await?.0))
    }

    /// Opens a dashboard's socket, says hello, and gives it with what was missed.
    pub async fn agent(browser: &Browser, url: &str, after: Option<u64>) -> (Self, Caught) {
        let mut socket = Self::open(browser, url, "/ws").await.unwrap();
        socket.send(&ClientFrame::Hello { token: None, after }).await;
        let caught = socket.catch_up().await;
        (socket, caught)
    }

    /// Opens a visitor's socket, says hello, and gives it with what was missed.
    pub async fn visitor(browser: &Browser, url: &str, token: &str, after: Option<u64>) -> (Self, Caught) {
        let mut socket = Self::open(browser, url, "/ws/widget").await.unwrap();
        socket.send(&ClientFrame::Hello { token: Some(token.to_owned()), after }).await;
        let caught = socket.catch_up().await;
        (socket, caught)
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &ClientFrame) {
        self.send_raw(Message::binary(postcard::to_stdvec(frame).unwrap())).await;
    }

    /// Sends whatever.
    pub async fn send_raw(&mut self, message: Message) {
        let _closed = self.0.send(message).await;
    }

    /// The next frame, or none when the socket closes.
    pub async fn next(&mut self) -> Option<ServerFrame> {
        loop {
            match tokio::time::timeout(WAIT, self.0.next()).await.expect("no frame came") {
                Some(Ok(Message::Binary(bytes))) => return Some(postcard::from_bytes(&bytes).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The code with which the server closes.
    pub async fn close_code(&mut self) -> Option<u16> {
        loop {
            match tokio::time::timeout(WAIT, self.0.next()).await.expect("the socket stays open") {
                Some(Ok(Message::Close(close))) => return close.map(|close| close.code.into()),
                Some(Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame that is wanted; others are passed over.
    pub async fn wait<T>(&mut self, what: &str, wanted: impl Fn(ServerFrame) -> Option<T>) -> T {
        loop {
            let frame = self.next().await.unwrap_or_else(|| panic!("the socket closed before {what}"));
            if let Some(found) = wanted(frame) {
                return found;
            }
        }
    }

    /// The next event that is wanted.
    pub async fn event<T>(&mut self, what: &str, wanted: impl Fn(&Event) -> Option<T>) -> T {
        self.wait(what, |frame| match frame {
            ServerFrame::Event { event, .. } => wanted(&event),
            _ => None,
        })
        .await
    }

    /// The refusal that must come.
    pub async fn refusal(&mut self) -> Error {
        self.wait("a refusal", |frame| match frame {
            ServerFrame::Refused(error) => Some(error),
            _ => None,
        })
        .await
    }

    async fn catch_up(&mut self) -> Caught {
        let mut caught = Caught::default();
        loop {
            match self.next().await {
                Some(ServerFrame::Event { sequence, event }) => caught.events.push((sequence, event)),
                Some(ServerFrame::Ready { sequence }) => {
                    caught.sequence = sequence;
                    return caught;
                }
                Some(ServerFrame::Reload) => {
                    caught.reload = true;
                    return caught;
                }
                Some(ServerFrame::Refused(error)) => panic!("refused: {error}"),
                Some(_) => {}
                None => panic!("the socket closed while catching up"),
            }
        }
    }
}

/// What came before the socket was live.
#[derive(Debug, Default)]
pub struct Caught {
    /// Events in their order.
    pub events: Vec<(u64, Event)>,
    /// Number up to which everything was told.
    pub sequence: u64,
    /// Too much was missed.
    pub reload: bool,
}
