//! A table whose columns somebody named, or whose names say what they hold.

use super::{
    columns::currency_in,
    offer::{Offer, Variant},
    sheet::Sheet,
    stock,
};
use crate::document::Row;
use std::collections::HashMap;
use types::products::ProductColumn;

/// What each column holds.
type Held = [(String, ProductColumn)];

/// Whether a column holds the names.
pub(super) fn has_names(held: &Held) -> bool {
    held.iter().any(|(_, column)| *column == ProductColumn::Name)
}

/// The products; rows of one name are variants where a column says which.
pub(super) fn offers(sheet: &Sheet<'_>, held: &Held) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    if !has_names(held) {
        return offers;
    }
    for (line, row) in sheet.rows() {
        let (offer, is_variant) = offer(line, row, held);
        let name = offer.title.to_lowercase();
        let before = known.get(&name).filter(|_| is_variant).and_then(|place| offers.get_mut(*place));
        match before {
            Some(before) => {
                if before.description.is_empty() {
                    before.description = offer.description;
                }
                before.variants.extend(offer.variants);
            }
            None => {
                if is_variant {
                    known.insert(name, offers.len());
                }
                offers.push(offer);
            }
        }
    }
    offers
}

fn offer(line: usize, row: &Row, held: &Held) -> (Offer, bool) {
    let mut offer = Offer { line, ..Offer::default() };
    let mut variant = Variant { line, ..Variant::default() };
    let (mut of_price, mut of_stock) = (None, String::new());
    for ((title, column), cell) in held.iter().zip(row) {
        let cell = cell.trim();
        let add = |text: &mut String, between: &str| {
            if !cell.is_empty() {
                text.push_str(if text.is_empty() { "" } else { between });
                text.push_str(cell);
            }
        };
        match column {
            ProductColumn::Name => add(&mut offer.title, " "),
            ProductColumn::Variant if !cell.is_empty() => variant.options.push((title.clone(), cell.to_owned())),
            ProductColumn::Description => add(&mut offer.description, "\n\n"),
            ProductColumn::Price => {
                of_price = of_price.or_else(|| currency_in(title));
                add(&mut variant.price, " / ");
            }
            ProductColumn::SalePrice => add(&mut variant.sale, " / "),
            ProductColumn::Currency => add(&mut variant.currency, " "),
            ProductColumn::Stock => add(&mut of_stock, " "),
            ProductColumn::Sku => add(&mut variant.sku, " "),
            ProductColumn::Published if stock::yes(cell) == Some(false) => {
                variant.skipped = Some("It is not published.".to_owned());
            }
            ProductColumn::Detail if !cell.is_empty() => variant.details.push((title.clone(), cell.to_owned())),
            ProductColumn::Variant | ProductColumn::Published | ProductColumn::Detail | ProductColumn::Ignored => {}
        }
    }
    variant.stock = stock::read(&of_stock);
    if variant.currency.is_empty() {
        // The price itself may name another, which is then refused.
        variant.currency = of_price.unwrap_or_default().to_owned();
    }
    let is_variant = !variant.options.is_empty();
    offer.variants.push(variant);
    (offer, is_variant)
}
