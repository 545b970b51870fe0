//! What the first proof of an address clears: whatever somebody who never
//! proved it left on the account, and in the businesses that are its own.
//!
//! Those businesses stay with the account, since they were made in the name
//! of the address, with what was written in them. Nobody keeps a way in.

use super::super::{
    Whose, devices,
    devices::Ends,
    known_device::forget_devices,
    marks::{self, Marks},
};
use crate::{
    Omnichat, Result, audit,
    database::SystemTx,
    schema::{api_keys, backup_codes, invitations, memberships, oidc_identities, oidc_providers, users},
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, NullableExpressionMethods as _, QueryDsl, dsl::not,
};
use diesel_async::RunQueryDsl;
use types::{TenantId, Timestamp, UserId, accounts::Role, audit::AuditAction};

/// What was cleared. It is told of after the commit.
#[derive(Debug, Default)]
#[must_use = "what was cleared is to be told after the commit"]
pub(crate) struct Cleared(Marks);

impl Cleared {
    /// What was handed out is not good any more, and its sockets end.
    pub(crate) fn forget(&self, product: &Omnichat) {
        marks::tell(product, &self.0);
    }
}

/// Takes from an account what stood on it while its address was not proved.
pub(crate) async fn clear(tx: &mut SystemTx, user: UserId) -> Result<Cleared> {
    let email: String = diesel::update(users::table.filter(users::id.eq(user)))
        .set((
            users::password_hash.eq(None::<String>),
            users::totp_secret.eq(None::<Vec<u8>>),
            users::totp_enabled_at.eq(None::<Timestamp>),
            users::totp_last_step.eq(0),
            users::is_platform_admin.eq(false),
        ))
        .returning(users::email)
        .get_result(tx.conn())
        .await?;
    forget_devices(tx, user).await?;
    diesel::delete(backup_codes::table.filter(backup_codes::user_id.eq(user))).execute(tx.conn()).await?;
    // A provider that still names the address is believed again, by the rules of today.
    diesel::delete(oidc_identities::table.filter(oidc_identities::user_id.eq(user))).execute(tx.conn()).await?;
    diesel::delete(api_keys::table.filter(api_keys::created_by.eq(user))).execute(tx.conn()).await?;
    diesel::delete(invitations::table.filter(invitations::invited_by.eq(user))).execute(tx.conn()).await?;
    let mut ended = devices::end(tx, Ends::User(user)).await?;
    let own: Vec<TenantId> = memberships::table
        .filter(memberships::user_id.eq(user))
        .filter(memberships::role.eq(Role::Owner))
        .select(memberships::tenant_id)
        .load(tx.conn())
        .await?;
    for tenant in &own {
        if !has_other_owner(tx, *tenant, user).await? {
            ended = ended.and(close(tx, *tenant, user).await?);
        }
        audit::record_by_server_in(tx, *tenant, AuditAction::AccountCleared, &email, &[]).await?;
    }
    // Keys and providers of the businesses are remembered as well.
    let changed = [Whose::User(user)].into_iter().chain(own.into_iter().map(Whose::Tenant));
    Ok(Cleared(ended.and(marks::mark(tx.conn(), changed).await?)))
}

/// Whether somebody else owns the business, by an address that is proved.
async fn has_other_owner(tx: &mut SystemTx, tenant: TenantId, user: UserId) -> Result<bool> {
    let others: i64 = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::tenant_id.eq(tenant))
        .filter(memberships::role.eq(Role::Owner))
        .filter(memberships::user_id.ne(user))
        .filter(users::email_verified_at.is_not_null())
        .count()
        .get_result(tx.conn())
        .await?;
    Ok(others > 0)
}

/// Closes the ways into a business that its only owner never vouched for. Colleagues who proved
/// their own addresses, and what they made, stay; everybody sees them under Settings, People.
async fn close(tx: &mut SystemTx, tenant: TenantId, user: UserId) -> Result<Marks> {
    let proved = || users::table.filter(users::email_verified_at.is_not_null()).filter(users::id.ne(user));
    diesel::delete(api_keys::table.filter(api_keys::tenant_id.eq(tenant)).filter(
        api_keys::created_by.is_null().or(not(api_keys::created_by.eq_any(proved().select(users::id.nullable())))),
    ))
    .execute(tx.conn())
    .await?;
    diesel::delete(
        invitations::table.filter(invitations::tenant_id.eq(tenant)).filter(
            invitations::invited_by
                .is_null()
                .or(not(invitations::invited_by.eq_any(proved().select(users::id.nullable())))),
        ),
    )
    .execute(tx.conn())
    .await?;
    diesel::delete(oidc_providers::table.filter(oidc_providers::tenant_id.eq(tenant))).execute(tx.conn()).await?;
    // Those whom that provider named proved nothing.
    diesel::delete(
        memberships::table
            .filter(memberships::tenant_id.eq(tenant))
            .filter(memberships::user_id.ne(user))
            .filter(not(memberships::user_id.eq_any(proved().select(users::id)))),
    )
    .execute(tx.conn())
    .await?;
    devices::end(tx, Ends::Bound(tenant)).await
}

/// Takes the account out of businesses that are not its own. They matched an address that nobody had proved.
pub(crate) async fn leave_others(tx: &mut SystemTx, user: UserId) -> Result<()> {
    let email: String = users::table.filter(users::id.eq(user)).select(users::email).first(tx.conn()).await?;
    let left: Vec<TenantId> = diesel::delete(
        memberships::table.filter(memberships::user_id.eq(user)).filter(memberships::role.ne(Role::Owner)),
    )
    .returning(memberships::tenant_id)
    .get_results(tx.conn())
    .await?;
    for tenant in left {
        audit::record_by_server_in(tx, tenant, AuditAction::PersonRemoved, &email, &[]).await?;
    }
    Ok(())
}
