//! Lists: the numbers that are printed before paragraphs.

use super::{
    formats::printed,
    look::Look,
    styles::Styles,
    symbols::{Font, is_telling},
    xml::{Tag, Xml},
};
use crate::document::DocumentError;
use std::collections::{HashMap, HashSet};

/// Levels of a list.
const LEVELS: usize = 9;
/// Characters of what is printed before a paragraph, at most.
const LONGEST: usize = 100;

/// Where a paragraph stands in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The list; "0" for none.
    pub(super) list: Option<String>,
    /// Lists around it.
    pub(super) depth: Option<usize>,
    /// The style that says which list it is.
    pub(super) style: Option<String>,
    /// It is said to be in a list, whatever one.
    pub(super) is_said: bool,
}

impl Place {
    /// Reads `numPr`, which was just opened.
    pub(super) fn read(xml: &mut Xml<'_>) -> Result<Self, DocumentError> {
        let within = xml.depth();
        let mut place = Self { is_said: true, ..Self::default() };
        while let Some(tag) = xml.child(within)? {
            match tag.name() {
                "numId" => place.list = tag.value(),
                "ilvl" => place.depth = tag.number().and_then(|depth| usize::try_from(depth).ok()),
                _ => {}
            }
        }
        Ok(place)
    }
}

/// What a paragraph of a list has before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// Lists around it.
    pub(super) depth: usize,
    /// The number or sign; empty for a dot or a dash.
    pub(super) text: String,
    /// Nothing at all is printed.
    pub(super) is_nothing: bool,
}

/// How the paragraphs of a level are numbered.
#[derive(Clone, Debug, Default)]
struct Level {
    start: Option<i64>,
    format: String,
    text: String,
    font: Option<Font>,
    /// After which levels it begins anew: those that are smaller; 0 for none.
    restart: Option<i64>,
    /// The numbers of all levels are printed as plain ones.
    is_legal: bool,
    /// Its paragraphs have this style.
    style: Option<String>,
    is_hidden: bool,
    is_picture: bool,
}

#[derive(Debug, Default)]
struct Scheme {
    levels: [Option<Level>; LEVELS],
    /// The style of lists that describes it instead.
    style: Option<String>,
}

#[derive(Debug, Default)]
struct List {
    scheme: String,
    levels: [Option<Level>; LEVELS],
    starts: [Option<i64>; LEVELS],
}

/// The lists of a document, and how far they are.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    schemes: HashMap<String, Scheme>,
    lists: HashMap<String, List>,
    /// The number of the last paragraph of each level, by scheme.
    counts: HashMap<String, [Option<i64>; LEVELS]>,
    /// Lists and levels whose own start was used.
    started: HashSet<(String, usize)>,
}

impl Numbering {
    /// Reads a part.
    pub(super) fn read(part: &str) -> Result<Self, DocumentError> {
        let mut numbering = Self::default();
        let mut xml = Xml::new(part);
        while let Some(tag) = xml.find(&["abstractNum", "num"])? {
            if tag.name() == "abstractNum" {
                let id = tag.attribute("abstractNumId").unwrap_or_default();
                let scheme = scheme(&mut xml)?;
                numbering.schemes.insert(id, scheme);
            } else {
                let id = tag.attribute("numId").unwrap_or_default();
                let list = list(&mut xml)?;
                numbering.lists.insert(id, list);
            }
        }
        Ok(numbering)
    }

