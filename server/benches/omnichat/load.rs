//! A steady load, and how long each of its parts took.
//!
//! The load is open: what is late does not hold up what comes after it, and
//! time counts from when a part was due and not from when it was begun.

use anyhow::Result;
use std::{
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// Starts `count` parts, so many a second, each with the time at which it was due.
///
/// # Errors
/// When the thread that keeps the pace ends early.
pub async fn pace(count: usize, per_second: u32, start: impl Fn(usize, Instant) + Send + 'static) -> Result<()> {
    // A thread of its own: the runtime's timers tick in whole milliseconds.
    let thread = tokio::task::spawn_blocking(move || {
        let begin = Instant::now() + Duration::from_millis(20);
        for place in 0..count {
            let due = begin + Duration::from_secs_f64(place as f64 / f64::from(per_second));
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            start(place, due);
        }
    });
    Ok(thread.await?)
}

/// When each part of a load was due and when it was done.
#[derive(Debug)]
pub struct Trips {
    trips: Vec<(OnceLock<Instant>, OnceLock<Instant>)>,
    done: AtomicUsize,
}

impl Trips {
    /// So many parts, none begun.
    pub fn new(count: usize) -> Self {
        Self { trips: (0..count).map(|_| Default::default()).collect(), done: AtomicUsize::new(0) }
    }

    /// A part was due.
    pub fn due(&self, place: usize, at: Instant) {
        if let Some((due, _)) = self.trips.get(place) {
            let _once = due.set(at);
        }
    }

    /// A part was done; the first time counts.
    pub fn done(&self, place: usize, at: Instant) {
        if let Some((_, done)) = self.trips.get(place)
            && done.set(at).is_ok()
        {
            self.done.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until all are done, but not for ever.
    pub async fn wait(&self, most: Duration) {
        let deadline = Instant::now() + most;
        while self.done.load(Ordering::Relaxed) < self.trips.len() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// How long the parts took, without the first `skip`, and how many never ended.
    pub fn times(&self, skip: usize) -> (Times, usize) {
        let counted = self.trips.iter().skip(skip);
        let times: Vec<Duration> =
            counted.filter_map(|(due, done)| Some(done.get()?.saturating_duration_since(*due.get()?))).collect();
        let missing = self.trips.len().saturating_sub(skip) - times.len();
        (Times::new(times), missing)
    }
}

/// Durations by rising length.
#[derive(Debug)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Sorts them.
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort();
        Self(times)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Milliseconds below which this part of them lies (0.5 is the median).
    /// NaN when there are none, which meets no target.
    pub fn milliseconds(&self, part: f64) -> f64 {
        let place = (part * self.0.len() as f64).ceil().max(1.0) as usize - 1;
        self.0.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }
}
