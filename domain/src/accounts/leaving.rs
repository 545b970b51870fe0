//! What ends with the rights of whoever made it: the keys and the open
//! invitations of somebody who goes, or who may do less than before.

use super::{
    api_keys::{givable, reduce_keys_of},
    invitations::end_invitations_of,
    reach::{Given, Reach},
};
use crate::Result;
use diesel_async::AsyncPgConnection;
use types::{TenantId, UserId, accounts::Permissions};

/// How many ended, or were reduced.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ended {
    keys: usize,
    invitations: usize,
}

impl Ended {
    /// These and others.
    pub const fn and(self, others: Self) -> Self {
        Self { keys: self.keys + others.keys, invitations: self.invitations + others.invitations }
    }

    /// What is written of the act that did it, with these.
    pub fn told(self, mut details: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
        let counts = [("keys", self.keys), ("invitations", self.invitations)];
        let some = counts.into_iter().filter(|(_, count)| *count > 0);
        details.extend(some.map(|(what, count)| (what, count.to_string())));
        details
    }
}

/// Ends what a person handed out and could not any more: what is beyond the role that they have by now, and all of it
/// when they have gone and have none. To be called under the lock of the business's people, or something could be
/// handed out meanwhile.
pub(super) async fn reduce(
    conn: &mut AsyncPgConnection,
    tenant: TenantId,
    user: UserId,
    has: Option<&Given>,
) -> Result<Ended> {
    let may = has.map_or(Permissions::NONE, |has| givable(has.permissions));
    Ok(Ended {
        keys: reduce_keys_of(conn, tenant, user, may).await?,
        invitations: end_invitations_of(conn, tenant, user, has.map(Reach::of)).await?,
    })
}
