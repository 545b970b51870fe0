//! Looking for an answer while the message that asks is still being stored: both take about as long,
//! and somebody waits for the two.

use crate::{
    Omnichat, Result,
    knowledge::{self, Found},
};
use ai::extract::{small_talk, wants_person};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::{sync::Semaphore, task::JoinHandle};
use types::{MessageId, TenantId};

/// Searches at a time: as many as there are workers who answer. Beyond that the machine has enough to do.
const AT_ONCE: usize = 4;
/// How long a search waits to be asked for; after that the message was answered by another node, or by nobody.
const KEPT: Duration = Duration::from_secs(60);
/// Searches that wait to be asked for.
const WAITING: usize = 64;

/// The searches that have begun, by the message that asks.
#[derive(Debug)]
pub(crate) struct Ahead {
    begun: Mutex<HashMap<MessageId, Begun>>,
    free: Arc<Semaphore>,
}

impl Default for Ahead {
    fn default() -> Self {
        Self { begun: Mutex::default(), free: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// A search that has begun.
#[derive(Debug)]
pub(super) struct Begun {
    at: Instant,
    search: JoinHandle<Result<Found>>,
}

impl Ahead {
    fn begun(&self) -> MutexGuard<'_, HashMap<MessageId, Begun>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins to search for what a message asks, which is about to be stored and answered. Does nothing when enough is
/// being searched for already, or when there is nothing to search for.
pub(crate) fn look_ahead(product: &Omnichat, tenant: TenantId, message: MessageId, asked: &str) {
    if small_talk(asked).is_some() || wants_person(asked) {
        return;
    }
    let ahead = product.ahead();
    let Ok(place) = ahead.free.clone().try_acquire_owned() else { return };
    let mut begun = ahead.begun();
    begun.retain(|_, other| other.at.elapsed() < KEPT);
    if begun.len() >= WAITING {
        let oldest = begun.iter().min_by_key(|(_, other)| other.at).map(|(message, _)| *message);
        oldest.map(|message| begun.remove(&message));
    }
    let (own, asked) = (product.clone(), asked.to_owned());
    let search = tokio::spawn(async move {
        let found = knowledge::search(&own, tenant, &asked).await;
        drop(place);
        found
    });
    begun.insert(message, Begun { at: Instant::now(), search });
}

/// The search that was begun for a message.
pub(super) fn take(product: &Omnichat, message: MessageId) -> Option<Begun> {
    product.ahead().begun().remove(&message)
}

impl Begun {
    /// What it found, if that is of this version of the knowledge. Otherwise something was learned or forgotten
    /// meanwhile.
    pub(super) async fn found(self, version: i64) -> Option<Found> {
        let found = self.search.await.ok()?.ok()?;
        (found.version == version).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ai::{bm25::Statistics, retrieve::Question};

    fn found_with(version: i64) -> Begun {
        let question =
            Question::new("Where is my parcel?", Vec::new(), ai::weights::Weights::english(), &Statistics::default());
        let (candidates, hits, ranked) = (Vec::new(), Vec::new(), Vec::new());
        let found = Found { version, question, candidates, hits, ranked, extracted: None };
        Begun { at: Instant::now(), search: tokio::spawn(async { Ok(found) }) }
    }

    #[tokio::test]
    async fn what_was_found_is_of_no_use_once_anything_was_learned_or_forgotten() {
        assert!(found_with(7).found(7).await.is_some());
        assert!(found_with(7).found(8).await.is_none());
        let failed = tokio::spawn(async { Err(crate::Error::Internal("no".to_owned())) });
        assert!(Begun { at: Instant::now(), search: failed }.found(7).await.is_none());
    }
}
