//! Which cosine makes two questions one: groups real questions one after the
//! other, as the product groups those without an answer, at several thresholds.
//!
//! `gaps FILE.csv [COUNT]` with lines `text,category`, and `OMNICHAT_ONNXRUNTIME`
//! and `OMNICHAT_MODEL_DIR` as for the server.

#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use ai::embed::{Embedder, EmbedderSettings};
use std::{collections::BTreeMap, error::Error};

/// A group as it grows: the sum of its vectors, and how many of each category.
#[derive(Default)]
struct Group {
    sum: Vec<f32>,
    held: BTreeMap<String, usize>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("which file with questions?")?;
    let count: usize = std::env::args().nth(2).map_or(Ok(2_000), |count| count.parse())?;
    let mut lines: Vec<(String, String)> = std::fs::read_to_string(file)?
        .lines()
        .skip(1)
        .filter_map(|line| line.rsplit_once(','))
        .map(|(text, category)| (text.trim_matches('"').to_owned(), category.to_owned()))
        .collect();
    // Neighbours in the file are of one category; visitors ask in no order.
    lines.sort_by_key(|(text, _)| {
        text.bytes().fold(17_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    });
    lines.truncate(count);
    let embedder = Embedder::start(&EmbedderSettings {
        onnxruntime: std::env::var("OMNICHAT_ONNXRUNTIME")?.into(),
        model_dir: std::env::var("OMNICHAT_MODEL_DIR")?.into(),
        threads: 2,
    })?;
    let vectors = embedder.embed_passages(lines.iter().map(|(text, _)| text.clone()).collect()).await?;
    println!("{} questions", lines.len());
    println!("threshold  groups  precision  recall  F0.5");
    for hundredths in (50..=84).step_by(2) {
        let threshold = f32::from(u8::try_from(hundredths)?) / 100.0;
        let mut groups: Vec<Group> = Vec::new();
        for ((_, category), vector) in lines.iter().zip(&vectors) {
            let nearest = groups
                .iter_mut()
                .map(|group| (cosine(&group.sum, vector), group))
                .max_by(|(one, _), (other, _)| one.total_cmp(other));
            match nearest {
                Some((similarity, group)) if similarity >= threshold => {
                    group.sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value);
                    *group.held.entry(category.clone()).or_default() += 1;
                }
                _ => groups.push(Group { sum: vector.clone(), held: BTreeMap::from([(category.clone(), 1)]) }),
            }
        }
        let (precision, recall) = b_cubed(&groups);
        // A group of two meanings gets an answer that is wrong for one; one too many costs a second look.
        let score = 1.25 * precision * recall / (0.25 * precision + recall);
        println!("{threshold:9.2}  {:6}  {precision:9.3}  {recall:6.3}  {score:.3}", groups.len());
    }
    Ok(())
}

fn cosine(sum: &[f32], vector: &[f32]) -> f32 {
    let (mut product, mut square) = (0.0_f32, 0.0_f32);
    for (one, other) in sum.iter().zip(vector) {
        product += one * other;
        square += one * one;
    }
    product / square.sqrt().max(f32::EPSILON)
}

/// For a question: which share of its group is of its category, and which share of its category is in its group.
fn b_cubed(groups: &[Group]) -> (f64, f64) {
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let mut whole: BTreeMap<&str, usize> = BTreeMap::new();
    for (category, held) in groups.iter().flat_map(|group| &group.held) {
        *whole.entry(category).or_default() += held;
    }
    let (mut precision, mut recall, mut all) = (0.0, 0.0, 0.0);
    for group in groups {
        let size = count(group.held.values().sum());
        for (category, held) in &group.held {
            let held = count(*held);
            precision += held * held / size;
            recall += held * held / count(whole.get(category.as_str()).copied().unwrap_or(1));
            all += held;
        }
    }
    (precision / all, recall / all)
}
