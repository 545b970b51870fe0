//! Against a small endpoint that misbehaves in every way.

use super::*;
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// What the endpoint sends; between the pieces it waits.
async fn endpoint(pieces: Vec<(&'static str, u64)>) -> (Endpoint, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(String::new()));
    let heard = asked.clone();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while !String::from_utf8_lossy(&request).contains("max_tokens") {
            let count = socket.read(&mut buffer).await.unwrap();
            request.extend_from_slice(&buffer[..count]);
        }
        *heard.lock().unwrap() = String::from_utf8_lossy(&request).into_owned();
        for (piece, wait) in pieces {
            // Whoever has heard enough hangs up.
            if socket.write_all(piece.as_bytes()).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
    });
    (Endpoint { base_url: format!("http://{address}/v1/"), key: "secret".to_owned(), model: "m".to_owned() }, asked)
}

async fn ask(pieces: Vec<(&'static str, u64)>) -> (Result<Completion, LlmError>, Vec<String>, String) {
    let (endpoint, asked) = endpoint(pieces).await;
    let limits = Limits {
        first: Duration::from_millis(400),
        span: Duration::from_millis(400),
        least: 1,
        total: Duration::from_millis(1500),
        bytes: 100,
        tokens: 50,
    };
    let mut deltas = Vec::new();
    let client = Client::builder().no_proxy().build().unwrap();
    let question = [Message { role: "user", content: "hi".to_owned() }];
    let result = stream(&client, &endpoint, &limits, &question, |text| deltas.push(text.to_owned())).await;
    let asked = asked.lock().unwrap().clone();
    (result, deltas, asked)
}

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn words_come_one_by_one_however_the_bytes_are_cut() {
    let (result, deltas, asked) = ask(vec![
        (HEAD, 0),
        (": keep-alive\n\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\ndata: {\"choices\":[{\"del", 30),
        ("ta\":{\"content\":\"Gr\\u0000ü\"}}]}\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"ezi\"}}]}\n", 30),
        ("\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}}\n\ndata: [DONE]\n\n", 0),
    ])
    .await;
    assert_eq!(
        result,
        Ok(Completion { text: "Grüezi".to_owned(), usage: Usage { input: 5, output: 2, is_estimate: false } })
    );
    assert_eq!(deltas, ["Grü", "Grüezi"]);
    assert!(asked.contains(r#""stream_options":{"include_usage":true}"#) && asked.contains(r#""max_tokens":50"#));
    assert!(
        asked.starts_with("POST /v1/chat/completions ")
            && asked.to_lowercase().contains("authorization: bearer secret")
    );
}

#[tokio::test]
async fn an_endpoint_that_does_not_stream_is_understood() {
    let body = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{\"choices\":[{\"message\":{\"content\":\"Yes.\"},\"finish_reason\":\"stop\"}]}";
    assert_eq!(ask(vec![(body, 0)]).await.0.map(|completion| completion.text), Ok("Yes.".to_owned()));
}

#[tokio::test]
async fn every_fault_is_an_error_of_its_kind_in_time() {
    let status = |line: &'static str| ask(vec![(line, 0)]);
    assert_eq!(status("HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n").await.0, Err(LlmError::Refused(401)));
    assert_eq!(
        status("HTTP/1.1 429 No\r\nretry-after: 9\r\ncontent-length: 0\r\n\r\n").await.0,
        Err(LlmError::Limited { retry_seconds: Some(9) })
    );
    assert_eq!(status("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n").await.0, Err(LlmError::Fault(503)));
    assert!(matches!(
        status("HTTP/1.1 404 No\r\ncontent-length: 8\r\n\r\nno model").await.0,
        Err(LlmError::Unknown { status: 404, message }) if message == "no model"
    ));
    // A redirect could lead into a private network.
    let client_error = status("HTTP/1.1 400 No\r\ncontent-length: 0\r\n\r\n").await.0;
    assert!(matches!(client_error, Err(LlmError::Unknown { status: 400, .. })));
    assert!(matches!(ask(vec![("", 2000)]).await.0, Err(LlmError::Slow(_))));
    assert!(matches!(ask(vec![(HEAD, 2000)]).await.0, Err(LlmError::Slow(_))));
    let word = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    assert!(matches!(ask(vec![(HEAD, 0), (word, 2000)]).await.0, Err(LlmError::Slow(_))));
    // Signs of life without words do not keep it waiting.
    assert!(matches!(
        ask([(HEAD, 0)].into_iter().chain((0..20).map(|_| (": ping\n\n", 100))).collect()).await.0,
        Err(LlmError::Slow(_))
    ));
    assert!(matches!(
        ask([(HEAD, 0)].into_iter().chain((0..20).map(|_| (word, 100))).collect()).await.0,
        Err(LlmError::Slow(_))
    ));
    assert!(matches!(ask(vec![(HEAD, 0), (word, 0)]).await.0, Err(LlmError::Cut(_))));
    assert!(matches!(
        ask(vec![(HEAD, 0), ("data: {\"error\":{\"message\":\"overloaded\"}}\n\n", 0)]).await.0,
        Err(LlmError::Cut(_))
    ));
    assert!(matches!(ask(vec![(HEAD, 0), ("data: <html>\n\n", 0)]).await.0, Err(LlmError::Nonsense(_))));
    assert!(matches!(ask(vec![(HEAD, 0), ("data: [DONE]\n\n", 0)]).await.0, Err(LlmError::Nonsense(_))));
    let long = [(HEAD, 0)].into_iter().chain((0..101).map(|_| (word, 0))).collect();
    assert_eq!(ask(long).await.0, Err(LlmError::TooLong));
    // One that says nothing at great length ends by its bytes, and not by the clock alone.
    let nothing = &*": nothing at all\n\n".repeat(10_000).leak();
    assert_eq!(ask(vec![(HEAD, 0), (nothing, 5_000)]).await.0, Err(LlmError::TooLong));
    let nowhere = Endpoint { base_url: "http://127.0.0.1:1".to_owned(), key: String::new(), model: String::new() };
    let result = stream(&Client::new(), &nowhere, &Limits::default(), &[], |_| ()).await;
    assert!(matches!(result, Err(LlmError::Unreachable(_))));
}

#[tokio::test]
async fn the_words_are_not_lost_when_nobody_counts_them() {
    let end = "data: {\"choices\":[{\"delta\":{\"content\":\"Four byt\"},\"finish_reason\":\"stop\"}]}\n\n";
    // It keeps the line open and never says how many tokens it were.
    let (result, _, _) = ask(vec![(HEAD, 0), (end, 3000)]).await;
    let completion = result.unwrap();
    assert_eq!(completion.text, "Four byt");
    assert_eq!((completion.usage.output, completion.usage.is_estimate), (2, true));
    // An answer that may not grow longer is none.
    let long = "data: {\"choices\":[{\"delta\":{\"content\":\"Half\"},\"finish_reason\":\"length\"}]}\n\n";
    assert!(matches!(ask(vec![(HEAD, 0), (long, 0)]).await.0, Err(LlmError::Cut(_))));
}

/// What a stream says, however its bytes arrive; nothing when it is no stream.
fn texts_of(pieces: &[&[u8]]) -> Option<String> {
    let (mut reader, mut progress) = (sse::Reader::default(), Progress::default());
    for piece in pieces {
        for data in reader.push(piece).ok()? {
            take(&data, &mut progress).ok()?;
        }
    }
    Some(progress.text)
}

#[test]
fn fuzz_model_streams() {
    let seeds: [&[u8]; 3] = [
        b"data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: {\"choices\":[{\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n",
        b": hi\r\nevent: x\r\ndata:{\"error\":{\"message\":\"m\"}}\r\r",
        b"data: {\"x_groq\":{\"usage\":null},\"choices\":[{\"message\":{\"content\":null}}]}\n\n",
    ];
    let words = ["data:", "\r", "\n\n", "null", "\"content\":", "-1", "[", "{\"choices\":[", "\\ud800", "\u{feff}"];
    fuzz::fuzz("model_streams", &seeds, &words, |input| {
        let whole = texts_of(&[input]);
        let middle = input.len() / 2;
        let (first, second) = input.split_at(middle);
        assert_eq!(texts_of(&[first, second]), whole, "it depends on how the bytes arrive");
    });
}
