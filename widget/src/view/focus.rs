//! Keys that belong to the whole panel.

use super::close;
use crate::{page, state::App};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent, Node, ShadowRoot};

/// What can have the focus, in the order of the page.
const FOCUSABLE: &str = "button,textarea,a[href],[tabindex='0']";

/// Escape closes; while the panel fills the screen, Tab stays in it.
pub fn on_key(app: App, event: &Event) {
    // The page's own shortcuts are not for what is written here.
    event.stop_propagation();
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
    match event.key().as_str() {
        "Escape" if !event.is_composing() => close(app),
        "Tab" if page::is_full_screen() => keep(event),
        _ => {}
    }
}

fn keep(event: &KeyboardEvent) {
    let Some(panel) = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
    let Ok(list) = panel.query_selector_all(FOCUSABLE) else { return };
    let Ok(root) = panel.get_root_node().dyn_into::<ShadowRoot>() else { return };
    let (Some(first), Some(last)) = (list.item(0), list.item(list.length().saturating_sub(1))) else { return };
    let active = root.active_element();
    let is_active = |node: &Node| node.is_same_node(active.as_ref().map(AsRef::as_ref));
    let to = if event.shift_key() {
        (is_active(&first) || is_active(&panel)).then_some(last)
    } else {
        is_active(&last).then_some(first)
    };
    if let Some(to) = to.and_then(|to| to.dyn_into::<HtmlElement>().ok()) {
        event.prevent_default();
        // Focusing an element that is on the screen cannot fail.
        let _ = to.focus();
    }
}
