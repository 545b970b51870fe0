//! What an agent does to a conversation. Everything shows at once; when the
//! server says no it is taken back and the reason is shown.

use super::{
    state::{ConversationState, Outgoing},
    store::Inbox,
};
use leptos::{prelude::*, task::spawn_local};
use types::{
    ClientId, Result, Timestamp, UserId,
    inbox::{Conversation, ConversationStatus},
};

type State = ArcRwSignal<ConversationState>;

impl Inbox {
    /// Sends a reply or leaves a note.
    pub fn send(self, state: &State, content: String, is_note: bool) {
        let outgoing =
            Outgoing { client_id: ClientId::random(), content, is_note, created_at: Timestamp::now(), error: None };
        state.update(|state| {
            if !is_note {
                // The server does the same with the reply.
                state.conversation.is_ai_enabled = false;
            }
            state.send(outgoing);
        });
        self.deliver(state.clone());
    }

    /// Sends a failed message again.
    pub fn retry(self, state: &State, client_id: ClientId) {
        if state.try_update(|state| state.retry(client_id)).flatten().is_some() {
            self.deliver(state.clone());
        }
    }

    /// Sends again whatever a lost connection held up.
    pub fn retry_all(self) {
        for state in self.all_open() {
            let held_up: Vec<ClientId> = state.with_untracked(|state| {
                let is_held_up = |outgoing: &&Outgoing| outgoing.error.as_ref().is_some_and(types::Error::is_transient);
                state.outgoing.iter().filter(is_held_up).map(|outgoing| outgoing.client_id).collect()
            });
            for client_id in held_up {
                self.retry(&state, client_id);
            }
        }
    }

    /// Gives the server one message after the other.
    fn deliver(self, state: State) {
        let id = state.with_untracked(ConversationState::id);
        if self.sending.try_update_value(|sending| sending.insert(id)) != Some(true) {
            return; // The one on its way takes the others with it.
        }
        spawn_local(async move {
            while let Some(outgoing) = state.with_untracked(ConversationState::next_outgoing) {
                let client_id = outgoing.client_id;
                match api::inbox::send_reply(id, client_id, outgoing.content, outgoing.is_note).await {
                    Ok(message) => state.update(|state| state.sent(message)),
                    Err(error) => state.update(|state| state.not_sent(client_id, &error)),
                }
            }
            let _ = self.sending.try_update_value(|sending| sending.remove(&id));
        });
    }

    /// Takes the conversation over from the AI, or gives it back.
    pub fn set_ai(self, state: &State, is_enabled: bool) {
        let me = self.me.get_value();
        self.change(
            state,
            move |conversation| {
                conversation.is_ai_enabled = is_enabled;
                conversation.status = if is_enabled { ConversationStatus::Pending } else { ConversationStatus::Open };
                if !is_enabled && conversation.assigned.is_none() {
                    conversation.assigned = Some(me);
                }
            },
            move |id| api::inbox::set_ai(id, is_enabled),
        );
    }

    /// Resolves the conversation, or opens it again.
    pub fn set_status(self, state: &State, status: ConversationStatus) {
        self.change(
            state,
            move |conversation| conversation.status = status,
            move |id| api::inbox::set_status(id, status),
        );
    }

    /// Resolves an open conversation and opens a resolved one.
    pub fn toggle_resolved(self, state: &State) {
        let status = state.with_untracked(|state| state.conversation.status);
        let to = match status {
            ConversationStatus::Resolved => ConversationStatus::Open,
            _ => ConversationStatus::Resolved,
        };
        self.set_status(state, to);
    }

    /// Assigns the conversation to somebody, or to nobody.
    pub fn assign(self, state: &State, to: Option<UserId>) {
        let person = state.with_untracked(|state| {
            let to = to?;
            state.people.iter().find(|person| person.id == to).cloned()
        });
        self.change(
            state,
            move |conversation| conversation.assigned.clone_from(&person),
            move |id| api::inbox::assign(id, to),
        );
    }

    fn change<F>(
        self,
        state: &State,
        change: impl FnOnce(&mut Conversation),
        call: impl FnOnce(types::ConversationId) -> F + 'static,
    ) where
        F: Future<Output = Result<Conversation>> + 'static,
    {
        let before = state.with_untracked(|state| (state.conversation.clone(), state.sequence));
        state.update(|state| change(&mut state.conversation));
        self.problem.set(None);
        let state = state.clone();
        spawn_local(async move {
            match call(before.0.id).await {
                Ok(now) => state.update(|state| {
                    // An event that came first is at least as new.
                    if state.sequence == before.1 {
                        state.conversation = now;
                    }
                }),
                Err(error) => {
                    state.update(|state| {
                        if state.sequence == before.1 {
                            state.conversation = before.0;
                        }
                    });
                    let _ = self.problem.try_set(Some(error));
                }
            }
        });
    }

    /// Notes that the agent has seen the conversation.
    pub fn mark_read(self, state: &State) {
        let id = state.with_untracked(ConversationState::id);
        state.update(|state| state.conversation.unread = 0);
        self.list.update(|list| {
            if let Some(list) = list {
                list.mark_read(id);
            }
        });
        spawn_local(async move {
            // When it fails, the next message or visit does it again.
            let _ = api::inbox::mark_read(id).await;
        });
    }
}
