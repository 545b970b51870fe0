//! How the AI speaks: its name, tone and languages, and its words when it calls a person.

use super::endpoint::Plain;
use crate::ui::{Button, ButtonKind, Field, Input};
use leptos::prelude::*;
use types::answers::{AiSettings, HAND_OFF_CHARS, HandOffWords, PERSONA_CHARS, TONE_CHARS};

/// Tones to begin with.
const TONES: [&str; 4] = ["friendly and short", "formal and precise", "warm and patient", "plain words, no jargon"];
/// Languages that can have words of their own.
const MOST: usize = 30;

/// The voice while it is being changed.
#[derive(Clone, Copy)]
pub(super) struct VoiceDraft {
    pub(super) persona: Input,
    pub(super) tone: Input,
    languages: Input,
    words: RwSignal<Vec<WordsDraft>>,
    last: StoredValue<u32>,
}

#[derive(Clone, Copy)]
struct WordsDraft {
    number: u32,
    language: Input,
    text: Input,
}

fn codes(text: &str) -> Vec<String> {
    text.split([',', ' ', ';']).map(|code| code.trim().to_lowercase()).filter(|code| !code.is_empty()).collect()
}

fn is_code(code: &str) -> bool {
    (2..=12).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl VoiceDraft {
    pub(super) fn new(settings: &AiSettings) -> Self {
        let draft = Self {
            persona: Input::new(String::new(), |text| {
                let length = text.trim().chars().count();
                (length == 0 || length > PERSONA_CHARS).then_some("Use 1 to 40 characters.")
            }),
            tone: Input::new(String::new(), |text| {
                (text.chars().count() > TONE_CHARS).then_some("Use at most 200 characters.")
            }),
            languages: Input::new(String::new(), |text| {
                (!codes(text).iter().all(|code| is_code(code))).then_some("Use codes such as en, de, vi.")
            }),
            words: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
        };
        draft.reset(settings);
        draft
    }

    pub(super) fn reset(self, settings: &AiSettings) {
        self.persona.typed(settings.persona.clone());
        self.tone.typed(settings.tone.clone());
        self.languages.typed(settings.languages.join(", "));
        self.words.set(settings.hand_off_words.iter().map(|words| self.words_draft(words)).collect());
    }

    fn words_draft(self, words: &HandOffWords) -> WordsDraft {
        self.last.update_value(|last| *last += 1);
        WordsDraft {
            number: self.last.get_value(),
            language: Input::new(words.language.clone(), |text| {
                (!text.trim().is_empty() && !is_code(text.trim())).then_some("A code such as de, or nothing.")
            }),
            text: Input::new(words.text.clone(), |text| {
                (text.chars().count() > HAND_OFF_CHARS).then_some("Use at most 500 characters.")
            }),
        }
    }

    pub(super) fn values(self) -> (Vec<String>, Vec<HandOffWords>) {
        let words = self
            .words
            .get()
            .into_iter()
            .map(|words| HandOffWords { language: words.language.get().trim().to_owned(), text: words.text.get() });
        (codes(&self.languages.get()), words.filter(|words| !words.text.trim().is_empty()).collect())
    }

    pub(super) fn verify(self) -> bool {
        let words = self.words.get_untracked().into_iter();
        let words = words.map(|words| words.language.verify() & words.text.verify()).fold(true, |all, one| all & one);
        self.persona.verify() & self.tone.verify() & self.languages.verify() & words
    }
}

/// Name, tone, languages and words for a hand-off.
#[component]
pub(super) fn VoiceFields(
    /// What is changed.
    draft: VoiceDraft,
) -> impl IntoView {
    let of = |input: Input| Signal::derive(move || input.problem());
    let add = move |_| {
        let words = draft.words_draft(&HandOffWords { language: String::new(), text: String::new() });
        draft.words.update(|all| {
            if all.len() < MOST {
                all.push(words);
            }
        });
    };
    view! {
        <Plain id="persona".to_owned() label="Name" hint="Visitors and your team see it beside each answer of the AI." input=draft.persona problem=of(draft.persona) />
        <ToneField input=draft.tone />
        <Plain
            id="languages".to_owned()
            label="Languages"
            optional=true
            hint="Codes such as en, de, vi. A question in any other language goes to your team. Empty: every language."
            input=draft.languages
            problem=of(draft.languages)
        />
        <fieldset class="field">
            <legend class="field-label">"Words when a person is called"</legend>
            <p class="field-hint">"Without any, the AI says in the visitor's language that somebody will reply here."</p>
            <For each=move || draft.words.get() key=|words| words.number children=move |words| view! { <WordsRow words=words draft=draft /> } />
            <div><Button on:click=add>"Add words"</Button></div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn WordsRow(words: WordsDraft, draft: VoiceDraft) -> impl IntoView {
    let number = words.number;
    let of = |input: Input| Signal::derive(move || input.problem());
    view! {
        <div class="hand-off-words">
            <Plain id=format!("words-language-{number}") label="Language" optional=true hint="Empty: all others." input=words.language problem=of(words.language) />
            <Plain id=format!("words-text-{number}") label="Words" input=words.text problem=of(words.text) />
            <Button
                kind=ButtonKind::Quiet
                on:click=move |_| draft.words.update(|all| all.retain(|other| other.number != number))
            >
                "Remove words"
            </Button>
        </div>
    }
    .into_any()
}

#[component]
fn ToneField(input: Input) -> impl IntoView {
    let problem = Signal::derive(move || input.problem());
    view! {
        <Field id="tone" label="Tone" optional=true hint="A few words. A language model writes in this tone." problem=problem>
            <input
                class="input"
                id="tone"
                type="text"
                dir="auto"
                autocomplete="off"
                placeholder="friendly and short"
                aria-describedby="tone-note"
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                value=input.value.get_untracked()
                prop:value=move || input.get()
                on:input=move |event| input.typed(event_target_value(&event))
                on:blur=move |_| {
                    let _ = input.verify();
                }
            />
            <div class="suggestions">
                {TONES
                    .into_iter()
                    .map(|tone| {
                        view! {
                            <button type="button" class="suggestion" on:click=move |_| input.typed(tone.to_owned())>
                                {tone}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </Field>
    }
    .into_any()
}
