//! The left pane: search, views with their numbers, and the conversations.

use super::{
    row::ConversationRow,
    state::ListState,
    store::{Inbox, href, use_inbox},
};
use crate::{
    icons::{self, Icon},
    ui::{Empty, ErrorAlert, Skeleton},
};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::time::Duration;
use types::{
    Error,
    inbox::{InboxCounts, InboxView},
};

/// Distance from the end, in pixels, at which the next page is fetched.
const AHEAD: i32 = 600;

/// The views in their order, with the names on the screen.
const VIEWS: [(InboxView, &str); 5] = [
    (InboxView::All, "All"),
    (InboxView::Mine, "Mine"),
    (InboxView::Unassigned, "Unassigned"),
    (InboxView::Ai, "AI"),
    (InboxView::Resolved, "Resolved"),
];

/// The list of conversations.
#[component]
pub fn ListPane(
    /// Opens the help for the keyboard.
    help: RwSignal<bool>,
) -> impl IntoView {
    let inbox = use_inbox();
    let pages = Resource::new(
        move || (inbox.view.get(), inbox.search.get()),
        |(view, search)| async move {
            let page = api::inbox::list_conversations(view, search.clone(), None).await;
            (view, search, page)
        },
    );
    let content = move || {
        Suspend::new(async move {
            let (view, search, page) = pages.await;
            match page {
                Ok(page) => {
                    inbox.take_page(view, &search, page);
                    view! { <Rows /> }.into_any()
                }
                Err(error) => {
                    let retry = Callback::new(move |()| pages.refetch());
                    view! { <div class="list-problem"><ErrorAlert error=error retry=retry /></div> }.into_any()
                }
            }
        })
    };
    view! {
        <section class="list-pane" aria-label="Conversations">
            <div class="list-head">
                <SearchField />
                <button
                    type="button"
                    class="button button-quiet button-icon list-help"
                    title="Keyboard shortcuts (?)"
                    aria-label="Keyboard shortcuts"
                    on:click=move |_| help.set(true)
                >
                    <kbd aria-hidden="true">"?"</kbd>
                </button>
            </div>
            <Views />
            <Transition fallback=RowsSkeleton>{content}</Transition>
        </section>
    }
    .into_any()
}

/// The search over names, numbers and last words.
#[component]
fn SearchField() -> impl IntoView {
    let inbox = use_inbox();
    let navigate = use_navigate();
    let typed = RwSignal::new(inbox.search.get_untracked());
    let field = NodeRef::<html::Input>::new();
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let search = move |search: String| {
        let navigate = navigate.clone();
        let go = move || {
            let path = href(inbox.selected.get_untracked(), inbox.view.get_untracked(), search.trim());
            navigate(&path, NavigateOptions { replace: true, scroll: false, ..Default::default() });
        };
        waiting.update_value(|waiting| {
            if let Some(waiting) = waiting.take() {
                waiting.clear();
            }
            *waiting = set_timeout_with_handle(go, Duration::from_millis(220)).ok();
        });
    };
    // The address may change by other means, such as going back.
    Effect::new(move || {
        let search = inbox.search.get();
        if typed.with_untracked(|typed| typed.trim() != search) {
            typed.set(search);
        }
    });
    let change = move |value: String| {
        typed.set(value.clone());
        search(value);
    };
    let clear = change.clone();
    view! {
        <form class="search" role="search" method="get" action="/inbox" on:submit=|event| event.prevent_default()>
            <Icon path=icons::SEARCH small=true />
            <input
                type="search"
                name="q"
                class="input search-input"
                placeholder="Search"
                aria-label="Search conversations by name, number or last words"
                dir="auto"
                autocomplete="off"
                node_ref=field
                prop:value=move || typed.get()
                on:input=move |event| change(event_target_value(&event))
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        clear(String::new());
                        if let Some(field) = field.get_untracked() {
                            let _ = field.blur();
                        }
                    }
                }
            />
        </form>
    }
    .into_any()
}

/// The views, as links.
#[component]
fn Views() -> impl IntoView {
    let inbox = use_inbox();
    view! {
        <nav class="views" aria-label="Views">
            {VIEWS
                .into_iter()
                .map(|(view, name)| {
                    let is_current = move || inbox.view.get() == view;
                    let number = move || {
                        let counts = inbox.list.with(|list| list.as_ref().map(ListState::counts))?;
                        number_of(view, counts)
                    };
                    view! {
                        <a
                            class="view"
                            href=move || href(inbox.selected.get(), view, &inbox.search.get())
                            aria-current=move || is_current().then_some("true")
                        >
                            <span>{name}</span>
                            <span class="view-count number">{number}</span>
                        </a>
                    }
                })
                .collect_view()}
        </nav>
    }
    .into_any()
}

/// The number beside a view; nothing when it is empty or not counted.
fn number_of(view: InboxView, counts: InboxCounts) -> Option<String> {
    let number = match view {
        InboxView::Mine => counts.mine,
        InboxView::Unassigned => counts.unassigned,
        InboxView::All => counts.all,
        InboxView::Ai => counts.ai,
        InboxView::Resolved => 0,
    };
    match number {
        ..=0 => None,
        1..1_000 => Some(number.to_string()),
        _ => Some(format!("{}k", number / 1_000)),
    }
}

#[component]
fn RowsSkeleton() -> impl IntoView {
    view! {
        <div class="rows rows-loading" role="status">
            <span class="visually-hidden">"Loading conversations"</span>
            {(0..7)
                .map(|_| {
                    view! {
                        <div class="row row-skeleton">
                            <Skeleton class="skeleton-round" />
                            <span class="row-body">
                                <Skeleton class="skeleton-half" />
                                <Skeleton class="skeleton-long" />
                            </span>
                        </div>
                    }
                })
                .collect_view()}
        </div>
    }
    .into_any()
}

