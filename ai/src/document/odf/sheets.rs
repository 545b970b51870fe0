//! The sheets of an OpenDocument spreadsheet: its cells hold what is seen of their values.

use super::{styles::Styles, tables::Rows};
use crate::document::{Block, DocumentError, sheet as found, xml::Element};

/// Bytes of text that are kept; more than a source may have is refused afterwards.
const TEXT_BYTES: usize = 4 * types::limits::SOURCE_BYTES;

/// What the sheets say.
pub(super) fn blocks(body: &Element, styles: &Styles) -> Result<Vec<Block>, DocumentError> {
    let mut blocks = Vec::new();
    let mut bytes = 0;
    for sheet in body.named("table").filter(|sheet| !styles.is_hidden(sheet.attribute("style-name"))) {
        let rows = Rows::of(sheet, styles, &mut bytes);
        if rows.is_cut || bytes > TEXT_BYTES {
            return Err(DocumentError::TooLong);
        }
        let said = found::blocks(rows.rows);
        if !said.is_empty() {
            blocks.push(Block::heading(1, sheet.attribute("name").unwrap_or_default()));
            blocks.extend(said);
        }
    }
    Ok(blocks)
}
