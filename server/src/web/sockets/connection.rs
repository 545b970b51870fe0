//! The life of one socket: hello, what was missed, then live.

use super::{
    super::{State, accept::Place, budget::Budget},
    link::{End, Link},
    seats::{Holder, Seat, Waiting},
};
use axum::extract::ws::WebSocket;
use domain::{
    Network,
    accounts::{ACCESS_SECONDS, Caller, Member, Permit, ReadInbox, check_still_in},
    events::{self, Listener, Replay, Subscription},
    inbox::{self, Written},
    rates::{Limit, Subject, Who},
    widgets::{self, Visitor},
};
use std::time::Duration;
use tokio::time::Instant;
use types::{
    ConversationId, Error, ErrorCode,
    realtime::{ClientFrame, ServerFrame},
};

/// Time for the first frame.
const HELLO: Duration = Duration::from_secs(10);
/// A client sends a ping every 25 seconds; one that is silent for so long is gone.
const SILENCE: Duration = Duration::from_secs(60);
/// Typing marks that are passed on: at once, and a second. More do no harm and are dropped.
const TYPING: (f32, f32) = (6.0, 2.0);

/// How a client came in.
#[derive(Debug)]
pub enum Entry {
    /// By the dashboard's cookie, if it was valid.
    Agent(Result<Caller, Error>),
    /// By the widget, from a page of this origin.
    Visitor {
        /// Origin of the page, when a browser told it.
        origin: Option<String>,
    },
}

/// Who is at the other end.
#[derive(Debug)]
enum Client {
    Agent(Member),
    Visitor(Visitor),
}

/// Where a socket stands: what it holds, and when it loses it.
#[derive(Debug)]
pub struct Seated {
    /// The network that it comes from.
    pub network: Network,
    /// The place of its connection.
    pub place: Option<Place>,
    /// The place that it has until it says hello.
    pub waiting: Option<Waiting>,
}

impl Seated {
    /// Waits until the connection is needed for somebody else.
    async fn taken_away(&self) {
        match &self.place {
            Some(place) => place.taken_away().await,
            None => std::future::pending().await,
        }
    }
}

/// Everything that an open socket holds.
struct Session {
    client: Client,
    /// Where it has written, so that the database is asked once.
    written: Written,
    subscription: Subscription,
    // Number up to which the client has been told everything.
    told: u64,
    _seat: Seat,
}

/// Serves a socket until its end.
pub async fn run(socket: WebSocket, state: &State, entry: Result<Entry, Error>, mut seated: Seated) {
    let mut link = Link::new(socket);
    // What the beginning needs is given back before the long wait.
    let session = match entry {
        Ok(entry) => Box::pin(begin(&mut link, state, entry, &mut seated)).await,
        Err(error) => Err(End::Refused(error)),
    };
    let end = match session {
        Ok(mut session) => live(&mut link, state, &mut session, &seated).await,
        Err(end) => end,
    };
    if let End::Refused(error) = &end {
        tracing::debug!(code = %error.code, "socket refused");
    }
    Box::pin(link.close(end)).await;
}

async fn begin(link: &mut Link, state: &State, entry: Entry, seated: &mut Seated) -> Result<Session, End> {
    let hello = tokio::select! {
        () = state.sockets.stop().cancelled() => return Err(End::Stopping),
        () = seated.taken_away() => return Err(End::ComeBack),
        hello = tokio::time::timeout(HELLO, link.receive()) => hello,
    };
    let Ok(hello) = hello else {
        return Err(End::Refused(Error::invalid("No hello came within 10 seconds. Reload the page.")));
    };
    let ClientFrame::Hello { token, after } = hello? else {
        return Err(End::Refused(Error::invalid(
            "The first frame must be a hello. Reload the page; the client may be outdated.",
        )));
    };
    let client = identify(state, &entry, token.as_deref(), seated.network).await.map_err(End::Refused)?;
    let (listener, person) = match &client {
        Client::Agent(member) => {
            let (tenant, user, session) = (member.tenant(), member.user(), member.session());
            (Listener::Agent { tenant, user, session }, Holder::User(user))
        }
        Client::Visitor(visitor) => (
            Listener::Visitor { tenant: visitor.tenant(), contact: visitor.contact() },
            Holder::Visitor(visitor.contact()),
        ),
    };
    if let Client::Visitor(visitor) = &client {
        // Coming and going is told to the dashboards each time.
        let left = state.product.rates().take(Subject::Arrival(visitor.contact()));
        left.check().map_err(End::Refused)?;
    }
    let (tenant, network) = (listener.tenant(), seated.network);
    let seat = state.sockets.take(tenant, person, network).map_err(|error| {
        state.product.rates().note(Limit::Sockets, Who::Network(network), Some(tenant));
        End::Refused(error)
    })?;
    seated.waiting = None;
    // First join, then read: what happens in between comes twice and is told once.
    let subscription = state.product.hub().join(listener);
    // What ended before it could be told here is asked for once more.
    match &client {
        Client::Agent(member) => check_still_in(&state.product, member).map_err(|_| End::ComeBack)?,
        Client::Visitor(_) => drop(identify(state, &entry, token.as_deref(), network).await.map_err(End::Refused)?),
    }
    let told = catch_up(link, state, &listener, after).await?;
    Ok(Session { client, written: Written::default(), subscription, told, _seat: seat })
}

