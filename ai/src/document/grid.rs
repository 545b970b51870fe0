//! The cells of a table where a reader sees them.

use super::Block;
use types::limits::SOURCE_BYTES;

/// Columns of a table, at most.
pub(super) const COLUMNS: usize = 200;
/// Cells at most in which others are repeated that span them.
const REPEATS: usize = 200_000;
/// Bytes that are repeated in a table, at most.
const REPEATED: usize = SOURCE_BYTES;

/// A cell as it stands in a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// Its lines.
    lines: Vec<String>,
    /// It stands in several rows.
    is_tall: bool,
    /// It stands in the column before as well.
    is_same: bool,
}

impl Cell {
    /// A cell with some lines, which may stand in several rows.
    pub(super) const fn new(lines: Vec<String>, is_tall: bool) -> Self {
        Self { lines, is_tall, is_same: false }
    }

    fn bytes(&self) -> usize {
        self.lines.iter().map(String::len).sum()
    }
}

/// Rows of cells.
#[derive(Debug, Default)]
pub(super) struct Grid {
    rows: Vec<Vec<Option<Cell>>>,
    repeats: usize,
    repeated: usize,
}

impl Grid {
    /// How many rows there are.
    pub(super) const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Makes sure that there are so many rows.
    pub(super) fn reach(&mut self, rows: usize) {
        if self.rows.len() < rows {
            self.rows.resize(rows, Vec::new());
        }
    }

    /// Keeps so many rows.
    pub(super) fn truncate(&mut self, rows: usize) {
        self.rows.truncate(rows);
    }

    /// The first column of a row, from one on, in which nothing stands.
    pub(super) fn free(&self, row: usize, from: usize) -> usize {
        let taken = self.rows.get(row).into_iter().flat_map(|row| row.iter().skip(from));
        from + taken.take_while(|cell| cell.is_some()).count()
    }

    /// Puts a cell into all places that it spans.
    pub(super) fn place(&mut self, row: usize, column: usize, (wide, tall): (usize, usize), cell: &Cell) {
        self.reach(row + tall);
        for (down, cells) in self.rows.iter_mut().skip(row).take(tall).enumerate() {
            if cells.len() < column + wide {
                cells.resize(column + wide, None);
            }
            for (right, place) in cells.iter_mut().skip(column).take(wide).enumerate() {
                let is_first = down + right == 0;
                if !is_first {
                    self.repeats += 1;
                    self.repeated += cell.bytes();
                }
                // No words are lost: what is too much is not repeated.
                if is_first || (self.repeats <= REPEATS && self.repeated <= REPEATED) {
                    *place = Some(Cell { is_same: right > 0, ..cell.clone() });
                }
            }
        }
    }

    /// The table, of whose rows the first ones name its columns.
    pub(super) fn into_table(mut self, headers: usize, caption: String) -> Block {
        // Headers alone are rows.
        let headers = if headers >= self.rows.len() { 0 } else { headers };
        let body = self.rows.split_off(headers);
        let header = names(&self.rows);
        Block::Table { caption, header, rows: body.into_iter().flat_map(split).collect() }
    }
}

/// The names of columns, from one row or from several above each other.
fn names(rows: &[Vec<Option<Cell>>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let name = |column: usize| {
        let mut parts: Vec<String> = Vec::new();
        for cell in rows.iter().filter_map(|row| row.get(column)?.as_ref()) {
            let part = cell.lines.join(" ");
            if !part.is_empty() && parts.last() != Some(&part) {
                parts.push(part);
            }
        }
        parts.join(" ")
    };
    (0..columns).map(name).collect()
}

/// A row. When its cells have as many lines each, a reader sees as many rows.
fn split(row: Vec<Option<Cell>>) -> Vec<Vec<String>> {
    let row: Vec<Cell> = row.into_iter().map(Option::unwrap_or_default).collect();
    let filled: Vec<&Cell> =
        row.iter().filter(|cell| !cell.lines.is_empty() && !cell.is_tall && !cell.is_same).collect();
    let lines = filled.first().map_or(1, |cell| cell.lines.len());
    let is_paired = filled.len() >= 2 && lines >= 2 && filled.iter().all(|cell| cell.lines.len() == lines);
    if !is_paired {
        return vec![row.iter().map(|cell| cell.lines.join("\n")).collect()];
    }
    let part = |cell: &Cell, place: usize| {
        if cell.is_tall { cell.lines.join("\n") } else { cell.lines.get(place).cloned().unwrap_or_default() }
    };
    let line = |place: usize| row.iter().map(|cell| part(cell, place)).collect();
    (0..lines).map(line).collect()
}
