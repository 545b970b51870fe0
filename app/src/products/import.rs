//! Importing products: a file is picked, what was found in it is shown, and taken when somebody says so.

mod columns;
mod review;

use crate::{
    knowledge::{ImportOutcome, PickTable, bytes_of},
    ui::{ErrorAlert, ListSkeleton},
};
use leptos::{prelude::*, task::spawn_local};
use review::Review;
use types::{
    Error, Result,
    knowledge::Imported,
    limits,
    products::{ImportChoices, ImportPreview},
};

/// A file that was picked.
#[derive(Clone)]
struct Picked {
    name: String,
    bytes: Vec<u8>,
}

/// The import as the page shows it.
#[derive(Clone, Copy)]
struct Import {
    picked: StoredValue<Option<Picked>>,
    name: RwSignal<String>,
    /// What somebody said of the table.
    choices: RwSignal<ImportChoices>,
    /// What was found, with the choices that it was found by.
    seen: RwSignal<Option<(ImportPreview, ImportChoices)>>,
    problem: RwSignal<Option<Error>>,
    looking: RwSignal<bool>,
    taking: RwSignal<bool>,
    outcome: RwSignal<Option<Result<Imported>>>,
    on_done: Callback<()>,
}

impl Import {
    fn new(on_done: Callback<()>) -> Self {
        Self {
            picked: StoredValue::new(None),
            name: RwSignal::new(String::new()),
            choices: RwSignal::new(ImportChoices::default()),
            seen: RwSignal::new(None),
            problem: RwSignal::new(None),
            looking: RwSignal::new(false),
            taking: RwSignal::new(false),
            outcome: RwSignal::new(None),
            on_done,
        }
    }

    fn is_busy(self) -> bool {
        self.looking.get() || self.taking.get()
    }

    /// Something was chosen since what is shown was found.
    fn is_stale(self) -> bool {
        self.seen.with(|seen| seen.as_ref().is_some_and(|(_, found_by)| self.choices.with(|now| now != found_by)))
    }

    fn pick(self, file: web_sys::File) {
        self.close();
        self.outcome.set(None);
        self.name.set(file.name());
        self.looking.set(true);
        spawn_local(async move {
            match bytes_of(&file, limits::FILE_BYTES).await {
                Ok(bytes) => {
                    let _ = self.picked.try_set_value(Some(Picked { name: file.name(), bytes }));
                    self.look_now().await;
                }
                Err(error) => drop(self.problem.try_set(Some(error))),
            }
            let _ = self.looking.try_set(false);
        });
    }

    /// Finds out what an import would do now.
    fn look(self) {
        if self.looking.get_untracked() {
            return;
        }
        self.looking.set(true);
        spawn_local(async move {
            self.look_now().await;
            let _ = self.looking.try_set(false);
        });
    }

    async fn look_now(self) {
        let _ = self.problem.try_set(None);
        // Twice when the business's own currency is put in where the file names none.
        for _ in 0..2 {
            let Some(picked) = self.picked.try_get_value().flatten() else { return };
            let Some(choices) = self.choices.try_get_untracked() else { return };
            let found = api::products::preview_products(picked.bytes, choices.clone()).await;
            // Another file was picked meanwhile.
            if self.name.try_get_untracked() != Some(picked.name) {
                return;
            }
            let is_first = self.seen.try_with_untracked(Option::is_none) == Some(true);
            match found {
                Ok(found) => {
                    let usual = found.usual_currency.clone();
                    let needs_currency = is_first && found.lacks_currency && !usual.is_empty();
                    let _ = self.seen.try_set(Some((found, choices)));
                    if !needs_currency {
                        return;
                    }
                    let _ = self.choices.try_update(|choices| choices.currency = usual);
                }
                Err(error) => {
                    let _ = self.problem.try_set(Some(error));
                    return;
                }
            }
        }
    }

    /// Takes what is shown.
    fn take(self) {
        let Some(picked) = self.picked.get_value() else { return };
        if self.taking.get_untracked() {
            return;
        }
        self.taking.set(true);
        self.problem.set(None);
        let choices = self.choices.get_untracked();
        spawn_local(async move {
            let result = api::products::import_chosen_products(picked.bytes, choices).await;
            let _ = self.taking.try_set(false);
            match result {
                Ok(imported) => {
                    let _ = self.outcome.try_set(Some(Ok(imported)));
                    self.close();
                    self.on_done.run(());
                }
                Err(error) => drop(self.problem.try_set(Some(error))),
            }
        });
    }

    /// Forgets the file.
    fn close(self) {
        let _ = self.picked.try_set_value(None);
        let _ = self.name.try_set(String::new());
        let _ = self.choices.try_set(ImportChoices::default());
        let _ = self.seen.try_set(None);
        let _ = self.problem.try_set(None);
    }
}

/// A button for the export of a shop or another table; below it what was found, and what came of it.
#[component]
pub fn ImportProducts(
    /// Called when products were taken.
    on_done: Callback<()>,
) -> impl IntoView {
    let import = Import::new(on_done);
    let busy = Signal::derive(move || import.is_busy());
    let retry = Callback::new(move |()| import.look());
    let is_first_look = move || import.looking.get() && import.seen.with(Option::is_none);
    view! {
        <div class="product-ways">
            <PickTable
                words=Signal::derive(move || if busy.get() { "Reading…" } else { "Import a table" })
                hint="An export of Shopify, WooCommerce, Magento, Shopware, Google Merchant or Square, or any CSV or Excel file. You see what would be imported before anything is."
                accept=".csv,.tsv,.txt,.xml,.xlsx,.ods,text/csv"
                busy=busy
                on_pick=Callback::new(move |file| import.pick(file))
            />
            <ImportOutcome outcome=import.outcome />
        </div>
        {move || is_first_look().then(|| view! { <ListSkeleton lines=6 /> })}
        {move || import.problem.get().map(|error| view! { <ErrorAlert error=error retry=retry /> })}
        {move || import.seen.get().map(|(found, _)| view! { <Review import=import found=found /> })}
    }
    .into_any()
}
