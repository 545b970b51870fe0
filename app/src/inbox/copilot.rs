//! The AI beside the agent: suggests a reply, changes what is written, sums
//! up. What it makes is looked at by the agent; nothing is sent by itself.

use crate::{
    icons::{self, Icon},
    ui::ErrorAlert,
};
use leptos::{html, prelude::*, task::spawn_local};
use types::{
    ConversationId, Error, Result,
    copilot::{ConversationSummary, Edit, LANGUAGES, Suggestion},
};

/// What the AI offers beside the composer of one conversation.
#[derive(Clone, Copy)]
pub struct Copilot {
    id: ConversationId,
    content: RwSignal<String>,
    field: NodeRef<html::Textarea>,
    keep: StoredValue<Box<dyn Fn() + Send + Sync>>,
    suggestion: RwSignal<Option<Suggestion>>,
    summary: RwSignal<Option<ConversationSummary>>,
    /// What it is doing.
    busy: RwSignal<Option<&'static str>>,
    problem: RwSignal<Option<Error>>,
    /// What was written before it was changed.
    before: RwSignal<Option<String>>,
    has_model: RwSignal<Option<bool>>,
}

/// The AI beside a composer: `keep` is called after it has changed `content`.
pub fn use_copilot(
    id: ConversationId,
    content: RwSignal<String>,
    field: NodeRef<html::Textarea>,
    keep: impl Fn() + Send + Sync + 'static,
) -> Copilot {
    Copilot {
        id,
        content,
        field,
        keep: StoredValue::new(Box::new(keep)),
        suggestion: RwSignal::new(None),
        summary: RwSignal::new(None),
        busy: RwSignal::new(None),
        problem: RwSignal::new(None),
        before: RwSignal::new(None),
        has_model: RwSignal::new(None),
    }
}

impl Copilot {
    /// Does one thing at a time, and says what goes wrong.
    fn run<T: 'static>(
        self,
        doing: &'static str,
        work: impl Future<Output = Result<T>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked().is_some() {
            return;
        }
        self.busy.set(Some(doing));
        self.problem.set(None);
        spawn_local(async move {
            match work.await {
                // The agent may have gone on to another conversation.
                Ok(made) if self.busy.try_get_untracked().is_some() => done(made),
                Ok(_) => {}
                Err(error) => {
                    self.problem.try_set(Some(error));
                }
            }
            self.busy.try_set(None);
        });
    }

    fn suggest(self) {
        let show = move |suggestion| {
            self.summary.set(None);
            self.suggestion.set(Some(suggestion));
        };
        self.run("Looking for an answer…", api::copilot::suggest_reply(self.id), show);
    }

    fn summarise(self) {
        let show = move |summary| {
            self.suggestion.set(None);
            self.summary.set(Some(summary));
        };
        self.run("Summing up…", api::copilot::summarise_conversation(self.id), show);
    }

    fn edit(self, edit: Edit, language: Option<String>) {
        let text = self.content.get_untracked();
        let replace = move |edited: String| {
            self.before.set(Some(self.content.get_untracked()));
            self.write(edited);
        };
        self.run("Working on your text…", api::copilot::edit_text(self.id, text, edit, language), replace);
    }

    fn write(self, text: String) {
        self.content.set(text);
        self.keep.with_value(|keep| keep());
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
        }
    }

    /// Puts the suggestion into the field, behind what is there.
    fn take(self) {
        let Some(suggestion) = self.suggestion.get_untracked() else { return };
        let written = self.content.with_untracked(|content| content.trim_end().to_owned());
        self.before.set(Some(written.clone()));
        self.suggestion.set(None);
        self.write(if written.is_empty() { suggestion.text } else { format!("{written}\n\n{}", suggestion.text) });
    }

    fn undo(self) {
        if let Some(before) = self.before.get_untracked() {
            self.before.set(None);
            self.write(before);
        }
    }

    /// Asks once whether texts can be changed at all.
    fn find_model(self) {
        if self.has_model.get_untracked().is_none() {
            spawn_local(async move {
                if let Ok(has_model) = api::copilot::has_language_model().await {
                    self.has_model.try_set(Some(has_model));
                }
            });
        }
    }
}

/// The buttons.
#[component]
pub fn CopilotActs(
    /// The AI beside this composer.
    copilot: Copilot,
) -> impl IntoView {
    let is_busy = move || copilot.busy.get().is_some();
    view! {
        <div class="copilot-acts" role="group" aria-label="Help of the AI">
            <Show when=move || copilot.before.get().is_some()>
                <button type="button" class="composer-mode" on:click=move |_| copilot.undo()>"Undo"</button>
            </Show>
            <button
                type="button"
                class="composer-mode"
                data-testid="suggest"
                title="A reply from your sources. Shortcut: s"
                aria-keyshortcuts="s"
                disabled=is_busy
                on:click=move |_| copilot.suggest()
            >
                <Icon path=icons::SPARK small=true />
                "Suggest"
            </button>
            <button
                type="button"
                class="composer-mode"
                data-testid="summarise"
                title="What was asked, answered, and is open"
                disabled=is_busy
                on:click=move |_| copilot.summarise()
            >
                "Summarise"
            </button>
            <EditMenu copilot=copilot />
        </div>
    }
    .into_any()
}

