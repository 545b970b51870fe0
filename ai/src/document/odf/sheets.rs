//! The sheets of an OpenDocument spreadsheet: its cells hold what is seen of their values.

use super::{styles::Styles, tables::Rows};
use crate::document::{Block, DocumentError, sheet as found, xlsx::Named, xml::Element};

/// Bytes of text that are kept; more than a source may have is refused afterwards.
const TEXT_BYTES: usize = 4 * types::limits::SOURCE_BYTES;

/// What the sheets say.
pub(super) fn blocks(body: &Element, styles: &Styles) -> Result<Vec<Block>, DocumentError> {
    let mut blocks = Vec::new();
    for (name, rows) in rows(body, styles)? {
        let said = found::blocks(rows);
        if !said.is_empty() {
            blocks.push(Block::heading(1, &name));
            blocks.extend(said);
        }
    }
    Ok(blocks)
}

/// The rows of each sheet that is seen.
pub(super) fn rows(body: &Element, styles: &Styles) -> Result<Vec<Named>, DocumentError> {
    let mut sheets = Vec::new();
    let mut bytes = 0;
    for sheet in body.named("table").filter(|sheet| !styles.is_hidden(sheet.attribute("style-name"))) {
        let rows = Rows::of(sheet, styles, &mut bytes);
        if rows.is_cut || bytes > TEXT_BYTES {
            return Err(DocumentError::TooLong);
        }
        sheets.push((sheet.attribute("name").unwrap_or_default().to_owned(), rows.rows));
    }
    Ok(sheets)
}
