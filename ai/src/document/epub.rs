//! Electronic books: their chapters in the order of reading, without the table of contents.

use super::{
    DocumentError, Extracted, html, one_line,
    package::{Package, joined},
    xml::Element,
};
use std::collections::HashMap;

/// Chapters of a book at most.
const CHAPTERS: usize = 5_000;
/// Bytes of one chapter; the tree of a page takes many times as much.
const CHAPTER_BYTES: usize = 24 * 1024 * 1024;
/// Bytes of text that are kept; more than a source may have is refused afterwards.
const TEXT_BYTES: usize = 2 * types::limits::SOURCE_BYTES;
/// Elements that never have an end.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

pub(super) fn read(bytes: &[u8]) -> Result<Extracted, DocumentError> {
    let mut package = Package::open(bytes, "e-book")?;
    let container = package.needed("META-INF/container.xml")?;
    let path = container.find("rootfile").and_then(|file| file.attribute("full-path")).map(unescaped);
    let path = path.ok_or_else(|| package.damaged())?;
    let book = package.needed(&path)?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let items: HashMap<&str, &Element> =
        children(&book, "manifest").filter_map(|item| Some((item.attribute("id")?, item))).collect();
    let locked = locked(&mut package)?;
    // An old way to say which page is the table of contents.
    let guide = children(&book, "guide").filter(|reference| reference.attribute("type") == Some("toc"));
    let contents: Vec<String> =
        guide.filter_map(|reference| Some(place(folder, reference.attribute("href")?))).collect();
    let (mut blocks, mut bytes) = (Vec::new(), 0);
    for entry in children(&book, "spine").take(CHAPTERS) {
        let Some(item) = entry.attribute("idref").and_then(|id| items.get(id)) else { continue };
        let is_contents =
            item.attribute("properties").is_some_and(|said| said.split_whitespace().any(|word| word == "nav"));
        let is_page = item.attribute("media-type").is_none_or(|kind| kind.contains("html") || kind.contains("xml"));
        let Some(path) = item.attribute("href").map(|href| place(folder, href)) else { continue };
        if is_contents || !is_page || contents.contains(&path) {
            continue;
        }
        if locked.contains(&path.to_lowercase()) {
            return Err(DocumentError::Binary("a book that is locked by its shop".into()));
        }
        let Some(chapter) = package.part(&path)? else { continue };
        if chapter.len() > CHAPTER_BYTES {
            return Err(DocumentError::TooLong);
        }
        let said = html::fragment(&as_html(&chapter));
        bytes += super::bytes(&said);
        if bytes > TEXT_BYTES {
            return Err(DocumentError::TooLong);
        }
        blocks.extend(said);
    }
    let title = book.child("metadata").and_then(|metadata| metadata.find("title")).map(|title| one_line(&title.text()));
    Ok(Extracted { title: title.filter(|title| !title.is_empty()), ..Extracted::of(blocks) })
}

fn children<'e>(book: &'e Element, name: &str) -> impl Iterator<Item = &'e Element> {
    book.child(name).into_iter().flat_map(Element::elements)
}

/// Parts that only the shop's own programs can read. Fonts are locked in every second book, and nobody reads them.
fn locked(package: &mut Package<'_>) -> Result<Vec<String>, DocumentError> {
    let Some(encryption) = package.tree("META-INF/encryption.xml")? else { return Ok(Vec::new()) };
    let mut references = Vec::new();
    encryption.all("CipherReference", &mut references);
    Ok(references.into_iter().filter_map(|part| Some(place("", part.attribute("URI")?).to_lowercase())).collect())
}

/// The name of a part that is referred to.
fn place(folder: &str, reference: &str) -> String {
    joined(folder, &unescaped(reference.split('#').next().unwrap_or_default()))
}

