//! Documents of other kinds within a document, which Word takes up when it opens it.

use super::{document, package::Package, walk::Reader, xml::Tag};
use crate::document::{Block, DocumentError, check_text, eml, html, kind, plain, rtf};
use types::limits::SOURCE_BYTES;

/// Bytes of such a document, at most.
const BYTES: usize = SOURCE_BYTES * 4;
/// Documents within documents.
const NESTED: usize = 3;

impl Reader<'_, '_> {
    /// Reads a document that stands here.
    pub(super) fn chunk(&mut self, tag: &Tag<'_>) -> Result<(), DocumentError> {
        let name = tag.attribute("id").and_then(|id| self.relations.get(&id)).map(|part| part.target.clone());
        let Some(name) = name.filter(|_| !self.is_silent() && self.nested < NESTED) else { return Ok(()) };
        let Some(bytes) = self.package.bytes(&name)? else { return Ok(()) };
        if bytes.len() > BYTES {
            return Err(DocumentError::TooLong);
        }
        let blocks = if bytes.starts_with(b"PK\x03\x04") {
            let mut package = Package::open(&bytes)?;
            package.share(self.package);
            let blocks = document(&mut package, self.nested + 1)?;
            self.package.share(&package);
            blocks
        } else {
            of_text(&name, &bytes)?
        };
        self.flush();
        self.said += crate::document::bytes(&blocks);
        if self.said > SOURCE_BYTES * 3 {
            return Err(DocumentError::TooLong);
        }
        self.flow.blocks.extend(blocks);
        Ok(())
    }
}

fn of_text(name: &str, bytes: &[u8]) -> Result<Vec<Block>, DocumentError> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let start = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).to_lowercase();
    if bytes.starts_with(b"{\\rtf") {
        return Ok(rtf::read(bytes)?.blocks);
    }
    if start.contains("mime-version:") || matches!(ending.as_str(), "mht" | "mhtml") {
        return eml::stored_page(bytes);
    }
    let is_page = ["<!doctype html", "<html", "<body", "<p", "<div", "<table"].iter().any(|tag| start.contains(tag));
    if is_page || matches!(ending.as_str(), "html" | "htm" | "xhtml") {
        return Ok(html::fragment(&html::decode(bytes, None)));
    }
    let text = kind::decode(bytes).unwrap_or_else(|_| html::decode(bytes, None));
    match check_text(&text) {
        Ok(text) => Ok(plain::read(&text)),
        // A picture, or nothing.
        Err(DocumentError::Empty | DocumentError::Binary(_)) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_documents_are_read_as_what_they_are() {
        let rich =
            br"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Gr\'f6\'dfe \u8364?5 \{x\}\par {\*\generator W;}two{\b  bold}}";
        assert_eq!(of_text("a.rtf", rich).unwrap(), [Block::paragraph("Größe €5 {x}"), Block::paragraph("two bold")]);
        let page = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html; charset=\"utf-8\"\nContent-Transfer-Encoding: quoted-printable\n\n<html><body><p class=3D\"a\">5=E2=82=AC a=\n piece</p></body></html>\n--x--\n";
        assert_eq!(of_text("word/afchunk.mht", page).unwrap(), [Block::paragraph("5€ a piece")]);
        assert_eq!(of_text("a.htm", b"<p>Hi<p>you").unwrap(), [Block::paragraph("Hi"), Block::paragraph("you")]);
        assert_eq!(of_text("a.txt", b"Hi").unwrap(), [Block::paragraph("Hi")]);
        assert_eq!(of_text("a.bin", b"\0\0\x01").unwrap(), []);
    }
}
