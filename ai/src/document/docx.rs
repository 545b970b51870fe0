//! The text of a Word document: headings, paragraphs, lists and tables.

use super::{DocumentError, Extracted, markdown};
use quick_xml::{
    XmlVersion,
    events::{BytesStart, Event},
    reader::Reader,
};
use std::{
    collections::HashMap,
    io::{Cursor, Read as _},
};
use zip::ZipArchive;

/// Bytes of one unpacked part; the text alone of the longest source is 5 MB.
const PART_BYTES: u64 = 96 * 1024 * 1024;
/// Text that is kept while reading; more is refused afterwards.
const TEXT_BYTES: usize = types::limits::SOURCE_BYTES + 1;

pub(super) fn read(bytes: &[u8]) -> Result<Extracted, DocumentError> {
    let damaged = || DocumentError::Damaged("Word file".into());
    let mut package = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let document = part(&mut package, "word/document.xml")?.ok_or_else(damaged)?;
    let levels = part(&mut package, "word/styles.xml")?.map(|styles| heading_levels(&styles)).unwrap_or_default();
    let title = part(&mut package, "docProps/core.xml")?.and_then(|core| element(&core, "title"));
    let text = text_of(&document, &levels).map_err(|_| damaged())?;
    Ok(Extracted { title, ..Extracted::of(markdown::read(&text)) })
}

fn part(package: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, DocumentError> {
    let Ok(file) = package.by_name(name) else { return Ok(None) };
    let mut text = String::new();
    let read = file.take(PART_BYTES + 1).read_to_string(&mut text);
    match read {
        Ok(bytes) if bytes as u64 > PART_BYTES => Err(DocumentError::TooLong),
        Ok(_) => Ok(Some(text)),
        Err(_) => Err(DocumentError::Damaged("Word file".into())),
    }
}

/// The level of each style that is a heading. Their ids are translated, the names "heading 1" are not.
fn heading_levels(styles: &str) -> HashMap<String, usize> {
    let mut levels = HashMap::new();
    let mut style = None;
    let mut reader = Reader::from_str(styles);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "style" => style = attribute(&tag, "styleId"),
                "name" => {
                    let name = attribute(&tag, "val").unwrap_or_default().to_lowercase();
                    let level = match name.as_str() {
                        "title" => Some(1),
                        other => other.strip_prefix("heading ").and_then(|level| level.parse().ok()),
                    };
                    if let (Some(style), Some(level)) = (style.take(), level) {
                        levels.insert(style, level);
                    }
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    levels
}

/// The words of the first element with a name.
fn element(xml: &str, name: &str) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    let mut inside = false;
    let mut words = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) if tag.local_name().as_ref() == name => inside = true,
            Event::Text(text) if inside => words.push_str(&text),
            Event::GeneralRef(entity) if inside => push_entity(&mut words, &entity),
            Event::End(_) if inside => break,
            Event::Eof => break,
            _ => {}
        }
    }
    let words = words.trim();
    (!words.is_empty()).then(|| words.to_owned())
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

fn push_entity(words: &mut String, entity: &quick_xml::events::BytesRef<'_>) {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        words.push(character);
        return;
    }
    let known = match &**entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        // Others would have to be declared in the file; none are by Word.
        _ => return,
    };
    words.push(known);
}

/// Where in the document the reader is.
#[derive(Default)]
struct Place {
    text: String,
    paragraph: String,
    level: Option<usize>,
    is_item: bool,
    /// Cells of the open row; tables within tables are read as their cells.
    row: Option<Vec<String>>,
    cell: String,
    depth: usize,
    /// Inside text that was deleted or is an instruction.
    skip: usize,
    in_text: bool,
}

fn text_of(document: &str, levels: &HashMap<String, usize>) -> Result<String, quick_xml::Error> {
    let mut place = Place::default();
    let mut reader = Reader::from_str(document);
    loop {
        match reader.read_event()? {
            Event::Start(tag) => place.open(&tag, levels),
            Event::Empty(tag) => place.mark(&tag, levels),
            Event::End(tag) => place.close(tag.local_name().as_ref()),
            Event::Text(text) if place.in_text && place.skip == 0 => place.paragraph.push_str(&text),
            Event::GeneralRef(entity) if place.in_text && place.skip == 0 => push_entity(&mut place.paragraph, &entity),
            Event::Eof => return Ok(place.text),
            _ => {}
        }
        if place.text.len() > TEXT_BYTES {
            return Ok(place.text);
        }
    }
}

impl Place {
    fn open(&mut self, tag: &BytesStart<'_>, levels: &HashMap<String, usize>) {
        match tag.local_name().as_ref() {
            "t" => self.in_text = true,
            "del" | "moveFrom" | "instrText" | "Fallback" => self.skip += 1,
            "tbl" => self.depth += 1,
            "tr" if self.depth == 1 => self.row = Some(Vec::new()),
            "tc" if self.depth == 1 => self.cell.clear(),
            _ => self.mark(tag, levels),
        }
    }

    /// Marks that have no content of their own.
    fn mark(&mut self, tag: &BytesStart<'_>, levels: &HashMap<String, usize>) {
        match tag.local_name().as_ref() {
            "tab" => self.paragraph.push(' '),
            "br" | "cr" => self.paragraph.push('\n'),
            "noBreakHyphen" => self.paragraph.push('-'),
            "numPr" => self.is_item = true,
            "pStyle" => {
                let style = attribute(tag, "val").unwrap_or_default();
                self.level = levels.get(&style).copied();
                self.is_item |= style.to_lowercase().starts_with("list");
            }
            "outlineLvl" if self.level.is_none() => {
                // 9 stands for ordinary text.
                let level = attribute(tag, "val").and_then(|level| level.parse::<usize>().ok());
                self.level = level.filter(|level| *level < 6).map(|level| level + 1);
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "del" | "moveFrom" | "instrText" | "Fallback" => self.skip = self.skip.saturating_sub(1),
            "p" => self.end_paragraph(),
            "tc" if self.depth == 1 => {
                let cell = std::mem::take(&mut self.cell);
                if let Some(row) = &mut self.row {
                    row.push(cell.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "/"));
                }
            }
            "tr" if self.depth == 1 => {
                let row = self.row.take().unwrap_or_default();
                if row.iter().any(|cell| !cell.is_empty()) {
                    self.text.push_str(&format!("| {} |\n", row.join(" | ")));
                }
            }
            "tbl" => {
                self.depth = self.depth.saturating_sub(1);
                self.text.push('\n');
            }
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        let paragraph = paragraph.trim();
        let level = self.level.take();
        let is_item = std::mem::take(&mut self.is_item);
        if paragraph.is_empty() {
            return;
        }
        if self.row.is_some() {
            self.cell.push(' ');
            self.cell.push_str(paragraph);
        } else if let Some(level) = level {
            let heading = paragraph.replace('\n', " ");
            self.text.push_str(&format!("\n{} {heading}\n\n", "#".repeat(level.clamp(1, 6))));
        } else if is_item {
            self.text.push_str(&format!("- {}\n", paragraph.replace('\n', " ")));
        } else {
            self.text.push_str(&format!("{paragraph}\n\n"));
        }
    }
}
