//! Live news for the dashboard: one socket for the signed-in page, events for
//! whoever subscribes, and passing hints (typing, presence, answers being written) as signals.
//!
//! On the server all of it is silent; the socket exists in the browser alone.

#[cfg(any(feature = "hydrate", test))]
mod log;
#[cfg(feature = "hydrate")]
mod socket;

use leptos::prelude::*;
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};
use types::{
    ContactId, ConversationId, MessageId, Timestamp, UserId,
    inbox::SenderType,
    realtime::{Event, ServerFrame},
};

/// Seconds after which somebody who was writing is taken to have stopped.
const TYPING_SECONDS: i64 = 6;
/// Seconds after which an answer that does not go on is taken to be given up.
const STREAM_SECONDS: i64 = 30;
/// How long the socket may be away before the person is told.
const QUIET: Duration = Duration::from_secs(3);

/// How the socket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Not there yet, or away and trying again.
    Lost,
    /// Events arrive as they happen.
    Live,
    /// The session has ended; it does not try again.
    SignedOut,
    /// The server is newer than this page; it does not try again.
    Outdated,
}

/// Somebody who is writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typist {
    /// Contact, agent or AI.
    pub sender_type: SenderType,
    /// Name to show; empty for the contact.
    pub name: String,
    until: Timestamp,
}

/// An answer of the AI that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Id that the finished message will have.
    pub message_id: MessageId,
    /// The text so far.
    pub text: String,
    until: Timestamp,
}

/// Live news; get it with `expect_context::<Realtime>()` below the signed-in layout.
#[derive(Clone, Copy)]
pub struct Realtime {
    /// How the socket stands.
    pub connection: RwSignal<Connection>,
    /// The socket has been away for long enough to say so.
    pub is_troubled: RwSignal<bool>,
    /// Counts up when too much was missed: pages take a new snapshot.
    pub reloads: RwSignal<u32>,
    /// Messages of contacts that came while the page was hidden.
    pub missed: RwSignal<u32>,
    /// Users with an open dashboard.
    pub online: RwSignal<HashSet<UserId>>,
    typists: RwSignal<HashMap<ConversationId, Vec<Typist>>>,
    streams: RwSignal<HashMap<ConversationId, Stream>>,
    visitors: RwSignal<HashSet<ContactId>>,
    newest: StoredValue<u64>,
}

/// Sets up the live news for everything below and, in the browser, connects.
/// To be called once, in the layout of the signed-in pages.
pub fn provide_realtime() -> Realtime {
    let realtime = Realtime {
        connection: RwSignal::new(Connection::Lost),
        is_troubled: RwSignal::new(false),
        reloads: RwSignal::new(0),
        missed: RwSignal::new(0),
        online: RwSignal::new(HashSet::new()),
        typists: RwSignal::new(HashMap::new()),
        streams: RwSignal::new(HashMap::new()),
        visitors: RwSignal::new(HashSet::new()),
        newest: StoredValue::new(0),
    };
    provide_context(realtime);
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        realtime.watch_connection();
        socket::start(realtime);
        let online = window_event_listener_untyped("online", |_| socket::wake());
        let visible = window_event_listener_untyped("visibilitychange", move |_| {
            if !document().hidden() {
                realtime.missed.set(0);
                socket::wake();
            }
        });
        on_cleanup(move || {
            online.remove();
            visible.remove();
            socket::stop();
        });
    });
    realtime
}

/// A listener; it ends when the component that made it is gone.
#[derive(Clone, Copy, Debug)]
pub struct Subscription(
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser listens"))] u64,
);

impl Subscription {
    /// Stops listening.
    pub fn end(self) {
        #[cfg(feature = "hydrate")]
        socket::unsubscribe(self.0);
    }
}

impl Realtime {
    /// Calls `handler` with every event after the snapshot `after` (or from
    /// now on), in order. An event may come again after a reconnect: whoever
    /// keeps state ignores numbers it has seen. Does nothing on the server.
    #[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only the browser listens"))]
    #[must_use]
    pub fn subscribe(self, after: Option<u64>, handler: impl Fn(u64, &Event) + 'static) -> Subscription {
        #[cfg(feature = "hydrate")]
        return Subscription(socket::subscribe(after, std::rc::Rc::new(handler)));
        #[cfg(not(feature = "hydrate"))]
        Subscription(0)
    }

    /// Tells the others that this agent is writing, or stopped.
    #[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only the browser has a socket"))]
    pub fn send_typing(self, conversation_id: ConversationId, is_typing: bool) {
        #[cfg(feature = "hydrate")]
        socket::send(types::realtime::ClientFrame::Typing { conversation_id, is_typing });
    }

    /// Who is writing in a conversation.
    #[must_use]
    pub fn typists(self, id: ConversationId) -> Vec<Typist> {
        self.typists.with(|typists| typists.get(&id).cloned().unwrap_or_default())
    }

    /// The answer that is being written in a conversation.
    #[must_use]
    pub fn stream(self, id: ConversationId) -> Option<Stream> {
        self.streams.with(|streams| streams.get(&id).cloned())
    }

    /// Whether a contact has the widget open.
    #[must_use]
    pub fn is_online(self, id: ContactId) -> bool {
        self.visitors.with(|visitors| visitors.contains(&id))
    }
}

#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser hears anything"))]
impl Realtime {
    fn set_connection(self, connection: Connection) {
        if self.connection.get_untracked() != connection {
            self.connection.set(connection);
            if connection != Connection::Live {
                self.forget_hints();
            }
        }
    }

