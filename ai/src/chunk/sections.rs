//! What stands under each heading of a document.

use super::MAX_CHUNKS;
use crate::document::{Block, column_names, labelled, long_names, row_line};

/// What stands under one heading.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// The headings above, outermost first, joined by " › ".
    pub(super) heading: String,
    /// What stands there, in order; never empty.
    pub(super) parts: Vec<Part>,
}

/// A part of a section that is not torn apart when it fits.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) kind: PartKind,
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartKind {
    /// Sentences.
    Sentences,
    /// An item of a list, a row, or a line of code.
    Line,
}

/// Characters of a heading that are kept.
const HEADING_CHARS: usize = 160;

#[derive(Default)]
struct Reader {
    sections: Vec<Section>,
    open: Section,
    /// The headings that hold now, by level.
    headings: Vec<(u8, String)>,
}

/// The sections of a document; one without headings is one section. There are no more of them than tell that the
/// document makes too many passages: each repeats the headings above it.
pub(super) fn sections(blocks: &[Block]) -> Vec<Section> {
    let mut reader = Reader::default();
    for block in blocks {
        if reader.sections.len() > MAX_CHUNKS {
            break;
        }
        match block {
            Block::Heading { level, text } => reader.heading(*level, text),
            Block::Paragraph(text) | Block::Quote(text) | Block::Caption(text) => reader.sentences(text),
            Block::Note { label, text } => reader.sentences(&labelled(label, text)),
            Block::Item { label, text, .. } => {
                let label = if label.is_empty() { "-" } else { label };
                reader.push(PartKind::Line, labelled(label, text));
            }
            Block::Table { caption, header, rows } => {
                let (header, rows) = column_names(header, rows);
                reader.sentences(caption);
                reader.sentences(&long_names(header));
                let names_only = rows.is_empty().then_some(header);
                let rows = rows.iter().map(|row| row_line(header, row));
                for row in rows.chain(names_only.map(|header| row_line(&[], header))) {
                    if !row.is_empty() {
                        reader.push(PartKind::Line, labelled("-", &row));
                    }
                }
            }
            Block::Code(text) => {
                text.lines().for_each(|line| reader.push(PartKind::Line, line.trim_end().to_owned()));
            }
            Block::Page(_) => {}
        }
    }
    reader.end_section(0);
    reader.sections
}

impl Reader {
    fn heading(&mut self, level: u8, heading: &str) {
        self.end_section(level);
        let heading: String = heading.chars().take(HEADING_CHARS).collect();
        self.headings.retain(|(above, _)| *above < level);
        if !heading.is_empty() {
            self.headings.push((level, heading));
        }
        self.open.heading = self.path(self.headings.len());
    }

    fn path(&self, length: usize) -> String {
        let path: Vec<&str> = self.headings.iter().take(length).map(|(_, heading)| heading.as_str()).collect();
        path.join(" › ")
    }

    fn sentences(&mut self, text: &str) {
        self.push(PartKind::Sentences, text.trim().to_owned());
    }

    fn push(&mut self, kind: PartKind, text: String) {
        if !text.trim().is_empty() {
            self.open.parts.push(Part { kind, text });
        }
    }

    /// Closes the section before a heading of a level; 0 at the end of the text.
    fn end_section(&mut self, next: u8) {
        let mut section = std::mem::take(&mut self.open);
        if let (true, Some((level, heading))) = (section.parts.is_empty(), self.headings.last())
            && next <= *level
        {
            // Nothing stands under it: the heading itself is what it says.
            section.parts.push(Part { kind: PartKind::Sentences, text: heading.clone() });
            section.heading = self.path(self.headings.len() - 1);
        }
        if section.parts.iter().any(|part| part.text.chars().any(char::is_alphanumeric)) {
            self.sections.push(section);
        }
    }
}
