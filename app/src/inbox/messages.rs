//! The messages, newest at the bottom, with older ones above when scrolled to.

use super::{
    conversation::State,
    local::{LocalTime, day_text},
    message::BubbleView,
    state::{ConversationState, Entry, Key, timeline},
    store::use_inbox,
};
use crate::{
    icons::{self, Icon},
    ui::{ErrorAlert, date_text, use_now},
};
use leptos::{html, prelude::*, task::spawn_local};
use types::{Error, inbox::SenderType};

/// Distance from the top, in pixels, at which older messages are fetched.
const AHEAD: i32 = 400;
/// Distance from the bottom at which the newest message is still in sight.
const NEAR: i32 = 120;

/// The conversation's messages. The scroller runs from the bottom up
/// (`column-reverse`), so the newest is in sight from the first paint on and
/// older ones push nothing around.
#[component]
pub fn Messages(
    /// The conversation.
    state: State,
) -> impl IntoView {
    let inbox = use_inbox();
    let id = state.with_untracked(ConversationState::id);
    let local = expect_context::<LocalTime>();
    let scroller = NodeRef::<html::Div>::new();
    let lines = {
        let state = state.clone();
        Memo::new(move |_| {
            let stream = inbox.realtime.stream(id);
            let stream = stream.as_ref().map(|stream| (stream.message_id, stream.text.as_str()));
            inbox.me.with_value(|me| state.with(|state| timeline(state, me, stream, local.offset())))
        })
    };
    let order = Memo::new(move |_| lines.with(|lines| lines.order.clone()));
    let older = Older {
        state: StoredValue::new(state.clone()),
        is_loading: RwSignal::new(false),
        problem: RwSignal::new(None),
    };
    let is_at_end = RwSignal::new(true);
    let on_scroll = move |_| {
        let Some(element) = scroller.get_untracked() else { return };
        // Counted from the bottom, hence negative.
        let from_end = -element.scroll_top();
        is_at_end.set(from_end < NEAR);
        if element.scroll_height() - element.client_height() - from_end < AHEAD {
            older.load();
        }
    };
    let to_end = move || {
        if let Some(element) = scroller.get_untracked() {
            element.set_scroll_top(0);
        }
    };
    let newest = Memo::new(move |_| order.with(|order| order.last().copied()));
    let has_news = RwSignal::new(false);
    Effect::new(move |before: Option<Option<Key>>| {
        let now = newest.get();
        if before.is_some_and(|before| before != now) {
            let is_mine = now.and_then(|key| lines.with_untracked(|lines| lines.get(key))).is_some_and(
                |entry| matches!(entry, Entry::Bubble(bubble) if bubble.message.sender_type == SenderType::Agent),
            );
            if is_mine {
                to_end();
            } else if !is_at_end.get_untracked() {
                has_news.set(true);
            }
        }
        now
    });
    Effect::new(move || {
        if is_at_end.get() {
            has_news.set(false);
        }
    });
    let started = {
        let state = state.clone();
        move || state.with(|state| date_text(state.conversation.created_at))
    };
    let has_older = {
        let state = state.clone();
        Memo::new(move |_| state.with(|state| state.has_older))
    };
    let state = StoredValue::new(state);
    view! {
        <div class="messages-frame">
            <div class="messages" node_ref=scroller on:scroll=on_scroll tabindex="0" role="region" aria-label="Messages">
                <div class="messages-inner" role="log" aria-live="polite">
                    <div class="messages-top">
                        {move || match (older.problem.get(), has_older.get()) {
                            (Some(error), _) => {
                                view! { <ErrorAlert error=error retry=Callback::new(move |()| older.load()) /> }.into_any()
                            }
                            (None, true) => {
                                view! {
                                    <button type="button" class="button button-quiet button-small" on:click=move |_| older.load()>
                                        {move || if older.is_loading.get() { "Loading…" } else { "Show older messages" }}
                                    </button>
                                }
                                    .into_any()
                            }
                            (None, false) => view! { <span>"Began on " {started.clone()}</span> }.into_any(),
                        }}
                    </div>
                    <For each=move || order.get() key=|key| *key let:key>
                        <Line
                            state=state.get_value()
                            entry=Memo::new(move |_| lines.with(|lines| lines.get(key)))
                        />
                    </For>
                    <Writing id=id />
                </div>
            </div>
            <Show when=move || has_news.get()>
                <button type="button" class="messages-news" on:click=move |_| to_end()>
                    <Icon path=icons::DOWN small=true />
                    "New message"
                </button>
            </Show>
        </div>
    }
    .into_any()
}

/// A message, or the line between two days.
#[component]
fn Line(state: State, entry: Memo<Option<Entry>>) -> impl IntoView {
    let day = Memo::new(move |_| match entry.get() {
        Some(Entry::Day(at)) => Some(at),
        _ => None,
    });
    let bubble = Memo::new(move |_| match entry.get() {
        Some(Entry::Bubble(bubble)) => Some(bubble),
        _ => None,
    });
    if day.get_untracked().is_none() {
        return view! { <BubbleView state=state bubble=bubble /> }.into_any();
    }
    let local = expect_context::<LocalTime>();
    let now = use_now();
    let text = move || Some(day_text(day.get()?, now.get(), local.offset()?));
    view! { <div class="day"><span>{text}</span></div> }.into_any()
}

/// Who is writing to this conversation, besides this agent.
#[component]
fn Writing(id: types::ConversationId) -> impl IntoView {
    let inbox = use_inbox();
    let text = Memo::new(move |_| {
        let typists = inbox.realtime.typists(id);
        if typists.iter().any(|typist| typist.sender_type == SenderType::Contact) {
            Some(("contact", "The visitor is writing"))
        } else if typists.iter().any(|typist| typist.sender_type == SenderType::Ai) {
            Some(("ai", "The AI is looking for an answer"))
        } else {
            None
        }
    });
    move || {
        text.get().map(|(who, text)| {
            view! {
                <div class="writing" data-testid="typing" data-sender=who>
                    <span class="writing-dots" aria-hidden="true"><i></i><i></i><i></i></span>
                    <span class="visually-hidden">{text}</span>
                </div>
            }
        })
    }
}

/// Fetching what was written before.
#[derive(Clone, Copy)]
struct Older {
    state: StoredValue<State>,
    is_loading: RwSignal<bool>,
    problem: RwSignal<Option<Error>>,
}

impl Older {
    fn load(self) {
        let state = self.state.get_value();
        let before = state.with_untracked(|state| state.oldest().filter(|_| state.has_older));
        let Some(before) = before.filter(|_| !self.is_loading.get_untracked()) else { return };
        let id = state.with_untracked(ConversationState::id);
        self.is_loading.set(true);
        self.problem.set(None);
        spawn_local(async move {
            match api::inbox::older_messages(id, before).await {
                Ok(page) => state.update(|state| state.add_older(page)),
                Err(error) => drop(self.problem.try_set(Some(error))),
            }
            let _ = self.is_loading.try_set(false);
        });
    }
}
