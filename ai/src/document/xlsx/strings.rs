//! The texts that the cells of a file share.

use crate::document::xml;
use quick_xml::{
    events::{BytesStart, Event},
    reader::Reader,
};

/// Words of a cell on their way: pieces in several fonts, without what says how they are spoken.
#[derive(Debug, Default)]
pub(super) struct Words {
    text: String,
    piece: String,
    is_open: bool,
    /// Within the reading of Japanese words.
    is_phonetic: bool,
    /// Whether the piece is raised, and whether it is lowered instead.
    raised: Option<bool>,
}

impl Words {
    pub(super) fn open(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().into_inner() {
            "t" => self.is_open = !self.is_phonetic,
            "rPh" => self.is_phonetic = true,
            "vertAlign" => {
                let place = tag.try_get_attribute("val").ok().flatten().map(|value| value.value.into_owned());
                self.raised = match place.as_deref() {
                    Some("superscript") => Some(false),
                    Some("subscript") => Some(true),
                    _ => None,
                };
            }
            _ => {}
        }
    }

    pub(super) fn close(&mut self, name: &str) {
        match name {
            "t" => {
                let piece = unescaped(&std::mem::take(&mut self.piece));
                match self.raised.take() {
                    Some(is_lowered) => xml::push_raised(&mut self.text, &piece, is_lowered),
                    None => self.text.push_str(&piece),
                }
                self.is_open = false;
            }
            "rPh" => self.is_phonetic = false,
            _ => {}
        }
    }

    pub(super) fn add(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) if self.is_open => self.piece.push_str(text),
            Event::CData(text) if self.is_open => self.piece.push_str(text),
            Event::GeneralRef(entity) if self.is_open => xml::push_entity(&mut self.piece, entity),
            _ => {}
        }
    }

    pub(super) fn take(&mut self) -> String {
        std::mem::take(self).text
    }
}

/// Reads the shared texts; nothing when they are damaged.
pub(super) fn read(xml: &str) -> Option<Vec<String>> {
    let mut reader = Reader::from_str(xml);
    let (mut strings, mut words) = (Vec::new(), Words::default());
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => words.open(&tag),
            Event::Empty(tag) if tag.local_name().into_inner() == "si" => strings.push(String::new()),
            Event::Empty(tag) if tag.local_name().into_inner() != "t" => words.open(&tag),
            Event::End(tag) if tag.local_name().into_inner() == "si" => strings.push(words.take()),
            Event::End(tag) => words.close(tag.local_name().into_inner()),
            Event::Eof => return Some(strings),
            other => words.add(&other),
        }
    }
}

/// Characters that XML cannot hold are written as `_x000D_`.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        plain.push_str(before);
        let code = after.split_at_checked(5).filter(|(code, _)| code.ends_with('_'));
        let character =
            code.and_then(|(code, _)| u32::from_str_radix(code.get(..4)?, 16).ok()).and_then(char::from_u32);
        match (character, code) {
            (Some(character), Some((_, after))) => {
                plain.push(character);
                rest = after;
            }
            _ => {
                plain.push_str("_x");
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}
