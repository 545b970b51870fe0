//! Measures the answers on real questions, in memory: finding the passage,
//! answering, and honesty about what cannot be answered.
//!
//! `evaluate DATA [--xquad FOLDER] [--model-dir FOLDER] [--banking CSV] [--fit --train CSV]`, with
//! `OMNICHAT_ONNXRUNTIME` and, without `--model-dir`, `OMNICHAT_MODEL_DIR` as for the server. DATA holds `passages.jsonl` and
//! `questions.jsonl` in the form of SQuAD 2.0, XQuAD's folder one such folder for each language. With `--fit` the
//! weights are fitted anew on every other article, and measured on those in between. `--write FILE` writes those of
//! the words.

#![expect(clippy::print_stdout, reason = "a program for the terminal")]

mod data;
mod fit;
mod gate;
mod words;
mod world;

use ai::{
    embed::{Embedder, EmbedderSettings},
    extract::{self, Extracted, Met},
    retrieve::{CANDIDATES, Candidate, Question, Ranked},
};
use data::Asked;
use std::{error::Error, path::Path, time::Instant};
use world::World;

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
    let is_fit = arguments.iter().any(|argument| argument == "--fit");
    let embedder = Embedder::start(&EmbedderSettings {
        onnxruntime: std::env::var("OMNICHAT_ONNXRUNTIME")?.into(),
        model_dir: match after("--model-dir") {
            Some(folder) => folder.into(),
            None => std::env::var("OMNICHAT_MODEL_DIR")?.into(),
        },
        threads: 2,
    })?;
    println!("model {:?}", embedder.description());
    let start = Instant::now();
    let train = match after("--train").filter(|_| is_fit) {
        Some(path) => data::banking(Path::new(path))?.into_iter().step_by(4).collect(),
        None => Vec::new(),
    };
    let test = after("--banking").map(|path| data::banking(Path::new(path))).transpose()?.unwrap_or_default();
    let mut worlds = vec![world::own(&embedder, Path::new(folder), [train, test]).await?];
    if let Some(folder) = after("--xquad") {
        worlds.extend(world::of_languages(&embedder, Path::new(folder)).await?);
    }
    println!("embedded in {:.1} s", start.elapsed().as_secs_f32());
    for world in &worlds {
        report(world);
    }
    if is_fit {
        if let Some(first) = worlds.first() {
            words::fit(first, after("--write").map(Path::new))?;
        }
        fit::all(&mut worlds);
        gate::fit(&worlds);
    }
    Ok(())
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
    is_abroad: bool,
}

fn outcomes(cases: &[&Case]) -> Vec<Outcome> {
    let outcome = |case: &&Case| {
        let answer = case.answer()?;
        let is_right = case.is_answerable() && case.is_right(&answer.text);
        let words = answer.text.split_whitespace().count();
        let is_answerable = case.is_answerable();
        Some(Outcome { confidence: answer.confidence, is_right, is_answerable, words, is_abroad: answer.is_abroad })
    };
    cases.iter().filter_map(outcome).collect()
}

fn report(world: &World) {
    let seen = world.is_seen();
    let unseen: Vec<&Case> = world.cases.iter().filter(|case| !seen(case)).collect();
    for (which, cases) in [("all", world.cases.iter().collect()), ("articles that no weight was fitted on", unseen)] {
        println!("\n{}: {which}", world.name);
        of_cases(&cases, &world.test.iter().collect::<Vec<_>>());
    }
}

fn of_cases(cases: &[&Case], strangers: &[&Case]) {
    let answerable: Vec<&&Case> = cases.iter().filter(|case| case.is_answerable()).collect();
    let within = |count: usize| {
        share(answerable.iter().filter(|case| case.rank().is_some_and(|rank| rank < count)).count(), answerable.len())
    };
    let outcomes = outcomes(cases);
    let asked: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.is_answerable).collect();
    let words = asked.iter().map(|outcome| outcome.words).sum::<usize>() / asked.len().max(1);
    println!(
        "right passage: top 1 {:.3}, top 5 {:.3}, among the candidates {:.3}; an accepted span in the answer {:.3}, in \
         {words} words; taken for another language {:.3}",
        within(1),
        within(5),
        within(CANDIDATES),
        share(asked.iter().filter(|one| one.is_right).count(), asked.len()),
        share(outcomes.iter().filter(|one| one.is_abroad).count(), outcomes.len())
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
    for threshold in [0.2f32, 0.3, 0.4, 0.5, 0.6, 0.7] {
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
    println!(
        "calibration error of answerable questions {:.3}; of all, a trap counting {}: {:.3}",
        calibration(outcomes, 0.0),
        fit::TRAPS,
        calibration(outcomes, fit::TRAPS)
    );
}

/// How far what is said is from what is, over tenths of confidence; a trap counts so much.
fn calibration(outcomes: &[Outcome], trap: f32) -> f32 {
    let weight = |one: &Outcome| if one.is_answerable { 1.0 } else { trap };
    let tenth = |tenth: u8| {
        let low = f32::from(tenth) / 10.0;
        let inside = outcomes.iter().filter(|one| (low..low + 0.1).contains(&one.confidence.min(0.999)));
        inside.map(|one| (one.confidence - f32::from(u8::from(one.is_right))) * weight(one)).sum::<f32>().abs()
    };
    (0..10).map(tenth).sum::<f32>() / outcomes.iter().map(weight).sum::<f32>().max(1.0)
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
