//! The live line to the server: events in order and once, answers as they are
//! written, typing both ways. It comes back by itself when it breaks.

use crate::timer::spawn;
use crate::{
    page, session,
    state::{self, App},
    storage, timer,
};
use futures::{
    SinkExt, StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    future::{Either, select},
};
use gloo_net::websocket::{Message as Frame, futures::WebSocket};
use std::cell::{Cell, RefCell};
use types::{
    ConversationId, Error, ErrorCode,
    inbox::SenderType,
    realtime::{ClientFrame, Event, HEARTBEAT_SECONDS, PROTOCOL_VERSION, ServerFrame},
    widgets::WidgetAppearance,
};

thread_local! {
    static SEQUENCE: Cell<u64> = const { Cell::new(0) };
    static ORDERS: RefCell<Option<UnboundedSender<Order>>> = const { RefCell::new(None) };
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
    static HAS_PULSE: Cell<bool> = const { Cell::new(false) };
    static LAST_TYPED: Cell<f64> = const { Cell::new(0.0) };
    static TYPIST: Cell<u32> = const { Cell::new(0) };
}

/// Seconds after which somebody who was typing is taken to have stopped.
const TYPING_SECONDS: u32 = 6;

enum Order {
    Send(ClientFrame),
    Pulse,
    Drop,
}

enum End {
    /// The line broke: come back from the last number.
    Lost,
    /// Too much was missed: fetch the conversation first.
    Stale,
    /// The server does not want us.
    Refused,
}

/// Notes the event number up to which the screen is right.
pub fn set_sequence(sequence: u64) {
    SEQUENCE.set(sequence);
}

/// Opens the line, unless it is open.
pub fn start(app: App) {
    if IS_RUNNING.replace(true) {
        return;
    }
    if !HAS_PULSE.replace(true) {
        timer::every(HEARTBEAT_SECONDS * 1000, || order(Order::Pulse));
    }
    spawn(async move {
        follow(app).await;
        ORDERS.set(None);
        IS_RUNNING.set(false);
    });
}

/// Closes the line: there is no conversation any more.
pub fn stop() {
    SEQUENCE.set(0);
    order(Order::Drop);
    timer::wake();
}

/// The network is back: a line that has not noticed its end is of no use.
pub fn renew() {
    order(Order::Drop);
    timer::wake();
}

/// Says that the visitor is writing, or has stopped; not more often than needed.
pub fn typing(app: App, is_typing: bool) {
    let now = js_sys::Date::now();
    let since = now - LAST_TYPED.get();
    let is_due = if is_typing { since > 3000.0 } else { since < f64::from(TYPING_SECONDS * 1000) };
    if let (true, Some(conversation_id)) = (is_due, app.conversation_id()) {
        LAST_TYPED.set(if is_typing { now } else { 0.0 });
        order(Order::Send(ClientFrame::Typing { conversation_id, is_typing }));
    }
}

fn order(order: Order) {
    ORDERS.with_borrow(|orders| {
        if let Some(orders) = orders {
            // Nobody listens between two lines; then there is nothing to order.
            let _ = orders.unbounded_send(order);
        }
    });
}

async fn follow(app: App) {
    let age = session::age();
    let mut tries = 0;
    while session::age() == age && app.conversation_id().is_some() {
        let Some(token) = storage::token() else { return };
        session::renew();
        let (sender, orders) = unbounded();
        ORDERS.set(Some(sender));
        let end = hold(app, token, orders, &mut tries).await;
        app.typing.set(None);
        if session::age() != age {
            return;
        }
        match end {
            End::Refused => return,
            End::Stale => {
                if let Err(error) = session::snapshot(app, age).await {
                    session::trouble(app, error);
                }
            }
            // A line that breaks comes back by itself; only when it does not, the visitor should know.
            End::Lost if tries > 0 || !page::is_online() => {
                session::trouble(app, Error::new(ErrorCode::Network, "The server cannot be reached."));
            }
            End::Lost => {}
        }
        timer::pause(timer::backoff(tries)).await;
        tries += 1;
    }
}

async fn hold(app: App, token: String, mut orders: UnboundedReceiver<Order>, tries: &mut u32) -> End {
    let Some(rest) = app.settings.server.strip_prefix("http") else { return End::Refused };
    let address = ["ws", rest, "/ws/widget?v=", &PROTOCOL_VERSION.to_string()].concat();
    let Ok(mut line) = WebSocket::open(&address) else { return End::Refused };
    let hello = ClientFrame::Hello { token: Some(token), after: Some(SEQUENCE.get()) };
    if write(&mut line, &hello).await.is_none() {
        return End::Lost;
    }
    let mut heard = js_sys::Date::now();
    loop {
        match select(line.next(), orders.next()).await {
            Either::Left((Some(Ok(frame)), _)) => {
                heard = js_sys::Date::now();
                if let Some(end) = take(app, &frame, tries) {
                    return end;
                }
            }
            Either::Left(_) => return End::Lost,
            Either::Right((Some(Order::Send(frame)), _)) => {
                if write(&mut line, &frame).await.is_none() {
                    return End::Lost;
                }
            }
            Either::Right((Some(Order::Pulse), _)) => {
                let silence = js_sys::Date::now() - heard;
                if silence > f64::from(HEARTBEAT_SECONDS * 2 * 1000 + 5000)
                    || write(&mut line, &ClientFrame::Ping).await.is_none()
                {
                    return End::Lost;
                }
            }
            Either::Right((Some(Order::Drop) | None, _)) => return End::Lost,
        }
    }
}