/// The conversations, with more when the end comes near.
#[component]
fn Rows() -> impl IntoView {
    let inbox = use_inbox();
    let scroller = NodeRef::<html::Div>::new();
    let more = More::new(inbox);
    let order =
        Memo::new(move |_| inbox.list.with(|list| list.as_ref().map(|l| l.order().to_vec()).unwrap_or_default()));
    let is_empty = Memo::new(move |_| order.with(Vec::is_empty));
    let has_more = Memo::new(move |_| inbox.list.with(|list| list.as_ref().is_some_and(|list| list.next().is_some())));
    let near_end = move || {
        let Some(element) = scroller.get_untracked() else { return };
        if element.scroll_height() - element.scroll_top() - element.client_height() < AHEAD {
            more.load();
        }
    };
    // The selection made with the keyboard stays in sight.
    Effect::new(move || {
        inbox.selected.track();
        request_animation_frame(move || {
            let current = scroller
                .try_get_untracked()
                .flatten()
                .and_then(|scroller| scroller.query_selector("[aria-current=true]").ok().flatten());
            if let Some(current) = current {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                current.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    });
    view! {
        <div class="rows" node_ref=scroller on:scroll=move |_| near_end()>
            <Show when=move || is_empty.get() && !has_more.get()>
                <NoRows />
            </Show>
            <ul class="rows-list">
                <For each=move || order.get() key=|id| *id children=|id| view! { <ConversationRow id=id /> } />
            </ul>
            <Show when=move || has_more.get()>
                <div class="rows-more">
                    {move || match more.problem.get() {
                        Some(error) => {
                            view! { <ErrorAlert error=error retry=Callback::new(move |()| more.load()) /> }.into_any()
                        }
                        None => {
                            view! {
                                <button type="button" class="button button-quiet" on:click=move |_| more.load()>
                                    {move || if more.is_loading.get() { "Loading…" } else { "Show more" }}
                                </button>
                            }
                                .into_any()
                        }
                    }}
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// Fetching the next page.
#[derive(Clone, Copy)]
struct More {
    inbox: Inbox,
    is_loading: RwSignal<bool>,
    problem: RwSignal<Option<Error>>,
}

impl More {
    fn new(inbox: Inbox) -> Self {
        Self { inbox, is_loading: RwSignal::new(false), problem: RwSignal::new(None) }
    }

    fn load(self) {
        let inbox = self.inbox;
        let next = inbox.list.with_untracked(|list| list.as_ref()?.next());
        let Some(next) = next.filter(|_| !self.is_loading.get_untracked()) else { return };
        self.is_loading.set(true);
        self.problem.set(None);
        let (view, search) = (inbox.view.get_untracked(), inbox.search.get_untracked());
        spawn_local(async move {
            let page = api::inbox::list_conversations(view, search, Some(next)).await;
            if self.is_loading.try_set(false).is_some() {
                return; // The list has been left meanwhile.
            }
            match page {
                Ok(page) => inbox.list.update(|list| {
                    // Another page may have come first, or another list.
                    if let Some(list) = list.as_mut().filter(|list| list.next() == Some(next)) {
                        list.add_page(page);
                    }
                }),
                Err(error) => self.problem.set(Some(error)),
            }
        });
    }
}

/// Nothing in this view: what it is for and the next action.
#[component]
fn NoRows() -> impl IntoView {
    let inbox = use_inbox();
    move || {
        if !inbox.search.with(String::is_empty) {
            let words = inbox.search.get();
            let clear = href(inbox.selected.get_untracked(), inbox.view.get_untracked(), "");
            return view! {
                <Empty icon=icons::SEARCH title="Nothing found" text=format!("No conversation here has “{words}” in its name, number or last message.")>
                    <a class="button button-secondary" href=clear>"Clear the search"</a>
                </Empty>
            }
            .into_any();
        }
        let all = href(None, InboxView::All, "");
        match inbox.view.get() {
            InboxView::All => view! {
                <Empty icon=icons::CHAT title="No conversations yet" text="When a visitor writes in your chat, the conversation appears here at once.">
                    <a class="button button-secondary" href="/settings/widget">"Install the chat"</a>
                </Empty>
            }
            .into_any(),
            InboxView::Mine => view! {
                <Empty icon=icons::CHECK title="Nothing waits for you" text="Conversations that are assigned to you are here. Take one over to begin.">
                    <a class="button button-secondary" href=href(None, InboxView::Unassigned, "")>"See what is unassigned"</a>
                </Empty>
            }
            .into_any(),
            InboxView::Unassigned => view! {
                <Empty icon=icons::CHECK title="Nobody is waiting" text="Conversations that need a person and have none yet are here.">
                    <a class="button button-secondary" href=all>"See all conversations"</a>
                </Empty>
            }
            .into_any(),
            InboxView::Ai => view! {
                <Empty icon=icons::SPARK title="The AI has nothing to do" text="Conversations that the AI handles alone are here. It answers from your knowledge.">
                    <a class="button button-secondary" href="/knowledge">"Teach the AI"</a>
                </Empty>
            }
            .into_any(),
            InboxView::Resolved => view! {
                <Empty icon=icons::CHECK title="Nothing resolved yet" text="What you resolve goes here, and comes back when the visitor writes again.">
                    <a class="button button-secondary" href=all>"See all conversations"</a>
                </Empty>
            }
            .into_any(),
        }
    }
}
