//! Files, dropped or picked. They are looked at before anything is sent.

use crate::{
    icons::{self, Icon},
    ui::{ErrorAlert, error_text},
};
use leptos::prelude::*;
use types::{Error, ErrorCode, knowledge::Source, limits};
use wasm_bindgen::JsCast;

/// Endings of what can be read.
const ENDINGS: [&str; 21] = [
    ".pdf",
    ".docx",
    ".docm",
    ".xlsx",
    ".xlsm",
    ".pptx",
    ".odt",
    ".ods",
    ".odp",
    ".rtf",
    ".epub",
    ".eml",
    ".html",
    ".htm",
    ".xhtml",
    ".md",
    ".markdown",
    ".txt",
    ".text",
    ".csv",
    ".tsv",
];

/// A place for documents.
#[component]
pub fn Upload(
    /// Called with each source that was stored.
    on_added: Callback<Source>,
) -> impl IntoView {
    let is_over = RwSignal::new(false);
    let sending = RwSignal::new(0_u32);
    let problems = RwSignal::new(Vec::<Error>::new());
    let take = move |files: Option<web_sys::FileList>| {
        let Some(files) = files else { return };
        problems.set(Vec::new());
        for place in 0..files.length() {
            if let Some(file) = files.get(place) {
                sending.update(|count| *count += 1);
                leptos::task::spawn_local(async move {
                    match send(&file).await {
                        Ok(source) => on_added.run(source),
                        Err(error) => {
                            problems.try_update(|problems| problems.push(named(error, &file.name())));
                        }
                    }
                    sending.try_update(|count| *count -= 1);
                });
            }
        }
    };
    let drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        is_over.set(false);
        take(event.data_transfer().and_then(|data| data.files()));
    };
    let over = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        is_over.set(true);
    };
    let pick = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(input) = input {
            take(input.files());
            // So that the same file can be picked again.
            input.set_value("");
        }
    };
    view! {
        <label class="upload" class:upload-over=move || is_over.get() on:drop=drop on:dragover=over on:dragleave=move |_| is_over.set(false)>
            <input class="visually-hidden" type="file" multiple accept=".pdf,.docx,.docm,.xlsx,.xlsm,.pptx,.odt,.ods,.odp,.rtf,.epub,.eml,.html,.htm,.md,.markdown,.txt,.csv,.tsv,application/pdf,text/html,text/markdown,text/plain,text/csv" on:change=pick />
            <Icon path=icons::UPLOAD />
            <span>
                <strong>"Drop files here"</strong>
                " or "
                <span class="upload-pick">"choose them"</span>
            </span>
            <span class="field-hint">
                {move || if sending.get() > 0 { "Sending…" } else { "PDF, Office, web page, e-mail, text or CSV, up to 20 MB each" }}
            </span>
        </label>
        {move || problems.get().into_iter().map(|error| view! { <ErrorAlert error=error /> }).collect_view()}
    }
    .into_any()
}

/// Says which of the files it is about.
fn named(error: Error, name: &str) -> Error {
    let message = format!("{name}: {}", error_text(&error));
    Error { message, ..error }
}

/// Looks at a file, reads it and sends it.
async fn send(file: &web_sys::File) -> Result<Source, Error> {
    let name = file.name();
    check(&name, file.size())?;
    let unreadable = || Error::invalid("The file could not be opened. Try again, or copy its text and paste it.");
    let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.map_err(|_| unreadable())?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    api::knowledge::add_file(name, bytes).await
}

/// What can be said of a file by its name and size. What is in it, the server sees.
fn check(name: &str, bytes: f64) -> Result<(), Error> {
    let lower = name.to_lowercase();
    if !ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
        let words = "This kind of file cannot be read. Save it as PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), HTML, Markdown, text or CSV, or paste the text.";
        return Err(Error::new(ErrorCode::UnsupportedFile, words));
    }
    let limit = u32::try_from(limits::FILE_BYTES).map(f64::from).unwrap_or(f64::MAX);
    if bytes > limit {
        return Err(Error::new(ErrorCode::TooLarge, "The file is larger than 20 MB. Cut it into several files."));
    }
    if bytes <= 0.0 {
        return Err(Error::invalid("The file is empty."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_looked_at_first() {
        assert!(check("Returns.MD", 100.0).is_ok());
        assert!(check("returns.xls", 100.0).is_err_and(|error| error.code == ErrorCode::UnsupportedFile));
        assert!(check("a.txt", 21.0 * 1024.0 * 1024.0).is_err_and(|error| error.code == ErrorCode::TooLarge));
        assert!(check("a.txt", 0.0).is_err());
    }
}
