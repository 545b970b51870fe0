//! All pages as one text.

use super::{
    columns::{self, Item, Part},
    grid,
    headings::{Outline, Sizes},
    hyphens,
    page::Sheet,
    paragraphs::{Frame, Writer},
    script::Way,
    segments::Segment,
};
use crate::document::Block;

/// What the pages say.
pub(super) fn blocks(sheets: &[Sheet], outline: &Outline) -> Vec<Block> {
    let known = hyphens::Known::of(sheets);
    let sizes = Sizes::of(sheets);
    let mut writer = Writer::new(&sizes, outline, &known);
    for sheet in sheets {
        if sheet.segments.is_empty() && sheet.aside.is_empty() {
            continue;
        }
        writer.page(sheet.number);
        let mut segments = sheet.segments.clone();
        let over = take_over(&mut segments, &sizes);
        let tables = grid::take(&mut segments, &sheet.rules, &known);
        let is_leftward = is_leftward(&segments);
        let frame = Frame::of(sheet, &segments);
        let items = segments
            .into_iter()
            .map(Item::Segment)
            .chain(tables.into_iter().map(|(area, block)| Item::Table(area, block)));
        for part in columns::order(items.collect(), is_leftward, &sheet.rules, &known) {
            match part {
                Part::Table(block) => writer.block(block),
                Part::Items(items) => {
                    for (label, text) in items {
                        writer.block(Block::item(0, &super::labels::printed(&label), &text));
                    }
                }
                Part::Lines(lines) => writer.lines(lines, &frame),
            }
        }
        for segment in sheet.aside.iter().chain(&over) {
            writer.block(Block::paragraph(&segment.text));
        }
    }
    writer.end()
}

fn is_leftward(segments: &[Segment]) -> bool {
    let count = |way: Way| segments.iter().filter(|segment| Way::of(&segment.text) == way).count();
    count(Way::Left) > count(Way::Right)
}

/// Takes out large text that lies over other text: it is a stamp, or a sign of water.
fn take_over(segments: &mut Vec<Segment>, sizes: &Sizes) -> Vec<Segment> {
    let large = |segment: &Segment| segment.size > 2.5 * sizes.body;
    if !segments.iter().any(large) {
        return Vec::new();
    }
    let covers = |segment: &Segment| {
        let body = segment.body();
        let under = segments.iter().filter(|other| !large(other) && body.holds(other.body().middle(), 0.0));
        under.count() >= 2
    };
    let over: Vec<bool> = segments.iter().map(|segment| large(segment) && covers(segment)).collect();
    let mut taken = Vec::new();
    let mut over = over.into_iter();
    segments.retain(|segment| {
        let is_over = over.next().unwrap_or(false);
        if is_over {
            taken.push(segment.clone());
        }
        !is_over
    });
    taken
}
