//! How many people may work in a tenant.

use crate::{
    Error, Result,
    database::SystemTx,
    error::OrNotFound as _,
    platform,
    schema::{memberships, tenants},
};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{ErrorCode, TenantId};

/// Refuses one more person when every seat is taken. To be called in the
/// transaction that adds the person: until it ends nobody else is added.
///
/// # Errors
/// `too_large` when no seat is free, `not_found` without the tenant.
pub async fn check_seats(tx: &mut SystemTx, tenant: TenantId) -> Result<()> {
    let limits: serde_json::Value = tenants::table
        .filter(tenants::id.eq(tenant))
        .select(tenants::limits)
        // Two who are added at once wait for each other.
        .for_no_key_update()
        .first(tx.conn())
        .await
        .or_not_found("business")?;
    let seats = platform::parse(limits)?.seats();
    let taken: i64 = memberships::table.filter(memberships::tenant_id.eq(tenant)).count().get_result(tx.conn()).await?;
    if taken < i64::from(seats) {
        return Ok(());
    }
    let message = format!(
        "All {seats} seats of this business are taken. Remove somebody first, or ask the people who run this server for more."
    );
    Err(Error::refused(ErrorCode::TooLarge, message))
}
