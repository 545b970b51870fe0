//! The list: which conversations a view shows, in which order, and the numbers beside the views.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};
use types::{
    ConversationId, Timestamp, UserId,
    inbox::{Conversation, ConversationCursor, ConversationPage, ConversationStatus, InboxCounts, InboxView},
    realtime::Event,
};

/// Conversations outside the view that are remembered, to keep the numbers right.
const REMEMBERED: usize = 2_000;

/// The newest known version of a conversation and the event number it is from.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    conversation: Arc<Conversation>,
    sequence: u64,
}

/// A view of the inbox: pages from the server, kept current by events.
#[derive(Clone, Debug, PartialEq)]
pub struct ListState {
    me: UserId,
    view: InboxView,
    search: String,
    known: HashMap<ConversationId, Known>,
    order: Vec<ConversationId>,
    next: Option<ConversationCursor>,
    counts: InboxCounts,
    counts_sequence: u64,
    counts_stale: bool,
}

impl ListState {
    /// Begins with the first page of a view.
    #[must_use]
    pub fn new(me: UserId, view: InboxView, search: &str, page: ConversationPage) -> Self {
        let mut list = Self {
            me,
            view,
            search: search.trim().to_lowercase(),
            known: HashMap::new(),
            order: Vec::new(),
            next: None,
            counts: page.counts,
            counts_sequence: page.sequence,
            counts_stale: false,
        };
        list.add_page(page);
        list
    }

    /// Ids in the order shown, newest first.
    #[must_use]
    pub fn order(&self) -> &[ConversationId] {
        &self.order
    }

    /// The newest version of a conversation.
    #[must_use]
    pub fn get(&self, id: ConversationId) -> Option<Arc<Conversation>> {
        self.known.get(&id).map(|known| known.conversation.clone())
    }

    /// Where the next page starts, if there is one.
    #[must_use]
    pub const fn next(&self) -> Option<ConversationCursor> {
        self.next
    }

    /// The numbers beside the views.
    #[must_use]
    pub const fn counts(&self) -> InboxCounts {
        self.counts
    }

    /// A conversation moved whose former place is not known: the numbers have to be asked for.
    #[must_use]
    pub const fn are_counts_stale(&self) -> bool {
        self.counts_stale
    }

    /// Where a conversation stands in the list.
    #[must_use]
    pub fn position(&self, id: ConversationId) -> Option<usize> {
        self.order.iter().position(|other| *other == id)
    }

    /// The conversation one step after (or before) `id`, or at the end. When
    /// `id` has left the list, steps are taken from the place that it had.
    #[must_use]
    pub fn neighbour(&self, id: Option<ConversationId>, place: Option<usize>, step: isize) -> Option<ConversationId> {
        let place = match (id.and_then(|id| self.position(id)), place) {
            (Some(place), _) => place.saturating_add_signed(step),
            (None, Some(place)) if step > 0 => place,
            (None, Some(place)) => place.saturating_add_signed(step),
            (None, None) => 0,
        };
        self.order.get(place.min(self.order.len().saturating_sub(1))).copied()
    }

    /// Adds a page, which may be older or newer than events applied meanwhile.
    pub fn add_page(&mut self, page: ConversationPage) {
        self.next = page.next;
        self.take_counts(page.counts, page.sequence);
        for conversation in page.conversations {
            let is_newer = self.known.get(&conversation.id).is_none_or(|known| known.sequence <= page.sequence);
            if is_newer {
                let known = Known { sequence: page.sequence, conversation: Arc::new(conversation) };
                self.known.insert(known.conversation.id, known);
            }
        }
        let mut order: Vec<ConversationId> =
            self.known.values().map(|known| &*known.conversation).filter(|c| self.shows(c)).map(|c| c.id).collect();
        order.sort_by_key(|id| Reverse(self.place(*id)));
        self.order = order;
    }

    /// Takes counts that were read at `sequence`.
    pub const fn take_counts(&mut self, counts: InboxCounts, sequence: u64) {
        if sequence >= self.counts_sequence {
            self.counts = counts;
            self.counts_sequence = sequence;
            self.counts_stale = false;
        }
    }

    /// Starts over with a new first page, after too much was missed.
    pub fn replace(&mut self, page: ConversationPage) {
        let search = std::mem::take(&mut self.search);
        *self = Self::new(self.me, self.view, &search, page);
    }

