//! Paragraphs that follow each other: what each of them becomes.

use super::{
    fields::Fields,
    look::Look,
    notes::NoteKind,
    numbering::Place,
    styles::{Role, Style},
    tables::CellPlace,
    walk::Reader,
    words::Words,
};
use crate::document::{Block, clean, labelled, one_line};

/// A paragraph that is open.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    pub(super) style: Style,
    pub(super) style_id: Option<String>,
    /// Its own place in the outline.
    pub(super) level: Option<usize>,
    pub(super) place: Place,
    /// The next one goes on in the same line.
    pub(super) goes_on: bool,
    /// Its end is hidden.
    pub(super) is_hidden: bool,
    pub(super) ends_section: bool,
}

/// What stands one after the other: the text, a cell, a box or a note.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) blocks: Vec<Block>,
    pub(super) words: Words,
    pub(super) paragraph: Option<Paragraph>,
    pub(super) fields: Fields,
    /// How words look that say nothing of it, and how those look that are being read.
    pub(super) base: Look,
    pub(super) look: Look,
    /// Boxes beside the paragraph.
    pub(super) boxes: Vec<Block>,
    /// A note whose sign comes next, and where.
    pub(super) own_sign: Option<(NoteKind, String, usize)>,
    /// It lies within an instruction.
    pub(super) is_silent: bool,
    /// The words go on in the next paragraph.
    pub(super) goes_on: bool,
    /// A picture is in the paragraph.
    pub(super) has_picture: bool,
    /// The last thing was a picture.
    after_picture: bool,
    /// Where captions are that may be those of tables.
    captions: Vec<usize>,
    /// Where the cell stands that this is in.
    pub(super) cell: CellPlace,
    /// Some words are not bold.
    is_plain: bool,
}

impl Flow {
    /// A new one, which may lie within an instruction.
    pub(super) fn within(is_silent: bool) -> Self {
        Self { is_silent, ..Self::default() }
    }

    /// Ends it.
    pub(super) fn finish(mut self) -> Self {
        let captions = std::mem::take(&mut self.captions);
        self.blocks = super::captions::join(std::mem::take(&mut self.blocks), &captions);
        self
    }

    /// Whether all words are bold, if there are any.
    pub(super) fn is_bold(&self) -> bool {
        !self.is_plain
    }
}

impl Reader<'_, '_> {
    /// Ends words that belong to no paragraph.
    pub(super) fn flush(&mut self) {
        self.flow.paragraph = None;
        if !self.flow.words.is_empty() {
            let style = self.styles.paragraph(None);
            self.end_paragraph(&Paragraph { style, ..Paragraph::default() });
        }
        self.flow.goes_on = false;
    }

    /// Makes a block of the words of a paragraph.
    pub(super) fn end_paragraph(&mut self, paragraph: &Paragraph) {
        let is_bold = self.flow.words.is_bold();
        let words = self.flow.words.take();
        let is_blank = words.trim().is_empty();
        self.flow.is_plain |= !is_blank && !is_bold;
        let is_silent = self.flow.is_silent;
        let label = if is_silent || (is_blank && paragraph.is_hidden) { None } else { self.label(paragraph) };
        let role = paragraph.level.map(Role::Heading).or(paragraph.style.role);
        let has_picture = std::mem::take(&mut self.flow.has_picture);
        if is_blank && has_picture {
            self.flow.after_picture = true;
            // A caption above a picture is not that of a table below it.
            self.flow.captions.pop_if(|place| *place + 1 == self.flow.blocks.len());
        }
        let text = match &label {
            Some(label) => labelled(&label.text, &clean(&words)),
            None => clean(&words),
        };
        match (role, label) {
            (Some(Role::Heading(_)), _) if is_blank => {}
            (Some(Role::Heading(level)), _) => {
                if self.asides == 1 {
                    let notes = self.notes.take_foot();
                    self.flow.blocks.extend(notes);
                }
                self.push(Block::heading(level, &one_line(&text)));
            }
            (Some(Role::Caption), _) if !is_blank => {
                if !self.flow.after_picture && !has_picture {
                    self.flow.captions.push(self.flow.blocks.len());
                }
                self.push(Block::Caption(text));
            }
            (_, Some(label)) => self.push(Block::item(label.depth, &label.text, &words)),
            (Some(Role::Quote), _) => self.push(Block::Quote(text)),
            (Some(Role::Code), _) if !is_blank => self.push_code(words.trim_end()),
            _ => self.push(Block::Paragraph(text)),
        }
        if !is_blank {
            self.flow.after_picture = false;
        }
        let boxes = std::mem::take(&mut self.flow.boxes);
        self.flow.blocks.extend(boxes);
    }

    /// The number or sign before a paragraph; nothing when it is in no list, or nothing is printed.
    fn label(&mut self, paragraph: &Paragraph) -> Option<super::numbering::Label> {
        let (own, of_style) = (&paragraph.place, &paragraph.style.place);
        let place = Place {
            list: own.list.clone().or_else(|| of_style.list.clone()),
            depth: own.depth.or(of_style.depth),
            style: of_style.style.clone().filter(|_| own.list.is_none()).or_else(|| paragraph.style_id.clone()),
            is_said: own.is_said,
        };
        let mut label = self.numbering.next(&place, self.styles)?;
        label.text = one_line(&label.text);
        (!label.is_nothing).then_some(label)
    }

    pub(super) fn push(&mut self, block: Block) {
        if !block.is_empty() {
            self.flow.blocks.push(block);
        }
    }

    /// Lines of a program are one block.
    fn push_code(&mut self, lines: &str) {
        if let Some(Block::Code(code)) = self.flow.blocks.last_mut() {
            code.push('\n');
            code.push_str(lines);
        } else {
            self.push(Block::Code(lines.to_owned()));
        }
    }
}
