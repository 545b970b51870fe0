//! The ways between the pages of knowledge.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;
use std::time::Duration;
use types::teaching::TeachingCounts;

/// How often the counts are read again.
const AGAIN: Duration = Duration::from_secs(15);

/// Links to each page of knowledge, with how much waits there.
#[component]
pub fn KnowledgeTabs(
    /// Rises when somebody has done something that changes the counts.
    #[prop(optional, into)]
    news: Signal<u32>,
) -> impl IntoView {
    // Read in the browser alone: what waits is not worth waiting for.
    let counts = RwSignal::new(TeachingCounts::default());
    let look = move || {
        spawn_local(async move {
            if let Ok(now) = api::teaching::get_teaching_counts().await {
                let _ = counts.try_set(now);
            }
        });
    };
    Effect::new(move || {
        news.track();
        look();
    });
    Effect::new(move || {
        if let Ok(handle) = set_interval_with_handle(look, AGAIN) {
            on_cleanup(move || handle.clear());
        }
    });
    view! {
        <nav class="tabs" aria-label="Knowledge">
            <A href="/knowledge" exact=true>"Sources"</A>
            <A href="/knowledge/products">"Products"</A>
            <A href="/knowledge/playground">"Playground"</A>
            <A href="/knowledge/gaps">"Unanswered" <Badge count=Signal::derive(move || counts.get().gaps) /></A>
            <A href="/knowledge/review">"Review" <Badge count=Signal::derive(move || counts.get().reviews) /></A>
            <A href="/knowledge/tests">"Tests"</A>
            <A href="/knowledge/intents">"Intents"</A>
            <A href="/knowledge/log">"AI log"</A>
        </nav>
    }
}

#[component]
fn Badge(count: Signal<i64>) -> impl IntoView {
    move || {
        let count = count.get();
        (count > 0).then(|| view! { <span class="tab-count number">{count}</span> })
    }
}
