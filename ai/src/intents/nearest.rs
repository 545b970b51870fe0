//! The examples themselves: what is very like one of them means what it means.
//!
//! With few examples an intent the nearest one says what a weight for each dimension has not
//! learned yet; with many it says a little still.

use super::{Example, meaning::dot};

/// Examples that are kept, of all intents together.
const KEPT: usize = 2_000;
/// Examples of one intent that are kept at least, and at most: more say nothing new.
const LEAST: usize = 6;
const MOST: usize = 30;

/// Vectors of examples, for each intent.
#[derive(Clone, Debug)]
pub struct Nearest(pub Vec<Vec<Vec<f32>>>);

impl Nearest {
    pub fn of(examples: &[&Example], intents: usize) -> Self {
        let most = (KEPT / intents.max(1)).clamp(LEAST, MOST);
        let mut kept = vec![Vec::new(); intents];
        for example in examples {
            if let Some(own) = kept.get_mut(example.intent as usize).filter(|own: &&mut Vec<_>| own.len() < most) {
                own.push(example.vector.clone());
            }
        }
        Self(kept)
    }

    /// The cosine with the nearest example of each intent.
    pub fn cosines(&self, vector: &[f32]) -> Vec<f32> {
        let nearest = |own: &Vec<Vec<f32>>| own.iter().map(|example| dot(example, vector)).fold(0.0, f32::max);
        self.0.iter().map(nearest).collect()
    }
}
