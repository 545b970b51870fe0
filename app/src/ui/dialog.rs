//! A box in front of the page that asks one thing.

use leptos::{html, prelude::*};

/// The box. The browser keeps the focus in it, closes it with Escape, and
/// gives the focus back to where it was.
#[component]
pub fn Dialog(
    /// To open and close it by.
    node: NodeRef<html::Dialog>,
    /// What it asks, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The question and the answers.
    children: Children,
) -> impl IntoView {
    view! {
        <dialog class="confirm" node_ref=node aria-label=move || label.get()>
            {children()}
        </dialog>
    }
    .into_any()
}

/// Shows a box.
pub fn open_dialog(node: NodeRef<html::Dialog>) {
    if let Some(dialog) = node.get_untracked() {
        let _ = dialog.show_modal();
    }
}

/// Hides a box.
pub fn close_dialog(node: NodeRef<html::Dialog>) {
    if let Some(dialog) = node.get_untracked() {
        dialog.close();
    }
}
