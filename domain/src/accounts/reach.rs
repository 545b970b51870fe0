//! Who may change whose role, and the one lock under which people come, go and change.

use super::{
    Caller, Named, Permit,
    permission::{Who, held},
};
use crate::{
    Error, Result,
    error::OrNotFound as _,
    schema::{api_keys, memberships, roles, tenants, users},
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{
    ApiKeyId, ErrorCode, RoleId, TenantId, Timestamp, UserId,
    accounts::{Permission, Permissions, Role},
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

/// Who stands behind what is made: whoever stands behind a key stands behind what is made with it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Behind {
    pub user: Option<UserId>,
    /// The key that it is made with.
    pub key: Option<ApiKeyId>,
    /// When that one ends.
    pub until: Option<Timestamp>,
}

/// Whoever changes what people and programs may do, as they are under the [`lock`]. Only [`lock_by`] makes one.
#[derive(Clone, Debug)]
pub(super) struct Present {
    caller: Caller,
    pub behind: Behind,
    /// People that the business may have.
    pub seats: Option<u32>,
}

impl Present {
    /// The caller, with what they may do by now.
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Refuses when a role is not theirs to give, or to take away.
    pub fn check_reach(&self, role: &Given) -> Result<()> {
        let is_owner = self.caller.member().is_ok_and(|member| member.role() == Role::Owner);
        Reach { is_owner, may: self.caller.permissions() }.check(role.role, role.permissions)
    }
}

/// Takes the [`lock`] for a caller with a permit, and reads anew what they may do. A request waits for its body and
/// for the lock, and its sender may have been removed, or got a lesser role, meanwhile: whoever hands out rights, or
/// takes them, does so by what they hold now.
///
/// # Errors
/// `unauthenticated` when the caller has gone, `forbidden` without the permission.
pub(super) async fn lock_by<P: Named>(conn: &mut AsyncPgConnection, permit: &Permit<P>) -> Result<Present> {
    let seats = lock(conn, permit.tenant()).await?;
    let (caller, behind) = by_now(conn, permit.caller().clone()).await?;
    let _still_held: Permit<P> = caller.permit()?;
    Ok(Present { caller, behind, seats })
}

/// A caller with what they may do by now, and who stands behind what they make.
async fn by_now(conn: &mut AsyncPgConnection, mut caller: Caller) -> Result<(Caller, Behind)> {
    let tenant = caller.tenant;
    let (permissions, behind) = match &mut caller.who {
        Who::User(signed) => {
            let has = role_of(conn, tenant, signed.user).await?.ok_or_else(types::Error::unauthenticated)?;
            signed.role = has.role;
            let permissions = held(has.role, Some(has.permissions), signed.impersonated_by.is_some());
            (permissions, Behind { user: Some(signed.user), key: None, until: None })
        }
        Who::Key(key) => scopes_of(conn, tenant, *key).await?.ok_or_else(types::Error::unauthenticated)?,
    };
    caller.permissions = permissions;
    Ok((caller, behind))
}

/// The role of a user; none for whoever does not work in the business.
async fn role_of(conn: &mut AsyncPgConnection, tenant: TenantId, user: UserId) -> Result<Option<Given>> {
    let found: Option<(Role, Option<RoleId>)> = memberships::table
        .filter(memberships::tenant_id.eq(tenant))
        .filter(memberships::user_id.eq(user))
        .select((memberships::role, memberships::role_id))
        .first(conn)
        .await
        .optional()?;
    match found {
        Some((role, id)) => Ok(Some(find_role(conn, tenant, choice(role, id)).await?)),
        None => Ok(None),
    }
}

/// What a key may do, and who stands behind it; none for one that was revoked or is too old.
async fn scopes_of(
    conn: &mut AsyncPgConnection,
    tenant: TenantId,
    key: ApiKeyId,
) -> Result<Option<(Permissions, Behind)>> {
    let found: Option<(Vec<String>, Option<UserId>, Option<Timestamp>)> = api_keys::table
        .filter(api_keys::tenant_id.eq(tenant))
        .filter(api_keys::id.eq(key))
        .filter(api_keys::expires_at.is_null().or(api_keys::expires_at.gt(Timestamp::now())))
        .select((api_keys::permissions, api_keys::created_by, api_keys::expires_at))
        .first(conn)
        .await
        .optional()?;
    let scopes =
        found.map(|(names, user, until)| (Permissions::from_names(names), Behind { user, key: Some(key), until }));
    Ok(scopes)
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

/// Which roles somebody may give, and take away.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    is_owner: bool,
    may: Permissions,
}

impl Reach {
    /// That of whoever has a role.
    pub fn of(has: &Given) -> Self {
        Self { is_owner: has.role == Role::Owner, may: has.permissions }
    }

    /// Whether somebody with this reach could invite somebody to a role.
    pub fn could_invite(self, role: Role, permissions: Permissions) -> bool {
        self.may.has(Permission::ManagePeople) && self.check(role, permissions).is_ok()
    }

    /// Refuses a role with these permissions that is beyond it: nobody moves more than they hold, and who owns the
    /// business is for its owners to say.
    pub fn check(self, role: Role, permissions: Permissions) -> Result<()> {
        let refuse = |message: &str| Err(Error::refused(ErrorCode::Forbidden, message));
        if role == Role::Owner && !self.is_owner {
            return refuse("Only an owner decides who owns the business. Please ask one.");
        }
        if !self.may.covers(permissions) {
            return refuse(
                "This role may do more than you may, so it is not yours to give or take. Please ask an owner.",
            );
        }
        Ok(())
    }
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
