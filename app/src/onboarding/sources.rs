//! The sources given so far and how far the learning has come.

use crate::{
    icons::{self, Icon},
    knowledge::is_listed,
    realtime::Realtime,
    ui::Tone,
};
use leptos::prelude::*;
use std::time::Duration;
use types::{
    Result,
    knowledge::{Source, SourceStatus},
    realtime::Event,
};

/// How often we look while something is being learned and the socket is away.
const LOOK_AGAIN: Duration = Duration::from_millis(1500);

/// The sources, kept up to date.
#[derive(Clone, Copy)]
pub struct Sources {
    snapshot: Resource<Result<Vec<Source>>>,
    list: RwSignal<Vec<Source>>,
}

/// Takes a snapshot and follows the news from there.
#[must_use]
pub fn use_sources() -> Sources {
    let sources = Sources {
        snapshot: Resource::new(|| (), |()| api::knowledge::list_sources()),
        list: RwSignal::new(Vec::new()),
    };
    let realtime = use_context::<Realtime>();
    Effect::new(move || {
        if let Some(realtime) = realtime {
            let news = realtime.subscribe(None, move |_, event| {
                if let Event::SourceUpdated { source } = event
                    && is_listed(source)
                {
                    sources.put(source.as_ref().clone());
                }
            });
            on_cleanup(move || news.end());
        }
        let looking = set_interval_with_handle(move || sources.look(), LOOK_AGAIN);
        on_cleanup(move || {
            if let Ok(looking) = looking {
                looking.clear();
            }
        });
    });
    sources
}

const fn is_at_work(source: &Source) -> bool {
    matches!(source.status, SourceStatus::Queued | SourceStatus::Processing)
}

impl Sources {
    /// There is at least one.
    #[must_use]
    pub fn has_any(self) -> bool {
        self.list.with(|list| !list.is_empty())
    }

    /// At least one can be answered from.
    #[must_use]
    pub fn has_ready(self) -> bool {
        self.list.with(|list| list.iter().any(|source| source.status == SourceStatus::Ready))
    }

    /// Waits for the snapshot and shows it, with what has come since.
    ///
    /// # Errors
    /// When it could not be read.
    pub async fn load(self) -> Result<()> {
        for source in self.snapshot.await?.into_iter().rev() {
            self.put(source);
        }
        Ok(())
    }

    /// Asks for the snapshot again.
    pub fn reload(self) {
        self.snapshot.refetch();
    }

    /// Shows a source, unless what is shown is newer.
    pub fn put(self, source: Source) {
        self.list.try_update(|list| match list.iter_mut().find(|known| known.id == source.id) {
            Some(known) if known.updated_at <= source.updated_at => *known = source,
            Some(_) => {}
            None => list.insert(0, source),
        });
    }

    fn look(self) {
        if self.list.try_with_untracked(|list| list.iter().any(is_at_work)) != Some(true) {
            return;
        }
        leptos::task::spawn_local(async move {
            // A failed call is no news; the next one comes soon.
            if let Ok(list) = api::knowledge::list_sources().await {
                for source in list.into_iter().rev() {
                    self.put(source);
                }
            }
        });
    }
}

/// Each source with its state.
#[component]
pub fn SourceList(
    /// The sources.
    sources: Sources,
) -> impl IntoView {
    view! {
        <ul class="source-list" aria-label="Sources" aria-live="polite">
            <For each=move || sources.list.get() key=|source| (source.id, source.status, source.passages, source.pages) let:source>
                <SourceRow source=source />
            </For>
        </ul>
    }
}

#[component]
fn SourceRow(source: Source) -> impl IntoView {
    let (tone, state) = match source.status {
        SourceStatus::Queued => (Tone::Neutral, "Waiting".to_owned()),
        SourceStatus::Processing => (Tone::Info, "Reading".to_owned()),
        SourceStatus::Ready => (Tone::Success, plural(source.passages)),
        SourceStatus::Failed => (Tone::Danger, "Could not be read".to_owned()),
    };
    let is_busy = is_at_work(&source);
    view! {
        <li class="source-row" data-testid="source-row" data-status=source.status.as_str()>
            <Icon path=icons::FILE />
            <span class="source-title" dir="auto">{source.title}</span>
            <span class=format!("chip {}", tone.class())>
                {is_busy.then(|| view! { <span class="spinner" aria-hidden="true"></span> })}
                {state}
            </span>
            {source.error.map(|error| view! { <span class="source-error">{error}</span> })}
        </li>
    }
}

fn plural(passages: i32) -> String {
    if passages == 1 { "Ready, 1 passage".to_owned() } else { format!("Ready, {passages} passages") }
}
