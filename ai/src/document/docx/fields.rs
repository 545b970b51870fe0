//! Fields: what they show is read, what makes them show it is not.

use super::{words::Words, xml::Xml};
use crate::document::{DocumentError, line};

/// A field that is open.
#[derive(Debug, Default)]
struct Field {
    instruction: String,
    /// Where what it shows begins, once it does.
    shown_from: Option<usize>,
}

/// The fields that are open, innermost last.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<Field>);

/// Fields within fields that are kept apart.
const DEEPEST: usize = 100;

impl Fields {
    /// What a form shows, at which a field begins: a box to tick, or what was chosen.
    pub(super) fn form(xml: &mut Xml<'_>) -> Result<String, DocumentError> {
        let within = xml.depth();
        let mut shown = String::new();
        while let Some(tag) = xml.child(within)? {
            if tag.name() != "ffData" {
                continue;
            }
            let within = xml.depth();
            while let Some(tag) = xml.child(within)? {
                match tag.name() {
                    "checkBox" => shown = tick(xml)?,
                    "ddList" => shown = chosen(xml)?,
                    _ => {}
                }
            }
        }
        Ok(shown)
    }

    /// A field begins with its instruction.
    pub(super) fn begin(&mut self) {
        if self.0.len() < DEEPEST {
            self.0.push(Field::default());
        }
    }

    /// A part of the instruction.
    pub(super) fn instruct(&mut self, text: &str) {
        if let Some(field) = self.0.last_mut().filter(|field| field.shown_from.is_none()) {
            field.instruction.push_str(text);
        }
    }

    /// What it shows begins.
    pub(super) fn show(&mut self, words: &mut Words) {
        if let Some(field) = self.0.last_mut() {
            field.shown_from = Some(words.mark());
        }
    }

    /// The field ends. One that shows words for an address says the address.
    pub(super) fn end(&mut self, words: &mut Words) {
        let Some(Field { instruction, shown_from: Some(from) }) = self.0.pop() else { return };
        let mut parts = instruction.trim().split('"');
        let is_link = parts.next().is_some_and(|name| name.trim().eq_ignore_ascii_case("hyperlink"));
        let address = parts.next().filter(|_| is_link).unwrap_or_default();
        let address = line::unsaid(address, words.since(from)).map(str::to_owned);
        if let Some(address) = address {
            words.say_apart(&format!("({address})"));
        }
    }

    /// Whether what is read now is an instruction.
    pub(super) fn is_instruction(&self) -> bool {
        self.0.iter().any(|field| field.shown_from.is_none())
    }
}

/// A box, which was just opened, and whether it is ticked.
fn tick(xml: &mut Xml<'_>) -> Result<String, DocumentError> {
    let within = xml.depth();
    let (mut usual, mut own) = (false, None);
    while let Some(tag) = xml.child(within)? {
        match tag.name() {
            "default" => usual = tag.is_on(),
            "checked" => own = Some(tag.is_on()),
            _ => {}
        }
    }
    Ok(if own.unwrap_or(usual) { "☑" } else { "☐" }.to_owned())
}

/// What was chosen of a list, which was just opened.
fn chosen(xml: &mut Xml<'_>) -> Result<String, DocumentError> {
    let within = xml.depth();
    let (mut usual, mut own, mut entries) = (0, None, Vec::new());
    while let Some(tag) = xml.child(within)? {
        match tag.name() {
            "default" => usual = tag.number().unwrap_or_default(),
            "result" => own = tag.number(),
            "listEntry" => entries.extend(tag.value()),
            _ => {}
        }
    }
    let place = usize::try_from(own.unwrap_or(usual)).unwrap_or_default();
    Ok(entries.into_iter().nth(place).unwrap_or_default())
}
