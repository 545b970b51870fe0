//! What stands around the login and the register form.

use crate::{
    icons::{self, Icon},
    shell::Wordmark,
};
use leptos::prelude::*;

/// A form on the left; on the right what it leads to: a visitor asks, the AI
/// answers from the business's own words, a person takes over.
#[component]
pub fn Entrance(
    /// What the form does; empty where the form says it.
    #[prop(optional)]
    title: &'static str,
    /// What it gives.
    #[prop(optional)]
    text: &'static str,
    /// The form.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="entrance">
            <main class="entrance-form">
                <Wordmark />
                <div class="entrance-body">
                    {(!title.is_empty()).then(|| view! { <h1>{title}</h1> })}
                    {(!text.is_empty()).then(|| view! { <p class="entrance-text">{text}</p> })}
                    {children()}
                </div>
                <p class="entrance-foot">"Self-hosted. Your conversations stay on your server."</p>
            </main>
            <aside class="entrance-scene" aria-hidden="true">
                <Scene />
            </aside>
        </div>
    }
}

#[component]
fn Scene() -> impl IntoView {
    view! {
        <div class="scene">
            <div class="scene-line scene-visitor">
                <p>"My grinder arrived with a cracked lid. Can I send back only the lid?"</p>
                <span class="scene-who">"Ana, on the returns page"</span>
            </div>
            <div class="scene-line scene-ai">
                <p>
                    "Yes. Single parts can be returned within 30 days, and we pay for the label when something arrives broken."
                    <span class="scene-cite">"1"</span>
                </p>
                <span class="scene-who">
                    <Icon path=icons::SPARK small=true />
                    "Answered in 0.2 s from Returns, “Damaged goods”"
                </span>
            </div>
            <div class="scene-line scene-visitor">
                <p>"Could somebody check that the new lid is in stock first?"</p>
            </div>
            <div class="scene-line scene-agent">
                <p>"Hi Ana, Marco here. Two on the shelf; I have put one aside for you."</p>
                <span class="scene-who">"Marco took over"</span>
            </div>
        </div>
    }
}
