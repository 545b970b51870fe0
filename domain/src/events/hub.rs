//! Who listens to what happens, in this process.
//!
//! The hub keeps nothing: the database is the truth and a socket is a hint. A
//! listener that cannot keep up, or that might have missed something, is
//! dropped; it comes back and asks from its last number.

use super::{Numbered, Typing, for_visitor};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::mpsc;
use types::{ContactId, ConversationId, MessageId, SessionId, TenantId, UserId, realtime::ServerFrame};

/// Frames that may wait for one socket before it counts as too slow.
const QUEUE: usize = 256;

/// Who listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// A dashboard: sees everything of its tenant.
    Agent {
        /// The tenant.
        tenant: TenantId,
        /// The user.
        user: UserId,
        /// The sign-in; the socket ends with it.
        session: SessionId,
    },
    /// A widget: sees its own conversations, without what is private.
    Visitor {
        /// The tenant.
        tenant: TenantId,
        /// The contact.
        contact: ContactId,
    },
}

impl Listener {
    /// The tenant that is listened to.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        match self {
            Self::Agent { tenant, .. } | Self::Visitor { tenant, .. } => *tenant,
        }
    }
}

/// A frame on its way to a socket, already encoded.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Number of a stored event; none for what is only of the moment.
    pub sequence: Option<u64>,
    /// A Postcard-encoded [`ServerFrame`].
    pub frame: Arc<[u8]>,
}

/// Everybody who listens. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Hub(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    rooms: Mutex<HashMap<TenantId, Room>>,
    next: AtomicU64,
}

/// The listeners of one tenant.
#[derive(Debug, Default)]
struct Room {
    /// Number of the last event told, once one was.
    last: Option<u64>,
    agents: HashMap<u64, Dashboard>,
    visitors: HashMap<ContactId, HashMap<u64, mpsc::Sender<Outgoing>>>,
}

/// An open dashboard.
#[derive(Debug)]
struct Dashboard {
    user: UserId,
    session: SessionId,
    sender: mpsc::Sender<Outgoing>,
}

/// One listener's frames. Dropping it ends the listening.
#[derive(Debug)]
pub struct Subscription {
    hub: Hub,
    listener: Listener,
    id: u64,
    frames: mpsc::Receiver<Outgoing>,
}

impl Subscription {
    /// The next frame; none when the listener was too slow or may have missed
    /// something, and has to come back.
    pub async fn next(&mut self) -> Option<Outgoing> {
        self.frames.recv().await
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.leave(self.listener, self.id);
    }
}

impl Hub {
    /// Starts listening. Everything told after this call is received.
    #[must_use]
    pub fn join(&self, listener: Listener) -> Subscription {
        let (sender, frames) = mpsc::channel(QUEUE);
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let mut rooms = self.rooms();
        let room = rooms.entry(listener.tenant()).or_default();
        match listener {
            Listener::Agent { user, session, .. } => {
                let is_new = !room.agents.values().any(|other| other.user == user);
                let is_first = room.agents.is_empty();
                let contacts = room.visitors.keys().copied().collect();
                let _ = sender.try_send(encode(None, &ServerFrame::ContactsOnline { contacts }));
                room.agents.insert(id, Dashboard { user, session, sender });
                if is_new {
                    room.tell_presence();
                } else {
                    room.tell_agent_presence(id);
                }
                if is_first {
                    room.tell_visitors(&team_presence(true));
                }
            }
            Listener::Visitor { contact, .. } => {
                // The page learned it from its snapshot; it may have changed since.
                let _ = sender.try_send(team_presence(!room.agents.is_empty()));
                let sockets = room.visitors.entry(contact).or_default();
                sockets.insert(id, sender);
                if sockets.len() == 1 {
                    room.tell_agents(&encode(
                        None,
                        &ServerFrame::ContactPresence { contact_id: contact, is_online: true },
                    ));
                }
            }
        }
        drop(rooms);
        Subscription { hub: self.clone(), listener, id, frames }
    }

