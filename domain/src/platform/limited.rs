//! Who is limited, and why: what this server refused lately.

use crate::{Omnichat, Result, accounts::PlatformAdmin, database::SystemTx, schema::tenants};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use types::{TenantId, platform::LimitedOne};

/// Who was refused lately by this server, the last one first, 256 at most.
///
/// # Errors
/// When the database does not answer.
pub async fn limited(product: &Omnichat, _admin: &PlatformAdmin) -> Result<Vec<LimitedOne>> {
    let limited = product.rates().limited();
    let of: Vec<TenantId> = limited.iter().filter_map(|one| one.tenant).collect();
    let names: HashMap<TenantId, String> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let named = tenants::table.filter(tenants::id.eq_any(of)).select((tenants::id, tenants::name));
            Ok(named.load::<(TenantId, String)>(tx.conn()).await?.into_iter().collect())
        })
        .await?;
    let shown = limited.into_iter().map(|one| {
        let tenant = one.tenant.and_then(|id| Some((id, names.get(&id)?.clone())));
        let is_itself = one.tenant.is_some_and(|id| id.to_string() == one.who);
        let who = tenant.as_ref().filter(|_| is_itself).map_or(one.who, |(_, name)| name.clone());
        let limit = one.limit.words().to_owned();
        LimitedOne { limit, who, tenant, count: one.count, since: one.since, last: one.last }
    });
    Ok(shown.collect())
}
