//! What somebody of the team or the AI wrote: formatted by the server, with
//! citations that open in place and thumbs.

use super::icons;
use crate::signal::{Signal, follow, memo};
use crate::{
    dom::{El, button, el},
    page, session,
    state::{App, Shown},
};
use types::{answers::Citation, inbox::Feedback};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, Node};

/// Adds the words, the citations they stand on, and thumbs when the AI wrote them.
pub fn answer(app: App, shown: Signal<Shown>, is_ai: bool, element: El) -> El {
    let opened = Signal::new(0_u8);
    let is_streaming = move || shown.with(|shown| shown.is_streaming);
    let bubble = el("div")
        .attr_now("class", move || {
            Some(if is_streaming() { "bubble rich streaming" } else { "bubble rich" }.to_owned())
        })
        .on("click", move |event| {
            if let Some(number) = number_of(&event) {
                toggle(opened, number);
            }
        });
    let node = bubble.node().clone();
    // The server has sanitised the HTML; what is still being written is plain text.
    follow(move || {
        shown.with(|shown| match &shown.message.html {
            Some(html) => {
                node.set_inner_html(html);
                mark(&node, &shown.message.citations);
            }
            None => node.set_text_content(Some(&shown.message.content.split('*').collect::<String>())),
        });
    });
    let element = element.child(bubble);
    if !is_ai {
        return element;
    }
    let citations = memo(move || shown.with(|shown| shown.message.citations.clone()));
    let can_rate = memo(move || shown.with(|shown| !shown.message.citations.is_empty() && shown.is_stored()));
    element
        .child(
            el("div").class("below").children_now(move || citations.with(|citations| sources(app, citations, opened))),
        )
        .child(el("div").class("thumbs").children_now(move || {
            if can_rate.get() {
                vec![thumb(app, shown, Feedback::Up), thumb(app, shown, Feedback::Down)]
            } else {
                Vec::new()
            }
        }))
}

/// Citations are numbered from 1; 0 stands for none.
fn toggle(opened: Signal<u8>, number: u8) {
    opened.update(|opened| *opened = if *opened == number { 0 } else { number });
}

fn sources(app: App, citations: &[Citation], opened: Signal<u8>) -> Vec<El> {
    if citations.is_empty() {
        return Vec::new();
    }
    let list = el("ul").class("sources").attr_words(app, "aria-label", |texts| texts.sources);
    vec![citations.iter().fold(list, |list, citation| list.child(source(app, citation, opened)))]
}

fn source(app: App, citation: &Citation, opened: Signal<u8>) -> El {
    let number = citation.number;
    let is_open = move || opened.get() == number;
    let chip = button("")
        .test("citation")
        .attr_now("aria-expanded", move || Some(is_open().to_string()))
        .child(el("b").text(&number.to_string()))
        .child(el("span").text(&citation.title))
        .on("click", move |_| toggle(opened, number));
    let (quote, url) = (citation.quote.clone(), citation.url.clone());
    let text = move || {
        if !is_open() {
            return Vec::new();
        }
        let mut block = el("blockquote").child(el("p").text(&quote));
        if let Some(url) = url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://")) {
            let link = el("a").attr("href", url).attr("target", "_blank").attr("rel", "noopener noreferrer");
            block = block.child(link.words(app, |texts| texts.open_source));
        }
        vec![block]
    };
    el("li").child(chip).child(el("div").children_now(text))
}

fn thumb(app: App, shown: Signal<Shown>, thumb: Feedback) -> El {
    let label = if thumb == Feedback::Up {
        |texts: &crate::texts::Texts| texts.helpful
    } else {
        |texts: &crate::texts::Texts| texts.not_helpful
    };
    button(&["plain ", thumb.as_str()].concat())
        .attr_words(app, "aria-label", label)
        .attr_words(app, "title", label)
        .attr_now("aria-pressed", move || Some(shown.with(|shown| shown.message.feedback == Some(thumb)).to_string()))
        .picture(icons::THUMB)
        .on("click", move |_| {
            let (id, before) = shown.with_untracked(|shown| (shown.message.id, shown.message.feedback));
            session::rate(app, id, before, thumb);
        })
}

/// The number of the citation that was clicked in the text.
fn number_of(event: &Event) -> Option<u8> {
    event.target()?.dyn_ref::<Element>()?.get_attribute("data-citation")?.parse().ok()
}

/// Makes `[1]` in the text a button for its citation. Only text is touched, never markup.
fn mark(node: &Node, citations: &[Citation]) {
    let mut next = node.first_child();
    while let Some(child) = next {
        next = child.next_sibling();
        if child.node_type() != Node::TEXT_NODE {
            mark(&child, citations);
            continue;
        }
        let text = child.text_content().unwrap_or_default();
        let Some((before, citation, after)) = first_mark(&text, citations) else { continue };
        // The joiner keeps the number on the line of the word before it.
        child.set_text_content(Some(&[before.trim_end(), "\u{2060}"].concat()));
        let number = citation.number.to_string();
        let cite = button("cite")
            .attr("data-citation", &number)
            .attr("aria-label", &[number.as_str(), ", ", &citation.title].concat())
            .text(&number);
        let _ = node.insert_before(cite.node(), next.as_ref());
        if let Some(rest) = page::document().map(|document| document.create_text_node(after)) {
            let _ = node.insert_before(&rest, next.as_ref());
            // There may be another one in what is left.
            next = Some(rest.into());
        }
    }
}

/// The first `[n]` that names a citation, with what stands before and after it.
fn first_mark<'a>(text: &'a str, citations: &'a [Citation]) -> Option<(String, &'a Citation, &'a str)> {
    let mut before = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('[') {
        before.push_str(head);
        if let Some((inside, after)) = tail.split_once(']')
            && let Some(citation) = citations.iter().find(|citation| citation.number.to_string() == inside)
        {
            return Some((before, citation, after));
        }
        before.push('[');
        rest = tail;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::first_mark;
    use types::{PassageId, SourceId, answers::Citation};

    fn citation(number: u8) -> Citation {
        let id = "01a1fb25-5da6-77ce-8ba4-56da49094c87";
        Citation {
            number,
            source_id: id.parse::<SourceId>().unwrap(),
            passage_id: id.parse::<PassageId>().unwrap(),
            title: String::new(),
            url: None,
            quote: String::new(),
        }
    }

    #[test]
    fn only_known_numbers_are_marks() {
        let citations = [citation(1), citation(2)];
        let (before, found, after) = first_mark("a [x] b [7] c [2] d [1]", &citations).unwrap();
        assert_eq!((before.as_str(), found.number, after), ("a [x] b [7] c ", 2, " d [1]"));
        assert!(first_mark("nothing [3] here", &citations).is_none());
    }
}
