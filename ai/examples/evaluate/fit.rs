//! Fits the weights, each time on all articles but one, and measures on that one.

use crate::{Case, share};
use ai::{
    extract,
    retrieve::{Features, WEIGHTS},
};
use std::collections::BTreeSet;

/// What an unanswerable question of SQuAD counts. Every second one there is
/// such a trap, written to look as if the passage answered it; customers set fewer.
pub const TRAPS: f32 = 0.35;

/// A choice: what speaks for each possibility, and which are right.
struct Choice {
    article: String,
    possibilities: Vec<(Vec<f32>, bool)>,
}

pub fn all(cases: &mut [Case]) {
    ranking(cases);
    sentences(cases);
}

fn ranking(cases: &mut [Case]) {
    let choices: Vec<Choice> = cases
        .iter()
        .filter(|case| case.is_answerable())
        .map(|case| Choice {
            article: case.asked.article.clone(),
            possibilities: case
                .ranked
                .iter()
                .map(|ranked| {
                    (ranked.features.to_vec(), case.places.get(ranked.candidate) == Some(&case.asked.passage))
                })
                .collect(),
        })
        .collect();
    let (weights, held_out) = cross_validate(&choices);
    let top = |count: usize| {
        share(held_out.iter().filter(|rank| rank.is_some_and(|rank| rank < count)).count(), choices.len())
    };
    println!(
        "\nranking, articles held out: top 1 {:.3}, top 5 {:.3}; weights {weights:.2?} (in use {WEIGHTS:?})",
        top(1),
        top(5)
    );
    let weights: Features = weights.try_into().unwrap_or(WEIGHTS);
    for case in cases {
        for ranked in &mut case.ranked {
            ranked.score = dot(&ranked.features, &weights);
        }
        case.ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
}

fn sentences(cases: &[Case]) {
    let choices: Vec<Choice> = cases
        .iter()
        .filter(|case| case.is_answerable())
        .map(|case| Choice {
            article: case.asked.article.clone(),
            possibilities: extract::judge(&case.question, &case.candidates, &case.ranked)
                .into_iter()
                .map(|judged| {
                    let is_passage = case.places.get(judged.candidate) == Some(&case.asked.passage);
                    let text = case.candidates.get(judged.candidate).and_then(|candidate| {
                        let range = candidate.sentences.sentences.get(judged.sentence)?.range.clone();
                        candidate.content.get(range)
                    });
                    (judged.features.to_vec(), is_passage && text.is_some_and(|text| case.is_right(text)))
                })
                .collect(),
        })
        .collect();
    let (weights, held_out) = cross_validate(&choices);
    let top = share(held_out.iter().filter(|rank| **rank == Some(0)).count(), choices.len());
    println!("sentences, articles held out: the first one holds a span {top:.3}; weights {weights:.2?}");
}

/// Fits without each article in turn; gives the mean weights and the rank of the first right one.
fn cross_validate(choices: &[Choice]) -> (Vec<f32>, Vec<Option<usize>>) {
    let articles: BTreeSet<&str> = choices.iter().map(|choice| choice.article.as_str()).collect();
    let size =
        choices.iter().flat_map(|choice| &choice.possibilities).map(|(features, _)| features.len()).max().unwrap_or(0);
    let mut mean = vec![0.0; size];
    let mut ranks = Vec::new();
    for article in &articles {
        let weights = softmax(choices.iter().filter(|choice| choice.article != *article), size);
        for (sum, weight) in mean.iter_mut().zip(&weights) {
            *sum += weight * share(1, articles.len());
        }
        for choice in choices.iter().filter(|choice| choice.article == *article) {
            let mut order: Vec<(f32, bool)> =
                choice.possibilities.iter().map(|(f, right)| (dot(f, &weights), *right)).collect();
            order.sort_by(|a, b| b.0.total_cmp(&a.0));
            ranks.push(order.iter().position(|(_, right)| *right));
        }
    }
    (mean, ranks)
}

/// The weights under which the right possibilities are the most likely ones.
fn softmax<'a>(choices: impl Iterator<Item = &'a Choice>, size: usize) -> Vec<f32> {
    let choices: Vec<&Choice> = choices.filter(|choice| choice.possibilities.iter().any(|(_, right)| *right)).collect();
    descend(size, 400, |weights, slope| {
        for choice in &choices {
            let scores: Vec<f32> = choice.possibilities.iter().map(|(features, _)| dot(features, weights)).collect();
            let highest = scores.iter().copied().fold(f32::MIN, f32::max);
            let likely: Vec<f32> = scores.iter().map(|score| (score - highest).exp()).collect();
            let sum: f32 = likely.iter().sum();
            let right = share(1, choice.possibilities.iter().filter(|(_, right)| *right).count());
            for ((features, is_right), likely) in choice.possibilities.iter().zip(likely) {
                let error = likely / sum - if *is_right { right } else { 0.0 };
                add(slope, features, error * share(1, choices.len()));
            }
        }
    })
}

/// Adam, with a little pull to zero.
pub fn descend(size: usize, steps: u16, mut slope_of: impl FnMut(&[f32], &mut [f32])) -> Vec<f32> {
    let mut weights = vec![0.0f32; size];
    let (mut first, mut second) = (vec![0.0f32; size], vec![0.0f32; size]);
    for step in 1..=steps {
        let mut slope = vec![0.0f32; size];
        slope_of(&weights, &mut slope);
        let step = f32::from(step);
        for (((weight, slope), first), second) in weights.iter_mut().zip(slope).zip(&mut first).zip(&mut second) {
            let slope = slope + 1e-4 * *weight;
            *first = 0.9 * *first + 0.1 * slope;
            *second = 0.999 * *second + 0.001 * slope * slope;
            *weight -=
                0.15 * (*first / (1.0 - 0.9f32.powf(step))) / ((*second / (1.0 - 0.999f32.powf(step))).sqrt() + 1e-8);
        }
    }
    weights
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub fn add(sum: &mut [f32], features: &[f32], times: f32) {
    for (sum, feature) in sum.iter_mut().zip(features) {
        *sum += feature * times;
    }
}
