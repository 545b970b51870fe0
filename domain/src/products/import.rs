//! Products from a table: each row is added, or changes the product of its name.

use super::{COLUMNS, ProductRow, save};
use crate::{
    Omnichat, Result,
    accounts::{ManageKnowledge, Permit},
    audit,
    database::TenantTx,
    knowledge,
};
use ai::document::{Row, Table};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use serde_json::{Map, Value};
use std::collections::HashMap;
use types::{
    audit::AuditAction,
    knowledge::Imported,
    products::{NewProduct, PRODUCTS, Product, ProductStatus},
};

/// Names of the columns, in the languages that tables often come in.
const NAME: [&str; 8] = ["name", "title", "product", "product name", "produkt", "bezeichnung", "nom", "nombre"];
const DESCRIPTION: [&str; 5] = ["description", "beschreibung", "text", "descripción", "details"];
const PRICE: [&str; 5] = ["price", "preis", "prix", "precio", "amount"];
const CURRENCY: [&str; 4] = ["currency", "währung", "devise", "moneda"];
const STATUS: [&str; 5] = ["status", "availability", "stock status", "verfügbarkeit", "in stock"];

/// Where in a row the fields are.
struct Columns {
    name: usize,
    known: [Option<usize>; 4],
    others: Vec<(usize, String)>,
}

/// Takes products from a table (CSV) with a column "name", and "description",
/// "price", "currency" and "status" if there are any. Other columns become
/// extra information. A product of the same name is changed.
///
/// # Errors
/// When it is no table, has no column for the name, or has too many rows.
pub async fn import(product: &Omnichat, permit: &Permit<ManageKnowledge>, bytes: &[u8]) -> Result<Imported> {
    let table = knowledge::read_table(bytes)?;
    let Some(columns) = columns(&table) else {
        let message =
            "The first row must name a column “name”. Others may be “description”, “price”, “currency” and “status”.";
        return Err(types::Error::invalid(message).field("file").into());
    };
    let mut imported = Imported::default();
    let mut good = Vec::with_capacity(table.rows.len());
    for (line, row) in &table.rows {
        match read_row(&columns, row).and_then(|new| Ok(save::checked(&new)?)) {
            Ok(new) => good.push((*line, new)),
            Err(error) => imported.refuse(*line, error.message),
        }
    }
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let mut held: HashMap<String, Product> =
                all(tx).await?.into_iter().map(|product| (product.name.to_lowercase(), product)).collect();
            for (line, new) in good {
                let key = new.name.to_lowercase();
                match held.get(&key) {
                    Some(before) => {
                        if save::update(tx, before, &new).await? {
                            imported.changed += 1;
                        } else {
                            imported.unchanged += 1;
                        }
                    }
                    None if held.len() >= PRODUCTS as usize => {
                        imported.refuse(line, format!("There are {PRODUCTS} products already, which is the most."));
                    }
                    None => {
                        let id = save::insert(tx, &caller, &new).await?;
                        held.insert(key, super::read(tx, id).await?);
                        imported.added += 1;
                    }
                }
            }
            let details = [("added", imported.added.to_string()), ("changed", imported.changed.to_string())];
            audit::record(tx, &caller, AuditAction::TableImported, "products", &details).await?;
            Ok(imported)
        })
        .await
}

async fn all(tx: &mut TenantTx) -> Result<Vec<Product>> {
    let tenant = tx.tenant();
    let rows: Vec<ProductRow> = diesel::sql_query(format!("SELECT {COLUMNS} WHERE products.tenant_id = $1 LIMIT $2"))
        .bind::<sql_types::Uuid, _>(tenant)
        .bind::<sql_types::BigInt, _>(i64::from(PRODUCTS))
        .load(tx.conn())
        .await?;
    rows.into_iter().map(ProductRow::product).collect()
}

fn columns(table: &Table) -> Option<Columns> {
    let name = table.column(&NAME)?;
    let known = [table.column(&DESCRIPTION), table.column(&PRICE), table.column(&CURRENCY), table.column(&STATUS)];
    let is_known = |place: usize| place == name || known.contains(&Some(place));
    let others =
        table.header.iter().cloned().enumerate().filter(|(place, title)| !is_known(*place) && !title.is_empty());
    Some(Columns { name, known, others: others.collect() })
}

fn read_row(columns: &Columns, row: &Row) -> Result<NewProduct, types::Error> {
    let cell = |place: Option<usize>| place.and_then(|place| row.get(place)).map(String::as_str).unwrap_or_default();
    let [description, price, currency, status] = columns.known.map(cell);
    let mut extra = Map::new();
    for (place, title) in &columns.others {
        let value = cell(Some(*place));
        if !value.is_empty() {
            extra.insert(title.clone(), Value::String(value.to_owned()));
        }
    }
    Ok(NewProduct {
        name: cell(Some(columns.name)).to_owned(),
        description: description.to_owned(),
        price: if price.is_empty() { None } else { Some(price.parse()?) },
        currency: if currency.is_empty() { currency_in(price).to_owned() } else { currency.to_owned() },
        status: read_status(status)?,
        extra_info: if extra.is_empty() { String::new() } else { Value::Object(extra).to_string() },
    })
}

/// The currency that is written beside a price.
fn currency_in(price: &str) -> &'static str {
    match price {
        _ if price.contains('€') || price.contains("EUR") => "EUR",
        _ if price.contains('£') || price.contains("GBP") => "GBP",
        _ if price.contains("CHF") => "CHF",
        _ if price.contains("USD") || price.contains("US$") => "USD",
        // A dollar sign alone is that of twenty countries.
        _ => "",
    }
}

fn read_status(text: &str) -> Result<ProductStatus, types::Error> {
    match text.to_lowercase().replace(['_', '-'], " ").trim() {
        "" | "available" | "in stock" | "instock" | "yes" | "true" | "1" | "lieferbar" | "verfügbar" | "auf lager"
        | "ja" => Ok(ProductStatus::Available),
        "out of stock" | "outofstock" | "sold out" | "unavailable" | "not available" | "no" | "false" | "0"
        | "ausverkauft" | "nein" => Ok(ProductStatus::OutOfStock),
        _ => Err(types::Error::invalid("The status must be “available” or “out of stock”.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuzz_tables_of_products() {
        let seeds: [&[u8]; 2] = [
            "name,price,currency,status,size\nMug,\"1.299,90 €\",,in stock,L\n".as_bytes(),
            b"Name;Preis;Verf\xfcgbar\nTasse;12,5;ja\n",
        ];
        fuzz::fuzz("tables_of_products", &seeds, &["\"", ",", ";", "name", "price", "status", "EUR", "US$"], |input| {
            let Ok(table) = ai::document::table(input) else { return };
            let Some(columns) = columns(&table) else { return };
            for (_, row) in &table.rows {
                if let Ok(product) = read_row(&columns, row) {
                    assert!(
                        product.extra_info.is_empty() || serde_json::from_str::<Value>(&product.extra_info).is_ok()
                    );
                }
            }
        });
    }
}
