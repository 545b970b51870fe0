//! Taking a table from a file, and what came of it.

use crate::ui::{Alert, ErrorAlert, Tone};
use leptos::{html, prelude::*, task::spawn_local};
use types::{
    Error, ErrorCode, Result,
    knowledge::{Imported, RefusedRow},
    limits,
};

/// A button that lets a person pick a file with a table.
#[component]
pub fn PickTable(
    /// What is on it.
    #[prop(into)]
    words: Signal<&'static str>,
    /// What may be in the file, under the button.
    hint: &'static str,
    /// Endings of files that can be picked.
    accept: &'static str,
    /// Something is under way.
    #[prop(into)]
    busy: Signal<bool>,
    /// Called with the file.
    on_pick: Callback<web_sys::File>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let pick = move |_| {
        let Some(input) = node.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            on_pick.run(file);
        }
        // So that the same file can be picked again.
        input.set_value("");
    };
    view! {
        <label class="button button-secondary import-pick" title=hint>
            <input
                class="visually-hidden"
                type="file"
                accept=accept
                node_ref=node
                disabled=move || busy.get()
                on:change=pick
            />
            {move || words.get()}
        </label>
        <p class="field-hint import-hint">{hint}</p>
    }
    .into_any()
}

/// The bytes of a file, `most` at most.
///
/// # Errors
/// When it is larger, or cannot be opened.
pub async fn bytes_of(file: &web_sys::File, most: usize) -> Result<Vec<u8>> {
    let limit = u32::try_from(most).map(f64::from).unwrap_or(f64::MAX);
    if file.size() > limit {
        let message = format!("The table is larger than {} MB. Import it in parts.", most / 1024 / 1024);
        return Err(Error::new(ErrorCode::TooLarge, message));
    }
    let unreadable = || Error::invalid("The file could not be opened. Try again.");
    let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.map_err(|_| unreadable())?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// A button for a table of questions and answers, and below it what came of it.
#[component]
pub fn ImportFaqs(
    /// Called when a table was taken.
    on_done: Callback<()>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<Imported>>);
    let pick = Callback::new(move |file: web_sys::File| {
        busy.set(true);
        outcome.set(None);
        spawn_local(async move {
            let result = match bytes_of(&file, limits::IMPORT_BYTES).await {
                Ok(bytes) => api::knowledge::import_faqs(bytes).await,
                Err(error) => Err(error),
            };
            if result.is_ok() {
                on_done.run(());
            }
            let _ = outcome.try_set(Some(result));
            let _ = busy.try_set(false);
        });
    });
    view! {
        <PickTable
            words=Signal::derive(move || if busy.get() { "Importing…" } else { "Import a table" })
            hint="A CSV or Excel file with the columns “question” and “answer”. Known questions get the new answer."
            accept=".csv,.tsv,.txt,.xlsx,.ods,text/csv"
            busy=busy
            on_pick=pick
        />
        <ImportOutcome outcome=outcome />
    }
    .into_any()
}

/// What came of a table, once something did.
#[component]
pub fn ImportOutcome(
    /// What came of it.
    #[prop(into)]
    outcome: Signal<Option<Result<Imported>>>,
) -> impl IntoView {
    view! {
        <div class="import-outcome" role="status">
            {move || outcome.get().map(|outcome| match outcome {
                Ok(imported) => view! { <Outcome imported=imported /> }.into_any(),
                Err(error) => view! { <ErrorAlert error=error /> }.into_any(),
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Outcome(imported: Imported) -> impl IntoView {
    let Imported { added, changed, unchanged, refused, refused_count } = imported;
    let words = format!("{added} added, {changed} changed, {unchanged} unchanged, {refused_count} skipped.");
    let tone = if refused_count > 0 { Tone::Warning } else { Tone::Success };
    view! {
        <Alert tone=tone>
            <p>{words}</p>
            <RowNotes notes=refused count=refused_count />
        </Alert>
    }
    .into_any()
}

/// Rows with what there is to say of each, and how many there are more.
#[component]
pub fn RowNotes(
    /// Those that are named.
    notes: Vec<RefusedRow>,
    /// How many there are in all.
    count: u32,
) -> impl IntoView {
    let more = usize::try_from(count).unwrap_or(0).saturating_sub(notes.len());
    let rows = notes.into_iter().map(|row| view! { <li>{format!("Row {}: {}", row.line, row.reason)}</li> });
    (count > 0).then(|| {
        view! {
            <ul class="import-refused">
                {rows.collect_view()}
                {(more > 0).then(|| view! { <li>{format!("And {more} more.")}</li> })}
            </ul>
        }
    })
}
