//! The head that looks at words and letters: one linear support vector machine for each intent.

use super::{
    Example,
    vectors::{BUCKETS, Rarity, SparseText},
};
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// What a wrong side costs, as in LIBLINEAR's C.
const COST: f32 = 1.0;
/// Rounds over the examples at most.
const ROUNDS: usize = 25;
/// A round that changes nothing by more than this is the last.
const TOLERANCE: f32 = 0.02;

/// Weights of all intents.
#[derive(Clone, Debug)]
pub struct Letters {
    pub rarity: Rarity,
    /// For each intent: its constant, then a weight for each bucket.
    pub weights: Vec<(f32, Vec<f32>)>,
}

pub fn fit(examples: &[&Example], intents: usize, stop: &AtomicBool) -> Letters {
    let rarity = Rarity::of(examples.iter().map(|example| example.text.as_str()));
    let texts: Vec<(SparseText, u32)> =
        examples.iter().map(|example| (rarity.weigh(&example.text), example.intent)).collect();
    let next = AtomicUsize::new(0);
    let weights = Mutex::new(vec![(0.0, Vec::new()); intents]);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let intent = next.fetch_add(1, Ordering::Relaxed);
                    if intent >= intents || stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let found = one_against_all(&texts, intent);
                    let mut weights = weights.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Some(place) = weights.get_mut(intent) {
                        *place = found;
                    }
                }
            });
        }
    });
    Letters { rarity, weights: weights.into_inner().unwrap_or_else(PoisonError::into_inner) }
}

/// Dual coordinate descent for the squared hinge (Hsieh et al. 2008).
fn one_against_all(texts: &[(SparseText, u32)], intent: usize) -> (f32, Vec<f32>) {
    let slack = 0.5 / COST;
    let mut weights = vec![0.0f32; BUCKETS];
    let mut constant = 0.0f32;
    let mut alphas = vec![0.0f32; texts.len()];
    let mut order: Vec<usize> = (0..texts.len()).collect();
    let mut random = 0x9E37_79B9_7F4A_7C15u64 ^ intent as u64;
    for _ in 0..ROUNDS {
        shuffle(&mut order, &mut random);
        let mut largest = 0.0f32;
        for place in &order {
            let (Some((text, is)), Some(alpha)) = (texts.get(*place), alphas.get_mut(*place)) else { continue };
            let side = if *is as usize == intent { 1.0 } else { -1.0 };
            let slope = side * (text.dot(&weights) + constant) - 1.0 + slack * *alpha;
            if *alpha == 0.0 && slope >= 0.0 {
                continue;
            }
            // Texts have length 1, and the constant is one more feature of 1.
            let new = (*alpha - slope / (2.0 + slack)).max(0.0);
            let change = (new - *alpha) * side;
            largest = largest.max(change.abs());
            *alpha = new;
            text.add_to(&mut weights, change);
            constant += change;
        }
        if largest < TOLERANCE {
            break;
        }
    }
    (constant, weights)
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

impl Letters {
    /// How far a text lies on the side of each intent.
    pub fn sides(&self, text: &SparseText) -> Vec<f32> {
        self.weights.iter().map(|(constant, weights)| constant + text.dot(weights)).collect()
    }
}
