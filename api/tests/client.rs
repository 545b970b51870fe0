//! The native client against a server that is not well.

// With `ssr` a function is its body and no call.
#![cfg(not(feature = "ssr"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use api::client::{Patience, set_patience};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use types::{
    ErrorCode,
    accounts::{NewApiKey, Permissions},
};

/// Answers each request on a connection of its own: the first two fail.
async fn answer(mut stream: TcpStream, asked: &AtomicUsize) {
    let mut read = [0; 4096];
    let length = stream.read(&mut read).await.unwrap();
    let head = String::from_utf8_lossy(read.get(..length).unwrap()).into_owned();
    let number = asked.fetch_add(1, Ordering::SeqCst);
    let end = "connection: close\r\ncontent-length: ";
    let sent = match (head.contains("/api/keys/list"), number) {
        // No answer at all.
        (true, 0) => return,
        (true, 1) => format!("HTTP/1.1 503 No\r\nretry-after: 1\r\n{end}0\r\n\r\n"),
        // No keys, as Postcard has it.
        (true, _) => format!("HTTP/1.1 200 OK\r\n{end}1\r\n\r\n\0"),
        (false, _) => format!("HTTP/1.1 503 No\r\n{end}0\r\n\r\n"),
    };
    stream.write_all(sent.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn it_asks_again_where_that_does_no_harm() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    api::set_server(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    set_patience(Patience { tries: 4, timeout: Duration::from_secs(5) });
    let asked = Arc::new(AtomicUsize::new(0));
    let counting = asked.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            answer(stream, &counting).await;
        }
    });
    let started = Instant::now();
    assert_eq!(api::keys::list_keys().await, Ok(Vec::new()));
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    assert!(started.elapsed() >= Duration::from_secs(1), "it did not wait as it was told");

    let new = NewApiKey { name: "x".to_owned(), scopes: Permissions::NONE, days: None };
    assert_eq!(api::keys::create_key(new).await.unwrap_err().code, ErrorCode::Unavailable);
    assert_eq!(asked.load(Ordering::SeqCst), 4, "a key may have been made; it must not be asked for again");
}
