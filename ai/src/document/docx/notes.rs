//! Footnotes and endnotes, with the signs that are printed for them.

use super::{
    formats::printed,
    numbering::format,
    xml::{Tag, Xml},
};
use crate::document::{Block, DocumentError, clean};
use std::collections::HashMap;

/// At the foot of a page, or at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum NoteKind {
    /// At the foot of a page.
    Foot,
    /// At the end of a document.
    End,
}

/// How notes of a kind are numbered.
#[derive(Clone, Debug, Default)]
struct Scheme {
    format: Option<String>,
    start: Option<i64>,
    begins_anew: bool,
}

/// How the notes of a part of the document are numbered.
#[derive(Clone, Debug, Default)]
struct Section {
    foot: Scheme,
    end: Scheme,
}

/// The notes of a document.
#[derive(Debug, Default)]
pub(super) struct Notes {
    texts: HashMap<(NoteKind, String), String>,
    general: Section,
    sections: Vec<Section>,
    /// The section that is being read.
    section: usize,
    counts: HashMap<NoteKind, i64>,
    /// Footnotes that were led to and not written yet, and all endnotes.
    foot: Vec<Block>,
    end: Vec<Block>,
}

impl Notes {
    /// Looks through the settings, or the document, for how its notes are numbered.
    pub(super) fn settings(&mut self, part: &str) -> Result<(), DocumentError> {
        let mut xml = Xml::new(part);
        while let Some(tag) = xml.find(&["footnotePr", "endnotePr"])? {
            take(&mut self.general, &mut xml, &tag)?;
        }
        Ok(())
    }

    /// The same of the sections of a document, which say it at their ends.
    pub(super) fn sections(&mut self, part: &str) -> Result<(), DocumentError> {
        if !part.contains("footnotePr") && !part.contains("endnotePr") {
            return Ok(());
        }
        let mut xml = Xml::new(part);
        while xml.find(&["sectPr"])?.is_some() {
            let within = xml.depth();
            let mut section = Section::default();
            while let Some(tag) = xml.child(within)? {
                if matches!(tag.name(), "footnotePr" | "endnotePr") {
                    take(&mut section, &mut xml, &tag)?;
                }
            }
            self.sections.push(section);
        }
        Ok(())
    }

    /// Keeps what a note says.
    pub(super) fn keep(&mut self, kind: NoteKind, id: String, blocks: &[Block]) {
        let text = blocks.iter().map(Block::text).collect::<Vec<_>>().join("\n");
        self.texts.insert((kind, id), clean(&text));
    }

    /// A note is led to: the sign for it. `own` is one that the writer gave it.
    pub(super) fn lead(&mut self, kind: NoteKind, id: &str, own: Option<String>) -> String {
        let own = own.map(|own| clean(&own)).filter(|own| !own.is_empty());
        let is_own = own.is_some();
        let sign = own.unwrap_or_else(|| self.number(kind));
        // Nobody sees a note that is not there.
        if let Some(text) = self.texts.remove(&(kind, id.to_owned())) {
            // The writer repeats such a sign in the note.
            let text =
                text.strip_prefix(&sign).filter(|_| is_own).map(|rest| rest.trim_start().to_owned()).unwrap_or(text);
            let notes = if kind == NoteKind::Foot { &mut self.foot } else { &mut self.end };
            notes.push(Block::Note { label: sign.clone(), text });
        }
        sign
    }

    /// A section ends.
    pub(super) fn end_section(&mut self) {
        self.section += 1;
        for kind in [NoteKind::Foot, NoteKind::End] {
            if self.scheme(kind).begins_anew {
                self.counts.remove(&kind);
            }
        }
    }

    /// The footnotes that were led to since the last time.
    pub(super) fn take_foot(&mut self) -> Vec<Block> {
        std::mem::take(&mut self.foot)
    }

    /// All endnotes.
    pub(super) fn take_end(&mut self) -> Vec<Block> {
        std::mem::take(&mut self.end)
    }

    fn number(&mut self, kind: NoteKind) -> String {
        let scheme = self.scheme(kind);
        let start = scheme.start.unwrap_or(1);
        let number = *self.counts.entry(kind).and_modify(|last| *last = last.saturating_add(1)).or_insert(start);
        let usual = if kind == NoteKind::Foot { "decimal" } else { "lowerRoman" };
        printed(number, scheme.format.as_deref().unwrap_or(usual))
    }

    fn scheme(&self, kind: NoteKind) -> Scheme {
        let of = |section: &Section| if kind == NoteKind::Foot { section.foot.clone() } else { section.end.clone() };
        let (own, general) = (self.sections.get(self.section).map(of).unwrap_or_default(), of(&self.general));
        Scheme {
            format: own.format.or(general.format),
            start: own.start.or(general.start),
            begins_anew: own.begins_anew || general.begins_anew,
        }
    }
}

fn take(section: &mut Section, xml: &mut Xml<'_>, tag: &Tag<'_>) -> Result<(), DocumentError> {
    let scheme = if tag.name() == "footnotePr" { &mut section.foot } else { &mut section.end };
    let within = xml.depth();
    while let Some(tag) = xml.child(within)? {
        match tag.name() {
            "numFmt" => scheme.format = Some(format(&tag)),
            "numStart" => scheme.start = tag.number(),
            "numRestart" => scheme.begins_anew = tag.value().as_deref() == Some("eachSect"),
            _ => {}
        }
    }
    Ok(())
}