async fn write(line: &mut WebSocket, frame: &ClientFrame) -> Option<()> {
    let bytes = postcard::to_stdvec(frame).ok()?;
    line.send(Frame::Bytes(bytes)).await.ok()
}

fn take(app: App, frame: &Frame, tries: &mut u32) -> Option<End> {
    let Frame::Bytes(bytes) = frame else { return None };
    // A frame from a newer server that this bundle does not know is passed over.
    let frame: ServerFrame = postcard::from_bytes(bytes).ok()?;
    match frame {
        ServerFrame::Ready { sequence } => {
            *tries = 0;
            SEQUENCE.set(SEQUENCE.get().max(sequence));
            session::clear_trouble(app);
        }
        ServerFrame::Event { sequence, event } => {
            if sequence > SEQUENCE.get() {
                SEQUENCE.set(sequence);
                apply(app, event);
            }
        }
        ServerFrame::Typing { conversation_id, sender_type, name, is_typing } => {
            if sender_type != SenderType::Contact && app.conversation_id() == Some(conversation_id) {
                if sender_type == SenderType::Agent {
                    show_presence(app, true);
                }
                show_typing(app, is_typing.then_some(name));
            }
        }
        ServerFrame::AnswerDelta { conversation_id, message_id, text } => {
            if app.conversation_id() == Some(conversation_id) {
                app.put_stream(message_id, conversation_id, text);
            }
        }
        ServerFrame::Reload => return Some(End::Stale),
        ServerFrame::Refused(error) => {
            if error.is_transient() {
                return Some(End::Lost);
            }
            if error.code == ErrorCode::Unauthenticated {
                session::forget_token();
            } else {
                session::trouble(app, error);
            }
            return Some(End::Refused);
        }
        ServerFrame::TeamPresence { is_online } => show_presence(app, is_online),
        // Told to dashboards.
        ServerFrame::Presence { .. } | ServerFrame::ContactPresence { .. } | ServerFrame::ContactsOnline { .. } => {}
        ServerFrame::Pong => {}
    }
    None
}

fn apply(app: App, event: Event) {
    let ours: Option<ConversationId> = app.conversation_id();
    if event.conversation_id().is_none() || event.conversation_id() != ours {
        return;
    }
    match event {
        Event::MessageCreated { conversation, message } => {
            app.take_conversation(&conversation);
            if message.is_note {
                return;
            }
            if message.sender_type != SenderType::Contact {
                // A stream with this id is replaced; one with another id was given up.
                let is_news = app.put(message.as_ref().clone());
                app.drop_streams();
                // Otherwise a snapshot has brought it a moment ago.
                if is_news {
                    session::announce(app, &message);
                }
            } else {
                if let Some(client_id) = message.client_id {
                    storage::unqueue(client_id);
                }
                app.put(*message);
            }
        }
        Event::MessageUpdated { message } => {
            app.change(state::key(&message), |shown| shown.message = *message);
        }
        Event::ConversationUpdated { conversation } => app.take_conversation(&conversation),
        Event::ConversationRead { message_id, .. } => app.talk.update(|talk| {
            if let Some(talk) = talk {
                talk.read_up_to = talk.read_up_to.max(Some(message_id));
            }
        }),
        Event::SourceUpdated { .. } | Event::WidgetInstalled { .. } | Event::ConversationsDeleted { .. } => {}
    }
}

fn show_presence(app: App, is_online: bool) {
    let is_news = |known: &WidgetAppearance| known.is_team_online != is_online;
    if app.appearance.with_untracked(|known| known.as_ref().is_some_and(is_news)) {
        app.appearance.update(|known| {
            if let Some(known) = known {
                known.is_team_online = is_online;
            }
        });
    }
}

fn show_typing(app: App, who: Option<String>) {
    let turn = TYPIST.get().wrapping_add(1);
    TYPIST.set(turn);
    let is_writing = who.is_some();
    app.typing.set(who);
    if is_writing {
        timer::after(TYPING_SECONDS * 1000, move || {
            if TYPIST.get() == turn {
                app.typing.set(None);
            }
        });
    }
}
