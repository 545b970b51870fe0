//! The paragraphs, headings, lists and notes of an OpenDocument.

use super::{
    lists::{self, Counters, Lists},
    styles::Styles,
    tables,
};
use crate::document::{
    Block, DocumentError, one_line,
    xml::{self, Element, Node},
};

/// Spaces that one mark may stand for.
const SPACES: usize = 100;
/// Bytes of text that are kept; more than a source may have is refused afterwards.
const TEXT_BYTES: usize = 4 * types::limits::SOURCE_BYTES;

/// What a text says.
pub(super) fn blocks(body: &Element, styles: &Styles) -> Result<Vec<Block>, DocumentError> {
    let mut reader = Reader::of(styles);
    reader.children(body);
    if reader.bytes > TEXT_BYTES { Err(DocumentError::TooLong) } else { Ok(reader.blocks) }
}

pub(super) struct Reader<'s, 'e> {
    pub(super) styles: &'s Styles<'e>,
    pub(super) blocks: Vec<Block>,
    /// Bytes of text that were read; a table that repeats its rows has more than its file.
    pub(super) bytes: usize,
    lists: Lists,
    outline: Counters,
    /// What stands beside the text, such as notes and boxes, until its paragraph ends.
    aside: Vec<Block>,
}

/// The list around a paragraph.
struct List<'l> {
    style: &'l str,
    depth: usize,
    /// What is printed before the next paragraph; nothing when it is not the first of its item.
    label: Option<String>,
}

impl<'s, 'e> Reader<'s, 'e> {
    pub(super) fn of(styles: &'s Styles<'e>) -> Self {
        Self { styles, blocks: Vec::new(), bytes: 0, lists: Lists::default(), outline: Vec::new(), aside: Vec::new() }
    }

    pub(super) fn children(&mut self, element: &Element) {
        for child in element.elements() {
            self.element(child);
            self.blocks.append(&mut self.aside);
            if self.bytes > TEXT_BYTES {
                return;
            }
        }
    }

    fn element(&mut self, element: &Element) {
        match &*element.name {
            "p" => self.paragraph(element, &mut None),
            "h" => self.heading(element, None),
            "list" => {
                let style = element.attribute("style-name").unwrap_or_default();
                let goes_on = element.attribute("continue-list");
                let counters = match goes_on {
                    Some(id) => self.lists.before(id),
                    None if element.is_on("continue-numbering") => self.lists.before(style),
                    None => Vec::new(),
                };
                let mut counters = counters;
                self.list(element, style, 0, &mut counters);
                self.lists.keep(style, &counters);
                if let Some(id) = element.attribute("id") {
                    self.lists.keep(id, &counters);
                }
            }
            "table" => {
                if !self.styles.is_hidden(element.attribute("style-name")) {
                    let table = tables::read(element, self.styles, &mut self.bytes);
                    self.blocks.extend(table);
                }
            }
            "section" if element.attribute("display") == Some("none") => {}
            // Headings follow where they belong; what was deleted, and forms, nobody reads.
            "table-of-content"
            | "tracked-changes"
            | "annotation"
            | "forms"
            | "sequence-decls"
            | "variable-decls"
            | "user-field-decls"
            | "index-title-template" => {}
            "frame" | "custom-shape" | "rect" | "text-box" | "g" => self.box_of(element),
            _ => self.children(element),
        }
    }

    fn list(&mut self, list: &Element, style: &str, depth: usize, counters: &mut Counters) {
        for item in list.elements().filter(|item| matches!(&*item.name, "list-item" | "list-header")) {
            // An item that only holds a list has no number of its own.
            let has_words = item.elements().any(|child| matches!(&*child.name, "p" | "h"));
            let label = if item.is("list-item") && has_words {
                let levels = self.styles.levels(style);
                Some(lists::next(counters, depth, levels, item.number("start-value")))
            } else {
                None
            };
            let mut within = label.map(|label| List { style, depth, label: Some(label) });
            for child in item.elements() {
                match &*child.name {
                    "p" => self.paragraph(child, &mut within),
                    "h" => {
                        let label = within.as_mut().and_then(|within| within.label.take());
                        self.heading(child, label);
                    }
                    "list" => {
                        let style = child.attribute("style-name").unwrap_or(style);
                        self.list(child, style, depth + 1, counters);
                    }
                    _ => self.element(child),
                }
                self.blocks.append(&mut self.aside);
            }
        }
    }

