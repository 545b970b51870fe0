//! Signing in through a company: each tenant may name a provider that speaks
//! OpenID Connect, and its people come in by it.
//!
//! A tenant's provider can claim any e-mail address. What it says is good for
//! its tenant alone: the sessions it vouches for are bound to the tenant, and
//! it never lets in a user of others who was not invited here.

mod discovery;
mod flow;
mod people;
mod token;

pub(crate) use discovery::KnownProviders;
pub use flow::{Answer, Begun, begin, finish};

use super::{
    Caller, ManagePeople, Permit,
    devices::{self, Ends},
    proof::{self, MayAsk},
    reach,
};
use crate::{
    Error, Keys, Omnichat, Result, audit,
    database::{SystemTx, TenantTx},
    error::OrNotFound as _,
    http::Purpose,
    rates::Tried,
    schema::{oidc_providers as providers, tenants},
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{
    ErrorCode, TenantId, Timestamp,
    accounts::{Permissions, Role},
    audit::AuditAction,
    sign_in::{OidcProvider, OidcProviderUpdate, OidcTest, SignInSettings},
};

/// Longest address of a provider, in characters.
const ISSUER_CHARS: usize = 300;
/// Longest id or secret of ours at a provider, in characters.
const CLIENT_CHARS: usize = 500;
/// Domains of a tenant.
const DOMAINS: usize = 50;

/// A provider as it is stored.
#[derive(Clone, diesel::Queryable)]
struct Stored {
    issuer: String,
    client_id: String,
    client_secret: Vec<u8>,
    email_domains: Vec<String>,
    default_role: Role,
    is_active: bool,
    admits_owners: bool,
}

/// The columns of [`Stored`], in its order.
type Columns = (
    providers::issuer,
    providers::client_id,
    providers::client_secret,
    providers::email_domains,
    providers::default_role,
    providers::is_active,
    providers::admits_owners,
);

const COLUMNS: Columns = (
    providers::issuer,
    providers::client_id,
    providers::client_secret,
    providers::email_domains,
    providers::default_role,
    providers::is_active,
    providers::admits_owners,
);

impl Stored {
    fn secret(&self, product: &Omnichat, tenant: TenantId) -> Result<String> {
        let opened = product.keys().decrypt(&self.client_secret, &place(tenant));
        opened.map_err(|error| Error::stored("client secret", error))
    }

    fn transfer(self) -> OidcProvider {
        OidcProvider {
            issuer: self.issuer,
            client_id: self.client_id,
            email_domains: self.email_domains,
            default_role: self.default_role,
            is_active: self.is_active,
            admits_owners: self.admits_owners,
        }
    }
}

/// Where a client secret belongs; sealed with it, a secret is worth nothing elsewhere.
fn place(tenant: TenantId) -> String {
    format!("oidc client secret of tenant {tenant}")
}

/// Where a provider sends people back to.
fn redirect_uri(product: &Omnichat) -> String {
    format!("{}/sso/callback", product.public_url())
}

/// How people of the tenant sign in through their company.
///
/// # Errors
/// When the database does not answer.
pub async fn settings(product: &Omnichat, permit: &Permit<ManagePeople>) -> Result<SignInSettings> {
    let (provider, slug) = product.db().tenant(permit.tenant(), async |tx: &mut TenantTx| read(tx).await).await?;
    Ok(transfer(product, provider, &slug))
}

/// Sets up or changes the provider. It vouches for everybody in the tenant,
/// so whoever sets it up must be able to do what an admin can; for owners it
/// vouches only when an owner set it up.
///
/// # Errors
/// When a field is not usable; `forbidden` for lesser roles, and for who
/// proved no address of their own.
pub async fn update(
    product: &Omnichat,
    permit: &Permit<ManagePeople>,
    update: OidcProviderUpdate,
) -> Result<SignInSettings> {
    let may_ask = proof::may_ask(product, permit).await?;
    let tenant = permit.tenant();
    let issuer = issuer_of(product, &update.issuer)?;
    let client_id = client_text(&update.client_id, "client_id", "client id")?;
    let email_domains = domains_of(&update.email_domains)?;
    if !matches!(update.default_role, Role::Admin | Role::Agent | Role::Viewer) {
        return Err(invalid("default_role", "New people can be admins, agents or viewers."));
    }
    let sealed = match update.client_secret.as_deref().map(str::trim).filter(|secret| !secret.is_empty()) {
        None => None,
        Some(secret) => {
            let secret = client_text(secret, "client_secret", "client secret")?;
            Some(product.keys().encrypt(&secret, &place(tenant)).map_err(|error| Error::Internal(error.to_string()))?)
        }
    };
    let asked = permit.clone();
    let (role, is_active) = (update.default_role, update.is_active);
    let (provider, slug, ends_sessions) = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let by = reach::lock_by(tx.conn(), &asked).await?;
            check_covers_admin(by.caller())?;
            let by_owner = is_owner(by.caller());
            let (before, slug) = read(tx).await?;
            let is_same =
                before.as_ref().is_some_and(|before| before.issuer == issuer && before.client_id == client_id);
            let admits_owners =
                by_owner || (is_same && sealed.is_none() && before.as_ref().is_some_and(|before| before.admits_owners));
            // A stored secret is never sent to another provider than the one it was given for.
            let kept = before.as_ref().filter(|_| is_same).map(|before| before.client_secret.clone());
            let client_secret = sealed.or(kept).ok_or_else(|| {
                invalid("client_secret", "Please enter the client secret that belongs to this provider.")
            })?;
            let stored = Stored {
                issuer,
                client_id,
                client_secret,
                email_domains,
                default_role: role,
                is_active,
                admits_owners,
            };
            write(tx, may_ask, &stored).await?;
            let details = [("active", is_active.to_string()), ("role", role.to_string())];
            audit::record(tx, by.caller(), AuditAction::ProviderUpdated, &stored.issuer, &details).await?;
            let ends_sessions = before.is_some_and(|before| !is_same || (before.is_active && !is_active));
            Ok((stored, slug, ends_sessions))
        })
        .await?;
    if ends_sessions {
        end_sessions(product, tenant).await?;
    }
    Ok(transfer(product, Some(provider), &slug))
}

