//! A business that a platform admin opens for somebody.

use super::read;
use crate::{
    Omnichat, Result,
    accounts::{self, PlatformAdmin},
    audit,
    database::{SystemTx, TenantTx},
    keys::{hash_secret, random_secret},
    mail::{self, texts},
    schema::user_tokens,
};
use diesel::ExpressionMethods;
use diesel_async::RunQueryDsl;
use types::{
    TenantId, Timestamp, UserId,
    audit::{ActorType, AuditAction},
    platform::{CreatedTenant, NewBusiness},
};

/// Life of the link with which a new owner chooses a password, in seconds.
const LINK_SECONDS: i64 = 7 * 24 * 3600;

/// Makes a business with its owner and its first widget. The owner gets a
/// mail and comes to the onboarding at the first sign-in: with the account
/// whose address they proved, or by a link. Without a mail server the link is given back, this
/// once; with one it proves the address, so nobody else is to see it.
///
/// # Errors
/// When a field is not usable.
pub async fn create(product: &Omnichat, admin: &PlatformAdmin, new: NewBusiness) -> Result<CreatedTenant> {
    let name = accounts::name_of(&new.business, "business", "the business")?;
    let tenant = TenantId::new();
    let (caller, inside) = ((***admin).clone(), product.clone());
    let (row, link, cleared) = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let email = new.email.trim().to_lowercase();
            accounts::insert_tenant(tx, tenant, &name, &email, "").await?;
            let owner = accounts::insert_owner(tx, tenant, &new.name, &email).await?;
            let url = inside.public_url();
            let link = if owner.needs_link {
                Some(format!("{url}/reset?token={}", token(tx, owner.user, &email).await?))
            } else {
                None
            };
            let way_in = link.clone().unwrap_or_else(|| format!("{url}/login"));
            let mail = texts::business_opened(&email, &name, &way_in, !owner.needs_link);
            mail::enqueue_system(tx, &inside, tenant, &mail).await?;
            let details = [("owner", email)];
            let action = AuditAction::TenantCreated;
            audit::record_in(tx, tenant, ActorType::PlatformAdmin, &caller, action, &name, &details).await?;
            Ok((read(tx, tenant).await?, link, owner.cleared))
        })
        .await?;
    cleared.forget(product);
    product.db().tenant(tenant, async move |tx: &mut TenantTx| crate::widgets::create_first(tx).await).await?;
    let link = link.filter(|_| product.mailer().mailbox().is_some());
    Ok(CreatedTenant { tenant: row.summary(1), link })
}

/// Stores what the link is good for; gives its secret.
async fn token(tx: &mut SystemTx, owner: UserId, email: &str) -> Result<String> {
    let secret = random_secret();
    diesel::insert_into(user_tokens::table)
        .values((
            user_tokens::token_hash.eq(hash_secret(&secret)),
            user_tokens::user_id.eq(owner),
            user_tokens::purpose.eq("password_reset"),
            user_tokens::email.eq(email),
            user_tokens::created_at.eq(Timestamp::now()),
            user_tokens::expires_at.eq(Timestamp::now().plus_seconds(LINK_SECONDS)),
        ))
        .execute(tx.conn())
        .await?;
    Ok(secret)
}
