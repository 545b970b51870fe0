//! A language model behind an OpenAI-compatible endpoint, streamed.
//!
//! Whatever the endpoint does (stall, cut off, talk nonsense, say no), the
//! caller gets a typed error within a known time, and can answer without it.

mod edit;
pub mod grounding;
mod pace;
mod prompt;
mod rewrite;
mod sse;

pub use edit::{edit, keeps_facts, summarise, summary};
pub use prompt::{Grounding, NO_ANSWER, Tenant, Turn, citations, messages};
pub use rewrite::{NotThat, follow_up, follow_up_material, stand_alone};

use reqwest::{Client, StatusCode, header};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Where the model is.
#[derive(Clone)]
pub struct Endpoint {
    /// Base URL, such as `https://api.example.com/v1`.
    pub base_url: String,
    /// Key, sent as a bearer token; empty for none.
    pub key: String,
    /// The model's name there.
    pub model: String,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("base_url", &self.base_url).field("model", &self.model).finish_non_exhaustive()
    }
}

/// How long the model may take, and how much it may write.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the first words.
    pub first: Duration,
    /// In each such span after the first words it writes [`Limits::least`] bytes.
    pub span: Duration,
    /// Bytes of text that keep it from being taken for one that has stopped.
    pub least: usize,
    /// Altogether.
    pub total: Duration,
    /// Bytes of text.
    pub bytes: usize,
    /// Tokens that it may write.
    pub tokens: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A model on a processor reads five passages for long before it says the first word.
            first: Duration::from_secs(15),
            // One that writes four bytes a second (a token, or one Chinese character and a bit) passes.
            span: Duration::from_secs(6),
            least: 24,
            total: Duration::from_secs(45),
            bytes: 16 * 1024,
            tokens: 800,
        }
    }
}

/// Bytes that an endpoint may send for each byte of text that it may write: a token of four letters comes in some
/// hundred bytes of JSON, and models that think aloud send much that is not text.
const AROUND_WORDS: usize = 512;

/// One line of a conversation with a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// `system`, `user` or `assistant`.
    pub role: &'static str,
    /// What was said.
    pub content: String,
}

/// What the model wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The whole text.
    pub text: String,
    /// Tokens read and written.
    pub usage: Usage,
}

/// Tokens of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read.
    pub input: u32,
    /// Tokens written.
    pub output: u32,
    /// Counted by us from the length of the texts, as the endpoint did not say.
    pub is_estimate: bool,
}

impl Usage {
    /// What a call reads and writes, roughly: four bytes are a token.
    #[must_use]
    pub fn estimate(messages: &[Message], written: &str) -> Self {
        let tokens = |bytes: usize| u32::try_from(bytes.div_ceil(4)).unwrap_or(u32::MAX);
        // A few tokens go into the frame of each message.
        let read = messages.iter().map(|message| message.content.len() + 16).sum();
        Self { input: tokens(read), output: tokens(written.len()), is_estimate: true }
    }
}

/// Why there is no answer of the model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LlmError {
    /// The endpoint cannot be reached.
    #[error("the endpoint cannot be reached: {0}")]
    Unreachable(String),
    /// The key is wrong or may not do this.
    #[error("the endpoint refuses the key (HTTP {0}): check the key and the model")]
    Refused(u16),
    /// The address or the model's name is wrong.
    #[error("the endpoint knows no such model or address (HTTP {status}): {message}")]
    Unknown {
        /// The status.
        status: u16,
        /// What it says.
        message: String,
    },
    /// Too many requests, or the quota is used up.
    #[error("the endpoint is at its limit (HTTP 429); it asks to wait {retry_seconds:?} seconds")]
    Limited {
        /// How long it asks to wait.
        retry_seconds: Option<u64>,
    },
    /// The endpoint has a fault.
    #[error("the endpoint has a fault (HTTP {0})")]
    Fault(u16),
    /// It took too long.
    #[error("the endpoint is too slow: {0}")]
    Slow(&'static str),
    /// The answer broke off in the middle.
    #[error("the answer broke off: {0}")]
    Cut(String),
    /// What came is no answer.
    #[error("the endpoint sent something that is no answer: {0}")]
    Nonsense(String),
    /// It wrote more than it may.
    #[error("the answer is longer than allowed")]
    TooLong,
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    messages: &'a [Message],
    stream: bool,
    stream_options: StreamOptions,
    temperature: f32,
    max_tokens: u32,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Deserialize)]
