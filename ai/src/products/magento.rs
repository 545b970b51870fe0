//! Magento 2's products: simple ones, and configurable ones that list the simple ones which are their variants.

use super::{
    offer::{Details, Offer, Stock, Variant, details},
    sheet::Sheet,
    stock,
};
use crate::document::Row;
use std::collections::HashMap;

/// Variants of one product that are read.
const VARIANTS: usize = 2_000;

pub(super) fn offers(sheet: &Sheet<'_>) -> Vec<Offer> {
    // Rows of a store view say the same product in another language.
    let rows: Vec<(usize, &Row)> = sheet
        .rows()
        .filter(|(_, row)| matches!(sheet.cell(row, "store view code"), "" | "default" | "admin"))
        .collect();
    let mut by_sku: HashMap<&str, usize> = HashMap::new();
    for (place, (_, row)) in rows.iter().enumerate() {
        by_sku.entry(sheet.cell(row, "sku")).or_insert(place);
    }
    let mut taken = vec![false; rows.len()];
    let mut wholes = Vec::new();
    for (place, (line, row)) in rows.iter().enumerate() {
        let listed = variations(sheet.cell(row, "configurable variations"));
        if listed.is_empty() {
            continue;
        }
        let mut whole = offer(sheet, *line, row);
        for (sku, options) in listed {
            let child = by_sku.get(sku.as_str()).copied().filter(|child| *child != place);
            let Some((line, row)) = child.and_then(|child| rows.get(child)) else { continue };
            if let Some(taken) = child.and_then(|child| taken.get_mut(child)) {
                *taken = true;
            }
            whole.variants.push(Variant { options, skipped: hidden(sheet, row), ..variant(sheet, *line, row) });
        }
        wholes.push((place, whole));
    }
    let mut wholes: HashMap<usize, Offer> = wholes.into_iter().collect();
    let mut offers = Vec::new();
    for (place, (line, row)) in rows.iter().enumerate() {
        // One whose variants are in another file is sold at its own price.
        let mut offer = match wholes.remove(&place) {
            Some(whole) => whole,
            None if taken.get(place) == Some(&true) => continue,
            None => offer(sheet, *line, row),
        };
        if offer.variants.is_empty() {
            offer.variants.push(variant(sheet, *line, row));
        }
        offers.push(offer);
    }
    offers
}

/// The variants in a cell such as `sku=A-XS,size=XS,color=Black|sku=A-S,size=S,color=Black`.
fn variations(cell: &str) -> Vec<(String, Details)> {
    let one = |part: &str| {
        let mut pairs = pairs(part);
        let sku = pairs.iter().position(|(name, _)| name.eq_ignore_ascii_case("sku"))?;
        let (_, sku) = pairs.remove(sku);
        Some((sku, pairs.into_iter().map(|(name, value)| (title(&name), value)).collect()))
    };
    cell.split('|').filter_map(one).take(VARIANTS).collect()
}

/// The pairs of `name=value,other=value`; a comma within a value is one that no name follows.
fn pairs(cell: &str) -> Details {
    let mut pairs: Details = Vec::new();
    for part in cell.split(',') {
        let named = part.split_once('=').filter(|(name, _)| {
            let name = name.trim();
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-'))
        });
        match (named, pairs.last_mut()) {
            (Some((name, value)), _) => pairs.push((name.trim().to_owned(), value.trim().trim_matches('"').to_owned())),
            (None, Some((_, value))) => {
                value.push(',');
                value.push_str(part);
            }
            (None, None) => {}
        }
    }
    pairs
}

/// The name of an attribute as a person writes it.
fn title(name: &str) -> String {
    let name = name.replace('_', " ");
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn hidden(sheet: &Sheet<'_>, row: &Row) -> Option<String> {
    let online = sheet.first(row, &["product online", "status"]);
    let is_off = online == "2" || stock::yes(online) == Some(false) || online.eq_ignore_ascii_case("disabled");
    is_off.then(|| "It is disabled.".to_owned())
}

fn offer(sheet: &Sheet<'_>, line: usize, row: &Row) -> Offer {
    let (short, long) = (sheet.cell(row, "short description"), sheet.cell(row, "description"));
    let description = match (short.is_empty(), long.contains(short)) {
        (false, false) => format!("{short}\n\n{long}"),
        _ => long.to_owned(),
    };
    let mut all = details(&[("Category", &categories(sheet.cell(row, "categories")))]);
    for (name, value) in pairs(sheet.cell(row, "additional attributes")) {
        // Switches of the shop itself are nothing that a customer asks for.
        if !matches!(value.to_lowercase().as_str(), "" | "yes" | "no") {
            all.push((title(&name), value.replace('|', ", ")));
        }
    }
    Offer {
        line,
        title: sheet.cell(row, "name").to_owned(),
        description,
        details: all,
        skipped: hidden(sheet, row),
        variants: Vec::new(),
    }
}

/// "Default Category/Men/Tops,Default Category/Sale" without what all begin with.
fn categories(cell: &str) -> String {
    let named = cell.split(',').map(|path| path.trim().trim_start_matches("Default Category").trim_matches('/'));
    named.filter(|path| !path.is_empty()).map(|path| path.replace('/', " > ")).collect::<Vec<_>>().join(", ")
}

fn variant(sheet: &Sheet<'_>, line: usize, row: &Row) -> Variant {
    Variant {
        line,
        price: sheet.cell(row, "price").to_owned(),
        sale: sheet.cell(row, "special price").to_owned(),
        sale_from: sheet.first(row, &["special price from date", "special from date"]).to_owned(),
        sale_until: sheet.first(row, &["special price to date", "special to date"]).to_owned(),
        stock: in_stock(sheet, row),
        sku: sheet.cell(row, "sku").to_owned(),
        ..Variant::default()
    }
}

fn in_stock(sheet: &Sheet<'_>, row: &Row) -> Stock {
    let is_in = stock::read(sheet.cell(row, "is in stock"));
    let counted = stock::yes(sheet.cell(row, "manage stock")) != Some(false);
    let is_whole =
        ["configurable", "bundle", "grouped"].contains(&sheet.cell(row, "product type").to_lowercase().as_str());
    let is_sold_beyond = matches!(sheet.cell(row, "allow backorders"), "1" | "2");
    match (is_in, stock::of_number(sheet.cell(row, "qty"), is_sold_beyond)) {
        // There are none, and it is sold all the same.
        (Stock::In, Stock::Backorder) if counted && !is_whole => Stock::Backorder,
        (Stock::Unsaid, number) => number,
        (said, _) => said,
    }
}
