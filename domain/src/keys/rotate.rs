//! Seals everything anew that was not sealed with the current key.

use super::Keys;
use crate::{
    Error, Result, accounts, answers,
    database::{Db, SystemTx, TenantTx},
    schema::tenants,
};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use types::TenantId;

/// Tenants whose ids are read at once.
const BATCH: i64 = 500;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Values that were sealed anew.
    pub changed: usize,
    /// Businesses, and users, that have a value which none of the keys opens. It stays as it is.
    pub unreadable: usize,
}

/// Seals every stored secret anew that was not sealed with the current key.
/// A server may work meanwhile if it knows the same keys, and doing it twice
/// does no harm: each tenant is one transaction.
///
/// # Errors
/// When the database does not answer; what was done before stays done.
pub async fn rotate(db: &Db, keys: &Keys) -> Result<Rotated> {
    let mut rotated = Rotated::default();
    let mut last = None;
    loop {
        let batch = db.system(async |tx: &mut SystemTx| tenants_after(tx, last).await).await?;
        let Some(end) = batch.last() else { break };
        last = Some(*end);
        for tenant in batch {
            match db.tenant(tenant, async |tx: &mut TenantTx| reseal(tx, keys).await).await {
                Ok(changed) => rotated.changed += changed,
                Err(error @ Error::Stored { .. }) => {
                    tracing::error!(%tenant, %error, "a secret cannot be sealed anew");
                    rotated.unreadable += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }
    // Users belong to no single tenant.
    let mut last = None;
    loop {
        let batch = async |tx: &mut SystemTx| accounts::reseal_secrets(tx, keys, last).await;
        let (end, changed, unreadable) = db.system(batch).await?;
        rotated.changed += changed;
        rotated.unreadable += unreadable;
        if end.is_none() {
            return Ok(rotated);
        }
        last = end;
    }
}

/// Every place where something sealed is stored: a new one is a line here.
/// Each locks its rows, so that a change in between is not lost.
async fn reseal(tx: &mut TenantTx, keys: &Keys) -> Result<usize> {
    let language_models = answers::reseal_llm_keys(tx, keys).await?;
    let provider = usize::from(accounts::oidc::reseal_client_secret(tx, keys).await?);
    Ok(language_models + provider)
}

async fn tenants_after(tx: &mut SystemTx, last: Option<TenantId>) -> Result<Vec<TenantId>> {
    let query = tenants::table.select(tenants::id).order(tenants::id).limit(BATCH).into_boxed();
    let query = match last {
        Some(last) => query.filter(tenants::id.gt(last)),
        None => query,
    };
    Ok(query.load(tx.conn()).await?)
}
