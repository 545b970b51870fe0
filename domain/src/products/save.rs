//! Adding, changing and deleting products, each with the source that the AI learns it from.

use super::{count, read};
use crate::{
    Error, Omnichat, Result,
    accounts::{self, Caller, ManageKnowledge, Permit},
    audit,
    database::TenantTx,
    jobs::Job,
    knowledge,
};
use ai::{document::Block, figures, language};
use diesel::{
    result::{DatabaseErrorKind, Error as QueryError},
    sql_types,
};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use types::{
    ErrorCode, ProductId, SourceId,
    audit::AuditAction,
    money::currency,
    products::{EXTRA_INFO_BYTES, NewProduct, PRODUCT_DESCRIPTION_CHARS, PRODUCTS, Price, Product, ProductStatus},
};

/// Adds a product.
///
/// # Errors
/// When a field is not usable, there is one of this name, or there are too many.
pub async fn add(product: &Omnichat, permit: &Permit<ManageKnowledge>, new: NewProduct) -> Result<Product> {
    let new = checked(&new)?;
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let held = count(tx, "").await?;
            if held >= i64::from(PRODUCTS) {
                let message = format!("There are {held} products already, which is the most. Delete one first.");
                return Err(Error::refused(ErrorCode::TooLarge, message));
            }
            let id = insert(tx, &caller, &new).await?;
            audit::record(tx, &caller, AuditAction::ProductAdded, &new.name, &[]).await?;
            read(tx, id).await
        })
        .await
}

/// Changes a product. The same values change nothing.
///
/// # Errors
/// When a field is not usable, another one has this name, or it is not there.
pub async fn change(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    id: ProductId,
    new: NewProduct,
) -> Result<Product> {
    let new = checked(&new)?;
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let before = read(tx, id).await?;
            if update(tx, &before, &new).await? {
                audit::record(tx, &caller, AuditAction::ProductUpdated, &new.name, &[]).await?;
            }
            read(tx, id).await
        })
        .await
}

/// Deletes a product; the AI forgets it at once.
///
/// # Errors
/// When it is not there.
pub async fn delete(product: &Omnichat, permit: &Permit<ManageKnowledge>, id: ProductId) -> Result<()> {
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let before = read(tx, id).await?;
            // Its row goes with the source.
            knowledge::remove_locked(tx, before.source_id).await?;
            audit::record(tx, &caller, AuditAction::ProductDeleted, &before.name, &[]).await
        })
        .await
}

/// What can be stored, or the field that cannot.
pub(super) fn checked(new: &NewProduct) -> Result<NewProduct> {
    let refuse = |field: &str, message: String| Err(Error::Refused(types::Error::invalid(message).field(field)));
    let name = accounts::name_of(&new.name, "name", "the product")?;
    let description = new.description.replace("\r\n", "\n").trim().to_owned();
    if description.chars().count() > PRODUCT_DESCRIPTION_CHARS || description.contains('\0') {
        return refuse(
            "description",
            format!("Please keep the description under {PRODUCT_DESCRIPTION_CHARS} characters."),
        );
    }
    let currency = new.currency.trim().to_uppercase();
    if !currency.is_empty() && (currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase())) {
        return refuse("currency", "Please write the currency as three letters, such as EUR.".to_owned());
    }
    let most = currency::decimals(&currency).max(2);
    if new.price.is_some_and(|price| price.decimals() > most) {
        return refuse("price", format!("Please write the price with at most {most} decimals, such as 12.50."));
    }
    let extra_info = new.extra_info.trim().to_owned();
    let is_object = extra_info.is_empty() || matches!(serde_json::from_str(&extra_info), Ok(Value::Object(_)));
    if !is_object || extra_info.len() > EXTRA_INFO_BYTES || extra_info.contains("\\u0000") || extra_info.contains('\0')
    {
        let message = "Please write it as a JSON object of at most 8 KB, such as {\"Colour\": \"white\"}.";
        return refuse("extra_info", message.to_owned());
    }
    Ok(NewProduct { name, description, price: new.price, currency, status: new.status, extra_info })
}

/// Whether a product has these values already.
pub(super) fn is_same(before: &Product, new: &NewProduct) -> bool {
    before.name == new.name
        && before.description == new.description
        && before.price == new.price
        && before.currency == new.currency
        && before.status == new.status
        && json(&before.extra_info) == json(&new.extra_info)
}

/// Writes a product that is new, with its source. Whoever calls has seen that there is room for it.
pub(super) async fn insert(tx: &mut TenantTx, caller: &Caller, new: &NewProduct) -> Result<ProductId> {
    let id = ProductId::new();
    let source = knowledge::add_product(tx, caller, &new.name, content(new)?).await?;
    write(tx, id, source, new, true).await?;
    Ok(id)
}

/// Writes what has changed of a product; false when nothing has.
pub(super) async fn update(tx: &mut TenantTx, before: &Product, new: &NewProduct) -> Result<bool> {
    if is_same(before, new) {
        return Ok(false);
    }
    // The source before the product, as deleting does: two orders would deadlock.
    knowledge::write(tx, before.source_id, &new.name, content(new)?).await?;
    write(tx, before.id, before.source_id, new, false).await?;
    tx.enqueue(&Job::IndexSource { source_id: before.source_id }).await?;
    Ok(true)
}

