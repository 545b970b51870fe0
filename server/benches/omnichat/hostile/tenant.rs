//! The well-behaved tenant: an agent who reads, visitors who write and ask, and new ones who come.

use super::wire::household;
use crate::{
    business::{self, Business},
    client::{Caller, Outcome},
    corpus::Corpus,
    knowledge::teach_sections,
    load::{Times, Trips, pace},
    process::Server,
    socket::Socket,
};
use anyhow::{Context, Result};
use api::{inbox, widgets};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use types::{
    ClientId, WidgetId,
    inbox::{InboxView, SenderType},
    realtime::{Event, ServerFrame},
    widgets::VisitorPage,
};

/// Visitors who talk with the agent.
const TALKING: usize = 20;
/// Passages of the knowledge.
const PASSAGES: usize = 200;
/// Reads, sends, questions to the AI and newcomers in a second.
const RATES: [u32; 4] = [10, 5, 2, 1];
/// First numbers of the addresses of those who talk, ask and come.
const KINDS: [u8; 3] = [140, 150, 160];

/// The tenant with everybody who is there before the measuring begins.
pub struct Tenant {
    business: Business,
    talking: Arc<[Caller]>,
    asking: Arc<[Caller]>,
    questions: Arc<[String]>,
    /// Who has asked, and who has come.
    used: [AtomicUsize; 2],
}

/// What was noticed in some seconds.
#[derive(Debug)]
pub struct Phase {
    /// Lists of conversations.
    pub reads: Times,
    /// Messages of visitors.
    pub sends: Times,
    /// From a question to the answer on the visitor's socket.
    pub answers: Times,
    /// Requests refused, and failed.
    pub refused: usize,
    /// Requests that failed.
    pub failed: usize,
    /// Questions without an answer.
    pub unanswered: usize,
    /// New visitors.
    pub newcomers: usize,
    /// New visitors who did not get in.
    pub turned_away: usize,
}

impl Tenant {
    /// Registers it, teaches it, and lets enough visitors in for so many seconds.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn prepare(server: &Server, corpus: &Corpus, seconds: u32) -> Result<Self> {
        let business = Business::register(server, "Well behaved").await?;
        teach_sections(&business, &corpus.sections(PASSAGES)).await?;
        let mut talking = Vec::new();
        for place in 0..TALKING {
            let visitor = business.visitor_from(household(KINDS[0], place)).await?;
            let sent = business::send(&visitor, ClientId::random(), "Is somebody there?".to_owned()).await?;
            // Whoever the agent has answered is not answered by the AI.
            let taken = inbox::SetAi { id: sent.conversation_id, is_enabled: false };
            business.owner.call(&taken).await?;
            talking.push(visitor);
        }
        let mut asking = Vec::new();
        for place in 0..(seconds * RATES[2]) as usize {
            asking.push(business.visitor_from(household(KINDS[1], place)).await?);
        }
        let questions = corpus.answerable().map(|asked| asked.question.clone()).collect();
        Ok(Self { business, talking: talking.into(), asking: asking.into(), questions, used: Default::default() })
    }

    /// Its widget.
    pub fn widget(&self) -> WidgetId {
        self.business.widget
    }

    /// The address of its owner.
    pub const EMAIL: &'static str = "owner@well-behaved.example";

    /// Works for so many seconds.
    ///
    /// # Errors
    /// When the pace cannot be kept.
    pub async fn work(&self, seconds: u32) -> Result<Phase> {
        let lost = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let owner = Arc::new(self.business.owner.browser_again());
        let list = || inbox::ListConversations { view: InboxView::All, search: String::new(), before: None };
        let reads = steady(seconds, RATES[0], lost.clone(), move |_| {
            let owner = owner.clone();
            async move { owner.try_call(&list()).await }
        });
        let talking = self.talking.clone();
        let sends = steady(seconds, RATES[1], lost.clone(), move |place| {
            let talking = talking.clone();
            async move {
                let Some(visitor) = talking.get(place % TALKING) else { return Outcome::Failed };
                visitor.try_call(&message("Thank you. And can I still change the address?")).await
            }
        });
        let turned_away = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let (server, widget) = (self.business.owner.server().to_owned(), self.business.widget);
        let first = self.used[1].fetch_add((seconds * RATES[3]) as usize, Ordering::Relaxed);
        let newcomers = steady(seconds, RATES[3], turned_away.clone(), move |place| {
            let server = server.clone();
            async move { come(&server, widget, first + place).await }
        });
        let answers = self.ask(seconds, lost.clone());
        let (reads, sends, newcomers, answers) = futures::try_join!(reads, sends, newcomers, answers)?;
        let count = |of: &Arc<[AtomicUsize; 2]>, place: usize| of.get(place).map_or(0, |of| of.load(Ordering::Relaxed));
        Ok(Phase {
            reads: reads.0,
            sends: sends.0,
            answers: answers.0,
            refused: count(&lost, 0),
            failed: count(&lost, 1) + reads.1 + sends.1,
            unanswered: answers.1,
            newcomers: newcomers.0.count() + newcomers.1,
            turned_away: newcomers.1,
        })
    }

    /// Questions to the AI, each of a visitor who has not asked before.
    async fn ask(&self, seconds: u32, lost: Arc<[AtomicUsize; 2]>) -> Result<(Times, usize)> {
        let count = (seconds * RATES[2]) as usize;
        let first = self.used[0].fetch_add(count, Ordering::Relaxed);
        let arrivals = Arc::new(Trips::new(count));
        let sockets = Arc::new(Mutex::new(Vec::new()));
        for place in 0..count {
            let visitor = self.asking.get(first + place).context("there are no more visitors")?;
            let heard = arrivals.clone();
            let socket = Socket::widget(visitor, move |frame, at| {
                if is_answer(&frame) {
                    heard.done(place, at);
                }
            });
            let socket = socket.await?;
            sockets.lock().unwrap_or_else(PoisonError::into_inner).push(socket);
        }
        let (asking, questions, due) = (self.asking.clone(), self.questions.clone(), arrivals.clone());
        pace(count, RATES[2], move |place, at| {
            due.due(place, at);
            let (asking, questions, lost) = (asking.clone(), questions.clone(), lost.clone());
            tokio::spawn(async move {
                let question = questions.get(place % questions.len().max(1)).cloned().unwrap_or_default();
                let Some(visitor) = asking.get(first + place) else { return };
                note(visitor.try_call(&message(&question)).await, &lost);
            });
        })
        .await?;
        arrivals.wait(Duration::from_secs(30)).await;
        Ok(arrivals.times(0))
    }
}

