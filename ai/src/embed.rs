//! Sentence embeddings: one thread owns the model, everybody asks it through a queue.
//!
//! A question is always taken before passages, and each text is a run of its
//! own, so that somebody who waits for an answer waits for one passage at most,
//! and for one question of each other who asks ([`Embedder::on_behalf`]).
//! A model in 8-bit integers asks for that too: it rounds by the largest number
//! of a run, so what runs together changes each other's vectors. And together
//! they would hardly be faster. A passage is run through the model once; the
//! vectors of its sentence windows are pooled from the same token vectors.

mod axes;
mod describe;
mod model;
mod pool;
mod round;
mod runtime;
mod tokenizer;
mod worker;

pub use describe::{Description, Pooling};

use std::{
    ops::Range,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// Numbers in a vector.
pub const DIMENSIONS: usize = 384;

/// Tokens of a text that are read when the model does not say how many; the rest is cut off.
pub const MAX_TOKENS: usize = 256;

/// Questions that may wait; more are told to come back.
const QUESTIONS_WAITING: usize = 512;

/// Passages that may wait; whoever brings more is held up.
const PASSAGES_WAITING: usize = 64;

/// Where the parts are and how much of the machine to use.
#[derive(Clone, Debug)]
pub struct EmbedderSettings {
    /// Absolute path of the ONNX Runtime library.
    pub onnxruntime: PathBuf,
    /// Folder with `model.onnx`, `tokenizer.json` and the files beside it; see [`Description`].
    pub model_dir: PathBuf,
    /// Threads for one run of the model.
    pub threads: usize,
}

/// Why there is no vector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    /// The ONNX Runtime library is missing or broken.
    #[error(
        "ONNX Runtime cannot be loaded from {path}: {reason}. Run `cargo xtask setup`, or point OMNICHAT_ONNXRUNTIME to libonnxruntime 1.24 or newer"
    )]
    Library {
        /// Where it was looked for.
        path: String,
        /// What went wrong.
        reason: String,
    },
    /// A file of the model is missing or broken.
    #[error(
        "the embedding model cannot be read from {path}: {reason}. Run `cargo xtask setup`, or point OMNICHAT_MODEL_DIR to a folder with the model.onnx of a model that makes vectors of 384 numbers, and its tokenizer files"
    )]
    Model {
        /// Where it was looked for.
        path: String,
        /// What went wrong.
        reason: String,
    },
    /// The worker cannot be started.
    #[error("the thread for embeddings cannot be started: {0}")]
    Thread(String),
    /// Too many questions wait already.
    #[error("too many questions are waiting for the embedding model; try again in a moment")]
    Busy,
    /// The worker has ended.
    #[error("the embedding worker has stopped; restart the server")]
    Stopped,
    /// The model could not be run on this text.
    #[error("the embedding model failed: {0}")]
    Failed(String),
}

/// A passage with the windows of it that get a vector of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassageText {
    /// What is embedded.
    pub text: String,
    /// Byte ranges of the windows in the text.
    pub windows: Vec<Range<usize>>,
}

/// The vectors of a passage; all of length one.
#[derive(Clone, Debug, PartialEq)]
pub struct PassageVectors {
    /// Of the whole passage.
    pub whole: Vec<f32>,
    /// Of its windows, in their order.
    pub windows: Vec<Vec<f32>>,
}

/// A text, and its tokens that stand for something in it, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tokens {
    /// The vector of the whole text, of length one.
    pub whole: Vec<f32>,
    /// What each stands for: a word or a part of one.
    pub words: Vec<String>,
    /// The vector of each, of length one.
    pub vectors: Vec<Vec<f32>>,
}

/// Something that a person waits for.
enum Question {
    Whole { text: String, reply: oneshot::Sender<Result<Vec<f32>, EmbedError>> },
    Tokens { text: String, reply: oneshot::Sender<Result<Tokens, EmbedError>> },
}

struct Passage {
    passage: PassageText,
    reply: oneshot::Sender<Result<PassageVectors, EmbedError>>,
}

/// The questions that wait.
type Questions = Arc<Mutex<round::Round<Question>>>;

/// A handle to the embedding worker; cheap to clone. The worker ends with the last handle.
#[derive(Clone, Debug)]
pub struct Embedder {
    asker: u128,
    questions: Questions,
    /// Tells the worker of each question.
    asked: mpsc::Sender<()>,
    passages: mpsc::Sender<Passage>,
    description: Arc<(Description, String)>,
    pulse: Arc<Pulse>,
}

