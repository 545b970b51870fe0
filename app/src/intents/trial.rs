//! A sentence to try the intents with.

use crate::ui::{Button, ErrorAlert};
use leptos::{prelude::*, task::spawn_local};
use types::{Result, intents::Classified, limits};

/// A box, and what the sentence in it means.
#[component]
pub fn Trial() -> impl IntoView {
    let text = RwSignal::new(String::new());
    let told = RwSignal::new(None::<Result<Classified>>);
    let busy = RwSignal::new(false);
    let ask = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let words = text.get_untracked().trim().to_owned();
        if words.is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let result = api::intents::classify_text(words).await;
            let _ = told.try_set(Some(result));
            let _ = busy.try_set(false);
        });
    };
    view! {
        <section class="intent-trial" aria-label="Try a sentence">
            <h2>"Try a sentence"</h2>
            <form class="intent-trial-form" on:submit=ask>
                <input
                    class="input"
                    type="text"
                    dir="auto"
                    autocomplete="off"
                    maxlength=limits::QUESTION_CHARS.to_string()
                    placeholder="Has my parcel left already?"
                    aria-label="Try a sentence"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                />
                <Button submit=true busy=busy>"Try it"</Button>
            </form>
            <div role="status">
                {move || {
                    told.get().map(|told| match told {
                        Ok(told) => view! { <Told told=told /> }.into_any(),
                        Err(error) => view! { <ErrorAlert error=error /> }.into_any(),
                    })
                }}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Told(told: Classified) -> impl IntoView {
    let (name, tone) = match told.intent {
        Some(name) => (name, "tone-success"),
        None => ("Unknown".to_owned(), "tone-neutral"),
    };
    let others: Vec<String> =
        told.likeliest.iter().map(|one| format!("{} {:.0} %", one.intent, one.probability * 100.0)).collect();
    view! {
        <p class="teach-facts" data-testid="told">
            <strong class=format!("chip {tone}") data-testid="told-intent"><bdi>{name}</bdi></strong>
            {(!others.is_empty()).then(|| view! { <span dir="auto">{others.join(" · ")}</span> })}
        </p>
    }
    .into_any()
}
