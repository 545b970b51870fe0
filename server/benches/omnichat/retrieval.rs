//! Whether the right passage is found, and whether the answer holds the right
//! words: as the owner's test chat asks, through HTTP, row level security and all.

use crate::{
    business::Business,
    corpus::{Corpus, Question},
    knowledge::{learned, teach},
    options::Scale,
    report::{Report, Target},
    say,
};
use anyhow::Result;
use api::answers::TryQuestion;
use futures::{StreamExt, TryStreamExt, stream};
use std::{collections::HashMap, time::Instant};
use types::{
    SourceId,
    answers::{AnswerKind, TestAnswer},
};

/// Questions that are asked at once.
const TOGETHER: usize = 2;

/// What came of a question.
struct Outcome {
    answerable: bool,
    place: Option<usize>,
    answered: bool,
    right: bool,
}

/// Teaches each passage as a source of its own and asks every question.
///
/// # Errors
/// When the server refuses a source or a question.
pub async fn measure(business: &Business, scale: &Scale, corpus: &Corpus, report: &mut Report) -> Result<()> {
    say::heading("Retrieval");
    let (most_passages, most_questions) = scale.retrieval;
    let began = Instant::now();
    let mut names: HashMap<SourceId, &str> = HashMap::new();
    for passage in corpus.passages.iter().take(most_passages) {
        names.insert(teach(business, &passage.title, &passage.text).await?.id, &passage.id);
    }
    let known = learned(business, began).await?;
    let taught: std::collections::HashSet<&str> = names.values().copied().collect();
    let questions = corpus.questions.iter().filter(|asked| taught.contains(asked.passage.as_str()));
    let names = &names;
    let outcomes: Vec<Outcome> = stream::iter(questions.take(most_questions))
        .map(|asked| async move {
            let answer = business.owner.call(&TryQuestion { question: asked.question.clone() }).await?;
            anyhow::Ok(judge(asked, &answer, names))
        })
        .buffer_unordered(TOGETHER)
        .try_collect()
        .await?;
    tell(&outcomes, known.passages, names.len(), corpus.is_real, report);
    Ok(())
}

fn judge(asked: &Question, answer: &TestAnswer, names: &HashMap<SourceId, &str>) -> Outcome {
    let place =
        answer.passages.iter().position(|passage| names.get(&passage.source_id).is_some_and(|id| *id == asked.passage));
    let text = plain(&answer.answer.text);
    let answered = answer.answer.kind != AnswerKind::HandOff;
    let right = answered && asked.answers.iter().any(|span| text.contains(&plain(span)));
    Outcome { answerable: asked.answerable, place, answered, right }
}

fn tell(outcomes: &[Outcome], passages: usize, sources: usize, is_real: bool, report: &mut Report) {
    let asked: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.answerable).collect();
    let share = |of: &[&Outcome], test: fn(&Outcome) -> bool| {
        of.iter().filter(|outcome| test(outcome)).count() as f64 / of.len().max(1) as f64
    };
    let sample =
        format!("{} answerable questions, {sources} sources of one tenant in {passages} passages", asked.len());
    // Texts that a machine made say nothing about how people ask.
    let (top_1, top_5) =
        if is_real { (Target::AtLeast(0.80), Target::AtLeast(0.94)) } else { (Target::None, Target::None) };
    report.add("right source first (top-1)", share(&asked, |o| o.place == Some(0)), "", top_1, &sample);
    report.add(
        "right source among five passages (top-5)",
        share(&asked, |o| o.place.is_some_and(|p| p < 5)),
        "",
        top_5,
        &sample,
    );
    report.add("answer holds an accepted span", share(&asked, |o| o.right), "", Target::None, "of the same questions");
    report.add(
        "answered at the default threshold",
        share(&asked, |o| o.answered),
        "",
        Target::None,
        "of the same questions; the others are handed off",
    );
    let given: Vec<&Outcome> = asked.iter().copied().filter(|outcome| outcome.answered).collect();
    let sample = format!("of {} answers given to answerable questions", given.len());
    report.add("given answer holds an accepted span", share(&given, |o| o.right), "", Target::None, sample);
    let hopeless: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.answerable).collect();
    if !hopeless.is_empty() {
        let sample = format!("{} questions that look alike and that nothing answers", hopeless.len());
        report.add("unanswerable question handed off", share(&hopeless, |o| !o.answered), "", Target::None, sample);
    }
}

/// Lower case words, without signs and without the numbers of citations.
fn plain(text: &str) -> String {
    let mut plain = String::from(" ");
    for part in text.split('[') {
        let part = part
            .split_once(']')
            .map_or(part, |(number, rest)| if number.bytes().all(|byte| byte.is_ascii_digit()) { rest } else { part });
        for word in part.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
            plain.push_str(&word.to_lowercase());
            plain.push(' ');
        }
    }
    plain
}