    /// Counts a paragraph; nothing when it is in no list.
    pub(super) fn next(&mut self, place: &Place, styles: &Styles) -> Option<Label> {
        let Some(id) = place.list.as_deref().filter(|list| *list != "0") else {
            let depth = place.depth.unwrap_or_default().min(LEVELS - 1);
            let is_item = place.is_said && place.list.is_none();
            return is_item.then_some(Label { depth, text: String::new(), is_nothing: false });
        };
        let Some((scheme, list)) = self.scheme(id, styles) else {
            let depth = place.depth.unwrap_or_default().min(LEVELS - 1);
            return Some(Label { depth, text: String::new(), is_nothing: false });
        };
        let levels: Vec<Level> = (0..LEVELS).map(|depth| self.level(&scheme, &list, depth)).collect();
        let depth = place.depth.or_else(|| {
            // The scheme says at which level a style is.
            let style = place.style.as_ref()?;
            levels.iter().position(|level| level.style.as_ref() == Some(style))
        });
        let depth = depth.unwrap_or_default().min(LEVELS - 1);
        self.count(&scheme, &list, depth, &levels);
        let counts = self.counts.get(&scheme).copied().unwrap_or_default();
        Some(label(depth, &levels, &counts))
    }

    /// The scheme of a list, and the list that has its own levels and starts.
    fn scheme(&self, id: &str, styles: &Styles) -> Option<(String, String)> {
        let list = self.lists.get(id)?;
        let mut scheme = &list.scheme;
        for _ in 0..4 {
            let Some(style) = self.schemes.get(scheme).and_then(|scheme| scheme.style.as_ref()) else { break };
            let Some(other) = styles.list(style).and_then(|list| self.lists.get(list)) else { break };
            scheme = &other.scheme;
        }
        self.schemes.contains_key(scheme).then(|| (scheme.clone(), id.to_owned()))
    }

    fn level(&self, scheme: &str, list: &str, depth: usize) -> Level {
        let own = self.lists.get(list).and_then(|list| list.levels.get(depth)?.clone());
        let of_scheme = || self.schemes.get(scheme).and_then(|scheme| scheme.levels.get(depth)?.clone());
        own.or_else(of_scheme).unwrap_or_default()
    }

    fn count(&mut self, scheme: &str, list: &str, depth: usize, levels: &[Level]) {
        let own = self.lists.get(list).map(|list| list.starts).unwrap_or_default();
        let counts = self.counts.entry(scheme.to_owned()).or_default();
        let start = |depth: usize| levels.get(depth).and_then(|level| level.start).unwrap_or(1);
        for (place, count) in counts.iter_mut().enumerate().take(depth + 1) {
            let own = own.get(place).copied().flatten();
            let is_first = own.is_some() && self.started.insert((list.to_owned(), place));
            match *count {
                Some(last) if !is_first && place == depth => *count = Some(last.saturating_add(1)),
                Some(_) if !is_first => {}
                // A level above that has no paragraph yet counts as begun.
                _ => *count = Some(own.unwrap_or_else(|| start(place))),
            }
        }
        for (place, count) in counts.iter_mut().enumerate().skip(depth + 1) {
            let restart = levels.get(place).and_then(|level| level.restart);
            let above = i64::try_from(depth + 1).unwrap_or(1);
            if restart.is_none_or(|restart| above <= restart) {
                *count = None;
            }
        }
    }
}

/// The label of a paragraph as it is printed.
fn label(depth: usize, levels: &[Level], counts: &[Option<i64>; LEVELS]) -> Label {
    let Some(level) = levels.get(depth) else { return Label { depth, text: String::new(), is_nothing: true } };
    if level.format == "bullet" || level.is_picture {
        let mut signs = level.text.chars().map(|sign| level.font.map_or(sign, |font| font.sign(sign)));
        let is_word = level.font.is_none() && level.text.chars().filter(|sign| sign.is_alphanumeric()).count() > 1;
        let mut telling = || signs.find(|sign| is_telling(*sign)).map(String::from).unwrap_or_default();
        let text = if is_word { level.text.trim().to_owned() } else { telling() };
        return Label { depth, text, is_nothing: false };
    }
    let mut text = String::new();
    let mut signs = level.text.chars().peekable();
    while let Some(sign) = signs.next() {
        let which = (sign == '%').then(|| signs.next_if(|digit| matches!(digit, '1'..='9'))).flatten();
        let Some(which) = which.and_then(|digit| digit.to_digit(10)).map(|digit| digit as usize - 1) else {
            text.push(sign);
            continue;
        };
        let format = levels.get(which).map_or("decimal", |level| level.format.as_str());
        let format = if level.is_legal { "decimal" } else { format };
        let start = levels.get(which).and_then(|level| level.start).unwrap_or(1);
        if which <= depth {
            text.push_str(&printed(counts.get(which).copied().flatten().unwrap_or(start), format));
        }
    }
    let text = if level.is_hidden { String::new() } else { text.trim().to_owned() };
    Label { depth, is_nothing: text.is_empty(), text }
}

