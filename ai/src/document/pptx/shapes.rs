//! The shapes of a slide: where they are, and what they say.

use super::{
    Layout,
    order::{Area, sorted},
    words,
};
use crate::document::{Block, clean, one_line, xml::Element};
use std::collections::HashMap;

/// Columns of a table at most.
const COLUMNS: usize = 500;

/// What a slide is made of.
struct Slide<'s> {
    layout: &'s Layout,
    drawings: &'s HashMap<String, Element>,
}

/// What a slide says: its title, then its shapes in the order of reading.
pub(super) fn slide(slide: &Element, layout: &Layout, drawings: &HashMap<String, Element>) -> Vec<Block> {
    let Some(tree) = slide.at(&["cSld", "spTree"]) else { return Vec::new() };
    let slide = Slide { layout, drawings };
    let is_title = |shape: &&Element| matches!(kind(shape), Some("title" | "ctrTitle"));
    let title = tree.named("sp").find(is_title).map(|title| one_line(&words::plain(title))).unwrap_or_default();
    let mut blocks = Vec::new();
    if !title.is_empty() {
        blocks.push(Block::heading(1, &title));
    }
    let others: Vec<&Element> =
        tree.elements().filter(|shape| title.is_empty() || !(shape.is("sp") && is_title(shape))).collect();
    blocks.extend(slide.shapes(&others));
    blocks
}

impl Slide<'_> {
    fn shapes(&self, shapes: &[&Element]) -> Vec<Block> {
        let mut placed = Vec::new();
        for shape in shapes.iter().flat_map(|shape| chosen(shape)) {
            let said = self.shape(shape);
            if !said.is_empty() {
                placed.push((self.area(shape), said));
            }
        }
        sorted(placed).into_iter().flatten().collect()
    }

    fn shape(&self, shape: &Element) -> Vec<Block> {
        let is_hidden = shape.elements().any(|part| part.child("cNvPr").is_some_and(|names| names.is_on("hidden")));
        if is_hidden || matches!(kind(shape), Some("dt" | "ftr" | "sldNum" | "hdr")) {
            return Vec::new();
        }
        match &*shape.name {
            "sp" => {
                let held = self.placeholders(shape);
                let style = shape.child("txBody").and_then(|body| body.child("lstStyle"));
                let inherited = held.iter().filter_map(|held| held.at(&["txBody", "lstStyle"]));
                let of_master = self.layout.master.child("txStyles").and_then(|styles| styles.child(styles_of(shape)?));
                let chain: Vec<&Element> = style.into_iter().chain(inherited).chain(of_master).collect();
                shape.child("txBody").map(|body| words::blocks(body, &chain)).unwrap_or_default()
            }
            "grpSp" => self.shapes(&shape.elements().collect::<Vec<_>>()),
            "graphicFrame" => {
                let data = shape.at(&["graphic", "graphicData"]);
                if let Some(table) = data.and_then(|data| data.child("tbl")) {
                    return vec![self::table(table)];
                }
                let drawing =
                    data.and_then(|data| data.child("relIds")?.related("dm")).and_then(|id| self.drawings.get(id));
                let Some(tree) = drawing.and_then(|drawing| drawing.child("spTree")) else { return Vec::new() };
                self.shapes(&tree.elements().collect::<Vec<_>>())
            }
            _ => Vec::new(),
        }
    }

    /// Where a shape is, which a placeholder may leave to its layout.
    fn area(&self, shape: &Element) -> Area {
        let frame = |shape: &Element| {
            let frame = shape.child("xfrm").or_else(|| shape.elements().find_map(|part| part.child("xfrm")))?;
            let (at, size) = (frame.child("off")?, frame.child("ext")?);
            Some(Area {
                left: at.number("x")?,
                top: at.number("y")?,
                width: size.number("cx")?,
                height: size.number("cy")?,
            })
        };
        frame(shape).or_else(|| self.placeholders(shape).into_iter().find_map(frame)).unwrap_or_default()
    }

    /// What a placeholder is made from, in the layout and in the master.
    fn placeholders(&self, shape: &Element) -> Vec<&Element> {
        let Some(own) = placeholder(shape) else { return Vec::new() };
        let (kind, index) = (own.attribute("type").unwrap_or("obj"), own.attribute("idx"));
        let of_layout = named(&self.layout.layout, |held| {
            if index.is_some() {
                held.attribute("idx") == index
            } else {
                held.attribute("type") == own.attribute("type")
            }
        });
        let general = match kind {
            "ctrTitle" | "title" => "title",
            "subTitle" | "obj" | "body" => "body",
            other => other,
        };
        let of_master = named(&self.layout.master, |held| held.attribute("type") == Some(general));
        of_layout.into_iter().chain(of_master).collect()
    }
}

fn named(part: &Element, is_meant: impl Fn(&Element) -> bool) -> Option<&Element> {
    let tree = part.at(&["cSld", "spTree"])?;
    tree.named("sp").find(|shape| placeholder(shape).is_some_and(&is_meant))
}

/// A shape, or that of several versions of it that is read.
fn chosen(shape: &Element) -> Vec<&Element> {
    if !shape.is("AlternateContent") {
        return vec![shape];
    }
    let version = shape.child("Choice").or_else(|| shape.child("Fallback"));
    version.into_iter().flat_map(Element::elements).collect()
}

fn placeholder(shape: &Element) -> Option<&Element> {
    shape.elements().find_map(|part| part.at(&["nvPr", "ph"]))
}

/// What a placeholder is there for.
fn kind(shape: &Element) -> Option<&str> {
    placeholder(shape).map(|held| held.attribute("type").unwrap_or("obj"))
}

/// Where the master keeps the styles of a shape's text.
fn styles_of(shape: &Element) -> Option<&'static str> {
    Some(match kind(shape)? {
        "title" | "ctrTitle" => "titleStyle",
        "body" | "obj" | "subTitle" => "bodyStyle",
        _ => "otherStyle",
    })
}

fn table(table: &Element) -> Block {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in table.named("tr") {
        let mut cells: Vec<String> = Vec::new();
        for cell in row.named("tc").take(COLUMNS) {
            // What is merged stands in each cell that it reaches.
            let text = if cell.is_on("hMerge") {
                cells.last().cloned().unwrap_or_default()
            } else if cell.is_on("vMerge") {
                rows.last().and_then(|above| above.get(cells.len())).cloned().unwrap_or_default()
            } else {
                clean(&words::plain(cell))
            };
            cells.push(text);
        }
        rows.push(cells);
    }
    let has_header = rows.len() > 1 && table.child("tblPr").is_some_and(|properties| properties.is_on("firstRow"));
    let header = if has_header { rows.remove(0).iter().map(|cell| one_line(cell)).collect() } else { Vec::new() };
    Block::Table { caption: String::new(), header, rows }
}
