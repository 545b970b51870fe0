//! What each column of a table holds, chosen by a person.

use super::Import;
use leptos::prelude::*;
use types::products::{PreviewColumn, ProductColumn};

/// The columns with what they seem to hold.
#[component]
pub fn Columns(
    /// The import.
    import: Import,
    /// The columns as they were found.
    columns: Vec<PreviewColumn>,
) -> impl IntoView {
    let held: Vec<ProductColumn> = columns.iter().map(|column| column.holds).collect();
    let choose = move |place: usize, holds: ProductColumn| {
        let mut chosen = held.clone();
        import.choices.update(|choices| {
            if !choices.columns.is_empty() {
                chosen.clone_from(&choices.columns);
            }
            if let Some(column) = chosen.get_mut(place) {
                *column = holds;
            }
            choices.columns = chosen;
        });
    };
    let rows = columns.into_iter().enumerate().map(move |(place, column)| {
        let PreviewColumn { title, sample, holds } = column;
        let choose = choose.clone();
        let pick = move |event: leptos::ev::Event| {
            if let Ok(holds) = event_target_value(&event).parse() {
                choose(place, holds);
            }
        };
        let options = ProductColumn::ALL.iter().map(move |option| {
            view! { <option value=option.as_str() selected=*option == holds>{option.title()}</option> }
        });
        view! {
            <tr>
                <th scope="row"><bdi>{title.clone()}</bdi></th>
                <td class="import-sample"><bdi>{sample}</bdi></td>
                <td>
                    <select class="select" aria-label=format!("What “{title}” holds") on:change=pick>
                        {options.collect_view()}
                    </select>
                </td>
            </tr>
        }
    });
    view! {
        <div class="sources-frame">
            <table class="sources-table import-columns">
                <caption class="visually-hidden">"Columns of the file"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Column"</th>
                        <th scope="col">"First value"</th>
                        <th scope="col">"Holds"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