/// Refuses whoever may do less than an admin.
fn check_covers_admin(caller: &Caller) -> Result<()> {
    if caller.permissions().covers(Permissions::of(Role::Admin)) {
        return Ok(());
    }
    let message = "A provider can let in admins as well. Only somebody who may do everything can set it up.";
    Err(Error::refused(ErrorCode::Forbidden, message))
}

/// Whether an owner calls, and nobody in an owner's name.
fn is_owner(caller: &Caller) -> bool {
    caller.member().is_ok_and(|member| member.role() == Role::Owner && member.impersonated_by().is_none())
}

/// Removes the provider and ends every session that it vouched for.
///
/// # Errors
/// `not_found` when there is none.
pub async fn remove(product: &Omnichat, permit: &Permit<ManagePeople>) -> Result<()> {
    let (tenant, caller) = (permit.tenant(), permit.caller().clone());
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let issuer: String = diesel::delete(providers::table.filter(providers::tenant_id.eq(tenant)))
                .returning(providers::issuer)
                .get_result(tx.conn())
                .await
                .or_not_found("provider")?;
            audit::record(tx, &caller, AuditAction::ProviderRemoved, &issuer, &[]).await
        })
        .await?;
    end_sessions(product, tenant).await
}

/// Asks a provider what it says of itself.
///
/// # Errors
/// `invalid`, saying what is wrong with it.
pub async fn test(product: &Omnichat, permit: &Permit<ManagePeople>, issuer: &str) -> Result<OidcTest> {
    let issuer = issuer_of(product, issuer)?;
    product.throttle().count(Tried::ProviderTests(permit.tenant()), 20, std::time::Duration::from_secs(60))?;
    let found = discovery::fetch(product, &issuer).await.map_err(|trouble| invalid("issuer", &trouble))?;
    Ok(OidcTest { sign_in_host: found.sign_in_host(), keys: u32::try_from(found.keys.len()).unwrap_or_default() })
}

