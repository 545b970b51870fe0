//! The elements of an XML file, and the words in them.

use quick_xml::{
    XmlVersion,
    events::{BytesRef, BytesStart, Event},
    reader::Reader,
};

/// Elements and texts of a file at most.
const NODES: usize = 1_500_000;
/// Elements within elements; what is deeper belongs to the last of them.
const DEEPEST: usize = 300;

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its name without the prefix.
    pub(super) name: Box<str>,
    /// With their prefixes.
    attributes: Vec<(Box<str>, Box<str>)>,
    pub(super) children: Vec<Node>,
}

/// What is in an element.
#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    fn of(tag: &BytesStart<'_>) -> Self {
        let attribute = |attribute: quick_xml::events::attributes::Attribute<'_>| {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            Some((attribute.key.into_inner().into(), value.into()))
        };
        let attributes = tag.attributes().flatten().filter_map(attribute).collect();
        Self { name: tag.local_name().into_inner().into(), attributes, children: Vec::new() }
    }

    /// An attribute, preferably without a prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let plain = self.attributes.iter().find(|(key, _)| &**key == name);
        plain.map(|(_, value)| &**value).or_else(|| self.related(name))
    }

    /// An attribute with a prefix.
    pub(super) fn related(&self, name: &str) -> Option<&str> {
        let is_named = |key: &str| key.split_once(':').is_some_and(|(_, local)| local == name);
        self.attributes.iter().find(|(key, _)| is_named(key)).map(|(_, value)| &**value)
    }

    /// A number in an attribute.
    pub(super) fn number<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.attribute(name)?.trim().parse().ok()
    }

    /// Whether an attribute says yes.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.attribute(name).is_some_and(is_yes)
    }

    pub(super) fn is(&self, name: &str) -> bool {
        &*self.name == name
    }

    /// The elements in it.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements of a name in it.
    pub(super) fn named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.elements().filter(move |element| element.is(name))
    }

    /// The first element of a name in it.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.is(name))
    }

    /// The element at the end of a path.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The first element of a name, however deep.
    pub(super) fn find(&self, name: &str) -> Option<&Self> {
        self.elements().find_map(|element| if element.is(name) { Some(element) } else { element.find(name) })
    }

    /// All elements of a name, however deep, but not within each other.
    pub(super) fn all<'e>(&'e self, name: &str, found: &mut Vec<&'e Self>) {
        for element in self.elements() {
            if element.is(name) {
                found.push(element);
            } else {
                element.all(name, found);
            }
        }
    }

    /// All text in it.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.push_text(&mut text);
        text
    }

    fn push_text(&self, text: &mut String) {
        for child in &self.children {
            match child {
                Node::Text(words) => text.push_str(words),
                Node::Element(element) => element.push_text(text),
            }
        }
    }
}

/// Whether a word means yes.
pub(super) fn is_yes(word: &str) -> bool {
    matches!(word, "1" | "true" | "on")
}

/// The outermost element of a file; nothing when it is damaged or too large.
pub(super) fn parse(xml: &str) -> Option<Element> {
    let mut reader = Reader::from_str(xml);
    let (mut open, mut beyond, mut nodes) = (vec![Element::default()], 0_usize, 0_usize);
    loop {
        nodes += 1;
        if nodes > NODES {
            return None;
        }
        match reader.read_event().ok()? {
            Event::Start(_) if open.len() > DEEPEST => beyond += 1,
            Event::Start(tag) => open.push(Element::of(&tag)),
            Event::Empty(tag) => open.last_mut()?.children.push(Node::Element(Element::of(&tag))),
            Event::End(_) if beyond > 0 => beyond -= 1,
            Event::End(_) => {
                let element = open.pop()?;
                open.last_mut()?.children.push(Node::Element(element));
            }
            Event::Text(text) => push(open.last_mut()?, |words| words.push_str(&text)),
            Event::CData(text) => push(open.last_mut()?, |words| words.push_str(&text)),
            Event::GeneralRef(entity) => push(open.last_mut()?, |words| push_entity(words, &entity)),
            Event::Eof => break,
            _ => {}
        }
    }
    let root = open.into_iter().next()?;
    root.children.into_iter().find_map(|child| match child {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    })
}

fn push(element: &mut Element, add: impl FnOnce(&mut String)) {
    if !matches!(element.children.last(), Some(Node::Text(_))) {
        element.children.push(Node::Text(String::new()));
    }
    if let Some(Node::Text(words)) = element.children.last_mut() {
        add(words);
    }
}

/// Adds what an entity stands for.
pub(super) fn push_entity(words: &mut String, entity: &BytesRef<'_>) {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        words.push(character);
        return;
    }
    let known = match &**entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        // Others would have to be declared in the file; no program does.
        _ => return,
    };
    words.push(known);
}

/// Adds raised or lowered words, so that they never join a number.
pub(super) fn push_raised(words: &mut String, raised: &str, is_lowered: bool) {
    let follows_letter = words.ends_with(char::is_alphabetic);
    match raised.trim() {
        "" => {}
        "2" if follows_letter && !is_lowered => words.push('²'),
        "3" if follows_letter && !is_lowered => words.push('³'),
        raised if follows_letter && is_lowered => words.push_str(raised),
        raised => words.push_str(&format!(" {raised} ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_with_their_words() {
        let tree =
            parse("<?xml version='1.0'?><a:r x='1' b:x='2'><p>A &amp; <b>B</b></p><p>&#8364;<![CDATA[<]]></p></a:r>")
                .unwrap();
        assert_eq!((tree.attribute("x"), tree.related("x"), tree.number("x")), (Some("1"), Some("2"), Some(1)));
        assert_eq!(tree.named("p").map(Element::text).collect::<Vec<_>>(), ["A & B", "€<"]);
        assert!(parse("<a><b></a>").is_none());
        assert!(parse("").is_none());
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{}x{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert_eq!(parse(&deep).unwrap().text(), "x");
    }

    #[test]
    fn raised_words_join_no_number() {
        let said = |before: &str, raised: &str, is_lowered| {
            let mut words = before.to_owned();
            push_raised(&mut words, raised, is_lowered);
            words
        };
        assert_eq!(said("12", "99", false), "12 99 ");
        assert_eq!(said("5 m", "2", false), "5 m²");
        assert_eq!(said("H", "2", true), "H2");
    }
}
