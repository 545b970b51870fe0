//! A browser remembers who signed in with it, in a cookie that we sign. It
//! opens nothing: it only says that a wrong password typed here is more likely
//! its owner's than a stranger's.

use super::Device;
use crate::Omnichat;
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
}

impl KnownDevice {
    pub(super) fn read(product: &Omnichat, device: &Device) -> Option<Self> {
        product.keys().verify(device.known.as_deref()?, AUDIENCE).ok()
    }

    pub(super) const fn id(&self) -> Uuid {
        self.did
    }

    pub(super) fn is_of(&self, user: UserId) -> bool {
        self.users.contains(&user)
    }
}

/// Whether a user signed in on a device before.
pub(crate) fn is_known_device(product: &Omnichat, device: &Device, user: UserId) -> bool {
    KnownDevice::read(product, device).is_some_and(|known| known.is_of(user))
}

/// What a device is to keep, on which a user has just signed in.
#[must_use]
pub fn know_device(product: &Omnichat, device: &Device, user: UserId) -> Option<String> {
    let before = KnownDevice::read(product, device);
    let others = before.iter().flat_map(|known| &known.users).copied().filter(|other| *other != user);
    let known = KnownDevice {
        aud: AUDIENCE.to_owned(),
        exp: Timestamp::now().plus_seconds(DEVICE_SECONDS).0 / 1000,
        did: before.as_ref().map_or_else(Uuid::new_v4, |known| known.did),
        users: std::iter::once(user).chain(others).take(USERS).collect(),
    };
    product.keys().sign(&known).ok()
}
