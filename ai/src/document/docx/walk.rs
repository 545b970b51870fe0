//! From the elements of a part to blocks.

use super::{
    fields::Fields,
    flow::{Flow, Paragraph},
    look::Look,
    notes::{NoteKind, Notes},
    numbering::{Numbering, Place},
    package::{Package, Relations},
    styles::{Styles, level},
    symbols::Font,
    tables::CellPlace,
    xml::{Tag, Xml},
};
use crate::document::{
    Block, DocumentError,
    line::{self, Raised},
};
use types::limits::SOURCE_BYTES;

/// Elements within elements that are followed; the words of deeper ones are read without their marks.
pub(super) const DEEPEST: usize = 200;
/// Bytes of words, with the spaces between them, after which there is too much to go on.
const MOST: usize = SOURCE_BYTES * 3;
/// Bytes of an address that is said after its words, at most.
const ADDRESS: usize = 200;

/// What is read of a document.
pub(super) struct Reader<'r, 'p> {
    pub(super) package: &'r mut Package<'p>,
    pub(super) styles: &'r Styles,
    pub(super) numbering: Numbering,
    pub(super) notes: Notes,
    /// What the part leads to that is being read.
    pub(super) relations: Relations,
    /// Documents around this one.
    pub(super) nested: usize,
    pub(super) flow: Flow,
    /// Flows within flows; 1 is the text of a part.
    pub(super) asides: usize,
    /// Bytes of words, spaces alone not among them.
    pub(super) said: usize,
}

impl Reader<'_, '_> {
    /// Reads a whole part.
    pub(super) fn part(&mut self, part: &str) -> Result<Vec<Block>, DocumentError> {
        let flow = self.aside(&mut Xml::new(part), Self::children)?;
        Ok(flow.blocks)
    }

    /// Reads the notes of a part, to be written where they are led to.
    pub(super) fn notes(&mut self, part: &str, kind: NoteKind) -> Result<(), DocumentError> {
        let mut xml = Xml::new(part);
        while let Some(tag) = xml.find(&["footnote", "endnote"])? {
            // Others are the lines between a text and its notes.
            let is_note = tag.attribute("type").is_none_or(|kind| kind == "normal");
            let id = tag.attribute("id").unwrap_or_default();
            let flow = self.aside(&mut xml, Self::children)?;
            if is_note {
                self.notes.keep(kind, id, &flow.blocks);
            }
        }
        self.said = 0;
        Ok(())
    }

