//! Counting what is tried too often: failed sign-ins, registrations.

use crate::{Error, Result};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Keys that are remembered; beyond it the ones whose window is over are forgotten.
const KEYS: usize = 50_000;

/// Counts tries for each key in windows of fixed length, in this process.
#[derive(Debug, Default)]
pub struct Throttle {
    windows: Mutex<HashMap<String, Window>>,
}

#[derive(Debug)]
struct Window {
    ends: Instant,
    tries: u32,
}

impl Throttle {
    /// Counts one try of `key` and refuses it when there were `most` already
    /// in this window of length `within`.
    ///
    /// # Errors
    /// `too_many_requests`, saying how long to wait.
    pub fn count(&self, key: &str, most: u32, within: Duration) -> Result<()> {
        let now = Instant::now();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= KEYS {
            windows.retain(|_, window| window.ends > now);
            if windows.len() >= KEYS {
                return Err(refuse(within));
            }
        }
        let window = windows.entry(key.to_owned()).or_insert(Window { ends: now + within, tries: 0 });
        if window.ends <= now {
            *window = Window { ends: now + within, tries: 0 };
        }
        if window.tries >= most {
            return Err(refuse(window.ends - now));
        }
        window.tries += 1;
        Ok(())
    }

    /// Forgets the tries of a key, after it proved to be honest.
    pub fn forget(&self, key: &str) {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

fn refuse(wait: Duration) -> Error {
    crate::rates::too_many(u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_holds_for_each_key_and_ends() {
        let throttle = Throttle::default();
        let window = Duration::from_millis(30);
        for _ in 0..3 {
            throttle.count("a", 3, window).unwrap();
        }
        assert!(throttle.count("a", 3, window).is_err());
        throttle.count("b", 3, window).unwrap();
        throttle.forget("a");
        throttle.count("a", 3, window).unwrap();
    }
}
