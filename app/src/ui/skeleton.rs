//! The shape of what is coming.

use leptos::prelude::*;

/// One bar. Classes: `skeleton-short`, `-half`, `-long`, `-round`, `-block`.
#[component]
pub fn Skeleton(
    /// Its shape; a full line when empty.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! { <span class=format!("skeleton {class}") aria-hidden="true"></span> }
}

/// A few lines of text that are loading.
#[component]
pub fn ListSkeleton(
    /// How many.
    #[prop(default = 4)]
    lines: usize,
) -> impl IntoView {
    const WIDTHS: [&str; 4] = ["skeleton-half", "skeleton-long", "skeleton-short", ""];
    view! {
        <div class="skeleton-lines" role="status">
            <span class="visually-hidden">"Loading"</span>
            {WIDTHS.into_iter().cycle().take(lines).map(|class| view! { <Skeleton class=class /> }).collect_view()}
        </div>
    }
}
