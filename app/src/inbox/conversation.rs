//! The middle pane: an open conversation, or what to do when there is none.

use super::{
    composer::Composer,
    contact::ContactPanel,
    draft,
    header::ConversationHeader,
    messages::Messages,
    state::ConversationState,
    store::{Inbox, use_inbox},
};
use crate::{
    icons,
    realtime::Connection,
    ui::{Empty, ErrorAlert, Skeleton},
};
use leptos::prelude::*;
use std::time::Duration;
use types::{ConversationId, ErrorCode, Result, inbox::ConversationDetail};

/// How long a conversation is on the screen before it counts as read.
const SEEN_AFTER: Duration = Duration::from_millis(400);

/// A conversation shown to this agent; shared by the parts of the pane.
pub type State = ArcRwSignal<ConversationState>;

/// The conversation that the address names.
#[component]
pub fn ConversationPane() -> impl IntoView {
    let inbox = use_inbox();
    let details = Resource::new(move || inbox.selected.get(), move |id| async move { (id, open(inbox, id).await) });
    let content = move || {
        Suspend::new(async move {
            let (id, detail) = details.await;
            let state = match detail {
                Ok(Some(detail)) => Ok(Some(inbox.adopt(detail))),
                Ok(None) => Ok(id.and_then(|id| inbox.opened(id))),
                Err(error) => Err(error),
            };
            match state {
                Ok(Some(state)) => view! { <OpenConversation state=state /> }.into_any(),
                Ok(None) => view! { <NothingOpen /> }.into_any(),
                Err(error) if error.code == ErrorCode::NotFound => view! { <NotThere /> }.into_any(),
                Err(error) => {
                    let retry = Callback::new(move |()| details.refetch());
                    view! { <div class="conversation conversation-problem"><ErrorAlert error=error retry=retry /></div> }.into_any()
                }
            }
        })
    };
    view! {
        <Suspense fallback=move || {
            view! {
                <Show when=move || inbox.selected.get().is_some() fallback=NothingOpen>
                    <ConversationSkeleton />
                </Show>
            }
        }>{content}</Suspense>
    }
    .into_any()
}

/// A conversation that is kept current needs no question to the server.
async fn open(inbox: Inbox, id: Option<ConversationId>) -> Result<Option<ConversationDetail>> {
    match id {
        Some(id) if inbox.opened(id).is_none() => api::inbox::open_conversation(id).await.map(Some),
        _ => Ok(None),
    }
}

/// Header, messages, composer, and the contact beside them.
#[component]
fn OpenConversation(state: State) -> impl IntoView {
    let inbox = use_inbox();
    mark_read_when_seen(inbox, state.clone());
    keep_unsent(state.clone());
    Effect::new(move |before: Option<Connection>| {
        let now = inbox.realtime.connection.get();
        if now == Connection::Live && before.is_some_and(|before| before != now) {
            inbox.retry_all();
        }
        now
    });
    // The neighbours are probably next.
    Effect::new(move || {
        inbox.selected.track();
        set_timeout(
            move || {
                if inbox.selected.try_get_untracked().is_some() {
                    [1, -1].into_iter().filter_map(|step| inbox.neighbour(step)).for_each(|id| inbox.prefetch(id));
                }
            },
            Duration::from_millis(150),
        );
    });
    let name = {
        let state = state.clone();
        move || state.with(|state| state.conversation.contact.name.clone())
    };
    view! {
        <section class="conversation" aria-label=move || format!("Conversation with {}", name())>
            <ConversationHeader state=state.clone() />
            {move || inbox.problem.get().map(|error| view! { <div class="conversation-alert"><ErrorAlert error=error /></div> })}
            <Messages state=state.clone() />
            <Composer state=state.clone() />
        </section>
        <ContactPanel state=state />
    }
    .into_any()
}

/// Tells the server what was seen: when the conversation is open and the page visible.
fn mark_read_when_seen(inbox: Inbox, state: State) {
    let is_visible = RwSignal::new(true);
    Effect::new(move || {
        let look = move || is_visible.set(!document().hidden());
        look();
        let listener = window_event_listener_untyped("visibilitychange", move |_| look());
        on_cleanup(move || listener.remove());
    });
    let unread = {
        let state = state.clone();
        Memo::new(move |_| state.with(|state| state.conversation.unread))
    };
    Effect::new(move || {
        if unread.get() == 0 || !is_visible.get() {
            return;
        }
        // What one passes on the way with j and k is not read.
        let state = state.clone();
        let id = state.with_untracked(ConversationState::id);
        let look = move || {
            let is_seen = inbox.selected.try_get_untracked().flatten() == Some(id)
                && is_visible.try_get_untracked() == Some(true)
                && state.with_untracked(|state| state.conversation.unread > 0);
            if is_seen {
                inbox.mark_read(&state);
            }
        };
        set_timeout(look, SEEN_AFTER);
    });
}

/// What could not be sent outlives the page: it is kept in the browser and
/// sent again, under the same id, when the conversation is opened.
fn keep_unsent(state: State) {
    let id = state.with_untracked(ConversationState::id);
    Effect::new(move |before: Option<()>| {
        if before.is_none() {
            let kept = draft::load_unsent(id);
            if !kept.is_empty() {
                state.update(|state| state.restore(kept));
            }
        }
        state.with(|state| draft::save_unsent(id, &state.outgoing));
    });
}

#[component]
fn NothingOpen() -> impl IntoView {
    view! {
        <section class="conversation conversation-none">
            <Empty icon=icons::INBOX title="Choose a conversation" text="Everything about it opens here.">
                <p class="key-hints">
                    <kbd>"j"</kbd> <kbd>"k"</kbd> " move " <kbd>"r"</kbd> " reply " <kbd>"e"</kbd> " resolve " <kbd>"?"</kbd> " all shortcuts"
                </p>
            </Empty>
        </section>
    }
    .into_any()
}

#[component]
fn NotThere() -> impl IntoView {
    view! {
        <section class="conversation conversation-none">
            <Empty icon=icons::SEARCH title="This conversation does not exist" text="The address may be mistyped, or it belongs to another business.">
                <a class="button button-secondary" href="/inbox">"Back to the inbox"</a>
            </Empty>
        </section>
    }
    .into_any()
}

#[component]
fn ConversationSkeleton() -> impl IntoView {
    view! {
        <section class="conversation" role="status">
            <span class="visually-hidden">"Loading the conversation"</span>
            <div class="conversation-head"><Skeleton class="skeleton-short" /></div>
            <div class="messages messages-loading">
                <div class="messages-inner">
                    <div class="bubble-skeleton"><Skeleton class="skeleton-block" /></div>
                    <div class="bubble-skeleton is-ours"><Skeleton class="skeleton-block" /></div>
                    <div class="bubble-skeleton"><Skeleton class="skeleton-block" /></div>
                </div>
            </div>
            <div class="composer composer-loading"><Skeleton class="skeleton-long" /></div>
        </section>
        <aside class="contact-panel contact-loading" aria-hidden="true">
            <Skeleton class="skeleton-round" /><Skeleton class="skeleton-half" /><Skeleton class="skeleton-long" />
        </aside>
    }
    .into_any()
}
