//! A classifier as bytes: weights in steps of a 127th, those that are zero left out.

use super::{
    Head, INTENTS,
    letters::Letters,
    meaning::Meaning,
    nearest::Nearest,
    vectors::{BUCKETS, Rarity},
};
use serde::{Deserialize, Serialize};

/// Form of the bytes; others are not read.
const VERSION: u8 = 2;

#[derive(Serialize, Deserialize)]
struct Stored {
    temperature: f32,
    threshold: f32,
    mean: Vec<f32>,
    meaning: Vec<(f32, Vec<f32>)>,
    centres: Vec<Vec<f32>>,
    near: f32,
    rarity: Vec<f32>,
    letters: Vec<StoredLetters>,
    nearest: Vec<Vec<StoredVector>>,
}

#[derive(Serialize, Deserialize)]
struct StoredVector {
    step: f32,
    /// The numbers in steps.
    numbers: Vec<i8>,
}

#[derive(Serialize, Deserialize)]
struct StoredLetters {
    constant: f32,
    step: f32,
    /// Distance from the weight before, and the weight in steps.
    weights: Vec<(u16, i8)>,
}

impl Head {
    /// The classifier as bytes, about two megabytes for 77 intents with 10,000 examples.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let letters = self.letters.weights.iter().map(|(constant, weights)| pack(*constant, weights)).collect();
        let stored = Stored {
            temperature: self.temperature,
            threshold: self.threshold,
            mean: self.meaning.mean.clone(),
            meaning: self.meaning.weights.clone(),
            centres: self.meaning.centres.clone(),
            near: self.meaning.near,
            rarity: self.letters.rarity.0.clone(),
            letters,
            nearest: self.nearest.0.iter().map(|own| own.iter().map(|vector| pack_vector(vector)).collect()).collect(),
        };
        postcard::to_extend(&stored, vec![VERSION]).unwrap_or_default()
    }

    /// The classifier from its bytes; none when they are not what this version wrote.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        if *version != VERSION {
            return None;
        }
        let stored: Stored = postcard::from_bytes(rest).ok()?;
        let (intents, dimensions) = (stored.meaning.len(), stored.mean.len());
        let is_sound = (2..=INTENTS).contains(&intents)
            && stored.letters.len() == intents
            && stored.rarity.len() == BUCKETS
            && stored.centres.len() == intents
            && stored
                .meaning
                .iter()
                .map(|(_, weights)| weights)
                .chain(&stored.centres)
                .all(|one| one.len() == dimensions)
            && stored.nearest.len() == intents
            && stored.nearest.iter().flatten().all(|one| one.numbers.len() == dimensions)
            && stored.temperature > 0.0;
        if !is_sound {
            return None;
        }
        let weights = stored.letters.into_iter().map(unpack).collect::<Option<Vec<_>>>()?;
        Some(Self {
            meaning: Meaning { mean: stored.mean, weights: stored.meaning, centres: stored.centres, near: stored.near },
            nearest: Nearest(stored.nearest.iter().map(|own| own.iter().map(unpack_vector).collect()).collect()),
            letters: Letters { rarity: Rarity(stored.rarity), weights },
            temperature: stored.temperature,
            threshold: stored.threshold,
        })
    }
}

fn pack_vector(vector: &[f32]) -> StoredVector {
    let step = step_of(vector);
    StoredVector { step, numbers: vector.iter().map(|number| in_steps(*number, step)).collect() }
}

fn unpack_vector(stored: &StoredVector) -> Vec<f32> {
    stored.numbers.iter().map(|number| f32::from(*number) * stored.step).collect()
}

/// A 127th of the largest number.
fn step_of(numbers: &[f32]) -> f32 {
    numbers.iter().copied().map(f32::abs).fold(0.0, f32::max) / 127.0
}

fn in_steps(number: f32, step: f32) -> i8 {
    #[expect(clippy::cast_possible_truncation, reason = "at most 127 steps either way")]
    if step > 0.0 { (number / step).round() as i8 } else { 0 }
}

fn pack(constant: f32, weights: &[f32]) -> StoredLetters {
    let step = step_of(weights);
    let mut packed = Vec::new();
    let mut last = 0;
    for (bucket, weight) in (0u16..).zip(weights) {
        let steps = in_steps(*weight, step);
        if steps != 0 {
            packed.push((bucket - last, steps));
            last = bucket;
        }
    }
    StoredLetters { constant, step, weights: packed }
}

fn unpack(stored: StoredLetters) -> Option<(f32, Vec<f32>)> {
    let mut weights = vec![0.0f32; BUCKETS];
    let mut bucket = 0usize;
    for (distance, steps) in stored.weights {
        bucket += usize::from(distance);
        *weights.get_mut(bucket)? = f32::from(steps) * stored.step;
    }
    Some((stored.constant, weights))
}
