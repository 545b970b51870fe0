//! Tables of an OpenDocument: cells that are repeated, and cells that reach over several.

use super::{styles::Styles, text::Reader};
use crate::document::{Block, one_line, sheet::Cell, xml::Element};

/// Columns and rows of a table at most.
const COLUMNS: usize = 16_384;
const ROWS: usize = 100_000;
/// Cells of a table at most, with those that a cell is repeated in.
const CELLS: usize = 1_000_000;
/// Empty rows that are kept where more are repeated.
const EMPTY: usize = 2;

/// The rows of a table, and how many of them are its header.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) headers: usize,
    /// Cells from above that reach down: rows that are left, and the cell.
    down: Vec<Option<(usize, Cell)>>,
    hidden: Vec<bool>,
    cells: usize,
    /// There is more than is read.
    pub(super) is_cut: bool,
}

/// A table of a text.
pub(super) fn read(table: &Element, styles: &Styles, bytes: &mut usize) -> Option<Block> {
    let mut rows = Rows::of(table, styles, bytes);
    if rows.is_cut {
        // Whoever reads the document refuses what has so much text.
        *bytes = usize::MAX / 2;
        return None;
    }
    let width = rows.rows.iter().filter_map(|row| row.iter().rposition(|cell| !cell.text.is_empty())).max()? + 1;
    rows.rows.iter_mut().for_each(|row| row.truncate(width));
    let headers = if rows.headers >= rows.rows.len() { 0 } else { rows.headers };
    let body = rows.rows.split_off(headers);
    let bold = |row: &Vec<Cell>| row.iter().all(|cell| cell.is_bold || cell.text.is_empty());
    let mut body = body.into_iter().peekable();
    let is_bold_header = headers == 0 && body.peek().is_some_and(bold) && body.len() > 1;
    let head = if is_bold_header { body.next().into_iter().collect() } else { rows.rows };
    let name = |column: usize| {
        let mut parts: Vec<String> =
            head.iter().filter_map(|row| row.get(column)).map(|cell| one_line(&cell.text)).collect();
        parts.dedup();
        parts.join(" ").trim().to_owned()
    };
    let header = if head.is_empty() { Vec::new() } else { (0..width).map(name).collect() };
    let texts = |row: Vec<Cell>| row.into_iter().map(|cell| cell.text).collect::<Vec<_>>();
    let rows = body.map(texts).filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
    Some(Block::Table { caption: String::new(), header, rows })
}

impl Rows {
    /// Reads the rows that are seen.
    pub(super) fn of(table: &Element, styles: &Styles, bytes: &mut usize) -> Self {
        let mut rows = Self::default();
        rows.columns(table);
        rows.read(table, styles, bytes, false);
        rows
    }

    fn columns(&mut self, element: &Element) {
        for child in element.elements() {
            match &*child.name {
                "table-column" => {
                    let times = child.number("number-columns-repeated").unwrap_or(1_usize).min(COLUMNS);
                    let is_hidden = child.attribute("visibility").is_some_and(|said| said != "visible");
                    if self.hidden.len() < COLUMNS {
                        self.hidden.extend(std::iter::repeat_n(is_hidden, times));
                    }
                }
                "table-columns" | "table-column-group" | "table-header-columns" => self.columns(child),
                _ => {}
            }
        }
    }

    fn read(&mut self, element: &Element, styles: &Styles, bytes: &mut usize, is_header: bool) {
        for child in element.elements() {
            match &*child.name {
                "table-row" => self.row(child, styles, bytes),
                "table-header-rows" => {
                    self.read(child, styles, bytes, true);
                    if self.headers == 0 && !is_header {
                        self.headers = self.rows.len();
                    }
                }
                "table-rows" | "table-row-group" => self.read(child, styles, bytes, is_header),
                _ => {}
            }
        }
    }

    fn row(&mut self, row: &Element, styles: &Styles, bytes: &mut usize) {
        let times = row.number("number-rows-repeated").unwrap_or(1_usize).max(1);
        let is_hidden = row.attribute("visibility").is_some_and(|said| said != "visible");
        let cells = self.cells(row, styles, bytes);
        let is_empty = cells.iter().all(|cell| cell.text.is_empty());
        let seen: Vec<Cell> = cells
            .into_iter()
            .enumerate()
            .filter(|(column, _)| !self.hidden.get(*column).copied().unwrap_or_default())
            .map(|(_, cell)| cell)
            .collect();
        let size: usize = seen.iter().map(|cell| cell.text.len()).sum();
        for _ in 0..if is_empty { times.min(EMPTY) } else { times } {
            self.is_cut |= !is_empty && !is_hidden && (self.rows.len() >= ROWS || self.cells > CELLS);
            if is_hidden || self.rows.len() >= ROWS || self.cells > CELLS {
                break;
            }
            self.cells += seen.len();
            *bytes = bytes.saturating_add(size);
            self.rows.push(seen.clone());
        }
    }

