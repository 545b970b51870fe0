//! The figures, each beside its target.

use crate::{corpus::Corpus, machine::Machine, say};
use anyhow::Result;
use serde_json::{Value, json};
use std::{fmt::Write, fs, path::Path};

/// What a figure should be.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// Not more than this.
    AtMost(f64),
    /// Not less than this.
    AtLeast(f64),
    /// It only informs.
    None,
}

/// A measured number.
#[derive(Clone, Debug)]
struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    target: Target,
    sample: String,
}

impl Figure {
    fn verdict(&self) -> &'static str {
        match self.target {
            Target::AtMost(most) if self.value <= most => "meets",
            Target::AtLeast(least) if self.value >= least => "meets",
            Target::None => "",
            _ => "misses",
        }
    }

    fn measured(&self) -> String {
        format!("{} {}", number(self.value), self.unit).trim_end().to_owned()
    }

    fn wanted(&self) -> String {
        match self.target {
            Target::AtMost(most) => format!("≤ {} {}", number(most), self.unit).trim_end().to_owned(),
            Target::AtLeast(least) => format!("≥ {} {}", number(least), self.unit).trim_end().to_owned(),
            Target::None => String::new(),
        }
    }

    fn json(&self) -> Value {
        let (at_most, at_least) = match self.target {
            Target::AtMost(most) => (Some(most), None),
            Target::AtLeast(least) => (None, Some(least)),
            Target::None => (None, None),
        };
        json!({
            "name": self.name, "value": self.value, "unit": self.unit, "at_most": at_most, "at_least": at_least,
            "verdict": self.verdict(), "sample": self.sample,
        })
    }
}

/// All figures of one run.
#[derive(Debug)]
pub struct Report {
    machine: Machine,
    is_quick: bool,
    texts: &'static str,
    figures: Vec<Figure>,
}

impl Report {
    /// Nothing measured yet.
    pub fn new(is_quick: bool, corpus: &Corpus, checkout: &Path) -> Self {
        let machine = Machine::look(checkout);
        if machine.load > 0.5 {
            say::line(format!(
                "The machine is busy (load {:.1}): figures will be worse than they could be.",
                machine.load
            ));
        }
        Self { machine, is_quick, texts: corpus.origin(), figures: Vec::new() }
    }

    /// Adds a figure and tells it. `sample` says what it was measured on.
    pub fn add(
        &mut self,
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        target: Target,
        sample: impl Into<String>,
    ) {
        let figure = Figure { name: name.into(), value, unit, target, sample: sample.into() };
        say::line(format!(
            "  {:<64} {:>12}  {:<12} {}",
            figure.name,
            figure.measured(),
            figure.wanted(),
            figure.verdict()
        ));
        self.figures.push(figure);
    }

    /// For people, as Markdown.
    pub fn table(&self) -> String {
        let machine = &self.machine;
        let mut table = String::new();
        if self.is_quick {
            table.push_str(
                "**A quick run, which only shows that the benchmark works: these are no figures to quote.**\n\n",
            );
        }
        let _infallible = writeln!(
            table,
            "{}, {} cores, {:.1} GiB, {}; {}, commit {}, load {:.2} before. One run of the release server with its \
             private PostgreSQL (commits to disk), the load generator on the same {} cores; texts: {}.\n",
            machine.processor,
            machine.cores,
            machine.memory as f64 / 1024.0,
            machine.kernel,
            machine.date,
            machine.commit,
            machine.load,
            machine.cores,
            self.texts,
        );
        table.push_str("| what | measured | target | | sample |\n|---|---:|---:|---|---|\n");
        for figure in &self.figures {
            let _infallible = writeln!(
                table,
                "| {} | {} | {} | {} | {} |",
                figure.name,
                figure.measured(),
                figure.wanted(),
                figure.verdict(),
                figure.sample
            );
        }
        table
    }

    /// Writes the table and its twin for programs.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let figures: Vec<Value> = self.figures.iter().map(Figure::json).collect();
        let results = json!({
            "machine": self.machine.json(), "quick": self.is_quick, "texts": self.texts, "figures": figures,
        });
        fs::create_dir_all(folder)?;
        fs::write(folder.join("table.md"), self.table())?;
        fs::write(folder.join("results.json"), serde_json::to_string_pretty(&results)? + "\n")?;
        Ok(())
    }
}

/// With as many digits as mean something, and commas.
fn number(value: f64) -> String {
    let text = match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    };
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 && grouped != "-" {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    rest.map_or(grouped.clone(), |rest| format!("{grouped}.{rest}"))
}
