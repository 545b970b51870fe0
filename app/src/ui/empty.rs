//! The state of a list with nothing in it.

use crate::icons::Icon;
use leptos::prelude::*;

/// What this place is for, and the one next action as its children.
#[component]
pub fn Empty(
    /// A picture of what would be here.
    icon: &'static str,
    /// What is (not) here.
    #[prop(into)]
    title: String,
    /// What it is for.
    #[prop(into, optional)]
    text: String,
    /// The one next action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon path=icon />
            <h2>{title}</h2>
            {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
            {children.map(|children| view! { <div class="empty-action">{children()}</div> })}
        </div>
    }
}
