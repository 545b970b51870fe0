//! The thread that owns the model.

use super::{EmbedError, Passage, Question, model::Model};
use tokio::sync::mpsc::Receiver;

/// Starts the thread; it ends when both queues are closed.
pub(super) fn start(
    model: Model,
    questions: Receiver<Question>,
    passages: Receiver<Passage>,
) -> Result<(), EmbedError> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().build().map_err(|error| EmbedError::Thread(error.to_string()))?;
    std::thread::Builder::new()
        .name("embedder".to_owned())
        .spawn(move || runtime.block_on(serve(model, questions, passages)))
        .map_err(|error| EmbedError::Thread(error.to_string()))?;
    Ok(())
}

async fn serve(mut model: Model, mut questions: Receiver<Question>, mut passages: Receiver<Passage>) {
    loop {
        // In this order, so that a question overtakes every waiting passage. Nobody may be waiting for a text any
        // more, or have gone when its vector is there: the caller was cancelled.
        tokio::select! {
            biased;
            Some(question) = questions.recv() => match question {
                Question::Whole { text, reply } if !reply.is_closed() => {
                    let _gone = reply.send(model.question(&text));
                }
                Question::Tokens { text, reply } if !reply.is_closed() => {
                    let _gone = reply.send(model.tokens(&text));
                }
                Question::Whole { .. } | Question::Tokens { .. } => {}
            },
            Some(Passage { passage, reply }) = passages.recv() => {
                if !reply.is_closed() {
                    let _gone = reply.send(model.passage(&passage));
                }
            }
            else => return,
        }
    }
}