/// What can be done to the text in the field.
#[component]
fn EditMenu(copilot: Copilot) -> impl IntoView {
    let menu = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let is_empty = Memo::new(move |_| copilot.content.with(|content| content.trim().is_empty()));
    let cannot = move || is_empty.get() || copilot.busy.get().is_some() || copilot.has_model.get() == Some(false);
    let act = move |edit: Edit| {
        close();
        copilot.edit(edit, None);
    };
    let item = move |edit: Edit, name: &'static str| {
        view! {
            <button type="button" class="copilot-item" disabled=cannot on:click=move |_| act(edit)>{name}</button>
        }
    };
    let translate = move |event| {
        let language = event_target_value(&event);
        if !language.is_empty() {
            close();
            copilot.edit(Edit::Translate, Some(language));
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
        }
    };
    let note = move || match (copilot.has_model.get(), is_empty.get()) {
        (Some(false), _) => "Needs a language model: Settings, AI answers.",
        (_, true) => "Write something first.",
        _ => "",
    };
    view! {
        <details
            class="copilot-menu"
            data-testid="edit-menu"
            node_ref=menu
            on:toggle=move |_| copilot.find_model()
            on:keydown=on_key
        >
            <summary class="composer-mode">"Edit" <Icon path=icons::DOWN small=true /></summary>
            <div class="copilot-items">
                {item(Edit::Rewrite, "Rewrite")}
                {item(Edit::Shorten, "Shorten")}
                {item(Edit::Friendlier, "Make it friendlier")}
                <select class="select copilot-language" aria-label="Translate to" disabled=cannot prop:value="" on:change=translate>
                    <option value="">"Translate to…"</option>
                    {LANGUAGES.into_iter().map(|(tag, _, name)| view! { <option value=tag lang=tag>{name}</option> }).collect_view()}
                </select>
                <p class="copilot-note">{note}</p>
            </div>
        </details>
    }
    .into_any()
}

/// What was made, above the field.
#[component]
pub fn CopilotOffer(
    /// The AI beside this composer.
    copilot: Copilot,
) -> impl IntoView {
    view! {
        <div class="copilot-offer" aria-live="polite">
            {move || copilot.busy.get().map(|doing| view! { <p class="copilot-busy" role="status">{doing}</p> })}
            {move || {
                copilot.problem.get().map(|error| view! { <div class="copilot-problem"><ErrorAlert error=error /></div> })
            }}
            {move || copilot.suggestion.get().map(|suggestion| view! { <Offer copilot=copilot suggestion=suggestion /> })}
            {move || copilot.summary.get().map(|summary| view! { <Summary copilot=copilot summary=summary /> })}
        </div>
    }
    .into_any()
}

#[component]
fn Offer(copilot: Copilot, suggestion: Suggestion) -> impl IntoView {
    let Suggestion { text, citations, confidence, is_generated } = suggestion;
    let dismiss = move |_| copilot.suggestion.set(None);
    if text.is_empty() {
        return view! {
            <section class="copilot-card" data-testid="suggestion" aria-label="Suggested reply">
                <p class="copilot-text">"Your sources say nothing about this."</p>
                <div class="copilot-foot">
                    <button type="button" class="button button-quiet button-small" on:click=dismiss>"Close"</button>
                </div>
            </section>
        }
        .into_any();
    }
    let made = if is_generated { "Written by the language model from" } else { "Quoted from" };
    let sources = citations
        .into_iter()
        .map(|citation| {
            view! {
                <li>
                    <a href=format!("/knowledge?source={}", citation.source_id) title=citation.quote><bdi>{citation.title}</bdi></a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="copilot-card" data-testid="suggestion" aria-label="Suggested reply">
            <p class="copilot-text" dir="auto">{text}</p>
            <div class="copilot-sources">
                <span>{made}</span>
                <ul>{sources}</ul>
                <span class="copilot-sure number">{format!("{:.0} % sure", confidence * 100.0)}</span>
            </div>
            <div class="copilot-foot">
                <button type="button" class="button button-primary button-small" data-testid="use-suggestion" on:click=move |_| copilot.take()>
                    "Use this reply"
                </button>
                <button type="button" class="button button-quiet button-small" on:click=dismiss>"Dismiss"</button>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Summary(copilot: Copilot, summary: ConversationSummary) -> impl IntoView {
    let made = if summary.is_generated { "Written by the language model" } else { "In the people’s own words" };
    view! {
        <section class="copilot-card" data-testid="summary" aria-label="Summary">
            <p class="copilot-text" dir="auto">{summary.text}</p>
            <div class="copilot-sources"><span>{made}</span></div>
            <div class="copilot-foot">
                <button type="button" class="button button-quiet button-small" on:click=move |_| copilot.summary.set(None)>
                    "Close"
                </button>
            </div>
        </section>
    }
    .into_any()
}
