//! Products as rows that can be calculated with.

use crate::{Result, database::TenantTx};
use ai::figures::{self, Amount, Cell, Row, Table, Value};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use serde_json::Value as Json;
use types::{SourceId, products::ProductStatus};

#[derive(diesel::QueryableByName)]
struct Stored {
    #[diesel(sql_type = sql_types::Uuid)]
    source_id: SourceId,
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::BigInt>)]
    hundredths: Option<i64>,
    #[diesel(sql_type = sql_types::Text)]
    currency: String,
    #[diesel(sql_type = sql_types::Text)]
    status: ProductStatus,
    #[diesel(sql_type = sql_types::Text)]
    extra_info: String,
}

/// All products of the tenant as one table, with the source of each row. There are never more than
/// [`types::products::PRODUCTS`].
pub(crate) async fn table(tx: &mut TenantTx) -> Result<(Table, Vec<SourceId>)> {
    let tenant = tx.tenant();
    let stored: Vec<Stored> = diesel::sql_query(
        "SELECT source_id, name, (price * 100)::bigint AS hundredths, currency, status, extra_info::text AS extra_info
         FROM products WHERE tenant_id = $1 ORDER BY id",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .load(tx.conn())
    .await?;
    let sources = stored.iter().map(|one| one.source_id).collect();
    let rows = stored.into_iter().map(Stored::row).collect();
    Ok((Table { about: String::new(), are_products: true, rows }, sources))
}

impl Stored {
    fn row(self) -> Row {
        let mut cells = Vec::new();
        let price = self.hundredths.map(|hundredths| written(hundredths, &self.currency));
        if let (Some(hundredths), Some(text)) = (self.hundredths, &price)
            && let Some(amount) = Amount::hundredths(hundredths)
        {
            let value = Value::Money { amount, currency: self.currency.clone(), per: String::new() };
            cells.push(Cell { column: "Price".to_owned(), text: text.clone(), value });
        }
        let is_in = self.status == ProductStatus::Available;
        cells.push(Cell { column: "Availability".to_owned(), text: String::new(), value: Value::Stock(is_in) });
        if let Ok(Json::Object(fields)) = serde_json::from_str(&self.extra_info) {
            let texts = fields.into_iter().filter_map(|(name, value)| Some((name, super::save::field_text(&value)?)));
            cells.extend(texts.map(|(column, text)| Cell { column, value: figures::read_value(&text), text }));
        }
        let quote = figures::sold(None, &self.name, price.as_deref(), is_in);
        Row { name: self.name, cells, quote }
    }
}

/// A price as it is said.
pub(super) fn written(hundredths: i64, currency: &str) -> String {
    let (whole, part) = (hundredths / 100, hundredths % 100);
    format!("{whole}.{part:02} {currency}").trim_end().to_owned()
}
