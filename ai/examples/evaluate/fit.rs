//! Fits the weights of the ranking and of sentences on every other article, and measures on those in between.

use crate::{Case, World, share};
use ai::extract;

/// What an unanswerable question of SQuAD counts. Every second one there is such a trap, written by somebody who was
/// looking at the passage, to look as if it answered it; customers do not write questions so.
pub const TRAPS: f32 = 0.1;

/// What speaks for each possibility, which are right, and whether the weights may see it.
struct Choice {
    possibilities: Vec<(Vec<f32>, bool)>,
    is_seen: bool,
}

/// The ranking first, and what comes after with it.
pub fn all(worlds: &mut [World]) {
    let weights = fit("ranking", worlds, |case| {
        let is_right = |place: usize| case.places.get(place) == Some(&case.asked.passage);
        case.ranked.iter().map(|ranked| (ranked.features.to_vec(), is_right(ranked.candidate))).collect()
    });
    for case in worlds.iter_mut().flat_map(|world| &mut world.cases) {
        for ranked in &mut case.ranked {
            ranked.score = dot(&ranked.features, &weights);
        }
        case.ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
    fit("sentences", worlds, |case| {
        let judged = extract::judge(&case.question, &case.candidates, &case.ranked);
        let possibility = |one: extract::Judged| {
            let is_passage = case.places.get(one.candidate) == Some(&case.asked.passage);
            let text = case.candidates.get(one.candidate).and_then(|candidate| {
                let range = candidate.sentences.sentences.get(one.sentence)?.range.clone();
                candidate.content.get(range)
            });
            (one.features.to_vec(), is_passage && text.is_some_and(|text| case.is_right(text)))
        };
        judged.into_iter().map(possibility).collect()
    });
}

fn fit(what: &str, worlds: &[World], possibilities: impl Fn(&Case) -> Vec<(Vec<f32>, bool)>) -> Vec<f32> {
    let of_world = |world: &World| {
        let seen = world.is_seen();
        let asked = world.cases.iter().filter(|case| case.is_answerable());
        let choice = |case: &Case| Choice { possibilities: possibilities(case), is_seen: seen(case) };
        (world.name.clone(), asked.map(choice).collect())
    };
    let choices: Vec<(String, Vec<Choice>)> = worlds.iter().map(of_world).collect();
    let all = choices.iter().flat_map(|(_, choices)| choices);
    let weights = softmax(all.filter(|choice| choice.is_seen));
    println!("\n{what}, fitted on every other article: {weights:.2?}; measured on the others");
    for (name, choices) in &choices {
        let unseen = || choices.iter().filter(|choice| !choice.is_seen);
        let ranks: Vec<Option<usize>> = unseen().map(|choice| rank(choice, &weights)).collect();
        let top = |count: usize| {
            share(ranks.iter().filter(|rank| rank.is_some_and(|rank| rank < count)).count(), ranks.len())
        };
        println!("{name:>9}: first {:.3}, among five {:.3}", top(1), top(5));
    }
    weights
}

/// At which place the first right one comes.
fn rank(choice: &Choice, weights: &[f32]) -> Option<usize> {
    let mut order: Vec<(f32, bool)> =
        choice.possibilities.iter().map(|(features, right)| (dot(features, weights), *right)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    order.iter().position(|(_, right)| *right)
}

/// The weights under which the right possibilities are the most likely ones.
fn softmax<'a>(choices: impl Iterator<Item = &'a Choice>) -> Vec<f32> {
    let choices: Vec<&Choice> = choices.filter(|choice| choice.possibilities.iter().any(|(_, right)| *right)).collect();
    let features = choices.iter().flat_map(|choice| &choice.possibilities);
    let size = features.map(|(features, _)| features.len()).max().unwrap_or(0);
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
