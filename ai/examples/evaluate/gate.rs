//! Fits what tells questions about a tenant's knowledge from those of strangers, and right answers from wrong ones, on
//! tenants of many sizes that are made of the data's articles: with every other article, measured on the others.
//! Questions in the text's language and those in another have weights of their own.

use crate::{
    Case, World,
    data::Asked,
    fit::TRAPS,
    world::{self, Known},
};
use ai::{
    bm25::Statistics,
    extract::{self, ABOUT_WEIGHTS, RIGHT_FEATURES, about_terms},
    passage::Indexed,
    retrieve::{self, Question},
};

/// Sizes of tenants, and how many of each.
const TENANTS: [(usize, usize); 4] = [(3, 48), (8, 32), (20, 24), (40, 16)];
/// The whole data is one more tenant, which counts as much as so many of the others' sizes.
const WHOLE: f32 = 3.0;
/// The data with traps and strangers counts as much as so many of the others.
const FIRST: f32 = 5.0;
/// Passages beyond which a tenant is the whole data.
const LARGEST: usize = 40;

/// A question put to a tenant.
struct Sample {
    size: usize,
    /// The weights may see it.
    is_seen: bool,
    /// The tenant has the passage that the question was written for.
    is_about: bool,
    is_right: bool,
    is_trap: bool,
    about: [f32; ABOUT_WEIGHTS],
    right: [f32; RIGHT_FEATURES],
}

pub fn fit(worlds: &[World]) {
    for (name, is_abroad) in [("in the text's language", false), ("in another language", true)] {
        let samples: Vec<Vec<Sample>> =
            worlds.iter().filter(|world| world.is_abroad == is_abroad).map(samples).collect();
        if !samples.is_empty() {
            println!("\nquestions {name}");
            one(&samples);
        }
    }
}

fn one(samples: &[Vec<Sample>]) {
    let weighed: Vec<(&Sample, f32)> =
        samples.iter().flat_map(|world| world.iter().map(|sample| (sample, weight(sample, world)))).collect();
    let seen = || weighed.iter().filter(|(sample, _)| sample.is_seen);
    let about = logistic(seen().map(|(sample, weight)| (sample.about.as_slice(), sample.is_about, *weight)));
    let right = logistic(seen().filter(|(sample, _)| sample.is_about).map(|(sample, weight)| {
        let weight = if sample.is_trap { weight * TRAPS } else { *weight };
        (sample.right.as_slice(), sample.is_right, weight)
    }));
    println!("about: {about:.3?}\nright: {right:.3?} (the last ones are the constants)");
    println!("measured on the articles in between:");
    println!("passages | threshold | answered of answerable | right of these | strangers handed off | said, is");
    let sure = |sample: &Sample| chance(&about, &sample.about) * chance(&right, &sample.right);
    let mut sizes: Vec<usize> = weighed.iter().map(|(sample, _)| sample.size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    for size in sizes {
        let unseen: Vec<(&Sample, f32)> = weighed
            .iter()
            .filter(|(sample, _)| sample.size == size && !sample.is_seen)
            .map(|(sample, _)| (*sample, sure(sample)))
            .collect();
        for threshold in [0.3f32, 0.4, 0.5, 0.6, 0.7] {
            let count = |test: &dyn Fn(&Sample, f32) -> bool| {
                unseen.iter().filter(|(sample, sure)| test(sample, *sure)).count() as f32
            };
            let asked = count(&|one, _| one.is_about && !one.is_trap).max(1.0);
            let answered = count(&|one, sure| one.is_about && !one.is_trap && sure >= threshold);
            let rightly = count(&|one, sure| one.is_right && sure >= threshold);
            let strange = count(&|one, _| !one.is_about).max(1.0);
            let refused = count(&|one, sure| !one.is_about && sure < threshold);
            let said: f32 = unseen.iter().filter(|(one, _)| one.is_about && !one.is_trap).map(|(_, sure)| sure).sum();
            println!(
                "{size:8} | {threshold:9.2} | {:.3} | {:.3} | {:.3} | {:.3}, {:.3}",
                answered / asked,
                rightly / answered.max(1.0),
                refused / strange,
                said / asked,
                count(&|one, _| one.is_right) / asked
            );
        }
    }
}

/// Each size counts the same, inside and outside apart; the whole data more.
fn weight(sample: &Sample, world: &[Sample]) -> f32 {
    let alike =
        |one: &&Sample| one.size == sample.size && one.is_about == sample.is_about && one.is_seen == sample.is_seen;
    let times = if sample.size > LARGEST { WHOLE } else { 1.0 };
    // There are strangers of another kind in one of them alone.
    let times = if world.iter().any(|one| one.is_trap) { times * FIRST } else { times };
    times / crate::share(world.iter().filter(alike).count().max(1), 1)
}

fn samples(world: &World) -> Vec<Sample> {
    let mut out = Vec::new();
    let count = world.known.passages.len();
    let all: Vec<usize> = (0..count).collect();
    let seen = world.is_seen();
    put(world, &all, world.cases.iter().map(|case| (case, seen(case))), &mut out);
    put(world, &all, strangers(world), &mut out);
    let mut random = Random(1);
    for (size, times) in TENANTS {
        for _ in 0..times {
            let start = random.below(count - size);
            let held: Vec<usize> = (start..start + size).collect();
            let inside: Vec<&Case> = world.cases.iter().filter(|case| held.contains(&case.asked.passage)).collect();
            let asked = inside.len().min(120);
            let others: Vec<&Case> = (0..asked)
                .filter_map(|_| world.cases.get(random.below(world.cases.len())))
                .filter(|case| inside.iter().all(|one| one.asked.article != case.asked.article))
                .collect();
            put(world, &held, inside.into_iter().chain(others).map(|case| (case, seen(case))), &mut out);
            let all: Vec<(&Case, bool)> = strangers(world).collect();
            let some = (0..asked).filter_map(|_| all.get(random.below(all.len())).copied());
            put(world, &held, some.collect::<Vec<_>>().into_iter(), &mut out);
        }
    }
    out
}

/// Questions of strangers, and whether the weights may see them.
fn strangers(world: &World) -> impl Iterator<Item = (&Case, bool)> {
    world.train.iter().map(|case| (case, true)).chain(world.test.iter().map(|case| (case, false)))
}

/// Puts questions to a tenant that holds some of the passages.
fn put<'a>(world: &World, held: &[usize], asked: impl Iterator<Item = (&'a Case, bool)>, out: &mut Vec<Sample>) {
    let known: &Known = &world.known;
    let own = held.iter().filter_map(|at| known.indexed.get(*at)).map(Indexed::counted);
    let statistics = Statistics::of(own);
    for (case, is_seen) in asked {
        let Asked { text, passage, .. } = &case.asked;
        let question = Question::new(text, case.question.vector.clone(), case.question.weights, &statistics);
        let (_, candidates) = world::candidates(&question, known, held);
        let ranked = retrieve::rank(&question, &candidates);
        let Some(answer) = extract::answer(&question, &candidates, &ranked) else { continue };
        let is_about = held.contains(passage);
        out.push(Sample {
            size: held.len(),
            is_seen,
            is_about,
            is_right: is_about && case.is_answerable() && case.is_right(&answer.text),
            is_trap: is_about && !case.is_answerable(),
            about: about_terms(&answer.about_features),
            right: answer.right_features,
        });
    }
}

