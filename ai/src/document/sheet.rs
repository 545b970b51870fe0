//! Tables among the cells of a sheet: their titles, their header, and where one ends and the next begins.

use super::{Block, table};

/// A cell as it is seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    /// It is a number, a date or a price.
    pub(super) is_value: bool,
    /// It is printed in bold letters.
    pub(super) is_bold: bool,
    /// It repeats a cell to the left, or one that is wide from above.
    pub(super) is_repeated: bool,
}

impl Cell {
    fn is_filled(&self) -> bool {
        !self.text.is_empty()
    }
}

/// A row as it is seen; an empty one separates tables.
pub(super) type Row = Vec<Cell>;

/// What a sheet says. Rows may differ in length.
pub(super) fn blocks(rows: Vec<Row>) -> Vec<Block> {
    let mut sheet = Sheet::default();
    let mut part = Vec::new();
    for row in rows {
        if !row.iter().any(Cell::is_filled) {
            sheet.part(std::mem::take(&mut part));
        } else if row.iter().any(|cell| cell.is_filled() && !cell.is_repeated) {
            part.push(row);
        }
    }
    sheet.part(part);
    sheet.end_header();
    sheet.blocks
}

/// Whether a text is a number, a price, a percentage, a date or a time, and nothing else.
pub(super) fn is_value(text: &str) -> bool {
    let text = text.trim();
    if text.chars().count() > 30 || !text.contains(|c: char| c.is_numeric()) {
        return false;
    }
    let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let is_currency = |word: &str| {
        (word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
            || matches!(
                word,
                "kr" | "Kr"
                    | "zł"
                    | "Kč"
                    | "Fr"
                    | "Ft"
                    | "lei"
                    | "Rs"
                    | "T"
                    | "Z"
                    | "AM"
                    | "PM"
                    | "R"
                    | "US"
                    | "A"
                    | "C"
            )
    };
    words.all(is_currency) && text.chars().all(|c| !c.is_ascii_punctuation() || ".,'-+/:%$()".contains(c))
}

/// Whether the first of some rows holds values already, so that the columns have no names.
pub(super) fn is_headless<'r>(first: &[&str], mut rest: impl Iterator<Item = Vec<&'r str>>) -> bool {
    let filled: Vec<&str> = first.iter().copied().filter(|cell| !cell.is_empty()).collect();
    let values: Vec<&str> = filled.iter().copied().filter(|cell| is_value(cell)).collect();
    if values.is_empty() {
        return false;
    }
    let integers: Vec<u64> = values.iter().filter_map(|value| value.parse().ok()).collect();
    if integers.len() == values.len() {
        // Years and sizes name columns.
        let are_years = integers.iter().all(|year| (1900..=2100).contains(year));
        let ascend = integers.len() >= 3 && integers.is_sorted_by(|one, next| one < next);
        let has_corner = first.first().is_some_and(|cell| !is_value(cell));
        if (are_years && (has_corner || values.len() > 1)) || (ascend && has_corner) {
            return false;
        }
    }
    if values.len() == filled.len() {
        return true;
    }
    let columns: Vec<usize> =
        (0..first.len()).filter(|column| first.get(*column).is_some_and(|cell| is_value(cell))).collect();
    rest.any(|row| columns.iter().any(|column| row.get(*column).is_some_and(|cell| is_value(cell))))
}

#[derive(Default)]
struct Sheet {
    blocks: Vec<Block>,
    /// Columns and header of the table that was read last.
    columns: Vec<usize>,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// The header was not said with any row yet.
    is_owed: bool,
}

impl Sheet {
    /// Reads rows between empty ones.
    fn part(&mut self, rows: Vec<Row>) {
        let width = rows.iter().map(Vec::len).max().unwrap_or_default();
        let mut used = vec![false; width];
        for row in &rows {
            row.iter().zip(&mut used).for_each(|(cell, used)| *used |= cell.is_filled());
        }
        let columns: Vec<usize> =
            used.iter().enumerate().filter(|(_, used)| **used).map(|(column, _)| column).collect();
        let mut rows: std::collections::VecDeque<Row> = rows.into_iter().map(|row| of_columns(row, &columns)).collect();
        if columns.len() < 2 {
            return rows.iter().for_each(|row| self.line(row));
        }
        while rows.len() > 1 && rows.front().is_some_and(is_line) {
            rows.pop_front().iter().for_each(|row| self.line(row));
        }
        let mut notes = Vec::new();
        while rows.len() > 1
            && rows.back().is_some_and(|row| is_line(row) && row.iter().any(|cell| is_sentence(&cell.text)))
        {
            notes.extend(rows.pop_back());
        }
        let is_same = self.columns == columns && !self.header.is_empty();
        if let Some((first, rest)) = rows.make_contiguous().split_first() {
            if is_header(first, rest, is_same) {
                self.end_header();
                self.header = rows.pop_front().unwrap_or_default().into_iter().map(|cell| cell.text).collect();
                self.is_owed = true;
            } else if !is_same {
                self.end_header();
            }
        }
        self.columns = columns;
        for row in rows {
            self.row(&row);
        }
        notes.iter().rev().for_each(|row| self.line(row));
    }

    fn row(&mut self, row: &Row) {
        let is_group = is_line(row) && row.iter().any(|cell| cell.is_filled() && (cell.is_repeated || cell.is_bold));
        if is_group {
            // The names at the head of the columns hold below as well.
            self.line(row);
        } else {
            self.rows.push(row.iter().map(|cell| cell.text.clone()).collect());
        }
    }

