//! A small model of the server makes snapshots and events; whatever happens in
//! between, a snapshot with the events after it equals a later snapshot.

use super::{ConversationState, Entry, Key, ListState, Outgoing, timeline};
use std::cmp::Reverse;
use types::{
    ClientId, ContactId, ConversationId, Error, ErrorCode, MessageId, Timestamp, UserId,
    accounts::Person,
    contacts::{Contact, ContactStage},
    inbox::*,
    realtime::Event,
};

/// Deterministic numbers, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

fn person(name: &str) -> Person {
    Person { id: UserId::new(), name: name.to_owned() }
}

fn contact(name: &str) -> Contact {
    Contact {
        id: ContactId::new(),
        name: name.to_owned(),
        email: None,
        phone: None,
        stage: ContactStage::Visitor,
        locale: None,
        page_url: None,
        page_title: None,
        created_at: Timestamp(0),
    }
}

struct Server {
    people: Vec<Person>,
    conversations: Vec<Conversation>,
    messages: Vec<Message>,
    events: Vec<Event>,
    clock: i64,
    page: usize,
}

impl Server {
    fn new(page: usize) -> Self {
        Self {
            people: vec![person("Mina"), person("Alex")],
            conversations: Vec::new(),
            messages: Vec::new(),
            events: Vec::new(),
            clock: 1_000_000,
            page,
        }
    }

    fn me(&self) -> &Person {
        &self.people[0]
    }

    fn sequence(&self) -> u64 {
        self.events.len() as u64
    }

    fn events_after(&self, sequence: u64) -> impl Iterator<Item = (u64, &Event)> {
        self.events.iter().enumerate().map(|(index, event)| (index as u64 + 1, event)).filter(move |e| e.0 > sequence)
    }

    fn start(&mut self) {
        let at = Timestamp(self.clock);
        self.conversations.push(Conversation {
            id: ConversationId::new(),
            number: self.conversations.len() as i64 + 1,
            platform: Platform::Website,
            status: ConversationStatus::Pending,
            priority: Priority::Medium,
            is_ai_enabled: true,
            assigned: None,
            contact: contact("Ana Ruiz"),
            preview: String::new(),
            preview_sender: SenderType::Contact,
            unread: 0,
            last_message_at: at,
            created_at: at,
        });
        self.write(self.conversations.len() - 1, SenderType::Contact, false);
    }

    fn write(&mut self, index: usize, sender_type: SenderType, is_note: bool) {
        self.clock += 1_000;
        let conversation = &mut self.conversations[index];
        let message = Message {
            id: MessageId::new(),
            conversation_id: conversation.id,
            sender_type,
            staff_id: None,
            sender_name: String::new(),
            is_note,
            content: format!("message at {}", self.clock),
            html: None,
            citations: Vec::new(),
            confidence: None,
            feedback: None,
            status: MessageStatus::Sent,
            client_id: Some(ClientId::random()),
            created_at: Timestamp(self.clock),
        };
        conversation.last_message_at = message.created_at;
        if !is_note {
            conversation.preview.clone_from(&message.content);
            conversation.preview_sender = sender_type;
        }
        if sender_type == SenderType::Contact {
            conversation.unread += 1;
            if conversation.status == ConversationStatus::Resolved {
                conversation.status = ConversationStatus::Open;
            }
        }
        self.messages.push(message.clone());
        let conversation = Box::new(conversation.clone());
        self.events.push(Event::MessageCreated { conversation, message: Box::new(message) });
    }

    fn change(&mut self, index: usize, change: impl FnOnce(&mut Conversation)) {
        change(&mut self.conversations[index]);
        let conversation = Box::new(self.conversations[index].clone());
        self.events.push(Event::ConversationUpdated { conversation });
    }

