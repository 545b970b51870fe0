//! What was found in a file: where it comes from, the first products, what may be wrong, and what an import would do.

use super::{Import, columns::Columns};
use crate::{
    icons,
    knowledge::RowNotes,
    ui::{Alert, Button, ButtonKind, Empty, Input, TextField, Tone},
};
use leptos::{html, prelude::*};
use types::{
    money::currency,
    products::{ExportKind, ImportPreview, PreviewRow, ProductStatus},
};

fn currency_check(value: &str) -> Option<&'static str> {
    (!value.trim().is_empty() && currency::code(value).is_none()).then_some("Write three letters, such as EUR.")
}

fn counted(count: u32, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// What was found, with the choices that are left to a person.
#[component]
pub fn Review(
    /// The import.
    import: Import,
    /// What was found.
    found: ImportPreview,
) -> impl IntoView {
    let ImportPreview {
        kind, products, variants, columns, rows, warnings, warning_count, lacks_currency, outcome, ..
    } = found;
    let heading = NodeRef::<html::H2>::new();
    // Whoever picked a file by keyboard goes on from here.
    Effect::new(move || {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    let title = match (products, variants) {
        (0, _) => kind.title().to_owned(),
        (_, 0) => format!("{}, {}", kind.title(), counted(products, "product")),
        _ => format!("{}, {}, {}", kind.title(), counted(products, "product"), counted(variants, "variant")),
    };
    let takes = outcome.added + outcome.changed;
    let skipped = outcome.refused_count;
    let words = format!(
        "{} new, {} changed, {} unchanged, {skipped} skipped.",
        outcome.added, outcome.changed, outcome.unchanged
    );
    let is_other = kind == ExportKind::Other;
    let map = move |_| {
        import.choices.update(|choices| choices.is_other = true);
        import.look();
    };
    let take_words = match takes {
        0 => "Nothing to import".to_owned(),
        takes => format!("Import {}", counted(takes, "product")),
    };
    let is_empty = rows.is_empty();
    let skipped_words = format!("{} skipped", counted(skipped, "row"));
    let warning_words = counted(warning_count, "warning");
    view! {
        <section class="import-review" aria-labelledby="import-title">
            <h2 id="import-title" tabindex="-1" node_ref=heading>{title}</h2>
            <p class="import-file"><bdi>{move || import.name.get()}</bdi></p>
            {is_other.then(|| view! {
                <p>"Check what each column holds. What is not needed is left out."</p>
                <Columns import=import columns=columns />
            })}
            {(!is_other).then(|| view! {
                <p>
                    <button type="button" class="button button-quiet button-small" on:click=map>
                        "This is something else: choose the columns"
                    </button>
                </p>
            })}
            <CurrencyField import=import lacks_currency=lacks_currency />
            {if is_empty {
                let text = if is_other { "Choose the column that holds the names." } else { "Every row is skipped, see below." };
                view! { <Empty icon=icons::TAG title="No products found" text=text /> }.into_any()
            } else {
                view! { <Rows rows=rows /> }.into_any()
            }}
            {(warning_count > 0).then(|| view! {
                <details class="import-notes">
                    <summary>{warning_words}</summary>
                    <RowNotes notes=warnings count=warning_count />
                </details>
            })}
            {(skipped > 0).then(|| view! {
                <details class="import-notes" open=takes == 0>
                    <summary>{skipped_words}</summary>
                    <RowNotes notes=outcome.refused count=skipped />
                </details>
            })}
            <p class="import-counts" role="status" data-testid="import-counts">{words}</p>
            <div class="form-actions">
                <Show
                    when=move || import.is_stale()
                    fallback=move || {
                        let words = take_words.clone();
                        view! {
                            <Button
                                kind=ButtonKind::Primary
                                busy=import.taking
                                disabled=takes == 0
                                on:click=move |_| import.take()
                            >
                                {words}
                            </Button>
                        }
                    }
                >
                    <Button kind=ButtonKind::Primary busy=import.looking on:click=move |_| import.look()>
                        "Update the preview"
                    </Button>
                </Show>
                <button type="button" class="button button-quiet" on:click=move |_| import.close()>"Cancel"</button>
            </div>
        </section>
    }
    .into_any()
}

/// The currency of prices that name none.
#[component]
fn CurrencyField(import: Import, lacks_currency: bool) -> impl IntoView {
    let chosen = import.choices.with_untracked(|choices| choices.currency.clone());
    let input = Input::new(chosen.clone(), currency_check);
    Effect::new(move || {
        let code = input.value.get().trim().to_uppercase();
        let is_right = code.is_empty() || currency::code(&code).is_some();
        if is_right && import.choices.with_untracked(|choices| choices.currency != code) {
            import.choices.update(|choices| choices.currency = code);
        }
    });
    (lacks_currency || !chosen.is_empty()).then(|| {
        view! {
            {lacks_currency.then(|| view! {
                <Alert tone=Tone::Warning>"The file does not say which currency its prices are in."</Alert>
            })}
            <div class="import-currency">
                <TextField
                    name="import-currency"
                    label="Currency of prices that name none"
                    placeholder="EUR"
                    input=input
                    optional=true
                />
            </div>
        }
    })
}

/// The first products as they would be stored.
#[component]
fn Rows(rows: Vec<PreviewRow>) -> impl IntoView {
    let shown = rows.len();
    let caption = if shown == 1 { "The first product".to_owned() } else { format!("The first {shown} products") };
    let row = |row: PreviewRow| {
        let PreviewRow { line, product } = row;
        let price = product.price.map(|price| price.in_currency(&product.currency)).unwrap_or_default();
        let (tone, stock) = match product.status {
            ProductStatus::Available => (Tone::Success, "In stock"),
            ProductStatus::OutOfStock => (Tone::Warning, "Out of stock"),
        };
        view! {
            <tr>
                <td class="is-number">{line}</td>
                <th scope="row" class="import-name"><bdi>{product.name}</bdi></th>
                <td class="is-number">{price}</td>
                <td><span class=format!("chip {}", tone.class())>{stock}</span></td>
                <td class="import-sample" dir="auto">{product.description}</td>
                <td class="import-sample" dir="auto">{details(&product.extra_info)}</td>
            </tr>
        }
    };
    view! {
        <div class="sources-frame" role="region" aria-label="Preview" tabindex="0">
            <table class="sources-table import-rows" data-testid="import-rows">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="is-number">"Row"</th>
                        <th scope="col">"Name"</th>
                        <th scope="col" class="is-number">"Price"</th>
                        <th scope="col">"Stock"</th>
                        <th scope="col">"Description"</th>
                        <th scope="col">"Details"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Details in one line, without the signs of JSON around them. They are one object of texts.
fn details(json: &str) -> String {
    let (mut line, mut is_inside) = (String::new(), false);
    let mut letters = json.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => is_inside = !is_inside,
            '\\' if is_inside => match letters.next() {
                Some('n' | 'r' | 't') => line.push(' '),
                Some(other) => line.push(other),
                None => {}
            },
            letter if is_inside => line.push(letter),
            ':' => line.push_str(": "),
            ',' => line.push_str(", "),
            _ => {}
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_details_are_words() {
        assert_eq!((counted(1, "product"), counted(0, "row")), ("1 product".to_owned(), "0 rows".to_owned()));
        assert_eq!(details(r#"{"Colour":"blue","Size":"6\""}"#), "Colour: blue, Size: 6\"");
        assert_eq!(details(""), "");
        assert!(currency_check("euro").is_some() && currency_check("eur").is_none() && currency_check("").is_none());
    }
}
