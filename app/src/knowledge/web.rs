//! A form for what is on the web: one page, or a whole site.

use crate::{
    icons::{self, Icon},
    ui::{Button, ErrorAlert, Input, Segments, TextField},
};
use leptos::{prelude::*, task::spawn_local};
use std::fmt;
use types::{
    Error,
    knowledge::{SITE_PAGES_AT_FIRST, Source, SyncEvery},
};

/// How much is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Site,
    Page,
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Site => "site",
            Self::Page => "page",
        })
    }
}

fn url_check(value: &str) -> Option<&'static str> {
    let bare = value.trim().rsplit("://").next().unwrap_or_default();
    (!bare.contains('.') || bare.contains(' ')).then_some("Write the address of a page, such as example.com/help.")
}

/// An address, and how much of what is there is read.
#[component]
pub fn WebForm(
    /// Called with each source that was stored.
    on_added: Callback<Source>,
) -> impl IntoView {
    let url = Input::new(String::new(), url_check);
    let extent = RwSignal::new(Extent::Site);
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Error>));
    let pages = RwSignal::new(SITE_PAGES_AT_FIRST);
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !url.verify() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let address = url.value.get_untracked();
            let added = match extent.get_untracked() {
                Extent::Page => api::knowledge::add_page(address, SyncEvery::Daily).await,
                Extent::Site => api::knowledge::add_site(address, pages.get_untracked(), SyncEvery::Daily).await,
            };
            match added {
                Ok(source) => {
                    on_added.run(source);
                    url.typed(String::new());
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
            let _ = busy.try_set(false);
        });
    };
    let error = Signal::derive(move || problem.get());
    let general = move || problem.get().filter(|error| error.field.as_deref() != Some("url"));
    view! {
        <details class="paste" name="add-source">
            <summary>
                <Icon path=icons::GLOBE />
                "Read a website"
            </summary>
            <form class="form" on:submit=add novalidate>
                <TextField
                    name="url"
                    kind="url"
                    label="Address"
                    placeholder="https://example.com/help"
                    hint="Public pages only. It is looked at again once a day, and robots.txt is obeyed."
                    input=url
                    error=error
                />
                <Segments
                    name="extent"
                    label="What to read"
                    options=vec![(Extent::Site, "All pages below it"), (Extent::Page, "This page alone")]
                    value=extent
                />
                <Show when=move || extent.get() == Extent::Site>
                    <label class="field">
                        <span class="field-label">"At most"</span>
                        <select
                            class="select"
                            on:change=move |event| pages.set(event_target_value(&event).parse().unwrap_or(SITE_PAGES_AT_FIRST))
                        >
                            {[20_u32, 100, 300, 1000]
                                .map(|most| view! {
                                    <option value=most.to_string() selected=pages.get_untracked() == most>{format!("{most} pages")}</option>
                                })
                                .into_iter()
                                .collect_view()}
                        </select>
                    </label>
                </Show>
                {move || general().map(|error| view! { <ErrorAlert error=error /> })}
                <div class="form-actions">
                    <Button submit=true busy=busy>"Read it"</Button>
                </div>
            </form>
        </details>
    }
    .into_any()
}