    /// Applies an event. Repeats and events older than a row change nothing.
    pub fn apply(&mut self, sequence: u64, event: &Event) {
        match event {
            Event::MessageCreated { conversation, .. } | Event::ConversationUpdated { conversation } => {
                self.put(sequence, conversation);
            }
            Event::ConversationRead { conversation_id, .. } => {
                if let Some(known) = self.known.get_mut(conversation_id)
                    && known.sequence < sequence
                {
                    known.sequence = sequence;
                    Arc::make_mut(&mut known.conversation).unread = 0;
                }
            }
            Event::ConversationsDeleted { conversation_ids } => {
                for id in conversation_ids {
                    self.remove(sequence, *id);
                }
            }
            Event::MessageUpdated { .. } | Event::SourceUpdated { .. } | Event::WidgetInstalled { .. } => {}
        }
    }

    /// Shows at once what this agent has seen, before the server confirms it.
    pub fn mark_read(&mut self, id: ConversationId) {
        if let Some(known) = self.known.get_mut(&id)
            && known.conversation.unread != 0
        {
            Arc::make_mut(&mut known.conversation).unread = 0;
        }
    }

    fn put(&mut self, sequence: u64, conversation: &Conversation) {
        let id = conversation.id;
        let old = self.known.get(&id);
        if old.is_some_and(|old| old.sequence >= sequence) {
            return;
        }
        if sequence > self.counts_sequence {
            let before = old.map(|old| views_of(&old.conversation, self.me));
            // In the complete list of everything open, what is not there was not open.
            let is_complete = self.view == InboxView::All && self.next.is_none() && self.search.is_empty();
            match before.or(is_complete.then_some([false; 4])) {
                Some(before) => self.count(before, views_of(conversation, self.me)),
                None => self.counts_stale = true,
            }
        }
        let was_shown = self.order.contains(&id);
        self.order.retain(|other| *other != id);
        self.known.insert(id, Known { conversation: Arc::new(conversation.clone()), sequence });
        let is_shown = if was_shown { self.is_in_view(conversation) } else { self.shows(conversation) };
        if is_shown {
            let place = self.place(id);
            let index = self.order.partition_point(|other| self.place(*other) > place);
            self.order.insert(index, id);
        }
        self.forget_surplus();
    }

    fn remove(&mut self, sequence: u64, id: ConversationId) {
        self.order.retain(|other| *other != id);
        let old = self.known.remove(&id);
        if sequence > self.counts_sequence {
            match old {
                Some(old) => self.count(views_of(&old.conversation, self.me), [false; 4]),
                None => self.counts_stale = true,
            }
        }
    }

    fn count(&mut self, before: [bool; 4], after: [bool; 4]) {
        let counts = &mut self.counts;
        let numbers = [&mut counts.mine, &mut counts.unassigned, &mut counts.all, &mut counts.ai];
        for ((number, before), after) in numbers.into_iter().zip(before).zip(after) {
            *number += i64::from(after) - i64::from(before);
        }
    }

    fn is_in_view(&self, conversation: &Conversation) -> bool {
        let [mine, unassigned, all, ai] = views_of(conversation, self.me);
        match self.view {
            InboxView::Mine => mine,
            InboxView::Unassigned => unassigned,
            InboxView::All => all,
            InboxView::Ai => ai,
            InboxView::Resolved => !all,
        }
    }

    /// In the view, matching the search, and not below the last loaded page.
    fn shows(&self, conversation: &Conversation) -> bool {
        let is_loaded = self
            .next
            .is_none_or(|next| (conversation.last_message_at, conversation.id) >= (next.last_message_at, next.id));
        is_loaded && self.is_in_view(conversation) && self.is_found(conversation)
    }

    fn is_found(&self, conversation: &Conversation) -> bool {
        self.search.is_empty()
            || conversation.contact.name.to_lowercase().contains(&self.search)
            || conversation.preview.to_lowercase().contains(&self.search)
            || conversation.contact.email.as_ref().is_some_and(|email| email.to_lowercase().contains(&self.search))
            || conversation.number.to_string() == self.search.trim_start_matches('#')
    }

    fn place(&self, id: ConversationId) -> (Timestamp, ConversationId) {
        let time = self.known.get(&id).map_or(Timestamp(0), |known| known.conversation.last_message_at);
        (time, id)
    }

    /// What is not shown is kept for the numbers only, and not for ever.
    fn forget_surplus(&mut self) {
        if self.known.len() > self.order.len() + REMEMBERED {
            let order: std::collections::HashSet<_> = self.order.iter().copied().collect();
            self.known.retain(|id, _| order.contains(id));
        }
    }
}

/// Which counted views a conversation is in: mine, unassigned, all, AI.
fn views_of(conversation: &Conversation, me: UserId) -> [bool; 4] {
    let is_active = conversation.status != ConversationStatus::Resolved;
    let is_open = conversation.status == ConversationStatus::Open;
    [
        is_active && conversation.assigned.as_ref().is_some_and(|person| person.id == me),
        is_open && conversation.assigned.is_none(),
        is_active,
        conversation.status == ConversationStatus::Pending,
    ]
}