    /// Hints belong to one socket: what nobody updates any more would stay on
    /// the screen for ever, and a new socket is told afresh.
    fn forget_hints(self) {
        self.typists.update(HashMap::clear);
        self.streams.update(HashMap::clear);
        self.visitors.update(HashSet::clear);
    }

    /// Says so after a while without a socket, and takes it back at once.
    fn watch_connection(self) {
        Effect::new(move || match self.connection.get() {
            Connection::Live => self.is_troubled.set(false),
            Connection::SignedOut | Connection::Outdated => self.is_troubled.set(true),
            Connection::Lost => set_timeout(
                move || {
                    if self.connection.try_get_untracked() == Some(Connection::Lost) {
                        self.is_troubled.set(true);
                    }
                },
                QUIET,
            ),
        });
    }

    /// Notes what an event means for the hints; subscribers get it afterwards.
    fn take_event(self, sequence: u64, event: &Event) {
        let Event::MessageCreated { message, .. } = event else { return };
        let id = message.conversation_id;
        let is_written = |streams: &HashMap<_, Stream>| streams.get(&id).is_some_and(|s| s.message_id == message.id);
        if self.streams.with_untracked(is_written) {
            self.streams.update(|streams| drop(streams.remove(&id)));
        }
        self.stop_typing(id, message.sender_type, &message.sender_name);
        let is_new = self.newest.get_value() < sequence;
        self.newest.update_value(|newest| *newest = sequence.max(*newest));
        if is_new && message.sender_type == SenderType::Contact && document().hidden() {
            self.missed.update(|missed| *missed += 1);
        }
    }

    /// Takes a frame that is not stored and may get lost.
    fn take_hint(self, frame: ServerFrame) {
        match frame {
            ServerFrame::Typing { conversation_id, sender_type, name, is_typing } => {
                self.stop_typing(conversation_id, sender_type, &name);
                if is_typing {
                    let until = Timestamp::now().plus_seconds(TYPING_SECONDS);
                    self.typists.update(|typists| {
                        typists.entry(conversation_id).or_default().push(Typist { sender_type, name, until });
                    });
                    self.sweep_after(TYPING_SECONDS);
                }
            }
            ServerFrame::AnswerDelta { conversation_id, message_id, text } => {
                self.stop_typing(conversation_id, SenderType::Ai, "");
                let until = Timestamp::now().plus_seconds(STREAM_SECONDS);
                self.streams.update(|streams| {
                    // No words take back what was written.
                    if text.is_empty() {
                        streams.remove(&conversation_id);
                    } else {
                        streams.insert(conversation_id, Stream { message_id, text, until });
                    }
                });
                self.sweep_after(STREAM_SECONDS);
            }
            ServerFrame::Presence { online } => self.online.set(online.into_iter().collect()),
            ServerFrame::ContactPresence { contact_id, is_online } => self.visitors.update(|visitors| {
                if is_online {
                    visitors.insert(contact_id);
                } else {
                    visitors.remove(&contact_id);
                }
            }),
            ServerFrame::ContactsOnline { contacts } => self.visitors.set(contacts.into_iter().collect()),
            _ => {}
        }
    }

    fn stop_typing(self, id: ConversationId, sender_type: SenderType, name: &str) {
        let is_same = |typist: &Typist| {
            typist.sender_type == sender_type && (sender_type != SenderType::Agent || typist.name == name)
        };
        if self.typists.with_untracked(|typists| typists.get(&id).is_some_and(|list| list.iter().any(is_same))) {
            self.typists.update(|typists| {
                if let Some(list) = typists.get_mut(&id) {
                    list.retain(|typist| !is_same(typist));
                }
            });
        }
    }

    /// Forgets what has run out, a moment after it does.
    fn sweep_after(self, seconds: i64) {
        let wait = Duration::from_millis(u64::try_from(seconds * 1_000 + 50).unwrap_or_default());
        set_timeout(
            move || {
                let now = Timestamp::now();
                let has_old = |typists: &HashMap<_, Vec<Typist>>| typists.values().flatten().any(|t| t.until <= now);
                if self.typists.try_with_untracked(has_old) == Some(true) {
                    self.typists.update(|typists| {
                        for list in typists.values_mut() {
                            list.retain(|typist| typist.until > now);
                        }
                        typists.retain(|_, list| !list.is_empty());
                    });
                }
                let has_old = |streams: &HashMap<_, Stream>| streams.values().any(|stream| stream.until <= now);
                if self.streams.try_with_untracked(has_old) == Some(true) {
                    self.streams.update(|streams| streams.retain(|_, stream| stream.until > now));
                }
            },
            wait,
        );
    }
}

/// The quiet line at the top that says when the page is not live.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let realtime = expect_context::<Realtime>();
    view! {
        <div class="connection-banner" role="status">
            <Show when=move || realtime.is_troubled.get()>
                {move || match realtime.connection.get() {
                    Connection::SignedOut => view! {
                        <p class="connection-banner-line">
                            "Your session has ended. " <a href="/login" rel="external">"Sign in again"</a>
                        </p>
                    }.into_any(),
                    Connection::Outdated => view! {
                        <p class="connection-banner-line">
                            "Omnichat has been updated. " <a href="" rel="external">"Reload the page"</a>
                        </p>
                    }.into_any(),
                    _ => view! {
                        <p class="connection-banner-line">
                            <span class="connection-banner-dot" aria-hidden="true"></span>
                            "Reconnecting… What you see may be a little behind; what you write is kept."
                        </p>
                    }.into_any(),
                }}
            </Show>
        </div>
    }
}
