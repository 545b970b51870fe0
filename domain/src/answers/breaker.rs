//! Leaves an endpoint alone that keeps failing, and tries it again after a
//! pause that grows.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Failures in a row after which an endpoint is left alone.
const FAILURES: u32 = 3;
/// First pause.
const FIRST: Duration = Duration::from_secs(10);
/// Longest pause that we choose.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// Longest pause that an endpoint may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(60 * 60);
/// A trial that has not ended after this is taken for lost.
const TRIAL: Duration = Duration::from_secs(90);
/// Endpoints that are remembered; the ones that may be tried again are forgotten first.
const KEPT: usize = 10_000;

/// The endpoints that have failed lately, in this process.
#[derive(Debug, Default)]
pub(crate) struct Breakers {
    failing: Mutex<HashMap<String, Failing>>,
}

#[derive(Debug)]
struct Failing {
    failures: u32,
    /// Left alone until then.
    until: Option<Instant>,
    pause: Duration,
    /// Somebody tries it since then.
    trial: Option<Instant>,
}

/// How a failure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// One more.
    Once,
    /// It asks to be left alone, for so long if it says.
    Limited(Option<Duration>),
}

impl Breakers {
    /// Whether the endpoint may be called now; otherwise how long it is left alone. Of those who
    /// ask when a pause is over, one is let through.
    pub(super) fn check(&self, key: &str, now: Instant) -> Result<(), Duration> {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(one) = failing.get_mut(key) else { return Ok(()) };
        let Some(until) = one.until else { return Ok(()) };
        if now < until {
            return Err(until - now);
        }
        if let Some(since) = one.trial.filter(|since| now < *since + TRIAL) {
            return Err(since + TRIAL - now);
        }
        one.trial = Some(now);
        Ok(())
    }

    /// It answered.
    pub(super) fn succeeded(&self, key: &str) {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    /// Nothing is known of it: whoever asks next may try.
    pub(super) fn undecided(&self, key: &str) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(one) = failing.get_mut(key) {
            one.trial = None;
        }
    }

    /// It did not.
    pub(super) fn failed(&self, key: &str, how: Failure, now: Instant) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if failing.len() >= KEPT && !failing.contains_key(key) {
            failing.retain(|_, one| one.until.is_some_and(|until| until > now));
            if failing.len() >= KEPT {
                return;
            }
        }
        let one =
            failing.entry(key.to_owned()).or_insert(Failing { failures: 0, until: None, pause: FIRST, trial: None });
        one.failures += 1;
        one.trial = None;
        let asked = match how {
            Failure::Once if one.failures < FAILURES => return,
            Failure::Once => Duration::ZERO,
            Failure::Limited(asked) => asked.unwrap_or_default().min(LONGEST_ASKED),
        };
        one.failures = one.failures.max(FAILURES);
        one.until = Some(now + if asked > Duration::ZERO { asked } else { one.pause });
        one.pause = (one.pause * 2).min(LONGEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_that_fails_is_left_alone_for_longer_and_longer() {
        let (breakers, mut now) = (Breakers::default(), Instant::now());
        for _ in 0..2 {
            breakers.failed("a", Failure::Once, now);
            assert_eq!(breakers.check("a", now), Ok(()), "twice is no pattern");
        }
        breakers.failed("a", Failure::Once, now);
        assert_eq!(breakers.check("a", now), Err(FIRST));
        assert_eq!(breakers.check("b", now), Ok(()), "the others are not to blame");
        for pause in [10, 20, 40, 80, 160, 300, 300] {
            let pause = Duration::from_secs(pause);
            assert_eq!(breakers.check("a", now), Err(pause));
            now += pause;
            assert_eq!(breakers.check("a", now), Ok(()), "after the pause one tries");
            assert_eq!(breakers.check("a", now), Err(TRIAL), "and one alone");
            breakers.undecided("a");
            assert_eq!(breakers.check("a", now), Ok(()), "a try that told nothing makes room for the next");
            breakers.failed("a", Failure::Once, now);
        }
        now += LONGEST;
        assert_eq!(breakers.check("a", now), Ok(()));
        breakers.succeeded("a");
        breakers.failed("a", Failure::Once, now);
        assert_eq!(breakers.check("a", now), Ok(()), "it begins anew");
    }

    #[test]
    fn what_an_endpoint_asks_for_is_honoured() {
        let (breakers, now) = (Breakers::default(), Instant::now());
        breakers.failed("a", Failure::Limited(Some(Duration::from_secs(42))), now);
        assert_eq!(breakers.check("a", now), Err(Duration::from_secs(42)));
        breakers.failed("b", Failure::Limited(None), now);
        assert_eq!(breakers.check("b", now), Err(FIRST));
        breakers.failed("c", Failure::Limited(Some(Duration::from_secs(86_400))), now);
        assert_eq!(breakers.check("c", now), Err(LONGEST_ASKED));
        // A trial whose end nobody heard of does not block for ever.
        let later = now + FIRST;
        assert_eq!(breakers.check("b", later), Ok(()));
        assert_eq!(breakers.check("b", later + TRIAL), Ok(()));
    }
}
