//! A part of a package, element by element. Names count without their prefix: both kinds of Word's XML, the older and
//! the strict one, name things alike.

use crate::document::DocumentError;
use quick_xml::{
    XmlVersion,
    events::{BytesRef, BytesStart, Event},
    reader::Reader,
};

/// A package that cannot be understood.
pub(super) fn damaged() -> DocumentError {
    DocumentError::Damaged("Word file".into())
}

/// An element that was opened.
#[derive(Debug)]
pub(super) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// Its name without a prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// What an attribute says.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let found = self.0.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
        Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
    }

    /// What its attribute `val` says, which most elements have.
    pub(super) fn value(&self) -> Option<String> {
        self.attribute("val")
    }

    /// The number that its attribute `val` says.
    pub(super) fn number(&self) -> Option<i64> {
        self.value()?.trim().parse().ok()
    }

    /// Whether it switches something on, as it does when it says nothing.
    pub(super) fn is_on(&self) -> bool {
        self.value().is_none_or(|value| !matches!(value.trim(), "0" | "false" | "off" | "none"))
    }
}

/// What is read of a part.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
}

impl<'a> Xml<'a> {
    /// Begins a part.
    pub(super) fn new(part: &'a str) -> Self {
        let mut reader = Reader::from_str(part);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, depth: 0 }
    }

    /// Elements that are open.
    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    /// The next child of the element that lies so deep, after whatever is left of the one before; nothing when the
    /// element is closed.
    pub(super) fn child(&mut self, depth: usize) -> Result<Option<Tag<'a>>, DocumentError> {
        while self.depth >= depth {
            match self.event()? {
                Event::Start(tag) if self.depth == depth + 1 => return Ok(Some(Tag(tag))),
                // Only the part itself has no end.
                Event::Eof if depth == 0 && self.depth == 0 => return Ok(None),
                Event::Eof => return Err(damaged()),
                _ => {}
            }
        }
        Ok(None)
    }

    /// The next element with one of some names, wherever it lies; nothing at the end of the part.
    pub(super) fn find(&mut self, names: &[&str]) -> Result<Option<Tag<'a>>, DocumentError> {
        loop {
            match self.event()? {
                Event::Start(tag) if names.contains(&tag.local_name().into_inner()) => return Ok(Some(Tag(tag))),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// The text of the element that was just opened, until it is closed.
    pub(super) fn text(&mut self) -> Result<String, DocumentError> {
        let within = self.depth;
        let mut text = String::new();
        while self.depth >= within {
            match self.event()? {
                Event::Text(words) => text.push_str(&words),
                Event::CData(words) => text.push_str(&words),
                Event::GeneralRef(entity) => text.extend(character(&entity)),
                Event::Eof => return Err(damaged()),
                _ => {}
            }
        }
        Ok(text)
    }

    /// The texts of all elements with a name within the element that was just opened, and spaces between them.
    pub(super) fn flat(&mut self, name: &str) -> Result<String, DocumentError> {
        self.texts(name, " ")
    }

    /// The same without spaces.
    pub(super) fn joined(&mut self, name: &str) -> Result<String, DocumentError> {
        self.texts(name, "")
    }

    fn texts(&mut self, name: &str, between: &str) -> Result<String, DocumentError> {
        let within = self.depth;
        let mut text = String::new();
        while self.depth >= within {
            match self.event()? {
                Event::Start(tag) if tag.local_name().into_inner() == name => {
                    text.push_str(&self.text()?);
                    text.push_str(between);
                }
                Event::Eof => return Err(damaged()),
                _ => {}
            }
        }
        Ok(text)
    }

    fn event(&mut self) -> Result<Event<'a>, DocumentError> {
        let event = self.reader.read_event().map_err(|_broken| damaged())?;
        match event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Ok(event)
    }
}

/// The character that a reference stands for. Others than these would have to be declared in the file; none are by
/// Word.
fn character(entity: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return Some(character);
    }
    match &**entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}
