//! A second factor that is lost, backup codes and all: whoever runs the server
//! takes it off on the command line, after finding out who asks.

use super::{
    super::{
        Whose, devices,
        devices::Ends,
        marks::mark,
        proof::{self, Holder},
        register::normal_email,
        tokens,
    },
    Stored, remove,
};
use crate::{
    Error, Keys, Result, audit,
    database::{Db, SystemTx},
    mail::{self, texts},
    schema::memberships,
};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{ErrorCode, TenantId, audit::AuditAction};

/// Takes the second factor off the user with an address and ends their
/// sessions. It is written in the log of every business they work in, and
/// mailed to them. The password stays, and is asked for at the next sign-in.
///
/// # Errors
/// `not_found` when nobody has the address, `conflict` when it was never
/// proved or there is no second factor.
pub async fn clear_second_factor(db: &Db, keys: &Keys, email: &str) -> Result<()> {
    let email = normal_email(email);
    db.system(async move |tx: &mut SystemTx| {
        let (user, proved) = match proof::holder(tx, &email).await? {
            Holder::Proved(user, proved) => (user, proved),
            Holder::Nobody => {
                let message = format!("Nobody has an account with the address {email}. Check how it is written");
                return Err(Error::refused(ErrorCode::NotFound, message));
            }
            Holder::Unproved(_) => {
                let message = format!(
                    "{email} was never confirmed, so whoever has the account may be anybody. \"Forgot your password?\" \
                     at sign-in proves the address and takes everything off the account, a second factor too"
                );
                return Err(Error::refused(ErrorCode::Conflict, message));
            }
        };
        if Stored::lock(tx, user).await?.enabled_at.is_none() {
            return Err(Error::refused(ErrorCode::Conflict, format!("{email} has no second factor")));
        }
        remove(tx, user).await?;
        let ended = devices::end(tx, Ends::User(user)).await?;
        // Servers that run read it from the table.
        let _told_by_them = ended.and(mark(tx.conn(), [Whose::User(user)]).await?);
        let businesses: Vec<TenantId> = memberships::table
            .filter(memberships::user_id.eq(user))
            .select(memberships::tenant_id)
            .load(tx.conn())
            .await?;
        for tenant in businesses {
            audit::record_by_server_in(tx, tenant, AuditAction::SecondFactorCleared, &email, &[]).await?;
        }
        if let Some(tenant) = tokens::tenant_of(tx, user).await? {
            mail::enqueue_sealed_by(tx, keys, tenant, &texts::second_factor_cleared(&proved)).await?;
        }
        tracing::warn!(%user, "a lost second factor was taken off");
        Ok(())
    })
    .await
}
