//! Word documents of every kind, put together piece by piece.

use super::*;
use crate::document::{FileKind, extract, kind_of, plain};
use std::io::Write as _;

mod lists;
mod packages;
mod random;
mod tables;
mod text;

/// Namespaces as Word writes them.
const NAMES: &str = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' xmlns:mc='mc' xmlns:m='m' xmlns:wps='wps' xmlns:v='v' xmlns:w14='w14'";

/// A package of some parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut package = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in parts {
        package.start_file(*name, options).unwrap();
        package.write_all(content.as_bytes()).unwrap();
    }
    package.finish().unwrap().into_inner()
}

fn in_document(body: &str) -> String {
    format!("<?xml version='1.0'?><w:document {NAMES}><w:body>{body}</w:body></w:document>")
}

/// What a body says in a package with other parts.
fn read_with(body: &str, parts: &[(&str, &str)]) -> Vec<Block> {
    let document = in_document(body);
    let mut all = vec![("word/document.xml", document.as_str())];
    all.extend_from_slice(parts);
    let bytes = package(&all);
    assert_eq!(kind_of("x", &bytes), Ok(FileKind::Docx));
    extract(FileKind::Docx, &bytes, None).unwrap().blocks
}

fn read_body(body: &str) -> Vec<Block> {
    read_with(body, &[])
}

/// A paragraph of some runs.
fn p(runs: &str) -> String {
    format!("<w:p>{runs}</w:p>")
}

/// A run of words.
fn r(words: &str) -> String {
    format!("<w:r><w:t xml:space='preserve'>{words}</w:t></w:r>")
}

/// A run with a look.
fn look(look: &str, words: &str) -> String {
    format!("<w:r><w:rPr>{look}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>")
}

/// A paragraph of a style.
fn styled(style: &str, words: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr>{}</w:p>", r(words))
}

fn paragraphs<const N: usize>(texts: [&str; N]) -> Vec<Block> {
    texts.map(Block::paragraph).to_vec()
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}
