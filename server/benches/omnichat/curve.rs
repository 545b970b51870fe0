//! What each threshold would do to answers, as a table and as a picture.

use anyhow::Result;
use std::{fmt::Write as _, fs, path::Path};

/// What came of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A passage answers it.
    Answerable,
    /// It looks as if one did.
    Trap,
    /// It is about something else.
    Stranger,
}

/// A question with how sure its answer is.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// What it is.
    pub kind: Kind,
    /// Confidence of the answer, 0 to 1.
    pub confidence: f32,
    /// The answer holds an accepted span.
    pub is_right: bool,
}

/// What one threshold does.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    threshold: f32,
    /// Part of the answerable questions that are answered.
    pub answered: f64,
    /// Part of those answers that hold an accepted span.
    pub right: f64,
    /// Part of the traps that are handed off.
    pub traps: f64,
    /// Part of the strangers' questions that are handed off.
    pub strangers: f64,
}

/// Thresholds from 0 to 0.95.
pub fn steps(points: &[Point]) -> Vec<Step> {
    (0..20u8).map(|step| at(points, f32::from(step) / 20.0)).collect()
}

/// What a threshold does.
pub fn at(points: &[Point], threshold: f32) -> Step {
    let of = |kind: Kind| points.iter().filter(move |point| point.kind == kind);
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let given = |kind| of(kind).filter(|point| point.confidence >= threshold);
    let handed_off = |kind| 1.0 - share(given(kind).count(), of(kind).count());
    let answers = given(Kind::Answerable).count();
    Step {
        threshold,
        answered: share(answers, of(Kind::Answerable).count()),
        right: share(given(Kind::Answerable).filter(|point| point.is_right).count(), answers),
        traps: handed_off(Kind::Trap),
        strangers: handed_off(Kind::Stranger),
    }
}

/// The probability that an answerable question scores above another kind.
pub fn auc(points: &[Point], other: Kind) -> f64 {
    let mut scored: Vec<(f32, bool)> = points
        .iter()
        .filter(|point| point.kind == other || point.kind == Kind::Answerable)
        .map(|point| (point.confidence, point.kind == Kind::Answerable))
        .collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut pairs, mut above) = (0u64, 0u64, 0u64);
    for (_, is_answerable) in scored {
        if is_answerable {
            pairs += below;
            above += 1;
        } else {
            below += 1;
        }
    }
    pairs as f64 / (above * below).max(1) as f64
}

/// How far what is said is from what is, over tenths of confidence, for answerable questions.
pub fn calibration_error(points: &[Point]) -> f64 {
    let asked: Vec<&Point> = points.iter().filter(|point| point.kind == Kind::Answerable).collect();
    let error = |tenth: u8| {
        let low = f32::from(tenth) / 10.0;
        let inside: Vec<&&Point> =
            asked.iter().filter(|point| (low..low + 0.1).contains(&point.confidence.min(0.999))).collect();
        let said: f64 = inside.iter().map(|point| f64::from(point.confidence)).sum();
        let is = inside.iter().filter(|point| point.is_right).count() as f64;
        (said - is).abs()
    };
    (0..10).map(error).sum::<f64>() / asked.len().max(1) as f64
}

/// Writes `curve.md` and `curve.svg`.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(steps: &[Step], folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut table = String::from(
        "| threshold | answerable questions answered | of these right | traps handed off | other subjects handed off |\n\
         |---:|---:|---:|---:|---:|\n",
    );
    for step in steps {
        let _infallible = writeln!(
            table,
            "| {:.2} | {:.3} | {:.3} | {:.3} | {:.3} |",
            step.threshold, step.answered, step.right, step.traps, step.strangers
        );
    }
    fs::write(folder.join("curve.md"), table)?;
    fs::write(folder.join("curve.svg"), picture(steps))?;
    Ok(())
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 380.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 40.0;

/// Class of its colour, what it shows, and its value.
type Curve = (&'static str, &'static str, fn(&Step) -> f64);

/// The curves over the threshold, in light and dark.
fn picture(steps: &[Step]) -> String {
    let (right, bottom) = (WIDTH - 20.0, HEIGHT - 52.0);
    let x = |threshold: f64| LEFT + threshold * (right - LEFT);
    let y = |share: f64| bottom - share * (bottom - TOP);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"img\">\n\
         <title>What the threshold does: answered, right and handed-off questions</title>\n\
         <style>text {{ fill: #3c3c43; }} .grid {{ stroke: #d8d8de; }} .a {{ stroke: #1b5fd9; }} .b {{ stroke: #15803d; }} .c {{ stroke: #b45309; }} .d {{ stroke: #7c3aed; }} polyline {{ fill: none; stroke-width: 2; }} \
         @media (prefers-color-scheme: dark) {{ text {{ fill: #c9c9d1; }} .grid {{ stroke: #3a3a42; }} .a {{ stroke: #7aa7ff; }} .b {{ stroke: #5fd38a; }} .c {{ stroke: #f0a860; }} .d {{ stroke: #b79cff; }} }}</style>\n"
    );
    for tick in 0..=5u8 {
        let share = f64::from(tick) / 5.0;
        let _infallible = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/><text x=\"{1}\" y=\"{2:.1}\" text-anchor=\"end\">{3:.0} %</text><text x=\"{4:.1}\" y=\"{5}\" text-anchor=\"middle\">{6:.1}</text>",
            y(share),
            LEFT - 8.0,
            y(share) + 4.0,
            share * 100.0,
            x(share),
            bottom + 18.0,
            share
        );
    }
    let _infallible =
        writeln!(svg, "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">threshold</text>", x(0.5), bottom + 38.0);
    let curves: [Curve; 4] = [
        ("a", "answerable: answered", |step| step.answered),
        ("b", "of these right", |step| step.right),
        ("c", "traps: handed off", |step| step.traps),
        ("d", "other subjects: handed off", |step| step.strangers),
    ];
    for (place, (class, name, value)) in curves.into_iter().enumerate() {
        let points: Vec<String> =
            steps.iter().map(|step| format!("{:.1},{:.1}", x(f64::from(step.threshold)), y(value(step)))).collect();
        let at = LEFT + place as f64 * 142.0;
        let _infallible = writeln!(
            svg,
            "<polyline class=\"{class}\" points=\"{}\"/><line class=\"{class}\" stroke-width=\"3\" x1=\"{at}\" x2=\"{1}\" y1=\"18\" y2=\"18\"/><text x=\"{2}\" y=\"22\">{name}</text>",
            points.join(" "),
            at + 14.0,
            at + 19.0
        );
    }
    svg.push_str("</svg>\n");
    svg
}
