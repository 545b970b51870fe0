//! What a visitor wants: a classifier that a tenant trains with examples, in seconds.
//!
//! Three look at a text: a softmax on the sentence embedding (trained with candle) at its meaning,
//! support vectors on hashed words and letter groups at its letters, and the examples themselves at how
//! near the nearest one is. Their sum is better than each. On Banking77 the first two tell 94.1 % of the
//! test questions, and 85.7 % with ten examples an intent; with the third it is 94.4 % and 86.0 %
//! (`ai/examples/intents`). A text that no intent is likely for stays unknown; from where on is
//! found by leaving whole intents out.

mod head;
mod letters;
mod meaning;
mod nearest;
mod report;
mod stored;
mod vectors;

pub use head::{Head, Verdict};
pub use report::{Confusion, IntentScore, Report, UnknownPoint};

use nearest::Nearest;
use report::assess;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

/// Most intents of a tenant.
pub const INTENTS: usize = 300;
/// Most examples of a tenant.
pub const EXAMPLES: usize = 30_000;
/// Fewest examples that an intent is trained with.
pub const FEWEST: usize = 2;

/// A text with what it means.
#[derive(Clone, Debug)]
pub struct Example {
    /// The text.
    pub text: String,
    /// Its sentence embedding, of length 1.
    pub vector: Vec<f32>,
    /// Its intent, from 0.
    pub intent: u32,
    /// It is the intent's own name: something to learn from, and nothing to be measured with.
    pub is_name: bool,
}

/// A trained classifier and how good it is.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The classifier.
    pub head: Head,
    /// How good it is on examples that it was not trained with.
    pub report: Report,
}

/// Why there is no classifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntentError {
    /// One intent alone cannot be told from others.
    #[error("At least two intents with {FEWEST} examples each are needed.")]
    TooFew,
    /// More than can be trained.
    #[error("There are more than {INTENTS} intents or {EXAMPLES} examples. Delete some first.")]
    TooMany,
    /// The vectors differ in length.
    #[error("the examples were embedded by different models")]
    Vectors,
    /// Training was told to stop.
    #[error("training was stopped")]
    Stopped,
    /// The library could not do its sums.
    #[error("the sums of the training went wrong")]
    Sums,
}

/// Trains a classifier and measures it on examples that were held out. Takes seconds of
/// processor time, so it is not for a thread that others wait for.
///
/// # Errors
/// When there are too few or too many examples, or `stop` was set.
pub fn train(examples: &[Example], stop: &AtomicBool) -> Result<Trained, IntentError> {
    let began = Instant::now();
    let count = check(examples)?;
    let all: Vec<&Example> = examples.iter().collect();
    let mut head = fit(&all, count, stop)?;
    let mut report = assess(examples, count, stop)?;
    head.set_scale(report.temperature, report.threshold);
    report.milliseconds = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    Ok(Trained { head, report })
}

/// The words of an intent's name, which is often written as a name of a program: `card_arrival`.
#[must_use]
pub fn words_of(name: &str) -> String {
    name.split(|c: char| c == '_' || c == '-' || c == '.' || c == '/' || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// How many intents there are.
fn check(examples: &[Example]) -> Result<usize, IntentError> {
    let mut counts = vec![0usize; INTENTS];
    let length = examples.first().map_or(0, |example| example.vector.len());
    if examples.len() > EXAMPLES {
        return Err(IntentError::TooMany);
    }
    for example in examples {
        if example.vector.len() != length || example.vector.iter().any(|value| !value.is_finite()) {
            return Err(IntentError::Vectors);
        }
        *counts.get_mut(example.intent as usize).ok_or(IntentError::TooMany)? += usize::from(!example.is_name);
    }
    let used = counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
    let enough = counts.iter().filter(|count| **count >= FEWEST).count();
    if enough < 2 || counts.iter().take(used).any(|count| *count < FEWEST) {
        return Err(IntentError::TooFew);
    }
    Ok(used)
}

/// Trains both heads, side by side.
fn fit(examples: &[&Example], intents: usize, stop: &AtomicBool) -> Result<Head, IntentError> {
    let (letters, meaning) = std::thread::scope(|scope| {
        let letters = scope.spawn(|| letters::fit(examples, intents, stop));
        let meaning = meaning::fit(examples, intents, stop);
        (letters.join(), meaning)
    });
    let letters = letters.map_err(|_panic| IntentError::Sums)?;
    if stop.load(Ordering::Relaxed) {
        return Err(IntentError::Stopped);
    }
    Ok(Head::new(meaning?, letters, Nearest::of(examples, intents)))
}

#[cfg(test)]
mod tests;
