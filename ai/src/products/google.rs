//! A feed for the Google Merchant Center, as a table or in XML: each row is one thing that can be bought.

use super::{
    offer::{Offer, Variant, details},
    sheet::Sheet,
    stock,
};
use crate::document::Row;
use std::collections::HashMap;

pub(super) fn offers(sheet: &Sheet<'_>) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    // Those of a group and a title differ by their options alone.
    let mut groups: HashMap<(&str, &str), usize> = HashMap::new();
    for (line, row) in sheet.rows() {
        let group = (sheet.cell(row, "item group id"), sheet.cell(row, "title"));
        let before = groups.get(&group).filter(|_| !group.0.is_empty()).copied();
        if let Some(before) = before.and_then(|place| offers.get_mut(place)) {
            before.variants.push(variant(sheet, line, row));
            continue;
        }
        groups.insert(group, offers.len());
        let mut offer = offer(sheet, line, row);
        offer.variants.push(variant(sheet, line, row));
        offers.push(offer);
    }
    offers
}

fn offer(sheet: &Sheet<'_>, line: usize, row: &Row) -> Offer {
    Offer {
        line,
        title: sheet.cell(row, "title").to_owned(),
        description: sheet.cell(row, "description").to_owned(),
        details: details(&[
            ("Brand", sheet.cell(row, "brand")),
            ("Category", sheet.first(row, &["product type", "google product category"])),
        ]),
        ..Offer::default()
    }
}

fn variant(sheet: &Sheet<'_>, line: usize, row: &Row) -> Variant {
    let of = |name: &str| sheet.cell(row, name);
    let (from, until) = of("sale price effective date").split_once('/').unwrap_or_default();
    let condition = if of("condition").eq_ignore_ascii_case("new") { "" } else { of("condition") };
    Variant {
        line,
        options: details(&[
            ("Colour", sheet.first(row, &["color", "colour"])),
            ("Size", of("size")),
            ("Material", of("material")),
            ("Pattern", of("pattern")),
        ]),
        price: of("price").to_owned(),
        sale: of("sale price").to_owned(),
        sale_from: from.to_owned(),
        sale_until: until.to_owned(),
        stock: stock::read(of("availability")),
        sku: of("id").to_owned(),
        details: details(&[
            ("Condition", condition),
            ("Available from", of("availability date")),
            ("GTIN", of("gtin")),
            ("Link", of("link")),
        ]),
        ..Variant::default()
    }
}
