//! How often a client may do something.

use std::time::Instant;

/// So many at once, and so many a second after that.
#[derive(Debug)]
pub struct Budget {
    most: f32,
    per_second: f32,
    left: f32,
    at: Instant,
}

impl Budget {
    /// A full budget.
    #[must_use]
    pub fn new(most: f32, per_second: f32) -> Self {
        Self { most, per_second, left: most, at: Instant::now() }
    }

    /// Spends so many, when there are as many.
    pub fn spend(&mut self, amount: f32) -> bool {
        self.spend_at(amount, Instant::now())
    }

    fn spend_at(&mut self, amount: f32, now: Instant) -> bool {
        self.left = (self.left + now.duration_since(self.at).as_secs_f32() * self.per_second).min(self.most);
        self.at = now;
        let enough = self.left >= amount;
        if enough {
            self.left -= amount;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn it_is_spent_and_comes_back() {
        let mut budget = Budget::new(3.0, 1.0);
        let now = budget.at;
        assert!(budget.spend_at(1.0, now) && budget.spend_at(1.0, now) && budget.spend_at(1.0, now));
        assert!(!budget.spend_at(1.0, now));
        let later = now + Duration::from_secs(2);
        assert!(budget.spend_at(1.0, later) && budget.spend_at(1.0, later));
        assert!(!budget.spend_at(1.0, later));
    }
}
