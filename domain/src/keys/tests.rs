//! What one key sealed, and which others open.

use super::*;
use serde::Deserialize;

const PLACE: &str = "tenant a, llm key";
const A: [u8; 32] = [7; 32];
const B: [u8; 32] = [8; 32];

#[test]
fn a_secret_opens_only_in_its_own_place_and_unchanged() {
    let keys = Keys::new(&A, &[]);
    let mut stored = keys.encrypt("gsk_123", PLACE).unwrap();
    assert_eq!(keys.decrypt(&stored, PLACE).unwrap(), "gsk_123");
    assert!(keys.decrypt(&stored, "tenant b, llm key").is_err());
    assert!(Keys::new(&B, &[]).decrypt(&stored, PLACE).is_err());
    *stored.last_mut().unwrap() ^= 1;
    assert!(keys.decrypt(&stored, PLACE).is_err());
    for broken in [&b""[..], &[1], &[2], &[2, 0, 0, 0, 0], &stored[..9], &[3; 40]] {
        assert!(keys.decrypt(broken, PLACE).is_err());
        assert!(keys.needs_rotation(broken) || broken.len() == 9);
    }
}

#[test]
fn a_changed_key_still_opens_what_was_sealed_before_and_seals_it_anew() {
    let (before, after) = (Keys::new(&A, &[]), Keys::new(&B, &[[9; 32], A]));
    let stored = before.encrypt("gsk_123", PLACE).unwrap();
    assert!(!before.needs_rotation(&stored) && before.reseal(&stored, PLACE).unwrap().is_none());
    assert!(after.needs_rotation(&stored));
    assert_eq!(after.decrypt(&stored, PLACE).unwrap(), "gsk_123");
    assert!(after.reseal(&stored, "tenant b, llm key").is_err());

    let anew = after.reseal(&stored, PLACE).unwrap().unwrap();
    assert!(!after.needs_rotation(&anew) && after.reseal(&anew, PLACE).unwrap().is_none());
    assert_eq!(Keys::new(&B, &[]).decrypt(&anew, PLACE).unwrap(), "gsk_123");
    assert!(before.decrypt(&anew, PLACE).is_err());
}

#[test]
fn what_was_sealed_before_keys_had_ids_is_read() {
    let stored = Keys::new(&A, &[]).encrypt("gsk_123", PLACE).unwrap();
    // The first format is the second without the id.
    let first: Vec<u8> = [&[1][..], &stored[1 + ID_BYTES..]].concat();
    for keys in [Keys::new(&A, &[]), Keys::new(&B, &[A])] {
        assert!(keys.needs_rotation(&first));
        assert_eq!(keys.decrypt(&first, PLACE).unwrap(), "gsk_123");
        assert!(!keys.needs_rotation(&keys.reseal(&first, PLACE).unwrap().unwrap()));
    }
    assert!(Keys::new(&B, &[]).decrypt(&first, PLACE).is_err());
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
}

#[test]
fn a_token_signed_before_the_change_is_good_while_the_old_key_is_accepted() {
    let claims = |exp| Claims { aud: "visitor".to_owned(), exp };
    let fresh = claims(4_000_000_000);
    let token = Keys::new(&A, &[]).sign(&fresh).unwrap();
    let verify = |keys: &Keys, token: &str, audience| keys.verify::<Claims>(token, audience);
    let both = Keys::new(&B, &[[9; 32], A]);
    assert_eq!(verify(&both, &token, "visitor").unwrap(), fresh);
    assert!(verify(&both, &token, "agent").is_err());
    assert!(verify(&both, &Keys::new(&A, &[]).sign(&claims(1)).unwrap(), "visitor").is_err(), "it has expired");
    assert!(verify(&Keys::new(&B, &[]), &token, "visitor").is_err());
    assert!(verify(&both, &Keys::new(&[1; 32], &[]).sign(&fresh).unwrap(), "visitor").is_err());
    // New tokens are signed with the current key.
    let token = both.sign(&fresh).unwrap();
    assert_eq!(verify(&Keys::new(&B, &[]), &token, "visitor").unwrap(), fresh);
}
