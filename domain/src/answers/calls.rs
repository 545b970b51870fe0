//! The one way to a language model: in the tenant's own line, behind the
//! breaker of the endpoint, and without a worker's hand meanwhile.

use super::endpoints::Chosen;
use crate::{
    Error, Omnichat, Result,
    jobs::aside,
    platform::{
        self,
        day::{self, Clock},
    },
    shares::{Share, Shares, is_fair},
};
use ai::llm::{self, Completion, Limits, LlmError, Message};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use types::TenantId;

/// Calls of one tenant that wait for those under way; whoever comes then does without a model.
const WAITING: usize = 8;
/// How long one of them waits at most.
const PATIENCE: Duration = Duration::from_secs(10);
/// Calls of all tenants in this process, with those that wait in the tenants' lines: each has a job that is under
/// way, and most a connection. Whoever has many of them gets no more as they become few.
pub(crate) const PLACES: usize = 256;
/// Tenants whose lines are kept without anybody in them.
const LINES: usize = 1_000;

/// The calls that are under way, in this process.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    lines: Mutex<HashMap<TenantId, Arc<Line>>>,
    /// What each tenant has of the places; under no name all together.
    places: Shares<Option<TenantId>>,
}

/// The calls of one tenant.
#[derive(Debug)]
struct Line {
    most: usize,
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// A call that may be made, for as long as it is held.
#[derive(Debug)]
pub(super) struct Place {
    _own: OwnedSemaphorePermit,
    _of_all: OfAll,
}

/// One of the places of all tenants.
type OfAll = Share<Option<TenantId>, 2>;

/// Too many calls of the tenant are under way, or of all tenants together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Busy;

/// Why nobody was called.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotCalled {
    /// Where the model is cannot be had.
    #[error("{0}")]
    Setting(#[from] Error),
    /// It has failed too often lately.
    #[error("the endpoint failed lately and is left alone for {} seconds", .0.as_secs() + 1)]
    Resting(Duration),
    /// As many calls are under way as may be.
    #[error("as many calls of language models are under way as may be at once")]
    Busy,
    /// The models have taken as much time as they may in a day.
    #[error("language models have taken as much time as they may in a day")]
    UsedUp,
}

impl Calls {
    fn line(&self, tenant: TenantId, most: usize) -> Arc<Line> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= LINES && !lines.contains_key(&tenant) {
            lines.retain(|_, line| Arc::strong_count(line) > 1 || line.free.available_permits() < line.most);
        }
        let line = lines.entry(tenant).or_insert_with(|| Arc::new(Line::new(most)));
        if line.most != most {
            // The limit was changed: what is under way ends in the old line.
            *line = Arc::new(Line::new(most));
        }
        line.clone()
    }

    async fn enter(&self, tenant: TenantId, most: usize, patience: Duration) -> Result<Place, Busy> {
        // Who only waits takes a place as well, so that no number of tenants fills a lane with jobs that wait.
        let of_all = self.place(tenant)?;
        let own = self.line(tenant, most).enter(patience).await?;
        Ok(Place { _own: own, _of_all: of_all })
    }

    /// One of all the places, if that is no more than the tenant's fair share.
    pub(crate) fn place(&self, tenant: TenantId) -> Result<OfAll, Busy> {
        let whole = PLACES as u64;
        self.places.take(1, [None, Some(tenant)], |[taken, own]| {
            if taken < whole && is_fair(whole, taken, own + 1, 1) { Ok(()) } else { Err(Busy) }
        })
    }
}

impl Line {
    fn new(most: usize) -> Self {
        Self { most, free: Arc::new(Semaphore::new(most)), waiting: AtomicUsize::new(0) }
    }

    async fn enter(&self, patience: Duration) -> Result<OwnedSemaphorePermit, Busy> {
        if let Ok(place) = self.free.clone().try_acquire_owned() {
            return Ok(place);
        }
        let _waiter = Waiter::join(&self.waiting).ok_or(Busy)?;
        let place = tokio::time::timeout(patience, self.free.clone().acquire_owned()).await;
        place.map_err(|_elapsed| Busy)?.map_err(|_closed| Busy)
    }
}

/// Somebody who waits, until they go away.
struct Waiter<'a>(&'a AtomicUsize);

impl<'a> Waiter<'a> {
    fn join(waiting: &'a AtomicUsize) -> Option<Self> {
        let joined = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < WAITING).then_some(joined)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a model is asked.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// What it is told.
    pub(super) messages: &'a [Message],
    /// How long it may take; less when `until` comes sooner.
    pub(super) limits: Limits,
    /// By then it must be done, the wait in the line included.
    pub(super) until: Instant,
    /// Somebody waits, so there is less time than an answer gets: being slower is no fault of the model.
    pub(super) is_hurried: bool,
}