    fn leave(&self, listener: Listener, id: u64) {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(&listener.tenant()) else { return };
        match listener {
            Listener::Agent { user, .. } => {
                room.agents.remove(&id);
                if !room.agents.values().any(|other| other.user == user) {
                    room.tell_presence();
                }
                if room.agents.is_empty() {
                    room.tell_visitors(&team_presence(false));
                }
            }
            Listener::Visitor { contact, .. } => {
                let is_gone = room.visitors.get_mut(&contact).is_none_or(|sockets| {
                    sockets.remove(&id);
                    sockets.is_empty()
                });
                if is_gone && room.visitors.remove(&contact).is_some() {
                    room.tell_agents(&encode(
                        None,
                        &ServerFrame::ContactPresence { contact_id: contact, is_online: false },
                    ));
                }
            }
        }
        if room.agents.is_empty() && room.visitors.is_empty() {
            rooms.remove(&listener.tenant());
        }
    }

    /// Tells stored events, in the order of their numbers.
    pub(crate) fn publish(&self, tenant: TenantId, events: Vec<Numbered>) {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(&tenant) else { return };
        for Numbered { sequence, event, contact } in events {
            if room.last.is_some_and(|last| sequence != last + 1) {
                // A commit whose outcome we never learned may lie in between.
                tracing::warn!(%tenant, sequence, "gap in events; listeners start over");
                room.drop_everybody();
            }
            room.last = Some(sequence);
            if let Some(contact) = contact
                && room.visitors.contains_key(&contact)
                && let Some(visible) = for_visitor(&event)
            {
                room.tell_visitor(contact, &encode(Some(sequence), &ServerFrame::Event { sequence, event: visible }));
            }
            if !room.agents.is_empty() {
                room.tell_agents(&encode(Some(sequence), &ServerFrame::Event { sequence, event }));
            }
        }
    }

    /// Tells the other side, and colleagues, that somebody writes.
    pub fn typing(&self, tenant: TenantId, typing: &Typing) {
        use types::inbox::SenderType;
        let frame = encode(
            None,
            &ServerFrame::Typing {
                conversation_id: typing.conversation,
                sender_type: typing.sender,
                name: typing.name.clone(),
                is_typing: typing.is_typing,
            },
        );
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(&tenant) else { return };
        room.tell_agents(&frame);
        if typing.sender != SenderType::Contact {
            room.tell_visitor(typing.contact, &frame);
        }
    }

    /// Tells both sides how far an answer has been written.
    pub fn answer_delta(
        &self,
        tenant: TenantId,
        contact: ContactId,
        conversation_id: ConversationId,
        message_id: MessageId,
        text: String,
    ) {
        let frame = encode(None, &ServerFrame::AnswerDelta { conversation_id, message_id, text });
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(&tenant) else { return };
        room.tell_agents(&frame);
        room.tell_visitor(contact, &frame);
    }

    /// Ends the dashboards' sockets of which `ends` says so; they come back, if they may.
    pub(crate) fn end(&self, ends: impl Fn(TenantId, UserId, SessionId) -> bool) {
        for (tenant, room) in self.rooms().iter_mut() {
            room.agents.retain(|_, dashboard| !ends(*tenant, dashboard.user, dashboard.session));
        }
    }

    /// Ends a visitor's sockets.
    pub(crate) fn end_visitor(&self, contact: ContactId) {
        // Their place stays until they have left it, so that dashboards are told.
        self.rooms().values_mut().filter_map(|room| room.visitors.get_mut(&contact)).for_each(HashMap::clear);
    }

    /// Ends the sockets of a tenant's visitors; they come back, if they may.
    pub(crate) fn end_visitors(&self, tenant: TenantId) {
        if let Some(room) = self.rooms().get_mut(&tenant) {
            room.visitors.values_mut().for_each(HashMap::clear);
        }
    }

    /// Ends every socket of a tenant, those of visitors too.
    pub(crate) fn end_tenant(&self, tenant: TenantId) {
        if let Some(room) = self.rooms().get_mut(&tenant) {
            room.drop_everybody();
        }
    }

    /// Users of a tenant with an open dashboard.
    #[must_use]
    pub fn online(&self, tenant: TenantId) -> Vec<UserId> {
        self.rooms().get(&tenant).map(Room::online).unwrap_or_default()
    }

