//! Exports of each shop, and other tables.

mod exports;
mod hostile;
mod tables;

use super::{Found, read_on};
use types::products::{ImportChoices, ProductStatus};

/// The products of a file.
fn found(text: &str, currency: &str) -> Found {
    let choices = ImportChoices { currency: currency.to_owned(), ..ImportChoices::default() };
    read_on("2026-11-28", text.as_bytes(), &choices).unwrap()
}

/// Each product in one line: name, price, stock, details, description.
fn lines(found: &Found) -> Vec<String> {
    found
        .products
        .iter()
        .map(|one| {
            let new = &one.new;
            let price = new.price.map(|price| price.in_currency(&new.currency)).unwrap_or_default();
            let stock = if new.status == ProductStatus::Available { "in" } else { "out" };
            let details: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(&new.extra_info).unwrap_or_default();
            let details: Vec<String> =
                details.iter().map(|(name, value)| format!("{name}={}", value.as_str().unwrap())).collect();
            format!("{} | {price} | {stock} | {} | {}", new.name, details.join("; "), new.description)
        })
        .collect()
}

/// Rows that are no product, with the beginning of the reason.
fn refused(found: &Found) -> Vec<String> {
    found.outcome.refused.iter().map(|row| format!("{}: {}", row.line, row.reason)).collect()
}
