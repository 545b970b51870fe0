//! Who runs the platform. Granted on the command line, by whoever has the
//! machine, and nowhere else.

use crate::{
    Error, Result,
    accounts::{Holder, Whose, holder, mark},
    database::{Db, SystemTx},
    schema::users,
};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use types::ErrorCode;

/// Makes the user with an address a platform admin, or takes that back. Gives
/// false when nobody has the address. Servers that run know within seconds.
///
/// # Errors
/// `conflict` for a new admin who never proved the address: whoever
/// registered it may be anybody.
pub async fn set_admin(db: &Db, email: &str, is_admin: bool) -> Result<bool> {
    let email = email.trim().to_lowercase();
    db.system(async move |tx: &mut SystemTx| {
        let user = match holder(tx, &email).await? {
            Holder::Nobody => return Ok(false),
            Holder::Unproved(_) if is_admin => {
                let message = format!(
                    "{email} was registered and never confirmed, so whoever has the account may be anybody. Have its \
                     owner sign in and open the link in the mail, or use \"Forgot your password?\" at sign-in; then \
                     grant it again"
                );
                return Err(Error::refused(ErrorCode::Conflict, message));
            }
            Holder::Unproved(user) | Holder::Proved(user, _) => user,
        };
        diesel::update(users::table.filter(users::id.eq(user)))
            .set(users::is_platform_admin.eq(is_admin))
            .execute(tx.conn())
            .await?;
        // Servers that run read it within two seconds.
        let _told_by_them = mark(tx.conn(), [Whose::User(user)]).await?;
        tracing::info!(email, is_admin, "platform admin changed");
        Ok(true)
    })
    .await
}
