//! The sources of the tenant, kept current.

use crate::realtime::{Connection, Realtime};
use leptos::{prelude::*, task::spawn_local};
use types::{
    Error, Result, SourceId,
    knowledge::{Source, SourceKind, SourceStatus, SyncEvery},
    realtime::Event,
};

/// The sources, shared by the parts of the page.
#[derive(Clone, Copy)]
pub struct Sources {
    snapshot: Resource<Result<Vec<Source>>>,
    /// Newest first; none before they were loaded.
    list: RwSignal<Option<Vec<Source>>>,
    /// Deleted here; late news of them is ignored.
    gone: StoredValue<Vec<SourceId>>,
    problem: RwSignal<Option<Error>>,
}

/// Takes a snapshot and follows the news from there. The list carries no
/// event number, so it is taken again whenever the socket comes to life.
pub fn use_sources() -> Sources {
    let sources = Sources {
        snapshot: Resource::new(|| (), |()| api::knowledge::list_sources()),
        list: RwSignal::new(None),
        gone: StoredValue::new(Vec::new()),
        problem: RwSignal::new(None),
    };
    let Some(realtime) = use_context::<Realtime>() else { return sources };
    Effect::new(move || {
        let news = realtime.subscribe(None, move |_, event| {
            if let Event::SourceUpdated { source } = event
                && is_listed(source)
            {
                sources.put((**source).clone());
            }
        });
        on_cleanup(move || news.end());
    });
    Effect::new(move || {
        realtime.reloads.track();
        if realtime.connection.get() == Connection::Live {
            sources.refresh();
        }
    });
    sources
}

impl Sources {
    /// Waits for the first snapshot.
    pub async fn load(self) -> Result<()> {
        let list = self.snapshot.await?;
        if self.list.with_untracked(Option::is_none) {
            self.list.set(Some(list));
        }
        Ok(())
    }

    /// Tries the first snapshot again.
    pub fn reload(self) {
        self.snapshot.refetch();
    }

    /// Takes a new snapshot, when there was one.
    pub fn refresh(self) {
        if self.list.with_untracked(Option::is_none) {
            return;
        }
        spawn_local(async move {
            // A failed call is no news; the socket comes to life again.
            if let Ok(list) = api::knowledge::list_sources().await {
                let _ = self.list.try_update(|shown| *shown = Some(merge(shown.take().unwrap_or_default(), list)));
            }
        });
    }

    /// Ids, newest first.
    pub fn ids(self) -> Vec<SourceId> {
        self.list.with(|list| list.iter().flatten().map(|source| source.id).collect())
    }

    /// One source.
    pub fn get(self, id: SourceId) -> Option<Source> {
        self.list.with(|list| list.iter().flatten().find(|source| source.id == id).cloned())
    }

    /// At least one can be answered from; true before they were loaded.
    pub fn has_ready(self) -> bool {
        self.list.with(|list| {
            list.as_ref().is_none_or(|list| list.iter().any(|source| source.status == SourceStatus::Ready))
        })
    }

    /// Why the last act did not work.
    pub fn problem(self) -> Option<Error> {
        self.problem.get()
    }

    /// Takes the newer of what is shown and what has come.
    pub fn put(self, source: Source) {
        if self.gone.try_with_value(|gone| gone.contains(&source.id)) != Some(false) {
            return;
        }
        let _ = self.list.try_update(|list| put(list.get_or_insert_default(), source));
    }

    /// Removes a source, and brings it back when the server does not.
    pub fn delete(self, id: SourceId) {
        let removed = self.list.try_update(|list| {
            let list = list.as_mut()?;
            let place = list.iter().position(|source| source.id == id)?;
            Some((place, list.remove(place)))
        });
        let Some(Some((place, source))) = removed else { return };
        self.gone.update_value(|gone| gone.push(id));
        self.problem.set(None);
        spawn_local(async move {
            if let Err(error) = api::knowledge::delete_source(id).await {
                let _ = self.gone.try_update_value(|gone| gone.retain(|other| *other != id));
                let _ = self.list.try_update(|list| {
                    let list = list.get_or_insert_default();
                    list.insert(place.min(list.len()), source);
                });
                let _ = self.problem.try_set(Some(error));
            }
        });
    }

    /// Sets how often a page or site is looked at again.
    pub fn set_sync(self, id: SourceId, every: SyncEvery) {
        self.problem.set(None);
        spawn_local(async move {
            match api::knowledge::set_sync(id, every).await {
                Ok(source) => self.put(source),
                Err(error) => drop(self.problem.try_set(Some(error))),
            }
        });
    }

    /// Reads a failed source again, and looks at what is on the web.
    pub fn retry(self, id: SourceId) {
        self.problem.set(None);
        spawn_local(async move {
            match api::knowledge::retry_source(id).await {
                Ok(source) => self.put(source),
                Err(error) => drop(self.problem.try_set(Some(error))),
            }
        });
    }
}

/// Pages of a site are shown with their site, and products by themselves.
#[must_use]
pub fn is_listed(source: &Source) -> bool {
    source.parent_id.is_none() && source.kind != SourceKind::Product
}

fn put(list: &mut Vec<Source>, source: Source) {
    match list.iter_mut().find(|known| known.id == source.id) {
        Some(known) if known.updated_at <= source.updated_at => *known = source,
        Some(_) => {}
        None => {
            let place = list.partition_point(|known| known.created_at > source.created_at);
            list.insert(place, source);
        }
    }
}

/// A new snapshot, without going back behind what came since it was taken.
fn merge(shown: Vec<Source>, mut list: Vec<Source>) -> Vec<Source> {
    for source in shown {
        if list.iter().any(|known| known.id == source.id) {
            put(&mut list, source);
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::Timestamp;

    fn source(created: i64, updated: i64, status: SourceStatus) -> Source {
        Source {
            id: SourceId::new(),
            kind: SourceKind::Text,
            title: "Returns".to_owned(),
            url: None,
            status,
            error: None,
            progress: 0,
            bytes: 10,
            passages: 1,
            parent_id: None,
            pages: 0,
            sync: None,
            synced_at: None,
            created_at: Timestamp(created),
            updated_at: Timestamp(updated),
        }
    }

    #[test]
    fn the_newer_version_wins_whichever_comes_first() {
        let old = source(1, 1, SourceStatus::Queued);
        let new = Source { status: SourceStatus::Ready, updated_at: Timestamp(5), ..old.clone() };
        for order in [[&old, &new], [&new, &old]] {
            let mut list = vec![source(3, 3, SourceStatus::Ready)];
            order.into_iter().for_each(|source| put(&mut list, source.clone()));
            assert_eq!(list.len(), 2);
            assert_eq!(list[1], new);
        }
        assert_eq!(merge(vec![new.clone()], vec![old]), [new]);
    }
}
