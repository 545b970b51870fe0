//! A ZIP of XML files, as most office documents are one: unpacked within limits.

use super::{DocumentError, html, xml};
use std::{
    collections::HashMap,
    io::{Cursor, Read as _},
};
use zip::ZipArchive;

/// Bytes of one unpacked part; the text alone of the longest source is 5 MB.
const PART_BYTES: u64 = 96 * 1024 * 1024;
/// Bytes of all parts that are unpacked.
const ALL_BYTES: u64 = 256 * 1024 * 1024;
/// Parts of a package at most.
const PARTS: usize = 20_000;

/// An open package.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// Places of the parts by their names in small letters, since programs write them differently.
    places: HashMap<String, usize>,
    what: &'static str,
    left: u64,
}

/// Where a relationship of a part leads to.
pub(super) struct Relation {
    pub(super) kind: String,
    pub(super) target: String,
}

impl<'b> Package<'b> {
    /// Opens a package. `what` it is, as in "Excel file".
    pub(super) fn open(bytes: &'b [u8], what: &'static str) -> Result<Self, DocumentError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| DocumentError::Damaged(what.into()))?;
        if archive.len() > PARTS {
            return Err(DocumentError::TooHard);
        }
        let names =
            archive.file_names().map(|name| name.map(|name| key(&name)).unwrap_or_default()).collect::<Vec<_>>();
        let places = names.into_iter().zip(0..).collect();
        Ok(Self { archive, places, what, left: ALL_BYTES })
    }

    pub(super) fn damaged(&self) -> DocumentError {
        DocumentError::Damaged(self.what.into())
    }

    /// The text of a part, if there is one.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, DocumentError> {
        let Some(place) = self.places.get(&key(name)) else { return Ok(None) };
        let damaged = self.damaged();
        let file = self.archive.by_index(*place).map_err(|_| damaged.clone())?;
        let most = PART_BYTES.min(self.left);
        let mut bytes = Vec::new();
        file.take(most + 1).read_to_end(&mut bytes).map_err(|_| damaged)?;
        let read = bytes.len() as u64;
        if read > most {
            return Err(DocumentError::TooLong);
        }
        self.left -= read;
        // A declaration or a mark says when it is something else.
        let is_plain =
            bytes.first().is_none_or(|byte| byte.is_ascii()) && !bytes.iter().take(64).any(|byte| *byte == 0);
        let text = if is_plain {
            String::from_utf8(bytes).map_err(std::string::FromUtf8Error::into_bytes)
        } else {
            Err(bytes)
        };
        Ok(Some(text.unwrap_or_else(|bytes| html::decode(&bytes, None))))
    }

    /// The elements of a part, if there is one.
    pub(super) fn tree(&mut self, name: &str) -> Result<Option<xml::Element>, DocumentError> {
        let Some(text) = self.part(name)? else { return Ok(None) };
        xml::parse(&text).map(Some).ok_or_else(|| self.damaged())
    }

    /// The elements of a part that must be there.
    pub(super) fn needed(&mut self, name: &str) -> Result<xml::Element, DocumentError> {
        self.tree(name)?.ok_or_else(|| self.damaged())
    }

    /// What a part of an Office package refers to within the package, by id.
    pub(super) fn relations(&mut self, part: &str) -> Result<HashMap<String, Relation>, DocumentError> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let Some(tree) = self.tree(&format!("{folder}/_rels/{name}.rels"))? else { return Ok(HashMap::new()) };
        let within = tree.elements().filter(|relation| relation.attribute("TargetMode") != Some("External"));
        let relation = |relation: &xml::Element| {
            let target = joined(folder, relation.attribute("Target")?);
            let kind = relation.attribute("Type")?.rsplit('/').next()?.to_owned();
            Some((relation.attribute("Id")?.to_owned(), Relation { kind, target }))
        };
        Ok(within.filter_map(relation).collect())
    }

    /// What the document calls itself, in the properties of an Office package.
    pub(super) fn title(&mut self) -> Option<String> {
        let core = self.tree("docProps/core.xml").ok()??;
        let title = super::one_line(&core.find("title")?.text());
        (!title.is_empty()).then_some(title)
    }
}

fn key(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// A path, relative to a folder.
pub(super) fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

/// A package with some parts, for tests.
#[cfg(test)]
pub(super) fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_followed() {
        assert_eq!(joined("ppt/slides", "../media/a.png"), "ppt/media/a.png");
        assert_eq!(joined("ppt/slides", "/xl/a.xml"), "xl/a.xml");
        assert_eq!(joined("", "../../a.xml"), "a.xml");
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bytes = packed(&[("a.xml", &" ".repeat(usize::try_from(PART_BYTES).unwrap() + 1))]);
        assert!(bytes.len() < 1_000_000);
        assert_eq!(Package::open(&bytes, "Excel file").unwrap().part("A.xml"), Err(DocumentError::TooLong));
    }
}