struct Frame {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Counted>,
    /// Where Groq puts it.
    x_groq: Option<Groq>,
    error: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Choice {
    delta: Option<Delta>,
    message: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
}

#[derive(Deserialize)]
struct Groq {
    usage: Option<Counted>,
}

#[derive(Deserialize)]
struct Counted {
    prompt_tokens: Option<u32>,
    completion_tokens: Option<u32>,
}

/// What has come so far.
#[derive(Default)]
struct Progress {
    text: String,
    usage: Option<Usage>,
    /// The model has ended.
    is_finished: bool,
    /// It ended because it may not write more.
    is_truncated: bool,
}

/// How long the count of tokens is waited for once the model has ended.
const COUNT: Duration = Duration::from_millis(500);

/// Bytes of an error page that are looked at.
const ERROR_BYTES: usize = 2048;

/// Asks the model; `on_delta` gets the whole text so far each time it grows.
///
/// # Errors
/// When there is no whole answer within the limits.
pub async fn stream(
    client: &Client,
    endpoint: &Endpoint,
    limits: &Limits,
    messages: &[Message],
    mut on_delta: impl FnMut(&str) + Send,
) -> Result<Completion, LlmError> {
    let started = Instant::now();
    let end = started + limits.total;
    let mut patience = (started + limits.first).min(end);
    let mut response = timeout_at(patience, send(client, endpoint, limits, messages))
        .await
        .map_err(|_elapsed| LlmError::Slow("no answer in time"))??;
    let is_stream = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/event-stream"));
    let mut reader = sse::Reader::default();
    let mut progress = Progress::default();
    let mut pace = pace::Pace::new(limits.span, limits.least);
    // An endpoint that ignores `stream` sends one JSON document.
    let mut whole = Vec::new();
    let mut heard = 0;
    'reading: loop {
        let bytes = match timeout_at(patience, response.chunk()).await {
            Ok(Ok(Some(bytes))) => bytes,
            Ok(Ok(None)) => break,
            // The words are all there; how many tokens they are is not worth a fault.
            _ if progress.is_finished => break,
            Ok(Err(error)) => return Err(LlmError::Cut(reason(&error))),
            Err(_elapsed) if progress.text.is_empty() => return Err(LlmError::Slow("no words in time")),
            Err(_elapsed) => return Err(LlmError::Slow("it stopped in the middle, or writes a word now and then")),
        };
        heard += bytes.len();
        if heard > limits.bytes.saturating_mul(AROUND_WORDS) {
            return Err(LlmError::TooLong);
        }
        if !is_stream {
            whole.extend_from_slice(&bytes);
            if whole.len() > limits.bytes * 4 {
                return Err(LlmError::TooLong);
            }
            continue;
        }
        for data in reader.push(&bytes).map_err(|sse::TooLong| LlmError::TooLong)? {
            if data == "[DONE]" {
                progress.is_finished = true;
                break 'reading;
            }
            let before = progress.text.len();
            let grown = take(&data, &mut progress)?;
            if progress.text.len() > limits.bytes {
                return Err(LlmError::TooLong);
            }
            if grown {
                // Only words count as a sign of life; comments and empty frames do not.
                patience = pace.until(Instant::now(), progress.text.len() - before).min(end);
                on_delta(&progress.text);
            }
        }
        if progress.is_finished {
            if progress.usage.is_some() {
                break;
            }
            patience = patience.min(Instant::now() + COUNT);
        }
    }
    if !is_stream {
        let document = String::from_utf8(whole).map_err(|error| LlmError::Nonsense(error.to_string()))?;
        if take(&document, &mut progress)? {
            on_delta(&progress.text);
        }
    }
    if !progress.is_finished {
        return Err(LlmError::Cut("the stream ended early".to_owned()));
    }
    if progress.is_truncated {
        return Err(LlmError::Cut("it ended before the answer did".to_owned()));
    }
    if progress.text.trim().is_empty() {
        return Err(LlmError::Nonsense("an empty answer".to_owned()));
    }
    let usage = progress.usage.unwrap_or_else(|| Usage::estimate(messages, &progress.text));
    Ok(Completion { text: progress.text, usage })
}

/// Takes a frame in; true when the text has grown.
fn take(data: &str, progress: &mut Progress) -> Result<bool, LlmError> {
    let frame: Frame = serde_json::from_str(data).map_err(|error| LlmError::Nonsense(error.to_string()))?;
    if let Some(error) = frame.error.filter(|error| !error.is_null()) {
        return Err(LlmError::Cut(short(&error.to_string())));
    }
    let counted = frame.usage.or_else(|| frame.x_groq.and_then(|groq| groq.usage));
    if let Some(Counted { prompt_tokens: Some(input), completion_tokens: Some(output) }) = counted {
        progress.usage = Some(Usage { input, output, is_estimate: false });
    }
    let Some(choice) = frame.choices.into_iter().next() else { return Ok(false) };
    progress.is_finished |= choice.finish_reason.is_some();
    progress.is_truncated |= matches!(choice.finish_reason.as_deref(), Some("length" | "content_filter"));
    let text = choice.delta.or(choice.message).and_then(|delta| delta.content).unwrap_or_default();
    // No answer has a NUL, and none with one could be stored.
    progress.text.extend(text.chars().filter(|letter| *letter != '\0'));
    Ok(!text.is_empty())
}

async fn send(
    client: &Client,
    endpoint: &Endpoint,
    limits: &Limits,
    messages: &[Message],
) -> Result<reqwest::Response, LlmError> {
    let url = format!("{}/chat/completions", endpoint.base_url.trim_end_matches('/'));
    let request = Request {
        model: &endpoint.model,
        messages,
        stream: true,
        stream_options: StreamOptions { include_usage: true },
        temperature: 0.2,
        max_tokens: limits.tokens,
    };
    let mut post = client.post(url).header(header::ACCEPT, "text/event-stream").json(&request);
    if !endpoint.key.is_empty() {
        post = post.bearer_auth(&endpoint.key);
    }
    let response = post.send().await.map_err(|error| LlmError::Unreachable(reason(&error)))?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    Err(match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => LlmError::Refused(status.as_u16()),
        StatusCode::TOO_MANY_REQUESTS => LlmError::Limited {
            retry_seconds: response
                .headers()
                .get(header::RETRY_AFTER)
                .and_then(|wait| wait.to_str().ok())
                .and_then(|wait| wait.parse().ok()),
        },
        status if status.is_server_error() => LlmError::Fault(status.as_u16()),
        status => LlmError::Unknown { status: status.as_u16(), message: error_text(response).await },
    })
}

async fn error_text(mut response: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < ERROR_BYTES
        && let Ok(Some(more)) = response.chunk().await
    {
        bytes.extend_from_slice(&more);
    }
    short(&String::from_utf8_lossy(&bytes))
}

fn short(text: &str) -> String {
    text.chars().filter(|letter| *letter != '\0').take(300).collect()
}

/// The cause of an error without the address, which may be long.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    short(&cause.to_string())
}

#[cfg(test)]
mod tests;
