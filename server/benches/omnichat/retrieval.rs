//! Whether the right passage is found, and whether the answer holds the right
//! words: as the owner's test chat asks, through HTTP, row level security and all.

use crate::{
    business::Business,
    corpus::{Corpus, Question},
    curve::{self, Kind, Point},
    knowledge::{learned, teach},
    options::Scale,
    report::{Report, Target},
    say,
};
use anyhow::Result;
use api::answers::TryQuestion;
use futures::{StreamExt, TryStreamExt, stream};
use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
    time::Instant,
};
use types::{
    SourceId,
    answers::{AnswerKind, TestAnswer},
};

/// Questions that are asked at once.
const TOGETHER: usize = 2;

/// What came of a question.
struct Outcome {
    point: Point,
    place: Option<usize>,
    answered: bool,
    /// Of an article that no weight of the words was fitted on.
    is_unseen: bool,
}

/// The articles that the weights of a question's words (`ai/src/weights/missing.bin`) were not fitted on: in
/// alphabetical order, every second one.
fn unseen(corpus: &Corpus) -> BTreeSet<&str> {
    let all: BTreeSet<&str> = corpus.passages.iter().map(|passage| article(&passage.id)).collect();
    all.into_iter().skip(1).step_by(2).collect()
}

/// The article of a passage `Normans#3`.
fn article(passage: &str) -> &str {
    passage.split('#').next().unwrap_or_default()
}

/// Teaches each passage as a source of its own and asks every question.
///
/// # Errors
/// When the server refuses a source or a question.
pub async fn measure(
    business: &Business,
    scale: &Scale,
    corpus: &Corpus,
    folder: &Path,
    report: &mut Report,
) -> Result<()> {
    say::heading("Retrieval");
    let (most_passages, most_questions) = scale.retrieval;
    let began = Instant::now();
    let mut names: HashMap<SourceId, &str> = HashMap::new();
    for passage in corpus.passages.iter().take(most_passages) {
        names.insert(teach(business, &passage.title, &passage.text).await?.id, &passage.id);
    }
    let known = learned(business, began).await?;
    let taught: BTreeSet<&str> = names.values().copied().collect();
    let questions = corpus.questions.iter().filter(|asked| taught.contains(asked.passage.as_str()));
    let names = &names;
    let unseen = &unseen(corpus);
    let outcomes: Vec<Outcome> = stream::iter(questions.take(most_questions))
        .map(|asked| async move {
            let answer = business.owner.call(&TryQuestion { question: asked.question.clone() }).await?;
            let is_unseen = unseen.contains(article(&asked.passage));
            anyhow::Ok(Outcome { is_unseen, ..judge(asked, &answer, names) })
        })
        .buffer_unordered(TOGETHER)
        .try_collect()
        .await?;
    let strangers = if most_questions > 1_000 { corpus.strangers.len() } else { most_questions / 4 };
    let strange: Vec<Outcome> = stream::iter(corpus.strangers.iter().take(strangers))
        .map(|question| async move {
            let answer = business.owner.call(&TryQuestion { question: question.clone() }).await?;
            let confidence = answer.answer.confidence;
            let answered = answer.answer.kind != AnswerKind::HandOff;
            anyhow::Ok(Outcome {
                point: Point { kind: Kind::Stranger, confidence, is_right: false },
                place: None,
                answered,
                is_unseen: true,
            })
        })
        .buffer_unordered(TOGETHER)
        .try_collect()
        .await?;
    found(&outcomes, known.passages, names.len(), corpus.is_real, report);
    let all: Vec<Outcome> = outcomes.into_iter().chain(strange).collect();
    honest(&all, corpus.is_real, report);
    let points: Vec<Point> = all.iter().map(|outcome| outcome.point).collect();
    curve::write(&curve::steps(&points), folder)
}

