//! Keys with which programs call for a tenant.

use super::ApiKey;
use crate::{
    Omnichat, Result,
    database::{SystemTx, TenantTx},
    keys::{hash_secret, random_secret},
    schema::api_keys,
};
use diesel::{BoolExpressionMethods as _, ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{ApiKeyId, TenantId, Timestamp};

/// Every key starts with this, so that a leaked one is recognised.
const PREFIX: &str = "oc_";
/// Days that a key is good for.
const DAYS: i64 = 365;

/// Makes a key for a tenant. It is returned once and stored as a hash.
///
/// # Errors
/// When the name is not usable.
pub async fn create_api_key(product: &Omnichat, tenant: TenantId, name: &str) -> Result<String> {
    let name = super::name_of(name, "name", "the key")?;
    let key = format!("{PREFIX}{}", random_secret());
    let hash = hash_secret(&key);
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            diesel::insert_into(api_keys::table)
                .values((
                    api_keys::tenant_id.eq(tenant),
                    api_keys::id.eq(ApiKeyId::new()),
                    api_keys::name.eq(name),
                    api_keys::key_hash.eq(hash),
                    api_keys::expires_at.eq(Timestamp::now().plus_seconds(DAYS * 24 * 3600)),
                ))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await?;
    Ok(key)
}

/// The permission that a key stands for.
///
/// # Errors
/// `unauthenticated` when it is unknown or expired.
pub async fn api_key(product: &Omnichat, key: &str) -> Result<ApiKey> {
    if !key.starts_with(PREFIX) {
        return Err(types::Error::unauthenticated().into());
    }
    let hash = hash_secret(key);
    let found: Option<(TenantId, ApiKeyId)> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let found = api_keys::table
                .filter(api_keys::key_hash.eq(hash))
                .filter(api_keys::expires_at.is_null().or(api_keys::expires_at.gt(Timestamp::now())))
                .select((api_keys::tenant_id, api_keys::id))
                .first::<(TenantId, ApiKeyId)>(tx.conn())
                .await
                .optional()?;
            if let Some((tenant, id)) = found {
                // Once a minute is enough to see which keys are in use.
                let stale =
                    api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(Timestamp::now().plus_seconds(-60)));
                diesel::update(
                    api_keys::table.filter(api_keys::tenant_id.eq(tenant)).filter(api_keys::id.eq(id)).filter(stale),
                )
                .set(api_keys::last_used_at.eq(Timestamp::now()))
                .execute(tx.conn())
                .await?;
            }
            Ok(found)
        })
        .await?;
    let (tenant, id) = found.ok_or_else(types::Error::unauthenticated)?;
    Ok(ApiKey { tenant, id })
}
