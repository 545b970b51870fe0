//! Saving a page of settings: what changed, what became of it.

use super::{Button, ButtonKind, error_text};
use crate::icons::{self, Icon};
use leptos::prelude::*;
use std::time::Duration;
use types::Error;

/// Where a save stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Saving {
    /// Nothing was asked for.
    #[default]
    Idle,
    /// On its way.
    Busy,
    /// Stored, a moment ago.
    Done,
    /// Refused, or not reached; everything typed is still there.
    Failed(Error),
}

impl Saving {
    /// The error, if it failed.
    #[must_use]
    pub fn error(&self) -> Option<Error> {
        match self {
            Self::Failed(error) => Some(error.clone()),
            _ => None,
        }
    }
}

/// Runs a save and notes where it stands; "Saved" goes away by itself.
pub fn save<T: 'static>(
    state: RwSignal<Saving>,
    call: impl Future<Output = types::Result<T>> + 'static,
    stored: impl FnOnce(T) + 'static,
) {
    if state.with_untracked(|state| *state == Saving::Busy) {
        return;
    }
    state.set(Saving::Busy);
    leptos::task::spawn_local(async move {
        match call.await {
            Ok(value) => {
                stored(value);
                state.try_set(Saving::Done);
                set_timeout(
                    move || {
                        if state.try_with_untracked(|state| *state == Saving::Done) == Some(true) {
                            state.set(Saving::Idle);
                        }
                    },
                    Duration::from_secs(3),
                );
            }
            Err(error) => {
                state.try_set(Saving::Failed(error));
            }
        }
    });
}

/// Stays at the foot of the page: says whether something is unsaved, saves
/// it or takes it back.
#[component]
pub fn SaveBar(
    /// Something differs from what is stored.
    #[prop(into)]
    dirty: Signal<bool>,
    /// Where the save stands.
    state: RwSignal<Saving>,
    /// Takes everything back to what is stored.
    on_discard: Callback<()>,
) -> impl IntoView {
    let busy = Signal::derive(move || state.with(|state| *state == Saving::Busy));
    let is_open = move || dirty.get() || state.with(|state| *state != Saving::Idle);
    view! {
        <div class="save-bar" class:save-bar-open=is_open>
            <div class="save-bar-word" role="status" aria-live="polite">
                {move || match state.get() {
                    Saving::Done if !dirty.get() => {
                        view! {
                            <span class="saved">
                                <Icon path=icons::CHECK small=true />
                                "Saved"
                            </span>
                        }
                            .into_any()
                    }
                    Saving::Failed(error) => {
                        view! {
                            <span class="field-problem">
                                <Icon path=icons::WARNING small=true />
                                {error_text(&error)}
                            </span>
                        }
                            .into_any()
                    }
                    _ if dirty.get() => view! { <span>"Not saved yet"</span> }.into_any(),
                    _ => ().into_any(),
                }}
            </div>
            <Show when=move || dirty.get()>
                <Button kind=ButtonKind::Quiet disabled=busy on:click=move |_| on_discard.run(())>
                    "Discard"
                </Button>
            </Show>
            <Button
                kind=ButtonKind::Primary
                submit=true
                busy=busy
                disabled=Signal::derive(move || !dirty.get() && !busy.get())
            >
                "Save"
            </Button>
        </div>
    }
}
