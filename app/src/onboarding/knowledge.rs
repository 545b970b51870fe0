//! Step 3: what the AI knows.

use super::{sources::{SourceList, use_sources}, steps::Step, upload::Upload};
use crate::{
    icons::{self, Icon},
    ui::{Button, ButtonKind, ErrorAlert, Field, Input, PostForm, TextField},
};
use api::knowledge::AddText;
use leptos::prelude::*;
use types::limits;

/// Text is pasted or files are dropped; each is seen being learned.
#[component]
pub fn KnowledgeStep(
    /// Set once a source is ready, so that the preview can be asked.
    has_knowledge: RwSignal<bool>,
) -> impl IntoView {
    let sources = use_sources();
    Effect::new(move || has_knowledge.set(sources.has_ready()));
    let has_any = move || sources.has_any();
    view! {
        <section class="onboarding-step">
            <h1>"What should it know?"</h1>
            <p class="onboarding-text">
                "Give it the pages your customers ask about: delivery, returns, prices, opening hours. It answers from them and from nothing else."
            </p>
            <div class="form">
                <Upload on_added=Callback::new(move |source| sources.add(source)) />
                <PasteForm on_added=Callback::new(move |source| sources.add(source)) is_open=Signal::derive(move || !has_any()) />
                <SourceList sources=sources />
                <div class="form-actions">
                    {move || {
                        let (kind, words) = if has_any() { (ButtonKind::Primary, "Go on") } else { (ButtonKind::Secondary, "Skip for now") };
                        view! { <a class=kind.class() href=Step::Install.path()>{words}</a> }
                    }}
                    <a class=ButtonKind::Quiet.class() href=Step::Look.path()>"Back"</a>
                </div>
            </div>
        </section>
    }
}

fn title_check(value: &str) -> Option<&'static str> {
    let length = value.trim().chars().count();
    (length == 0 || length > limits::NAME_CHARS).then_some("Give it a title of at most 120 characters, such as “Returns”. Answers cite it.")
}

fn content_check(value: &str) -> Option<&'static str> {
    if value.trim().is_empty() {
        Some("Paste or write the text that answers should come from.")
    } else if value.len() > limits::SOURCE_BYTES {
        Some("This is more than 5 MB. Cut it into several texts.")
    } else {
        None
    }
}

/// Pasted text. Works without JavaScript.
#[component]
fn PasteForm(on_added: Callback<types::knowledge::Source>, is_open: Signal<bool>) -> impl IntoView {
    let action = ServerAction::<AddText>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let title = Input::new(String::new(), title_check);
    let content = Input::new(String::new(), content_check);
    Effect::new(move || {
        if let Some(Ok(source)) = action.value().get() {
            on_added.run(source);
            title.typed(String::new());
            content.typed(String::new());
        }
    });
    let problem = Signal::derive(move || content.problem());
    let check = Callback::new(move |()| title.verify() & content.verify());
    let general = move || error.get().filter(|error| error.field.as_deref() != Some("title"));
    view! {
        <details class="paste" open=is_open.get_untracked()>
            <summary>
                <Icon path=icons::FILE />
                "Paste text"
            </summary>
            <PostForm action=action check=check>
                <TextField name="title" label="Title" placeholder="Returns and refunds" input=title error=error />
                <Field id="content" label="Text" problem=problem>
                    <textarea
                        class="textarea"
                        id="content"
                        name="content"
                        rows="7"
                        dir="auto"
                        required
                        aria-describedby="content-note"
                        aria-invalid=move || problem.with(Option::is_some).then_some("true")
                        prop:value=move || content.get()
                        on:input=move |event| content.typed(event_target_value(&event))
                    ></textarea>
                </Field>
                {move || general().map(|error| view! { <ErrorAlert error=error /> })}
                <div class="form-actions">
                    <Button submit=true busy=action.pending()>"Add the text"</Button>
                </div>
            </PostForm>
        </details>
    }
}
