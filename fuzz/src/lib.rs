//! Feeds decoders of outside bytes with damaged input.
//!
//! A target is a test whose name starts with `fuzz_` and that hands its decoder
//! to [`fuzz`]. Under `cargo test` the decoder gets its seeds and some hundred
//! mutations of them, always the same ones. With the feature `libfuzzer`
//! (`cargo xtask fuzz-decoders`), libFuzzer looks for inputs that reach new
//! code, for as long as it is given. An input that failed once becomes a seed.

#[cfg(feature = "libfuzzer")]
mod libfuzzer;
mod mutate;
mod panics;

use mutate::{Random, mutate};
use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

pub use panics::tolerate_panics;

/// Bytes of an input at most. Limits of the decoders themselves are tested where they are.
pub const LONGEST: usize = 64 * 1024;

/// Mutations of one target in a test.
const ROUNDS: u32 = 1_000;
/// When a test stops earlier: all targets together must stay within half a minute.
const TIME: Duration = Duration::from_millis(400);

/// Feeds `decode` with `seeds`, and with what comes of them. `words` are pieces
/// that the format gives a meaning; they are put in at random places.
///
/// # Panics
/// When `decode` panics; the message holds the input.
pub fn fuzz(name: &str, seeds: &[&[u8]], words: &[&str], decode: impl Fn(&[u8]) + 'static) {
    panics::watch();
    #[cfg(feature = "libfuzzer")]
    if libfuzzer::is_wanted() {
        libfuzzer::run(name, seeds, words, decode);
        return;
    }
    let started = Instant::now();
    let check = |input: &[u8]| {
        let decoded = catch_unwind(AssertUnwindSafe(|| decode(input)));
        assert!(decoded.is_ok(), "{name} fails on this input; make it a seed: b\"{}\"", input.escape_ascii());
    };
    check(&[]);
    for seed in seeds {
        check(seed);
    }
    let mut random = Random::of(name);
    for _ in 0..ROUNDS {
        if started.elapsed() > TIME {
            break;
        }
        check(&mutate(&mut random, seeds, words));
    }
}

/// An input for decoders of text.
#[must_use]
pub fn text(input: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(input)
}

/// An input for decoders of two texts: cut where the first zero byte is.
#[must_use]
pub fn two_texts(input: &[u8]) -> (Cow<'_, str>, Cow<'_, str>) {
    let cut = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let (first, second) = input.split_at_checked(cut).unwrap_or((input, &[]));
    (text(first), text(second.split_first().map_or(second, |(_, rest)| rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_that_fails_is_found_with_its_input() {
        let found = catch_unwind(|| {
            fuzz("brackets", &[b"[1,2]"], &["]]"], |input| assert!(!input.ends_with(b"]]"), "too many"));
        });
        let message = found.unwrap_err().downcast::<String>().unwrap();
        assert!(message.starts_with("brackets fails on this input") && message.ends_with("]]\""), "{message}");
    }

    #[test]
    fn what_a_parser_may_do_is_no_failure() {
        fuzz("tolerated", &[b"a"], &[], |input| {
            let length = input.len();
            assert!(tolerate_panics(move || assert!(length > LONGEST, "as always")).is_none());
        });
    }

    #[test]
    fn two_texts_are_cut_at_the_first_zero() {
        assert_eq!(two_texts(b"a\0b\0c"), ("a".into(), "b\0c".into()));
        assert_eq!(two_texts(b"ab"), ("ab".into(), "".into()));
        assert_eq!(two_texts(b""), ("".into(), "".into()));
    }
}
