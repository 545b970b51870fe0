//! Who of us a provider's person is, and whether they may come in.

use super::{Stored, token::Person};
use crate::{
    Error, Omnichat, Result,
    accounts::{
        Device,
        proof::{self, Holder},
        register::{is_email, normal_email},
        sessions::{self, Start},
    },
    audit,
    database::SystemTx,
    schema::{memberships, oidc_identities as identities, users},
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{
    SessionId, TenantId, UserId,
    accounts::Role,
    audit::{ActorType, AuditAction},
    limits,
    sign_in::SsoProblem,
};

/// A decision of a transaction that did its work either way.
type Admitted = std::result::Result<UserId, SsoProblem>;

/// The user whom the provider's person is in this tenant. The first time they
/// are found by their address, or made.
pub(super) async fn admit(
    product: &Omnichat,
    tenant: TenantId,
    provider: &Stored,
    person: Person,
    device: &Device,
) -> Admitted {
    let (provider, device) = (provider.clone(), device.clone());
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let known: Option<UserId> = identities::table
                .filter(identities::tenant_id.eq(tenant))
                .filter(identities::issuer.eq(&provider.issuer))
                .filter(identities::subject.eq(&person.subject))
                .select(identities::user_id)
                .first(tx.conn())
                .await
                .optional()?;
            if let Some(user) = known {
                return Ok(match role_of(tx, tenant, user).await? {
                    Some(role) => may_enter(&provider, role).map(|()| user),
                    None => Err(SsoProblem::Invitation),
                });
            }
            first_time(tx, tenant, &provider, &person, &device).await
        })
        .await?
}

async fn first_time(
    tx: &mut SystemTx,
    tenant: TenantId,
    provider: &Stored,
    person: &Person,
    device: &Device,
) -> Result<Admitted> {
    let Some(email) = person.email.as_deref().map(normal_email).filter(|_| person.is_email_verified) else {
        return Ok(Err(SsoProblem::Unverified));
    };
    if !is_email(&email) {
        return Ok(Err(SsoProblem::Unverified));
    }
    let domain = email.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default();
    if !provider.email_domains.is_empty() && !provider.email_domains.contains(&domain) {
        return Ok(Err(SsoProblem::Domain));
    }
    let (user, is_proved) = match proof::holder(tx, &email).await? {
        Holder::Proved(user, _) => (Some(user), true),
        Holder::Unproved(user) => (Some(user), false),
        Holder::Nobody => (None, false),
    };
    let user = match user {
        Some(user) => match role_of(tx, tenant, user).await? {
            // Who claims the address with a password may be anybody; only those
            // whom the provider itself brought here have none.
            Some(_) if !is_proved && !is_brought(tx, user).await? => return Ok(Err(SsoProblem::Unproved)),
            Some(role) => match may_enter(provider, role) {
                Ok(()) => user,
                Err(problem) => return Ok(Err(problem)),
            },
            // The provider's word about a user of somebody else is worth nothing.
            None => return Ok(Err(SsoProblem::Invitation)),
        },
        None if provider.email_domains.is_empty() => return Ok(Err(SsoProblem::Invitation)),
        None => join(tx, tenant, provider, person, &email, device).await?,
    };
    diesel::insert_into(identities::table)
        .values((
            identities::tenant_id.eq(tenant),
            identities::issuer.eq(&provider.issuer),
            identities::subject.eq(&person.subject),
            identities::user_id.eq(user),
        ))
        .execute(tx.conn())
        .await?;
    Ok(Ok(user))
}

/// Whether an account was made by a provider: nobody can have set anything up on it.
async fn is_brought(tx: &mut SystemTx, user: UserId) -> Result<bool> {
    let no_password = users::table.filter(users::id.eq(user)).select(users::password_hash.is_null());
    let owned = memberships::table.filter(memberships::user_id.eq(user)).filter(memberships::role.eq(Role::Owner));
    let owns: i64 = owned.count().get_result(tx.conn()).await?;
    Ok(owns == 0 && no_password.first(tx.conn()).await?)
}

/// A provider that an owner did not set up could name itself the owner.
fn may_enter(provider: &Stored, role: Role) -> std::result::Result<(), SsoProblem> {
    if role == Role::Owner && !provider.admits_owners { Err(SsoProblem::Owner) } else { Ok(()) }
}

async fn role_of(tx: &mut SystemTx, tenant: TenantId, user: UserId) -> Result<Option<Role>> {
    let role = memberships::table
        .filter(memberships::tenant_id.eq(tenant))
        .filter(memberships::user_id.eq(user))
        .select(memberships::role)
        .first(tx.conn())
        .await;
    Ok(role.optional()?)
}

/// Makes a user without a password, who works here and nowhere else. The
/// address counts as unconfirmed: only the tenant's provider vouched for it.
async fn join(
    tx: &mut SystemTx,
    tenant: TenantId,
    provider: &Stored,
    person: &Person,
    email: &str,
    device: &Device,
) -> Result<UserId> {
    if provider.default_role == Role::Owner {
        return Err(Error::Internal("a provider cannot make owners".to_owned()));
    }
    super::super::check_seats(tx, tenant).await?;
    let user = UserId::new();
    diesel::insert_into(users::table)
        .values((users::id.eq(user), users::email.eq(email), users::name.eq(name_of(person, email))))
        .execute(tx.conn())
        .await?;
    diesel::insert_into(memberships::table)
        .values((
            memberships::tenant_id.eq(tenant),
            memberships::user_id.eq(user),
            memberships::role.eq(provider.default_role),
        ))
        .execute(tx.conn())
        .await?;
    let start = Start { is_tenant_bound: true, ..Start::of(tenant, user) };
    let caller = sessions::caller(tx, SessionId::new(), &start).await?.on(device);
    let details = [("role", provider.default_role.to_string()), ("provider", provider.issuer.clone())];
    audit::record_in(tx, tenant, ActorType::User, &caller, AuditAction::PersonJoined, email, &details).await?;
    Ok(user)
}

/// The name that the provider tells, or what stands before the @.
fn name_of(person: &Person, email: &str) -> String {
    let told = person.name.as_deref().unwrap_or_default();
    let clean: String = told.chars().filter(|char| !char.is_control()).take(limits::NAME_CHARS).collect();
    let clean = clean.trim();
    if clean.is_empty() {
        email.split('@').next().unwrap_or("Somebody").chars().take(limits::NAME_CHARS).collect()
    } else {
        clean.to_owned()
    }
}