fn scheme(xml: &mut Xml<'_>) -> Result<Scheme, DocumentError> {
    let within = xml.depth();
    let mut scheme = Scheme::default();
    while let Some(tag) = xml.child(within)? {
        match tag.name() {
            "numStyleLink" => scheme.style = tag.value(),
            "lvl" => {
                let depth = tag.attribute("ilvl").and_then(|depth| depth.parse::<usize>().ok());
                let level = level(xml)?;
                if let Some(place) = depth.and_then(|depth| scheme.levels.get_mut(depth)) {
                    *place = Some(level);
                }
            }
            _ => {}
        }
    }
    Ok(scheme)
}

fn list(xml: &mut Xml<'_>) -> Result<List, DocumentError> {
    let within = xml.depth();
    let mut list = List::default();
    while let Some(tag) = xml.child(within)? {
        match tag.name() {
            "abstractNumId" => list.scheme = tag.value().unwrap_or_default(),
            "lvlOverride" => {
                let depth = tag.attribute("ilvl").and_then(|depth| depth.parse::<usize>().ok()).unwrap_or(LEVELS);
                let within = xml.depth();
                while let Some(tag) = xml.child(within)? {
                    match tag.name() {
                        "startOverride" => {
                            if let Some(place) = list.starts.get_mut(depth) {
                                *place = tag.number();
                            }
                        }
                        "lvl" => {
                            let level = level(xml)?;
                            if let Some(place) = list.levels.get_mut(depth) {
                                *place = Some(level);
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(list)
}

fn level(xml: &mut Xml<'_>) -> Result<Level, DocumentError> {
    let within = xml.depth();
    let mut level = Level { format: "decimal".to_owned(), ..Level::default() };
    while let Some(tag) = xml.child(within)? {
        match tag.name() {
            "start" => level.start = tag.number(),
            "numFmt" => level.format = format(&tag),
            "lvlText" => level.text = tag.value().unwrap_or_default().chars().take(LONGEST).collect(),
            "lvlRestart" => level.restart = tag.number(),
            "isLgl" => level.is_legal = tag.is_on(),
            "pStyle" => level.style = tag.value(),
            "lvlPicBulletId" => level.is_picture = true,
            // Word for programs that do not know a format of numbers.
            "AlternateContent" => alternate_format(xml, &mut level)?,
            "rPr" => {
                let look = Look::read(xml)?;
                level.font = look.font();
                level.is_hidden = look.is_hidden();
            }
            _ => {}
        }
    }
    Ok(level)
}

/// The name of a format. "001, 002, …" is written as a custom one.
pub(super) fn format(tag: &Tag<'_>) -> String {
    let custom = tag.attribute("format").filter(|_| tag.value().as_deref() == Some("custom"));
    custom.or_else(|| tag.value()).unwrap_or_default()
}

fn alternate_format(xml: &mut Xml<'_>, level: &mut Level) -> Result<(), DocumentError> {
    let within = xml.depth();
    let mut is_found = false;
    while let Some(tag) = xml.child(within)? {
        if !matches!(tag.name(), "Choice" | "Fallback") || is_found {
            continue;
        }
        let within = xml.depth();
        while let Some(tag) = xml.child(within)? {
            if tag.name() == "numFmt" {
                level.format = format(&tag);
                is_found = true;
            }
        }
    }
    Ok(())
}
