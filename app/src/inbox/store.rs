//! What the parts of the inbox share: the list, the open conversations kept
//! current in the background, and what an agent does to them.

use super::state::{ConversationState, ListState};
use crate::{
    accounts::current_user,
    realtime::{Realtime, Subscription, provide_realtime},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
    location::Url,
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use types::{
    ConversationId, Error, ErrorCode, UserId,
    accounts::Person,
    inbox::{Conversation, ConversationDetail, ConversationPage, InboxView},
    realtime::Event,
};

/// Conversations kept open in the background.
const KEPT: usize = 30;
/// Seconds between two questions for the numbers beside the views.
const COUNTS_PAUSE: Duration = Duration::from_secs(2);

/// A conversation that is kept current.
struct Open {
    state: ArcRwSignal<ConversationState>,
    subscription: Subscription,
    used: u64,
}

/// The inbox, shared by its parts as a context.
#[derive(Clone, Copy)]
pub struct Inbox {
    /// The agent.
    pub me: StoredValue<Person>,
    /// Live news.
    pub realtime: Realtime,
    /// The conversation named by the address.
    pub selected: Memo<Option<ConversationId>>,
    /// The view named by the address.
    pub view: Memo<InboxView>,
    /// The search named by the address.
    pub search: Memo<String>,
    /// The list as it is now; none before it was loaded.
    pub list: RwSignal<Option<ListState>>,
    /// Why the last act on a conversation did not work.
    pub problem: RwSignal<Option<Error>>,
    /// The contact panel is shown over the conversation on a narrow page.
    pub is_panel_open: RwSignal<bool>,
    /// Where the selection stood in the list, for when it leaves it.
    place: StoredValue<Option<usize>>,
    list_subscription: StoredValue<Option<Subscription>>,
    counting: StoredValue<bool>,
    open: StoredValue<HashMap<ConversationId, Open>>,
    /// Conversations with a message on its way.
    pub sending: StoredValue<HashSet<ConversationId>>,
    uses: StoredValue<u64>,
}

/// Sets the inbox up for everything below.
pub fn provide_inbox() -> Inbox {
    let params = use_params_map();
    let query = use_query_map();
    let me = current_user().map_or_else(
        || Person { id: UserId(Default::default()), name: String::new() },
        |user| Person { id: user.id, name: user.name },
    );
    let inbox = Inbox {
        me: StoredValue::new(me),
        realtime: use_context::<Realtime>().unwrap_or_else(provide_realtime),
        selected: Memo::new(move |_| params.with(|params| params.get_str("id")?.parse().ok())),
        view: Memo::new(move |_| {
            query.with(|query| query.get_str("view").and_then(|view| view.parse().ok()).unwrap_or(InboxView::All))
        }),
        search: Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default())),
        list: RwSignal::new(None),
        problem: RwSignal::new(None),
        is_panel_open: RwSignal::new(false),
        place: StoredValue::new(None),
        list_subscription: StoredValue::new(None),
        counting: StoredValue::new(false),
        open: StoredValue::new(HashMap::new()),
        sending: StoredValue::new(HashSet::new()),
        uses: StoredValue::new(0),
    };
    provide_context(inbox);
    inbox.follow();
    inbox
}

/// The inbox around this component.
pub fn use_inbox() -> Inbox {
    expect_context::<Inbox>()
}

impl Inbox {
    /// What goes on by itself in the browser: snapshots after a gap, sending
    /// again when the network is back, closing when another conversation is chosen.
    fn follow(self) {
        Effect::new(move |before: Option<u32>| {
            let reloads = self.realtime.reloads.get();
            if before.is_some_and(|before| before != reloads) {
                self.reload();
            }
            reloads
        });
        Effect::new(move || {
            self.selected.track();
            self.is_panel_open.set(false);
            self.problem.set(None);
        });
        Effect::new(move || {
            let position = self.selected.get().and_then(|id| self.list.with(|list| list.as_ref()?.position(id)));
            if position.is_some() {
                self.place.set_value(position);
            }
        });
        on_cleanup(move || {
            let _ = self.list_subscription.try_update_value(|subscription| subscription.take().map(Subscription::end));
            let _ = self.open.try_update_value(|open| open.drain().for_each(|(_, open)| open.subscription.end()));
        });
    }