fn judge(asked: &Question, answer: &TestAnswer, names: &HashMap<SourceId, &str>) -> Outcome {
    let place =
        answer.passages.iter().position(|passage| names.get(&passage.source_id).is_some_and(|id| *id == asked.passage));
    // The answer before the threshold: what it would say if it had to.
    let text = answer.account.draft.as_ref().map(|draft| plain(&draft.text)).unwrap_or_default();
    let is_right = asked.answers.iter().any(|span| text.contains(&plain(span)));
    let kind = if asked.answerable { Kind::Answerable } else { Kind::Trap };
    Outcome {
        point: Point { kind, confidence: answer.answer.confidence, is_right: asked.answerable && is_right },
        place,
        answered: answer.answer.kind != AnswerKind::HandOff,
        is_unseen: false,
    }
}

fn share(of: &[&Outcome], test: impl Fn(&Outcome) -> bool) -> f64 {
    of.iter().filter(|outcome| test(outcome)).count() as f64 / of.len().max(1) as f64
}

fn of(outcomes: &[Outcome], kind: Kind) -> Vec<&Outcome> {
    outcomes.iter().filter(|outcome| outcome.point.kind == kind).collect()
}

/// Whether the right source is found.
fn found(outcomes: &[Outcome], passages: usize, sources: usize, is_real: bool, report: &mut Report) {
    let asked = of(outcomes, Kind::Answerable);
    let sample =
        format!("{} answerable questions, {sources} sources of one tenant in {passages} passages", asked.len());
    // Texts that a machine made say nothing about how people ask.
    let (top_1, top_5) =
        if is_real { (Target::AtLeast(0.84), Target::AtLeast(0.955)) } else { (Target::None, Target::None) };
    report.add("right source first (top-1)", share(&asked, |o| o.place == Some(0)), "", top_1, &sample);
    report.add(
        "right source among five passages (top-5)",
        share(&asked, |o| o.place.is_some_and(|p| p < 5)),
        "",
        top_5,
        &sample,
    );
}

/// Whether what can be answered is, rightly, and the rest is not.
fn honest(outcomes: &[Outcome], is_real: bool, report: &mut Report) {
    let target = |least: f64| if is_real { Target::AtLeast(least) } else { Target::None };
    let asked = of(outcomes, Kind::Answerable);
    let sample = "of the same questions, if every one were answered";
    report.add("answer holds an accepted span", share(&asked, |o| o.point.is_right), "", target(0.70), sample);
    let sample = "of the same questions; the others are handed off";
    report.add("answered at the default threshold", share(&asked, |o| o.answered), "", target(0.90), sample);
    let given: Vec<&Outcome> = asked.iter().copied().filter(|outcome| outcome.answered).collect();
    let sample = format!("of {} answers given to answerable questions", given.len());
    report.add("given answer holds an accepted span", share(&given, |o| o.point.is_right), "", Target::None, sample);
    let points: Vec<Point> = outcomes.iter().map(|outcome| outcome.point).collect();
    let sample = "confidence of answerable questions over tenths: mean distance of what it says from what is";
    report.add("calibration error", curve::calibration_error(&points), "", Target::None, sample);
    let strangers = of(outcomes, Kind::Stranger);
    if !strangers.is_empty() {
        let sample = format!("{} questions to a bank", strangers.len());
        report.add(
            "question about something else handed off",
            share(&strangers, |o| !o.answered),
            "",
            target(0.98),
            &sample,
        );
        report.add("area under the curve against these", curve::auc(&points, Kind::Stranger), "", Target::None, sample);
    }
    let traps = of(outcomes, Kind::Trap);
    if !traps.is_empty() {
        let sample = format!("{} questions that look alike and that nothing answers", traps.len());
        report.add("trap question handed off", share(&traps, |o| !o.answered), "", Target::None, &sample);
        report.add("area under the curve against traps", curve::auc(&points, Kind::Trap), "", Target::None, sample);
        let points: Vec<Point> =
            outcomes.iter().filter(|outcome| outcome.is_unseen).map(|outcome| outcome.point).collect();
        let sample = "the same, on the articles that no weight of the words was fitted on";
        report.add(
            "area under the curve against traps, held out",
            curve::auc(&points, Kind::Trap),
            "",
            target(0.70),
            sample,
        );
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
