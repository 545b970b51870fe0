//! Trained classifiers that are kept in memory: reading one from its bytes
//! takes longer than asking it.

use ai::intents::Head;
use std::sync::{Arc, Mutex, PoisonError};
use types::{IntentId, TenantId, Timestamp};

/// Intents of all classifiers that are kept; each takes 170 KB.
const KEPT: usize = 400;

/// A classifier with the intents that it tells apart.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(super) head: Head,
    /// The intents in the order of the head's numbers.
    pub(super) labels: Vec<IntentId>,
}

/// The classifiers that were used lately, the latest last.
#[derive(Debug, Default)]
pub(crate) struct Heads(Mutex<Vec<Entry>>);

#[derive(Debug)]
struct Entry {
    tenant: TenantId,
    trained_at: Timestamp,
    loaded: Arc<Loaded>,
}

impl Heads {
    /// The classifier of a training.
    pub(super) fn recall(&self, tenant: TenantId, trained_at: Timestamp) -> Option<Arc<Loaded>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|entry| entry.tenant == tenant && entry.trained_at == trained_at)?;
        let entry = kept.remove(place);
        let loaded = entry.loaded.clone();
        kept.push(entry);
        Some(loaded)
    }

    /// Keeps a classifier in the place of the tenant's older one, and lets go of what was not used for the longest.
    pub(super) fn remember(&self, tenant: TenantId, trained_at: Timestamp, loaded: Arc<Loaded>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|entry| entry.tenant != tenant);
        kept.push(Entry { tenant, trained_at, loaded });
        let mut intents: usize = kept.iter().map(|entry| entry.loaded.labels.len()).sum();
        while intents > KEPT && kept.len() > 1 {
            intents -= kept.remove(0).loaded.labels.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ai::intents::{Example, train};

    #[test]
    fn what_was_not_used_for_the_longest_goes_first() {
        let example = |text: &str, vector: [f32; 2], intent| Example {
            text: text.to_owned(),
            vector: vector.into(),
            intent,
            is_name: false,
        };
        let examples = [
            example("a", [1.0, 0.0], 0),
            example("aa", [1.0, 0.0], 0),
            example("b", [0.0, 1.0], 1),
            example("bb", [0.0, 1.0], 1),
        ];
        let head = train(&examples, &false.into()).unwrap().head;
        let loaded = || {
            let labels = (0..150).map(|_| IntentId::new()).collect();
            Arc::new(Loaded { head: head.clone(), labels })
        };
        let heads = Heads::default();
        let (one, two, three, now) = (TenantId::new(), TenantId::new(), TenantId::new(), Timestamp(1));
        heads.remember(one, now, loaded());
        heads.remember(two, now, loaded());
        assert!(heads.recall(one, now).is_some());
        heads.remember(three, now, loaded());
        assert!(heads.recall(two, now).is_none(), "one was used after it");
        assert!(heads.recall(one, now).is_some() && heads.recall(three, now).is_some());
        assert!(heads.recall(one, Timestamp(2)).is_none(), "another training");
        heads.remember(one, Timestamp(2), loaded());
        assert!(heads.recall(one, now).is_none() && heads.recall(one, Timestamp(2)).is_some());
    }
}