    fn step(&mut self, dice: &mut Dice) {
        if self.conversations.is_empty() || dice.roll(8) == 0 {
            return self.start();
        }
        let index = dice.roll(self.conversations.len());
        match dice.roll(9) {
            0 | 1 => self.write(index, SenderType::Contact, false),
            2 => self.write(index, SenderType::Agent, dice.roll(2) == 0),
            3 => self.write(index, SenderType::Ai, false),
            4 => {
                let to = self.people.get(dice.roll(3)).cloned();
                self.change(index, |conversation| conversation.assigned = to);
            }
            5 => self.change(index, |conversation| conversation.status = ConversationStatus::Resolved),
            6 => self.change(index, |conversation| conversation.status = ConversationStatus::Open),
            7 => {
                let conversation = &mut self.conversations[index];
                conversation.unread = 0;
                let (conversation_id, message_id) = (conversation.id, MessageId::new());
                self.events.push(Event::ConversationRead { conversation_id, message_id });
            }
            _ => {
                let place = dice.roll(self.messages.len());
                self.messages[place].status = MessageStatus::Read;
                self.events.push(Event::MessageUpdated { message: Box::new(self.messages[place].clone()) });
            }
        }
    }

    fn in_view(&self, view: InboxView, conversation: &Conversation) -> bool {
        let active = conversation.status != ConversationStatus::Resolved;
        match view {
            InboxView::Mine => active && conversation.assigned.as_ref() == Some(self.me()),
            InboxView::Unassigned => conversation.status == ConversationStatus::Open && conversation.assigned.is_none(),
            InboxView::All => active,
            InboxView::Ai => conversation.status == ConversationStatus::Pending,
            InboxView::Resolved => !active,
        }
    }

    fn list(&self, view: InboxView, before: Option<ConversationCursor>) -> ConversationPage {
        let key = |c: &Conversation| (c.last_message_at, c.id);
        let mut found: Vec<_> = self.conversations.iter().filter(|c| self.in_view(view, c)).cloned().collect();
        found.sort_by_key(|c| Reverse(key(c)));
        found.retain(|c| before.is_none_or(|before| key(c) < (before.last_message_at, before.id)));
        let more = found.len() > self.page;
        found.truncate(self.page);
        let next = found.last().filter(|_| more);
        let next = next.map(|c| ConversationCursor { last_message_at: c.last_message_at, id: c.id });
        let count = |view| self.conversations.iter().filter(|c| self.in_view(view, c)).count() as i64;
        let counts = InboxCounts {
            mine: count(InboxView::Mine),
            unassigned: count(InboxView::Unassigned),
            all: count(InboxView::All),
            ai: count(InboxView::Ai),
        };
        ConversationPage { conversations: found, next, counts, sequence: self.sequence() }
    }

    fn open(&self, id: ConversationId) -> ConversationDetail {
        ConversationDetail {
            conversation: self.conversations.iter().find(|c| c.id == id).cloned().unwrap(),
            messages: self.messages.iter().filter(|message| message.conversation_id == id).cloned().collect(),
            has_older: false,
            previous: Vec::new(),
            people: self.people.clone(),
            sequence: self.sequence(),
        }
    }
}

fn shown(list: &ListState) -> Vec<Conversation> {
    list.order().iter().map(|id| (*list.get(*id).unwrap()).clone()).collect()
}

#[test]
fn list_with_events_equals_a_later_list() {
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let mut server = Server::new(1_000);
        (0..dice.roll(40)).for_each(|_| server.step(&mut dice));
        let me = server.me().id;
        let mut lists: Vec<_> =
            InboxView::ALL.iter().map(|view| ListState::new(me, *view, "", server.list(*view, None))).collect();
        let taken = server.sequence();
        (0..60).for_each(|_| server.step(&mut dice));
        for (list, view) in lists.iter_mut().zip(InboxView::ALL) {
            for (sequence, event) in server.events_after(taken) {
                list.apply(sequence, event);
                list.apply(sequence, event);
            }
            // A resume repeats what came before.
            server.events_after(taken.saturating_sub(5)).for_each(|(sequence, event)| list.apply(sequence, event));
            let now = server.list(*view, None);
            assert_eq!(shown(list), now.conversations, "{view} with seed {seed}");
            if !list.are_counts_stale() {
                assert_eq!(list.counts(), now.counts, "{view} with seed {seed}");
            }
            assert!(*view != InboxView::All || !list.are_counts_stale(), "the complete list knows its numbers");
            list.take_counts(now.counts, now.sequence);
            assert!(!list.are_counts_stale() && list.counts() == now.counts);
        }
    }
}

