//! How good a classifier is, on examples and intents that it has not seen.

use super::{Example, Head, IntentError, fit};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::atomic::AtomicBool};

/// Parts that the examples are divided into; each is told by a classifier of the others.
const PARTS: usize = 5;
/// The part of what is never held out.
const NEVER: usize = PARTS;
/// With more examples one part alone is held out: it has enough of them.
const MANY: usize = 2_500;
/// Examples of an intent that the search for the unknown looks at.
const SOME: usize = 40;
/// Confusions that are told.
const CONFUSIONS: usize = 20;
/// Every so many-th intent is left out to see what unknown texts look like.
const LEFT_OUT: u32 = 4;

/// How good a classifier is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Part of the held-out examples that were told rightly, 0 to 1.
    pub accuracy: f32,
    /// F1 of all intents, each counted the same.
    pub macro_f1: f32,
    /// Examples that were held out in turn.
    pub tested: u32,
    /// Each intent.
    pub intents: Vec<IntentScore>,
    /// Which intents are taken for which, most often first, 20 at most.
    pub confusions: Vec<Confusion>,
    /// What thresholds would do to unknown texts; empty with fewer than four intents.
    pub unknown: Vec<UnknownPoint>,
    /// Probability below which a text stays unknown.
    pub threshold: f32,
    /// What evens out the probabilities.
    pub temperature: f32,
    /// Time of training and measuring.
    pub milliseconds: u32,
}

/// How good one intent is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntentScore {
    /// The intent.
    pub intent: u32,
    /// Its examples.
    pub examples: u32,
    /// Part of the texts told as this intent that are, 0 to 1.
    pub precision: f32,
    /// Part of this intent's texts that were told so, 0 to 1.
    pub recall: f32,
    /// Both together, 0 to 1.
    pub f1: f32,
}

/// One intent taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// What it is.
    pub intent: u32,
    /// What it was taken for.
    pub taken_for: u32,
    /// How often.
    pub count: u32,
}

/// What a threshold does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnknownPoint {
    /// Probability below which a text stays unknown.
    pub threshold: f32,
    /// Part of the texts of known intents that are told as known, 0 to 1.
    pub kept: f32,
    /// Part of the texts of intents that were left out that stay unknown, 0 to 1.
    pub refused: f32,
}

pub(super) fn assess(examples: &[Example], intents: usize, stop: &AtomicBool) -> Result<Report, IntentError> {
    let told = held_out(examples, intents, stop)?;
    let temperature = temperature(&told);
    let mut report = scores(&told, examples, intents);
    report.temperature = temperature;
    (report.threshold, report.unknown) = unknown(examples, intents, temperature, stop)?;
    Ok(report)
}

/// An example with what a classifier that has not seen it says.
struct Told {
    intent: u32,
    scores: Vec<f32>,
}

fn held_out(examples: &[Example], intents: usize, stop: &AtomicBool) -> Result<Vec<Told>, IntentError> {
    // Each intent's examples go round the parts, so that every part has some of each.
    let mut seen: BTreeMap<u32, usize> = BTreeMap::new();
    let parts: Vec<usize> = examples
        .iter()
        .map(|example| {
            if example.is_name {
                return NEVER;
            }
            let turn = seen.entry(example.intent).or_default();
            *turn += 1;
            *turn % PARTS
        })
        .collect();
    let mut told = Vec::new();
    for part in 0..if examples.len() > MANY { 1 } else { PARTS } {
        let others: Vec<&Example> =
            examples.iter().zip(&parts).filter(|(_, own)| **own != part).map(|(example, _)| example).collect();
        let own = examples.iter().zip(&parts).filter(|(_, own)| **own == part).map(|(example, _)| example);
        let head = fit(&others, intents, stop)?;
        told.extend(own.map(|example| Told { intent: example.intent, scores: say(&head, example) }));
    }
    Ok(told)
}

fn say(head: &Head, example: &Example) -> Vec<f32> {
    head.scores(&head.letters.rarity.weigh(&example.text), &example.vector)
}

