//! What a right password leads to: a session, or the question for a code.
//!
//! Between the two there is no session. The browser holds a challenge, a
//! token of an audience of its own that opens nothing; it says whose password
//! was right, and ends when that password is changed.

use super::{
    super::{
        Device, SignedIn,
        sessions::{self, Start},
    },
    Stored, TRIES_WITHIN, count_try, wrong_code,
};
use crate::{
    Error, Omnichat, Result,
    database::SystemTx,
    keys::hash_secret,
    rates::Tried,
    schema::users,
    security::{Signal, note_sign_in},
};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use types::{ErrorCode, TenantId, Timestamp, UserId};

/// Life of a challenge, in seconds.
pub const CHALLENGE_SECONDS: i64 = 300;
/// Wrong codes from one network in a quarter of an hour, whoever it is about.
const TRIES_PER_IP: u32 = 60;
const AUDIENCE: &str = "second factor";

/// What a right password leads to.
#[derive(Debug)]
pub enum Entry {
    /// Signed in.
    SignedIn(Box<SignedIn>),
    /// A code is asked for first.
    NeedsCode(Challenge),
}

/// Whose password was right, and where they work.
pub(in super::super) struct RightPassword {
    pub user: UserId,
    pub tenant: TenantId,
    /// What it was checked against.
    pub hash: Option<String>,
}

/// Says whose password was right, for [`CHALLENGE_SECONDS`].
pub struct Challenge(String);

impl Challenge {
    /// What the browser holds.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Challenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Challenge")
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    sub: UserId,
    tid: TenantId,
    /// The password that was right, by the hash of its hash.
    pwd: String,
}

/// Goes on after a right password. Whatever starts a session by a password
/// goes through here.
pub(in super::super) async fn start_after_password(
    product: &Omnichat,
    right: RightPassword,
    device: &Device,
) -> Result<Entry> {
    let RightPassword { user, tenant, hash } = right;
    let (own, checked, inside) = (device.clone(), hash.clone(), product.clone());
    let begun = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            // Checking took a while. Who lost the account meanwhile does not slip in.
            let (password_hash, enabled_at): (Option<String>, Option<Timestamp>) = users::table
                .filter(users::id.eq(user))
                .select((users::password_hash, users::totp_enabled_at))
                .for_share()
                .first(tx.conn())
                .await?;
            if password_hash != checked {
                return Err(too_late());
            }
            if enabled_at.is_some() {
                return Ok(None);
            }
            Ok(Some(sessions::begin(tx, inside.keys(), &Start::of(tenant, user), own).await?))
        })
        .await?;
    if let Some(begun) = begun {
        let signed_in = sessions::hand_out(product, begun)?;
        note_sign_in(product, &signed_in.caller, device);
        return Ok(Entry::SignedIn(Box::new(signed_in)));
    }
    let claims = Claims {
        aud: AUDIENCE.to_owned(),
        exp: Timestamp::now().plus_seconds(CHALLENGE_SECONDS).0 / 1000,
        sub: user,
        tid: tenant,
        pwd: version(hash.as_deref()),
    };
    let token = product.keys().sign(&claims).map_err(|error| Error::Internal(format!("challenge: {error}")))?;
    Ok(Entry::NeedsCode(Challenge(token)))
}

/// Signs in whoever holds a challenge and types a code of the app, or a
/// backup code, which is used up.
///
/// # Errors
/// `unauthenticated` when the challenge is forged, expired or older than the
/// password, `wrong_credentials` for a wrong code, `too_many_requests`.
pub async fn log_in_code(product: &Omnichat, challenge: &str, code: &str, device: &Device) -> Result<SignedIn> {
    let Claims { sub: user, tid: tenant, pwd, .. } =
        product.keys().verify(challenge, AUDIENCE).map_err(|_| too_late())?;
    let from = Tried::Codes(device.network());
    product.throttle().count(from, TRIES_PER_IP, TRIES_WITHIN)?;
    count_try(product, user)?;
    let (inside, code, own) = (product.clone(), code.to_owned(), device.clone());
    let begun = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let stored = Stored::lock(tx, user).await.map_err(|_| too_late())?;
            if stored.enabled_at.is_none() || version(stored.password_hash.as_deref()) != pwd {
                return Err(too_late());
            }
            if !stored.spend(tx, &inside, user, &code).await? {
                return Err(wrong_code());
            }
            sessions::begin(tx, inside.keys(), &Start::of(tenant, user), own).await
        })
        .await
        .inspect_err(|error| {
            if matches!(error, Error::Refused(refusal) if refusal.code == ErrorCode::WrongCredentials) {
                product.signals().note(Signal::FailedSignIn(user), device.network());
            }
        })?;
    // A right code is no try.
    product.throttle().give_back(from, TRIES_PER_IP, TRIES_WITHIN);
    product.throttle().forget(Tried::CodesOf(user));
    let signed_in = sessions::hand_out(product, begun)?;
    note_sign_in(product, &signed_in.caller, device);
    Ok(signed_in)
}

/// Tells one password from the next. The stored hash has a salt, so this says
/// nothing of the password.
fn version(password_hash: Option<&str>) -> String {
    let hash = hash_secret(password_hash.unwrap_or_default());
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn too_late() -> Error {
    Error::refused(ErrorCode::Unauthenticated, "This took too long. Please sign in with your password again.")
}
