//! The parts of a package, which are found by what they are to each other.

use super::xml::{Xml, damaged};
use crate::document::{DocumentError, kind};
use std::{
    collections::HashMap,
    io::{Cursor, Read as _},
};
use zip::ZipArchive;

/// Bytes of one unpacked part; the text alone of the longest source is 5 MB.
const PART_BYTES: u64 = 96 * 1024 * 1024;
/// Bytes of all parts that are unpacked.
const PACKAGE_BYTES: u64 = 256 * 1024 * 1024;
/// Bytes in which a part says what it is.
const START: u64 = 4096;
/// Parts that one part leads to, at most.
const RELATIONS: usize = 20_000;

/// What one part leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    /// The last word of its type, as in "styles" or "hyperlink".
    pub(super) kind: String,
    /// The name of another part, or an address outside.
    pub(super) target: String,
}

/// What one part leads to, by the ids by which it does, in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Relations {
    ids: HashMap<String, usize>,
    all: Vec<Relation>,
}

impl Relations {
    /// What an id leads to.
    pub(super) fn get(&self, id: &str) -> Option<&Relation> {
        self.all.get(*self.ids.get(id)?)
    }

    /// What is led to for a purpose, the first of several.
    pub(super) fn first(&self, kind: &str) -> Option<&str> {
        self.of(kind).next()
    }

    /// All that is led to for a purpose.
    pub(super) fn of(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.all.iter().filter(move |relation| relation.kind == kind).map(|relation| relation.target.as_str())
    }
}

/// A package.
pub(super) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Where each part is, by its name in small letters.
    places: HashMap<String, usize>,
    left: u64,
}

impl<'a> Package<'a> {
    /// Opens a package.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, DocumentError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
        let name = |place: usize| Some((tidy(&zip.name_for_index(place)?.ok()?), place));
        let places = (0..zip.len()).filter_map(name).collect();
        Ok(Self { zip, places, left: PACKAGE_BYTES })
    }

    /// The name of the document in it.
    pub(super) fn document(&mut self) -> Result<String, DocumentError> {
        if let Some(name) = self.relations("")?.first("officeDocument")
            && self.places.contains_key(&tidy(name))
        {
            return Ok(name.to_owned());
        }
        // A package that does not say is one that somebody put together.
        let mut names: Vec<&String> = self.places.keys().filter(|name| is_document(name)).collect();
        names.sort();
        names.first().map(|name| (*name).clone()).ok_or_else(damaged)
    }

    /// The bytes of a part, when there is one.
    pub(super) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, DocumentError> {
        let Some(place) = self.places.get(&tidy(name)) else { return Ok(None) };
        let most = PART_BYTES.min(self.left);
        let mut bytes = Vec::new();
        let file = self.zip.by_index(*place).map_err(|_| damaged())?;
        let read = file.take(most + 1).read_to_end(&mut bytes).map_err(|_| damaged())? as u64;
        if read > most {
            return Err(DocumentError::TooLong);
        }
        self.left -= read;
        Ok(Some(bytes))
    }

    /// Whether some words stand where a part begins.
    pub(super) fn begins_with(&mut self, name: &str, words: &str) -> bool {
        let Some(place) = self.places.get(&tidy(name)) else { return false };
        let Ok(file) = self.zip.by_index(*place) else { return false };
        let mut start = Vec::new();
        let read = file.take(START).read_to_end(&mut start);
        read.is_ok() && String::from_utf8_lossy(&start).contains(words)
    }

    /// Unpacks no more than is left to another package.
    pub(super) const fn share(&mut self, other: &Package<'_>) {
        self.left = other.left;
    }

    /// The text of a part, when there is one.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, DocumentError> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        kind::decode(&bytes).map(Some).map_err(|_| damaged())
    }

    /// What a part leads to; the package itself for an empty name.
    pub(super) fn relations(&mut self, name: &str) -> Result<Relations, DocumentError> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let between = if folder.is_empty() { "" } else { "/" };
        let part = self.part(&format!("{folder}{between}_rels/{file}.rels"))?;
        part.map(|part| relations(&part, folder)).transpose().map(Option::unwrap_or_default)
    }
}

/// Whether a part has the name of a document, as "word/document2.xml" of Word Online.
pub(in crate::document) fn is_document(name: &str) -> bool {
    let number = name.strip_prefix("word/document").and_then(|rest| rest.strip_suffix(".xml"));
    number.is_some_and(|number| number.chars().all(|digit| digit.is_ascii_digit()))
}

fn relations(part: &str, folder: &str) -> Result<Relations, DocumentError> {
    let mut relations = Relations::default();
    let mut xml = Xml::new(part);
    while let Some(tag) = xml.find(&["Relationship"])? {
        let kind = tag.attribute("Type").unwrap_or_default();
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        let target = tag.attribute("Target").unwrap_or_default();
        let is_outside = tag.attribute("TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
        let target = if is_outside { target } else { resolve(folder, &target) };
        if relations.all.len() >= RELATIONS {
            break;
        }
        if let Some(id) = tag.attribute("Id") {
            relations.ids.insert(id, relations.all.len());
        }
        relations.all.push(Relation { kind, target });
    }
    Ok(relations)
}

/// The name of a part as another one in a folder calls it.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut path: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            ".." => {
                path.pop();
            }
            "." => {}
            step => path.push(step),
        }
    }
    path.retain(|step| !step.is_empty());
    path.join("/")
}

/// A name as parts are compared by.
fn tidy(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_from_where_they_are_named() {
        assert_eq!(resolve("word", "styles.xml"), "word/styles.xml");
        assert_eq!(resolve("word", "/docs/styles.xml"), "docs/styles.xml");
        assert_eq!(resolve("word/a", "../../x/./y.xml"), "x/y.xml");
        assert_eq!(resolve("", "word\\document.xml"), "word/document.xml");
        assert!(is_document("word/document2.xml") && is_document("word/document.xml"));
        assert!(!is_document("word/documents/x.xml") && !is_document("word/document.xml.rels"));
    }
}
