//! Asking people to work in a business.

use super::{
    Caller, ManagePeople, Permit,
    permission::held,
    proof::{self, MayAsk},
    reach::{self, Given, Reach, check_seats, choice, find_role, head_count},
    register::email_of,
};
use crate::{
    Omnichat, Result, audit,
    database::TenantTx,
    error::OrNotFound as _,
    keys::{hash_secret, random_secret},
    mail::{self, texts},
    rates::{Named, Tried},
    schema::{invitations, memberships, roles, tenants, users},
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::time::Duration;
use types::{
    ErrorCode, InvitationId, RoleId, TenantId, Timestamp, UserId,
    accounts::{Permissions, Role},
    audit::AuditAction,
    people::RoleChoice,
};

/// How long an invitation is good, in seconds.
const SECONDS: i64 = 7 * 24 * 3600;
const HOUR: Duration = Duration::from_secs(3600);
/// Invitations that a business mails in an hour.
const MAILS: u32 = 50;
/// Invitations to one address in an hour, whoever invites.
const MAILS_TO_ONE: u32 = 5;

/// Invites somebody by mail.
///
/// # Errors
/// `forbidden` for a role that is not the caller's to give and for who proved
/// no address of their own, `conflict` for people who are here or were asked
/// already, `too_large` when no seat is free, `too_many_requests` after many
/// mails.
pub async fn invite(
    product: &Omnichat,
    permit: &Permit<ManagePeople>,
    email: &str,
    role: RoleChoice,
) -> Result<InvitationId> {
    let email = email_of(email)?;
    let may_ask = proof::may_ask(product, permit).await?;
    count(product, permit.tenant(), &email)?;
    let (asked, inside, id) = (permit.clone(), product.clone(), InvitationId::new());
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let by = reach::lock_by(tx.conn(), &asked).await?;
            let role = find_role(tx.conn(), tenant, role).await?;
            by.check_reach(&role)?;
            refuse_known(tx, &email).await?;
            let waiting: i64 =
                invitations::table.filter(invitations::tenant_id.eq(tenant)).count().get_result(tx.conn()).await?;
            check_seats(head_count(tx.conn(), tenant).await? + waiting, by.seats)?;
            let secret = random_secret();
            diesel::insert_into(invitations::table)
                .values((
                    invitations::tenant_id.eq(tenant),
                    invitations::id.eq(id),
                    invitations::email.eq(&email),
                    invitations::role.eq(role.role),
                    invitations::role_id.eq(role.id),
                    invitations::token_hash.eq(hash_secret(&secret)),
                    invitations::invited_by.eq(by.behind.user),
                    invitations::expires_at.eq(Timestamp::now().plus_seconds(SECONDS)),
                ))
                .execute(tx.conn())
                .await?;
            post(tx, &inside, may_ask, by.caller(), Letter { email: &email, role: &role, secret: &secret }).await?;
            audit::record(tx, by.caller(), AuditAction::PersonInvited, &email, &[("role", role.name)]).await
        })
        .await?;
    Ok(id)
}

/// Mails an invitation again, with a new link; the old one is good no more.
///
/// # Errors
/// `not_found` when it was accepted or revoked, `forbidden` for a role that
/// is not the caller's to give and for who proved no address of their own,
/// `too_many_requests` after many mails.
pub async fn resend_invitation(product: &Omnichat, permit: &Permit<ManagePeople>, id: InvitationId) -> Result<()> {
    let may_ask = proof::may_ask(product, permit).await?;
    let (asked, inside) = (permit.clone(), product.clone());
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let by = reach::lock_by(tx.conn(), &asked).await?;
            let (email, role) = find(tx, id).await?;
            by.check_reach(&role)?;
            count(&inside, tenant, &email)?;
            let secret = random_secret();
            diesel::update(invitations::table.filter(invitations::tenant_id.eq(tenant)).filter(invitations::id.eq(id)))
                .set((
                    invitations::token_hash.eq(hash_secret(&secret)),
                    invitations::expires_at.eq(Timestamp::now().plus_seconds(SECONDS)),
                ))
                .execute(tx.conn())
                .await?;
            post(tx, &inside, may_ask, by.caller(), Letter { email: &email, role: &role, secret: &secret }).await?;
            let details = [("role", role.name), ("again", "yes".to_owned())];
            audit::record(tx, by.caller(), AuditAction::PersonInvited, &email, &details).await
        })
        .await
}

