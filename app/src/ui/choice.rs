//! A few choices side by side, one of them taken.

use leptos::prelude::*;

/// Radio buttons drawn as one bar of segments.
#[component]
pub fn Segments<T>(
    /// Name of the group.
    name: &'static str,
    /// What is chosen, for screen readers and above the bar.
    label: &'static str,
    /// Each value with its word.
    options: Vec<(T, &'static str)>,
    /// The one taken.
    value: RwSignal<T>,
) -> impl IntoView
where
    T: Copy + PartialEq + std::fmt::Display + Send + Sync + 'static,
{
    view! {
        <fieldset class="field">
            <legend class="field-label">{label}</legend>
            <div class="segments">
                {options
                    .into_iter()
                    .map(|(option, word)| {
                        view! {
                            <label>
                                <input
                                    type="radio"
                                    name=name
                                    value=option.to_string()
                                    checked=value.get_untracked() == option
                                    prop:checked=move || value.get() == option
                                    on:change=move |_| value.set(option)
                                />
                                <span>{word}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </div>
        </fieldset>
    }
}

/// On or off, with a word on what that means.
#[component]
pub fn Switch(
    /// What is on or off.
    label: &'static str,
    /// What that means.
    #[prop(optional)]
    hint: &'static str,
    /// On.
    value: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                checked=value.get_untracked()
                prop:checked=move || value.get()
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <span class="switch-label">{label}</span>
            {(!hint.is_empty()).then(|| view! { <span class="switch-hint">{hint}</span> })}
        </label>
    }
}
