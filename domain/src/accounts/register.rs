//! New tenants and new people.

use super::{
    Device, SignedIn, name_of, passwords,
    proof::{self, Cleared, Holder},
    sessions,
};
use crate::{
    Error, Omnichat, Result,
    database::{Db, SystemTx, TenantTx},
    rates::Tried,
    schema::{conversation_sequences, memberships, tenant_sequences, tenants, users},
};
use diesel::{
    ExpressionMethods, JoinOnDsl as _, OptionalExtension as _, QueryDsl,
    result::{DatabaseErrorKind, Error as QueryError},
};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use types::{
    ErrorCode, TenantId, UserId,
    accounts::{Registration, Role},
};

/// Registrations from one address in an hour.
const REGISTRATIONS: u32 = 20;

/// A person to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Full name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// Password in clear.
    pub password: String,
}

/// A business to be made, with its owner.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// The business's name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Its owner.
    pub owner: NewUser,
}

/// Opens an account for a business and signs its owner in.
///
/// # Errors
/// When a field is not usable, the address is taken, or somebody registers too often.
pub async fn register(product: &Omnichat, registration: Registration, device: &Device) -> Result<SignedIn> {
    let new = NewTenant {
        name: name_of(&registration.business, "business", "your business")?,
        description: String::new(),
        owner: NewUser { name: registration.name, email: registration.email, password: registration.password },
    };
    check(&new.owner)?;
    product.throttle().count(Tried::Registrations(device.network()), REGISTRATIONS, Duration::from_secs(3600))?;
    let (tenant, owner) = make_tenant(product, new, false).await?;
    // The account is there; the dashboard offers to send the link again.
    if let Err(error) = super::recovery::verification(product, owner).await {
        tracing::error!(%error, "no verification mail could be written");
    }
    sessions::start(product, sessions::Start::of(tenant, owner), device).await
}

/// Makes a tenant with its owner and its first widget, on the word of whoever
/// runs the server, who vouches for the address.
///
/// # Errors
/// When a field is not usable or the address is taken.
pub async fn create_tenant(product: &Omnichat, new: NewTenant) -> Result<(TenantId, UserId)> {
    make_tenant(product, new, true).await
}

async fn make_tenant(product: &Omnichat, new: NewTenant, is_verified: bool) -> Result<(TenantId, UserId)> {
    let name = name_of(&new.name, "business", "your business")?;
    let owner = check(&new.owner)?;
    let password_hash = passwords::hash(new.owner.password).await?;
    let (tenant, user) = (TenantId::new(), UserId::new());
    let description = new.description;
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            insert_tenant(tx, tenant, &name, &owner.email, &description).await?;
            insert_user(tx, tenant, user, &owner, Some(&password_hash), Role::Owner).await?;
            if is_verified { proof::by_word(tx, user, &owner.email).await } else { Ok(()) }
        })
        .await?;
    product.db().tenant(tenant, async move |tx: &mut TenantTx| crate::widgets::create_first(tx).await).await?;
    Ok((tenant, user))
}

/// Writes a tenant with what is counted in it.
pub(crate) async fn insert_tenant(
    tx: &mut SystemTx,
    tenant: TenantId,
    name: &str,
    email: &str,
    description: &str,
) -> Result<()> {
    diesel::insert_into(tenants::table)
        .values((
            tenants::id.eq(tenant),
            tenants::name.eq(name),
            tenants::slug.eq(slug(name, tenant)),
            tenants::email.eq(email),
            tenants::business_description.eq(description),
        ))
        .execute(tx.conn())
        .await?;
    diesel::insert_into(tenant_sequences::table)
        .values(tenant_sequences::tenant_id.eq(tenant))
        .execute(tx.conn())
        .await?;
    diesel::insert_into(conversation_sequences::table)
        .values(conversation_sequences::tenant_id.eq(tenant))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The owner of a tenant that somebody else made.
#[derive(Debug)]
pub(crate) struct NewOwner {
    pub user: UserId,
    /// Comes in by a mailed link, which proves the address; otherwise with the account they have.
    pub needs_link: bool,
    /// To be forgotten after the commit.
    pub cleared: Cleared,
}

/// Writes the owner of a new tenant, who has no password yet. Somebody who
/// proved the address owns this tenant too. Who has an account under it and
/// proved nothing may be anybody: what they set up is taken off the account
/// first, so that only the link in the mail leads in.
pub(crate) async fn insert_owner(tx: &mut SystemTx, tenant: TenantId, name: &str, email: &str) -> Result<NewOwner> {
    let new = checked(name, email)?;
    let (user, needs_link, cleared) = match proof::holder(tx, &new.email).await? {
        Holder::Proved(user, _) => (user, false, Cleared::default()),
        Holder::Unproved(user) => {
            let cleared = proof::clear(tx, user).await?;
            proof::leave_others(tx, user).await?;
            diesel::update(users::table.filter(users::id.eq(user)))
                .set(users::name.eq(&new.name))
                .execute(tx.conn())
                .await?;
            (user, true, cleared)
        }
        Holder::Nobody => {
            let user = UserId::new();
            insert_user(tx, tenant, user, &new, None, Role::Owner).await?;
            return Ok(NewOwner { user, needs_link: true, cleared: Cleared::default() });
        }
    };
    insert_membership(tx, tenant, user, Role::Owner).await?;
    Ok(NewOwner { user, needs_link, cleared })
}

/// Adds a person to a tenant, on the word of whoever runs the server, who
/// vouches for the address.
///
/// # Errors
/// When a field is not usable, the address is taken, or no seat is free.
pub async fn add_user(product: &Omnichat, tenant: TenantId, new: NewUser, role: Role) -> Result<UserId> {
    let checked = check(&new)?;
    let password_hash = passwords::hash(new.password).await?;
    let user = UserId::new();
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            super::check_seats(tx, tenant).await?;
            insert_user(tx, tenant, user, &checked, Some(&password_hash), role).await?;
            proof::by_word(tx, user, &checked.email).await
        })
        .await?;
    Ok(user)
}

