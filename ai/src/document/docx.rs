//! A Word document as its reader sees it: with the numbers that are printed before its paragraphs, with its notes and
//! boxes, and with all its changes accepted.

mod arrange;
mod captions;
mod embedded;
mod fields;
mod flow;
mod formats;
mod formulas;
mod look;
mod notes;
mod numbering;
mod package;
mod styles;
mod symbols;
mod tables;
mod walk;
mod words;
mod xml;

pub(super) use package::is_document;

use super::{Block, DocumentError, Extracted, one_line};
use flow::Flow;
use notes::{NoteKind, Notes};
use numbering::Numbering;
use package::{Package, Relations};
use styles::Styles;
use walk::Reader;
use xml::Xml;

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<Extracted, DocumentError> {
    let mut package = Package::open(bytes)?;
    let blocks = document(&mut package, 0)?;
    Ok(Extracted { title: title(&mut package)?, ..Extracted::of(blocks) })
}

/// Whether a package that does not say it otherwise has a document in it.
pub(super) fn has_document(bytes: &[u8]) -> bool {
    let Ok(mut package) = Package::open(bytes) else { return false };
    let Ok(name) = package.document() else { return false };
    package.begins_with(&name, "wordprocessingml")
}

/// What the document in a package says. `nested` is how many documents it lies in.
fn document(package: &mut Package<'_>, nested: usize) -> Result<Vec<Block>, DocumentError> {
    let name = package.document()?;
    let relations = package.relations(&name)?;
    let document = package.part(&name)?.ok_or_else(xml::damaged)?;
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    // A part that nothing leads to has its usual name, in packages that somebody put together.
    let part = |package: &mut Package<'_>, kind: &str| match relations.first(kind) {
        Some(name) => package.part(name),
        None => package.part(&format!("{folder}/{kind}.xml")),
    };
    let styles = part(package, "styles")?.map(|part| Styles::read(&part)).transpose()?.unwrap_or_default();
    let numbering = part(package, "numbering")?.map(|part| Numbering::read(&part)).transpose()?.unwrap_or_default();
    let mut notes = Notes::default();
    if let Some(settings) = part(package, "settings")? {
        notes.settings(&settings)?;
    }
    notes.sections(&document)?;
    let foot = part(package, "footnotes")?;
    let end = part(package, "endnotes")?;
    let around: Vec<String> =
        ["header", "footer"].iter().flat_map(|kind| relations.of(kind)).map(str::to_owned).collect();
    let mut reader = Reader {
        package,
        styles: &styles,
        numbering,
        notes,
        relations: Relations::default(),
        nested,
        flow: Flow::default(),
        asides: 0,
        said: 0,
    };
    for (part, kind, name) in [(foot, NoteKind::Foot, "footnotes"), (end, NoteKind::End, "endnotes")] {
        let Some(part) = part else { continue };
        let name = relations.first(name).map_or_else(|| format!("{folder}/{name}.xml"), str::to_owned);
        reader.relations = reader.package.relations(&name)?;
        reader.notes(&part, kind)?;
    }
    reader.relations = relations;
    let mut blocks = reader.part(&document)?;
    blocks.extend(reader.notes.take_foot());
    blocks.extend(reader.notes.take_end());
    if !blocks.iter().any(|block| block.text().chars().any(char::is_alphanumeric)) {
        // A letter whose text stands in its head.
        for name in around {
            let Some(part) = reader.package.part(&name)? else { continue };
            reader.relations = reader.package.relations(&name)?;
            blocks.extend(reader.part(&part)?);
        }
    }
    Ok(blocks)
}

/// What the document calls itself. A part that cannot be understood says nothing.
fn title(package: &mut Package<'_>) -> Result<Option<String>, DocumentError> {
    let relations = package.relations("")?;
    let name = relations.first("core-properties").unwrap_or("docProps/core.xml").to_owned();
    let Some(part) = package.part(&name)? else { return Ok(None) };
    let mut xml = Xml::new(&part);
    let Ok(Some(_)) = xml.find(&["title"]) else { return Ok(None) };
    let title = xml.text().map(|title| one_line(&title)).unwrap_or_default();
    Ok((!title.is_empty()).then_some(title))
}

#[cfg(test)]
mod tests;
