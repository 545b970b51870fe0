//! Square's item library: a row for each variation of an item, with pieces and switches for each location.

use super::{
    offer::{Offer, Stock, Variant, details},
    sheet::Sheet,
    stock,
};
use crate::document::Row;
use std::collections::HashMap;

/// What Square calls the only variation of an item.
const ONLY: &str = "regular";

pub(super) fn offers(sheet: &Sheet<'_>) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (line, row) in sheet.rows() {
        let name = sheet.cell(row, "item name");
        let reference = sheet.cell(row, "reference handle");
        let group = format!("{reference}\n{}", name.to_lowercase());
        // A row without a name is another variation of the item above.
        let place = if name.is_empty() { offers.len().checked_sub(1) } else { known.get(&group).copied() };
        let variant = variant(sheet, line, row);
        match place.and_then(|place| offers.get_mut(place)) {
            Some(item) => item.variants.push(variant),
            None => {
                known.insert(group, offers.len());
                offers.push(Offer { variants: vec![variant], ..offer(sheet, line, row) });
            }
        }
    }
    for item in offers.iter_mut().filter(|item| item.variants.len() == 1) {
        for variant in &mut item.variants {
            variant.options.retain(|(_, value)| !value.eq_ignore_ascii_case(ONLY));
        }
    }
    offers
}

fn offer(sheet: &Sheet<'_>, line: usize, row: &Row) -> Offer {
    Offer {
        line,
        title: sheet.cell(row, "item name").to_owned(),
        description: sheet.cell(row, "description").to_owned(),
        details: details(&[("Category", sheet.first(row, &["categories", "category", "reporting category"]))]),
        skipped: (stock::yes(sheet.cell(row, "archived")) == Some(true)).then(|| "It is archived.".to_owned()),
        variants: Vec::new(),
    }
}

fn variant(sheet: &Sheet<'_>, line: usize, row: &Row) -> Variant {
    let price = sheet.cell(row, "price");
    let mut variant = Variant {
        line,
        // Set at the till.
        price: if price.eq_ignore_ascii_case("variable") { String::new() } else { price.to_owned() },
        sale: sheet.cell(row, "online sale price").to_owned(),
        stock: in_stock(sheet, row),
        sku: sheet.cell(row, "sku").to_owned(),
        details: details(&[("GTIN", sheet.cell(row, "gtin"))]),
        ..Variant::default()
    };
    for number in 1..=3 {
        let name = sheet.cell(row, &format!("option name {number}"));
        variant.options.extend(details(&[(name, sheet.cell(row, &format!("option value {number}")))]));
    }
    if variant.options.is_empty() {
        variant.options = details(&[("Variation", sheet.cell(row, "variation name"))]);
    }
    let enabled = sheet.beginning(row, "enabled ");
    let is_nowhere = !enabled.is_empty() && enabled.iter().all(|cell| stock::yes(cell) == Some(false));
    if is_nowhere {
        variant.skipped = Some("It is sold at no location.".to_owned());
    } else if stock::yes(sheet.cell(row, "sellable")) == Some(false) {
        variant.skipped = Some("It is not for sale.".to_owned());
    }
    variant
}

/// It is in stock where any location has some; where nobody counts, nothing is said.
fn in_stock(sheet: &Sheet<'_>, row: &Row) -> Stock {
    let counted: Vec<Stock> = sheet
        .beginning(row, "current quantity")
        .into_iter()
        .map(|cell| stock::of_number(cell, false))
        .filter(|stock| *stock != Stock::Unsaid)
        .collect();
    let has = |stock: &Stock| counted.contains(stock);
    match counted.iter().find(|stock| matches!(stock, Stock::Unread(_))) {
        _ if has(&Stock::In) => Stock::In,
        Some(unread) => unread.clone(),
        None if has(&Stock::Out) => Stock::Out,
        None => Stock::Unsaid,
    }
}