/// A path whose signs are written as `%20`.
fn unescaped(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = if *first == b'%' { after.get(..2) } else { None };
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A chapter as a page that a browser reads in the same way: elements without content end, and what stands in heads and
/// beside the text is part of the book.
fn as_html(chapter: &str) -> String {
    let mut page = String::with_capacity(chapter.len() + chapter.len() / 8);
    let mut rest = chapter;
    let mut in_note = false;
    while let Some((text, after)) = rest.split_once('<') {
        page.push_str(text);
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        if let Some(data) = after.strip_prefix("![CDATA[") {
            let (data, after) = data.split_once("]]>").unwrap_or((data, ""));
            page.push_str(&data.replace('&', "&amp;").replace('<', "&lt;"));
            rest = after;
            continue;
        }
        let end = end_of_tag(after);
        let (tag, after) = after.split_at_checked(end).unwrap_or((after, ""));
        rest = after.strip_prefix('>').unwrap_or(after);
        if tag.starts_with(['?', '!']) {
            continue;
        }
        let (slash, inner) = tag.strip_prefix('/').map_or(("", tag), |inner| ("/", inner));
        let (inner, is_empty) = inner.strip_suffix('/').map_or((inner, false), |inner| (inner, true));
        let (name, attributes) =
            inner.find(|c: char| c.is_whitespace()).and_then(|at| inner.split_at_checked(at)).unwrap_or((inner, ""));
        let name = match name {
            "header" | "aside" | "footer" => "div",
            name => name,
        };
        // The number of a note never joins the word before it.
        let is_note = name == "a" && slash.is_empty() && attributes.contains("noteref");
        in_note |= is_note && !is_empty;
        page.push_str(if is_note { " <" } else { "<" });
        page.push_str(&format!("{slash}{name}{attributes}>"));
        if is_empty && !VOID.contains(&name) {
            page.push_str(&format!("</{name}>"));
        }
        if name == "a" && slash == "/" && std::mem::take(&mut in_note) {
            page.push(' ');
        }
    }
    page.push_str(rest);
    page
}

/// Where a tag ends whose beginning was read; a quoted value may hold the sign.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (b'>', None) => return at,
            // A quote that is never closed ends with the next tag.
            (b'<', Some(_)) => return tag.get(..at).and_then(|tag| tag.find('>')).unwrap_or(at),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    tag.find('>').unwrap_or(tag.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, package::packed};

    fn book(extra: &[(&str, &str)]) -> Vec<u8> {
        let mut parts = vec![
            ("mimetype", "application/epub+zip"),
            (
                "META-INF/container.xml",
                r#"<container><rootfiles><rootfile full-path="OEBPS/a.opf"/></rootfiles></container>"#,
            ),
            (
                "OEBPS/a.opf",
                r#"<package><metadata xmlns:dc="d"><dc:title>The Mill</dc:title></metadata><manifest>
                <item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
                <item id="2" href="two%20.xhtml" media-type="application/xhtml+xml"/><item id="1" href="../one.xhtml" media-type="application/xhtml+xml"/></manifest>
                <spine><itemref idref="n"/><itemref idref="1"/><itemref idref="2"/></spine></package>"#,
            ),
            ("OEBPS/nav.xhtml", "<html><body><p>Contents</p></body></html>"),
            (
                "one.xhtml",
                r#"<?xml version="1.0"?><!DOCTYPE html><html><head><title/><script src="a.js"/></head><body><header><h1>One</h1></header><a id="p1"/><p class="x">It cost 12<a epub:type="noteref" href="a>b">1</a>, <b/>he &lt;said&#62; <![CDATA[a<b]]>.</p></body></html>"#,
            ),
            ("OEBPS/two .xhtml", "<html><body><h2>Two</h2><table><tr><td/><td>x</td></tr></table></body></html>"),
        ];
        parts.extend(extra);
        packed(&parts)
    }

    #[test]
    fn chapters_are_read_in_their_order() {
        let found = read(&book(&[])).unwrap();
        assert_eq!(found.title.as_deref(), Some("The Mill"));
        assert_eq!(
            found.blocks.get(..3).unwrap(),
            [Block::heading(1, "One"), Block::paragraph("It cost 12 1 , he <said> a<b."), Block::heading(2, "Two"),]
        );
        assert_eq!(super::super::plain(&found.blocks).split_whitespace().last(), Some("x"));
    }

    #[test]
    fn a_locked_book_is_refused_and_locked_fonts_are_nothing() {
        let locked = |part: &str| {
            format!(
                r#"<encryption><EncryptedData><CipherData><CipherReference URI="{part}"/></CipherData></EncryptedData></encryption>"#
            )
        };
        assert!(read(&book(&[("META-INF/encryption.xml", &locked("OEBPS/font.otf"))])).is_ok());
        let refused = read(&book(&[("META-INF/encryption.xml", &locked("OEBPS/two%20.xhtml"))]));
        assert!(matches!(refused, Err(DocumentError::Binary(_))));
    }
}
