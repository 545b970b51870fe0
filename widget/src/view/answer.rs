//! What somebody of the team or the AI wrote: formatted by the server, with
//! citations that open in place and thumbs.

use super::icons;
use crate::{
    page, session,
    state::{App, Shown},
};
use leptos::prelude::*;
use types::{answers::Citation, inbox::Feedback};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

/// The words, the citations they stand on, and thumbs when the AI wrote them.
pub fn answer(app: App, shown: RwSignal<Shown>, is_ai: bool) -> impl IntoView {
    let opened = RwSignal::new(None::<u8>);
    let node = NodeRef::<leptos::html::Div>::new();
    // The server has sanitised the HTML; what is still being written is plain text.
    Effect::new(move || {
        let Some(node) = node.get() else { return };
        shown.with(|shown| match &shown.message.html {
            Some(html) => {
                node.set_inner_html(html);
                decorate(&node, &shown.message.citations);
            }
            None => node.set_text_content(Some(&shown.message.content.replace("**", ""))),
        });
    });
    let is_streaming = Memo::new(move |_| shown.with(|shown| shown.is_streaming));
    let citations = Memo::new(move |_| shown.with(|shown| shown.message.citations.clone()));
    let below = is_ai.then(|| {
        view! {
            {move || sources(app, citations.get(), opened)}
            {move || (!is_streaming.get() && shown.with(|shown| shown.message.confidence.is_some())).then(|| thumbs(app, shown))}
        }
    });
    view! {
        <div
            class="bubble rich"
            class:streaming=is_streaming
            node_ref=node
            on:click=move |event| {
                if let Some(number) = event.target().and_then(|target| number_of(&target)) {
                    toggle(opened, number);
                }
            }
        ></div>
        {below}
    }
}

fn toggle(opened: RwSignal<Option<u8>>, number: u8) {
    opened.update(|opened| *opened = (*opened != Some(number)).then_some(number));
}

fn sources(app: App, citations: Vec<Citation>, opened: RwSignal<Option<u8>>) -> Option<impl IntoView> {
    let chip = move |citation: Citation| {
        let number = citation.number;
        let is_open = move || opened.get() == Some(number);
        let quote = citation.quote;
        let url = citation.url;
        view! {
            <li>
                <button
                    type="button"
                    data-testid="citation"
                    aria-expanded=move || if is_open() { "true" } else { "false" }
                    on:click=move |_| toggle(opened, number)
                >
                    <b>{number}</b>
                    <span>{citation.title}</span>
                </button>
                {move || is_open().then(|| view! {
                    <blockquote>
                        <p>{quote.clone()}</p>
                        {url.clone().map(|url| view! {
                            <a href=url target="_blank" rel="noopener noreferrer">{move || app.texts.get().open_source}</a>
                        })}
                    </blockquote>
                })}
            </li>
        }
    };
    (!citations.is_empty()).then(|| {
        view! {
            <ul class="sources" aria-label=move || app.texts.get().sources>
                {citations.into_iter().map(chip).collect_view()}
            </ul>
        }
    })
}

fn thumbs(app: App, shown: RwSignal<Shown>) -> impl IntoView {
    let thumb = move |thumb: Feedback| {
        let label = move || if thumb == Feedback::Up { app.texts.get().helpful } else { app.texts.get().not_helpful };
        let is_set = move || shown.with(|shown| shown.message.feedback == Some(thumb));
        view! {
            <button
                type="button"
                class=["plain ", thumb.as_str()].concat()
                aria-label=label
                title=label
                aria-pressed=move || if is_set() { "true" } else { "false" }
                on:click=move |_| {
                    let (id, before) = shown.with_untracked(|shown| (shown.message.id, shown.message.feedback));
                    session::rate(app, id, before, thumb);
                }
                inner_html=icons::THUMB
            ></button>
        }
    };
    view! { <div class="thumbs">{thumb(Feedback::Up)} {thumb(Feedback::Down)}</div> }
}

/// The number of the citation that was clicked in the text.
fn number_of(target: &web_sys::EventTarget) -> Option<u8> {
    target.dyn_ref::<Element>()?.get_attribute("data-citation")?.parse().ok()
}

/// Opens links beside the page, and makes `[1]` in the text a button for its citation.
fn decorate(node: &HtmlElement, citations: &[Citation]) {
    if let Ok(links) = node.query_selector_all("a[href]") {
        for at in 0..links.length() {
            if let Some(link) = links.item(at).and_then(|link| link.dyn_into::<Element>().ok()) {
                let _ = link.set_attribute("target", "_blank");
                let _ = link.set_attribute("rel", "noopener noreferrer");
            }
        }
    }
    for citation in citations {
        mark(node, citation);
    }
}

/// Walks the texts under `node`. Only text is touched, never markup.
fn mark(node: &Node, citation: &Citation) {
    let number = citation.number.to_string();
    let children = node.child_nodes();
    // What is put in comes after the present child, so the walk goes backward.
    for at in (0..children.length()).rev() {
        let Some(child) = children.item(at) else { continue };
        if child.node_type() != Node::TEXT_NODE {
            mark(&child, citation);
            continue;
        }
        let text = child.text_content().unwrap_or_default();
        let Some((before, after)) = text.split_once(["[", &number, "]"].concat().as_str()) else { continue };
        let Some(button) = button(&number, &citation.title) else { continue };
        child.set_text_content(Some(before.trim_end()));
        let rest = page::document().map(|document| document.create_text_node(after));
        let next = child.next_sibling();
        let _ = node.insert_before(&button, next.as_ref());
        if let Some(rest) = rest {
            let _ = node.insert_before(&rest, next.as_ref());
        }
    }
}

fn button(number: &str, title: &str) -> Option<Element> {
    let button = page::document()?.create_element("button").ok()?;
    button.set_attribute("type", "button").ok()?;
    button.set_attribute("class", "cite").ok()?;
    button.set_attribute("data-citation", number).ok()?;
    button.set_attribute("aria-label", &[number, ", ", title].concat()).ok()?;
    button.set_text_content(Some(number));
    Some(button)
}