fn chance(weights: &[f32], features: &[f32]) -> f32 {
    let constant = weights.last().copied().unwrap_or_default();
    let sum: f32 = features.iter().zip(weights).map(|(feature, weight)| feature * weight).sum();
    1.0 / (1.0 + (-(sum + constant)).exp())
}

/// Logistic weights, and the constant behind them. Features are brought to one
/// scale before, so that one step size fits all.
fn logistic<'a>(samples: impl Iterator<Item = (&'a [f32], bool, f32)>) -> Vec<f32> {
    let samples: Vec<_> = samples.collect();
    let size = samples.first().map_or(0, |(features, ..)| features.len());
    let total: f32 = samples.iter().map(|(.., weight)| weight).sum();
    let mean_of = |value: &dyn Fn(&[f32]) -> f32| {
        samples.iter().map(|(features, _, weight)| value(features) * weight).sum::<f32>() / total
    };
    let at = |features: &[f32], place: usize| features.get(place).copied().unwrap_or_default();
    let means: Vec<f32> = (0..size).map(|place| mean_of(&|features| at(features, place))).collect();
    let spreads: Vec<f32> = (0..size)
        .map(|place| mean_of(&|features| (at(features, place) - at(&means, place)).powi(2)).sqrt().max(1e-4))
        .collect();
    let scaled: Vec<(Vec<f32>, f32, f32)> = samples
        .iter()
        .map(|(features, is_so, weight)| {
            let scaled = (0..size).map(|at_| (at(features, at_) - at(&means, at_)) / at(&spreads, at_)).collect();
            (scaled, f32::from(u8::from(*is_so)), weight / total)
        })
        .collect();
    let weights = crate::fit::descend(size + 1, 1500, |weights, slope| {
        for (features, is_so, weight) in &scaled {
            let error = (chance(weights, features) - is_so) * weight;
            crate::fit::add(slope, features, error);
            if let Some(constant) = slope.last_mut() {
                *constant += error;
            }
        }
    });
    let mut raw: Vec<f32> = (0..size).map(|place| at(&weights, place) / at(&spreads, place)).collect();
    let shift: f32 = raw.iter().zip(&means).map(|(weight, mean)| weight * mean).sum();
    raw.push(at(&weights, size) - shift);
    raw
}

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % most.max(1)
    }
}
