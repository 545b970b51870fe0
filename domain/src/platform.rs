//! Running the platform: the businesses on it, how much they use, and what
//! they may. Everything here but the limits needs a [`PlatformAdmin`].
//!
//! A platform admin sees registries and numbers. What people wrote is seen by
//! working as somebody, which the business finds in its audit log.

mod admins;
mod create;
pub(crate) mod day;
mod delete;
mod impersonate;
mod limited;
mod limits;
mod status;
mod usage;

pub use admins::set_admin;
pub use create::create;
pub use delete::delete;
pub use impersonate::{impersonate, stop};
pub use limited::limited;
pub(crate) use limits::{KnownLimits, count_model_answer, limits_in, parse};
pub use limits::{limits, set_limits};
pub use status::{resume, suspend};

use crate::{
    Omnichat, Result,
    accounts::PlatformAdmin,
    database::{SystemTx, TenantTx},
    error::OrNotFound as _,
    schema::{memberships, tenants, users},
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, PgTextExpressionMethods as _, QueryDsl, Queryable,
    Selectable, SelectableHelper as _,
};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use types::{
    TenantId, Timestamp, UserId,
    accounts::Role,
    platform::{TenantDetail, TenantPage, TenantPerson, TenantStatus, TenantSummary},
};

/// Businesses of a page.
const PAGE: usize = 50;
/// People of a business that are shown.
const PEOPLE: i64 = 200;
/// Characters of a search that are looked for.
const SEARCH_CHARS: usize = 120;

#[derive(Queryable, Selectable)]
#[diesel(table_name = tenants)]
struct Row {
    id: TenantId,
    name: String,
    slug: String,
    email: String,
    created_at: Timestamp,
    suspended_at: Option<Timestamp>,
    suspended_reason: String,
    onboarded_at: Option<Timestamp>,
    limits: serde_json::Value,
}

impl Row {
    fn summary(self, people: i64) -> TenantSummary {
        TenantSummary {
            id: self.id,
            name: self.name,
            slug: self.slug,
            email: self.email,
            people,
            created_at: self.created_at,
            suspended_at: self.suspended_at,
            onboarded_at: self.onboarded_at,
        }
    }
}

/// A page of the businesses, newest first, whose name, short name or address
/// holds `search`; `before` is the page's `next`.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    product: &Omnichat,
    _admin: &PlatformAdmin,
    search: &str,
    status: Option<TenantStatus>,
    before: Option<TenantId>,
) -> Result<TenantPage> {
    let pattern = pattern(search);
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let mut query = tenants::table
                .order(tenants::id.desc())
                .limit(i64::try_from(PAGE + 1).unwrap_or(i64::MAX))
                .select(Row::as_select())
                .into_boxed();
            if let Some(pattern) = pattern {
                let matches = tenants::name.ilike(pattern.clone()).or(tenants::slug.ilike(pattern.clone()));
                query = query.filter(matches.or(tenants::email.ilike(pattern)));
            }
            query = match status {
                Some(TenantStatus::Active) => query.filter(tenants::suspended_at.is_null()),
                Some(TenantStatus::Suspended) => query.filter(tenants::suspended_at.is_not_null()),
                None => query,
            };
            if let Some(before) = before {
                query = query.filter(tenants::id.lt(before));
            }
            let rows: Vec<Row> = query.load(tx.conn()).await?;
            let has_more = rows.len() > PAGE;
            let rows: Vec<Row> = rows.into_iter().take(PAGE).collect();
            let counts: HashMap<TenantId, i64> = memberships::table
                .filter(memberships::tenant_id.eq_any(rows.iter().map(|row| row.id)))
                .group_by(memberships::tenant_id)
                .select((memberships::tenant_id, diesel::dsl::count_star()))
                .load::<(TenantId, i64)>(tx.conn())
                .await?
                .into_iter()
                .collect();
            let next = rows.last().filter(|_| has_more).map(|last| last.id);
            let tenants = rows.into_iter().map(|row| {
                let people = counts.get(&row.id).copied().unwrap_or(0);
                row.summary(people)
            });
            Ok(TenantPage { tenants: tenants.collect(), next })
        })
        .await
}

/// The text to look for, with what LIKE reads as anything taken literally.
fn pattern(search: &str) -> Option<String> {
    let mut pattern = String::from("%");
    for char in search.trim().chars().take(SEARCH_CHARS).filter(|char| *char != '\0') {
        if matches!(char, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(char);
    }
    pattern.push('%');
    (pattern.len() > 2).then_some(pattern)
}

/// A business with its people, its limits and its use.
///
/// # Errors
/// When there is no such business.
pub async fn detail(product: &Omnichat, _admin: &PlatformAdmin, tenant: TenantId) -> Result<TenantDetail> {
    let (row, people) = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let row = read(tx, tenant).await?;
            let people: Vec<(UserId, String, String, Role)> = memberships::table
                .inner_join(users::table.on(users::id.eq(memberships::user_id)))
                .filter(memberships::tenant_id.eq(tenant))
                .order((users::name, users::id))
                .limit(PEOPLE)
                .select((users::id, users::name, users::email, memberships::role))
                .load(tx.conn())
                .await?;
            Ok((row, people))
        })
        .await?;
    // The system role sees nothing of what people wrote, and so it stays: the
    // tenant's own transaction counts, and gives numbers alone.
    let usage = product.db().tenant(tenant, async move |tx: &mut TenantTx| usage::read(tx).await).await?;
    let people = people.into_iter().map(|(id, name, email, role)| TenantPerson { id, name, email, role });
    let (suspended_reason, limits) = (row.suspended_reason.clone(), parse(row.limits.clone())?);
    Ok(TenantDetail { tenant: row.summary(usage.seats), suspended_reason, limits, usage, people: people.collect() })
}

/// The row of a business.
async fn read(tx: &mut SystemTx, tenant: TenantId) -> Result<Row> {
    tenants::table
        .filter(tenants::id.eq(tenant))
        .select(Row::as_select())
        .first(tx.conn())
        .await
        .or_not_found("business")
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn a_search_is_taken_literally() {
        assert_eq!(pattern("  50%_\\ "), Some("%50\\%\\_\\\\%".to_owned()));
        assert_eq!(pattern("  "), None);
    }
}
