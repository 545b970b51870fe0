//! Roles that a business makes of named permissions.

use super::{
    ManagePeople, Permit, Whose,
    leaving::{self, Ended},
    marks::{self, mark},
    name_of,
    reach::{self, Given, find_role},
};
use crate::{
    Error, Omnichat, Result, audit,
    database::TenantTx,
    schema::{invitations, memberships, roles},
};
use diesel::{
    ExpressionMethods, QueryDsl,
    result::{DatabaseErrorKind, Error as QueryError},
};
use diesel_async::RunQueryDsl;
use types::{
    ErrorCode, RoleId, UserId,
    accounts::{Permissions, Role},
    audit::AuditAction,
    people::RoleChoice,
};

/// Roles of a tenant, beside the built-in ones.
const ROLES: i64 = 50;

/// Makes a role. Nobody puts into it what they do not hold.
///
/// # Errors
/// `forbidden` for permissions that the caller lacks, `conflict` when the name
/// is taken, `invalid` without a name or permission.
pub async fn create_role(
    product: &Omnichat,
    permit: &Permit<ManagePeople>,
    name: &str,
    permissions: Permissions,
) -> Result<RoleId> {
    let role = checked(None, name, permissions)?;
    let (asked, id) = (permit.clone(), RoleId::new());
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let by = reach::lock_by(tx.conn(), &asked).await?;
            by.check_reach(&role)?;
            let held: i64 = roles::table.filter(roles::tenant_id.eq(tenant)).count().get_result(tx.conn()).await?;
            if held >= ROLES {
                let message = format!("There are {held} roles already, which is the most. Delete one first.");
                return Err(Error::refused(ErrorCode::TooLarge, message));
            }
            let inserted = diesel::insert_into(roles::table)
                .values((
                    roles::tenant_id.eq(tenant),
                    roles::id.eq(id),
                    roles::name.eq(&role.name),
                    roles::permissions.eq(role.permissions.names()),
                ))
                .execute(tx.conn())
                .await;
            told_taken(inserted)?;
            let details = [("permissions", role.permissions.names().join(", "))];
            audit::record(tx, by.caller(), AuditAction::RoleCreated, &role.name, &details).await
        })
        .await?;
    Ok(id)
}

/// Changes a role, for everybody who has it, from their next call on.
///
/// # Errors
/// `forbidden` when the role permits, or would permit, what the caller may
/// not, `conflict` when the name is taken, `not_found` for others' roles.
pub async fn update_role(
    product: &Omnichat,
    permit: &Permit<ManagePeople>,
    id: RoleId,
    name: &str,
    permissions: Permissions,
) -> Result<()> {
    let role = checked(Some(id), name, permissions)?;
    let asked = permit.clone();
    let changed = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let by = reach::lock_by(tx.conn(), &asked).await?;
            by.check_reach(&role)?;
            let old = find_role(tx.conn(), tenant, RoleChoice::Own(id)).await?;
            by.check_reach(&old)?;
            let updated = diesel::update(roles::table.filter(roles::tenant_id.eq(tenant)).filter(roles::id.eq(id)))
                .set((roles::name.eq(&role.name), roles::permissions.eq(role.permissions.names())))
                .execute(tx.conn())
                .await;
            told_taken(updated)?;
            let holders: Vec<UserId> = memberships::table
                .filter(memberships::tenant_id.eq(tenant))
                .filter(memberships::role_id.eq(id))
                .select(memberships::user_id)
                .load(tx.conn())
                .await?;
            let mut ended = Ended::default();
            for holder in &holders {
                ended = ended.and(leaving::reduce(tx.conn(), tenant, *holder, Some(&role)).await?);
            }
            let details = ended.told(vec![("was", old.name), ("permissions", role.permissions.names().join(", "))]);
            audit::record(tx, by.caller(), AuditAction::RoleUpdated, &role.name, &details).await?;
            mark(tx.conn(), holders.into_iter().map(Whose::User)).await
        })
        .await?;
    marks::tell(product, &changed);
    product.known_keys().forget(|known| known.tenant() == permit.tenant());
    Ok(())
}

/// Deletes a role that nobody has and no invitation gives.
///
/// # Errors
/// `conflict` while it is in use, `forbidden` when it permits what the caller
/// may not, `not_found` for others' roles.
pub async fn delete_role(product: &Omnichat, permit: &Permit<ManagePeople>, id: RoleId) -> Result<()> {
    let asked = permit.clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let by = reach::lock_by(tx.conn(), &asked).await?;
            let role = find_role(tx.conn(), tenant, RoleChoice::Own(id)).await?;
            by.check_reach(&role)?;
            let people: i64 = memberships::table
                .filter(memberships::tenant_id.eq(tenant))
                .filter(memberships::role_id.eq(id))
                .count()
                .get_result(tx.conn())
                .await?;
            let invited: i64 = invitations::table
                .filter(invitations::tenant_id.eq(tenant))
                .filter(invitations::role_id.eq(id))
                .count()
                .get_result(tx.conn())
                .await?;
            if people + invited > 0 {
                let message = "This role is in use. Give the people and invitations that have it another one first.";
                return Err(Error::refused(ErrorCode::Conflict, message));
            }
            diesel::delete(roles::table.filter(roles::tenant_id.eq(tenant)).filter(roles::id.eq(id)))
                .execute(tx.conn())
                .await?;
            audit::record(tx, by.caller(), AuditAction::RoleDeleted, &role.name, &[]).await
        })
        .await
}

/// A role as somebody wants it, if it could be one.
fn checked(id: Option<RoleId>, name: &str, permissions: Permissions) -> Result<Given> {
    let role = Given { role: Role::Custom, id, name: name_of(name, "name", "the role")?, permissions };
    if Role::ALL.iter().any(|built_in| built_in.as_str() == role.name.to_lowercase()) {
        return Err(taken());
    }
    if permissions == Permissions::NONE {
        let message = "Please choose at least one thing that the role may do.";
        return Err(types::Error::invalid(message).field("permissions").into());
    }
    Ok(role)
}

fn told_taken(done: diesel::QueryResult<usize>) -> Result<()> {
    match done {
        Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(taken()),
        other => other.map(drop).map_err(Error::from),
    }
}

fn taken() -> Error {
    let message = "There is a role with this name already. Choose another name.";
    types::Error::new(ErrorCode::Conflict, message).field("name").into()
}
