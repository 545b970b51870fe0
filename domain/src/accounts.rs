//! Tenants, users and sessions: registering, signing in, and who may do what.

mod again;
mod api_keys;
mod devices;
mod guesses;
mod impersonation;
mod invitations;
mod joining;
mod known_device;
mod leaving;
mod marks;
pub mod oidc;
mod passwords;
mod people;
mod permission;
pub(crate) mod proof;
mod reach;
mod recovery;
mod refresh;
mod register;
mod roles;
mod seats;
mod second_factor;
mod sessions;
mod stale;
mod tokens;

pub use again::judge_again;
pub(crate) use api_keys::KnownKeys;
pub use api_keys::{api_key, create_api_key, issue_api_key, issue_api_key_in, list_api_keys, revoke_api_key};
pub use devices::SERVER_AGENT;
pub(crate) use devices::{Ends, device_words, end};
pub use devices::{end_other_sessions, end_own_session, own_sessions, switch_tenant};
pub(crate) use impersonation::{go_on, is_good};
pub use invitations::{invite, resend_invitation, revoke_invitation};
pub use joining::{accept_invitation, invitation_offer, join_business};
pub(crate) use known_device::is_known_device;
pub use known_device::{DEVICE_SECONDS, know_device, know_device_again};
pub(crate) use marks::{Followed, Marks, clear as clear_marks, follow as follow_marks, load as load_marks, mark, tell};
pub(crate) use oidc::KnownProviders;
pub use people::{remove_person, set_role, sign_out_everywhere, team};
pub use permission::{
    Caller, Chat, InPerson, ManageContacts, ManageKeys, ManageKnowledge, ManagePeople, ManageSettings, Member, Named,
    Permit, PlatformAdmin, ReadAnalytics, ReadAudit, ReadInbox, ReadKnowledge, ReadSettings, WorkInbox,
};
pub use proof::ProvedEmail;
pub(crate) use proof::{Holder, holder};
pub use recovery::{
    change_password, check_reset, rename_self, request_password_reset, reset_password, send_verification, verify_email,
    vouch,
};
pub use refresh::{log_out_by_token, refresh};
pub use register::{NewTenant, NewUser, add_user, create_tenant, register, tenant_by_slug, tenant_of_email};
pub(crate) use register::{insert_owner, insert_tenant};
pub use roles::{create_role, delete_role, update_role};
pub use seats::check_seats;
pub(crate) use second_factor::reseal_secrets;
pub use second_factor::{
    CHALLENGE_SECONDS, Challenge, Entry, begin_second_factor, clear_second_factor, confirm_second_factor,
    end_second_factor, log_in_code, renew_backup_codes, second_factor,
};
pub use sessions::{
    ACCESS_SECONDS, Device, REFRESH_SECONDS, SignedIn, check_still_in, log_in, log_in_as_server, log_out, verify_access,
};
pub(crate) use sessions::{Start, begin, hand_out};
pub(crate) use stale::{Stale, Whose};

use crate::{
    Error, Omnichat, Result, audit,
    database::{SystemTx, TenantTx},
    error::OrNotFound as _,
    schema::{memberships, tenants, users},
};
use diesel::{ExpressionMethods, JoinOnDsl as _, OptionalExtension as _, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use types::{
    ErrorCode, TenantId, Timestamp,
    accounts::{CurrentUser, Membership, Person, Role, Tenant},
    audit::AuditAction,
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
pub async fn current_user(product: &Omnichat, member: &Member) -> Result<CurrentUser> {
    let user = member.user();
    let impersonator = member.impersonated_by();
    let tenant = product.db().tenant(member.tenant(), async move |tx: &mut TenantTx| read_tenant(tx).await).await?;
    type Row = (String, String, bool, bool, bool);
    let (row, memberships, impersonated_by) = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let row: Option<Row> = users::table
                .filter(users::id.eq(user))
                .select((
                    users::name,
                    users::email,
                    users::email_verified_at.is_not_null(),
                    users::totp_enabled_at.is_not_null(),
                    users::is_platform_admin,
                ))
                .first(tx.conn())
                .await
                .optional()?;
            let impersonated_by: Option<String> = match impersonator {
                Some(admin) => {
                    users::table.filter(users::id.eq(admin)).select(users::name).first(tx.conn()).await.optional()?
                }
                None => None,
            };
            Ok((row, memberships_of(tx, user).await?, impersonated_by))
        })
        .await?;
    let (name, email, is_email_verified, has_second_factor, is_platform_admin) =
        row.ok_or_else(types::Error::unauthenticated)?;
    // A provider vouched for this tenant alone; an admin came for this one.
    let is_bound = member.is_tenant_bound() || impersonator.is_some();
    Ok(CurrentUser {
        id: user,
        name,
        email,
        role: member.role(),
        permissions: member.permissions(),
        memberships: memberships.into_iter().filter(|other| !is_bound || other.tenant == tenant.id).collect(),
        tenant,
        is_email_verified,
        has_second_factor,
        is_platform_admin: is_platform_admin && is_email_verified && !is_bound,
        needs_second_factor: is_platform_admin && !has_second_factor && !is_bound && product.admins_need_factor(),
        impersonated_by,
    })
}

/// The tenants that a user works in, by name, 200 at most.
async fn memberships_of(tx: &mut SystemTx, user: types::UserId) -> Result<Vec<Membership>> {
    let rows: Vec<(TenantId, String, Role)> = memberships::table
        .inner_join(tenants::table.on(tenants::id.eq(memberships::tenant_id)))
        .filter(memberships::user_id.eq(user))
        .filter(tenants::suspended_at.is_null())
        .order((tenants::name, tenants::id))
        .limit(200)
        .select((memberships::tenant_id, tenants::name, memberships::role))
        .load(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|(tenant, name, role)| Membership { tenant, name, role }).collect())
}

/// The business.
///
/// # Errors
/// When the database does not answer.
pub async fn business(product: &Omnichat, permit: &Permit<ReadSettings>) -> Result<Tenant> {
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| read_tenant(tx).await).await
}

/// Changes what the business is called and what it does.
///
/// # Errors
/// When a text is empty or too long.
pub async fn update_business(
    product: &Omnichat,
    permit: &Permit<ManageSettings>,
    name: &str,
    description: &str,
) -> Result<Tenant> {
    let name = name_of(name, "name", "the business")?;
    let description = description.trim().to_owned();
    if description.chars().count() > limits::DESCRIPTION_CHARS {
        let message = format!("Please keep the description under {} characters.", limits::DESCRIPTION_CHARS);
        return Err(types::Error::new(ErrorCode::TooLarge, message).field("description").into());
    }
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let id = tx.tenant();
            diesel::update(tenants::table.filter(tenants::id.eq(id)))
                .set((tenants::name.eq(&name), tenants::business_description.eq(description)))
                .execute(tx.conn())
                .await?;
            audit::record(tx, &caller, AuditAction::BusinessUpdated, &name, &[]).await?;
            read_tenant(tx).await
        })
        .await
}

/// Marks the onboarding as done.
///
/// # Errors
/// When the database does not answer.
pub async fn finish_onboarding(product: &Omnichat, permit: &Permit<ManageSettings>) -> Result<()> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
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