/// Signs of life of the worker.
#[derive(Debug)]
struct Pulse {
    start: Instant,
    answers: AtomicU64,
    /// Milliseconds from the start to the last answer.
    last: AtomicU64,
}

impl Pulse {
    fn beat(&self) {
        self.last.store(u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX), Relaxed);
        self.answers.fetch_add(1, Relaxed);
    }
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Question")
    }
}

impl std::fmt::Debug for Passage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passage")
    }
}

impl Embedder {
    /// Loads library and model and starts the worker. Takes about a second; call it off the runtime's threads.
    ///
    /// # Errors
    /// Says which part is missing or broken, and what to do.
    pub fn start(settings: &EmbedderSettings) -> Result<Self, EmbedError> {
        let description = Description::read(&settings.model_dir)?;
        let model = model::Model::load(settings, description.clone())?;
        let questions = Arc::new(Mutex::new(round::Round::new(QUESTIONS_WAITING)));
        let (asked, told) = mpsc::channel(QUESTIONS_WAITING);
        let (passages, passage_queue) = mpsc::channel(PASSAGES_WAITING);
        let pulse = Arc::new(Pulse { start: Instant::now(), answers: AtomicU64::new(0), last: AtomicU64::new(0) });
        worker::start(model, (Arc::clone(&questions), told), passage_queue, Arc::clone(&pulse))?;
        let key = description.key();
        Ok(Self { asker: 0, questions, asked, passages, description: Arc::new((description, key)), pulse })
    }

    /// The same for one of those who share it: their questions take turns.
    #[must_use]
    pub fn on_behalf(&self, asker: u128) -> Self {
        Self { asker, ..self.clone() }
    }

    /// What is stored with each vector: vectors of two models, or of two ways to use one, cannot be compared.
    #[must_use]
    pub fn model_name(&self) -> &str {
        &self.description.1
    }

    /// What the model says of itself.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description.0
    }

    /// How many texts were run through the model since it was loaded.
    #[must_use]
    pub fn answers(&self) -> u64 {
        self.pulse.answers.load(Relaxed)
    }

    /// Whether a text was run through the model within so long.
    #[must_use]
    pub fn answered_within(&self, time: Duration) -> bool {
        let last = Duration::from_millis(self.pulse.last.load(Relaxed));
        self.answers() > 0 && self.pulse.start.elapsed().saturating_sub(last) <= time
    }

    /// The vector of a question.
    ///
    /// # Errors
    /// When too many wait, the worker has ended, or the model fails.
    pub async fn embed_question(&self, text: &str) -> Result<Vec<f32>, EmbedError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Question::Whole { text: text.to_owned(), reply })?;
        answer.await.map_err(|_closed| EmbedError::Stopped)?
    }

    /// The vectors of a question and of its tokens; of the tokens none when the model gives a vector for
    /// the whole text alone. Taken before passages, as every question is.
    ///
    /// # Errors
    /// When too many wait, the worker has ended, or the model fails.
    pub async fn embed_tokens(&self, text: &str) -> Result<Tokens, EmbedError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Question::Tokens { text: text.to_owned(), reply })?;
        answer.await.map_err(|_closed| EmbedError::Stopped)?
    }

    fn ask(&self, question: Question) -> Result<(), EmbedError> {
        let mut questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner);
        questions.push(self.asker, question).map_err(|_refused| EmbedError::Busy)?;
        // Each that waits was told of once, so there is room to tell of this one.
        self.asked.try_send(()).map_err(|_closed| EmbedError::Stopped)
    }

    /// The vectors of texts that answer questions, in their order.
    ///
    /// # Errors
    /// When the worker has ended or the model fails.
    pub async fn embed_passages(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        let passages = texts.into_iter().map(|text| PassageText { text, windows: Vec::new() }).collect();
        Ok(self.embed_windows(passages).await?.into_iter().map(|vectors| vectors.whole).collect())
    }

    /// The vectors of passages and of their windows, in their order.
    ///
    /// # Errors
    /// When the worker has ended or the model fails.
    pub async fn embed_windows(&self, passages: Vec<PassageText>) -> Result<Vec<PassageVectors>, EmbedError> {
        let mut waiting = Vec::with_capacity(passages.len());
        for passage in passages {
            let (reply, answer) = oneshot::channel();
            self.passages.send(Passage { passage, reply }).await.map_err(|_closed| EmbedError::Stopped)?;
            waiting.push(answer);
        }
        let mut results = Vec::with_capacity(waiting.len());
        for answer in waiting {
            results.push(answer.await.map_err(|_closed| EmbedError::Stopped)??);
        }
        Ok(results)
    }
}