/// A place in the tenant's line. While it is held the model's time is counted.
///
/// # Errors
/// [`NotCalled::Busy`] when none is free in time, [`NotCalled::UsedUp`] when nothing is left of the day's time.
pub(super) async fn enter(product: &Omnichat, tenant: TenantId, until: Instant) -> Result<(Place, Clock), NotCalled> {
    let limits = platform::limits(product, tenant).await?;
    if !day::may_ask_models(product, tenant, &limits) {
        return Err(NotCalled::UsedUp);
    }
    let most = limits.model_calls();
    let patience = PATIENCE.min(until.saturating_duration_since(Instant::now()));
    let entered = product.calls().enter(tenant, usize::try_from(most).unwrap_or(usize::MAX), patience).await;
    let place = entered.map_err(|Busy| NotCalled::Busy)?;
    Ok((place, day::begin_asking(product, tenant, &limits)))
}

/// Calls a model; `on_text` gets the whole text so far each time it grows. Gives what came of it
/// and how long the model took.
///
/// # Errors
/// When nobody was called.
pub(super) async fn call(
    product: &Omnichat,
    tenant: TenantId,
    chosen: &Chosen,
    call: &Call<'_>,
    on_text: impl FnMut(&str) + Send,
) -> Result<(Result<Completion, LlmError>, Duration), NotCalled> {
    let client = chosen.client(product)?;
    let waiting = async {
        let _place = enter(product, tenant, call.until).await?;
        // Those who waited may have learned meanwhile that it fails.
        chosen.check(product.breakers()).map_err(NotCalled::Resting)?;
        let start = Instant::now();
        let left = call.until.saturating_duration_since(start);
        let limits = Limits { total: call.limits.total.min(left), ..call.limits };
        let answered = llm::stream(client, &chosen.endpoint, &limits, call.messages, on_text).await;
        let took = start.elapsed();
        let fault = answered.as_ref().err().or_else(|| is_too_slow(took, call.limits.total).then_some(&TOO_SLOW));
        // What little time the line has left is no fault of the model either.
        if call.is_hurried || left < call.limits.first {
            chosen.note_hurried(product.breakers(), fault);
        } else {
            chosen.note(product.breakers(), fault);
        }
        Ok((answered, took))
    };
    aside(waiting).await
}

/// What is noted of a model whose answer is used but took too long.
static TOO_SLOW: LlmError = LlmError::Slow("it took nearly all the time that there is");

/// An answer that takes nearly all the time keeps a place for as long as none at all would, so it counts as a
/// failure of the model. After some in a row visitors are spared the wait.
fn is_too_slow(took: Duration, total: Duration) -> bool {
    took > total * 3 / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_takes_nearly_all_the_time_counts_as_one_that_fails() {
        let total = Limits::default().total;
        assert!(is_too_slow(Duration::from_secs(44), total) && is_too_slow(Duration::from_secs(35), total));
        assert!(!is_too_slow(Duration::from_secs(30), total));
    }

    #[tokio::test]
    async fn a_newcomer_finds_a_place_whoever_calls_and_waits() {
        for hostile in [1, 6, 16, 64] {
            let calls = Calls::default();
            let tenants: Vec<TenantId> = (0..hostile).map(|_| TenantId::new()).collect();
            let mut held = Vec::new();
            for _ in 0..PLACES {
                held.extend(tenants.iter().filter_map(|tenant| calls.place(*tenant).ok()));
            }
            let newcomer = TenantId::new();
            for call in 0..2 {
                held.push(calls.place(newcomer).unwrap_or_else(|Busy| panic!("call {call} after {hostile} tenants")));
            }
            drop(held);
            assert_eq!(calls.places.held(&None), 0);
        }
    }

    #[tokio::test]
    async fn a_tenant_waits_for_its_own_calls_alone_and_not_without_end() {
        let (calls, one, other) = (Arc::new(Calls::default()), TenantId::new(), TenantId::new());
        let enter = async |tenant, patience| calls.enter(tenant, 2, Duration::from_millis(patience)).await;
        let first = enter(one, 0).await.unwrap();
        let _second = enter(one, 0).await.unwrap();
        assert_eq!(enter(one, 5).await.unwrap_err(), Busy, "two are under way");
        let _others = enter(other, 0).await.unwrap();

        let waiting: Vec<_> = (0..WAITING)
            .map(|_| {
                let calls = calls.clone();
                tokio::spawn(async move { calls.enter(one, 2, PATIENCE).await.map(drop) })
            })
            .collect();
        while calls.line(one, 2).waiting.load(Ordering::Relaxed) < WAITING {
            tokio::task::yield_now().await;
        }
        // The line is long enough: whoever comes now is told at once.
        assert_eq!(calls.enter(one, 2, Duration::from_secs(3_600)).await.unwrap_err(), Busy);
        drop(first);
        for waiter in waiting {
            waiter.await.unwrap().unwrap();
        }
        assert_eq!(calls.line(one, 2).waiting.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn lines_without_anybody_are_forgotten() {
        let calls = Calls::default();
        let held = TenantId::new();
        let _place = calls.enter(held, 1, Duration::ZERO).await.unwrap();
        for _ in 0..LINES * 2 {
            calls.enter(TenantId::new(), 1, Duration::ZERO).await.unwrap();
        }
        let lines = calls.lines.lock().unwrap();
        assert!(lines.len() <= LINES && lines.contains_key(&held), "{}", lines.len());
    }
}
