//! Who runs the platform. Granted on the command line, by whoever has the
//! machine, and nowhere else.

use crate::{
    Result,
    database::{Db, SystemTx},
    schema::users,
};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;

/// Makes the user with an address a platform admin, or takes that back. Gives
/// false when nobody has the address. Tokens that were handed out keep what
/// they said until they are refreshed.
///
/// # Errors
/// When the database does not answer.
pub async fn set_admin(db: &Db, email: &str, is_admin: bool) -> Result<bool> {
    let email = email.trim().to_lowercase();
    db.system(async move |tx: &mut SystemTx| {
        let changed = diesel::update(users::table.filter(users::email.eq(&email)))
            .set(users::is_platform_admin.eq(is_admin))
            .execute(tx.conn())
            .await?;
        if changed > 0 {
            tracing::info!(email, is_admin, "platform admin changed");
        }
        Ok(changed > 0)
    })
    .await
}
