//! The slides of an OpenDocument presentation, without notes and slides that are not shown.

use super::{styles::Styles, text::Reader};
use crate::document::{Block, DocumentError, xml::Element};

/// Bytes of text that are kept; more than a source may have is refused afterwards.
const TEXT_BYTES: usize = 4 * types::limits::SOURCE_BYTES;

/// What the slides say.
pub(super) fn blocks(body: &Element, styles: &Styles) -> Result<Vec<Block>, DocumentError> {
    let mut blocks = Vec::new();
    let mut bytes = 0;
    for (number, slide) in (1..).zip(body.named("page")) {
        if styles.is_hidden(slide.attribute("style-name")) {
            continue;
        }
        blocks.push(Block::Page(number));
        let shapes: Vec<&Element> =
            slide.elements().filter(|shape| !matches!(&*shape.name, "notes" | "forms" | "animations")).collect();
        let (titles, mut others): (Vec<&Element>, Vec<&Element>) =
            shapes.into_iter().partition(|shape| shape.attribute("class") == Some("title"));
        others.retain(|shape| {
            !matches!(shape.attribute("class"), Some("date-time" | "footer" | "page-number" | "header"))
        });
        others.sort_by_key(|shape| place(shape));
        for title in titles {
            let mut reader = Reader::of(styles);
            let text = reader.said(title);
            bytes = reader.bytes.saturating_add(bytes);
            blocks.push(Block::heading(1, &text));
        }
        for shape in others {
            let mut reader = Reader::of(styles);
            reader.shape(shape);
            bytes = reader.bytes.saturating_add(bytes);
            blocks.append(&mut reader.blocks);
        }
        if bytes > TEXT_BYTES {
            return Err(DocumentError::TooLong);
        }
    }
    Ok(blocks)
}

impl Reader<'_, '_> {
    fn shape(&mut self, shape: &Element) {
        if shape.is("frame") || shape.is("g") {
            shape.elements().filter(|part| !part.is("image")).for_each(|part| self.shape(part));
        } else if shape.is("table") {
            let table = super::tables::read(shape, self.styles, &mut self.bytes);
            self.blocks.extend(table);
        } else {
            self.children(shape);
        }
    }
}

/// From above to below, and from left to right, in tenths of a centimetre.
fn place(shape: &Element) -> (i64, i64) {
    let length = |name: &str| {
        let said = shape.attribute(name).unwrap_or_default();
        let number: String = said.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
        let unit = said.get(number.len()..).unwrap_or_default();
        let millimetres = match unit {
            "cm" => 10.0,
            "in" => 25.4,
            "pt" => 0.353,
            _ => 1.0,
        };
        (number.parse::<f64>().unwrap_or_default() * millimetres) as i64
    };
    (length("y") / 5, length("x"))
}