#[test]
fn pages_taken_at_any_time_fit_together() {
    for seed in 0..60 {
        let mut dice = Dice(seed + 1_000);
        let mut server = Server::new(4);
        (0..60).for_each(|_| server.step(&mut dice));
        let mut list = ListState::new(server.me().id, InboxView::All, "", server.list(InboxView::All, None));
        let taken = server.sequence();
        // The server goes on; the page arrives before, between or after the events.
        while let Some(next) = list.next() {
            (0..dice.roll(4)).for_each(|_| server.step(&mut dice));
            let page = server.list(InboxView::All, Some(next));
            (0..dice.roll(4)).for_each(|_| server.step(&mut dice));
            if dice.roll(2) == 0 {
                server.events_after(taken).for_each(|(sequence, event)| list.apply(sequence, event));
            }
            list.add_page(page);
        }
        server.events_after(taken).for_each(|(sequence, event)| list.apply(sequence, event));
        server.page = 1_000;
        let now = server.list(InboxView::All, None);
        assert_eq!(shown(&list), now.conversations, "seed {seed}");
    }
}

#[test]
fn conversation_with_events_equals_a_later_one() {
    for seed in 0..60 {
        let mut dice = Dice(seed + 2_000);
        let mut server = Server::new(1_000);
        (0..30).for_each(|_| server.step(&mut dice));
        let id = server.conversations[0].id;
        let mut state = ConversationState::new(server.open(id));
        let taken = server.sequence();
        (0..80).for_each(|_| server.step(&mut dice));
        for (sequence, event) in server.events_after(taken.saturating_sub(5)) {
            state.apply(sequence, event);
            state.apply(sequence, event);
        }
        let mut now = ConversationState::new(server.open(id));
        now.sequence = state.sequence;
        assert_eq!(state, now, "seed {seed}");
    }
}

fn outgoing(content: &str) -> Outgoing {
    Outgoing {
        client_id: ClientId::random(),
        content: content.to_owned(),
        is_note: false,
        created_at: Timestamp(5_000_000),
        error: None,
    }
}

#[test]
fn a_sent_message_shows_once_whichever_comes_first() {
    let mut server = Server::new(10);
    server.start();
    let id = server.conversations[0].id;
    for event_first in [true, false] {
        let mut state = ConversationState::new(server.open(id));
        let before = state.messages.len();
        let out = outgoing("Hello");
        state.send(out.clone());
        server.write(0, SenderType::Agent, false);
        let mut message = server.messages.last().cloned().unwrap();
        message.client_id = Some(out.client_id);
        let conversation = Box::new(server.conversations[0].clone());
        let event = Event::MessageCreated { conversation, message: Box::new(message.clone()) };
        if event_first {
            state.apply(server.sequence(), &event);
            state.sent(message.clone());
        } else {
            state.sent(message.clone());
            state.apply(server.sequence(), &event);
        }
        assert!(state.outgoing.is_empty());
        assert_eq!(state.messages.len(), before + 1);
    }
}

#[test]
fn a_failed_message_waits_for_a_retry_and_survives_a_refresh() {
    let mut server = Server::new(10);
    server.start();
    let id = server.conversations[0].id;
    let mut state = ConversationState::new(server.open(id));
    let out = outgoing("Hello");
    state.send(out.clone());
    assert!(state.retry(out.client_id).is_none(), "it is still on its way");
    state.not_sent(out.client_id, &Error::new(ErrorCode::Network, "no network"));
    server.write(0, SenderType::Contact, false);
    state.refresh(server.open(id));
    assert_eq!(state.messages.len(), 2);
    assert_eq!(state.retry(out.client_id).map(|again| again.content), Some("Hello".to_owned()));
    assert_eq!(state.discard(out.client_id).map(|gone| gone.client_id), Some(out.client_id));
    assert!(state.outgoing.is_empty());
}

