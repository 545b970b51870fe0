//! Products from a table: each is added, or changes the product of its name. What would come of it is said before.

use super::{COLUMNS, ProductRow, save};
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit},
    audit,
    database::TenantTx,
    knowledge,
};
use ai::{document::DocumentError, products::Found};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use types::{
    audit::AuditAction,
    knowledge::{Imported, REFUSED_SHOWN, RefusedRow},
    limits::FILE_BYTES,
    money::currency,
    products::{ImportChoices, ImportPreview, NewProduct, PRODUCTS, PreviewRow, Product},
};

/// Products of a preview.
const SHOWN: usize = 10;
/// Columns that can be chosen.
const COLUMNS_CHOSEN: usize = 500;

/// What is done with a product of a table.
#[derive(Debug)]
enum Step {
    Add(NewProduct),
    Change(Product, NewProduct),
}

/// What an import does, and what comes of the rows.
#[derive(Debug)]
struct Plan {
    steps: Vec<Step>,
    outcome: Imported,
}

/// Takes products from the export of a shop or any other table. `choices` say what the table itself does not. A product
/// of the same name is changed.
///
/// # Errors
/// When there is no table in it, it is not known which column holds the names, or it is too large.
pub async fn import(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    bytes: Vec<u8>,
    choices: &ImportChoices,
) -> Result<Imported> {
    let found = read(product, permit, bytes, choices).await?;
    if !found.has_names {
        let message =
            "The first row must name a column “name”. Others may be “description”, “price”, “currency” and “status”.";
        return Err(types::Error::invalid(message).field("file").into());
    }
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let Plan { steps, outcome } = plan(&found, all(tx).await?);
            for step in steps {
                match step {
                    Step::Add(new) => drop(save::insert(tx, &caller, &new).await?),
                    Step::Change(before, new) => drop(save::update(tx, &before, &new).await?),
                }
            }
            let details = [("added", outcome.added.to_string()), ("changed", outcome.changed.to_string())];
            audit::record(tx, &caller, AuditAction::TableImported, "products", &details).await?;
            Ok(outcome)
        })
        .await
}

/// What [`import`] would do; nothing is changed.
///
/// # Errors
/// When there is no table in it, or it is too large.
pub async fn preview(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    bytes: Vec<u8>,
    choices: &ImportChoices,
) -> Result<ImportPreview> {
    let found = read(product, permit, bytes, choices).await?;
    let held = product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| all(tx).await).await?;
    let usual_currency = usual_currency(&held);
    let Plan { outcome, .. } = plan(&found, held);
    let place = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
    let notes = found.products.iter().flat_map(|one| one.notes.iter().map(|note| (one.line, note)));
    let rows = found.products.iter().take(SHOWN);
    Ok(ImportPreview {
        kind: found.kind,
        products: found.wholes,
        variants: found.variants,
        rows: rows.map(|one| PreviewRow { line: place(one.line), product: one.new.clone() }).collect(),
        warning_count: place(notes.clone().count()),
        warnings: notes
            .take(REFUSED_SHOWN)
            .map(|(line, note)| RefusedRow { line: place(line), reason: note.clone() })
            .collect(),
        lacks_currency: found.products.iter().any(|one| one.new.price.is_some() && one.new.currency.is_empty()),
        columns: found.columns,
        usual_currency,
        outcome,
    })
}

/// The currency of most products.
fn usual_currency(held: &[Product]) -> String {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for product in held.iter().filter(|product| !product.currency.is_empty()) {
        *times.entry(&product.currency).or_default() += 1;
    }
    let most = times.into_iter().max_by_key(|(code, times)| (*times, std::cmp::Reverse(*code)));
    most.map(|(code, _)| code.to_owned()).unwrap_or_default()
}

async fn read(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    bytes: Vec<u8>,
    choices: &ImportChoices,
) -> Result<Found> {
    if bytes.len() > FILE_BYTES {
        return Err(knowledge::refuse(&DocumentError::TooLarge, "file"));
    }
    if choices.columns.len() > COLUMNS_CHOSEN {
        return Err(types::Error::invalid(format!("At most {COLUMNS_CHOSEN} columns can be chosen."))
            .field("columns")
            .into());
    }
    if !choices.currency.is_empty() && currency::code(&choices.currency).is_none() {
        let message = "Please write the currency as three letters, such as EUR.";
        return Err(types::Error::invalid(message).field("currency").into());
    }
    let read = knowledge::read_products(product, permit.tenant(), bytes, choices).await?;
    let found = read.map_err(|error| knowledge::refuse(&error, "file"))?;
    checked(found)
}

/// What can be stored of it; the rest is refused with its row.
fn checked(mut found: Found) -> Result<Found> {
    let mut good = Vec::with_capacity(found.products.len());
    for mut one in found.products {
        match save::checked(&one.new) {
            Ok(new) => {
                one.new = new;
                good.push(one);
            }
            Err(Error::Refused(error)) => found.outcome.refuse(one.line, error.message),
            Err(other) => return Err(other),
        }
    }
    found.products = good;
    Ok(found)
}

/// What is to be done to have the products as they were found.
fn plan(found: &Found, held: Vec<Product>) -> Plan {
    let mut room = (PRODUCTS as usize).saturating_sub(held.len());
    let mut held: HashMap<String, Product> =
        held.into_iter().map(|product| (product.name.to_lowercase(), product)).collect();
    let mut plan = Plan { steps: Vec::new(), outcome: found.outcome.clone() };
    for one in &found.products {
        match held.remove(&one.new.name.to_lowercase()) {
            Some(before) if save::is_same(&before, &one.new) => plan.outcome.unchanged += 1,
            Some(before) => {
                plan.outcome.changed += 1;
                plan.steps.push(Step::Change(before, one.new.clone()));
            }
            None if room == 0 => {
                let message = format!("There are {PRODUCTS} products already, which is the most.");
                plan.outcome.refuse(one.line, message);
            }
            None => {
                room -= 1;
                plan.outcome.added += 1;
                plan.steps.push(Step::Add(one.new.clone()));
            }
        }
    }
    plan
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
