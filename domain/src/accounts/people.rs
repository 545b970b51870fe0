//! Who works in a business, and what they are there.

use super::{
    Caller, ManagePeople, Permit, Whose, devices,
    devices::Ends,
    leaving,
    marks::{self, mark},
    reach::{self, check_not_last_owner, choice, find_person, find_role, seats},
};
use crate::{
    Error, Omnichat, Result, audit,
    database::{SystemTx, TenantTx},
    schema::{invitations, memberships, roles, sessions as logins, tenants, users},
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, NullableExpressionMethods as _, QueryDsl,
    dsl::{count_star, max},
};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use types::{
    ErrorCode, InvitationId, RoleId, TenantId, Timestamp, UserId,
    accounts::{Permissions, Role},
    audit::{ActorType, AuditAction},
    people::{BUILT_IN, Colleague, Invitation, RoleChoice, RoleInfo, Team, role_name},
};

/// People that are listed.
const PEOPLE: i64 = 500;

/// Everybody in the business, everybody who was invited, and every role.
///
/// # Errors
/// When the database does not answer.
pub async fn team(product: &Omnichat, permit: &Permit<ManagePeople>) -> Result<Team> {
    let tenant = permit.tenant();
    product
        .db()
        // When somebody was last here stands in the sessions, which no tenant sees.
        .system(async move |tx: &mut SystemTx| {
            let limits: serde_json::Value =
                tenants::table.filter(tenants::id.eq(tenant)).select(tenants::limits).first(tx.conn()).await?;
            let people = people(tx, tenant).await?;
            let invitations = invited(tx, tenant).await?;
            let roles = role_list(tx, tenant).await?;
            Ok(Team { people, invitations, roles, seats: seats(&limits) })
        })
        .await
}

async fn people(tx: &mut SystemTx, tenant: TenantId) -> Result<Vec<Colleague>> {
    type Row = (UserId, String, String, Role, Option<RoleId>, Option<String>, bool);
    let rows: Vec<Row> = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .left_join(
            roles::table
                .on(roles::tenant_id.eq(memberships::tenant_id).and(roles::id.nullable().eq(memberships::role_id))),
        )
        .filter(memberships::tenant_id.eq(tenant))
        .order((users::name, users::id))
        .limit(PEOPLE)
        .select((
            users::id,
            users::name,
            users::email,
            memberships::role,
            memberships::role_id,
            roles::name.nullable(),
            users::totp_enabled_at.is_not_null(),
        ))
        .load(tx.conn())
        .await?;
    let ids: Vec<UserId> = rows.iter().map(|row| row.0).collect();
    let seen: Vec<(UserId, Option<Timestamp>)> = logins::table
        .filter(logins::user_id.eq_any(ids))
        .filter(logins::tenant_id.eq(tenant))
        .filter(logins::impersonated_by.is_null())
        .group_by(logins::user_id)
        .select((logins::user_id, max(logins::last_seen_at)))
        .load(tx.conn())
        .await?;
    let seen: HashMap<UserId, Option<Timestamp>> = seen.into_iter().collect();
    let people = rows.into_iter().map(|(id, name, email, role, role_id, own_name, has_second_factor)| Colleague {
        id,
        name,
        email,
        role: choice(role, role_id),
        role_name: own_name.unwrap_or_else(|| role_name(role).to_owned()),
        last_seen_at: seen.get(&id).copied().flatten(),
        has_second_factor,
    });
    Ok(people.collect())
}

async fn invited(tx: &mut SystemTx, tenant: TenantId) -> Result<Vec<Invitation>> {
    type Row = (InvitationId, String, Role, Option<RoleId>, Option<String>, Option<String>, Timestamp);
    let rows: Vec<Row> = invitations::table
        .left_join(users::table.on(users::id.nullable().eq(invitations::invited_by)))
        .left_join(
            roles::table
                .on(roles::tenant_id.eq(invitations::tenant_id).and(roles::id.nullable().eq(invitations::role_id))),
        )
        .filter(invitations::tenant_id.eq(tenant))
        .order(invitations::id.desc())
        .limit(PEOPLE)
        .select((
            invitations::id,
            invitations::email,
            invitations::role,
            invitations::role_id,
            roles::name.nullable(),
            users::name.nullable(),
            invitations::expires_at,
        ))
        .load(tx.conn())
        .await?;
    let invited = rows.into_iter().map(|(id, email, role, role_id, own_name, invited_by, expires_at)| Invitation {
        id,
        email,
        role: choice(role, role_id),
        role_name: own_name.unwrap_or_else(|| role_name(role).to_owned()),
        invited_by,
        expires_at,
    });
    Ok(invited.collect())
}

async fn role_list(tx: &mut SystemTx, tenant: TenantId) -> Result<Vec<RoleInfo>> {
    let own: Vec<(RoleId, String, Vec<String>)> = roles::table
        .filter(roles::tenant_id.eq(tenant))
        .order((roles::name, roles::id))
        .select((roles::id, roles::name, roles::permissions))
        .load(tx.conn())
        .await?;
    let held: Vec<(Role, Option<RoleId>, i64)> = memberships::table
        .filter(memberships::tenant_id.eq(tenant))
        .group_by((memberships::role, memberships::role_id))
        .select((memberships::role, memberships::role_id, count_star()))
        .load(tx.conn())
        .await?;
    let offered: Vec<(Role, Option<RoleId>, i64)> = invitations::table
        .filter(invitations::tenant_id.eq(tenant))
        .group_by((invitations::role, invitations::role_id))
        .select((invitations::role, invitations::role_id, count_star()))
        .load(tx.conn())
        .await?;
    let people = |wanted: RoleChoice| {
        let of = held.iter().chain(&offered).filter(|(role, id, _)| choice(*role, *id) == wanted);
        u32::try_from(of.map(|(_, _, count)| count).sum::<i64>()).unwrap_or(u32::MAX)
    };
    let built_in =
        BUILT_IN.into_iter().map(|role| (RoleChoice::BuiltIn(role), role_name(role).to_owned(), Permissions::of(role)));
    let own = own.into_iter().map(|(id, name, names)| (RoleChoice::Own(id), name, Permissions::from_names(names)));
    Ok(built_in
        .chain(own)
        .map(|(choice, name, permissions)| RoleInfo { choice, name, permissions, people: people(choice) })
        .collect())
}

