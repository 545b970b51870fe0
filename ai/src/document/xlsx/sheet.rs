//! One sheet of a spreadsheet: its cells, those that are merged, and what is hidden.

use super::{Book, Left, Style, strings::Words};
use crate::document::{
    DocumentError, clean,
    sheet::{Cell, Row},
    xml,
};
use quick_xml::{
    events::{BytesStart, Event},
    reader::Reader,
};
use std::collections::BTreeSet;

/// Areas of merged cells that are read.
const MERGED: usize = 50_000;
/// Cells of a sheet at most, with the empty ones between others.
const PLACES: usize = 4_000_000;

/// A corner, in rows and columns from 1.
type Corner = (u32, u32);

#[derive(Debug, Default)]
struct Line {
    number: u32,
    is_hidden: bool,
    cells: Vec<(u32, Cell)>,
}

#[derive(Debug, Default)]
struct Sheet {
    lines: Vec<Line>,
    /// First and last column of hidden ones.
    hidden: Vec<(u32, u32)>,
    merged: Vec<(Corner, Corner)>,
}

/// The cell that is being read.
#[derive(Debug, Default)]
struct Open {
    column: u32,
    kind: String,
    style: Style,
    value: String,
    is_value: bool,
    words: Words,
}

/// The rows of a sheet that are seen.
pub(super) fn read(xml: &str, book: &Book, left: &mut Left) -> Result<Vec<Row>, DocumentError> {
    let damaged = || DocumentError::Damaged("Excel file".into());
    let mut reader = Reader::from_str(xml);
    let (mut sheet, mut open) = (Sheet::default(), None::<Open>);
    loop {
        match reader.read_event().map_err(|_| damaged())? {
            Event::Start(tag) if tag.local_name().into_inner() == "c" => open = Some(sheet.cell(&tag, book)),
            Event::Start(tag) => match &mut open {
                Some(open) if tag.local_name().into_inner() == "v" => open.is_value = true,
                Some(open) => open.words.open(&tag),
                None => sheet.mark(&tag),
            },
            // A cell without a value still takes its place.
            Event::Empty(tag) if tag.local_name().into_inner() == "c" => drop(sheet.cell(&tag, book)),
            Event::Empty(tag) if open.is_none() => sheet.mark(&tag),
            Event::End(tag) => match tag.local_name().into_inner() {
                "c" => {
                    if let Some((column, cell)) = open.take().map(|open| open.end(book)) {
                        left.take(cell.text.len())?;
                        sheet.push(column, cell);
                    }
                }
                name => {
                    if let Some(open) = &mut open {
                        open.is_value &= name != "v";
                        open.words.close(name);
                    }
                }
            },
            Event::Eof => break,
            other => {
                if let Some(open) = &mut open {
                    open.add(&other);
                }
            }
        }
    }
    sheet.lines.sort_by_key(|line| line.number);
    sheet.rows(left)
}

impl Open {
    fn add(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) if self.is_value => self.value.push_str(text),
            Event::GeneralRef(entity) if self.is_value => xml::push_entity(&mut self.value, entity),
            other => self.words.add(other),
        }
    }

    /// What a person sees in the cell.
    fn end(mut self, book: &Book) -> (u32, Cell) {
        let value = self.value.trim();
        let number = value.parse::<f64>().ok();
        let (text, is_value) = match (self.kind.as_str(), number) {
            ("s", _) => {
                let shared = value.parse::<usize>().ok().and_then(|place| book.strings.get(place));
                (shared.cloned().unwrap_or_default(), false)
            }
            ("inlineStr", _) => (self.words.take(), false),
            ("str", _) => (std::mem::take(&mut self.value), false),
            ("b", _) => (if xml::is_yes(value) { "TRUE" } else { "FALSE" }.to_owned(), true),
            ("e", _) => (String::new(), false),
            ("d", _) => (value.to_owned(), true),
            (_, Some(number)) => (book.number(number, self.style), true),
            (_, None) => (String::new(), false),
        };
        (self.column, Cell { text: clean(&text), is_value, is_bold: self.style.is_bold, is_repeated: false })
    }
}

impl Sheet {
    fn mark(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().into_inner() {
            "row" => {
                let number = number(tag, "r")
                    .unwrap_or_else(|| self.lines.last().map_or(1, |line| line.number.saturating_add(1)));
                let is_hidden = is_on(tag, "hidden");
                self.lines.push(Line { number, is_hidden, cells: Vec::new() });
            }
            "col" if is_on(tag, "hidden") && self.hidden.len() < MERGED => {
                self.hidden.extend(number(tag, "min").zip(number(tag, "max")));
            }
            "mergeCell" if self.merged.len() < MERGED => {
                let area = attribute(tag, "ref").and_then(|area| {
                    let (from, to) = area.split_once(':')?;
                    Some((corner(from)?, corner(to)?))
                });
                self.merged.extend(area);
            }
            _ => {}
        }
    }

