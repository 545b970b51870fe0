//! Shopify's products: a row for each variant below the row of its product, and rows of further pictures.

use super::{
    offer::{Offer, Stock, Variant, details},
    sheet::Sheet,
    stock,
};
use crate::document::Row;
use std::collections::HashMap;

/// What Shopify calls the option of a product without options.
const NO_OPTION: &str = "default title";

pub(super) fn offers(sheet: &Sheet<'_>) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    // The names of the options stand in the first row of a product.
    let mut options: Vec<[String; 3]> = Vec::new();
    for (line, row) in sheet.rows() {
        let handle = sheet.first(row, &["handle", "url handle"]);
        let title = sheet.cell(row, "title");
        let place = known.get(handle).copied().filter(|_| !handle.is_empty());
        // A row without a handle belongs to the one above, unless it begins a product.
        let place =
            place.or_else(|| (handle.is_empty() && title.is_empty() && !offers.is_empty()).then(|| offers.len() - 1));
        let place = match place {
            Some(place) => place,
            None => {
                known.insert(handle, offers.len());
                offers.push(offer(sheet, line, row));
                options.push([1, 2, 3].map(|number| sheet.cell(row, &format!("option{number} name")).to_owned()));
                offers.len() - 1
            }
        };
        let is_first = offers.get(place).is_some_and(|offer| offer.line == line);
        let names = options.get(place).cloned().unwrap_or_default();
        let variant = variant(sheet, line, row, &names);
        let is_picture = variant.options.is_empty() && variant.price.is_empty() && variant.sku.is_empty();
        if let Some(offer) = offers.get_mut(place).filter(|_| is_first || !is_picture) {
            offer.variants.push(variant);
        }
    }
    offers
}

fn offer(sheet: &Sheet<'_>, line: usize, row: &Row) -> Offer {
    let status = sheet.cell(row, "status").to_lowercase();
    let is_hidden = stock::yes(sheet.first(row, &["published", "published on online store"])) == Some(false);
    let skipped = match status.as_str() {
        "draft" => Some("It is a draft."),
        "archived" => Some("It is archived."),
        _ if is_hidden => Some("It is not published."),
        _ => None,
    };
    Offer {
        line,
        title: sheet.cell(row, "title").to_owned(),
        description: sheet.first(row, &["body (html)", "description"]).to_owned(),
        details: details(&[
            ("Brand", sheet.cell(row, "vendor")),
            ("Type", sheet.cell(row, "type")),
            ("Category", sheet.cell(row, "product category")),
            ("Tags", sheet.cell(row, "tags")),
        ]),
        skipped: skipped.map(str::to_owned),
        variants: Vec::new(),
    }
}

fn variant(sheet: &Sheet<'_>, line: usize, row: &Row, names: &[String; 3]) -> Variant {
    let mut variant = Variant {
        line,
        price: sheet.first(row, &["variant price", "price"]).to_owned(),
        compare: sheet.first(row, &["variant compare at price", "compare at price"]).to_owned(),
        sku: sheet.first(row, &["variant sku", "sku"]).trim_start_matches('\'').to_owned(),
        stock: in_stock(sheet, row),
        details: details(&[("Barcode", sheet.first(row, &["variant barcode", "barcode"]).trim_start_matches('\''))]),
        ..Variant::default()
    };
    for (place, name) in names.iter().enumerate() {
        let value = sheet.cell(row, &format!("option{} value", place + 1));
        if !value.is_empty() && value.to_lowercase() != NO_OPTION {
            let name = if name.is_empty() { format!("Option {}", place + 1) } else { name.clone() };
            variant.options.push((name, value.to_owned()));
        }
    }
    variant
}

/// Pieces are counted where a tracker is named; what is not counted is there.
fn in_stock(sheet: &Sheet<'_>, row: &Row) -> Stock {
    let trackers = ["variant inventory tracker", "inventory tracker"];
    if sheet.has_any(&trackers) && sheet.first(row, &trackers).is_empty() {
        return Stock::In;
    }
    let policy = sheet.cell(row, "variant inventory policy").eq_ignore_ascii_case("continue");
    let is_sold_beyond = policy || stock::yes(sheet.cell(row, "continue selling when out of stock")) == Some(true);
    stock::of_number(sheet.first(row, &["variant inventory qty", "inventory quantity"]), is_sold_beyond)
}
