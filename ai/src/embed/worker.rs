//! The thread that owns the model.

use super::{EmbedError, Passage, Pulse, Question, Questions, model::Model};
use std::sync::{Arc, PoisonError};
use tokio::sync::mpsc::Receiver;

/// Starts the thread; it ends when both queues are closed.
pub(super) fn start(
    model: Model,
    questions: (Questions, Receiver<()>),
    passages: Receiver<Passage>,
    pulse: Arc<Pulse>,
) -> Result<(), EmbedError> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().build().map_err(|error| EmbedError::Thread(error.to_string()))?;
    std::thread::Builder::new()
        .name("embedder".to_owned())
        .spawn(move || runtime.block_on(serve(model, questions, passages, pulse)))
        .map_err(|error| EmbedError::Thread(error.to_string()))?;
    Ok(())
}

async fn serve(
    mut model: Model,
    (questions, mut asked): (Questions, Receiver<()>),
    mut passages: Receiver<Passage>,
    pulse: Arc<Pulse>,
) {
    let told = |is_well: bool| {
        if is_well {
            pulse.beat();
        }
    };
    let next = || questions.lock().unwrap_or_else(PoisonError::into_inner).pop();
    loop {
        // In this order, so that a question overtakes every waiting passage. Nobody may be waiting for a text any
        // more, or have gone when its vector is there: the caller was cancelled.
        tokio::select! {
            biased;
            Some(()) = asked.recv() => match next() {
                Some(Question::Whole { text, reply }) if !reply.is_closed() => {
                    let vector = model.question(&text);
                    told(vector.is_ok());
                    let _gone = reply.send(vector);
                }
                Some(Question::Tokens { text, reply }) if !reply.is_closed() => {
                    let tokens = model.tokens(&text);
                    told(tokens.is_ok());
                    let _gone = reply.send(tokens);
                }
                Some(Question::Whole { .. } | Question::Tokens { .. }) | None => {}
            },
            Some(Passage { passage, reply }) = passages.recv() => {
                if !reply.is_closed() {
                    let vectors = model.passage(&passage);
                    told(vectors.is_ok());
                    let _gone = reply.send(vectors);
                }
            }
            else => return,
        }
    }
}