    /// A title, a note, or a line of a list.
    fn line(&mut self, row: &Row) {
        self.end_table();
        for cell in row.iter().filter(|cell| cell.is_filled() && !cell.is_repeated) {
            self.blocks.push(Block::paragraph(&cell.text));
        }
    }

    fn end_table(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if !rows.is_empty() {
            self.is_owed = false;
            self.blocks.extend(table::as_blocks(self.header.clone(), rows));
        }
    }

    /// What follows has other columns. Names without rows are a row.
    fn end_header(&mut self) {
        self.end_table();
        let header = std::mem::take(&mut self.header);
        if std::mem::take(&mut self.is_owed) {
            self.blocks.extend(table::as_blocks(Vec::new(), vec![header]));
        }
    }
}

fn of_columns(row: Row, columns: &[usize]) -> Row {
    let mut row: Vec<Option<Cell>> = row.into_iter().map(Some).collect();
    columns.iter().map(|column| row.get_mut(*column).and_then(Option::take).unwrap_or_default()).collect()
}

/// Whether one cell alone is filled, however far it reaches.
fn is_line(row: &Row) -> bool {
    row.iter().filter(|cell| cell.is_filled() && !cell.is_repeated).count() == 1
}

fn is_sentence(text: &str) -> bool {
    text.split_whitespace().count() >= 4 || text.starts_with('*')
}

/// Whether a row names the columns of the rows below. `follows`: a table with as many columns stands above.
fn is_header(first: &Row, rest: &[Row], follows: bool) -> bool {
    if rest.is_empty() || first.iter().filter(|cell| cell.is_filled()).count() < 2 {
        return false;
    }
    let texts = |row: &Row| {
        row.iter().map(|cell| if cell.is_value || is_value(&cell.text) { "0.5" } else { "" }).collect::<Vec<_>>()
    };
    let all_bold = |row: &Row| row.iter().filter(|cell| cell.is_filled()).all(|cell| cell.is_bold);
    if all_bold(first) && !rest.iter().take(3).all(all_bold) {
        return true;
    }
    let words: Vec<&str> = first.iter().map(|cell| cell.text.as_str()).collect();
    if is_headless(&words, rest.iter().take(20).map(texts)) {
        return false;
    }
    // Below another table of these columns, only a row over values is a header.
    !follows || rest.iter().take(20).any(|row| texts(row).contains(&"0.5"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Vec<Block> {
        let cell = |text: &str| Cell {
            text: text.trim_matches('!').to_owned(),
            is_value: is_value(text),
            is_bold: text.starts_with('!'),
            is_repeated: false,
        };
        blocks(text.lines().map(|line| line.split(',').map(cell).collect()).collect())
    }

    fn table(header: &[&str], rows: &[&[&str]]) -> Block {
        let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        Block::Table {
            caption: String::new(),
            header: owned(header),
            rows: rows.iter().map(|row| owned(row)).collect(),
        }
    }

    #[test]
    fn titles_tables_and_notes_are_told_apart() {
        let found = sheet(
            "Prices 2026\n,\nItem,,Price\nMug,,5.00 €\n\nPot,,7.00 €\n* without postage,\n\nDay,Open\nMonday,9–12\n",
        );
        assert_eq!(
            found,
            [
                Block::paragraph("Prices 2026"),
                table(&["Item", "Price"], &[&["Mug", "5.00 €"], &["Pot", "7.00 €"]]),
                Block::paragraph("* without postage"),
                table(&["Day", "Open"], &[&["Monday", "9–12"]]),
            ]
        );
        assert_eq!(sheet("Mug,5.00 €\nPot,7.00 €"), [table(&[], &[&["Mug", "5.00 €"], &["Pot", "7.00 €"]])]);
        assert_eq!(sheet("one\ntwo"), [Block::paragraph("one"), Block::paragraph("two")]);
    }

    #[test]
    fn groups_within_a_table_keep_its_header() {
        assert_eq!(
            sheet("Item,Price\n!Mugs,\nRed,5\n!Pots,\nBlue,7"),
            [
                Block::paragraph("Mugs"),
                table(&["Item", "Price"], &[&["Red", "5"]]),
                Block::paragraph("Pots"),
                table(&["Item", "Price"], &[&["Blue", "7"]]),
            ]
        );
    }

    #[test]
    fn years_name_columns_and_prices_do_not() {
        let headless = |first: &[&str], second: &[&'static str]| is_headless(first, std::iter::once(second.to_vec()));
        assert!(!headless(&["Country", "2019", "2020"], &["France", "5", "6"]));
        assert!(!headless(&["Size", "36", "37", "38"], &["Stock", "5", "6", "7"]));
        assert!(headless(&["Mug", "5.00 €"], &["Cup", "6.00 €"]));
        assert!(headless(&["1", "2"], &["3", "4"]));
        assert!(!headless(&["Name", "Price"], &["Cup", "6"]));
        for value in ["12.50 €", "EUR 5", "-3,5 %", "2026-05-01", "12:30", "$1,299.00", "5"] {
            assert!(is_value(value), "{value}");
        }
        for words in ["Q1", "5 pieces", "", "a", "#5"] {
            assert!(!is_value(words), "{words}");
        }
    }
}
