//! The thread that owns the model.

use super::{Batch, EmbedError, Question, model::Model};
use tokio::sync::mpsc::Receiver;

/// Questions of one run: what has come together while the last run was under way.
const QUESTIONS_TOGETHER: usize = 16;

/// Starts the thread; it ends when both queues are closed.
pub(super) fn start(model: Model, questions: Receiver<Question>, batches: Receiver<Batch>) -> Result<(), EmbedError> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().build().map_err(|error| EmbedError::Thread(error.to_string()))?;
    std::thread::Builder::new()
        .name("embedder".to_owned())
        .spawn(move || runtime.block_on(serve(model, questions, batches)))
        .map_err(|error| EmbedError::Thread(error.to_string()))?;
    Ok(())
}

async fn serve(mut model: Model, mut questions: Receiver<Question>, mut batches: Receiver<Batch>) {
    loop {
        // In this order, so that a question overtakes every waiting batch.
        tokio::select! {
            biased;
            Some(first) = questions.recv() => {
                let mut together = vec![first];
                while together.len() < QUESTIONS_TOGETHER && let Ok(next) = questions.try_recv() {
                    together.push(next);
                }
                answer_questions(&mut model, together);
            }
            Some(batch) = batches.recv() => {
                // Nobody may be waiting any more: the caller was cancelled.
                if !batch.reply.is_closed() {
                    let vectors = model.passages(&batch.passages);
                    // The caller may have gone in the meantime.
                    let _ = batch.reply.send(vectors);
                }
            }
            else => return,
        }
    }
}

fn answer_questions(model: &mut Model, mut questions: Vec<Question>) {
    questions.retain(|question| !question.reply.is_closed());
    let texts: Vec<&str> = questions.iter().map(|question| question.text.as_str()).collect();
    if texts.is_empty() {
        return;
    }
    match model.questions(&texts) {
        Ok(vectors) => {
            for (question, vector) in questions.into_iter().zip(vectors) {
                let _ = question.reply.send(Ok(vector));
            }
        }
        Err(error) => {
            for question in questions {
                let _ = question.reply.send(Err(error.clone()));
            }
        }
    }
}
