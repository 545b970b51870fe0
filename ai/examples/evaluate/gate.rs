//! Fits what tells questions about a tenant's knowledge from those of
//! strangers, on tenants of many sizes that are made of the data's articles.

use crate::{Asked, Case, data::Passage, fit::TRAPS};
use ai::{
    bm25::Statistics,
    extract::{self, ABOUT_WEIGHTS, RIGHT_FEATURES, about_terms},
    passage::Indexed,
    retrieve::{self, CANDIDATES, Candidate, Question},
};

/// Sizes of tenants, and how many of each.
const TENANTS: [(usize, usize); 4] = [(3, 48), (8, 32), (20, 24), (40, 16)];
/// The whole data is one more tenant, which counts as much as so many of the others' sizes.
const WHOLE: f32 = 3.0;
/// Parts that the articles are divided into; each is predicted from the others.
const FOLDS: usize = 4;

/// A question put to a tenant.
struct Sample {
    size: usize,
    fold: Option<usize>,
    /// The tenant has the passage that the question was written for.
    is_about: bool,
    is_right: bool,
    is_trap: bool,
    /// Not used to fit, only to measure.
    is_test: bool,
    about: [f32; ABOUT_WEIGHTS],
    right: [f32; RIGHT_FEATURES],
}

/// Everything that questions are made from.
pub struct World<'a> {
    pub passages: &'a [Passage],
    pub indexed: &'a [Indexed],
    pub cases: &'a [Case],
    /// Questions of strangers to fit with.
    pub train: &'a [Case],
    /// Questions of strangers to measure with.
    pub test: &'a [Case],
}

pub fn fit(world: &World<'_>) {
    let samples = samples(world);
    let weigh = |sample: &Sample| weight(sample, &samples);
    let weights: Vec<f32> = samples.iter().map(weigh).collect();
    let fitted = |skip: Option<usize>| {
        let kept = |sample: &Sample| !sample.is_test && (skip.is_none() || sample.fold != skip);
        let about = logistic(
            samples
                .iter()
                .zip(&weights)
                .filter(|(sample, _)| kept(sample))
                .map(|(sample, weight)| (sample.about.as_slice(), sample.is_about, *weight)),
        );
        let inside = samples.iter().zip(&weights).filter(|(sample, _)| kept(sample) && sample.is_about);
        let right = logistic(inside.map(|(sample, weight)| {
            let weight = if sample.is_trap { weight * TRAPS } else { *weight };
            (sample.right.as_slice(), sample.is_right, weight)
        }));
        (about, right)
    };
    let folds: Vec<_> = (0..FOLDS).map(|fold| fitted(Some(fold))).collect();
    // Strangers have no article, so every fold may predict them.
    let confidence = |sample: &Sample| {
        let of = |(about, right): &(Vec<f32>, Vec<f32>)| chance(about, &sample.about) * chance(right, &sample.right);
        match sample.fold {
            Some(fold) => folds.get(fold).map_or(0.0, of),
            None => folds.iter().map(of).sum::<f32>() / folds.len() as f32,
        }
    };
    let sure: Vec<f32> = samples.iter().map(confidence).collect();
    println!("\ntwo models, articles held out, strangers of the test part");
    println!("passages | threshold | answered of answerable | strangers handed off");
    for size in [3, 8, 20, 40, world.passages.len()] {
        for threshold in [0.25f32, 0.3, 0.35] {
            let of = |test: fn(&Sample) -> bool| {
                let chosen: Vec<f32> = samples
                    .iter()
                    .zip(&sure)
                    .filter(|(sample, _)| sample.size == size && test(sample))
                    .map(|(_, sure)| *sure)
                    .collect();
                chosen.iter().filter(|sure| **sure >= threshold).count() as f32 / chosen.len().max(1) as f32
            };
            println!(
                "{size:8} | {threshold:9.2} | {:.3} | {:.3}",
                of(|one| one.is_about && !one.is_trap),
                1.0 - of(|one| one.is_test)
            );
        }
    }
    let (about, right) = fitted(None);
    println!("about: {about:.3?}\nright: {right:.3?} (the last ones are the constants)");
}