async fn write(tx: &mut TenantTx, id: ProductId, source: SourceId, new: &NewProduct, is_new: bool) -> Result<()> {
    let tenant = tx.tenant();
    let statement = if is_new {
        "INSERT INTO products (tenant_id, id, source_id, name, description, price, currency, status, extra_info)
         VALUES ($1, $2, $3, $4, $5, $6::numeric / 1000, $7, $8, $9::jsonb)"
    } else {
        "UPDATE products SET name = $4, description = $5, price = $6::numeric / 1000, currency = $7, status = $8,
            extra_info = $9::jsonb, embedding = NULL, updated_at = now()
         WHERE tenant_id = $1 AND id = $2 AND source_id = $3"
    };
    let written = diesel::sql_query(statement)
        .bind::<sql_types::Uuid, _>(tenant)
        .bind::<sql_types::Uuid, _>(id)
        .bind::<sql_types::Uuid, _>(source)
        .bind::<sql_types::Text, _>(&new.name)
        .bind::<sql_types::Text, _>(&new.description)
        .bind::<sql_types::Nullable<sql_types::BigInt>, _>(new.price.map(Price::thousandths))
        .bind::<sql_types::Text, _>(&new.currency)
        .bind::<sql_types::Text, _>(new.status)
        .bind::<sql_types::Text, _>(json(&new.extra_info).to_string())
        .execute(tx.conn())
        .await;
    match written {
        Ok(_) => Ok(()),
        Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            let message = format!("There is another product called “{}”.", new.name);
            Err(Error::Refused(types::Error::new(ErrorCode::Conflict, message).field("name")))
        }
        Err(other) => Err(other.into()),
    }
}

fn json(extra_info: &str) -> Value {
    serde_json::from_str(extra_info).unwrap_or_else(|_| Value::Object(serde_json::Map::new()))
}

fn price(price: Option<Price>, currency: &str) -> Option<String> {
    price.map(|price| price.in_currency(currency))
}

const fn words(status: ProductStatus) -> &'static str {
    match status {
        ProductStatus::Available => "available",
        ProductStatus::OutOfStock => "out of stock",
    }
}

fn joined(parts: [Option<String>; 4]) -> String {
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" - ")
}

/// What the vector of a product is made of.
pub(super) fn embedded_text(product: &Product) -> String {
    let Product { name, description, status, .. } = product;
    let price = price(product.price, &product.currency);
    joined([Some(name.clone()), Some(description.clone()), price, Some(words(*status).to_owned())])
}

/// What the AI quotes from: the same parts, in lines that can stand alone.
fn content(new: &NewProduct) -> Result<knowledge::Content> {
    knowledge::Content::of_blocks(&blocks(new))
}

fn blocks(new: &NewProduct) -> Vec<Block> {
    let language = language::detect(&new.description).map(|language| language.tag);
    let price = price(new.price, &new.currency);
    let sold = figures::sold(language, &new.name, price.as_deref(), new.status == ProductStatus::Available);
    let mut blocks = vec![Block::paragraph(&sold)];
    if !new.description.is_empty() {
        blocks
            .insert(0, Block::paragraph(&joined([Some(new.name.clone()), Some(new.description.clone()), None, None])));
    }
    if let Value::Object(fields) = json(&new.extra_info) {
        let texts = fields.iter().filter_map(|(name, value)| Some((name, field_text(value)?)));
        blocks.extend(texts.map(|(name, text)| Block::item(0, "", &format!("{name}: {text}"))));
    }
    blocks
}

/// A field of the extra information as it is said; none when it says nothing.
pub(super) fn field_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => return None,
        Value::Array(_) | Value::Object(_) | Value::Bool(_) | Value::Number(_) => value.to_string(),
    };
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ai::document::plain;

    fn basket() -> NewProduct {
        NewProduct {
            name: " Willow basket ".to_owned(),
            description: "Woven by hand.\r\nHolds 20 kg.".to_owned(),
            price: Some("24.90".parse().unwrap()),
            currency: "eur".to_owned(),
            status: ProductStatus::OutOfStock,
            extra_info: r#"{"Colour": "white", "Weight": 2.5, "Note": null}"#.to_owned(),
        }
    }

    #[test]
    fn a_product_is_told_in_lines_that_can_stand_alone() {
        let new = checked(&basket()).unwrap();
        assert_eq!(
            plain(&blocks(&new)),
            "Willow basket - Woven by hand.\nHolds 20 kg.\n\nWillow basket costs 24.90 EUR and is out of stock at the moment.\n\nColour: white\nWeight: 2.5"
        );
        let bare = NewProduct { description: String::new(), price: None, extra_info: String::new(), ..new };
        assert_eq!(plain(&blocks(&bare)), "Willow basket is out of stock at the moment.");
        let german = NewProduct { description: "Von Hand aus Weide geflochten, und sehr leicht.".to_owned(), ..bare };
        assert!(plain(&blocks(&german)).ends_with("Willow basket ist zurzeit nicht auf Lager."));
    }

    #[test]
    fn fields_that_cannot_be_stored_are_named() {
        let field = |new: NewProduct| match checked(&new) {
            Err(Error::Refused(error)) => error.field.unwrap(),
            other => panic!("{other:?}"),
        };
        assert_eq!(field(NewProduct { name: " ".to_owned(), ..basket() }), "name");
        let unit_price = Some(Price::from_thousandths(125).unwrap());
        assert_eq!(field(NewProduct { price: unit_price, ..basket() }), "price");
        assert!(checked(&NewProduct { price: unit_price, currency: "KWD".to_owned(), ..basket() }).is_ok());
        assert_eq!(field(NewProduct { currency: "€".to_owned(), ..basket() }), "currency");
        assert_eq!(field(NewProduct { extra_info: "[1]".to_owned(), ..basket() }), "extra_info");
        assert_eq!(field(NewProduct { description: "x".repeat(4001), ..basket() }), "description");
    }
}