/// Takes an invitation back. Its link is good no more.
///
/// # Errors
/// `not_found` when it was accepted or revoked, `forbidden` for a role that
/// is not the caller's to take.
pub async fn revoke_invitation(product: &Omnichat, permit: &Permit<ManagePeople>, id: InvitationId) -> Result<()> {
    let asked = permit.clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let by = reach::lock_by(tx.conn(), &asked).await?;
            let (email, role) = find(tx, id).await?;
            by.check_reach(&role)?;
            diesel::delete(invitations::table.filter(invitations::tenant_id.eq(tenant)).filter(invitations::id.eq(id)))
                .execute(tx.conn())
                .await?;
            audit::record(tx, by.caller(), AuditAction::InvitationRevoked, &email, &[]).await
        })
        .await
}

/// Ends the open invitations of a person who could not send them any more: all of them when the person has gone and has
/// no reach. Gives how many. Those of the keys that the person made are theirs too.
pub(super) async fn end_invitations_of(
    conn: &mut AsyncPgConnection,
    tenant: TenantId,
    user: UserId,
    reach: Option<Reach>,
) -> Result<usize> {
    let sent: Vec<(InvitationId, Role, Option<Vec<String>>)> = invitations::table
        .left_join(
            roles::table
                .on(roles::tenant_id.eq(invitations::tenant_id).and(roles::id.nullable().eq(invitations::role_id))),
        )
        .filter(invitations::tenant_id.eq(tenant))
        .filter(invitations::invited_by.eq(user))
        .select((invitations::id, invitations::role, roles::permissions.nullable()))
        .load(conn)
        .await?;
    let beyond = sent.into_iter().filter_map(|(id, role, own)| {
        let offered = held(role, own.map(Permissions::from_names), false);
        (!reach.is_some_and(|reach| reach.could_invite(role, offered))).then_some(id)
    });
    let beyond: Vec<InvitationId> = beyond.collect();
    let these = invitations::table.filter(invitations::tenant_id.eq(tenant)).filter(invitations::id.eq_any(beyond));
    Ok(diesel::delete(these).execute(conn).await?)
}

fn count(product: &Omnichat, tenant: TenantId, email: &str) -> Result<()> {
    product.throttle().count(Tried::InvitationsFrom(tenant), MAILS, HOUR)?;
    product.throttle().count(Tried::InvitationsTo(Named::of(email)), MAILS_TO_ONE, HOUR)
}

/// Refuses people who are here or were asked; an invitation that has expired makes room.
async fn refuse_known(tx: &mut TenantTx, email: &str) -> Result<()> {
    let tenant = tx.tenant();
    let refuse = |message: &str| Err(types::Error::new(ErrorCode::Conflict, message).field("email").into());
    let here: Option<UserId> = users::table
        .inner_join(memberships::table.on(memberships::user_id.eq(users::id)))
        .filter(memberships::tenant_id.eq(tenant))
        .filter(users::email.eq(email))
        .select(users::id)
        .first(tx.conn())
        .await
        .optional()?;
    if here.is_some() {
        return refuse("Somebody with this address works here already.");
    }
    // Nobody accepts them any more; they would keep seats.
    diesel::delete(
        invitations::table
            .filter(invitations::tenant_id.eq(tenant))
            .filter(invitations::expires_at.le(Timestamp::now())),
    )
    .execute(tx.conn())
    .await?;
    let asked: Option<InvitationId> = invitations::table
        .filter(invitations::tenant_id.eq(tenant))
        .filter(invitations::email.eq(email))
        .select(invitations::id)
        .first(tx.conn())
        .await
        .optional()?;
    match asked {
        Some(_) => refuse("This address was invited already. Send the invitation again, or revoke it first."),
        None => Ok(()),
    }
}

async fn find(tx: &mut TenantTx, id: InvitationId) -> Result<(String, Given)> {
    let tenant = tx.tenant();
    let (email, role, role_id): (String, Role, Option<RoleId>) = invitations::table
        .filter(invitations::tenant_id.eq(tenant))
        .filter(invitations::id.eq(id))
        .select((invitations::email, invitations::role, invitations::role_id))
        .first(tx.conn())
        .await
        .or_not_found("invitation")?;
    Ok((email, find_role(tx.conn(), tenant, choice(role, role_id)).await?))
}

/// An invitation on its way.
struct Letter<'a> {
    email: &'a str,
    role: &'a Given,
    secret: &'a str,
}

async fn post(
    tx: &mut TenantTx,
    product: &Omnichat,
    _may_ask: MayAsk,
    caller: &Caller,
    Letter { email, role, secret }: Letter<'_>,
) -> Result<()> {
    let tenant = tx.tenant();
    let business: String = tenants::table.filter(tenants::id.eq(tenant)).select(tenants::name).first(tx.conn()).await?;
    let link = format!("{}/invitation?token={secret}", product.public_url());
    let words = texts::Invitation { business: &business, inviter: caller.name(), role: &role.name, link: &link };
    mail::enqueue(tx, product, &texts::invitation(email, words)).await
}