/// What makes the probabilities fit best what was right.
#[expect(clippy::cast_precision_loss, reason = "steps are few")]
fn temperature(told: &[Told]) -> f32 {
    let surprise = |temperature: f32| -> f32 {
        told.iter()
            .map(|one| {
                let even: Vec<f32> = one.scores.iter().map(|score| score / temperature).collect();
                -super::meaning::log_softmax(&even).get(one.intent as usize).copied().unwrap_or(-20.0)
            })
            .sum()
    };
    let steps = (0..24).map(|step| 0.4 * 1.15f32.powf(step as f32));
    steps.min_by(|a, b| surprise(*a).total_cmp(&surprise(*b))).unwrap_or(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of examples are small")]
fn scores(told: &[Told], examples: &[Example], intents: usize) -> Report {
    let (mut right, mut said, mut is) = (vec![0u32; intents], vec![0u32; intents], vec![0u32; intents]);
    let mut mixed: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    let count = |list: &mut Vec<u32>, intent: u32| {
        if let Some(place) = list.get_mut(intent as usize) {
            *place += 1;
        }
    };
    for one in told {
        let best = (0u32..).zip(&one.scores).max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(intent, _)| intent);
        count(&mut said, best);
        count(&mut is, one.intent);
        if best == one.intent {
            count(&mut right, best);
        } else {
            *mixed.entry((one.intent, best)).or_default() += 1;
        }
    }
    let part = |of: u32, whole: u32| of as f32 / whole.max(1) as f32;
    let scored: Vec<IntentScore> = (0u32..)
        .zip(right.iter().zip(&said).zip(&is))
        .map(|(intent, ((right, said), is))| {
            let (precision, recall) = (part(*right, *said), part(*right, *is));
            let f1 = 2.0 * precision * recall / (precision + recall).max(f32::MIN_POSITIVE);
            let examples = examples.iter().filter(|example| example.intent == intent && !example.is_name).count();
            IntentScore { intent, examples: u32::try_from(examples).unwrap_or(u32::MAX), precision, recall, f1 }
        })
        .collect();
    let mut confusions: Vec<Confusion> =
        mixed.into_iter().map(|((intent, taken_for), count)| Confusion { intent, taken_for, count }).collect();
    confusions.sort_by_key(|confusion| std::cmp::Reverse(confusion.count));
    confusions.truncate(CONFUSIONS);
    Report {
        accuracy: part(right.iter().sum(), u32::try_from(told.len()).unwrap_or(u32::MAX)),
        macro_f1: scored.iter().map(|one| one.f1).sum::<f32>() / scored.len().max(1) as f32,
        tested: u32::try_from(told.len()).unwrap_or(u32::MAX),
        intents: scored,
        confusions,
        ..Report::default()
    }
}

/// Leaves every fourth intent out and sees how likely its texts seem to the others.
fn unknown(
    examples: &[Example],
    intents: usize,
    temperature: f32,
    stop: &AtomicBool,
) -> Result<(f32, Vec<UnknownPoint>), IntentError> {
    if intents < LEFT_OUT as usize {
        return Ok((0.5, Vec::new()));
    }
    let mut seen: BTreeMap<u32, usize> = BTreeMap::new();
    let (mut learn, mut known, mut strange) = (Vec::new(), Vec::new(), Vec::new());
    for example in examples {
        if example.is_name {
            if example.intent % LEFT_OUT != 0 {
                learn.push(example);
            }
            continue;
        }
        let turn = seen.entry(example.intent).or_default();
        *turn += 1;
        if *turn > SOME {
            continue;
        }
        match (example.intent % LEFT_OUT == 0, *turn % PARTS == 1) {
            (true, _) => strange.push(example),
            (false, true) => known.push(example),
            (false, false) => learn.push(example),
        }
    }
    let mut head = fit(&learn, intents, stop)?;
    head.set_scale(temperature, 0.0);
    let sure = |list: &[&Example]| -> Vec<f32> {
        list.iter().map(|example| head.classify(&example.text, &example.vector).probability).collect()
    };
    Ok(curve(&sure(&known), &sure(&strange)))
}

/// The curve, and the threshold at which both parts together are largest.
#[expect(clippy::cast_precision_loss, reason = "counts of examples are small")]
pub(super) fn curve(known: &[f32], strange: &[f32]) -> (f32, Vec<UnknownPoint>) {
    let share = |list: &[f32], test: &dyn Fn(f32) -> bool| {
        list.iter().filter(|sure| test(**sure)).count() as f32 / list.len().max(1) as f32
    };
    let points: Vec<UnknownPoint> = (0..=20u8)
        .map(|step| {
            let threshold = f32::from(step) / 20.0;
            let kept = share(known, &|sure| sure >= threshold);
            let refused = share(strange, &|sure| sure < threshold);
            UnknownPoint { threshold, kept, refused }
        })
        .collect();
    let worth = |point: &UnknownPoint| point.kept + point.refused;
    let best = points.iter().max_by(|a, b| worth(a).total_cmp(&worth(b))).map_or(0.5, |point| point.threshold);
    (best, points)
}
