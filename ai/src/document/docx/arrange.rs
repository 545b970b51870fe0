//! From the rows of a table to what a reader sees: a table, or words that are only arranged like one.

use super::tables::{Merge, lines};
use crate::document::{
    Block,
    grid::{self, Grid},
    one_line,
};

/// Places of a grid; one with more is read cell by cell.
const PLACES: usize = 2_000_000;

/// A cell with what it says.
#[derive(Debug, Default)]
pub(super) struct Cell {
    /// Its first column in the grid, and how many it spans.
    pub(super) column: usize,
    pub(super) wide: usize,
    pub(super) tall: Merge,
    /// All of its words are bold.
    pub(super) is_bold: bool,
    pub(super) blocks: Vec<Block>,
}

impl Cell {
    fn is_blank(&self) -> bool {
        self.blocks.is_empty()
    }
}

/// A row.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    /// Columns of the grid up to its end.
    pub(super) width: usize,
    /// It is repeated on each page.
    pub(super) is_header: bool,
}

impl Row {
    /// It looks like the names of columns.
    fn is_bold(&self) -> bool {
        let mut filled = self.cells.iter().filter(|cell| !cell.is_blank()).peekable();
        filled.peek().is_some() && filled.all(|cell| cell.is_bold)
    }

    /// Its only cell, when it spans a whole row.
    fn only(&self, width: usize) -> Option<&Cell> {
        let [cell] = &self.cells[..] else { return None };
        (cell.column == 0 && cell.wide >= width && cell.tall == Merge::No).then_some(cell)
    }
}

/// A table as it was read.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
    /// Its style marks the first row.
    pub(super) marks_first: bool,
}

impl Table {
    /// What it says.
    pub(super) fn blocks(mut self) -> Vec<Block> {
        self.even_columns();
        let width = self.rows.iter().map(|row| row.width).max().unwrap_or_default();
        let caption = self.caption(width);
        let headers = self.headers();
        if self.is_layout(headers > 0) || self.rows.len().saturating_mul(width) > PLACES {
            let words = self.rows.into_iter().flat_map(|row| row.cells).flat_map(|cell| cell.blocks);
            return caption.map(Block::Caption).into_iter().chain(words).collect();
        }
        let is_heading = |row: &Row| {
            let only = row.only(width).map(|cell| cell.blocks.as_slice());
            matches!(only, Some([Block::Heading { .. }]))
        };
        let mut blocks = Vec::new();
        let mut caption = caption.unwrap_or_default();
        let body = self.rows.split_off(headers);
        let head = self.rows;
        let mut rows: Vec<Row> = Vec::new();
        for row in body {
            if !is_heading(&row) {
                rows.push(row);
                continue;
            }
            // A heading across all columns is one of the text: below it begins a table of the same columns.
            if !rows.is_empty() {
                blocks.push(table(&head, &std::mem::take(&mut rows), std::mem::take(&mut caption)));
            }
            blocks.extend(row.cells.into_iter().flat_map(|cell| cell.blocks));
        }
        if !rows.is_empty() || blocks.is_empty() {
            blocks.push(table(&head, &rows, caption));
        }
        blocks
    }

    /// Columns are those that a reader sees. The grid has more where a line was moved a little in one row.
    fn even_columns(&mut self) {
        let width = self.rows.iter().map(|row| row.width).max().unwrap_or_default();
        let mut counts = self.rows.iter().filter(|row| row.only(width).is_none()).map(|row| row.cells.len());
        let count = counts.next().unwrap_or(1);
        let starts_at_edge = |row: &Row| row.cells.first().is_some_and(|cell| cell.column == 0);
        if count > 1 && counts.all(|other| other == count) && self.rows.iter().all(starts_at_edge) {
            for row in &mut self.rows {
                let is_whole = row.cells.len() == 1;
                for (place, cell) in row.cells.iter_mut().enumerate() {
                    (cell.column, cell.wide) = (place, if is_whole { count } else { 1 });
                }
                row.width = count;
            }
            return;
        }
        let mut starts: Vec<usize> = self.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.column).collect();
        starts.sort_unstable();
        starts.dedup();
        for row in &mut self.rows {
            let rank = |column: usize| starts.partition_point(|start| *start < column);
            for cell in &mut row.cells {
                let end = rank(cell.column + cell.wide);
                cell.column = rank(cell.column);
                cell.wide = end.saturating_sub(cell.column).max(1);
            }
            row.width = rank(row.width);
        }
    }

    /// Takes away a first row that is the title of the table.
    fn caption(&mut self, width: usize) -> Option<String> {
        let first = self.rows.first()?;
        let cell = first.only(width).filter(|_| width > 1 && self.rows.len() > 2)?;
        let [block @ (Block::Paragraph(_) | Block::Caption(_))] = &cell.blocks[..] else { return None };
        let is_title = (cell.is_bold || first.is_header || self.marks_first) && block.text().chars().count() <= 200;
        let title = is_title.then(|| one_line(&block.text()))?;
        self.rows.remove(0);
        Some(title)
    }

    /// How many rows name the columns.
    fn headers(&self) -> usize {
        let marked = self.rows.iter().take_while(|row| row.is_header).count();
        if marked > 0 && marked < self.rows.len() {
            return marked;
        }
        let Some(first) = self.rows.first().filter(|first| self.marks_first || first.is_bold()) else { return 0 };
        // Names of some columns have a common one above them.
        let is_wide = first.cells.iter().any(|cell| cell.wide > 1);
        let tall = first.cells.iter().map(|cell| tall(&self.rows, 0, cell)).max().unwrap_or(1);
        let headers = if is_wide { tall } else { 1 };
        if headers < self.rows.len() { headers } else { 0 }
    }

    /// It arranges parts of the text instead of values.
    fn is_layout(&self, has_headers: bool) -> bool {
        let widest = self.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
        let cells = || self.rows.iter().flat_map(|row| &row.cells);
        let has_tables = cells().flat_map(|cell| &cell.blocks).any(|block| matches!(block, Block::Table { .. }));
        let is_section = |cell: &Cell| {
            cell.blocks.len() > 1 && cell.blocks.iter().any(|block| matches!(block, Block::Heading { .. }))
        };
        widest <= 1 || (has_tables && !has_headers) || cells().any(is_section)
    }
}

/// Rows that a cell spans: those below in which a cell at its column goes on with it.
fn tall(rows: &[Row], row: usize, cell: &Cell) -> usize {
    if cell.tall != Merge::Begins {
        return 1;
    }
    let goes_on = |row: &&Row| row.cells.iter().any(|below| below.column == cell.column && below.tall == Merge::GoesOn);
    1 + rows.iter().skip(row + 1).take_while(goes_on).count()
}

fn table(head: &[Row], body: &[Row], caption: String) -> Block {
    let mut grid = Grid::default();
    for rows in [head, body] {
        let first = grid.len();
        for (place, row) in rows.iter().enumerate() {
            grid.reach(first + place + 1);
            for cell in &row.cells {
                // One that goes on with the cell above it stands there already.
                if cell.tall == Merge::GoesOn && grid.free(first + place, cell.column) > cell.column {
                    continue;
                }
                let tall = tall(rows, place, cell);
                let filled = grid::Cell::new(lines(&cell.blocks), tall > 1);
                grid.place(first + place, cell.column, (cell.wide, tall), &filled);
            }
        }
    }
    grid.into_table(head.len(), caption)
}
