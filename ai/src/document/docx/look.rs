//! How words look, as far as it changes what they say.

use super::{
    symbols::Font,
    xml::{Tag, Xml},
};
use crate::document::{DocumentError, line::Raised};

/// What is said of words; nothing where another place says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    hidden: Option<bool>,
    hidden_in_pages: Option<bool>,
    struck: Option<bool>,
    bold: Option<bool>,
    raised: Option<Option<Raised>>,
    font: Option<Option<Font>>,
}

impl Look {
    /// This, and where it says nothing, what lies under it.
    pub(super) fn over(self, under: Self) -> Self {
        Self {
            hidden: self.hidden.or(under.hidden),
            hidden_in_pages: self.hidden_in_pages.or(under.hidden_in_pages),
            struck: self.struck.or(under.struck),
            bold: self.bold.or(under.bold),
            raised: self.raised.or(under.raised),
            font: self.font.or(under.font),
        }
    }

    /// The same, but raised or lowered.
    pub(super) fn raised_to(self, place: Raised) -> Self {
        Self { raised: Some(Some(place)), ..self }
    }

    /// Nobody sees them, or programs that show pages alone leave them out.
    pub(super) fn is_hidden(self) -> bool {
        self.hidden.unwrap_or_default() || self.hidden_in_pages.unwrap_or_default()
    }

    /// They are struck out.
    pub(super) fn is_struck(self) -> bool {
        self.struck.unwrap_or_default()
    }

    /// They are bold.
    pub(super) fn is_bold(self) -> bool {
        self.bold.unwrap_or_default()
    }

    /// Where they stand.
    pub(super) fn raised(self) -> Option<Raised> {
        self.raised.flatten()
    }

    /// The font of signs that they are in.
    pub(super) fn font(self) -> Option<Font> {
        self.font.flatten()
    }

    /// Takes up what an element within `rPr` says.
    pub(super) fn take(&mut self, tag: &Tag<'_>) {
        match tag.name() {
            "vanish" => self.hidden = Some(tag.is_on()),
            "webHidden" => self.hidden_in_pages = Some(tag.is_on()),
            "strike" | "dstrike" => self.struck = Some(tag.is_on() || self.struck.unwrap_or_default()),
            "b" => self.bold = Some(tag.is_on()),
            "vertAlign" => {
                self.raised = Some(match tag.value().as_deref() {
                    Some("superscript") => Some(Raised::Up),
                    Some("subscript") => Some(Raised::Down),
                    _ => None,
                });
            }
            "rFonts" => {
                if let Some(name) = tag.attribute("ascii").or_else(|| tag.attribute("hAnsi")) {
                    self.font = Some(Font::named(&name));
                }
            }
            _ => {}
        }
    }

    /// Reads `rPr`, which was just opened.
    pub(super) fn read(xml: &mut Xml<'_>) -> Result<Self, DocumentError> {
        let within = xml.depth();
        let mut look = Self::default();
        while let Some(tag) = xml.child(within)? {
            look.take(&tag);
        }
        Ok(look)
    }
}