    /// Begins a cell.
    fn cell(&mut self, tag: &BytesStart<'_>, book: &Book) -> Open {
        if self.lines.is_empty() {
            self.lines.push(Line { number: 1, ..Line::default() });
        }
        let before = self.lines.last().and_then(|line| line.cells.last()).map_or(0, |(column, _)| *column);
        let column =
            attribute(tag, "r").and_then(|place| corner(&place)).map_or(before.saturating_add(1), |(_, column)| column);
        let style = book.style(number(tag, "s").and_then(|style: u32| usize::try_from(style).ok()).unwrap_or_default());
        if let Some(line) = self.lines.last_mut().filter(|_| attribute(tag, "r").is_none()) {
            // Cells that do not say where they are stand side by side.
            line.cells.push((column, Cell::default()));
        }
        Open { column, kind: attribute(tag, "t").unwrap_or_default(), style, ..Open::default() }
    }

    fn push(&mut self, column: u32, cell: Cell) {
        let Some(line) = self.lines.last_mut() else { return };
        match line.cells.last_mut() {
            Some((last, held)) if *last == column => *held = cell,
            _ => line.cells.push((column, cell)),
        }
    }

    /// The rows that are seen, with an empty one where some are left out.
    fn rows(mut self, left: &mut Left) -> Result<Vec<Row>, DocumentError> {
        let filled = |line: &Line| {
            line.cells.iter().filter(|(_, cell)| !cell.text.is_empty()).map(|(column, _)| *column).collect::<Vec<_>>()
        };
        let columns: BTreeSet<u32> = self.lines.iter().flat_map(filled).collect();
        let columns: Vec<u32> = columns.into_iter().collect();
        if columns.len().saturating_mul(self.lines.len()) > PLACES {
            return Err(DocumentError::TooLong);
        }
        let dense = |line: &mut Line| {
            let mut row = vec![Cell::default(); columns.len()];
            for (column, cell) in std::mem::take(&mut line.cells) {
                if let Some(place) = columns.binary_search(&column).ok().and_then(|place| row.get_mut(place)) {
                    *place = cell;
                }
            }
            row
        };
        let mut rows: Vec<Row> = self.lines.iter_mut().map(dense).collect();
        let mut reached = 0_usize;
        for ((top, first), (bottom, last)) in std::mem::take(&mut self.merged) {
            let within = |from: usize, to: usize| if from < to { from..to } else { 0..0 };
            let down = within(
                self.lines.partition_point(|line| line.number < top),
                self.lines.partition_point(|line| line.number <= bottom),
            );
            let across = within(
                columns.partition_point(|column| *column < first),
                columns.partition_point(|column| *column <= last),
            );
            let source = rows
                .get(down.start)
                .and_then(|row| row.get(across.start))
                .filter(|cell| !cell.text.is_empty())
                .cloned();
            let Some(source) = source else { continue };
            // Areas do not overlap in a file that a person made.
            reached = reached.saturating_add(down.len().saturating_mul(across.len()));
            if reached > PLACES {
                return Err(DocumentError::TooLong);
            }
            let is_wide = across.len() > 1;
            for (down, row) in rows.get_mut(down).unwrap_or_default().iter_mut().enumerate() {
                let cells = row.get_mut(across.clone()).unwrap_or_default().iter_mut().enumerate();
                for (right, cell) in cells.filter(|(_, cell)| cell.text.is_empty()) {
                    left.take(source.text.len())?;
                    // What reaches down alone belongs to each of its rows.
                    *cell = Cell { is_repeated: right > 0 || (down > 0 && is_wide), ..source.clone() };
                }
            }
        }
        let is_seen = |column: &u32| !self.hidden.iter().any(|(first, last)| (first..=last).contains(&column));
        let seen: Vec<bool> = columns.iter().map(is_seen).collect();
        let mut all = Vec::with_capacity(rows.len());
        let mut before = None;
        for (line, row) in self.lines.iter().zip(rows) {
            if before.is_some_and(|before| line.number > before + 1_u32) {
                all.push(Row::new());
            }
            before = Some(line.number.min(u32::MAX - 1));
            if !line.is_hidden {
                all.push(row.into_iter().zip(&seen).filter(|(_, seen)| **seen).map(|(cell, _)| cell).collect());
            }
        }
        Ok(all)
    }
}

/// Row and column of a place such as "B3".
fn corner(place: &str) -> Option<Corner> {
    let place = place.replace('$', "");
    let digits = place.find(|c: char| c.is_ascii_digit()).unwrap_or(place.len());
    let (letters, row) = place.split_at_checked(digits)?;
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let letter = |letter: u8| letter.is_ascii_alphabetic().then(|| u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let column = letters.bytes().try_fold(0, |column: u32, byte| Some(column * 26 + letter(byte)?))?;
    Some((row.parse().ok()?, column))
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.try_get_attribute(name).ok().flatten().map(|attribute| attribute.value.into_owned())
}

fn number(tag: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(tag, name)?.trim().parse().ok()
}

fn is_on(tag: &BytesStart<'_>, name: &str) -> bool {
    attribute(tag, name).is_some_and(|value| xml::is_yes(&value))
}
