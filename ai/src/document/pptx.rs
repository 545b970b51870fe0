//! PowerPoint files: the slides that are shown, each read as a person looks at it.

mod order;
mod shapes;
mod words;

use super::{
    Block, DocumentError, Extracted,
    package::{Package, Relation},
    xml::Element,
};
use std::collections::HashMap;

/// Slides of a file that are read.
const SLIDES: usize = 2_000;
/// Bytes of text that are kept; more than a source may have is refused afterwards.
const TEXT_BYTES: usize = 4 * types::limits::SOURCE_BYTES;

/// A layout with the master that it is made from.
#[derive(Debug, Default)]
struct Layout {
    layout: Element,
    master: Element,
}

pub(super) fn read(bytes: &[u8]) -> Result<Extracted, DocumentError> {
    let mut package = Package::open(bytes, "PowerPoint file")?;
    let start = package.relations("")?.into_values().find(|relation| relation.kind == "officeDocument");
    let start = start.map_or_else(|| "ppt/presentation.xml".to_owned(), |relation| relation.target);
    let presentation = package.needed(&start)?;
    let relations = package.relations(&start)?;
    let mut layouts: HashMap<String, Layout> = HashMap::new();
    let (mut blocks, mut bytes) = (Vec::new(), 0);
    let entries = presentation.child("sldIdLst").into_iter().flat_map(|list| list.named("sldId"));
    for (number, entry) in (1..).zip(entries.take(SLIDES)) {
        let Some(relation) = entry.related("id").and_then(|id| relations.get(id)) else { continue };
        let Some(slide) = package.tree(&relation.target)? else { continue };
        if slide.attribute("show").is_some_and(|show| !super::xml::is_yes(show)) {
            continue;
        }
        let within = package.relations(&relation.target)?;
        let path = target(&within, "slideLayout").unwrap_or_default();
        if !layouts.contains_key(&path) {
            let layout = layout(&mut package, &path)?;
            layouts.insert(path.clone(), layout);
        }
        let Some(layout) = layouts.get(&path) else { continue };
        let drawings = drawings(&mut package, &slide, &within)?;
        blocks.push(Block::Page(number));
        let said = shapes::slide(&slide, layout, &drawings);
        bytes += super::bytes(&said);
        if bytes > TEXT_BYTES {
            return Err(DocumentError::TooLong);
        }
        blocks.extend(said);
    }
    Ok(Extracted { title: package.title().filter(|title| title != "PowerPoint Presentation"), ..Extracted::of(blocks) })
}

fn target(relations: &HashMap<String, Relation>, kind: &str) -> Option<String> {
    relations.values().find(|relation| relation.kind == kind).map(|relation| relation.target.clone())
}

fn layout(package: &mut Package<'_>, path: &str) -> Result<Layout, DocumentError> {
    let Some(layout) = package.tree(path)? else { return Ok(Layout::default()) };
    let master = target(&package.relations(path)?, "slideMaster");
    let master = master.map_or(Ok(None), |master| package.tree(&master))?.unwrap_or_default();
    Ok(Layout { layout, master })
}

/// What drawings that are kept in parts of their own show, by the ids of their data.
fn drawings(
    package: &mut Package<'_>,
    slide: &Element,
    relations: &HashMap<String, Relation>,
) -> Result<HashMap<String, Element>, DocumentError> {
    let mut found = Vec::new();
    slide.all("relIds", &mut found);
    let mut drawings = HashMap::new();
    for id in found.into_iter().filter_map(|ids| ids.related("dm")) {
        let Some(data) = relations.get(id) else { continue };
        // The drawing of "data3.xml" is "drawing3.xml".
        if let Some(drawing) = package.tree(&data.target.replace("/data", "/drawing"))? {
            drawings.insert(id.to_owned(), drawing);
        }
    }
    Ok(drawings)
}

#[cfg(test)]
mod tests;
