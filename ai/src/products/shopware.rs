//! Shopware 6's products: a variant names the row that it is a variant of, and leaves empty what is the same.

use super::{
    offer::{Offer, Stock, Variant, details},
    sheet::Sheet,
    stock,
};
use crate::document::Row;
use std::collections::HashMap;

pub(super) const NUMBER: &[&str] = &["product number", "productnumber"];
pub(super) const NAME: &[&str] = &["name", "translations default name"];
const GROSS: &[&str] = &["price gross", "price default gross"];
const NET: &[&str] = &["price net", "price default net"];
pub(super) const GROSS_OR_NET: &[&str] = &["price gross", "price default gross", "price net", "price default net"];
const LIST: &[&str] =
    &["list price gross", "price list price gross", "price default listprice gross", "listprice gross"];
const DESCRIPTION: &[&str] = &["description", "translations default description"];
const PARENT: &[&str] = &["parent id", "parentid"];
const MAKER: &[&str] = &["manufacturer name", "manufacturer translations default name", "manufacturer"];
const CLEARANCE: &[&str] = &["is closeout", "iscloseout"];

pub(super) fn offers(sheet: &Sheet<'_>) -> Vec<Offer> {
    let (wholes, parts): (Vec<_>, Vec<_>) = sheet.rows().partition(|(_, row)| sheet.first(row, PARENT).is_empty());
    let mut offers: Vec<Offer> = wholes.iter().map(|(line, row)| offer(sheet, *line, row)).collect();
    let ids = wholes.iter().enumerate().map(|(place, (_, row))| (sheet.cell(row, "id"), place));
    let parents: HashMap<&str, usize> = ids.filter(|(id, _)| !id.is_empty()).collect();
    for (line, row) in parts {
        let mut variant = variant(sheet, line, row);
        if is_off(sheet, row) {
            variant.skipped = Some("It is not active.".to_owned());
        }
        let parent = parents.get(sheet.first(row, PARENT)).copied();
        let found = parent.and_then(|place| offers.get_mut(place).zip(wholes.get(place)));
        let Some((parent, (_, above))) = found else {
            offers.push(Offer { variants: vec![variant], ..offer(sheet, line, row) });
            continue;
        };
        if variant.price.is_empty() {
            let above = self::variant(sheet, line, above);
            (variant.price, variant.compare) = (above.price, above.compare);
            variant.details.extend(above.details);
            variant.notes = above.notes;
        }
        // Its own name says which it is, often behind that of the whole.
        let name = sheet.first(row, NAME);
        let option = name.strip_prefix(&parent.title).unwrap_or(name).trim_matches([' ', '-', '–', ',', '/']);
        variant.options = details(&[("Variant", option)]);
        parent.variants.push(variant);
    }
    for (offer, (line, row)) in offers.iter_mut().zip(wholes) {
        if offer.variants.is_empty() {
            offer.variants.push(variant(sheet, line, row));
        }
    }
    offers
}

fn is_off(sheet: &Sheet<'_>, row: &Row) -> bool {
    stock::yes(sheet.cell(row, "active")) == Some(false)
}

fn offer(sheet: &Sheet<'_>, line: usize, row: &Row) -> Offer {
    Offer {
        line,
        title: sheet.first(row, NAME).to_owned(),
        description: sheet.first(row, DESCRIPTION).to_owned(),
        details: details(&[("Brand", sheet.first(row, MAKER)), ("EAN", sheet.cell(row, "ean"))]),
        skipped: is_off(sheet, row).then(|| "It is not active.".to_owned()),
        variants: Vec::new(),
    }
}

fn variant(sheet: &Sheet<'_>, line: usize, row: &Row) -> Variant {
    let mut variant = Variant {
        line,
        price: sheet.first(row, GROSS).to_owned(),
        compare: sheet.first(row, LIST).to_owned(),
        stock: in_stock(sheet, row),
        sku: sheet.first(row, NUMBER).to_owned(),
        ..Variant::default()
    };
    let net = sheet.first(row, NET);
    if variant.price.is_empty() && !net.is_empty() {
        variant.price = net.to_owned();
        variant.details.push(("Price".to_owned(), "without tax".to_owned()));
        variant.notes.push("The price is without tax, the file has no other.".to_owned());
    }
    variant
}

/// What is no clearance is sold when there is none, too.
fn in_stock(sheet: &Sheet<'_>, row: &Row) -> Stock {
    let is_sold_beyond = sheet.has_any(CLEARANCE) && stock::yes(sheet.first(row, CLEARANCE)) == Some(false);
    stock::of_number(sheet.cell(row, "stock"), is_sold_beyond)
}
