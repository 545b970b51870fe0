//! Codes: those of the moment (RFC 6238) and those for the day on which the
//! phone is lost.

use crate::{Error, Result};
use hmac::{Hmac, Mac as _};
use qrcode::{QrCode, render::svg};
use rand::{Rng as _, RngCore as _};
use sha2::Sha256;
use totp_rs::{Algorithm, TOTP};
use types::{Timestamp, UserId};

/// What every app can: six digits of SHA-1, anew every half a minute.
const STEP_SECONDS: i64 = 30;
const DIGITS: usize = 6;
/// Steps by which a clock may be wrong.
const SKEW: i64 = 1;
/// Characters that nobody takes for another.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Characters of a backup code: 49 bits.
const BACKUP_CHARS: usize = 10;
/// Backup codes that are made at once.
const BACKUP_CODES: usize = 10;

/// What somebody typed.
pub(super) enum Typed {
    /// Digits from the app.
    Now(String),
    /// A backup code, without its dash.
    Backup(String),
}

impl Typed {
    /// Reads a code as people write it: with blanks and dashes, in capitals.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.len() > 100 {
            return None;
        }
        let code: String = text
            .chars()
            .filter(|char| !char.is_whitespace() && *char != '-')
            .map(|char| char.to_ascii_lowercase())
            .collect();
        match code.len() {
            DIGITS if code.bytes().all(|byte| byte.is_ascii_digit()) => Some(Self::Now(code)),
            BACKUP_CHARS if code.bytes().all(|byte| ALPHABET.contains(&byte)) => Some(Self::Backup(code)),
            _ => None,
        }
    }
}

/// The secret that an app and we share.
pub(super) struct Secret(Vec<u8>);

impl Secret {
    pub(super) fn random() -> Self {
        let mut bytes = vec![0; 20];
        rand::rng().fill_bytes(&mut bytes);
        Self(bytes)
    }

    pub(super) fn from_text(text: &str) -> Result<Self> {
        let bytes = totp_rs::Secret::Encoded(text.to_owned()).to_bytes();
        bytes.map(Self).map_err(|error| Error::stored("second factor", error))
    }

    /// As it is typed into an app, in Base32.
    pub(super) fn text(&self) -> String {
        totp_rs::Secret::Raw(self.0.clone()).to_encoded().to_string()
    }

    /// The text in groups of four.
    pub(super) fn groups(&self) -> String {
        let chars: Vec<char> = self.text().chars().collect();
        chars.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// The picture that an app reads: an SVG, dark on white in every theme.
    pub(super) fn picture(&self, email: &str) -> Result<String> {
        // A colon would end the name of the account.
        let url = self.totp(&email.replace(':', " "))?.get_url();
        let code = QrCode::new(url.as_bytes()).map_err(|error| Error::Internal(format!("QR code: {error}")))?;
        let svg = code.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
        // Without the declaration, which is none in the middle of a page.
        Ok(svg.find("<svg").and_then(|start| svg.get(start..)).unwrap_or_default().to_owned())
    }

    /// The step whose code this is, when it is near and was not used before.
    pub(super) fn step_of(&self, digits: &str, now: Timestamp, last: i64) -> Result<Option<i64>> {
        let totp = self.totp("")?;
        let current = now.0 / 1000 / STEP_SECONDS;
        let steps = (current - SKEW..=current + SKEW).filter(|step| *step > last);
        Ok(steps
            .filter_map(|step| Some((step, u64::try_from(step * STEP_SECONDS).ok()?)))
            .find(|(_, time)| is_same(&totp.generate(*time), digits))
            .map(|(step, _)| step))
    }

    /// What is stored of a backup code. A backup code is short, so the hash
    /// is keyed: whoever reads the table alone cannot try them all.
    pub(super) fn hash(&self, user: UserId, letters: &str) -> Result<Vec<u8>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .map_err(|error| Error::Internal(format!("backup code: {error}")))?;
        mac.update(format!("backup code of user {user}: {letters}").as_bytes());
        Ok(mac.finalize().into_bytes().to_vec())
    }

