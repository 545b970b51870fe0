//! Formulas, readings above words, and diagrams.

use super::{
    walk::Reader,
    xml::{Tag, Xml},
};
use crate::document::{Block, DocumentError, line::Raised};

/// Paragraphs of a diagram, at most.
const PARAGRAPHS: usize = 2_000;

impl Reader<'_, '_> {
    /// A part of a formula. Nothing when the element is none.
    pub(super) fn formula(&mut self, xml: &mut Xml<'_>, name: &str) -> Result<bool, DocumentError> {
        match name {
            "sup" | "deg" => self.raised(xml, Raised::Up)?,
            "sub" => self.raised(xml, Raised::Down)?,
            "num" => {
                // "1" and a half are not eleven halves.
                if self.flow.words.last().is_some_and(char::is_alphanumeric) {
                    self.say(" ")?;
                }
                self.children(xml)?;
            }
            "den" => {
                self.say("/")?;
                self.children(xml)?;
            }
            "rad" => {
                self.say("√")?;
                self.children(xml)?;
            }
            "naryPr" => {
                let sign = signs(xml, ["chr", ""])?;
                self.say(sign.first().and_then(Option::as_deref).unwrap_or("∫"))?;
            }
            "d" => self.delimited(xml)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Words between parentheses or others of their kind.
    fn delimited(&mut self, xml: &mut Xml<'_>) -> Result<(), DocumentError> {
        let within = xml.depth();
        let (mut begin, mut end) = ("(".to_owned(), ")".to_owned());
        let mut is_first = true;
        while let Some(tag) = xml.child(within)? {
            if tag.name() == "dPr" {
                let [own_begin, own_end] = signs(xml, ["begChr", "endChr"])?;
                begin = own_begin.unwrap_or(begin);
                end = own_end.unwrap_or(end);
                continue;
            }
            self.say(if is_first { &begin } else { "|" })?;
            is_first = false;
            self.children(xml)?;
        }
        if is_first { Ok(()) } else { self.say(&end) }
    }

    /// Words with the way that they are read, which stands above them: said after them, in parentheses.
    pub(super) fn ruby(&mut self, xml: &mut Xml<'_>) -> Result<(), DocumentError> {
        let within = xml.depth();
        let mut reading = String::new();
        while let Some(tag) = xml.child(within)? {
            match tag.name() {
                "rt" => {
                    let from = self.flow.words.mark();
                    self.children(xml)?;
                    reading = self.flow.words.cut(from);
                }
                "rubyBase" => self.children(xml)?,
                _ => {}
            }
        }
        if reading.trim().is_empty() { Ok(()) } else { self.say(&format!("({reading})")) }
    }

    /// A diagram, whose words stand in another part.
    pub(super) fn diagram(&mut self, tag: &Tag<'_>) -> Result<(), DocumentError> {
        let name = tag.attribute("dm").and_then(|id| self.relations.get(&id)).map(|part| part.target.clone());
        let Some(name) = name.filter(|_| !self.is_silent()) else { return Ok(()) };
        let Some(part) = self.package.part(&name)? else { return Ok(()) };
        let mut xml = Xml::new(&part);
        for _ in 0..PARAGRAPHS {
            // What cannot be understood says nothing.
            let Ok(Some(_)) = xml.find(&["p"]) else { break };
            let Ok(words) = xml.joined("t") else { break };
            let block = Block::paragraph(&words);
            self.said += words.len();
            if !block.is_empty() {
                self.flow.boxes.push(block);
            }
        }
        Ok(())
    }
}

/// The values of two elements within the one that was just opened.
fn signs(xml: &mut Xml<'_>, names: [&str; 2]) -> Result<[Option<String>; 2], DocumentError> {
    let within = xml.depth();
    let mut found = [None, None];
    while let Some(tag) = xml.child(within)? {
        for (name, place) in names.iter().zip(&mut found) {
            if tag.name() == *name {
                *place = Some(tag.value().unwrap_or_default().chars().take(2).collect());
            }
        }
    }
    Ok(found)
}