    fn heading(&mut self, heading: &Element, label: Option<String>) {
        let level = heading.number::<usize>("outline-level").unwrap_or(1).clamp(1, 20);
        let text = self.words(heading);
        if text.trim().is_empty() || self.styles.is_hidden(heading.attribute("style-name")) {
            return;
        }
        let is_plain = heading.is_on("is-list-header");
        let printed = heading.child("number").map(Element::text);
        let outline = &self.styles.outline;
        let label = match (printed, label) {
            (Some(printed), _) => printed,
            (None, Some(label)) if !label.is_empty() => label,
            _ if is_plain => String::new(),
            _ => lists::next(&mut self.outline, level - 1, outline, heading.number("start-value")),
        };
        self.blocks.push(Block::heading(level, &format!("{label} {text}")));
    }

    fn paragraph(&mut self, paragraph: &Element, list: &mut Option<List<'_>>) {
        let style = paragraph.attribute("style-name");
        let words = self.words(paragraph);
        if words.trim().is_empty() || self.styles.is_hidden(style) {
            return;
        }
        let block = match list.as_mut().and_then(|list| Some((list.depth, list.style, list.label.take()?))) {
            Some((depth, list, label)) => {
                let printed = paragraph.child("number").map(Element::text);
                // A paragraph may have a list of its own.
                let own = self.styles.list_of(style).filter(|own| list.is_empty() && !own.is_empty());
                let label = match own {
                    Some(own) => {
                        let mut counters = self.lists.before(own);
                        let label = lists::next(&mut counters, depth, self.styles.levels(own), None);
                        self.lists.keep(own, &counters);
                        label
                    }
                    None => label,
                };
                Block::item(depth, &printed.unwrap_or(label), &words)
            }
            None if self.styles.comes_from(style, "Title") => Block::heading(1, &words),
            None if self.styles.comes_from(style, "Quotations") => Block::Quote(crate::document::clean(&words)),
            None => Block::paragraph(&words),
        };
        self.blocks.push(block);
    }

    /// The words of a paragraph; what stands beside it is kept for later.
    pub(super) fn words(&mut self, element: &Element) -> String {
        let mut words = String::new();
        self.push_words(element, &mut words);
        self.bytes = self.bytes.saturating_add(words.len());
        words
    }

    fn push_words(&mut self, element: &Element, words: &mut String) {
        for child in &element.children {
            match child {
                Node::Text(text) => words.push_str(&text.replace(['\n', '\r', '\t'], " ")),
                Node::Element(child) => self.inline(child, words),
            }
        }
    }

    fn inline(&mut self, element: &Element, words: &mut String) {
        match &*element.name {
            "s" => words.push_str(&" ".repeat(element.number("c").unwrap_or(1_usize).min(SPACES))),
            "tab" => words.push(' '),
            "line-break" => words.push('\n'),
            "span" => self.span(element, words),
            "note" => {
                let label = element.child("note-citation").map(|label| one_line(&label.text())).unwrap_or_default();
                xml::push_raised(words, &label, false);
                let said = element.child("note-body").map(|body| self.said(body)).unwrap_or_default();
                self.aside.push(Block::Note { label, text: said });
            }
            "frame" | "custom-shape" | "rect" | "g" => self.box_of(element),
            "hidden-text" | "hidden-paragraph" | "annotation" | "annotation-end" | "number" | "tracked-changes"
            | "ruby-text" | "soft-page-break" | "bookmark" | "reference-mark" | "desc" | "title" | "script"
            | "object" | "object-ole" | "image" => {}
            _ => self.push_words(element, words),
        }
    }

    fn span(&mut self, span: &Element, words: &mut String) {
        let style = span.attribute("style-name");
        if self.styles.is_hidden(style) {
            return;
        }
        match self.styles.raised(style) {
            Some(is_lowered) => {
                let mut raised = String::new();
                self.push_words(span, &mut raised);
                xml::push_raised(words, &raised, is_lowered);
            }
            None => self.push_words(span, words),
        }
    }

    /// A box of text, which is read after the paragraph that it hangs on.
    fn box_of(&mut self, element: &Element) {
        let mut reader = Self::of(self.styles);
        reader.children(element);
        self.bytes = self.bytes.saturating_add(reader.bytes);
        self.aside.append(&mut reader.blocks);
    }

    /// What an element says, in lines.
    pub(super) fn said(&mut self, element: &Element) -> String {
        let mut reader = Self::of(self.styles);
        reader.children(element);
        self.bytes = self.bytes.saturating_add(reader.bytes);
        reader.blocks.iter().map(Block::text).collect::<Vec<_>>().join("\n")
    }
}
