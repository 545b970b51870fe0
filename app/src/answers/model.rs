//! Which language model writes the answers, if any.

use crate::ui::{Button, Field, Input, TextField};
use leptos::prelude::*;
use types::answers::AiSettings;

/// A service that speaks the OpenAI protocol.
struct Preset {
    name: &'static str,
    about: &'static str,
    base_url: &'static str,
    model: &'static str,
}

const PRESETS: [Preset; 4] = [
    Preset { name: "None", about: "your own sentences", base_url: "", model: "" },
    Preset {
        name: "Groq",
        about: "hosted, very fast",
        base_url: "https://api.groq.com/openai/v1",
        model: "llama-3.3-70b-versatile",
    },
    Preset { name: "OpenAI", about: "hosted", base_url: "https://api.openai.com/v1", model: "gpt-4o-mini" },
    Preset { name: "Local", about: "Ollama, vLLM, …", base_url: "http://127.0.0.1:11434/v1", model: "llama3.1" },
];

/// What is done with the key when the page is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyChange {
    /// What is stored stays.
    Keep,
    /// What was typed takes its place.
    Replace,
    /// It is removed.
    Remove,
}

/// The model while it is being changed.
#[derive(Clone, Copy)]
pub struct ModelDraft {
    base_url: Input,
    model: Input,
    key: Input,
    has_key: RwSignal<bool>,
    key_change: RwSignal<KeyChange>,
}

impl ModelDraft {
    /// A draft that says what is stored.
    #[must_use]
    pub fn new(settings: &AiSettings) -> Self {
        Self {
            base_url: Input::new(settings.llm_base_url.clone(), |text| {
                let text = text.trim();
                let is_address = text.is_empty() || text.starts_with("https://") || text.starts_with("http://");
                (!is_address).then_some("Write the whole address, such as https://api.example.com/v1.")
            }),
            model: Input::new(settings.llm_model.clone(), |_| None),
            key: Input::new(String::new(), |_| None),
            has_key: RwSignal::new(settings.has_llm_key),
            key_change: RwSignal::new(KeyChange::Keep),
        }
    }

    /// Base URL, model and key as they would be stored.
    #[must_use]
    pub fn values(self) -> (String, String, Option<String>) {
        let key = match self.key_change.get() {
            KeyChange::Remove => Some(String::new()),
            _ => Some(self.key.get().trim().to_owned()).filter(|key| !key.is_empty()),
        };
        (self.base_url.get().trim().to_owned(), self.model.get().trim().to_owned(), key)
    }

    /// Looks at every field; true when all are right.
    #[must_use]
    pub fn verify(self) -> bool {
        let url = self.base_url.verify();
        let needs_model = self.base_url.value.with_untracked(|url| !url.trim().is_empty());
        if needs_model && self.model.value.with_untracked(|model| model.trim().is_empty()) {
            self.model.refuse("Name the model, as the service spells it.".to_owned());
            return false;
        }
        url
    }

    /// Takes everything back to (or on to) what is stored.
    pub fn reset(self, settings: &AiSettings) {
        self.base_url.typed(settings.llm_base_url.clone());
        self.model.typed(settings.llm_model.clone());
        self.key.typed(String::new());
        self.has_key.set(settings.has_llm_key);
        self.key_change.set(KeyChange::Keep);
    }
}

/// The service, its model and its key.
#[component]
pub fn ModelFields(
    /// What is changed.
    draft: ModelDraft,
) -> impl IntoView {
    let is_used = move || draft.base_url.value.with(|url| !url.trim().is_empty());
    view! {
        <div class="presets" role="group" aria-label="Service">
            {PRESETS
                .into_iter()
                .map(|preset| {
                    let is_taken = move || draft.base_url.value.with(|url| url.trim() == preset.base_url);
                    view! {
                        <button
                            type="button"
                            class="preset"
                            aria-pressed=move || is_taken().to_string()
                            on:click=move |_| {
                                draft.base_url.typed(preset.base_url.to_owned());
                                draft.model.typed(preset.model.to_owned());
                            }
                        >
                            {preset.name}
                            <span>{preset.about}</span>
                        </button>
                    }
                })
                .collect_view()}
        </div>
        <p class="field-hint">
            {move || {
                if is_used() {
                    "The model writes the answer from the passages that were found, and only from them. Should it fail or be slow, the visitor gets the passages' own sentences."
                } else {
                    "Without a language model the answer is made of the best sentences of your own sources. Nothing leaves this server."
                }
            }}
        </p>
        <div class="model-fields" hidden=move || !is_used()>
            <TextField name="base_url" label="Base URL" kind="url" hint="Any service that speaks the OpenAI protocol." input=draft.base_url />
            <TextField name="model" label="Model" input=draft.model />
            <KeyField draft=draft />
        </div>
    }
}

#[component]
fn KeyField(draft: ModelDraft) -> impl IntoView {
    let is_stored = move || draft.has_key.get() && draft.key_change.get() == KeyChange::Keep;
    let hint = "Stored encrypted and never shown again. A local server may need none.";
    view! {
        <Field id="key" label="Key" optional=true hint=hint>
            <Show
                when=is_stored
                fallback=move || {
                    view! {
                        <input
                            class="input code-input"
                            type="password"
                            id="key"
                            autocomplete="off"
                            spellcheck="false"
                            aria-describedby="key-note"
                            placeholder=move || {
                                if draft.key_change.get() == KeyChange::Remove { "The key is removed when you save" } else { "" }
                            }
                            prop:value=move || draft.key.get()
                            on:input=move |event| {
                                draft.key_change.set(KeyChange::Replace);
                                draft.key.typed(event_target_value(&event));
                            }
                        />
                    }
                }
            >
                <div class="stored-key">
                    <input class="input code-input" id="key" type="text" readonly value="•••••••••••• stored" aria-describedby="key-note" />
                    <Button on:click=move |_| draft.key_change.set(KeyChange::Replace)>"Replace"</Button>
                    <Button on:click=move |_| draft.key_change.set(KeyChange::Remove)>"Remove"</Button>
                </div>
            </Show>
        </Field>
    }
}
