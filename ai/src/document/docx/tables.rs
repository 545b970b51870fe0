//! Tables, row by row.

use super::{
    arrange::{Cell, Row, Table},
    walk::{DEEPEST, Reader},
    xml::{Tag, Xml},
};
use crate::document::{Block, DocumentError, grid::COLUMNS};

/// How a cell goes on with the one above it or before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Merge {
    /// Not at all.
    #[default]
    No,
    /// Others go on with it.
    Begins,
    /// It goes on.
    GoesOn,
}

impl Merge {
    fn of(tag: &Tag<'_>) -> Self {
        if tag.value().as_deref() == Some("restart") { Self::Begins } else { Self::GoesOn }
    }
}

/// Where a cell stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CellPlace {
    /// Columns of the grid that it spans.
    wide: usize,
    tall: Merge,
    /// The same to the right, as older files have it.
    right: Merge,
    is_deleted: bool,
}

impl CellPlace {
    /// Reads `tcPr`, which was just opened.
    pub(super) fn read(xml: &mut Xml<'_>) -> Result<Self, DocumentError> {
        let within = xml.depth();
        let mut place = Self::default();
        while let Some(tag) = xml.child(within)? {
            match tag.name() {
                "gridSpan" => place.wide = count(&tag),
                "vMerge" => place.tall = Merge::of(&tag),
                "hMerge" => place.right = Merge::of(&tag),
                "cellDel" => place.is_deleted = true,
                _ => {}
            }
        }
        Ok(place)
    }
}

fn count(tag: &Tag<'_>) -> usize {
    tag.number().and_then(|number| usize::try_from(number).ok()).unwrap_or_default().min(COLUMNS)
}

impl Reader<'_, '_> {
    /// Reads a table, which was just opened.
    pub(super) fn table(&mut self, xml: &mut Xml<'_>) -> Result<(), DocumentError> {
        if self.flow.paragraph.is_some() {
            let flow = self.aside(xml, Self::table)?;
            self.flow.boxes.extend(flow.blocks);
            return Ok(());
        }
        self.flush();
        let mut table = Table::default();
        self.rows(xml, &mut table)?;
        let blocks = table.blocks();
        blocks.into_iter().for_each(|block| self.push(block));
        Ok(())
    }

    fn rows(&mut self, xml: &mut Xml<'_>, table: &mut Table) -> Result<(), DocumentError> {
        let within = xml.depth();
        while let Some(tag) = xml.child(within)? {
            match tag.name() {
                "tr" => self.row(xml, table)?,
                "tblPr" => self.table_look(xml, table)?,
                name if is_around(name) && within < DEEPEST => self.rows(xml, table)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether the style of a table marks its first row.
    fn table_look(&mut self, xml: &mut Xml<'_>, table: &mut Table) -> Result<(), DocumentError> {
        let within = xml.depth();
        let (mut style, mut marks_first) = (None, false);
        while let Some(tag) = xml.child(within)? {
            match tag.name() {
                "tblStyle" => style = tag.value(),
                "tblLook" => {
                    let bits = tag.value().and_then(|bits| u32::from_str_radix(bits.trim(), 16).ok());
                    marks_first = match tag.attribute("firstRow") {
                        Some(first) => matches!(first.as_str(), "1" | "true" | "on"),
                        None => bits.is_some_and(|bits| bits & 0x20 != 0),
                    };
                }
                _ => {}
            }
        }
        table.marks_first = marks_first && self.styles.table(style.as_deref()).has_header;
        Ok(())
    }

    fn row(&mut self, xml: &mut Xml<'_>, table: &mut Table) -> Result<(), DocumentError> {
        let mut row = Row::default();
        let mut is_deleted = false;
        self.cells(xml, &mut row, &mut is_deleted)?;
        if !is_deleted && !row.cells.is_empty() {
            table.rows.push(row);
        }
        Ok(())
    }

    fn cells(&mut self, xml: &mut Xml<'_>, row: &mut Row, is_deleted: &mut bool) -> Result<(), DocumentError> {
        let within = xml.depth();
        while let Some(tag) = xml.child(within)? {
            match tag.name() {
                "trPr" => {
                    let within = xml.depth();
                    while let Some(tag) = xml.child(within)? {
                        match tag.name() {
                            "gridBefore" => row.width += count(&tag),
                            "tblHeader" => row.is_header = tag.is_on(),
                            "del" | "moveFrom" => *is_deleted = true,
                            _ => {}
                        }
                    }
                }
                // What was deleted counts nothing and leads nowhere.
                "tc" if !*is_deleted => self.cell(xml, row)?,
                name if is_around(name) && within < DEEPEST => self.cells(xml, row, is_deleted)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn cell(&mut self, xml: &mut Xml<'_>, row: &mut Row) -> Result<(), DocumentError> {
        let flow = self.aside(xml, Self::children)?;
        let place = flow.cell;
        if place.is_deleted {
            return Ok(());
        }
        let is_bold = flow.is_bold();
        let wide = place.wide.max(1);
        if let Some(before) = row.cells.last_mut()
            && (place.right == Merge::GoesOn || row.width >= COLUMNS)
        {
            before.wide = (before.wide + wide).min(COLUMNS);
            before.blocks.extend(flow.blocks);
            row.width += wide;
            return Ok(());
        }
        let has_words = flow.blocks.iter().any(|block| !block.is_empty());
        row.cells.push(Cell {
            column: row.width,
            wide,
            tall: place.tall,
            is_bold: is_bold && has_words,
            blocks: flow.blocks,
        });
        row.width += wide;
        Ok(())
    }
}

/// Elements around rows and cells.
fn is_around(name: &str) -> bool {
    matches!(name, "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo" | "AlternateContent" | "Choice")
}

/// The lines that blocks are read as in a cell.
pub(super) fn lines(blocks: &[Block]) -> Vec<String> {
    let mut lines = Vec::new();
    for block in blocks {
        match block {
            // A table in a cell: each of its rows is a line, with the names of its columns when they are short.
            Block::Table { caption, header, rows } => {
                lines.push(crate::document::one_line(caption));
                let are_short = header.iter().map(String::len).sum::<usize>() <= 300;
                if !are_short {
                    lines.push(crate::document::one_line(&header.join(" | ")));
                }
                let names = if are_short { header.as_slice() } else { &[] };
                lines.extend(rows.iter().map(|row| crate::document::row_line(names, row)));
            }
            block => lines.extend(block.text().lines().map(crate::document::one_line)),
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}
