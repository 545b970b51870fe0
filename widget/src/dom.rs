//! A thin layer over the browser's elements: made by plain calls, kept up to
//! date by signals.
//!
//! A binding is a boxed closure, so that all bindings have one type: what is
//! generic here would be compiled once for each of some hundred places.

use crate::{
    page,
    signal::{Reaction, apart, follow},
    state::App,
    texts::Texts,
};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Event, HtmlElement, Node};

/// An element of the panel.
#[derive(Clone, Debug)]
pub struct El(HtmlElement);

/// A new element.
pub fn el(tag: &str) -> El {
    let made = page::document().and_then(|document| document.create_element(tag).ok());
    // Outside of a page there is nothing to show, and no caller of this function either.
    El(made.map_or_else(|| JsValue::NULL.unchecked_into(), JsCast::unchecked_into))
}

/// A new button with a class.
pub fn button(class: &str) -> El {
    el("button").attr("type", "button").class(class)
}

impl El {
    /// The element itself.
    pub fn node(&self) -> &HtmlElement {
        &self.0
    }

    /// Sets an attribute.
    pub fn attr(self, name: &str, value: &str) -> Self {
        set(&self.0, name, Some(value));
        self
    }

    /// Sets the class.
    pub fn class(self, class: &str) -> Self {
        if !class.is_empty() {
            self.0.set_class_name(class);
        }
        self
    }

    /// Names the element for the browser tests.
    pub fn test(self, id: &str) -> Self {
        self.attr("data-testid", id)
    }

    /// Keeps an attribute up to date; none removes it.
    pub fn attr_now(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        let element = self.0.clone();
        follow(move || set(&element, name, value().as_deref()));
        self
    }

    /// Keeps an attribute without a value, such as `hidden`, up to date.
    pub fn flag_now(self, name: &'static str, value: impl Fn() -> bool + 'static) -> Self {
        self.attr_now(name, move || value().then(String::new))
    }

    /// Keeps an attribute in the visitor's language.
    pub fn attr_words(self, app: App, name: &'static str, words: fn(&Texts) -> &'static str) -> Self {
        self.attr_now(name, move || Some(words(app.texts.get()).to_owned()))
    }

    /// Sets the text.
    pub fn text(self, text: &str) -> Self {
        self.0.set_text_content(Some(text));
        self
    }

    /// Keeps the text up to date.
    pub fn text_now(self, text: impl Fn() -> String + 'static) -> Self {
        let element = self.0.clone();
        follow(move || element.set_text_content(Some(&text())));
        self
    }

    /// Keeps the text in the visitor's language.
    pub fn words(self, app: App, words: fn(&Texts) -> &'static str) -> Self {
        self.text_now(move || words(app.texts.get()).to_owned())
    }

    /// Sets markup of our own, a picture.
    pub fn picture(self, markup: &str) -> Self {
        self.0.set_inner_html(markup);
        self
    }

    /// Puts an element at the end.
    #[expect(clippy::needless_pass_by_value, reason = "a child is made for its place: so the calls read like the page")]
    pub fn child(self, child: Self) -> Self {
        append(&self.0, &child.0);
        self
    }

    /// Keeps everything in this element up to date: it is made anew whenever
    /// a signal that `children` has read changes.
    pub fn children_now(self, children: impl Fn() -> Vec<El> + 'static) -> Self {
        let element = self.0.clone();
        follow(move || {
            element.set_text_content(None);
            for child in children() {
                append(&element, &child.0);
            }
        });
        self
    }

    /// Listens to an event.
    pub fn on(self, name: &str, work: impl FnMut(Event) + 'static) -> Self {
        listen(&self.0, name, Box::new(work));
        self
    }
}

fn listen(element: &HtmlElement, name: &str, work: Box<dyn FnMut(Event)>) {
    let work = Closure::<dyn FnMut(Event)>::wrap(work).into_js_value();
    let _ = element.add_event_listener_with_callback(name, work.unchecked_ref());
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

fn append(parent: &Node, child: &Node) {
    // It fails only for a node that contains its parent.
    let _ = parent.append_child(child);
}

/// Elements with keys, of which only those are touched that come, go or move.
pub struct Keyed<K> {
    parent: HtmlElement,
    present: RefCell<Vec<(K, El, Rc<Reaction>)>>,
}

impl<K: PartialEq> Keyed<K> {
    /// An empty list in `parent`.
    pub fn new(parent: &El) -> Self {
        Self { parent: parent.0.clone(), present: RefCell::default() }
    }

    /// Makes the list hold these keys in this order.
    pub fn set(&self, keys: Vec<K>, make: &dyn Fn(&K) -> El) {
        let mut before = self.present.take();
        let mut present = Vec::with_capacity(keys.len());
        let mut next = self.parent.first_child();
        for key in keys {
            let found = before.iter().position(|(other, ..)| *other == key);
            let (element, owner) = match found {
                Some(at) => {
                    let (_, element, owner) = before.remove(at);
                    (element, owner)
                }
                None => apart(|| make(&key)),
            };
            if next.as_ref().is_some_and(|next| next.is_same_node(Some(&element.0))) {
                next = element.0.next_sibling();
            } else {
                let _ = self.parent.insert_before(&element.0, next.as_ref());
            }
            present.push((key, element, owner));
        }
        for (_, element, owner) in before {
            element.0.remove();
            owner.end();
        }
        self.present.replace(present);
    }
}