/// A new visitor asks for the widget, begins a visit and says something.
async fn come(server: &str, widget: WidgetId, place: usize) -> Outcome {
    let Ok(page) = Caller::browser_from(server, Some(household(KINDS[2], place))) else { return Outcome::Failed };
    let page = page.visitor(None);
    match page.try_call(&widgets::Appearance { id: widget }).await {
        Outcome::Answered => {}
        other => return other,
    }
    let Ok(session) = page.call(&widgets::StartVisit { id: widget }).await else { return Outcome::Refused };
    page.visitor(Some(session.token)).try_call(&message("Hello, is anybody there?")).await
}

fn message(content: &str) -> widgets::SendMessage {
    let page =
        VisitorPage { url: "https://shop.example/pots".to_owned(), title: "Pots".to_owned(), locale: "en".to_owned() };
    widgets::SendMessage { client_id: ClientId::random(), content: content.to_owned(), page }
}

/// So many calls a second; gives how long they took, and how many were not answered.
async fn steady<F: Future<Output = Outcome> + Send + 'static>(
    seconds: u32,
    rate: u32,
    lost: Arc<[AtomicUsize; 2]>,
    call: impl Fn(usize) -> F + Send + 'static,
) -> Result<(Times, usize)> {
    let count = (seconds * rate) as usize;
    let trips = Arc::new(Trips::new(count));
    let measured = trips.clone();
    pace(count, rate, move |place, due| {
        measured.due(place, due);
        let (trips, lost, called) = (measured.clone(), lost.clone(), call(place));
        tokio::spawn(async move {
            let outcome = called.await;
            if outcome == Outcome::Answered {
                trips.done(place, Instant::now());
            }
            note(outcome, &lost);
        });
    })
    .await?;
    trips.wait(Duration::from_secs(30)).await;
    Ok(trips.times(0))
}

fn note(outcome: Outcome, lost: &[AtomicUsize; 2]) {
    match outcome {
        Outcome::Answered => {}
        Outcome::Refused => drop(lost[0].fetch_add(1, Ordering::Relaxed)),
        Outcome::Failed => drop(lost[1].fetch_add(1, Ordering::Relaxed)),
    }
}

fn is_answer(frame: &ServerFrame) -> bool {
    matches!(frame, ServerFrame::Event { event: Event::MessageCreated { message, .. }, .. }
        if message.sender_type == SenderType::Ai)
}
