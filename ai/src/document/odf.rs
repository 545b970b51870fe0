//! OpenDocument: texts, sheets and slides, as their reader sees them.

mod lists;
mod sheets;
mod slides;
mod styles;
mod tables;
mod text;

use super::{DocumentError, Extracted, one_line, package::Package, xlsx::Named, xml::Element};
use styles::Styles;

/// Reads a text.
pub(super) fn text(bytes: &[u8]) -> Result<Extracted, DocumentError> {
    read(bytes, "OpenDocument text", "text", text::blocks)
}

/// Reads a spreadsheet.
pub(super) fn sheets(bytes: &[u8]) -> Result<Extracted, DocumentError> {
    read(bytes, "OpenDocument spreadsheet", "spreadsheet", sheets::blocks)
}

/// The rows of each sheet of a spreadsheet.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Named>, DocumentError> {
    Ok(within(bytes, "OpenDocument spreadsheet", "spreadsheet", sheets::rows)?.1)
}

/// Reads a presentation.
pub(super) fn slides(bytes: &[u8]) -> Result<Extracted, DocumentError> {
    read(bytes, "OpenDocument presentation", "presentation", slides::blocks)
}

fn read(
    bytes: &[u8],
    what: &'static str,
    body: &str,
    blocks: impl Fn(&Element, &Styles) -> Result<Vec<super::Block>, DocumentError>,
) -> Result<Extracted, DocumentError> {
    let (title, blocks) = within(bytes, what, body, blocks)?;
    Ok(Extracted { title, ..Extracted::of(blocks) })
}

/// The title of a file, and what is read of its body.
fn within<T>(
    bytes: &[u8],
    what: &'static str,
    body: &str,
    read: impl Fn(&Element, &Styles) -> Result<T, DocumentError>,
) -> Result<(Option<String>, T), DocumentError> {
    let mut package = Package::open(bytes, what)?;
    if package.part("META-INF/manifest.xml")?.is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err(DocumentError::Binary("an OpenDocument file that is locked with a password".into()));
    }
    let content = package.needed("content.xml")?;
    let shared = package.tree("styles.xml")?;
    let meta = package.tree("meta.xml")?;
    let styles = Styles::of(shared.as_ref().into_iter().chain([&content]));
    let body = content.at(&["body", body]).ok_or_else(|| package.damaged())?;
    let title = meta.as_ref().and_then(|meta| meta.at(&["meta", "title"])).map(|title| one_line(&title.text()));
    let title = title.filter(|title| !title.is_empty());
    Ok((title, read(body, &styles)?))
}

#[cfg(test)]
mod tests;