    /// The address of a conversation, or of the list, within this view and search.
    pub fn href(self, id: Option<ConversationId>) -> String {
        href(id, self.view.get(), &self.search.get())
    }

    /// Gives a way to go to a conversation; to be made while a component is.
    pub fn navigator(self) -> impl Fn(ConversationId) + Clone + 'static {
        let navigate = use_navigate();
        move |id| {
            let path = href(Some(id), self.view.get_untracked(), &self.search.get_untracked());
            // Going back leads out of the conversations, not through each of them again.
            let replace = self.selected.get_untracked().is_some();
            navigate(&path, NavigateOptions { scroll: false, replace, ..Default::default() });
        }
    }

    /// A row of the list.
    pub fn row(self, id: ConversationId) -> Memo<Option<Arc<Conversation>>> {
        Memo::new(move |_| self.list.with(|list| list.as_ref()?.get(id)))
    }

    /// The conversation one step from the selection.
    pub fn neighbour(self, step: isize) -> Option<ConversationId> {
        let place = self.place.get_value();
        self.list.with_untracked(|list| list.as_ref()?.neighbour(self.selected.get_untracked(), place, step))
    }

    /// Takes the first page of the list and keeps it current from there on.
    pub fn take_page(self, view: InboxView, search: &str, page: ConversationPage) {
        let sequence = page.sequence;
        let me = self.me.with_value(|me| me.id);
        self.list.set(Some(ListState::new(me, view, search, page)));
        self.follow_list(sequence);
    }

    fn follow_list(self, after: u64) {
        let subscription = self.realtime.subscribe(Some(after), move |sequence, event| {
            if let Event::ConversationsDeleted { conversation_ids } = event {
                self.forget(conversation_ids);
            }
            let is_stale = self.list.try_update(|list| {
                let Some(list) = list else { return false };
                list.apply(sequence, event);
                list.are_counts_stale()
            });
            if is_stale == Some(true) {
                self.recount();
            }
        });
        if let Some(before) = self.list_subscription.try_update_value(|kept| kept.replace(subscription)).flatten() {
            before.end();
        }
    }

    /// Closes conversations that do not exist any more.
    fn forget(self, ids: &[ConversationId]) {
        self.open.update_value(|open| {
            for id in ids {
                if let Some(open) = open.remove(id) {
                    open.subscription.end();
                }
            }
        });
        if self.selected.get_untracked().is_some_and(|selected| ids.contains(&selected)) {
            self.problem.set(Some(Error::new(ErrorCode::NotFound, "This conversation was deleted.")));
        }
    }

    /// Asks for the numbers beside the views, soon and not too often.
    fn recount(self) {
        if self.counting.get_value() {
            return;
        }
        self.counting.set_value(true);
        set_timeout(
            move || {
                spawn_local(async move {
                    let Some(view) = self.view.try_get_untracked() else { return };
                    let page = api::inbox::list_conversations(view, String::new(), None).await;
                    let _ = self.counting.try_update_value(|counting| *counting = false);
                    let is_stale = self.list.try_update(|list| {
                        let (Some(list), Ok(page)) = (list, page) else { return false };
                        list.take_counts(page.counts, page.sequence);
                        list.are_counts_stale()
                    });
                    if is_stale == Some(true) {
                        self.recount();
                    }
                });
            },
            COUNTS_PAUSE,
        );
    }

    /// Keeps a conversation open and current.
    pub fn adopt(self, detail: ConversationDetail) -> ArcRwSignal<ConversationState> {
        let id = detail.conversation.id;
        let sequence = detail.sequence;
        if let Some(state) = self.opened(id) {
            state.update(|state| state.refresh(detail));
            return state;
        }
        let state = ArcRwSignal::new(ConversationState::new(detail));
        let subscription = self.follow_conversation(state.clone(), sequence);
        let used = self.next_use();
        self.open.update_value(|open| {
            open.insert(id, Open { state: state.clone(), subscription, used });
        });
        self.close_surplus(id);
        state
    }

    /// A conversation that is open and current.
    pub fn opened(self, id: ConversationId) -> Option<ArcRwSignal<ConversationState>> {
        let used = self.next_use();
        self.open.try_update_value(|all| {
            let open = all.get_mut(&id)?;
            open.used = used;
            Some(open.state.clone())
        })?
    }

    /// Opens a conversation in the background, so that it is there when chosen.
    pub fn prefetch(self, id: ConversationId) {
        if self.open.with_value(|open| open.contains_key(&id)) {
            return;
        }
        spawn_local(async move {
            if let Ok(detail) = api::inbox::open_conversation(id).await
                && !self.open.is_disposed()
            {
                self.adopt(detail);
            }
        });
    }

    fn follow_conversation(self, state: ArcRwSignal<ConversationState>, after: u64) -> Subscription {
        self.realtime.subscribe(Some(after), move |sequence, event| {
            if state.with_untracked(|state| state.concerns(sequence, event)) {
                state.update(|state| state.apply(sequence, event));
            }
        })
    }

    fn next_use(self) -> u64 {
        self.uses
            .try_update_value(|uses| {
                *uses += 1;
                *uses
            })
            .unwrap_or_default()
    }

    fn close_surplus(self, except: ConversationId) {
        self.open.update_value(|all| {
            while all.len() > KEPT {
                // What is still being sent is never let go.
                let idle = all
                    .iter()
                    .filter(|(id, open)| **id != except && open.state.with_untracked(|state| state.outgoing.is_empty()))
                    .min_by_key(|(_, open)| open.used)
                    .map(|(id, _)| *id);
                let Some(open) = idle.and_then(|id| all.remove(&id)) else { return };
                open.subscription.end();
            }
        });
    }

    /// Every open conversation.
    pub fn all_open(self) -> Vec<ArcRwSignal<ConversationState>> {
        self.open.with_value(|open| open.values().map(|open| open.state.clone()).collect())
    }

    /// Too much was missed: new snapshots of what is on the screen, tried
    /// until they come; the rest is opened again when it is chosen.
    fn reload(self) {
        let selected = self.selected.get_untracked();
        self.open.update_value(|open| {
            open.retain(|id, open| {
                open.subscription.end();
                Some(*id) == selected || open.state.with_untracked(|state| !state.outgoing.is_empty())
            });
        });
        let (view, search) = (self.view.get_untracked(), self.search.get_untracked());
        retrying(move || {
            let search = search.clone();
            async move {
                let page = api::inbox::list_conversations(view, search, None).await?;
                let sequence = page.sequence;
                let _ = self.list.try_update(|list| list.as_mut().map(|list| list.replace(page)));
                self.follow_list(sequence);
                Ok(())
            }
        });
        for state in self.all_open() {
            let id = state.with_untracked(ConversationState::id);
            retrying(move || {
                let state = state.clone();
                async move {
                    let detail = api::inbox::open_conversation(id).await?;
                    let sequence = detail.sequence;
                    state.update(|state| state.refresh(detail));
                    let subscription = self.follow_conversation(state, sequence);
                    let _ = self
                        .open
                        .try_update_value(|open| open.get_mut(&id).map(|open| open.subscription = subscription));
                    Ok(())
                }
            });
        }
    }
}

/// Tries every three seconds until it works or cannot work.
fn retrying<F>(work: impl Fn() -> F + 'static)
where
    F: Future<Output = types::Result<()>> + 'static,
{
    spawn_local(async move {
        if let Err(error) = work().await
            && error.is_transient()
        {
            set_timeout(move || retrying(work), Duration::from_secs(3));
        }
    });
}

/// The address of a conversation, or of the list, within a view and search.
pub fn href(id: Option<ConversationId>, view: InboxView, search: &str) -> String {
    let mut path = id.map_or_else(|| "/inbox".to_owned(), |id| format!("/inbox/{id}"));
    let mut separator = '?';
    if view != InboxView::All {
        path.push_str(&format!("{separator}view={view}"));
        separator = '&';
    }
    if !search.is_empty() {
        path.push_str(&format!("{separator}q={}", Url::escape(search)));
    }
    path
}
