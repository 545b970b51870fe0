//! How fast a model writes: one that lets a word drip now and then is as good as gone.

use std::{collections::VecDeque, time::Duration};
use tokio::time::Instant;

/// What was written lately, and until when that is enough.
#[derive(Debug)]
pub(super) struct Pace {
    span: Duration,
    least: usize,
    /// The last pieces that make up `least` bytes, or all when there are fewer.
    pieces: VecDeque<(Instant, usize)>,
    bytes: usize,
}

impl Pace {
    pub(super) const fn new(span: Duration, least: usize) -> Self {
        Self { span, least, pieces: VecDeque::new(), bytes: 0 }
    }

    /// Takes a piece in; gives the moment at which fewer than `least` bytes were written within
    /// the span before, if nothing more comes.
    pub(super) fn until(&mut self, now: Instant, bytes: usize) -> Instant {
        self.pieces.push_back((now, bytes));
        self.bytes += bytes;
        while let Some((_, oldest)) = self.pieces.front()
            && self.pieces.len() > 1
            && self.bytes - oldest >= self.least
        {
            self.bytes -= oldest;
            self.pieces.pop_front();
        }
        self.pieces.front().map_or(now, |(at, _)| *at) + self.span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Duration = Duration::from_secs(6);

    /// When a model is given up that writes `bytes` each so many milliseconds; none when it never is in a minute.
    fn given_up(bytes: usize, every: u64) -> Option<u64> {
        let (start, mut pace) = (Instant::now(), Pace::new(SPAN, 24));
        let mut until = start + SPAN;
        for piece in 0..60_000 / every {
            let now = start + Duration::from_millis(piece * every);
            if now > until {
                return Some((until - start).as_secs());
            }
            until = pace.until(now, bytes);
        }
        None
    }

    #[test]
    fn a_word_now_and_then_is_too_slow_and_a_slow_model_is_not() {
        // Every seven seconds, every five, every two: all end after the first span.
        for every in [7_000, 5_400, 2_000] {
            assert_eq!(given_up(6, every), Some(6), "{every}");
        }
        // Four tokens a second on a processor, two, one; and in one's own script.
        for (bytes, every) in [(4, 250), (4, 500), (5, 1_000), (3, 500)] {
            assert_eq!(given_up(bytes, every), None, "{bytes} {every}");
        }
        // In gulps through a proxy.
        assert_eq!(given_up(80, 5_500), None);
    }

    #[test]
    fn what_was_quick_at_first_is_not_forgiven_later() {
        let (start, mut pace) = (Instant::now(), Pace::new(SPAN, 24));
        pace.until(start, 4_000);
        let later = start + Duration::from_secs(5);
        assert_eq!(pace.until(later, 6), start + SPAN, "the gulp leaves the span");
        assert_eq!(pace.until(later, 24), later + SPAN);
    }
}
