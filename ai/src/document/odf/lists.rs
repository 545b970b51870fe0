//! The numbers of lists and headings, as they are printed.

use super::styles::Level;
use crate::document::numbers::numbered;
use std::collections::HashMap;

/// The numbers of the items above and before, by level.
pub(super) type Counters = Vec<i64>;

/// Counters of all lists of a document.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// By the style of a list, and by its id.
    counters: HashMap<String, Counters>,
}

impl Lists {
    /// The counters of an earlier list that is gone on with.
    pub(super) fn before(&self, name: &str) -> Counters {
        self.counters.get(name).cloned().unwrap_or_default()
    }

    pub(super) fn keep(&mut self, name: &str, counters: &Counters) {
        self.counters.insert(name.to_owned(), counters.clone());
    }
}

/// Counts an item of a level from 0, and gives what is printed before it; empty for signs.
pub(super) fn next(counters: &mut Counters, level: usize, levels: &[Level<'_>], start: Option<i64>) -> String {
    let of = |level: usize| levels.get(level).copied().unwrap_or(Level { start: 1, shown: 1, ..Level::default() });
    counters.truncate(level + 1);
    while counters.len() < level {
        counters.push(of(counters.len()).start);
    }
    match counters.get_mut(level) {
        Some(counter) => *counter = start.unwrap_or(counter.saturating_add(1)),
        None => counters.push(start.unwrap_or(of(level).start)),
    }
    let own = of(level);
    if own.format.is_empty() {
        return String::new();
    }
    let first = (level + 1).saturating_sub(own.shown.max(1));
    let shown = counters.iter().enumerate().skip(first).filter(|(level, _)| !of(*level).format.is_empty());
    let numbers: Vec<String> = shown.map(|(level, counter)| number(*counter, of(level).format)).collect();
    format!("{}{}{}", own.before, numbers.join("."), own.after)
}

fn number(number: i64, format: &str) -> String {
    numbered(number, format.chars().next().unwrap_or('1')).trim_end_matches('.').to_owned()
}
