//! Measures the answers on real questions, in memory: finding the passage,
//! answering, and honesty about what cannot be answered.
//!
//! `evaluate DATA [--model-dir FOLDER] [--banking CSV] [--fit --train CSV]`, with
//! `OMNICHAT_ONNXRUNTIME` and, without `--model-dir`, `OMNICHAT_MODEL_DIR` as for the server. DATA holds `passages.jsonl` and
//! `questions.jsonl` in the form of SQuAD 2.0. With `--fit` the weights are fitted anew; every figure
//! is then of articles that the weights were not fitted on. `--write FILE` writes those of the words.

#![expect(clippy::print_stdout, reason = "a program for the terminal")]

mod data;
mod fit;
mod gate;
mod words;

use ai::{
    bm25::{SparseVector, Statistics, Tongue},
    embed::{Embedder, EmbedderSettings},
    extract::{self, Extracted, Met},
    passage::{Indexed, prepare},
    retrieve::{self, CANDIDATES, Candidate, Question, Ranked},
};
use data::{Asked, Passage};
use std::{error::Error, path::Path, time::Instant};

/// A question with what was found for it.
struct Case {
    asked: Asked,
    question: Question,
    /// Places of the candidates among all passages.
    places: Vec<usize>,
    candidates: Vec<Candidate>,
    ranked: Vec<Ranked>,
    /// How the words of the question are met by the answer.
    met: Option<Met>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().filter(|first| !first.starts_with("--")).ok_or("which folder with the data?")?;
    let after = |flag: &str| arguments.iter().position(|a| a == flag).and_then(|at| arguments.get(at + 1));
    let embedder = Embedder::start(&EmbedderSettings {
        onnxruntime: std::env::var("OMNICHAT_ONNXRUNTIME")?.into(),
        model_dir: match after("--model-dir") {
            Some(folder) => folder.into(),
            None => std::env::var("OMNICHAT_MODEL_DIR")?.into(),
        },
        threads: 2,
    })?;
    println!("model {:?}", embedder.description());
    let passages = data::passages(Path::new(folder))?;
    let start = Instant::now();
    let indexed = index(&embedder, &passages).await?;
    println!("{} passages in {:.1} s", passages.len(), start.elapsed().as_secs_f32());
    let statistics = Statistics::of(indexed.iter().map(Indexed::counted));
    println!("languages {:?}", statistics.tongues);
    let mut cases = Vec::new();
    for asked in data::questions(Path::new(folder), &passages)? {
        cases.push(case(&embedder, asked, &statistics, &passages, &indexed).await?);
    }
    let mut strangers = Vec::new();
    if let Some(path) = after("--banking") {
        for text in data::banking(Path::new(path))? {
            let asked = Asked { text, passage: usize::MAX, answers: Vec::new(), article: "banking".to_owned() };
            strangers.push(case(&embedder, asked, &statistics, &passages, &indexed).await?);
        }
    }
    report("with the weights in use", &cases, &strangers);
    let unseen = words::unseen(&cases);
    println!("traps on the articles that the weights of the words were not fitted on: AUC {unseen:.3}");
    if arguments.iter().any(|argument| argument == "--fit") {
        let mut train = Vec::new();
        for text in data::banking(Path::new(after("--train").ok_or("--fit wants --train CSV")?))?.into_iter().step_by(4)
        {
            let asked = Asked { text, passage: usize::MAX, answers: Vec::new(), article: "banking".to_owned() };
            train.push(case(&embedder, asked, &statistics, &passages, &indexed).await?);
        }
        let world =
            gate::World { passages: &passages, indexed: &indexed, cases: &cases, train: &train, test: &strangers };
        words::fit(&cases, after("--write").map(Path::new))?;
        gate::fit(&world);
        fit::all(&mut cases);
    }
    Ok(())
}

async fn index(embedder: &Embedder, passages: &[Passage]) -> Result<Vec<Indexed>, Box<dyn Error>> {
    let prepared: Vec<_> =
        passages.iter().map(|passage| prepare(&passage.title, "", &passage.text, Tongue::English)).collect();
    let vectors = embedder.embed_windows(prepared.iter().map(|one| one.text.clone()).collect()).await?;
    Ok(prepared.into_iter().zip(vectors).map(|(one, vectors)| one.index(vectors)).collect())
}

/// The first and the second stage, as the database and the server do them.
async fn case(
    embedder: &Embedder,
    asked: Asked,
    statistics: &Statistics,
    passages: &[Passage],
    indexed: &[Indexed],
) -> Result<Case, Box<dyn Error>> {
    let vector = embedder.embed_question(&asked.text).await?;
    let question = Question::new(&asked.text, vector, statistics);
    let words: SparseVector = question.words();
    let mut scored: Vec<(usize, f32, f32)> = indexed
        .iter()
        .enumerate()
        .map(|(place, one)| {
            let similarity: f32 = one.vector.iter().zip(&question.vector).map(|(a, b)| a * b).sum();
            (place, similarity, similarity + one.words.dot(&words))
        })
        .collect();
    scored.sort_by(|a, b| b.2.total_cmp(&a.2));
    scored.truncate(CANDIDATES);
    let mut candidates = Vec::new();
    for (place, similarity, _) in &scored {
        let (Some(passage), Some(one)) = (passages.get(*place), indexed.get(*place)) else { continue };
        let content = passage.text.clone();
        candidates.push(Candidate::new(&question, content, one.sentences.clone(), *similarity));
    }
    let ranked = retrieve::rank(&question, &candidates);
    let met = match extract::answer(&question, &candidates, &ranked) {
        Some(found) if embedder.description().is_measured() => {
            let (asked, answer) = (
                embedder.embed_tokens(extract::asking(&question.text)).await?,
                embedder.embed_tokens(found.best_quote()).await?,
            );
            Met::of(&asked, &answer)
        }
        _ => None,
    };
    let places = scored.into_iter().map(|(place, ..)| place).collect();
    Ok(Case { asked, question, places, candidates, ranked, met })
}

