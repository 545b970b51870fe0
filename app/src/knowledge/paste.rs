//! A form for pasted text.

use crate::{
    icons::{self, Icon},
    ui::{Button, ErrorAlert, Input, PostForm, TextArea, TextField},
};
use api::knowledge::AddText;
use leptos::prelude::*;
use types::{knowledge::Source, limits};

fn title_check(value: &str) -> Option<&'static str> {
    let length = value.trim().chars().count();
    (length == 0 || length > limits::NAME_CHARS)
        .then_some("Give it a title of at most 120 characters, such as “Returns”. Answers cite it.")
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
pub fn PasteForm(
    /// Called with each source that was stored.
    on_added: Callback<Source>,
    /// It begins unfolded.
    is_open: Signal<bool>,
) -> impl IntoView {
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
    let check = Callback::new(move |()| title.verify() & content.verify());
    let general = move || error.get().filter(|error| !matches!(error.field.as_deref(), Some("title" | "content")));
    view! {
        <details class="paste" name="add-source" open=is_open.get_untracked()>
            <summary>
                <Icon path=icons::FILE />
                "Paste text"
            </summary>
            <PostForm action=action check=check>
                <TextField name="title" label="Title" placeholder="Returns and refunds" input=title error=error />
                <TextArea name="content" label="Text" rows=7 input=content error=error />
                {move || general().map(|error| view! { <ErrorAlert error=error /> })}
                <div class="form-actions">
                    <Button submit=true busy=action.pending()>"Add the text"</Button>
                </div>
            </PostForm>
        </details>
    }
    .into_any()
}