    /// Reads something that stands apart from the words around it.
    pub(super) fn aside(
        &mut self,
        xml: &mut Xml<'_>,
        read: fn(&mut Self, &mut Xml<'_>) -> Result<(), DocumentError>,
    ) -> Result<Flow, DocumentError> {
        let is_silent = self.is_silent();
        let outer = std::mem::replace(&mut self.flow, Flow::within(is_silent));
        self.asides += 1;
        let result = read(self, xml);
        self.flush();
        self.asides -= 1;
        let inner = std::mem::replace(&mut self.flow, outer);
        result.map(|()| inner.finish())
    }

    /// All children of the element that was just opened.
    pub(super) fn children(&mut self, xml: &mut Xml<'_>) -> Result<(), DocumentError> {
        let within = xml.depth();
        if within > DEEPEST {
            let words = xml.flat("t")?;
            return self.say(&words);
        }
        while let Some(tag) = xml.child(within)? {
            self.element(xml, &tag)?;
        }
        Ok(())
    }

    fn element(&mut self, xml: &mut Xml<'_>, tag: &Tag<'_>) -> Result<(), DocumentError> {
        match tag.name() {
            "p" => self.paragraph(xml),
            "r" => self.run(xml),
            "t" => {
                let text = xml.text()?;
                self.text(&text)
            }
            "pPr" => self.paragraph_look(xml),
            "rPr" => self.run_look(xml),
            "tbl" => self.table(xml),
            "tcPr" => {
                self.flow.cell = CellPlace::read(xml)?;
                Ok(())
            }
            "tab" | "ptab" => self.say(" "),
            "br" | "cr" => self.say("\n"),
            "noBreakHyphen" => self.say("-"),
            "sym" => self.symbol(tag),
            "hyperlink" => self.link(xml, tag),
            "fldChar" => self.field(xml, tag),
            "instrText" => {
                let instruction = xml.text()?;
                self.flow.fields.instruct(&instruction);
                Ok(())
            }
            "footnoteReference" => self.reference(tag, NoteKind::Foot),
            "endnoteReference" => self.reference(tag, NoteKind::End),
            "AlternateContent" => self.alternatives(xml),
            "txbxContent" => self.text_box(xml),
            "drawing" | "pict" | "object" => {
                self.flow.has_picture = true;
                self.children(xml)
            }
            "altChunk" => self.chunk(tag),
            "sectPr" => {
                self.notes.end_section();
                Ok(())
            }
            "ruby" => self.ruby(xml),
            "relIds" => self.diagram(tag),
            name if is_left_out(name) => Ok(()),
            name if self.formula(xml, name)? => Ok(()),
            _ => self.children(xml),
        }
    }

    fn paragraph(&mut self, xml: &mut Xml<'_>) -> Result<(), DocumentError> {
        if self.flow.paragraph.is_some() {
            // A drawing may have paragraphs of its own.
            let flow = self.aside(xml, Self::paragraph)?;
            self.flow.boxes.extend(flow.blocks);
            return Ok(());
        }
        if !std::mem::take(&mut self.flow.goes_on) {
            self.flush();
        }
        let style = self.styles.paragraph(None);
        self.flow.base = style.look;
        self.flow.look = style.look;
        self.flow.paragraph = Some(Paragraph { style, ..Paragraph::default() });
        self.children(xml)?;
        let Some(paragraph) = self.flow.paragraph.take() else { return Ok(()) };
        if paragraph.goes_on {
            self.flow.goes_on = true;
        } else {
            self.end_paragraph(&paragraph);
        }
        if paragraph.ends_section {
            self.notes.end_section();
        }
        Ok(())
    }

    fn paragraph_look(&mut self, xml: &mut Xml<'_>) -> Result<(), DocumentError> {
        let within = xml.depth();
        let mut style = None;
        let mut paragraph = Paragraph::default();
        while let Some(tag) = xml.child(within)? {
            match tag.name() {
                "pStyle" => style = tag.value(),
                "outlineLvl" => paragraph.level = level(tag.number()),
                "numPr" => paragraph.place = Place::read(xml)?,
                // A large first letter is a paragraph of its own.
                "framePr" => paragraph.goes_on |= tag.attribute("dropCap").is_some_and(|drop| drop != "none"),
                "sectPr" => paragraph.ends_section = true,
                "rPr" => {
                    let within = xml.depth();
                    while let Some(tag) = xml.child(within)? {
                        match tag.name() {
                            // Without its end it goes on in the next one.
                            "del" | "moveFrom" => paragraph.goes_on = true,
                            "vanish" => paragraph.is_hidden = tag.is_on(),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        paragraph.style = self.styles.paragraph(style.as_deref());
        paragraph.style_id = style;
        self.flow.base = paragraph.style.look;
        self.flow.look = self.flow.base;
        if self.flow.paragraph.is_some() {
            self.flow.paragraph = Some(paragraph);
        }
        Ok(())
    }

    fn run(&mut self, xml: &mut Xml<'_>) -> Result<(), DocumentError> {
        self.flow.look = self.flow.base;
        self.children(xml)?;
        // A note whose sign the writer chose has it in the same run.
        if let Some((kind, id, from)) = self.flow.own_sign.take() {
            let own = self.flow.words.cut(from);
            self.lead(kind, &id, Some(own));
        }
        self.flow.look = self.flow.base;
        Ok(())
    }

    fn run_look(&mut self, xml: &mut Xml<'_>) -> Result<(), DocumentError> {
        let within = xml.depth();
        let mut style = Look::default();
        let mut look = Look::default();
        while let Some(tag) = xml.child(within)? {
            match tag.name() {
                "rStyle" => style = self.styles.words(&tag.value().unwrap_or_default()),
                _ => look.take(&tag),
            }
        }
        self.flow.look = look.over(style).over(self.flow.base);
        Ok(())
    }

    /// Nothing is said here: it is an instruction, or within one.
    pub(super) fn is_silent(&self) -> bool {
        self.flow.is_silent || self.flow.fields.is_instruction()
    }

    pub(super) fn say(&mut self, words: &str) -> Result<(), DocumentError> {
        if self.is_silent() || self.flow.look.is_hidden() {
            return Ok(());
        }
        self.said += if words.trim().is_empty() { 0 } else { words.len() };
        if self.said > MOST {
            return Err(DocumentError::TooLong);
        }
        self.flow.words.say(words, self.flow.look);
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), DocumentError> {
        // Line ends of the source are spaces; those that are seen are marked.
        let space = |character: char| if matches!(character, '\n' | '\r' | '\t') { ' ' } else { character };
        let font = self.flow.look.font();
        let seen = |character: char| font.map_or(character, |font| font.sign(character));
        let text: String = text.chars().map(space).map(seen).collect();
        self.say(&text)
    }

    fn symbol(&mut self, tag: &Tag<'_>) -> Result<(), DocumentError> {
        let code = tag.attribute("char").and_then(|code| u32::from_str_radix(code.trim(), 16).ok());
        let Some(character) = code.and_then(char::from_u32) else { return Ok(()) };
        let font = tag.attribute("font").and_then(|font| Font::named(&font));
        let is_private = ('\u{e000}'..='\u{f8ff}').contains(&character);
        let sign = match font {
            Some(font) => font.sign(character),
            None if is_private => ' ',
            None => character,
        };
        self.say(sign.encode_utf8(&mut [0; 4]))
    }

    pub(super) fn raised(&mut self, xml: &mut Xml<'_>, place: Raised) -> Result<(), DocumentError> {
        let base = self.flow.base;
        self.flow.base = base.raised_to(place);
        let result = self.children(xml);
        self.flow.base = base;
        self.flow.look = base;
        result
    }

    fn link(&mut self, xml: &mut Xml<'_>, tag: &Tag<'_>) -> Result<(), DocumentError> {
        let from = self.flow.words.mark();
        self.children(xml)?;
        let relation = tag.attribute("id").and_then(|id| self.relations.get(&id));
        let Some(relation) = relation.filter(|relation| relation.target.len() <= ADDRESS) else { return Ok(()) };
        let address = line::unsaid(&relation.target, self.flow.words.since(from));
        if let Some(address) = address.filter(|_| !self.flow.is_silent && !self.flow.fields.is_instruction()) {
            self.said += address.len();
            self.flow.words.say_apart(&format!("({address})"));
        }
        Ok(())
    }

    fn field(&mut self, xml: &mut Xml<'_>, tag: &Tag<'_>) -> Result<(), DocumentError> {
        match tag.attribute("fldCharType").as_deref() {
            Some("begin") => {
                let shown = Fields::form(xml)?;
                self.say(&shown)?;
                self.flow.fields.begin();
            }
            Some("separate") => self.flow.fields.show(&mut self.flow.words),
            Some("end") => self.flow.fields.end(&mut self.flow.words),
            _ => {}
        }
        Ok(())
    }

    fn reference(&mut self, tag: &Tag<'_>, kind: NoteKind) -> Result<(), DocumentError> {
        if self.is_silent() || self.flow.look.is_hidden() {
            return Ok(());
        }
        let id = tag.attribute("id").unwrap_or_default();
        if tag.attribute("customMarkFollows").is_some_and(|own| !matches!(own.as_str(), "0" | "false" | "off")) {
            self.flow.own_sign = Some((kind, id, self.flow.words.mark()));
        } else {
            self.lead(kind, &id, None);
        }
        Ok(())
    }

    fn lead(&mut self, kind: NoteKind, id: &str, own: Option<String>) {
        let sign = self.notes.lead(kind, id, own);
        self.said += sign.len();
        self.flow.words.say_apart(&format!("[{sign}]"));
    }

    /// The same for programs of different age: the first one that says something.
    fn alternatives(&mut self, xml: &mut Xml<'_>) -> Result<(), DocumentError> {
        let within = xml.depth();
        let before = self.said;
        while let Some(tag) = xml.child(within)? {
            if matches!(tag.name(), "Choice" | "Fallback") && self.said == before {
                self.children(xml)?;
            }
        }
        Ok(())
    }

    fn text_box(&mut self, xml: &mut Xml<'_>) -> Result<(), DocumentError> {
        if self.flow.look.is_hidden() {
            return Ok(());
        }
        let flow = self.aside(xml, Self::children)?;
        if self.flow.paragraph.is_some() {
            self.flow.boxes.extend(flow.blocks);
        } else {
            self.flow.blocks.extend(flow.blocks);
        }
        Ok(())
    }
}

/// Elements whose words nobody sees, or that describe others.
fn is_left_out(name: &str) -> bool {
    let is_deleted = matches!(name, "del" | "moveFrom" | "delText" | "delInstrText");
    is_deleted
        || matches!(
            name,
            "sdtPr" | "sdtEndPr" | "smartTagPr" | "customXmlPr" | "rubyPr" | "tblPr" | "tblGrid" | "trPr" | "tblPrEx"
                | "fldData" | "background" | "softHyphen" | "annotationRef" | "footnoteRef" | "endnoteRef" | "binData"
        )
        // Tracked changes of looks hold what they were before.
        || (name.ends_with("Change") && name.len() > 6)
}
