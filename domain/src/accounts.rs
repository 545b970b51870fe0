//! Tenants, users and sessions: registering, signing in, and who may do what.

mod api_keys;
mod passwords;
mod permission;
mod register;
mod sessions;
mod throttle;

pub use api_keys::{api_key, create_api_key};
pub use permission::{Agent, ApiKey, Owner};
pub use register::{NewTenant, NewUser, add_user, create_tenant, register, tenant_by_slug};
pub use sessions::{ACCESS_SECONDS, Device, REFRESH_SECONDS, SignedIn, log_in, log_out, refresh, verify_access};
pub use throttle::Throttle;

use crate::{
    Error, Omnichat, Result,
    database::TenantTx,
    error::OrNotFound as _,
    schema::{memberships, tenants, users},
};
use diesel::{ExpressionMethods, JoinOnDsl as _, OptionalExtension as _, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use types::{
    ErrorCode, TenantId, Timestamp,
    accounts::{CurrentUser, Person, Tenant},
    limits,
};

#[derive(diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = tenants)]
struct TenantRow {
    id: TenantId,
    name: String,
    slug: String,
    business_description: String,
    onboarded_at: Option<Timestamp>,
}

impl From<TenantRow> for Tenant {
    fn from(row: TenantRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            slug: row.slug,
            business_description: row.business_description,
            onboarded: row.onboarded_at.is_some(),
        }
    }
}

/// The signed-in user with the tenant worked in.
///
/// # Errors
/// When the user does not work there any more.
pub async fn current_user(product: &Omnichat, agent: &Agent) -> Result<CurrentUser> {
    let user = agent.user();
    let role = agent.role();
    product
        .db()
        .tenant(agent.tenant(), async move |tx: &mut TenantTx| {
            let tenant = read_tenant(tx).await?;
            let found: Option<(String, String)> = users::table
                .filter(users::id.eq(user))
                .select((users::name, users::email))
                .first(tx.conn())
                .await
                .optional()?;
            let (name, email) = found.ok_or_else(types::Error::unauthenticated)?;
            Ok(CurrentUser { id: user, name, email, role, tenant })
        })
        .await
}

/// Changes what the business is called and what it does.
///
/// # Errors
/// When a text is empty or too long.
pub async fn update_business(product: &Omnichat, owner: &Owner, name: &str, description: &str) -> Result<Tenant> {
    let name = name_of(name, "name", "the business")?;
    let description = description.trim().to_owned();
    if description.chars().count() > limits::DESCRIPTION_CHARS {
        let message = format!("Please keep the description under {} characters.", limits::DESCRIPTION_CHARS);
        return Err(types::Error::new(ErrorCode::TooLarge, message).field("description").into());
    }
    product
        .db()
        .tenant(owner.tenant(), async move |tx: &mut TenantTx| {
            let id = tx.tenant();
            diesel::update(tenants::table.filter(tenants::id.eq(id)))
                .set((tenants::name.eq(name), tenants::business_description.eq(description)))
                .execute(tx.conn())
                .await?;
            read_tenant(tx).await
        })
        .await
}

/// Marks the onboarding as done.
///
/// # Errors
/// When the database does not answer.
pub async fn finish_onboarding(product: &Omnichat, owner: &Owner) -> Result<()> {
    product
        .db()
        .tenant(owner.tenant(), async move |tx: &mut TenantTx| {
            let id = tx.tenant();
            diesel::update(tenants::table.filter(tenants::id.eq(id)).filter(tenants::onboarded_at.is_null()))
                .set(tenants::onboarded_at.eq(Timestamp::now()))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}

/// The tenant of the transaction.
pub(crate) async fn read_tenant(tx: &mut TenantTx) -> Result<Tenant> {
    let id = tx.tenant();
    let row: TenantRow = tenants::table
        .filter(tenants::id.eq(id))
        .select(TenantRow::as_select())
        .first(tx.conn())
        .await
        .or_not_found("business")?;
    Ok(row.into())
}

/// The people of the tenant, by name, 200 at most.
pub(crate) async fn people(tx: &mut TenantTx) -> Result<Vec<Person>> {
    let tenant = tx.tenant();
    let rows: Vec<(types::UserId, String)> = users::table
        .inner_join(memberships::table.on(memberships::user_id.eq(users::id)))
        .filter(memberships::tenant_id.eq(tenant))
        .order((users::name, users::id))
        .limit(200)
        .select((users::id, users::name))
        .load(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|(id, name)| Person { id, name }).collect())
}

/// A name without white space around it, or why it is none.
pub(crate) fn name_of(text: &str, field: &str, whose: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::Refused(types::Error::invalid(format!("Please enter the name of {whose}.")).field(field)));
    }
    if text.chars().count() > limits::NAME_CHARS {
        let message = format!("Please keep the name under {} characters.", limits::NAME_CHARS);
        return Err(Error::Refused(types::Error::new(ErrorCode::TooLarge, message).field(field)));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::Refused(types::Error::invalid("A name cannot contain line breaks.").field(field)));
    }
    Ok(text.to_owned())
}
