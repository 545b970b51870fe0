//! What of a page nobody sees, and what of it is no part of its text.

use dom_query::{Document, NodeId, NodeRef};
use std::collections::HashSet;

/// Elements that have no words of their own.
const WORDLESS: [&str; 22] = [
    "head", "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math", "canvas", "video",
    "audio", "img", "input", "select", "textarea", "datalist", "dialog", "link", "meta", "title",
];
/// Roles of what stands around a text.
const ROLES: [&str; 4] = ["search", "dialog", "alertdialog", "alert"];
/// Parts of names of what is there for programs, readers of screens, or to ask for consent.
const NAMES: [&str; 10] = [
    "cookie",
    "consent",
    "breadcrumb",
    "skip-link",
    "skiplink",
    "visually-hidden",
    "sr-only",
    "screen-reader",
    "gdpr",
    "recaptcha",
];
/// Rules of style sheets that are looked at.
const RULES: usize = 5_000;
/// Letters outside links that make a head, a foot or a menu worth reading.
const FEWEST: usize = 40;

/// What is hidden by the page's own styles, and what a click shows.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    by_style: HashSet<NodeId>,
    /// Ids of what buttons and tabs unfold.
    unfolds: HashSet<String>,
}

impl Unseen {
    /// Looks through a page.
    pub(super) fn of(document: &Document) -> Self {
        let mut unseen = Self::default();
        for style in document.select("style").iter() {
            for selector in hiding(&style.text()).into_iter().take(RULES) {
                // What cannot be parsed hides nothing.
                if let Some(found) = document.try_select(&selector) {
                    unseen.by_style.extend(found.nodes().iter().map(|node| node.id));
                }
            }
        }
        let names = ["aria-controls", "data-target", "data-bs-target", "data-toggle-target", "href"];
        for control in document.select("[aria-controls], [data-target], [data-bs-target], a[href^='#']").iter() {
            for value in names.iter().filter_map(|name| control.attr(name)) {
                unseen.unfolds.extend(value.split_whitespace().map(|id| id.trim_start_matches('#').to_owned()));
            }
        }
        unseen
    }

    /// Whether an element is not read.
    pub(super) fn is_left_out(&self, node: &NodeRef<'_>, name: &str) -> bool {
        if WORDLESS.contains(&name) {
            return true;
        }
        let role = node.attr("role").unwrap_or_default().to_lowercase();
        if ROLES.contains(&role.as_str()) || is_named(node) {
            return true;
        }
        if self.is_hidden(node) && !self.is_unfolded(node, &role) {
            return true;
        }
        let is_around = matches!(name, "nav" | "header" | "footer" | "aside" | "menu")
            || matches!(role.as_str(), "navigation" | "banner" | "contentinfo" | "complementary" | "menu" | "menubar");
        is_around && !has_own_words(node)
    }

    fn is_hidden(&self, node: &NodeRef<'_>) -> bool {
        let hidden = node.attr("hidden").is_some_and(|value| !value.eq_ignore_ascii_case("until-found"));
        let aria = node.attr("aria-hidden").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let style = node.attr("style").is_some_and(|style| hides(&style));
        hidden || aria || style || self.by_style.contains(&node.id)
    }

    /// Whether a reader opens it by a click: an answer under its question, a tab.
    fn is_unfolded(&self, node: &NodeRef<'_>, role: &str) -> bool {
        if role == "tabpanel" || node.id_attr().is_some_and(|id| self.unfolds.contains(&*id)) {
            return true;
        }
        let class = node.class().unwrap_or_default().to_lowercase();
        if ["accordion", "collapse", "tab-pane", "faq", "answer", "panel", "toggle"]
            .iter()
            .any(|part| class.contains(part))
        {
            return true;
        }
        let opens = |node: &NodeRef<'_>| {
            node.has_name("button")
                || node.has_name("summary")
                || node.has_attr("aria-expanded")
                || node.attr("role").is_some_and(|role| matches!(&*role, "button" | "tab"))
        };
        node.prev_element_sibling().is_some_and(|before| opens(&before) || before.element_children().iter().any(opens))
    }
}

/// Whether its name says that it is no part of the text.
fn is_named(node: &NodeRef<'_>) -> bool {
    let is_small = |names: &str| {
        let names = names.to_lowercase();
        names.split_whitespace().any(|name| NAMES.iter().any(|part| name.contains(part)))
    };
    // A body or a wrapper may be told that a notice is open.
    let is_around_all = ["body", "main", "article"].iter().any(|name| node.has_name(name));
    !is_around_all
        && (node.class().is_some_and(|class| is_small(&class)) || node.id_attr().is_some_and(|id| is_small(&id)))
}

/// Whether a head, a foot or a menu says something beside its links.
fn has_own_words(node: &NodeRef<'_>) -> bool {
    let (mut own, mut linked) = (0, 0);
    for text in node.descendants_it().filter(NodeRef::is_text) {
        let letters = text.text().chars().filter(|c| c.is_alphanumeric()).count();
        let mut above = std::iter::successors(text.parent(), NodeRef::parent).take_while(|above| above.id != node.id);
        let is_call = above.any(|above| {
            ["a", "button", "script", "style", "select", "svg", "noscript"].iter().any(|name| above.has_name(name))
        });
        if is_call { linked += letters } else { own += letters }
    }
    own >= FEWEST && own * 2 >= linked
}

/// Whether declarations make something invisible.
fn hides(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    style.split(';').any(|declaration| {
        let Some((name, value)) = declaration.split_once(':') else { return false };
        let value = value.trim_end_matches("!important");
        match name {
            "display" => value == "none",
            "visibility" => matches!(value, "hidden" | "collapse"),
            "opacity" => matches!(value, "0" | "0.0" | "0%"),
            "font-size" => matches!(value, "0" | "0px" | "1px" | "0em" | "0rem" | "0pt"),
            "text-indent" | "left" | "top" | "margin-left" => value
                .strip_prefix('-')
                .and_then(|far| far.strip_suffix("px").or_else(|| far.strip_suffix("em")))
                .is_some_and(|far| far.parse::<f64>().is_ok_and(|far| far >= 900.0)),
            "clip" => value.starts_with("rect(0") || value.starts_with("rect(1px,1px"),
            "width" | "height" | "max-height" | "max-width" => {
                matches!(value, "0" | "0px" | "1px") && style.contains("overflow:hidden")
            }
            _ => false,
        }
    })
}

/// Selectors of the rules of a style sheet that make something invisible. What holds under a condition alone, such as
/// for printers, is not looked at.
fn hiding(css: &str) -> Vec<String> {
    let mut selectors = Vec::new();
    let css = without_comments(css);
    let mut rest = css.as_str();
    while let Some((selector, after)) = rest.split_once('{') {
        if selector.trim_start().starts_with('@') {
            rest = after_block(after);
            continue;
        }
        let Some((declarations, after)) = after.split_once('}') else { break };
        rest = after;
        // What is hidden until it is hovered or chosen is shown some time.
        if hides(declarations) && !selector.contains(':') {
            selectors.push(selector.trim().to_owned());
        }
    }
    selectors
}

/// What follows a block whose opening brace was read.
fn after_block(css: &str) -> &str {
    let mut depth = 1_usize;
    for (at, byte) in css.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return css.get(at + 1..).unwrap_or_default();
        }
    }
    ""
}

fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}
