//! The paragraphs of a shape: their words, and the signs and numbers before them.

use crate::document::{
    Block,
    numbers::numbered,
    xml::{self, Element},
};

/// The paragraphs of a shape. `styles` say how its levels are marked, the nearest first.
pub(super) fn blocks(body: &Element, styles: &[&Element]) -> Vec<Block> {
    let mut blocks = Vec::new();
    // The numbers that were reached, by level.
    let mut numbers: Vec<Option<(String, i64)>> = Vec::new();
    for paragraph in body.named("p") {
        let text = self::text(paragraph);
        if text.trim().is_empty() {
            continue;
        }
        let own = paragraph.child("pPr");
        let level = own.and_then(|own| own.number::<usize>("lvl")).unwrap_or_default().min(8);
        let name = format!("lvl{}pPr", level + 1);
        let levels = own.into_iter().chain(styles.iter().filter_map(|style| style.child(&name)));
        let mark = levels
            .flat_map(Element::elements)
            .find(|part| matches!(&*part.name, "buNone" | "buChar" | "buAutoNum" | "buBlip"));
        numbers.truncate(level + 1);
        numbers.resize(level + 1, None);
        let counted = numbers.get_mut(level);
        match mark.filter(|mark| !mark.is("buNone")) {
            Some(mark) if mark.is("buAutoNum") => {
                let kind = mark.attribute("type").unwrap_or("arabicPeriod").to_owned();
                let start = mark.number("startAt").unwrap_or(1);
                let number = match counted.as_deref() {
                    Some(Some((before, number))) if *before == kind => number.saturating_add(1),
                    _ => start,
                };
                blocks.push(Block::item(level, &label(number, &kind), &text));
                if let Some(counted) = counted {
                    *counted = Some((kind, number));
                }
            }
            mark => {
                if let Some(counted) = counted {
                    *counted = None;
                }
                blocks.push(if mark.is_some() { Block::item(level, "", &text) } else { Block::paragraph(&text) });
            }
        }
    }
    blocks
}

/// All words of a shape or a cell, in lines.
pub(super) fn plain(shape: &Element) -> String {
    let body = shape.child("txBody");
    body.into_iter().flat_map(|body| body.named("p")).map(text).collect::<Vec<_>>().join("\n")
}

fn text(paragraph: &Element) -> String {
    let mut text = String::new();
    for run in paragraph.elements() {
        let said = || run.child("t").map(Element::text).unwrap_or_default();
        match &*run.name {
            "r" => {
                let raised = run.child("rPr").and_then(|font| font.number::<i64>("baseline")).unwrap_or_default();
                if raised == 0 {
                    text.push_str(&said());
                } else {
                    xml::push_raised(&mut text, &said(), raised < 0);
                }
            }
            "br" => text.push('\n'),
            // The number of the slide says nothing.
            "fld" if run.attribute("type") != Some("slidenum") => text.push_str(&said()),
            "m" | "AlternateContent" => text.push_str(&run.text()),
            _ => {}
        }
    }
    text.replace('\u{b}', "\n")
}

/// A number as PowerPoint prints it, as in "alphaLcParenR".
fn label(number: i64, kind: &str) -> String {
    let form = match kind {
        kind if kind.starts_with("alphaLc") => 'a',
        kind if kind.starts_with("alphaUc") => 'A',
        kind if kind.starts_with("romanLc") => 'i',
        kind if kind.starts_with("romanUc") => 'I',
        _ => '1',
    };
    let number = numbered(number, form);
    let number = number.trim_end_matches('.');
    match kind {
        kind if kind.ends_with("ParenBoth") => format!("({number})"),
        kind if kind.ends_with("ParenR") => format!("{number})"),
        kind if kind.ends_with("Plain") => number.to_owned(),
        _ => format!("{number}."),
    }
}