/// Gives a person another role. It counts from their next call on, and for the
/// keys that they made and the invitations that they sent.
///
/// # Errors
/// `forbidden` when the old or the new role is not the caller's to take or
/// give, `conflict` for the last owner and for an owner whose address is not
/// proved, `not_found` for strangers.
pub async fn set_role(product: &Omnichat, permit: &Permit<ManagePeople>, user: UserId, role: RoleChoice) -> Result<()> {
    let asked = permit.clone();
    let changed = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let by = reach::lock_by(tx.conn(), &asked).await?;
            let target = find_person(tx.conn(), tenant, user).await?;
            let new = find_role(tx.conn(), tenant, role).await?;
            by.check_reach(&target.has)?;
            by.check_reach(&new)?;
            if new.role == Role::Owner {
                check_proved(tx, user, &target.email).await?;
            } else {
                check_not_last_owner(tx.conn(), tenant, &target.has).await?;
            }
            diesel::update(
                memberships::table.filter(memberships::tenant_id.eq(tenant)).filter(memberships::user_id.eq(user)),
            )
            .set((memberships::role.eq(new.role), memberships::role_id.eq(new.id)))
            .execute(tx.conn())
            .await?;
            let ended = leaving::reduce(tx.conn(), tenant, user, Some(&new)).await?;
            let details = ended.told(vec![("from", target.has.name), ("to", new.name)]);
            audit::record(tx, by.caller(), AuditAction::PersonRoleChanged, &target.email, &details).await?;
            mark(tx.conn(), [Whose::User(user)]).await
        })
        .await?;
    marks::tell(product, &changed);
    product.known_keys().forget(|known| known.tenant() == permit.tenant());
    Ok(())
}

/// Signs a person out of the business on every device.
///
/// # Errors
/// `forbidden` for somebody who may do more than the caller, `not_found` for strangers.
pub async fn sign_out_everywhere(product: &Omnichat, permit: &Permit<ManagePeople>, user: UserId) -> Result<()> {
    let (asked, tenant) = (permit.clone(), permit.tenant());
    let ended = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let by = reach::lock_by(tx.conn(), &asked).await?;
            let target = find_person(tx.conn(), tenant, user).await?;
            by.check_reach(&target.has)?;
            let actor = actor_type(by.caller());
            audit::record_in(tx, tenant, actor, by.caller(), AuditAction::PersonSignedOut, &target.email, &[]).await?;
            devices::end(tx, Ends::In(tenant, user)).await
        })
        .await?;
    devices::forget(product, &ended);
    Ok(())
}

/// What kind of caller acts.
const fn actor_type(caller: &Caller) -> ActorType {
    if caller.user().is_some() { ActorType::User } else { ActorType::ApiKey }
}

/// Refuses to make somebody an owner who never proved their address: the
/// business's sign-in provider named them, and nobody else.
async fn check_proved(tx: &mut TenantTx, user: UserId, email: &str) -> Result<()> {
    let is_proved: bool =
        users::table.filter(users::id.eq(user)).select(users::email_verified_at.is_not_null()).first(tx.conn()).await?;
    if is_proved {
        return Ok(());
    }
    let message = format!(
        "{email} has not been confirmed by a mail yet. Ask for \"Forgot your password?\" at sign-in to be used once; \
         then this person can be an owner."
    );
    Err(Error::refused(ErrorCode::Conflict, message))
}

/// Removes a person from the business, and ends the keys that they made and
/// the invitations that they sent. What they wrote stays; what they were to do
/// is nobody's. Everybody may go themselves, but the last owner.
///
/// # Errors
/// `forbidden` when the person's role is not the caller's to take,
/// `conflict` for the last owner, `not_found` for strangers.
pub async fn remove_person(product: &Omnichat, permit: &Permit<ManagePeople>, user: UserId) -> Result<()> {
    let (asked, tenant) = (permit.clone(), permit.tenant());
    let ended = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let by = reach::lock_by(tx.conn(), &asked).await?;
            let target = find_person(tx.conn(), tenant, user).await?;
            by.check_reach(&target.has)?;
            check_not_last_owner(tx.conn(), tenant, &target.has).await?;
            diesel::delete(
                memberships::table.filter(memberships::tenant_id.eq(tenant)).filter(memberships::user_id.eq(user)),
            )
            .execute(tx.conn())
            .await?;
            let gone = leaving::reduce(tx.conn(), tenant, user, None).await?;
            let details = gone.told(vec![("name", target.name), ("role", target.has.name)]);
            let (by, actor) = (by.caller(), actor_type(by.caller()));
            audit::record_in(tx, tenant, actor, by, AuditAction::PersonRemoved, &target.email, &details).await?;
            devices::end(tx, Ends::In(tenant, user)).await
        })
        .await?;
    devices::forget(product, &ended);
    product.known_keys().forget(|known| known.tenant() == tenant);
    Ok(())
}
