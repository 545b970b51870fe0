//! A language model on this machine that does as it is told, also what none should.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use types::answers::{LlmEndpointUpdate, LlmPreset};

/// What the model does with a question.
#[derive(Clone, Debug)]
pub enum Mood {
    /// Writes this, word by word, and counts the tokens.
    Says(&'static str),
    /// Writes this in one document and counts nothing.
    Uncounted(&'static str),
    /// Begins and closes the line.
    Cut(&'static str),
    /// Sends something that is no answer.
    Garbage,
    /// Writes this word again and again, so many milliseconds apart, until it is let go.
    Drips(&'static str, u64),
    /// Takes the question and says nothing for half a minute.
    Stalls,
    /// Answers with this status, and asks to wait for so many seconds.
    Status(u16, Option<u32>),
}

/// A running model.
#[derive(Clone, Debug)]
pub struct Model {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
    moods: Arc<Mutex<VecDeque<Mood>>>,
    usual: Arc<Mutex<Mood>>,
    let_go: watch::Sender<bool>,
}

impl Model {
    pub async fn start(usual: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let model = Self {
            url: format!("http://{}/v1", listener.local_addr().unwrap()),
            asked: Arc::default(),
            moods: Arc::default(),
            usual: Arc::new(Mutex::new(usual)),
            let_go: watch::Sender::new(false),
        };
        let serving = model.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let model = serving.clone();
                tokio::spawn(async move { model.serve(socket).await });
            }
        });
        model
    }

    /// As an endpoint of a business.
    pub fn endpoint(&self) -> LlmEndpointUpdate {
        LlmEndpointUpdate {
            base_url: self.url.clone(),
            model: "test-model".to_owned(),
            key: Some("sk-test".to_owned()),
            input_price: Some(1.0),
            output_price: Some(2.0),
            ..LlmEndpointUpdate::preset(LlmPreset::Custom)
        }
    }

    /// What it does from now on.
    pub fn usually(&self, mood: Mood) {
        *self.usual.lock().unwrap() = mood;
    }

    /// What it does once.
    pub fn next(&self, mood: Mood) {
        self.moods.lock().unwrap().push_back(mood);
    }

    /// Ends what drips.
    pub fn let_go(&self) {
        self.let_go.send_replace(true);
    }

    /// How often it was asked.
    pub fn calls(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// Every request, as it came over the wire.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// The last request, as it came over the wire.
    pub fn last(&self) -> String {
        self.asked.lock().unwrap().last().cloned().unwrap_or_default()
    }

    async fn serve(&self, mut socket: TcpStream) {
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while !String::from_utf8_lossy(&request).contains("max_tokens") {
            match socket.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(count) => request.extend_from_slice(&buffer[..count]),
            }
        }
        self.asked.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
        let mood = self.moods.lock().unwrap().pop_front().unwrap_or_else(|| self.usual.lock().unwrap().clone());
        // Whoever asked may have gone away.
        let _ = respond(&mut socket, mood, self.let_go.subscribe()).await;
    }
}

async fn respond(socket: &mut TcpStream, mood: Mood, mut let_go: watch::Receiver<bool>) -> std::io::Result<()> {
    let stream = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    let word =
        |text: &str| format!("data: {}\n\n", serde_json::json!({ "choices": [{ "delta": { "content": text } }] }));
    match mood {
        Mood::Says(text) => {
            socket.write_all(stream.as_bytes()).await?;
            for piece in text.split_inclusive(' ') {
                socket.write_all(word(piece).as_bytes()).await?;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            let end = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
                data: {\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":10}}\n\ndata: [DONE]\n\n";
            socket.write_all(end.as_bytes()).await?;
        }
        Mood::Uncounted(text) => {
            let body = serde_json::json!({ "choices": [{ "message": { "content": text }, "finish_reason": "stop" }] });
            let body = body.to_string();
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            socket.write_all(format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await?;
        }
        Mood::Cut(text) => {
            socket.write_all(stream.as_bytes()).await?;
            socket.write_all(word(text).as_bytes()).await?;
        }
        Mood::Garbage => {
            socket.write_all(stream.as_bytes()).await?;
            socket.write_all(b"data: <html>no model here</html>\n\n").await?;
        }
        Mood::Drips(text, every) => {
            socket.write_all(stream.as_bytes()).await?;
            while !*let_go.borrow() {
                socket.write_all(word(text).as_bytes()).await?;
                let _let_go = tokio::time::timeout(Duration::from_millis(every), let_go.changed()).await;
            }
            socket
                .write_all(b"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
                .await?;
        }
        Mood::Stalls => tokio::time::sleep(Duration::from_secs(30)).await,
        Mood::Status(status, wait) => {
            let wait = wait.map(|seconds| format!("retry-after: {seconds}\r\n")).unwrap_or_default();
            let head = format!("HTTP/1.1 {status} No\r\n{wait}content-length: 0\r\nconnection: close\r\n\r\n");
            socket.write_all(head.as_bytes()).await?;
        }
    }
    socket.flush().await
}