    /// Sockets that listen, over all tenants.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.rooms()
            .values()
            .map(|room| room.agents.len() + room.visitors.values().map(HashMap::len).sum::<usize>())
            .sum()
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<TenantId, Room>> {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    // A full queue means a socket that is too slow: without its sender the
    // subscription ends and the client comes back.
    fn tell_agents(&mut self, out: &Outgoing) {
        self.agents.retain(|_, dashboard| dashboard.sender.try_send(out.clone()).is_ok());
    }

    fn tell_visitor(&mut self, contact: ContactId, out: &Outgoing) {
        if let Some(sockets) = self.visitors.get_mut(&contact) {
            sockets.retain(|_, sender| sender.try_send(out.clone()).is_ok());
        }
    }

    fn tell_visitors(&mut self, out: &Outgoing) {
        for sockets in self.visitors.values_mut() {
            sockets.retain(|_, sender| sender.try_send(out.clone()).is_ok());
        }
    }

    fn tell_presence(&mut self) {
        let frame = encode(None, &ServerFrame::Presence { online: self.online() });
        self.tell_agents(&frame);
    }

    fn tell_agent_presence(&self, id: u64) {
        if let Some(dashboard) = self.agents.get(&id) {
            let _ = dashboard.sender.try_send(encode(None, &ServerFrame::Presence { online: self.online() }));
        }
    }

    fn drop_everybody(&mut self) {
        self.agents.clear();
        self.visitors.clear();
    }

    fn online(&self) -> Vec<UserId> {
        let users: HashSet<UserId> = self.agents.values().map(|dashboard| dashboard.user).collect();
        let mut users: Vec<UserId> = users.into_iter().collect();
        users.sort_unstable();
        users
    }
}

fn team_presence(is_online: bool) -> Outgoing {
    encode(None, &ServerFrame::TeamPresence { is_online })
}

pub(super) fn encode(sequence: Option<u64>, frame: &ServerFrame) -> Outgoing {
    let bytes = postcard::to_stdvec(frame).unwrap_or_else(|error| {
        // Frames are plain data; if one cannot be written the client starts over.
        tracing::error!(%error, "frame cannot be encoded");
        postcard::to_stdvec(&ServerFrame::Reload).unwrap_or_default()
    });
    Outgoing { sequence, frame: bytes.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_greeting_names_everybody_and_both_sides_see_each_other() {
        let hub = Hub::default();
        let tenant = TenantId::new();
        let mut visitors: Vec<Subscription> =
            (0..QUEUE * 4).map(|_| hub.join(Listener::Visitor { tenant, contact: ContactId::new() })).collect();
        let mut agent = hub.join(Listener::Agent { tenant, user: UserId::new(), session: SessionId::new() });
        let frame = |out: Option<Outgoing>| postcard::from_bytes::<ServerFrame>(&out.unwrap().frame).unwrap();
        let ServerFrame::ContactsOnline { contacts } = frame(agent.next().await) else { panic!("no greeting") };
        assert_eq!(contacts.len(), visitors.len());
        assert!(matches!(frame(agent.next().await), ServerFrame::Presence { online } if online.len() == 1));
        let visitor = visitors.first_mut().unwrap();
        for expected in [false, true] {
            assert_eq!(frame(visitor.next().await), ServerFrame::TeamPresence { is_online: expected });
        }
        drop(agent);
        assert_eq!(frame(visitor.next().await), ServerFrame::TeamPresence { is_online: false });
    }

    #[tokio::test]
    async fn who_is_too_slow_or_missed_something_has_to_come_back() {
        let hub = Hub::default();
        let (tenant, contact) = (TenantId::new(), ContactId::new());
        let event = |sequence| Numbered {
            sequence,
            contact: Some(contact),
            event: types::realtime::Event::ConversationRead {
                conversation_id: ConversationId(uuid::Uuid::nil()),
                message_id: MessageId::new(),
            },
        };
        let mut widget = hub.join(Listener::Visitor { tenant, contact });
        assert_eq!(widget.next().await.unwrap().sequence, None, "the greeting");
        hub.publish(tenant, vec![event(5), event(6)]);
        assert_eq!(widget.next().await.and_then(|out| out.sequence), Some(5));
        assert_eq!(widget.next().await.and_then(|out| out.sequence), Some(6));
        hub.publish(tenant, vec![event(8)]);
        assert!(widget.next().await.is_none(), "7 is missing");
        let mut widget = hub.join(Listener::Visitor { tenant, contact });
        let _greeting = widget.next().await;
        for sequence in 9..9 + 2 * QUEUE as u64 {
            hub.publish(tenant, vec![event(sequence)]);
        }
        let mut told = 0;
        while widget.next().await.is_some() {
            told += 1;
        }
        assert_eq!(told, QUEUE, "what fits is told, then the socket has to come back");
    }
}
