//! From the elements of a page to blocks.

use super::{seen::Unseen, tables};
use crate::document::{
    Block, clean,
    line::{self, Raised, Said},
    numbers::numbered,
};
use dom_query::NodeRef;

/// Elements within elements that are followed; the words of deeper ones are read without their marks.
const DEEPEST: usize = 400;

/// What some elements say.
pub(super) fn blocks(nodes: &[NodeRef<'_>], unseen: &Unseen) -> Vec<Block> {
    let mut walker = Walker { unseen, blocks: Vec::new(), words: String::new(), within: Vec::new(), item: None };
    for node in nodes {
        walker.children(node, 0);
        walker.end_block();
    }
    walker.blocks
}

/// What the words that are being read belong to.
#[derive(Debug)]
enum Within {
    Heading(usize),
    Quote,
    Code,
    Caption,
    /// A list, with the number of its next item when it has numbers.
    List(Option<Numbers>),
}

#[derive(Debug)]
struct Numbers {
    next: i64,
    step: i64,
    kind: char,
}

struct Walker<'u> {
    unseen: &'u Unseen,
    blocks: Vec<Block>,
    words: String,
    within: Vec<Within>,
    /// The label of an item of which nothing was written yet.
    item: Option<String>,
}

impl Walker<'_> {
    fn children(&mut self, node: &NodeRef<'_>, depth: usize) {
        for child in node.children_it(false) {
            if child.is_text() {
                self.text(&child.text());
            } else if child.is_element() && depth < DEEPEST {
                self.element(&child, depth + 1);
            } else if child.is_element() {
                self.text(&child.text());
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.within.iter().any(|within| matches!(within, Within::Code)) {
            self.words.push_str(text);
            return;
        }
        // Line ends of the source are spaces; those that are seen are marked.
        let mut is_space = self.words.ends_with([' ', '\n']) || self.words.is_empty();
        for character in text.chars() {
            if matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                if !is_space {
                    self.words.push(' ');
                }
                is_space = true;
            } else {
                self.words.push(character);
                is_space = false;
            }
        }
    }

    fn element(&mut self, node: &NodeRef<'_>, depth: usize) {
        let name = node.node_name().unwrap_or_default();
        if self.unseen.is_left_out(node, &name) {
            return;
        }
        match &*name {
            "br" => self.words.push('\n'),
            "hr" => self.end_block(),
            "wbr" => {}
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.bytes().nth(1).map_or(6, |digit| usize::from(digit - b'0'));
                self.inside(Within::Heading(level), node, depth);
            }
            "summary" | "legend" => self.inside(Within::Heading(4), node, depth),
            "button" => self.button(node, depth),
            "blockquote" => self.inside(Within::Quote, node, depth),
            "pre" | "listing" => self.inside(Within::Code, node, depth),
            "figcaption" => self.inside(Within::Caption, node, depth),
            "ul" | "menu" | "dir" => self.inside(Within::List(None), node, depth),
            "ol" => self.inside(Within::List(Some(numbers(node))), node, depth),
            "li" => self.list_item(node, depth),
            "dl" => self.terms(node, depth),
            "table" => self.table(node, depth),
            "sup" | "sub" => self.raised(node, depth),
            "del" | "s" | "strike" => self.around("(", node, ")", depth),
            "q" => self.around("“", node, "”", depth),
            "a" => self.link(node, depth),
            _ if is_inline(&name) => self.children(node, depth),
            // An item, a cell and a heading keep their words on one line.
            _ => {
                self.end_block();
                self.children(node, depth);
                self.end_block();
            }
        }
    }

    fn inside(&mut self, within: Within, node: &NodeRef<'_>, depth: usize) {
        self.end_block();
        self.within.push(within);
        self.children(node, depth);
        self.end_block();
        self.within.pop();
    }

    /// A button that unfolds a text is its heading; any other one is there to be pressed.
    fn button(&mut self, node: &NodeRef<'_>, depth: usize) {
        let unfolds =
            ["aria-expanded", "aria-controls", "data-target", "data-bs-target"].iter().any(|name| node.has_attr(name));
        let class = node.class().unwrap_or_default().to_lowercase();
        if !unfolds && !["accordion", "faq", "question", "collaps"].iter().any(|part| class.contains(part)) {
            return;
        }
        if self.within.iter().any(|within| matches!(within, Within::Heading(_))) {
            self.children(node, depth);
        } else {
            self.inside(Within::Heading(4), node, depth);
        }
    }

    fn list_item(&mut self, node: &NodeRef<'_>, depth: usize) {
        self.end_block();
        let lists = self.within.iter_mut().rev().find_map(|within| match within {
            Within::List(numbers) => Some(numbers),
            _ => None,
        });
        let label = match lists {
            Some(Some(numbers)) => {
                if let Some(value) = node.attr("value").and_then(|value| value.trim().parse().ok()) {
                    numbers.next = value;
                }
                let label = numbered(numbers.next, numbers.kind);
                numbers.next = numbers.next.saturating_add(numbers.step);
                label
            }
            _ => String::new(),
        };
        self.item = Some(label);
        self.children(node, depth);
        self.end_block();
        self.item = None;
    }

    /// Terms with their meaning: a short one before it, as in "Phone: 123"; a question as a heading over it.
    fn terms(&mut self, node: &NodeRef<'_>, depth: usize) {
        self.end_block();
        let mut term = String::new();
        // Those of lists within it are read with the words around them.
        let is_own = |child: &NodeRef<'_>| {
            let mut above = std::iter::successors(child.parent(), NodeRef::parent);
            above.find(|above| is_of_terms(above)).is_some_and(|above| above.id == node.id)
        };
        for child in node.descendants_it().filter(|node| node.has_name("dt") || node.has_name("dd")) {
            if !is_own(&child) {
                continue;
            }
            let name = child.node_name().unwrap_or_default();
            if self.unseen.is_left_out(&child, &name) {
                continue;
            }
            let said = self.aside(&child, depth);
            if &*name == "dt" {
                self.push_term(&std::mem::take(&mut term));
                term = said.iter().map(Block::text).collect::<Vec<_>>().join(" ");
            } else if let [Block::Paragraph(text)] = &said[..]
                && !term.is_empty()
                && !term.contains('?')
                && term.chars().count() <= 60
            {
                let between = if term.ends_with(':') { " " } else { ": " };
                self.push(Block::paragraph(&format!("{term}{between}{text}")));
                term.clear();
            } else {
                self.push(Block::heading(4, &std::mem::take(&mut term)));
                said.into_iter().for_each(|block| self.push(block));
            }
        }
        self.push_term(&term);
    }

    fn push_term(&mut self, term: &str) {
        if !term.is_empty() {
            self.push(Block::paragraph(term));
        }
    }

    fn table(&mut self, node: &NodeRef<'_>, depth: usize) {
        self.end_block();
        match tables::read(node, self.unseen, |cell| self.aside(cell, depth)) {
            Some(table) => self.push(table),
            None => {
                // It is there for the layout.
                for cell in tables::cells(node) {
                    self.children(&cell, depth + 1);
                    self.end_block();
                }
            }
        }
    }

    /// What an element says for itself.
    fn aside(&self, node: &NodeRef<'_>, depth: usize) -> Vec<Block> {
        let mut walker =
            Walker { unseen: self.unseen, blocks: Vec::new(), words: String::new(), within: Vec::new(), item: None };
        walker.children(node, depth + 1);
        walker.end_block();
        walker.blocks
    }

    /// Raised and lowered words never join a number.
    fn raised(&mut self, node: &NodeRef<'_>, depth: usize) {
        let place = if node.has_name("sup") { Raised::Up } else { Raised::Down };
        match line::raised(&self.words, &node.text(), place) {
            Said::As(sign) => self.words.push_str(sign),
            Said::Joined => self.children(node, depth),
            Said::Apart => self.around(" ", node, " ", depth),
        }
    }

    fn around(&mut self, before: &str, node: &NodeRef<'_>, after: &str, depth: usize) {
        if node.text().trim().is_empty() {
            return;
        }
        self.words.push_str(before);
        self.children(node, depth);
        self.words.push_str(after);
    }

    fn link(&mut self, node: &NodeRef<'_>, depth: usize) {
        let begin = self.words.len();
        self.children(node, depth);
        let href = node.attr("href").unwrap_or_default();
        let seen = self.words.get(begin..).unwrap_or_default();
        if let Some(address) = line::unsaid(&href, seen) {
            self.words.push_str(&format!(" ({address})"));
        }
    }

    fn push(&mut self, block: Block) {
        if !block.is_empty() {
            self.blocks.push(block);
        }
    }

    fn end_block(&mut self) {
        let words = std::mem::take(&mut self.words);
        if words.trim().is_empty() {
            return;
        }
        let lists = self.within.iter().filter(|within| matches!(within, Within::List(_))).count();
        let block = match self.within.last() {
            Some(Within::Heading(level)) => Block::heading(*level, &words),
            Some(Within::Code) => Block::Code(words.trim_end().to_owned()),
            Some(Within::Caption) => Block::Caption(clean(&words)),
            _ => match self.item.take() {
                Some(label) => Block::item(lists.saturating_sub(1), &label, &words),
                None if matches!(self.within.last(), Some(Within::Quote)) => Block::Quote(clean(&words)),
                None => Block::paragraph(&words),
            },
        };
        self.push(block);
    }
}

fn is_of_terms(node: &NodeRef<'_>) -> bool {
    ["dl", "dt", "dd"].iter().any(|name| node.has_name(name))
}

fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "meter"
            | "nobr"
            | "output"
            | "progress"
            | "ruby"
            | "rb"
            | "rt"
            | "rp"
            | "samp"
            | "slot"
            | "small"
            | "span"
            | "strong"
            | "time"
            | "tt"
            | "u"
            | "var"
    )
}

fn numbers(list: &NodeRef<'_>) -> Numbers {
    let items = || list.element_children().iter().filter(|item| item.has_name("li")).count();
    let is_reversed = list.has_attr("reversed");
    let first = list.attr("start").and_then(|start| start.trim().parse().ok());
    let first = first.unwrap_or_else(|| if is_reversed { i64::try_from(items()).unwrap_or(1) } else { 1 });
    let kind = list.attr("type").and_then(|kind| kind.chars().next()).unwrap_or('1');
    Numbers { next: first, step: if is_reversed { -1 } else { 1 }, kind }
}
