//! Whether a business may work.

use super::read;
use crate::{
    Error, Omnichat, Result,
    accounts::{PlatformAdmin, Whose, mark, tell},
    audit,
    database::SystemTx,
    schema::tenants,
};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{
    ErrorCode, TenantId, Timestamp,
    audit::{ActorType, AuditAction},
    limits::REASON_CHARS,
};

/// Suspends a business: nobody signs in, keys and the widget are not good,
/// open sockets end, jobs wait. What is stored stays.
///
/// # Errors
/// `conflict` when it is suspended already or is the admin's own, `not_found` without it.
pub async fn suspend(product: &Omnichat, admin: &PlatformAdmin, tenant: TenantId, reason: &str) -> Result<()> {
    if admin.tenant() == tenant {
        let message = "You work in this business yourself. Switch to another one before you suspend it.";
        return Err(Error::refused(ErrorCode::Conflict, message));
    }
    let reason = reason.trim().to_owned();
    if reason.chars().count() > REASON_CHARS {
        let message = format!("Please keep the reason under {REASON_CHARS} characters.");
        return Err(types::Error::new(ErrorCode::TooLarge, message).field("reason").into());
    }
    if reason.chars().any(char::is_control) {
        return Err(types::Error::invalid("Please write the reason in one line.").field("reason").into());
    }
    let caller = (***admin).clone();
    let cut = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let name = read(tx, tenant).await?.name;
            let changed =
                diesel::update(tenants::table.filter(tenants::id.eq(tenant)).filter(tenants::suspended_at.is_null()))
                    .set((tenants::suspended_at.eq(Timestamp::now()), tenants::suspended_reason.eq(&reason)))
                    .execute(tx.conn())
                    .await?;
            if changed == 0 {
                return Err(Error::refused(ErrorCode::Conflict, "This business is suspended already."));
            }
            let (action, details) = (AuditAction::TenantSuspended, [("reason", reason)]);
            audit::record_in(tx, tenant, ActorType::PlatformAdmin, &caller, action, &name, &details).await?;
            mark(tx.conn(), [Whose::Tenant(tenant)]).await
        })
        .await?;
    tell(product, &cut);
    Ok(())
}

/// Lets a suspended business work again.
///
/// # Errors
/// `conflict` when it is not suspended, `not_found` without it.
pub async fn resume(product: &Omnichat, admin: &PlatformAdmin, tenant: TenantId) -> Result<()> {
    let caller = (***admin).clone();
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let name = read(tx, tenant).await?.name;
            let changed = diesel::update(
                tenants::table.filter(tenants::id.eq(tenant)).filter(tenants::suspended_at.is_not_null()),
            )
            .set((tenants::suspended_at.eq(None::<Timestamp>), tenants::suspended_reason.eq("")))
            .execute(tx.conn())
            .await?;
            if changed == 0 {
                return Err(Error::refused(ErrorCode::Conflict, "This business is not suspended."));
            }
            let action = AuditAction::TenantResumed;
            audit::record_in(tx, tenant, ActorType::PlatformAdmin, &caller, action, &name, &[]).await
        })
        .await?;
    // The widget and the keys were remembered as switched off.
    product.known_keys().forget(|known| known.tenant() == tenant);
    product.visits().forget_tenant(tenant);
    Ok(())
}