/// Seals the client secret anew when it was not sealed with the current key.
pub(crate) async fn reseal_client_secret(tx: &mut TenantTx, keys: &Keys) -> Result<bool> {
    let tenant = tx.tenant();
    let row = providers::table.filter(providers::tenant_id.eq(tenant)).select(providers::client_secret);
    let sealed: Option<Vec<u8>> = row.for_update().first(tx.conn()).await.optional()?;
    let Some(sealed) = sealed else { return Ok(false) };
    let anew = keys.reseal(&sealed, &place(tenant)).map_err(|error| Error::stored("client secret", error))?;
    let Some(anew) = anew else { return Ok(false) };
    diesel::update(providers::table.filter(providers::tenant_id.eq(tenant)))
        .set(providers::client_secret.eq(anew))
        .execute(tx.conn())
        .await?;
    Ok(true)
}

/// Ends the sessions that the tenant's provider vouched for.
async fn end_sessions(product: &Omnichat, tenant: TenantId) -> Result<()> {
    let ended = product.db().system(async move |tx: &mut SystemTx| devices::end(tx, Ends::Bound(tenant)).await).await?;
    devices::forget(product, &ended);
    Ok(())
}

async fn read(tx: &mut TenantTx) -> Result<(Option<Stored>, String)> {
    let tenant = tx.tenant();
    let slug = tenants::table.filter(tenants::id.eq(tenant)).select(tenants::slug).first(tx.conn()).await?;
    let provider = providers::table.filter(providers::tenant_id.eq(tenant)).select(COLUMNS).first(tx.conn()).await;
    Ok((provider.optional()?, slug))
}

async fn write(tx: &mut TenantTx, _may_ask: MayAsk, stored: &Stored) -> Result<()> {
    let columns = || {
        (
            providers::issuer.eq(&stored.issuer),
            providers::client_id.eq(&stored.client_id),
            providers::client_secret.eq(&stored.client_secret),
            providers::email_domains.eq(&stored.email_domains),
            providers::default_role.eq(stored.default_role),
            providers::is_active.eq(stored.is_active),
            providers::admits_owners.eq(stored.admits_owners),
            providers::updated_at.eq(Timestamp::now()),
        )
    };
    diesel::insert_into(providers::table)
        .values((providers::tenant_id.eq(tx.tenant()), columns()))
        .on_conflict(providers::tenant_id)
        .do_update()
        .set(columns())
        .execute(tx.conn())
        .await?;
    Ok(())
}

fn transfer(product: &Omnichat, provider: Option<Stored>, slug: &str) -> SignInSettings {
    SignInSettings {
        provider: provider.map(Stored::transfer),
        redirect_uri: redirect_uri(product),
        link: format!("{}/sso/{slug}", product.public_url()),
    }
}

fn invalid(field: &str, message: &str) -> Error {
    types::Error::invalid(message).field(field).into()
}

/// An address that a provider can have.
fn issuer_of(product: &Omnichat, text: &str) -> Result<String> {
    let issuer = text.trim();
    if issuer.chars().count() > ISSUER_CHARS || issuer.contains(['?', '#']) {
        return Err(invalid("issuer", "Please enter the plain address, such as https://login.example.com."));
    }
    product.http().check(Purpose::SignInProvider, issuer).map_err(|error| match error {
        Error::Refused(refusal) => Error::Refused(refusal.field("issuer")),
        other => other,
    })?;
    Ok(issuer.to_owned())
}

fn client_text(text: &str, field: &str, what: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(invalid(field, &format!("Please enter the {what} that your provider shows.")));
    }
    if text.chars().count() > CLIENT_CHARS || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(invalid(field, &format!("This does not look like a {what}. Please copy it again.")));
    }
    Ok(text.to_owned())
}

/// The domains in small letters, each once.
fn domains_of(domains: &[String]) -> Result<Vec<String>> {
    let mut clean: Vec<String> = domains
        .iter()
        .map(|domain| domain.trim().trim_start_matches('@').to_lowercase())
        .filter(|domain| !domain.is_empty())
        .collect();
    clean.sort();
    clean.dedup();
    let is_domain = |domain: &String| {
        domain.len() <= 253
            && domain.split('.').count() > 1
            && domain.split('.').all(|label| !label.is_empty())
            && domain.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '.'))
    };
    if let Some(bad) = clean.iter().find(|domain| !is_domain(domain)) {
        return Err(invalid("email_domains", &format!("\"{bad}\" is not a domain. It should look like example.com.")));
    }
    if clean.len() > DOMAINS {
        return Err(invalid("email_domains", &format!("Please keep to {DOMAINS} domains.")));
    }
    Ok(clean)
}
