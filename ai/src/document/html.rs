//! A web page as its reader sees it: what was come for, without menus and notices.

mod charset;
mod seen;
mod tables;
mod walk;

pub(super) use charset::decode;

use super::{Block, Extracted, one_line};
use dom_query::{Document, NodeRef};
use seen::Unseen;
use serde::{Deserialize, Serialize};

/// Where a page's text is, when it says so.
const CONTENT: [&str; 4] = ["main", "[role=main]", "article", "#content"];
/// Letters that the marked part must have at least, to be believed.
const FEWEST: usize = 120;
/// Links of one page that are followed.
const LINKS: usize = 500;

/// What a web page says of itself and of others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLinks {
    /// Links as they stand there, in their order, 500 at most.
    pub links: Vec<String>,
    /// What links are relative to, when the page says so.
    pub base: Option<String>,
    /// The address that it wants to be known by.
    pub canonical: Option<String>,
    /// It asks not to be kept.
    pub no_index: bool,
    /// It asks that its links are not followed.
    pub no_follow: bool,
}

impl PageLinks {
    /// Nothing.
    pub(super) const NONE: Self =
        Self { links: Vec::new(), base: None, canonical: None, no_index: false, no_follow: false };
}

/// Reads a page. `charset` is what the server said of its encoding.
pub(super) fn page(bytes: &[u8], charset: Option<&str>) -> Extracted {
    let document = Document::from(decode(bytes, charset).as_str());
    Extracted { title: title(&document), blocks: blocks(&document), links: links(&document) }
}

/// The blocks of a piece of a page.
pub(super) fn fragment(html: &str) -> Vec<Block> {
    let document = Document::from(html);
    let unseen = Unseen::of(&document);
    walk::blocks(&[document.root()], &unseen)
}

fn links(document: &Document) -> PageLinks {
    let of = |selector: &str, name: &str| {
        document
            .select_single(selector)
            .attr(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    };
    let robots = document
        .select("meta[name=robots i], meta[name=omnichatbot i]")
        .iter()
        .filter_map(|meta| meta.attr("content"))
        .map(|content| content.to_lowercase())
        .collect::<Vec<_>>()
        .join(",");
    let says = |word: &str| robots.split(',').any(|said| said.trim() == word || said.trim() == "none");
    let mut links: Vec<String> = Vec::new();
    for link in document.select("a[href]").iter() {
        let is_followed = !link.attr("rel").is_some_and(|rel| rel.split_whitespace().any(|rel| rel == "nofollow"));
        if let Some(href) = link.attr("href").filter(|_| is_followed && links.len() < LINKS) {
            links.push(href.trim().to_owned());
        }
    }
    let (canonical, base) = (of("link[rel=canonical]", "href"), of("base[href]", "href"));
    PageLinks { links, canonical, base, no_index: says("noindex"), no_follow: says("nofollow") }
}

fn title(document: &Document) -> Option<String> {
    let head = one_line(&document.select_single("head > title, title").text());
    let headings = document.select("h1");
    let heading = one_line(&headings.first().text());
    // "Delivery | Mill & Meadow" names the page and the business: the heading says it better when it is there once.
    let title =
        if headings.length() == 1 && !heading.is_empty() && heading.chars().count() <= 120 { heading } else { head };
    (!title.is_empty()).then_some(title)
}

fn blocks(document: &Document) -> Vec<Block> {
    let unseen = Unseen::of(document);
    for selector in CONTENT {
        let found = document.select(selector);
        // One that lies within another would be read twice.
        let outer = |node: &&NodeRef<'_>| !found.nodes().iter().any(|other| is_within(node, other));
        let nodes: Vec<NodeRef<'_>> = found.nodes().iter().filter(outer).copied().collect();
        let blocks = walk::blocks(&nodes, &unseen);
        let letters = |block: &Block| block.text().chars().filter(|c| c.is_alphanumeric()).count();
        if blocks.iter().map(letters).sum::<usize>() >= FEWEST {
            return blocks;
        }
    }
    let body: Vec<NodeRef<'_>> = document.select("body").nodes().to_vec();
    walk::blocks(&body, &unseen)
}

fn is_within(node: &NodeRef<'_>, other: &NodeRef<'_>) -> bool {
    std::iter::successors(node.parent(), NodeRef::parent).any(|above| above.id == other.id)
}

#[cfg(test)]
mod tests;
