//! Tables: rows of cells, whether lines are drawn around them or not.

use super::{hyphens, segments::Segment};
use crate::document::Block;

/// A line of a table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Where it stands.
    pub base: f32,
    /// The size of its letters.
    pub size: f32,
    /// What stands in each column.
    pub cells: Vec<Cell>,
}

/// What stands in one column of a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// Its lines.
    pub lines: Vec<String>,
    /// All of it is bold.
    pub is_bold: bool,
}

impl Cell {
    /// Puts something below what is there, or beside it.
    pub fn put(&mut self, text: &str, is_bold: bool, is_beside: bool) {
        self.is_bold = is_bold && (self.is_bold || self.lines.is_empty());
        match self.lines.last_mut().filter(|_| is_beside) {
            Some(line) => {
                line.push(' ');
                line.push_str(text);
            }
            None => self.lines.push(text.to_owned()),
        }
    }

    /// Its words.
    pub fn text(&self, known: &hyphens::Known) -> String {
        let mut text = String::new();
        for line in &self.lines {
            known.append(&mut text, line);
        }
        text
    }

    fn is_value(&self) -> bool {
        self.lines.iter().any(|line| line.chars().any(char::is_numeric))
    }
}

impl Row {
    /// A row without anything in it.
    pub fn empty(base: f32, size: f32, columns: usize) -> Self {
        Self { base, size, cells: vec![Cell::default(); columns] }
    }

    /// Puts a piece of a line into a column.
    pub fn put(&mut self, column: usize, segment: &Segment) {
        if let Some(cell) = self.cells.get_mut(column) {
            cell.put(&segment.text, segment.is_bold, !cell.lines.is_empty());
        }
        self.size = self.size.max(segment.size);
    }

    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.lines.is_empty()).count()
    }
}

/// A table whose rows are known by where they stand, and by the lines between them.
pub(super) fn aligned(lines: Vec<Row>, drawn: &[f32], known: &hyphens::Known) -> Block {
    let (lines, drawn) = between(lines, drawn);
    if drawn {
        return of(&lines, known);
    }
    let mut steps: Vec<f32> = lines
        .windows(2)
        .filter_map(|pair| if let [one, next] = pair { Some(next.base - one.base) } else { None })
        .collect();
    steps.sort_by(f32::total_cmp);
    let closest = steps.first().copied().unwrap_or_default();
    let widest = steps.last().copied().unwrap_or_default();
    // Lines of a cell stand closer than rows do.
    let is_spaced = widest > 1.25 * closest;
    let mut rows: Vec<Row> = Vec::new();
    let mut last_base = f32::NEG_INFINITY;
    for line in lines {
        let step = line.base - last_base;
        last_base = line.base;
        let goes_on = rows.last().is_some_and(|row| {
            let is_close = step < 1.12 * closest && is_spaced && step < 1.5 * line.size;
            let starts_empty = line.cells.first().is_some_and(|cell| cell.lines.is_empty());
            // A few words below a cell with many: the cell goes on.
            let is_rest = starts_empty
                && line.filled() < row.filled()
                && step < 1.5 * line.size
                && line.cells.iter().zip(&row.cells).all(|(below, above)| {
                    below.lines.is_empty() || !above.lines.is_empty() && !below.is_value() && !above.is_value()
                });
            (is_close && line.filled() < row.cells.len() && line.filled() <= row.filled()) || is_rest
        });
        match rows.last_mut().filter(|_| goes_on) {
            Some(row) => {
                for (above, below) in row.cells.iter_mut().zip(line.cells) {
                    let is_bold = below.is_bold;
                    for text in below.lines {
                        above.put(&text, is_bold, false);
                    }
                }
            }
            None => rows.push(line),
        }
    }
    of(&rows, known)
}

/// Puts the lines together that have no line drawn between them, when that makes rows of them all: each has one line
/// that begins it.
fn between(lines: Vec<Row>, drawn: &[f32]) -> (Vec<Row>, bool) {
    if drawn.is_empty() {
        return (lines, false);
    }
    let mut groups: Vec<Vec<Row>> = Vec::new();
    let mut last = usize::MAX;
    for line in lines.iter().cloned() {
        let group = drawn.partition_point(|place| *place < line.base);
        match groups.last_mut().filter(|_| group == last) {
            Some(rows) => rows.push(line),
            None => groups.push(vec![line]),
        }
        last = group;
    }
    let begins = |row: &Row| row.cells.first().is_some_and(|cell| !cell.lines.is_empty());
    let is_row = |group: &Vec<Row>| group.iter().filter(|row| begins(row)).count() <= 1;
    if groups.len() < 2 || !groups.iter().all(is_row) {
        return (lines, false);
    }
    let whole = |group: Vec<Row>| {
        let mut rows = group.into_iter();
        let mut whole = rows.next()?;
        for row in rows {
            for (above, below) in whole.cells.iter_mut().zip(row.cells) {
                let is_bold = below.is_bold;
                for text in below.lines {
                    above.put(&text, is_bold, false);
                }
            }
        }
        Some(whole)
    };
    (groups.into_iter().filter_map(whole).collect(), true)
}

/// A list whose labels stand in a column of their own.
pub(super) fn items(rows: Vec<Row>, known: &hyphens::Known) -> Vec<(String, String)> {
    let mut items: Vec<(String, String)> = Vec::new();
    let mut last = f32::NEG_INFINITY;
    for row in rows {
        let is_apart = row.base - last > 1.7 * row.size;
        last = row.base;
        let texts: Vec<String> = row.cells.iter().map(|cell| cell.text(known)).collect();
        let [label, text] = texts.as_slice() else { continue };
        match items.last_mut().filter(|_| label.is_empty()) {
            Some((_, item)) if is_apart => {
                item.push('\n');
                item.push_str(text);
            }
            Some((_, item)) => known.append(item, text),
            None => items.push((label.clone(), text.clone())),
        }
    }
    items
}

/// A table of rows, the first of which may be names.
pub(super) fn of(rows: &[Row], known: &hyphens::Known) -> Block {
    let has_names = has_names(rows);
    let mut texts: Vec<Vec<String>> =
        rows.iter().map(|row| row.cells.iter().map(|cell| cell.text(known)).collect()).collect();
    // Columns without anything in them are space.
    let columns = texts.first().map_or(0, Vec::len);
    let used: Vec<bool> = (0..columns)
        .map(|column| texts.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty())))
        .collect();
    for row in &mut texts {
        let mut used = used.iter();
        row.retain(|_| used.next().copied().unwrap_or(true));
    }
    texts.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    let header = if has_names && texts.len() > 1 { texts.remove(0) } else { Vec::new() };
    Block::Table { caption: String::new(), header, rows: texts }
}

/// Whether the first row names the columns: it is bold and others are not, or words stand above numbers.
fn has_names(rows: &[Row]) -> bool {
    let Some((first, others)) = rows.split_first() else { return false };
    if others.is_empty() || first.filled() < 2 {
        return false;
    }
    let is_bold = |row: &Row| row.cells.iter().filter(|cell| !cell.lines.is_empty()).all(|cell| cell.is_bold);
    if is_bold(first) && !others.iter().all(is_bold) {
        return true;
    }
    let has_values = first.cells.iter().any(Cell::is_value);
    let above_values = (0..first.cells.len()).any(|column| {
        let cell = |row: &&Row| row.cells.get(column).is_some_and(Cell::is_value);
        others.iter().filter(cell).count() * 2 > others.len()
    });
    !has_values && above_values && first.filled() * 4 >= first.cells.len() * 3
}
