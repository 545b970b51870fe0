//! Fits what the words of a question count that its answer does not meet: on every other article, and
//! measures on the articles in between.
//!
//! What is fitted is whether there is an answer at all, as that tells more of the words than whether the sentence with
//! it was found. How likely an answer is right comes after, with the constant alone.

use crate::{
    Case, World, auc,
    fit::{TRAPS, add, descend},
};
use ai::extract::{MET_FEATURES, met_terms};
use std::{error::Error, path::Path};

/// How strongly the vector's weights are held back against the others: with less, they learn articles by heart.
const HELD_BACK: f32 = 0.012;

/// A question of the data's own.
struct Sample {
    features: Vec<f32>,
    is_answerable: bool,
    is_right: bool,
}

pub fn fit(world: &World, write: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let (cases, seen) = (&world.cases, world.is_seen());
    let samples: Vec<Sample> = cases.iter().filter(|case| seen(case)).filter_map(sample).collect();
    if samples.is_empty() {
        return Ok(());
    }
    let (weights, constant) = logistic(&samples);
    let others: Vec<(f32, bool)> = cases
        .iter()
        .filter(|case| !seen(case))
        .filter_map(|case| {
            let features = sample(case)?.features;
            Some((dot(&features, &weights), case.is_answerable()))
        })
        .collect();
    let (terms, missing) = weights.split_at(MET_FEATURES);
    println!("\nwords, fitted on {} questions, measured on {} of other articles", samples.len(), others.len());
    println!("AUC answerable {:.3}; weights {terms:.3?}, constant {constant:.3}", auc(others.into_iter()));
    if let Some(path) = write {
        let bytes: Vec<u8> = missing.iter().flat_map(|weight| weight.to_le_bytes()).collect();
        std::fs::write(path, bytes)?;
        println!("{} numbers written", missing.len());
    }
    Ok(())
}

fn sample(case: &Case) -> Option<Sample> {
    let (answer, met) = (case.answer()?, case.met.as_ref()?);
    let mut features = met_terms(&answer.right_features, met).to_vec();
    features.extend(&met.missing);
    let is_answerable = case.is_answerable();
    Some(Sample { features, is_answerable, is_right: is_answerable && case.is_right(&answer.text) })
}

/// Logistic weights and the constant. The terms are brought to one scale, those of the vector to a smaller one.
fn logistic(samples: &[Sample]) -> (Vec<f32>, f32) {
    let size = samples.first().map_or(0, |sample| sample.features.len());
    let total = crate::share(samples.len(), 1);
    let mean_of = |place: usize, of: &dyn Fn(f32) -> f32| {
        samples.iter().map(|one| of(one.features.get(place).copied().unwrap_or_default())).sum::<f32>() / total
    };
    let means: Vec<f32> = (0..size).map(|place| mean_of(place, &|value| value)).collect();
    let spreads = means.iter().enumerate().map(|(place, mean)| mean_of(place, &|value| (value - mean).powi(2)).sqrt());
    let spreads: Vec<f32> = spreads.map(|spread| spread.max(1e-6)).collect();
    let of_vector = spreads.get(MET_FEATURES..).unwrap_or_default();
    let usual = (of_vector.iter().map(|spread| spread * spread).sum::<f32>() / crate::share(of_vector.len(), 1)).sqrt();
    let scale = |place: usize| match spreads.get(place) {
        Some(spread) if place < MET_FEATURES => 1.0 / spread,
        _ => HELD_BACK / usual,
    };
    let scaled: Vec<Vec<f32>> = samples
        .iter()
        .map(|one| one.features.iter().zip(&means).enumerate().map(|(at, (f, mean))| (f - mean) * scale(at)).collect())
        .collect();
    let weights = descend(size + 1, 2000, |weights, slope| {
        let constant = weights.last().copied().unwrap_or_default();
        for (features, one) in scaled.iter().zip(samples) {
            let sum = dot(features, weights);
            let error = (chance(sum + constant) - f32::from(u8::from(one.is_answerable))) / total;
            add(slope, features, error);
            if let Some(last) = slope.last_mut() {
                *last += error;
            }
        }
    });
    let raw: Vec<f32> = weights.iter().take(size).enumerate().map(|(place, weight)| weight * scale(place)).collect();
    (raw.clone(), constant(samples, &raw))
}

/// The constant with which as many answers are said to be right as are, when a trap counts as it does with customers.
fn constant(samples: &[Sample], weights: &[f32]) -> f32 {
    let weight = |one: &Sample| if one.is_answerable { 1.0 } else { TRAPS };
    let right = crate::share(samples.iter().filter(|one| one.is_right).count(), 1);
    let (mut low, mut high) = (-50.0f32, 50.0f32);
    for _ in 0..40 {
        let middle = f32::midpoint(low, high);
        let said = |one: &Sample| chance(dot(&one.features, weights) + middle) * weight(one);
        if samples.iter().map(said).sum::<f32>() < right { low = middle } else { high = middle }
    }
    low
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn chance(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}