async fn identify(state: &State, entry: &Entry, token: Option<&str>, network: Network) -> Result<Client, Error> {
    match entry {
        Entry::Agent(caller) => {
            let caller = caller.as_ref().map_err(Clone::clone)?;
            // What is told on this socket is the inbox.
            let _permit: Permit<ReadInbox> = caller.permit()?;
            Ok(Client::Agent(caller.member()?))
        }
        Entry::Visitor { origin } => {
            let token = token.ok_or_else(|| {
                Error::new(ErrorCode::Unauthenticated, "The hello has no visitor token. Start a visit first.")
            })?;
            let visitor = widgets::visitor(&state.product, token, origin.as_deref()).await?;
            Ok(Client::Visitor(visitor.from_network(network)))
        }
    }
}

/// Sends what was missed, and gives the number up to which that is.
async fn catch_up(link: &mut Link, state: &State, listener: &Listener, after: Option<u64>) -> Result<u64, End> {
    let refuse = |error: domain::Error| End::Refused(error.into());
    let sequence = match after {
        Some(after) => match events::replay(&state.product, listener, after).await.map_err(refuse)? {
            Replay::Frames { frames, sequence } => {
                for frame in frames {
                    link.pass_on(frame).await?;
                }
                sequence
            }
            Replay::TooOld => {
                link.send(&ServerFrame::Reload).await?;
                return Err(End::Reload);
            }
        },
        None => {
            let read = state.product.db().tenant(listener.tenant(), async |tx| events::latest(tx).await);
            read.await.map_err(refuse)?
        }
    };
    link.send(&ServerFrame::Ready { sequence }).await?;
    Ok(sequence)
}

async fn live(link: &mut Link, state: &State, session: &mut Session, seated: &Seated) -> End {
    let mut typing = Budget::new(TYPING.0, TYPING.1);
    let mut heard = Instant::now();
    // A session that was ended elsewhere is found out when the client comes back with its cookie.
    let leave = match session.client {
        Client::Agent(_) => Instant::now() + Duration::from_secs(ACCESS_SECONDS.unsigned_abs()),
        Client::Visitor(_) => Instant::now() + Duration::from_secs(24 * 3600),
    };
    let check = tokio::time::sleep_until(heard + SILENCE);
    tokio::pin!(check);
    let stop = state.sockets.stop().clone();
    loop {
        let step = tokio::select! {
            () = stop.cancelled() => Err(End::Stopping),
            () = seated.taken_away() => Err(End::ComeBack),
            outgoing = session.subscription.next() => match outgoing {
                // Told already, while catching up.
                Some(outgoing) if outgoing.sequence.is_some_and(|sequence| sequence <= session.told) => Ok(()),
                Some(outgoing) => link.pass_on(outgoing).await,
                None => Err(End::ComeBack),
            },
            frame = link.receive() => match frame {
                Ok(frame) => {
                    heard = Instant::now();
                    take(link, state, session, frame, &mut typing).await
                }
                Err(end) => Err(end),
            },
            () = &mut check => {
                let now = Instant::now();
                if now >= heard + SILENCE || now >= leave {
                    Err(End::ComeBack)
                } else {
                    check.as_mut().reset((heard + SILENCE).min(leave));
                    Ok(())
                }
            }
        };
        if let Err(end) = step {
            return end;
        }
    }
}

async fn take(
    link: &mut Link,
    state: &State,
    session: &mut Session,
    frame: ClientFrame,
    typing: &mut Budget,
) -> Result<(), End> {
    match frame {
        ClientFrame::Ping => link.send(&ServerFrame::Pong).await,
        ClientFrame::Typing { conversation_id, is_typing } => {
            if typing.spend(1.0) {
                Box::pin(tell_typing(state, session, conversation_id, is_typing)).await;
            }
            Ok(())
        }
        ClientFrame::Hello { .. } => {
            Err(End::Refused(Error::invalid("A socket says hello once. Open a new one for another snapshot.")))
        }
    }
}

/// Who may not see the conversation is not told so: nothing is shown to anybody.
async fn tell_typing(state: &State, session: &mut Session, conversation: ConversationId, is_typing: bool) {
    let (product, written) = (&state.product, &mut session.written);
    let told = match &session.client {
        Client::Agent(member) => match member.permit() {
            Ok(permit) => inbox::agent_typing(product, &permit, written, conversation, is_typing).await,
            Err(refused) => Err(refused.into()),
        },
        Client::Visitor(visitor) => inbox::visitor_typing(product, visitor, written, conversation, is_typing).await,
    };
    if let Err(error) = told {
        tracing::debug!(%error, "typing was not told");
    }
}