/// Each size counts the same, inside and outside apart; the whole data more.
fn weight(sample: &Sample, all: &[Sample]) -> f32 {
    let alike = all
        .iter()
        .filter(|one| one.size == sample.size && one.is_about == sample.is_about && one.is_test == sample.is_test)
        .count();
    let times = if sample.size > 40 { WHOLE } else { 1.0 };
    times / alike.max(1) as f32
}

fn samples(world: &World<'_>) -> Vec<Sample> {
    let mut articles: Vec<&str> = world.cases.iter().map(|case| case.asked.article.as_str()).collect();
    articles.sort_unstable();
    articles.dedup();
    let mut out = Vec::new();
    let all: Vec<usize> = (0..world.passages.len()).collect();
    let everybody = world.cases.iter().chain(world.train);
    put(world, &all, everybody, false, &articles, &mut out);
    put(world, &all, world.test.iter(), true, &articles, &mut out);
    let mut random = Random(1);
    for (size, times) in TENANTS {
        for _ in 0..times {
            let start = random.below(world.passages.len() - size);
            let held: Vec<usize> = (start..start + size).collect();
            let inside: Vec<&Case> = world.cases.iter().filter(|case| held.contains(&case.asked.passage)).collect();
            let count = inside.len().min(120);
            let others: Vec<&Case> = (0..count)
                .filter_map(|_| world.cases.get(random.below(world.cases.len())))
                .filter(|case| inside.iter().all(|one| one.asked.article != case.asked.article))
                .collect();
            let mut some = |from: &'_ [Case]| (0..count / 2).map(|_| random.below(from.len())).collect::<Vec<_>>();
            let (train, test) = (some(world.train), some(world.test));
            let train = train.iter().filter_map(|at| world.train.get(*at));
            let test = test.iter().filter_map(|at| world.test.get(*at));
            put(world, &held, inside.into_iter().chain(others).chain(train), false, &articles, &mut out);
            put(world, &held, test, true, &articles, &mut out);
        }
    }
    out
}

/// Puts questions to a tenant that holds some of the passages.
fn put<'a>(
    world: &World<'_>,
    held: &[usize],
    asked: impl Iterator<Item = &'a Case>,
    is_test: bool,
    articles: &[&str],
    out: &mut Vec<Sample>,
) {
    let own: Vec<(usize, &Indexed)> = held.iter().filter_map(|at| Some((*at, world.indexed.get(*at)?))).collect();
    let statistics = Statistics::of(own.iter().map(|(_, one)| one.counted()));
    for case in asked {
        let Asked { text, passage, article, .. } = &case.asked;
        let question = Question::new(text, case.question.vector.clone(), &statistics);
        let words = question.words();
        let mut scored: Vec<(usize, f32, f32)> = own
            .iter()
            .map(|(at, one)| {
                let similarity: f32 = one.vector.iter().zip(&question.vector).map(|(a, b)| a * b).sum();
                (*at, similarity, similarity + one.words.dot(&words))
            })
            .collect();
        scored.sort_by(|a, b| b.2.total_cmp(&a.2));
        scored.truncate(CANDIDATES);
        let candidates: Vec<Candidate> = scored
            .iter()
            .filter_map(|(at, similarity, _)| {
                let (passage, one) = (world.passages.get(*at)?, world.indexed.get(*at)?);
                let content = passage.text.clone();
                Some(Candidate::new(&question, content, one.sentences.clone(), *similarity))
            })
            .collect();
        let ranked = retrieve::rank(&question, &candidates);
        let Some(answer) = extract::answer(&question, &candidates, &ranked) else { continue };
        let is_about = held.contains(passage);
        out.push(Sample {
            size: held.len(),
            fold: articles.iter().position(|one| one == article).map(|at| at % FOLDS),
            is_about,
            is_right: is_about && case.is_answerable() && case.is_right(&answer.text),
            is_trap: is_about && !case.is_answerable(),
            is_test,
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
