//! A browser remembers who signed in with it, in a cookie that we sign. It
//! opens nothing: it only says that a wrong password typed here is more likely
//! its owner's than a stranger's. A new password forgets every device but the
//! one that it is chosen with.

use super::{Device, SignedIn};
use crate::{Omnichat, Result, database::SystemTx, schema::users};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use types::{Timestamp, UserId};
use uuid::Uuid;

/// Life of the cookie, in seconds.
pub const DEVICE_SECONDS: i64 = 365 * 24 * 3600;
/// Users of one browser that are remembered, the last first.
const USERS: usize = 4;
const AUDIENCE: &str = "known device";

/// A device on which somebody signed in before.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KnownDevice {
    aud: String,
    exp: i64,
    /// Its own name, by which wrong passwords are counted.
    did: Uuid,
    users: Vec<UserId>,
    /// When each of them signed in last. Earlier releases did not say.
    #[serde(default)]
    seen: Vec<Timestamp>,
}

impl KnownDevice {
    pub(super) fn read(product: &Omnichat, device: &Device) -> Option<Self> {
        product.keys().verify(device.known.as_deref()?, AUDIENCE).ok()
    }

    pub(super) const fn id(&self) -> Uuid {
        self.did
    }

    /// Whether it is a user's, who changed the password last at a moment.
    pub(super) fn is_of(&self, user: UserId, password_changed_at: Option<Timestamp>) -> bool {
        let mut seen = self.seen().filter(|(other, _)| *other == user);
        seen.any(|(_, seen)| password_changed_at.is_none_or(|changed| seen >= changed))
    }

    fn seen(&self) -> impl Iterator<Item = (UserId, Timestamp)> {
        self.users.iter().enumerate().map(|(at, user)| (*user, self.seen.get(at).copied().unwrap_or_default()))
    }
}

/// Whether a user, who changed the password last at a moment, signed in on a device since.
pub(crate) fn is_known_device(
    product: &Omnichat,
    device: &Device,
    user: UserId,
    password_changed_at: Option<Timestamp>,
) -> bool {
    KnownDevice::read(product, device).is_some_and(|known| known.is_of(user, password_changed_at))
}

/// What a device is to keep, on which a user has just signed in. An admin who works as somebody is not somebody.
#[must_use]
pub fn know_device(product: &Omnichat, device: &Device, signed_in: &SignedIn) -> Option<String> {
    let user = signed_in.caller.user().filter(|_| signed_in.caller.impersonated_by().is_none())?;
    know_device_of(product, device, user, signed_in.at)
}

/// What a device is to keep, on which a user has just chosen a new password.
#[must_use]
pub fn know_device_again(product: &Omnichat, device: &Device, user: UserId) -> Option<String> {
    know_device_of(product, device, user, Timestamp::now())
}

fn know_device_of(product: &Omnichat, device: &Device, user: UserId, at: Timestamp) -> Option<String> {
    let before = KnownDevice::read(product, device);
    let others = before.iter().flat_map(KnownDevice::seen).filter(|(other, _)| *other != user);
    let (users, seen) = std::iter::once((user, at)).chain(others).take(USERS).unzip();
    let known = KnownDevice {
        aud: AUDIENCE.to_owned(),
        exp: Timestamp::now().plus_seconds(DEVICE_SECONDS).0 / 1000,
        did: before.as_ref().map_or_else(Uuid::new_v4, |known| known.did),
        users,
        seen,
    };
    product.keys().sign(&known).ok()
}

/// From now on no device and no network is known to be the user's. To be called when
/// the transaction has changed the user, so that no sign-in by the old password comes after it.
pub(super) async fn forget_devices(tx: &mut SystemTx, user: UserId) -> Result<()> {
    diesel::update(users::table.filter(users::id.eq(user)))
        .set(users::password_changed_at.eq(Some(Timestamp::now())))
        .execute(tx.conn())
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_known_until_the_password_changes_and_an_older_cookie_until_then_too() {
        let (user, other, now) = (UserId::new(), UserId::new(), Timestamp::now());
        let (aud, did) = (AUDIENCE.to_owned(), Uuid::new_v4());
        let known = KnownDevice { aud, exp: 0, did, users: vec![user, other], seen: vec![now] };
        assert!(known.is_of(user, None) && known.is_of(user, Some(now)) && known.is_of(other, None));
        assert!(!known.is_of(user, Some(now.plus_seconds(1))) && !known.is_of(other, Some(now.plus_seconds(-1))));
        assert!(!known.is_of(UserId::new(), None));
        let mut written = serde_json::to_value(&known).unwrap();
        written.as_object_mut().unwrap().remove("seen");
        let older: KnownDevice = serde_json::from_value(written).unwrap();
        assert!(older.is_of(user, None) && !older.is_of(user, Some(now)));
    }
}
