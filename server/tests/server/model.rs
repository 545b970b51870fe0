//! A language model on this machine that says what it is told to say.

use std::sync::{Arc, Mutex, PoisonError};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// The model.
#[derive(Clone)]
pub struct Model {
    /// Base URL for the settings.
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
    words: Arc<Mutex<String>>,
}

impl Model {
    /// Starts one that says nothing in particular.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let model = Self { url, asked: Arc::default(), words: Arc::new(Mutex::new("Hello.".to_owned())) };
        let own = model.clone();
        tokio::spawn(async move {
            loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !String::from_utf8_lossy(&request).contains("max_tokens") {
                    let count = socket.read(&mut buffer).await.unwrap();
                    request.extend_from_slice(&buffer[..count]);
                }
                own.asked.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
                let words = own.words.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let choice = serde_json::json!({ "message": { "content": words }, "finish_reason": "stop" });
                let body = serde_json::json!({ "choices": [choice], "usage": { "total_tokens": 42 } }).to_string();
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
                let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                socket.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        model
    }

    /// What it says from now on.
    pub fn say(&self, words: &str) {
        words.clone_into(&mut self.words.lock().unwrap());
    }

    /// The requests so far, head and body.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}
