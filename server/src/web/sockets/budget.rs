//! How often a client may do something.

use tokio::time::Instant;

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

    /// Spends one, when there is one.
    pub fn spend(&mut self) -> bool {
        let now = Instant::now();
        self.left = (self.left + now.duration_since(self.at).as_secs_f32() * self.per_second).min(self.most);
        self.at = now;
        let enough = self.left >= 1.0;
        if enough {
            self.left -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn it_is_spent_and_comes_back() {
        let mut budget = Budget::new(3.0, 1.0);
        assert!(budget.spend() && budget.spend() && budget.spend());
        assert!(!budget.spend());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(budget.spend() && budget.spend());
        assert!(!budget.spend());
    }
}
