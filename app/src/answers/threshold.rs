//! How sure the AI must be before it answers, explained in words.

use leptos::prelude::*;

/// A slider from 0 to 1 with what it means.
#[component]
pub fn ThresholdField(
    /// Hand off below this confidence, in percent.
    percent: RwSignal<u32>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for="threshold">
                <span>"How sure the AI must be"</span>
                <output for="threshold" class="number">{move || format!("{} %", percent.get())}</output>
            </label>
            <input
                type="range"
                id="threshold"
                class="slider"
                min="0"
                max="100"
                step="5"
                aria-describedby="threshold-words"
                value=percent.get_untracked()
                prop:value=move || percent.get().to_string()
                on:input=move |event| {
                    if let Ok(value) = event_target_value(&event).parse() {
                        percent.set(value);
                    }
                }
            />
            <div class="slider-ends" aria-hidden="true">
                <span>"answers more"</span>
                <span>"asks you sooner"</span>
            </div>
            <p id="threshold-words" class="field-hint" aria-live="polite">{move || words(percent.get())}</p>
        </div>
    }
}

const fn words(percent: u32) -> &'static str {
    match percent {
        0..20 => {
            "It answers nearly everything, also when it is guessing. Your team is seldom called; some answers will miss."
        }
        20..35 => "It answers whatever it finds something about. Now and then an answer misses the question.",
        35..60 => "A good balance: it answers what your knowledge covers and hands the rest to your team.",
        60..85 => "It answers only what it is sure of. Your team sees more conversations, and visitors fewer mistakes.",
        _ => "It answers almost only word-for-word questions. Nearly everything comes to your team.",
    }
}
