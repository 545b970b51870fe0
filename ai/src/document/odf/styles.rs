//! What the styles of an OpenDocument say of words: hidden, raised, a heading, a list.

use crate::document::xml::Element;
use std::collections::HashMap;

/// Styles above each other that are followed.
const ABOVE: usize = 20;

/// Levels of lists by the names of their styles, and what other styles say.
#[derive(Debug, Default)]
pub(super) struct Styles<'e> {
    styles: HashMap<&'e str, Style<'e>>,
    lists: HashMap<&'e str, Vec<Level<'e>>>,
    /// Numbers of headings.
    pub(super) outline: Vec<Level<'e>>,
}

#[derive(Debug, Default)]
struct Style<'e> {
    parent: Option<&'e str>,
    list: Option<&'e str>,
    is_hidden: bool,
    is_bold: Option<bool>,
    /// "super", "sub", or a share of the height of a line.
    position: Option<&'e str>,
}

/// How the items of one level are marked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Level<'e> {
    /// "1", "a", "A", "i" or "I"; empty for signs.
    pub(super) format: &'e str,
    pub(super) before: &'e str,
    pub(super) after: &'e str,
    pub(super) start: i64,
    /// Levels whose numbers are printed.
    pub(super) shown: usize,
}

impl<'e> Styles<'e> {
    /// The styles of some files; later ones go before.
    pub(super) fn of(files: impl Iterator<Item = &'e Element>) -> Self {
        let mut styles = Self::default();
        for part in
            files.flat_map(Element::elements).filter(|part| matches!(&*part.name, "styles" | "automatic-styles"))
        {
            for style in part.elements() {
                let Some(name) = style.attribute("name") else {
                    if style.is("outline-style") {
                        styles.outline = levels(style);
                    }
                    continue;
                };
                match &*style.name {
                    "style" => drop(styles.styles.insert(name, Style::of(style))),
                    "list-style" => drop(styles.lists.insert(name, levels(style))),
                    "outline-style" => styles.outline = levels(style),
                    _ => {}
                }
            }
        }
        styles
    }

    /// What a style or one above it says.
    fn say<T>(&self, name: Option<&str>, said: impl Fn(&Style<'e>) -> Option<T>) -> Option<T> {
        let first = self.styles.get(name?);
        let mut above = std::iter::successors(first, |style| self.styles.get(style.parent?));
        above.by_ref().take(ABOVE).find_map(said)
    }

    pub(super) fn is_hidden(&self, name: Option<&str>) -> bool {
        self.say(name, |style| style.is_hidden.then_some(())).is_some()
    }

    pub(super) fn is_bold(&self, name: Option<&str>) -> bool {
        self.say(name, |style| style.is_bold).unwrap_or_default()
    }

    /// Whether words are raised or lowered; true for lowered ones.
    pub(super) fn raised(&self, name: Option<&str>) -> Option<bool> {
        let position = self.say(name, |style| style.position)?;
        let place = position.split(' ').next()?;
        match place {
            "super" => Some(false),
            "sub" => Some(true),
            share => match share.strip_suffix('%')?.parse::<f64>().ok()? {
                share if share > 5.0 => Some(false),
                share if share < -5.0 => Some(true),
                _ => None,
            },
        }
    }

    /// The style of lists that a style of paragraphs belongs to.
    pub(super) fn list_of(&self, name: Option<&str>) -> Option<&'e str> {
        self.say(name, |style| style.list)
    }

    pub(super) fn levels(&self, list: &str) -> &[Level<'e>] {
        self.lists.get(list).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a style is, or comes from, one of a name.
    pub(super) fn comes_from(&self, name: Option<&str>, wanted: &str) -> bool {
        name == Some(wanted) || self.say(name, |style| (style.parent == Some(wanted)).then_some(())).is_some()
    }
}

impl<'e> Style<'e> {
    fn of(style: &'e Element) -> Self {
        let text = style.child("text-properties");
        let hides = |element: Option<&Element>, name: &str, value: &str| {
            element.and_then(|element| element.attribute(name)).is_some_and(|said| said == value)
        };
        let is_hidden = hides(text, "display", "none")
            || hides(style.child("table-properties"), "display", "false")
            || hides(style.child("drawing-page-properties"), "visibility", "hidden");
        Self {
            parent: style.attribute("parent-style-name"),
            list: style.attribute("list-style-name").filter(|list| !list.is_empty()),
            is_hidden,
            is_bold: text
                .and_then(|text| text.attribute("font-weight"))
                .map(|weight| !matches!(weight, "normal" | "400")),
            position: text.and_then(|text| text.attribute("text-position")),
        }
    }
}

fn levels(style: &Element) -> Vec<Level<'_>> {
    let mut levels = Vec::new();
    for level in style.elements() {
        let place = level.number::<usize>("level").unwrap_or_default();
        if !(1..=20).contains(&place) {
            continue;
        }
        if levels.len() < place {
            levels.resize(place, Level { start: 1, shown: 1, ..Level::default() });
        }
        if let Some(held) = levels.get_mut(place - 1) {
            *held = Level {
                format: level.attribute("num-format").unwrap_or_default(),
                before: level.attribute("num-prefix").unwrap_or_default(),
                after: level.attribute("num-suffix").unwrap_or_default(),
                start: level.number("start-value").unwrap_or(1),
                shown: level.number("display-levels").unwrap_or(1),
            };
        }
    }
    levels
}
