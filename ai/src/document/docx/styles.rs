//! Styles: what a paragraph, words and a table are by the name that their look has.

use super::{look::Look, numbering::Place, xml::Xml};
use crate::document::DocumentError;
use std::collections::HashMap;

/// Styles that one is based on, through others.
const CHAIN: usize = 30;

/// What a style's name says that its paragraphs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A heading of a level from 1.
    Heading(usize),
    /// Somebody else's words.
    Quote,
    /// Lines that are kept as they are.
    Code,
    /// The words at a picture or a table.
    Caption,
}

/// A style, with all that it has of those that it is based on.
#[derive(Clone, Debug, Default)]
pub(super) struct Style {
    based_on: Option<String>,
    /// What its paragraphs are.
    pub(super) role: Option<Role>,
    /// The numbers of its paragraphs.
    pub(super) place: Place,
    /// How its words look.
    pub(super) look: Look,
    /// The first row of its tables looks like the names of columns.
    pub(super) has_header: bool,
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    /// What paragraphs and tables without a style have.
    paragraph: Option<String>,
    table: Option<String>,
}

impl Styles {
    /// Reads a part.
    pub(super) fn read(part: &str) -> Result<Self, DocumentError> {
        let mut styles = Self::default();
        let mut xml = Xml::new(part);
        while let Some(tag) = xml.find(&["style"])? {
            let id = tag.attribute("styleId").unwrap_or_default();
            if tag.attribute("default").is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on")) {
                match tag.attribute("type").as_deref() {
                    Some("paragraph") => styles.paragraph = Some(id.clone()),
                    Some("table") => styles.table = Some(id.clone()),
                    _ => {}
                }
            }
            let style = style(&mut xml)?;
            styles.styles.insert(id, style);
        }
        let ids: Vec<String> = styles.styles.keys().cloned().collect();
        let whole: HashMap<String, Style> = ids.into_iter().map(|id| (id.clone(), styles.whole(&id))).collect();
        styles.styles = whole;
        Ok(styles)
    }

    /// A style of a paragraph; that of all others when it has none.
    pub(super) fn paragraph(&self, id: Option<&str>) -> Style {
        self.find(id, self.paragraph.as_deref())
    }

    /// A style of words.
    pub(super) fn words(&self, id: &str) -> Look {
        self.styles.get(id).map(|style| style.look).unwrap_or_default()
    }

    /// A style of a table.
    pub(super) fn table(&self, id: Option<&str>) -> Style {
        self.find(id, self.table.as_deref())
    }

    /// The list that a style of lists stands for.
    pub(super) fn list(&self, id: &str) -> Option<&str> {
        self.styles.get(id)?.place.list.as_deref()
    }

    fn find(&self, id: Option<&str>, other: Option<&str>) -> Style {
        // A style that nobody described is as none.
        let found = id.and_then(|id| self.styles.get(id)).or_else(|| self.styles.get(other?));
        found.cloned().unwrap_or_default()
    }

    /// A style with what it has of others.
    fn whole(&self, id: &str) -> Style {
        let mut whole = self.styles.get(id).cloned().unwrap_or_default();
        whole.place.style = whole.place.list.is_some().then(|| id.to_owned());
        let mut next = whole.based_on.clone();
        for _ in 0..CHAIN {
            let Some((id, under)) = next.as_deref().and_then(|id| self.styles.get_key_value(id)) else { break };
            whole.role = whole.role.or(under.role);
            whole.look = whole.look.over(under.look);
            whole.has_header |= under.has_header;
            if whole.place.list.is_none() {
                whole.place.depth = whole.place.depth.or(under.place.depth);
                whole.place.list.clone_from(&under.place.list);
                whole.place.style = under.place.list.is_some().then(|| id.clone());
            }
            next = under.based_on.clone();
        }
        whole
    }
}

fn style(xml: &mut Xml<'_>) -> Result<Style, DocumentError> {
    let within = xml.depth();
    let mut style = Style::default();
    let mut outline = None;
    while let Some(tag) = xml.child(within)? {
        match tag.name() {
            "name" => style.role = role(&tag.value().unwrap_or_default()),
            "basedOn" => style.based_on = tag.value(),
            "rPr" => style.look = Look::read(xml)?,
            "pPr" => {
                let within = xml.depth();
                while let Some(tag) = xml.child(within)? {
                    match tag.name() {
                        "outlineLvl" => outline = level(tag.number()),
                        "numPr" => style.place = Place::read(xml)?,
                        _ => {}
                    }
                }
            }
            "tblStylePr" if tag.attribute("type").as_deref() == Some("firstRow") => {
                let within = xml.depth();
                while let Some(tag) = xml.child(within)? {
                    style.has_header |= match tag.name() {
                        "rPr" => Look::read(xml)?.is_bold(),
                        "tcPr" => is_shaded(xml)?,
                        _ => false,
                    };
                }
            }
            _ => {}
        }
    }
    style.role = style.role.or(outline.map(Role::Heading));
    Ok(style)
}

/// Whether `tcPr`, which was just opened, gives its cells a background.
fn is_shaded(xml: &mut Xml<'_>) -> Result<bool, DocumentError> {
    let within = xml.depth();
    let mut is_shaded = false;
    while let Some(tag) = xml.child(within)? {
        is_shaded |= tag.name() == "shd" && tag.attribute("fill").is_some_and(|fill| fill != "auto");
    }
    Ok(is_shaded)
}

/// The level of a heading by its place in the outline, of which the last one stands for ordinary text.
pub(super) fn level(outline: Option<i64>) -> Option<usize> {
    outline.and_then(|level| usize::try_from(level).ok()).filter(|level| *level < 9).map(|level| level + 1)
}

/// What a style is by its name, which is the same in every language when Word made the style.
fn role(name: &str) -> Option<Role> {
    let name = name.trim().to_lowercase();
    match name.as_str() {
        "title" => Some(Role::Heading(1)),
        "quote" | "intense quote" | "block text" => Some(Role::Quote),
        "source code" | "html preformatted" | "preformatted text" | "macro" | "macro text" => Some(Role::Code),
        "caption" | "image caption" | "table caption" => Some(Role::Caption),
        name => {
            let level = name.strip_prefix("heading ")?.trim().parse().ok()?;
            (1..=9).contains(&level).then_some(Role::Heading(level))
        }
    }
}