    fn totp(&self, account: &str) -> Result<TOTP> {
        let step = STEP_SECONDS.unsigned_abs();
        let issuer = Some("Omnichat".to_owned());
        TOTP::new(Algorithm::SHA1, DIGITS, 1, step, self.0.clone(), issuer, account.to_owned())
            .map_err(|error| Error::stored("second factor", error))
    }
}

/// New backup codes, with a dash in the middle.
pub(super) fn backup_codes() -> Vec<String> {
    let mut random = rand::rng();
    let mut half = || {
        let letters = (0..BACKUP_CHARS / 2).filter_map(|_| ALPHABET.get(random.random_range(0..ALPHABET.len())));
        letters.copied().map(char::from).collect::<String>()
    };
    (0..BACKUP_CODES).map(|_| format!("{}-{}", half(), half())).collect()
}

/// Whether two codes are the same, in a time that does not say how far they are.
fn is_same(left: &str, right: &str) -> bool {
    left.len() == right.len() && left.bytes().zip(right.bytes()).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B; its codes have eight digits, of which ours are the last six.
    fn secret() -> Secret {
        Secret(b"12345678901234567890".to_vec())
    }

    #[test]
    fn the_codes_of_the_standard_are_good_near_their_time_and_once() {
        let at = |seconds: i64| Timestamp(seconds * 1000);
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let step = seconds / 30;
            assert_eq!(secret().step_of(code, at(seconds), 0).unwrap(), Some(step));
            assert_eq!(secret().step_of(code, at(seconds + 30), 0).unwrap(), Some(step), "a slow clock");
            assert_eq!(secret().step_of(code, at(seconds - 30), 0).unwrap(), Some(step), "a fast clock");
            assert_eq!(secret().step_of(code, at(seconds + 60), 0).unwrap(), None, "too old");
            assert_eq!(secret().step_of(code, at(seconds), step).unwrap(), None, "used already");
        }
    }

    #[test]
    fn codes_are_read_as_people_write_them() {
        assert!(matches!(Typed::read(" 123 456 "), Some(Typed::Now(digits)) if digits == "123456"));
        assert!(matches!(Typed::read("ABCDE-fghjk"), Some(Typed::Backup(letters)) if letters == "abcdefghjk"));
        for bad in ["", "12345", "1234567", "abcde-fghj0", "１２３４５６", &"1".repeat(1000)] {
            assert!(Typed::read(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_secret_is_shown_as_text_and_picture_and_backup_codes_are_somebodys() {
        let text = secret().text();
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(secret().groups().starts_with("GEZD GNBV "));
        assert_eq!(Secret::from_text(&text).unwrap().0, secret().0);
        assert!(secret().picture("a:b@example.com").unwrap().starts_with("<svg"));
        let codes = backup_codes();
        assert_eq!(codes.len(), BACKUP_CODES);
        assert!(codes.iter().all(|code| matches!(Typed::read(code), Some(Typed::Backup(_)))), "{codes:?}");
        let (ana, ben) = (UserId::new(), UserId::new());
        assert_ne!(secret().hash(ana, "abcdefghjk").unwrap(), secret().hash(ben, "abcdefghjk").unwrap());
    }

    #[test]
    fn fuzz_codes() {
        fuzz::fuzz("codes", &[b"123 456", b"ABCD-efgh 2345"], &["-", " ", "\u{a0}", "\u{660}"], |input| {
            match Typed::read(&fuzz::text(input)) {
                Some(Typed::Now(digits)) => assert!(digits.bytes().all(|byte| byte.is_ascii_digit())),
                Some(Typed::Backup(letters)) => assert!(letters.bytes().all(|byte| ALPHABET.contains(&byte))),
                None => {}
            }
        });
    }
}