impl Case {
    /// At which rank the right passage is, from 0.
    fn rank(&self) -> Option<usize> {
        self.ranked.iter().position(|ranked| self.places.get(ranked.candidate) == Some(&self.asked.passage))
    }

    fn answer(&self) -> Option<Extracted> {
        let mut answer = extract::answer(&self.question, &self.candidates, &self.ranked)?;
        if let Some(met) = &self.met {
            answer.meet(met.clone());
        }
        Some(answer)
    }

    fn is_answerable(&self) -> bool {
        !self.asked.answers.is_empty()
    }

    /// Whether a text holds one of the accepted answers.
    fn is_right(&self, text: &str) -> bool {
        let text = plain(text);
        self.asked.answers.iter().any(|answer| text.contains(&plain(answer)))
    }
}

fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An answer's confidence and whether it is right.
struct Outcome {
    confidence: f32,
    is_right: bool,
    is_answerable: bool,
    words: usize,
}

fn outcomes(cases: &[Case]) -> Vec<Outcome> {
    let outcome = |case: &Case| {
        let answer = case.answer()?;
        let is_right = case.is_answerable() && case.is_right(&answer.text);
        let words = answer.text.split_whitespace().count();
        Some(Outcome { confidence: answer.confidence, is_right, is_answerable: case.is_answerable(), words })
    };
    cases.iter().filter_map(outcome).collect()
}

fn report(title: &str, cases: &[Case], strangers: &[Case]) {
    let answerable: Vec<&Case> = cases.iter().filter(|case| case.is_answerable()).collect();
    let within = |count: usize| {
        share(answerable.iter().filter(|case| case.rank().is_some_and(|rank| rank < count)).count(), answerable.len())
    };
    println!("\n{title}");
    println!(
        "right passage: top 1 {:.3}, top 5 {:.3}, among the candidates {:.3}",
        within(1),
        within(5),
        within(CANDIDATES)
    );
    let outcomes = outcomes(cases);
    let asked: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.is_answerable).collect();
    let words = asked.iter().map(|outcome| outcome.words).sum::<usize>() / asked.len().max(1);
    println!(
        "answer holds an accepted span: {:.3}, in {words} words",
        share(asked.iter().filter(|one| one.is_right).count(), asked.len())
    );
    honesty(&outcomes, &self::outcomes(strangers));
}

fn honesty(outcomes: &[Outcome], strangers: &[Outcome]) {
    let scored: Vec<(f32, &Outcome)> = outcomes.iter().map(|outcome| (outcome.confidence, outcome)).collect();
    println!(
        "confidence: AUC answerable {:.3}, right {:.3}",
        auc(scored.iter().map(|(score, one)| (*score, one.is_answerable))),
        auc(scored.iter().map(|(score, one)| (*score, one.is_right)))
    );
    let strange: Vec<f32> = strangers.iter().map(|one| one.confidence).collect();
    println!(
        "threshold | answered of answerable | right of answered answerable | answered of unanswerable | strangers handed off"
    );
    for threshold in [0.2f32, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6] {
        let of = |answerable: bool| scored.iter().filter(move |(_, one)| one.is_answerable == answerable);
        let answered = |answerable: bool| of(answerable).filter(|(score, _)| *score >= threshold).count();
        let right = of(true).filter(|(score, one)| *score >= threshold && one.is_right).count();
        println!(
            "{threshold:9.2} | {:.3} | {:.3} | {:.3} | {:.3}",
            share(answered(true), of(true).count()),
            share(right, answered(true)),
            share(answered(false), of(false).count()),
            share(strange.iter().filter(|score| **score < threshold).count(), strange.len())
        );
    }
    print!("calibration (said: is, count):");
    for bin in 0..10u8 {
        let low = f32::from(bin) / 10.0;
        let inside: Vec<_> = scored.iter().filter(|(score, _)| (low..low + 0.1).contains(score)).collect();
        if inside.len() >= 20 {
            let right = share(inside.iter().filter(|(_, one)| one.is_right).count(), 1);
            let traps = share(inside.iter().filter(|(_, one)| !one.is_answerable).count(), 1) * fit::TRAPS;
            let all = share(inside.iter().filter(|(_, one)| one.is_answerable).count(), 1) + traps;
            print!(" {:.2}: {:.2}, {};", low + 0.05, right / all, inside.len());
        }
    }
    println!();
}

/// The probability that a right one scores above a wrong one.
fn auc(scored: impl Iterator<Item = (f32, bool)>) -> f64 {
    let mut scored: Vec<(f32, bool)> = scored.collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut wrong_below, mut pairs, mut wrong) = (0u32, 0.0f64, 0u32);
    for (_, is_right) in &scored {
        if *is_right {
            pairs += f64::from(wrong_below);
        } else {
            wrong_below += 1;
            wrong += 1;
        }
    }
    let right = u32::try_from(scored.len()).unwrap_or(u32::MAX) - wrong;
    pairs / (f64::from(right) * f64::from(wrong)).max(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}