/// The tenant with a short name, if there is one.
///
/// # Errors
/// When the database does not answer.
pub async fn tenant_by_slug(db: &Db, slug: &str) -> Result<Option<TenantId>> {
    let slug = slug.to_owned();
    db.system(async move |tx: &mut SystemTx| {
        let found = tenants::table.filter(tenants::slug.eq(slug)).select(tenants::id).first(tx.conn()).await;
        Ok(found.optional()?)
    })
    .await
}

/// The first tenant that somebody with a proved address works in, if there is one.
///
/// # Errors
/// When the database does not answer.
pub async fn tenant_of_email(db: &Db, email: &str) -> Result<Option<TenantId>> {
    let email = normal_email(email);
    db.system(async move |tx: &mut SystemTx| {
        let found = memberships::table
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .filter(users::email.eq(email))
            .filter(users::email_verified_at.is_not_null())
            .order(memberships::created_at)
            .select(memberships::tenant_id)
            .first(tx.conn())
            .await;
        Ok(found.optional()?)
    })
    .await
}

/// Name and address as they are stored.
pub(super) struct Checked {
    pub name: String,
    email: String,
}

pub(super) fn check(new: &NewUser) -> Result<Checked> {
    let checked = checked(&new.name, &new.email)?;
    passwords::check(&new.password)?;
    Ok(checked)
}

fn checked(name: &str, email: &str) -> Result<Checked> {
    let name = name_of(name, "name", "the person")?;
    let email = email_of(email)?;
    Ok(Checked { name, email })
}

async fn insert_user(
    tx: &mut SystemTx,
    tenant: TenantId,
    user: UserId,
    new: &Checked,
    password_hash: Option<&str>,
    role: Role,
) -> Result<()> {
    let inserted = diesel::insert_into(users::table)
        .values((
            users::id.eq(user),
            users::email.eq(&new.email),
            users::name.eq(&new.name),
            users::password_hash.eq(password_hash),
        ))
        .execute(tx.conn())
        .await;
    match inserted {
        Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            let message = "This e-mail address has an account already. Sign in instead, or choose \"Forgot your password?\" there.";
            return Err(Error::Refused(types::Error::new(ErrorCode::EmailTaken, message).field("email")));
        }
        other => other?,
    };
    insert_membership(tx, tenant, user, role).await
}

async fn insert_membership(tx: &mut SystemTx, tenant: TenantId, user: UserId, role: Role) -> Result<()> {
    diesel::insert_into(memberships::table)
        .values((memberships::tenant_id.eq(tenant), memberships::user_id.eq(user), memberships::role.eq(role)))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// An address as it is stored, or why it is none.
pub(super) fn email_of(email: &str) -> Result<String> {
    let email = normal_email(email);
    if is_email(&email) {
        return Ok(email);
    }
    let message = "Please enter an e-mail address such as ana@example.com.";
    Err(types::Error::invalid(message).field("email").into())
}

/// E-mail addresses are compared without regard to case.
pub(super) fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

pub(super) fn is_email(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    !local.is_empty()
        && email.len() <= 254
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !email.chars().any(|char| char.is_whitespace() || char.is_control())
        // One that mail can be sent to, and one alone.
        && !email.contains([',', ';', '<', '>', '[', ']', '(', ')', '"'])
        && email.parse::<lettre::Address>().is_ok()
}

/// A readable short name, made unique by the end of the tenant's id.
fn slug(name: &str, tenant: TenantId) -> String {
    let mut slug = String::new();
    for char in name.chars().flat_map(char::to_lowercase).take(40) {
        if char.is_ascii_alphanumeric() {
            slug.push(char);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let id = tenant.0.simple().to_string();
    let end = id.get(id.len().saturating_sub(6)..).unwrap_or_default();
    format!("{}-{end}", if slug.is_empty() { "business" } else { slug.trim_end_matches('-') })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_words() {
        for good in ["ana@example.com", "a.b+c@sub.example.co"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "ana", "ana@", "@example.com", "ana@example", "a b@example.com", "ana@.com"]
            .into_iter()
            // Two of them, and forms that no mail server is given.
            .chain(["a@b.example,c@d.example", "<a@b.example>", "a@[127.0.0.1]", "\"a\"@b.example"])
        {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn slugs_are_readable_and_never_empty() {
        let tenant = TenantId::new();
        assert!(slug("Juniper & Pine", tenant).starts_with("juniper-pine-"));
        assert!(slug("日本", tenant).starts_with("business-"));
    }

    #[test]
    fn fuzz_addresses_of_people() {
        let seeds: [&[u8]; 4] =
            [b"ana@example.com", b"\"a b\"@example.com", "josé@exämple.com".as_bytes(), b"a@b@c.example"];
        let words = ["@", ".", "\r\nBcc: x@y.example", "<", ">", ",", "\"", "\u{130}", "\u{2028}", "..", "\0"];
        fuzz::fuzz("addresses_of_people", &seeds, &words, |input| {
            let text = &*fuzz::text(input);
            let Ok(email) = email_of(text) else { return };
            assert!(is_email(&email) && !email.contains(['\r', '\n', '\0']), "{email:?}");
            assert_eq!(normal_email(&email), email, "it is written in two ways");
            let _slug = slug(text, TenantId::new());
        });
    }
}
