//! Accepting an invitation: as somebody new, or with the account one has.

use super::{
    Caller, Device, InPerson, NewUser, SignedIn, devices,
    devices::Ends,
    known_device::forget_devices,
    marks::Marks,
    passwords,
    permission::{Runs, Signed, Who},
    proof::{self, Cleared, Holder},
    reach::{self, Given, check_seats, choice, find_role, head_count},
    register::{Checked, check},
    sessions, tokens,
};
use crate::{
    Error, Network, Omnichat, Result, audit,
    database::SystemTx,
    keys::hash_secret,
    rates::Tried,
    schema::{invitations, memberships, roles, tenants, users},
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl,
    result::{DatabaseErrorKind, Error as QueryError},
};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use types::{
    ErrorCode, RoleId, SessionId, TenantId, Timestamp, UserId,
    accounts::{Permissions, Role},
    audit::{ActorType, AuditAction},
    people::{InvitationOffer, role_name},
};

/// Invitations that are accepted, or tried, from one IP in an hour.
const TRIES: u32 = 60;

/// What an invitation offers. One that is not there is counted for the network that it comes `from`.
///
/// # Errors
/// `not_found` when it was accepted, revoked, replaced or is too old, `too_many_requests` after too many of those.
pub async fn invitation_offer(product: &Omnichat, token: &str, from: Network) -> Result<InvitationOffer> {
    type Row = (String, Option<String>, String, Role, Option<String>);
    let hash = hash_secret(token);
    let look = product.db().system(async move |tx: &mut SystemTx| {
        let found: Option<Row> = invitations::table
            .inner_join(tenants::table.on(tenants::id.eq(invitations::tenant_id)))
            .left_join(users::table.on(users::id.nullable().eq(invitations::invited_by)))
            .left_join(
                roles::table
                    .on(roles::tenant_id.eq(invitations::tenant_id).and(roles::id.nullable().eq(invitations::role_id))),
            )
            .filter(invitations::token_hash.eq(hash))
            .filter(invitations::expires_at.gt(Timestamp::now()))
            .filter(tenants::suspended_at.is_null())
            .select((
                tenants::name,
                users::name.nullable(),
                invitations::email,
                invitations::role,
                roles::name.nullable(),
            ))
            .first(tx.conn())
            .await
            .optional()?;
        let (business, invited_by, email, role, own_name) = found.ok_or_else(dead)?;
        let has_account = matches!(account(tx, &email).await?, Account::Works);
        let role_name = own_name.unwrap_or_else(|| role_name(role).to_owned());
        Ok(InvitationOffer { business, invited_by, email, role_name, has_account })
    });
    product.rates().look_for(from, look).await
}

/// What there is under an address.
enum Account {
    None,
    /// Proved nothing, so it may be anybody's: whoever has the invitation comes in like somebody new.
    Unproved(UserId),
    /// Works nowhere, so there is nothing to sign in to: comes in like somebody new.
    Left(UserId),
    /// Works somewhere.
    Works,
}

async fn account(tx: &mut SystemTx, email: &str) -> Result<Account> {
    match proof::holder(tx, email).await? {
        Holder::Nobody => Ok(Account::None),
        Holder::Unproved(user) => Ok(Account::Unproved(user)),
        Holder::Proved(user, _) if tokens::tenant_of(tx, user).await?.is_none() => Ok(Account::Left(user)),
        Holder::Proved(..) => Ok(Account::Works),
    }
}

/// Accepts an invitation as somebody new, who chooses a name and a password.
/// The address counts as proved: the link was mailed to it, and what somebody
/// set up on an account under it without proof is cleared. Gives no session to
/// somebody who comes back and has a second factor: they sign in.
///
/// # Errors
/// `not_found` for an invitation that is not good, `conflict` when the
/// address has an account, `too_large` when no seat is free.
pub async fn accept_invitation(
    product: &Omnichat,
    token: &str,
    name: &str,
    password: &str,
    device: &Device,
) -> Result<Option<SignedIn>> {
    product.throttle().count(Tried::Joins(device.network()), TRIES, Duration::from_secs(3600))?;
    let offer = invitation_offer(product, token, device.network()).await?;
    let new = NewUser { name: name.to_owned(), email: offer.email, password: password.to_owned() };
    let checked = check(&new)?;
    let hash = passwords::hash(new.password).await?;
    let (secret, ip) = (hash_secret(token), device.ip.to_string());
    let (tenant, user, cleared, ended, has_factor) = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let taken = take(tx, secret).await?;
            let (user, cleared, ended) = enter(tx, &taken, &checked, &hash).await?;
            let newcomer = Caller {
                tenant: taken.tenant,
                name: checked.name,
                permissions: Permissions::NONE,
                ip,
                who: Who::User(Signed {
                    user,
                    session: SessionId::new(),
                    role: taken.role.role,
                    impersonated_by: None,
                    parent: None,
                    is_tenant_bound: false,
                    runs: Runs::Nothing,
                    read_at: Timestamp::now(),
                }),
            };
            join(tx, &taken, user, &newcomer).await?;
            let has_factor: bool = users::table
                .filter(users::id.eq(user))
                .select(users::totp_enabled_at.is_not_null())
                .first(tx.conn())
                .await?;
            Ok((taken.tenant, user, cleared, ended, has_factor))
        })
        .await?;
    cleared.forget(product);
    devices::forget(product, &ended);
    product.signals().forget_places(user);
    if has_factor {
        return Ok(None);
    }
    Ok(Some(sessions::start(product, sessions::Start::of(tenant, user), device).await?))
}