#[test]
fn messages_leave_in_the_order_in_which_they_were_written() {
    let mut server = Server::new(10);
    server.start();
    let mut state = ConversationState::new(server.open(server.conversations[0].id));
    let written = [outgoing("one"), outgoing("two"), outgoing("three")];
    written.iter().for_each(|out| state.send(out.clone()));
    assert_eq!(state.next_outgoing().as_ref(), Some(&written[0]));
    state.not_sent(written[1].client_id, &Error::invalid("too long"));
    assert_eq!(state.next_outgoing().as_ref(), Some(&written[0]), "a refused message holds nobody up");
    state.not_sent(written[0].client_id, &Error::new(ErrorCode::Network, "no network"));
    assert_eq!(state.next_outgoing(), None, "without a network the later ones wait as well");
    state.restore(written.to_vec());
    assert_eq!(state.outgoing.len(), 3, "what is known is not taken up twice");
}

#[test]
fn older_messages_survive_a_refresh_without_a_hole() {
    let mut server = Server::new(10);
    server.start();
    (0..5).for_each(|_| server.write(0, SenderType::Contact, false));
    let id = server.conversations[0].id;
    let all = server.open(id);
    let newest =
        |from: usize| ConversationDetail { messages: all.messages[from..].to_vec(), has_older: true, ..all.clone() };
    let mut state = ConversationState::new(newest(3));
    state.add_older(all.messages[..3].to_vec());
    assert!(!state.has_older);
    state.refresh(newest(4));
    assert_eq!(state.messages.len(), 6);
    assert!(!state.has_older);
}

#[test]
fn lines_are_grouped_by_sender_and_day() {
    let mut server = Server::new(10);
    server.start();
    server.write(0, SenderType::Contact, false);
    server.write(0, SenderType::Ai, false);
    server.clock += 86_400_000;
    server.write(0, SenderType::Ai, false);
    let mut state = ConversationState::new(server.open(server.conversations[0].id));
    state.send(outgoing("mine"));
    let writing = MessageId::new();
    let laid = timeline(&state, server.me(), Some((writing, "The return")), Some(|_| 0));
    let flags: Vec<_> = laid
        .order
        .iter()
        .map(|key| match laid.get(*key).unwrap() {
            Entry::Day(_) => "day".to_owned(),
            Entry::Bubble(b) => format!("{} {} {}", b.message.sender_type, u8::from(b.starts), u8::from(b.ends)),
        })
        .collect();
    assert_eq!(flags, ["day", "contact 1 0", "contact 0 1", "ai 1 1", "day", "ai 1 0", "ai 0 1", "agent 1 1"]);
    assert!(laid.order.contains(&Key::Message(writing)));
    assert!(!timeline(&state, server.me(), None, None).order.iter().any(|key| matches!(key, Key::Day(_))));
}

#[test]
fn neighbours_stop_at_the_ends() {
    let mut server = Server::new(10);
    (0..3).for_each(|_| server.start());
    let list = ListState::new(server.me().id, InboxView::All, "", server.list(InboxView::All, None));
    let ids = list.order().to_vec();
    assert_eq!(list.neighbour(None, None, 1), Some(ids[0]));
    assert_eq!(list.neighbour(Some(ids[0]), None, 1), Some(ids[1]));
    assert_eq!(list.neighbour(Some(ids[2]), None, 1), Some(ids[2]));
    assert_eq!(list.neighbour(Some(ids[0]), None, -1), Some(ids[0]));
    let gone = Some(ConversationId::new());
    assert_eq!(list.neighbour(gone, Some(1), 1), Some(ids[1]), "the next one has moved into the place of the gone one");
    assert_eq!(list.neighbour(gone, Some(1), -1), Some(ids[0]));
}
