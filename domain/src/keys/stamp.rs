//! Stamps: what tells a random secret that we made from one that somebody
//! made up, so that the database is not asked about the latter.

use super::Keys;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Bytes of a stamp.
const BYTES: usize = 16;

/// What a stamp is put on; one for the one is none for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamped {
    /// A refresh token.
    Refresh,
    /// An API key.
    ApiKey,
}

impl Stamped {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::Refresh => b"refresh token\0",
            Self::ApiKey => b"api key\0",
        }
    }
}

impl Keys {
    /// The stamp of a text that we make: 128 bits as 22 URL-safe characters.
    #[must_use]
    pub fn stamp(&self, what: Stamped, text: &str) -> String {
        let whole = mac(&self.current.stamping, what, text).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(whole.get(..BYTES).unwrap_or_default())
    }

    /// Whether a stamp was put on that text, with this key or one of the past.
    #[must_use]
    pub fn is_stamped(&self, what: Stamped, text: &str, stamp: &str) -> bool {
        let Ok(stamp) = URL_SAFE_NO_PAD.decode(stamp) else { return false };
        stamp.len() == BYTES
            && self.all().any(|key| mac(&key.stamping, what, text).verify_truncated_left(&stamp).is_ok())
    }
}

fn mac(key: &[u8; 32], what: Stamped, text: &str) -> Hmac<Sha256> {
    match <Hmac<Sha256> as Mac>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(what.name());
            mac.update(text.as_bytes());
            mac
        }
        Err(_) => unreachable!("HMAC takes keys of any length"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_good_for_its_text_and_purpose_and_after_a_change_of_the_key() {
        let (before, after) = (Keys::new(&[7; 32], &[]), Keys::new(&[8; 32], &[[7; 32]]));
        let stamp = before.stamp(Stamped::Refresh, "a.b");
        assert_eq!(stamp.len(), 22);
        for keys in [&before, &after] {
            assert!(keys.is_stamped(Stamped::Refresh, "a.b", &stamp));
            assert!(!keys.is_stamped(Stamped::ApiKey, "a.b", &stamp));
            assert!(!keys.is_stamped(Stamped::Refresh, "a.c", &stamp));
            for bad in ["", "x", stamp.get(..20).unwrap(), &format!("{stamp}AA")] {
                assert!(!keys.is_stamped(Stamped::Refresh, "a.b", bad), "{bad}");
            }
        }
        assert!(!Keys::new(&[8; 32], &[]).is_stamped(Stamped::Refresh, "a.b", &stamp));
        assert_ne!(after.stamp(Stamped::Refresh, "a.b"), stamp);
    }
}