/// The user under the address of an invitation: a new one, or one whose old
/// password is good no more, because they come back or never proved the address.
async fn enter(tx: &mut SystemTx, taken: &Taken, new: &Checked, hash: &str) -> Result<(UserId, Cleared, Marks)> {
    let values = (users::name.eq(&new.name), users::password_hash.eq(Some(hash)));
    match account(tx, &taken.email).await? {
        Account::Works => Err(has_account()),
        Account::Left(user) => {
            diesel::update(users::table.filter(users::id.eq(user))).set(values).execute(tx.conn()).await?;
            forget_devices(tx, user).await?;
            Ok((user, Cleared::default(), devices::end(tx, Ends::User(user)).await?))
        }
        Account::Unproved(user) => {
            let cleared = proof::by_link(tx, user, &taken.email).await?;
            proof::leave_others(tx, user).await?;
            diesel::update(users::table.filter(users::id.eq(user))).set(values).execute(tx.conn()).await?;
            Ok((user, cleared, Marks::default()))
        }
        Account::None => {
            let user = UserId::new();
            let inserted = diesel::insert_into(users::table)
                .values((users::id.eq(user), users::email.eq(&taken.email), values))
                .execute(tx.conn())
                .await;
            match inserted {
                // They registered a moment ago.
                Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => return Err(has_account()),
                other => other?,
            };
            // Nothing stands on it yet but what they have just chosen.
            proof::by_holder(tx, user, &taken.email).await?;
            Ok((user, Cleared::default(), Marks::default()))
        }
    }
}

/// Joins with the account that is signed in, which must be the invited one,
/// and goes over to the business.
///
/// # Errors
/// `not_found` for an invitation that is not good, `forbidden` when it was
/// sent to another address, `conflict` for who works there already,
/// `too_large` when no seat is free.
pub async fn join_business(product: &Omnichat, own: &InPerson, token: &str, device: &Device) -> Result<SignedIn> {
    product.throttle().count(Tried::Joins(device.network()), TRIES, Duration::from_secs(3600))?;
    let (secret, user, caller) = (hash_secret(token), own.user(), Caller::clone(own));
    let tenant = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let taken = take(tx, secret).await?;
            let email: String =
                users::table.filter(users::id.eq(user)).select(users::email).first(tx.conn()).await?;
            if email != taken.email {
                let message = format!(
                    "This invitation was sent to {}. You are signed in as {email}: log out, and sign in with the invited address.",
                    taken.email
                );
                return Err(Error::refused(ErrorCode::Forbidden, message));
            }
            proof::by_holder(tx, user, &email).await?;
            join(tx, &taken, user, &caller).await?;
            Ok(taken.tenant)
        })
        .await?;
    devices::switch_tenant(product, own, tenant, device).await
}

/// An invitation that is used up.
struct Taken {
    tenant: TenantId,
    email: String,
    role: Given,
    seats: Option<u32>,
}

/// Uses an invitation up, under the lock of its business.
async fn take(tx: &mut SystemTx, hash: Vec<u8>) -> Result<Taken> {
    let tenant: Option<TenantId> = invitations::table
        .filter(invitations::token_hash.eq(&hash))
        .select(invitations::tenant_id)
        .first(tx.conn())
        .await
        .optional()?;
    let tenant = tenant.ok_or_else(dead)?;
    let seats = reach::lock(tx.conn(), tenant).await?;
    let is_suspended: bool = tenants::table
        .filter(tenants::id.eq(tenant))
        .select(tenants::suspended_at.is_not_null())
        .first(tx.conn())
        .await?;
    let taken: Option<(String, Role, Option<RoleId>)> = diesel::delete(
        invitations::table
            .filter(invitations::token_hash.eq(hash))
            .filter(invitations::expires_at.gt(Timestamp::now())),
    )
    .returning((invitations::email, invitations::role, invitations::role_id))
    .get_result(tx.conn())
    .await
    .optional()?;
    let (email, role, id) = taken.filter(|_| !is_suspended).ok_or_else(dead)?;
    Ok(Taken { tenant, email, role: find_role(tx.conn(), tenant, choice(role, id)).await?, seats })
}

async fn join(tx: &mut SystemTx, taken: &Taken, user: UserId, caller: &Caller) -> Result<()> {
    let tenant = taken.tenant;
    check_seats(head_count(tx.conn(), tenant).await?, taken.seats)?;
    let inserted = diesel::insert_into(memberships::table)
        .values((
            memberships::tenant_id.eq(tenant),
            memberships::user_id.eq(user),
            memberships::role.eq(taken.role.role),
            memberships::role_id.eq(taken.role.id),
        ))
        .execute(tx.conn())
        .await;
    match inserted {
        Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            return Err(Error::refused(ErrorCode::Conflict, "You work in this business already."));
        }
        other => other?,
    };
    let details = [("role", taken.role.name.clone())];
    audit::record_in(tx, tenant, ActorType::User, caller, AuditAction::PersonJoined, &taken.email, &details).await
}

/// The same for an invitation that never was, was used, or is too old.
fn dead() -> Error {
    let message = "This invitation was accepted, taken back, or is too old. Ask whoever sent it for a new one.";
    Error::refused(ErrorCode::NotFound, message)
}

fn has_account() -> Error {
    let message = "The invited address has an account already. Sign in with it, then open the invitation again.";
    Error::refused(ErrorCode::Conflict, message)
}
