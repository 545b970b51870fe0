//! The head that looks at the meaning: a softmax on the sentence embedding, trained with candle.

use super::{Example, IntentError};
use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, loss};
use std::sync::atomic::{AtomicBool, Ordering};

/// Sentence embeddings of one subject lie close together; they are spread before training, so that a step moves something.
const SPREAD: f64 = 8.0;
/// How strongly weights are held back: the C of logistic regression.
const COST: f64 = 30.0;
/// Examples of one step.
const BATCH: usize = 256;
/// Steps at least, for a few examples, and rounds for many.
const STEPS: usize = 300;
const ROUNDS: usize = 24;
const FASTEST: f64 = 0.05;

/// Weights for each intent.
#[derive(Clone, Debug)]
pub struct Meaning {
    /// The mean of the training's vectors.
    pub mean: Vec<f32>,
    /// For each intent its constant, then a weight for each dimension.
    pub weights: Vec<(f32, Vec<f32>)>,
    /// The mean vector of each intent, of length 1.
    pub centres: Vec<Vec<f32>>,
    /// Cosine with its own centre that all but the farthest examples reach.
    pub near: f32,
}

impl From<candle_core::Error> for IntentError {
    fn from(_error: candle_core::Error) -> Self {
        Self::Sums
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of examples and steps are small")]
pub fn fit(examples: &[&Example], intents: usize, stop: &AtomicBool) -> Result<Meaning, IntentError> {
    let dimensions = examples.first().map_or(0, |example| example.vector.len());
    let mut mean = vec![0.0f32; dimensions];
    for example in examples {
        for (sum, value) in mean.iter_mut().zip(&example.vector) {
            *sum += value / examples.len() as f32;
        }
    }
    let device = Device::Cpu;
    let weights = Var::zeros((dimensions, intents), DType::F32, &device)?;
    let constants = Var::zeros(intents, DType::F32, &device)?;
    let mut adam = AdamW::new(
        vec![weights.clone(), constants.clone()],
        ParamsAdamW { lr: FASTEST, weight_decay: 0.0, ..ParamsAdamW::default() },
    )?;
    let held_back = SPREAD * SPREAD / (COST * examples.len() as f64) / 2.0;
    let batch = BATCH.min(examples.len());
    let a_round = examples.len().div_ceil(batch);
    let steps = STEPS.max(a_round * ROUNDS);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut random = 0x2545_F491_4F6C_DD1Du64;
    let mut at = order.len();
    for step in 0..steps {
        if stop.load(Ordering::Relaxed) {
            return Err(IntentError::Stopped);
        }
        if at + batch > order.len() {
            shuffle(&mut order, &mut random);
            at = 0;
        }
        let chosen: Vec<&Example> =
            order.iter().skip(at).take(batch).filter_map(|place| examples.get(*place).copied()).collect();
        at += batch;
        let values: Vec<f32> = chosen.iter().flat_map(|example| centred(&example.vector, &mean)).collect();
        let wanted: Vec<u32> = chosen.iter().map(|example| example.intent).collect();
        let inputs = Tensor::from_vec(values, (chosen.len(), dimensions), &device)?;
        let wanted = Tensor::from_vec(wanted, chosen.len(), &device)?;
        let scores = inputs.matmul(&weights)?.broadcast_add(&constants)?;
        let error = (loss::cross_entropy(&scores, &wanted)? + (weights.sqr()?.sum_all()? * held_back)?)?;
        // Fast at first, then ever more careful.
        let done = step as f64 / steps as f64;
        adam.set_learning_rate(FASTEST * 0.5 * (1.0 + (std::f64::consts::PI * done).cos()) + 1e-4);
        adam.backward_step(&error)?;
    }
    let columns: Vec<Vec<f32>> = weights.t()?.to_vec2()?;
    let constants: Vec<f32> = constants.to_vec1()?;
    #[expect(clippy::cast_possible_truncation, reason = "a small whole number")]
    let spread = SPREAD as f32;
    let weights = constants
        .into_iter()
        .zip(columns)
        .map(|(constant, column)| (constant, column.into_iter().map(|weight| weight * spread).collect()))
        .collect();
    let (centres, near) = centres(examples, intents, dimensions);
    Ok(Meaning { mean, weights, centres, near })
}

/// The middle of each intent, and how near to it its examples are.
fn centres(examples: &[&Example], intents: usize, dimensions: usize) -> (Vec<Vec<f32>>, f32) {
    let mut centres = vec![vec![0.0f32; dimensions]; intents];
    for example in examples {
        if let Some(centre) = centres.get_mut(example.intent as usize) {
            for (sum, value) in centre.iter_mut().zip(&example.vector) {
                *sum += value;
            }
        }
    }
    for centre in &mut centres {
        let length = dot(centre, centre).sqrt().max(f32::MIN_POSITIVE);
        centre.iter_mut().for_each(|value| *value /= length);
    }
    let own = |example: &&Example| centres.get(example.intent as usize).map_or(0.0, |own| dot(own, &example.vector));
    let mut cosines: Vec<f32> = examples.iter().map(own).collect();
    cosines.sort_by(f32::total_cmp);
    let near = cosines.get(examples.len() / 20).copied().unwrap_or_default();
    (centres, near)
}

pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn centred<'a>(vector: &'a [f32], mean: &'a [f32]) -> impl Iterator<Item = f32> + 'a {
    #[expect(clippy::cast_possible_truncation, reason = "a small whole number")]
    let spread = SPREAD as f32;
    vector.iter().zip(mean).map(move |(value, mean)| (value - mean) * spread)
}

fn shuffle(order: &mut [usize], random: &mut u64) {
    for place in (1..order.len()).rev() {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        let other = usize::try_from(*random % (place as u64 + 1)).unwrap_or_default();
        order.swap(place, other);
    }
}

impl Meaning {
    /// Whether a text is where the examples are: 1 for one as near to an intent's middle as they, 0 for one
    /// that is less than half as near. A softmax alone is sure of the strangest things.
    pub fn familiar(&self, vector: &[f32]) -> f32 {
        let nearest = self.centres.iter().map(|centre| dot(centre, vector)).fold(0.0, f32::max);
        let half = self.near / 2.0;
        if half > 0.0 { ((nearest - half) / half).clamp(0.0, 1.0) } else { 1.0 }
    }

    /// The logarithm of each intent's probability.
    pub fn likely(&self, vector: &[f32]) -> Vec<f32> {
        let scores: Vec<f32> = self
            .weights
            .iter()
            .map(|(constant, weights)| {
                let product: f32 = weights
                    .iter()
                    .zip(vector.iter().zip(&self.mean))
                    .map(|(weight, (value, mean))| weight * (value - mean))
                    .sum();
                constant + product
            })
            .collect();
        log_softmax(&scores)
    }
}

pub fn log_softmax(scores: &[f32]) -> Vec<f32> {
    let highest = scores.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = scores.iter().map(|score| (score - highest).exp()).sum();
    scores.iter().map(|score| score - highest - sum.ln()).collect()
}
