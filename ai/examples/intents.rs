//! Measures the classifier of intents on Banking77, or files of its form.
//!
//! `intents TRAIN.csv TEST.csv`, with `OMNICHAT_ONNXRUNTIME` and `OMNICHAT_MODEL_DIR` as for the
//! server. Nothing is chosen by the test file.

#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use ai::{
    embed::{Embedder, EmbedderSettings},
    intents::{Example, Head, Trained, train, words_of},
};
use std::{collections::BTreeMap, error::Error, fs, sync::atomic::AtomicBool, time::Instant};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let embedder = Embedder::start(&EmbedderSettings {
        onnxruntime: std::env::var("OMNICHAT_ONNXRUNTIME")?.into(),
        model_dir: std::env::var("OMNICHAT_MODEL_DIR")?.into(),
        threads: 2,
    })?;
    let mut labels = BTreeMap::new();
    let learn = read(files.first().ok_or("which file to train with?")?, &mut labels, &embedder).await?;
    let test = read(files.get(1).ok_or("which file to test with?")?, &mut labels, &embedder).await?;
    println!("{} examples, {} questions, {} intents", learn.len(), test.len(), labels.len());

    let mut names = Vec::new();
    for (label, intent) in &labels {
        let text = words_of(label);
        let vector = embedder.embed_question(&text).await?;
        names.push(Example { text, vector, intent: *intent, is_name: true });
    }
    let all = [learn.as_slice(), &names].concat();
    let Trained { head, report } = train(&all, &AtomicBool::new(false))?;
    println!(
        "all examples: {:.2} % right, {:.1} s to train and measure, {} KB stored; it says of itself: {:.2} %, macro F1 {:.3}",
        accuracy(&head, &test) * 100.0,
        f64::from(report.milliseconds) / 1000.0,
        head.to_bytes().len() / 1024,
        report.accuracy * 100.0,
        report.macro_f1
    );
    let stored = Head::from_bytes(&head.to_bytes()).ok_or("the stored head cannot be read")?;
    println!("the same after storing: {:.2} %", accuracy(&stored, &test) * 100.0);
    let began = Instant::now();
    for one in test.iter().take(1000) {
        let _verdict = head.classify(&one.text, &one.vector);
    }
    println!("one text: {:.2} ms", began.elapsed().as_secs_f64());
    for seed in 0..5 {
        let few = some_of_each(&learn, 10, seed);
        let nameless = train(&few, &AtomicBool::new(false))?.head;
        let Trained { head, report } = train(&[few, names.clone()].concat(), &AtomicBool::new(false))?;
        println!(
            "ten of each, sample {seed}: {:.2} % right ({:.2} without their names), {:.1} s; it says of itself {:.2} %",
            accuracy(&head, &test) * 100.0,
            accuracy(&nameless, &test) * 100.0,
            f64::from(report.milliseconds) / 1000.0,
            report.accuracy * 100.0
        );
    }
    strangers(&all, &test)
}

/// Every fourth intent is not learned: its questions are strange to the classifier.
fn strangers(learn: &[Example], test: &[Example]) -> Result<(), Box<dyn Error>> {
    let place = |intent: u32| (intent % 4 != 1).then_some(intent - intent / 4 - u32::from(intent % 4 > 1));
    let known: Vec<Example> =
        learn.iter().filter_map(|one| Some(Example { intent: place(one.intent)?, ..one.clone() })).collect();
    let Trained { head, report } = train(&known, &AtomicBool::new(false))?;
    let mut sure: Vec<(f32, bool)> = test
        .iter()
        .map(|one| (head.classify(&one.text, &one.vector).probability, place(one.intent).is_some()))
        .collect();
    sure.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut pairs) = (0u64, 0u64);
    for (_, is_known) in &sure {
        if *is_known {
            pairs += below;
        } else {
            below += 1;
        }
    }
    let of = |known: bool| sure.iter().filter(move |(_, own)| *own == known);
    let all = of(true).count() as f64 * of(false).count() as f64;
    println!(
        "questions of intents that were left out: AUC {:.3}; chosen threshold {:.2}",
        pairs as f64 / all,
        report.threshold
    );
    println!("threshold | known kept | strange refused");
    for step in 1..20 {
        let threshold = step as f32 / 20.0;
        let kept = of(true).filter(|(sure, _)| *sure >= threshold).count() as f64 / of(true).count() as f64;
        let refused = of(false).filter(|(sure, _)| *sure < threshold).count() as f64 / of(false).count() as f64;
        println!("{threshold:9.2} | {kept:.3} | {refused:.3}");
    }
    Ok(())
}

fn accuracy(head: &Head, test: &[Example]) -> f64 {
    let right = test.iter().filter(|one| {
        let verdict = head.classify(&one.text, &one.vector);
        verdict.likeliest.first().is_some_and(|(intent, _)| *intent == one.intent)
    });
    right.count() as f64 / test.len().max(1) as f64
}

fn some_of_each(examples: &[Example], count: usize, seed: u64) -> Vec<Example> {
    let mut order: Vec<(u64, &Example)> =
        (0u64..).zip(examples).map(|(place, one)| (mixed(place.wrapping_add(seed << 32)), one)).collect();
    order.sort_by_key(|(random, _)| *random);
    let mut held: BTreeMap<u32, usize> = BTreeMap::new();
    let is_wanted = |one: &Example, held: &mut BTreeMap<u32, usize>| {
        let held = held.entry(one.intent).or_default();
        *held += 1;
        *held <= count
    };
    order.into_iter().filter(|(_, one)| is_wanted(one, &mut held)).map(|(_, one)| one.clone()).collect()
}

/// A number that looks random (SplitMix64).
fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

async fn read(
    path: &str,
    labels: &mut BTreeMap<String, u32>,
    embedder: &Embedder,
) -> Result<Vec<Example>, Box<dyn Error>> {
    let file = fs::read_to_string(path)?;
    let mut lines: Vec<(String, u32)> = Vec::new();
    // A question in quotation marks may hold line ends.
    let mut held = String::new();
    for line in file.lines().skip(1) {
        held.push_str(line);
        if held.matches('"').count() % 2 == 1 {
            held.push(' ');
            continue;
        }
        if let Some((text, label)) = held.rsplit_once(',') {
            let next = u32::try_from(labels.len())?;
            let intent = *labels.entry(label.to_owned()).or_insert(next);
            lines.push((text.trim_matches('"').replace("\"\"", "\"").trim().to_owned(), intent));
        }
        held.clear();
    }
    let mut examples = Vec::with_capacity(lines.len());
    for (text, intent) in lines {
        let vector = embedder.embed_question(&text).await?;
        examples.push(Example { text, vector, intent, is_name: false });
    }
    Ok(examples)
}
