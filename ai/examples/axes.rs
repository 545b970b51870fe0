//! Measures what all vectors of a model have in common, and in which directions languages differ: makes
//! `ai/src/embed/axes.bin`.
//!
//! `axes TEXTS OUT --model-dir FOLDER`, with `OMNICHAT_ONNXRUNTIME` as for the server. TEXTS holds a file for each
//! language with a sentence on each line; some 160 each, of the same subjects, do. FOLDER's `omnichat.json` says
//! `"axes": 0`, as nothing must be taken out yet.

#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use ai::embed::{DIMENSIONS, Embedder, EmbedderSettings};
use std::{error::Error, fs, path::Path};

/// Directions that are taken out. Thirty languages differ in 29 at most.
const DIRECTIONS: usize = 24;

/// Steps after which the directions do not move any more.
const STEPS: usize = 500;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [texts, out, flag, model] = arguments.as_slice() else {
        return Err("axes TEXTS OUT --model-dir FOLDER".into());
    };
    let embedder = Embedder::start(&EmbedderSettings {
        onnxruntime: std::env::var("OMNICHAT_ONNXRUNTIME")?.into(),
        model_dir: model.into(),
        threads: 2,
    })?;
    if flag != "--model-dir" || embedder.description().axes != 0 {
        return Err("the folder of a model is needed that takes nothing out".into());
    }
    let (mut questions, mut passages) = (Vec::new(), Vec::new());
    let mut files: Vec<_> =
        fs::read_dir(texts)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    for file in &files {
        let lines: Vec<String> = fs::read_to_string(file)?.lines().map(str::to_owned).collect();
        let mut asked = Vec::new();
        for line in &lines {
            asked.push(embedder.embed_question(line).await?);
        }
        questions.push(mean(&asked));
        passages.push(mean(&embedder.embed_passages(lines).await?));
    }
    let (question, passage) = (mean(&questions), mean(&passages));
    let from = |rows: &[Vec<f32>], middle: &[f32]| rows.iter().map(|row| minus(row, middle)).collect::<Vec<_>>();
    let differences = [from(&questions, &question), from(&passages, &passage)].concat();
    let mut rows = vec![question, passage];
    rows.extend(directions(&differences));
    let bytes: Vec<u8> = rows.iter().flatten().flat_map(|number| number.to_le_bytes()).collect();
    fs::write(Path::new(out), &bytes)?;
    println!("{} languages, {} bytes", files.len(), bytes.len());
    Ok(())
}

/// The directions in which rows differ most, each of length one and at right angles to the others.
fn directions(rows: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let mut found: Vec<Vec<f32>> = (0..DIRECTIONS)
        .map(|at| (0..DIMENSIONS).map(|place| if place % DIRECTIONS == at { 1.0 } else { 0.0 }).collect())
        .collect();
    for _ in 0..STEPS {
        let mut next: Vec<Vec<f32>> = Vec::with_capacity(DIRECTIONS);
        for direction in &found {
            let mut moved = vec![0.0; DIMENSIONS];
            for row in rows {
                add(&mut moved, row, dot(row, direction));
            }
            for other in &next {
                let along = dot(&moved, other);
                add(&mut moved, other, -along);
            }
            let length = dot(&moved, &moved).sqrt().max(f32::MIN_POSITIVE);
            moved.iter_mut().for_each(|number| *number /= length);
            next.push(moved);
        }
        found = next;
    }
    found
}

fn mean(rows: &[Vec<f32>]) -> Vec<f32> {
    let mut sum = vec![0.0; DIMENSIONS];
    #[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
    let share = 1.0 / rows.len().max(1) as f32;
    rows.iter().for_each(|row| add(&mut sum, row, share));
    sum
}

fn minus(row: &[f32], other: &[f32]) -> Vec<f32> {
    row.iter().zip(other).map(|(a, b)| a - b).collect()
}

fn add(sum: &mut [f32], row: &[f32], times: f32) {
    sum.iter_mut().zip(row).for_each(|(sum, number)| *sum += times * number);
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
