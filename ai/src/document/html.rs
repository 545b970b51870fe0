//! The text of a web page: what a reader came for, without menus and notices.

use super::Extracted;
use dom_query::{Document, NodeRef, Selection};
use serde::{Deserialize, Serialize};

/// What is never part of the text.
const NOISE: &str = "script, style, noscript, template, iframe, object, embed, svg, canvas, video, audio, form, button, input, select, textarea, dialog, nav, [hidden], [aria-hidden=true], [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=dialog], [role=alert], .cookie, .cookies, .cookie-banner, #cookie-banner, .breadcrumb, .breadcrumbs, .skip-link, .visually-hidden, .sr-only";
/// What is around the text when the page does not say where its text is.
const AROUND: &str =
    "body > header, body > footer, body > aside, #header, #footer, .site-header, .site-footer, .sidebar";
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

/// Reads a page. `charset` is what the server said of its encoding.
pub(super) fn page(bytes: &[u8], charset: Option<&str>) -> Extracted {
    let document = Document::from(decode(bytes, charset).as_str());
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
    let title = title(&document);
    let (canonical, base) = (of("link[rel=canonical]", "href"), of("base[href]", "href"));
    let links = PageLinks { links, canonical, base, no_index: says("noindex"), no_follow: says("nofollow") };
    Extracted { title, text: text(&document), links }
}

/// The encoding is what the page begins with, what the server said, what the page says, or UTF-8.
fn decode(bytes: &[u8], charset: Option<&str>) -> String {
    let said = charset.map(str::to_owned).or_else(|| meta_charset(bytes));
    let encoding = said.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
    let fallback = if std::str::from_utf8(bytes).is_ok() { encoding_rs::UTF_8 } else { encoding_rs::WINDOWS_1252 };
    encoding.unwrap_or(fallback).decode(bytes).0.into_owned()
}

fn meta_charset(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(bytes.get(..2048).unwrap_or(bytes)).to_lowercase();
    let (_, rest) = start.split_once("charset=")?;
    let label: String = rest
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    (!label.is_empty()).then_some(label)
}

fn title(document: &Document) -> Option<String> {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let head = words(&document.select_single("head > title, title").text());
    let headings = document.select("h1");
    let heading = words(&headings.first().text());
    // "Delivery | Mill & Meadow" names the page and the business: the heading says it better when it is there once.
    let title =
        if headings.length() == 1 && !heading.is_empty() && heading.chars().count() <= 120 { heading } else { head };
    (!title.is_empty()).then_some(title)
}

fn text(document: &Document) -> String {
    document.select(NOISE).remove();
    for selector in CONTENT {
        let found = document.select(selector);
        let text = markdown(&found);
        if text.chars().filter(|c| c.is_alphanumeric()).count() >= FEWEST {
            return text;
        }
    }
    document.select(AROUND).remove();
    markdown(&document.select("body"))
}

fn markdown(selection: &Selection<'_>) -> String {
    // One that lies within another would be read twice.
    let outer =
        |node: &&NodeRef<'_>| !selection.nodes().iter().any(|other| other.id != node.id && is_within(node, other));
    let parts: Vec<String> =
        selection.nodes().iter().filter(outer).map(|node| details(node).md(None).trim().to_owned()).collect();
    parts.join("\n\n")
}

fn is_within(node: &NodeRef<'_>, other: &NodeRef<'_>) -> bool {
    std::iter::successors(node.parent(), NodeRef::parent).any(|above| above.id == other.id)
}

/// Questions that unfold, and terms with their meaning, are headings with text under them.
fn details<'a>(node: &'a NodeRef<'a>) -> &'a NodeRef<'a> {
    for inner in node.descendants() {
        if inner.has_name("summary") || inner.has_name("dt") {
            inner.rename("h4");
        } else if inner.has_name("dd") {
            inner.rename("p");
        } else if inner.has_name("img") {
            inner.remove_from_parent();
        }
    }
    node
}