    fn cells(&mut self, row: &Element, styles: &Styles, bytes: &mut usize) -> Vec<Cell> {
        let mut cells: Vec<Cell> = Vec::new();
        // The cell to the left that reaches over the next ones.
        let mut across: Option<(usize, Cell)> = None;
        let is_cell = |cell: &&Element| matches!(&*cell.name, "table-cell" | "covered-table-cell");
        let mut elements = row.elements().filter(is_cell).peekable();
        while let Some(element) = elements.next() {
            let times = element.number("number-columns-repeated").unwrap_or(1_usize).clamp(1, COLUMNS);
            let own = self.cell(element, styles, bytes);
            let wide = element.number("number-columns-spanned").unwrap_or(1_usize).clamp(1, COLUMNS);
            let tall = element.number("number-rows-spanned").unwrap_or(1_usize).clamp(1, ROWS);
            // The rest of the row is empty.
            if own.text.is_empty() && element.is("table-cell") && elements.peek().is_none() {
                break;
            }
            for _ in 0..times {
                if cells.len() >= COLUMNS {
                    self.is_cut |= !own.text.is_empty();
                    break;
                }
                let column = cells.len();
                if self.down.len() <= column {
                    self.down.resize(column + 1, None);
                }
                let covered = || Cell { is_repeated: true, ..own.clone() };
                let cell = if element.is("table-cell") {
                    across = (wide > 1).then(|| (wide - 1, covered()));
                    self.reach_down(column, wide, tall, &Cell { is_repeated: wide > 1, ..own.clone() });
                    own.clone()
                } else if let Some((left, cell)) = across.take() {
                    across = (left > 1).then(|| (left - 1, cell.clone()));
                    cell
                } else {
                    self.taken_from_above(column).unwrap_or_default()
                };
                cells.push(cell);
            }
        }
        while cells.last().is_some_and(|cell| cell.text.is_empty()) {
            cells.pop();
        }
        cells
    }

    fn reach_down(&mut self, column: usize, wide: usize, tall: usize, cell: &Cell) {
        if tall < 2 {
            return;
        }
        let end = (column + wide).min(COLUMNS);
        self.cells += end - column;
        if self.cells > CELLS {
            self.is_cut = true;
            return;
        }
        if self.down.len() < end {
            self.down.resize(end, None);
        }
        self.down.iter_mut().take(end).skip(column).for_each(|down| *down = Some((tall - 1, cell.clone())));
    }

    fn taken_from_above(&mut self, column: usize) -> Option<Cell> {
        let place = self.down.get_mut(column)?;
        let (left, cell) = place.take()?;
        *place = (left > 1).then(|| (left - 1, cell.clone()));
        Some(cell)
    }

    fn cell(&self, element: &Element, styles: &Styles, bytes: &mut usize) -> Cell {
        if element.children.is_empty() {
            return Cell::default();
        }
        let mut reader = Reader::of(styles);
        let text = crate::document::clean(&reader.said(element));
        *bytes = bytes.saturating_add(reader.bytes);
        let is_value = element.attribute("value-type").is_some_and(|kind| kind != "string");
        // Errors are nothing that somebody wanted to say.
        let is_error = element.attribute("calcext:value-type") == Some("error")
            || (element.attribute("value-type").is_none() && text.starts_with('#') && text.ends_with(['!', '?', 'A']));
        let mut paragraphs = Vec::new();
        element.all("p", &mut paragraphs);
        let bold = |paragraph: &&Element| {
            styles.is_bold(paragraph.attribute("style-name"))
                || paragraph.child("span").is_some_and(|span| styles.is_bold(span.attribute("style-name")))
        };
        let is_bold = styles.is_bold(element.attribute("style-name"))
            || paragraphs
                .iter()
                .any(|paragraph| styles.comes_from(paragraph.attribute("style-name"), "Table_20_Heading"))
            || (!paragraphs.is_empty() && paragraphs.iter().all(bold));
        Cell { text: if is_error { String::new() } else { text }, is_value, is_bold, is_repeated: false }
    }
}
