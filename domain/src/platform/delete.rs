//! The end of a business, for good.

use super::read;
use crate::{
    Error, Omnichat, Result,
    accounts::{PlatformAdmin, Whose, mark, tell},
    audit,
    database::SystemTx,
    schema::{memberships, tenants, users},
};
use diesel::{ExpressionMethods, QueryDsl, dsl::exists};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use types::{
    ErrorCode, TenantId,
    audit::{ActorType, AuditAction},
};

/// Deletes a suspended business with everything in it, and the accounts of
/// those who worked nowhere else. `slug` is typed to confirm it.
///
/// # Errors
/// `not_found` without the business, `conflict` while it may work, `invalid`
/// when the short name is not its own.
pub async fn delete(product: &Omnichat, admin: &PlatformAdmin, tenant: TenantId, slug: &str) -> Result<()> {
    let typed = slug.trim().to_owned();
    let caller = (***admin).clone();
    let cut = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            // Every row of the business goes in one statement.
            tx.conn().batch_execute("SET LOCAL statement_timeout = '10min'").await?;
            let row = read(tx, tenant).await?;
            if row.suspended_at.is_none() {
                let message = "Suspend the business first. Only a suspended one can be deleted.";
                return Err(Error::refused(ErrorCode::Conflict, message));
            }
            if typed != row.slug {
                let message = format!("Type {} to confirm that this business is deleted for good.", row.slug);
                return Err(types::Error::invalid(message).field("slug").into());
            }
            delete_people(tx, tenant).await?;
            diesel::delete(tenants::table.filter(tenants::id.eq(tenant))).execute(tx.conn()).await?;
            // The log of the business is gone with it: the admin's own keeps the act.
            let details = [("slug", row.slug), ("email", row.email)];
            let (own, action) = (caller.tenant(), AuditAction::TenantDeleted);
            audit::record_in(tx, own, ActorType::PlatformAdmin, &caller, action, &row.name, &details).await?;
            tracing::warn!(%tenant, admin = ?caller.user(), "a business was deleted for good");
            mark(tx.conn(), [Whose::Tenant(tenant)]).await
        })
        .await?;
    tell(product, &cut);
    Ok(())
}

/// Deletes the accounts that would lead nowhere, so that their addresses are free again.
async fn delete_people(tx: &mut SystemTx, tenant: TenantId) -> Result<()> {
    let other = diesel::alias!(memberships as other);
    let here = memberships::table.filter(memberships::tenant_id.eq(tenant)).filter(memberships::user_id.eq(users::id));
    let elsewhere = other
        .filter(other.field(memberships::tenant_id).ne(tenant))
        .filter(other.field(memberships::user_id).eq(users::id));
    diesel::delete(
        users::table
            .filter(users::is_platform_admin.eq(false))
            .filter(exists(here))
            .filter(diesel::dsl::not(exists(elsewhere))),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
