//! Taking a table from a file, and what came of it.

use crate::ui::{Alert, ErrorAlert, Tone};
use leptos::{html, prelude::*, task::spawn_local};
use types::{Error, Result, knowledge::Imported, limits};

/// What a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Importing {
    /// Questions and answers.
    Faqs,
    /// Products.
    Products,
}

impl Importing {
    const fn hint(self) -> &'static str {
        match self {
            Self::Faqs => "A CSV file with the columns “question” and “answer”. Known questions get the new answer.",
            Self::Products => {
                "A CSV file with a column “name”, and “description”, “price”, “currency” and “status” if you have them. Products of the same name are changed; other columns are kept as details."
            }
        }
    }

    async fn send(self, bytes: Vec<u8>) -> Result<Imported> {
        match self {
            Self::Faqs => api::knowledge::import_faqs(bytes).await,
            Self::Products => api::products::import_products(bytes).await,
        }
    }
}

/// A button for a table, and below it what came of it.
#[component]
pub fn ImportButton(
    /// What the table holds.
    kind: Importing,
    /// Called when a table was taken.
    on_done: Callback<()>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<Imported>>);
    let pick = move |_| {
        let Some(input) = node.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        let Some(file) = file else { return };
        busy.set(true);
        outcome.set(None);
        spawn_local(async move {
            let result = read_and_send(kind, &file).await;
            if result.is_ok() {
                on_done.run(());
            }
            let _ = outcome.try_set(Some(result));
            let _ = busy.try_set(false);
            // So that the same file can be picked again.
            input.set_value("");
        });
    };
    let hint = kind.hint();
    view! {
        <label class="button button-secondary import-pick" title=hint>
            <input
                class="visually-hidden"
                type="file"
                accept=".csv,.tsv,.txt,text/csv"
                node_ref=node
                disabled=move || busy.get()
                on:change=pick
            />
            {move || if busy.get() { "Importing…" } else { "Import a table" }}
        </label>
        <p class="field-hint import-hint">{hint}</p>
        <div class="import-outcome" role="status">
            {move || outcome.get().map(|outcome| match outcome {
                Ok(imported) => view! { <Outcome imported=imported /> }.into_any(),
                Err(error) => view! { <ErrorAlert error=error /> }.into_any(),
            })}
        </div>
    }
    .into_any()
}

async fn read_and_send(kind: Importing, file: &web_sys::File) -> Result<Imported> {
    let limit = u32::try_from(limits::IMPORT_BYTES).map(f64::from).unwrap_or(f64::MAX);
    if file.size() > limit {
        return Err(Error::invalid("The table is larger than 2 MB. Import it in parts."));
    }
    let unreadable = || Error::invalid("The file could not be opened. Try again.");
    let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.map_err(|_| unreadable())?;
    kind.send(js_sys::Uint8Array::new(&buffer).to_vec()).await
}

#[component]
fn Outcome(imported: Imported) -> impl IntoView {
    let Imported { added, changed, unchanged, refused, refused_count } = imported;
    let words = format!("{added} added, {changed} changed, {unchanged} as they were, {refused_count} left out.");
    let tone = if refused_count > 0 { Tone::Warning } else { Tone::Success };
    let more = usize::try_from(refused_count).unwrap_or(0).saturating_sub(refused.len());
    view! {
        <Alert tone=tone>
            <p>{words}</p>
            {(!refused.is_empty()).then(|| view! {
                <ul class="import-refused">
                    {refused.into_iter().map(|row| view! { <li>{format!("Row {}: {}", row.line, row.reason)}</li> }).collect_view()}
                    {(more > 0).then(|| view! { <li>{format!("And {more} more.")}</li> })}
                </ul>
            })}
        </Alert>
    }
    .into_any()
}
