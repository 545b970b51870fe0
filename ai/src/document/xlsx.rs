//! Excel files: what a person sees on each sheet, without what is hidden on it.

mod dates;
mod digits;
mod format;
mod sheet;
mod strings;

use super::{Block, DocumentError, Extracted, package::Package, sheet::Row, xml::Element};
pub(super) use dates::civil;
use format::Format;
use std::collections::HashMap;

/// Sheets of a file that are read.
const SHEETS: usize = 1_000;
/// Formats of cells at most; Excel itself knows 65,490.
const STYLES: usize = 70_000;
/// Cells of all sheets at most.
const CELLS: usize = 1_000_000;
/// Bytes of text that are kept while reading; more than a source may have is refused afterwards.
const TEXT_BYTES: usize = 4 * types::limits::SOURCE_BYTES;

/// What all sheets of a file share.
#[derive(Debug, Default)]
struct Book {
    strings: Vec<String>,
    styles: Vec<Style>,
    formats: HashMap<u32, Format>,
    /// Days are counted from 1904.
    is_1904: bool,
}

/// How a cell is printed.
#[derive(Clone, Copy, Debug, Default)]
struct Style {
    format: u32,
    is_bold: bool,
}

/// What may still be read.
#[derive(Clone, Copy, Debug)]
struct Left {
    cells: usize,
    bytes: usize,
}

impl Left {
    fn take(&mut self, bytes: usize) -> Result<(), DocumentError> {
        self.cells = self.cells.checked_sub(1).ok_or(DocumentError::TooLong)?;
        self.bytes = self.bytes.checked_sub(bytes).ok_or(DocumentError::TooLong)?;
        Ok(())
    }
}

/// A sheet with its name.
pub(super) type Named = (String, Vec<Row>);

pub(super) fn read(bytes: &[u8]) -> Result<Extracted, DocumentError> {
    let mut package = Package::open(bytes, "Excel file")?;
    let mut blocks = Vec::new();
    for (name, rows) in sheets(&mut package)? {
        let said = super::sheet::blocks(rows);
        if !said.is_empty() {
            blocks.push(Block::heading(1, &name));
            blocks.extend(said);
        }
    }
    Ok(Extracted { title: package.title(), ..Extracted::of(blocks) })
}

/// The rows of each sheet that is seen.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Named>, DocumentError> {
    sheets(&mut Package::open(bytes, "Excel file")?)
}

fn sheets(package: &mut Package<'_>) -> Result<Vec<Named>, DocumentError> {
    let start = package.relations("")?.into_values().find(|relation| relation.kind == "officeDocument");
    let start = start.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
    let workbook = package.needed(&start)?;
    let relations = package.relations(&start)?;
    let part =
        |kind: &str| relations.values().find(|relation| relation.kind == kind).map(|relation| relation.target.clone());
    let mut book = Book {
        is_1904: workbook.child("workbookPr").is_some_and(|properties| properties.is_on("date1904")),
        ..Book::default()
    };
    if let Some(styles) = part("styles").map_or(Ok(None), |part| package.tree(&part))? {
        book.read_styles(&styles);
    }
    if let Some(strings) = part("sharedStrings").map_or(Ok(None), |part| package.part(&part))? {
        book.strings = strings::read(&strings).ok_or_else(|| package.damaged())?;
    }
    let mut sheets = Vec::new();
    let mut left = Left { cells: CELLS, bytes: TEXT_BYTES };
    for entry in workbook.child("sheets").into_iter().flat_map(Element::elements).take(SHEETS) {
        let is_hidden = entry.attribute("state").is_some_and(|state| state != "visible");
        let relation = entry.related("id").and_then(|id| relations.get(id));
        let Some(relation) = relation.filter(|relation| relation.kind == "worksheet" && !is_hidden) else { continue };
        let Some(sheet) = package.part(&relation.target)? else { continue };
        let name = entry.attribute("name").unwrap_or_default().to_owned();
        sheets.push((name, sheet::read(&sheet, &book, &mut left)?));
    }
    Ok(sheets)
}

impl Book {
    fn read_styles(&mut self, styles: &Element) {
        let list = |name: &str| styles.child(name).into_iter().flat_map(Element::elements).take(STYLES);
        let own: HashMap<u32, &str> = list("numFmts")
            .filter_map(|format| Some((format.number("numFmtId")?, format.attribute("formatCode")?)))
            .collect();
        let bold: Vec<bool> = list("fonts")
            .map(|font| font.child("b").is_some_and(|bold| bold.attribute("val").is_none_or(super::xml::is_yes)))
            .collect();
        for style in list("cellXfs") {
            let format = style.number("numFmtId").unwrap_or_default();
            let font = style.number::<usize>("fontId").unwrap_or_default();
            self.styles.push(Style { format, is_bold: bold.get(font).copied().unwrap_or_default() });
            self.formats
                .entry(format)
                .or_insert_with(|| Format::of(own.get(&format).copied().unwrap_or_else(|| format::built_in(format))));
        }
    }

    fn style(&self, place: usize) -> Style {
        self.styles.get(place).copied().unwrap_or_default()
    }

    /// A number as it is seen.
    fn number(&self, value: f64, style: Style) -> String {
        match self.formats.get(&style.format) {
            Some(format) => format.show(value, self.is_1904),
            None => Format::of(format::built_in(style.format)).show(value, self.is_1904),
        }
    }
}

#[cfg(test)]
mod tests;
