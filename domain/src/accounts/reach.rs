//! Who may change whose role, and the one lock under which people come, go and change.

use super::Caller;
use crate::{
    Error, Result,
    error::OrNotFound as _,
    schema::{memberships, roles, tenants, users},
};
use diesel::{ExpressionMethods, JoinOnDsl as _, NullableExpressionMethods as _, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{
    ErrorCode, RoleId, TenantId, UserId,
    accounts::{Permissions, Role},
    people::{RoleChoice, role_name},
};

/// A role with all that is to be known before it is given or taken.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub role: Role,
    pub id: Option<RoleId>,
    pub name: String,
    pub permissions: Permissions,
}

/// Somebody who works in the business.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub name: String,
    pub email: String,
    pub has: Given,
}

/// A role as it is chosen.
pub(super) const fn choice(role: Role, id: Option<RoleId>) -> RoleChoice {
    match id {
        Some(id) => RoleChoice::Own(id),
        None => RoleChoice::BuiltIn(role),
    }
}

/// Makes every other change of this business's people wait, and says how many
/// it may have. Whoever counts owners or seats counts under this lock.
pub(super) async fn lock(conn: &mut AsyncPgConnection, tenant: TenantId) -> Result<Option<u32>> {
    // Messages refer to the tenant's row as well; they need not wait for this kind of lock.
    let limits: serde_json::Value = tenants::table
        .filter(tenants::id.eq(tenant))
        .select(tenants::limits)
        .for_no_key_update()
        .first(conn)
        .await
        .or_not_found("business")?;
    Ok(seats(&limits))
}

/// People that a business may have.
pub(super) fn seats(limits: &serde_json::Value) -> Option<u32> {
    crate::platform::parse(limits.clone()).ok().map(|limits| limits.seats())
}

/// Refuses when there are as many people as there may be.
pub(super) fn check_seats(taken: i64, seats: Option<u32>) -> Result<()> {
    match seats {
        Some(seats) if taken >= i64::from(seats) => {
            let message = format!(
                "All {seats} seats are taken, by people and by invitations. Remove somebody, or ask for more seats."
            );
            Err(Error::refused(ErrorCode::TooLarge, message))
        }
        _ => Ok(()),
    }
}

/// How many people work in the business.
pub(super) async fn head_count(conn: &mut AsyncPgConnection, tenant: TenantId) -> Result<i64> {
    Ok(memberships::table.filter(memberships::tenant_id.eq(tenant)).count().get_result(conn).await?)
}

/// The role that was chosen, if the business has it.
pub(super) async fn find_role(conn: &mut AsyncPgConnection, tenant: TenantId, chosen: RoleChoice) -> Result<Given> {
    match chosen {
        RoleChoice::BuiltIn(Role::Custom) => Err(types::Error::not_found("role").into()),
        RoleChoice::BuiltIn(role) => Ok(built_in(role)),
        RoleChoice::Own(id) => {
            let (name, permissions): (String, Vec<String>) = roles::table
                .filter(roles::tenant_id.eq(tenant))
                .filter(roles::id.eq(id))
                .select((roles::name, roles::permissions))
                .first(conn)
                .await
                .or_not_found("role")?;
            Ok(Given { role: Role::Custom, id: Some(id), name, permissions: Permissions::from_names(permissions) })
        }
    }
}

/// A built-in role.
pub(super) fn built_in(role: Role) -> Given {
    Given { role, id: None, name: role_name(role).to_owned(), permissions: Permissions::of(role) }
}

/// A person of the business with their role.
pub(super) async fn find_person(conn: &mut AsyncPgConnection, tenant: TenantId, user: UserId) -> Result<Target> {
    let (name, email, role, id): (String, String, Role, Option<RoleId>) = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::tenant_id.eq(tenant))
        .filter(memberships::user_id.eq(user))
        .select((users::name, users::email, memberships::role, memberships::role_id.nullable()))
        .first(conn)
        .await
        .or_not_found("person")?;
    Ok(Target { name, email, has: find_role(conn, tenant, choice(role, id)).await? })
}

/// Refuses whoever may not give a role, or take it away: nobody moves more
/// than they hold, and who owns the business is for its owners to say.
pub(super) fn check_reach(caller: &Caller, role: &Given) -> Result<()> {
    let refuse = |message: &str| Err(Error::refused(ErrorCode::Forbidden, message));
    let is_owner = caller.member().is_ok_and(|member| member.role() == Role::Owner);
    if role.role == Role::Owner && !is_owner {
        return refuse("Only an owner decides who owns the business. Please ask one.");
    }
    if !caller.permissions().covers(role.permissions) {
        return refuse("This role may do more than you may, so it is not yours to give or take. Please ask an owner.");
    }
    Ok(())
}

/// Refuses when an owner is to go and there is no other. Needs the [`lock`].
pub(super) async fn check_not_last_owner(conn: &mut AsyncPgConnection, tenant: TenantId, has: &Given) -> Result<()> {
    if has.role != Role::Owner {
        return Ok(());
    }
    let owners: i64 = memberships::table
        .filter(memberships::tenant_id.eq(tenant))
        .filter(memberships::role.eq(Role::Owner))
        .count()
        .get_result(conn)
        .await?;
    if owners <= 1 {
        let message = "This is the only owner. Make somebody else an owner first.";
        return Err(Error::refused(ErrorCode::Conflict, message));
    }
    Ok(())
}
