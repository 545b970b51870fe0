//! Coming back to a socket: no gap, no duplicate, whenever the line breaks.

use crate::{
    harness::{App, Business, Visitor},
    socket::Socket,
};
use api::inbox;
use std::{collections::BTreeMap, time::Duration};
use types::{
    MessageId,
    inbox::{InboxView, SenderType},
    realtime::{ClientFrame, Event, ServerFrame},
};

/// Messages that are sent while the line breaks again and again.
const MESSAGES: usize = 120;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_keeps_losing_the_line_sees_every_message_once() {
    let app = App::start().await;
    let shop = app.business("hazel").await;
    // Several, because one visitor may not send that many in a minute.
    let mut visitors = Vec::new();
    for _ in 0..3 {
        let visitor = app.visitor(shop.widget.id).await;
        let first = visitor.send("0").await;
        shop.silence(&first).await;
        visitors.push(visitor);
    }
    let page = shop.agent.call(&list(InboxView::All)).await.unwrap();

    let sender = async {
        for number in 1..=MESSAGES {
            visitors[number % visitors.len()].send(&number.to_string()).await;
        }
    };
    let receiver = async {
        let mut log = Log { after: page.sequence, ..Log::default() };
        // A small generator is random enough, and the same on every run.
        let mut random = 2_463_534_242_u32;
        while log.messages.len() < MESSAGES {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            let (mut socket, caught) = Socket::agent(&shop.agent, &app.url, Some(log.after)).await;
            assert!(!caught.reload);
            caught.events.iter().for_each(|(sequence, event)| log.take(*sequence, event));
            log.after = log.after.max(caught.sequence);
            for _ in 0..random % 9 {
                if log.messages.len() == MESSAGES {
                    break;
                }
                match tokio::time::timeout(Duration::from_millis(200), socket.next()).await {
                    Ok(Some(ServerFrame::Event { sequence, event })) => log.take(sequence, &event),
                    Ok(Some(_)) => {}
                    Ok(None) => panic!("the server closed the socket"),
                    Err(_) => break,
                }
            }
            drop(socket);
        }
        log
    };
    let (log, ()) = tokio::join!(receiver, sender);
    let contents: Vec<&str> = log.messages.values().map(String::as_str).collect();
    let expected: Vec<String> = (1..=MESSAGES).map(|number| number.to_string()).collect();
    assert_eq!(contents, expected, "a gap, or the wrong order");
    assert_eq!(log.twice, 0, "something came twice");
    app.stop().await;
}

/// What a client keeps.
#[derive(Debug, Default)]
struct Log {
    after: u64,
    messages: BTreeMap<MessageId, String>,
    twice: usize,
}

impl Log {
    fn take(&mut self, sequence: u64, event: &Event) {
        assert!(sequence > self.after, "number {sequence} after {}", self.after);
        self.after = sequence;
        if let Event::MessageCreated { message, .. } = event
            && message.sender_type == SenderType::Contact
            && self.messages.insert(message.id, message.content.clone()).is_some()
        {
            self.twice += 1;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_missed_means_a_new_snapshot() {
    let app = App::start().await;
    let shop = app.business("hornbeam").await;
    let visitor = app.visitor(shop.widget.id).await;
    let sent = visitor.send("Hello").await;
    shop.silence(&sent).await;
    // A thousand and one events, written straight into the database.
    let sql = "INSERT INTO events (tenant_id, sequence, type, payload)
        SELECT s.tenant_id, s.event + n, 'widget_installed', jsonb_build_object('WidgetInstalled', jsonb_build_object('widget_id', gen_random_uuid()))
        FROM tenant_sequences s, generate_series(1, 1001) n;
        UPDATE tenant_sequences SET event = event + 1001";
    crate::cluster::execute(&app.database.owner_url, sql).await;
    let mut socket = Socket::open(&shop.agent, &app.url, "/ws").await.unwrap();
    socket.send(&ClientFrame::Hello { token: None, after: Some(0) }).await;
    socket.wait("the wish to reload", |frame| matches!(frame, ServerFrame::Reload).then_some(())).await;
    assert_eq!(socket.close_code().await, Some(1000));
    // So does a number from the future: the database was put back to an older state.
    let (_, caught) = Socket::agent(&shop.agent, &app.url, Some(1_000_000)).await;
    assert!(caught.reload);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_resumes_with_their_own_events_alone() {
    let app = App::start().await;
    let shop = app.business("holly").await;
    let (one, other) = (app.visitor(shop.widget.id).await, app.visitor(shop.widget.id).await);
    let (mine, theirs) = (one.send("mine").await, other.send("theirs").await);
    reply(&shop, &mine, "for the one").await;
    reply(&shop, &theirs, "for the other").await;
    let (_, caught) = Socket::visitor(&one.browser, &app.url, &one.token, Some(0)).await;
    let texts = texts(&caught.events);
    assert!(texts.contains(&"mine".to_owned()) && texts.contains(&"for the one".to_owned()), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("other") || text.contains("theirs")), "{texts:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_says_so() {
    let app = App::start().await;
    let shop = app.business("ivy").await;
    let (mut socket, _) = Socket::agent(&shop.agent, &app.url, None).await;
    let visitor: Visitor = app.visitor(shop.widget.id).await;
    let (mut widget, _) = Socket::visitor(&visitor.browser, &app.url, &visitor.token, None).await;
    let (_, one, two) = tokio::join!(app.stop(), socket.close_code(), widget.close_code());
    assert_eq!((one, two), (Some(1001), Some(1001)));
}

#[tokio::test(flavor = "multi_thread")]
async fn presence_is_told_to_the_team() {
    let app = App::start().await;
    let shop = app.business("juniper").await;
    let (mut owner, _) = Socket::agent(&shop.owner, &app.url, None).await;
    let (agent, _) = Socket::agent(&shop.agent, &app.url, None).await;
    let count = |wanted: usize| {
        move |frame| match frame {
            ServerFrame::Presence { online } if online.len() == wanted => Some(()),
            _ => None,
        }
    };
    owner.wait("both to be online", count(2)).await;
    drop(agent);
    owner.wait("the agent to leave", count(1)).await;
    let visitor = app.visitor(shop.widget.id).await;
    let (widget, _) = Socket::visitor(&visitor.browser, &app.url, &visitor.token, None).await;
    let presence = |wanted: bool| {
        move |frame| match frame {
            ServerFrame::ContactPresence { contact_id, is_online } if is_online == wanted => Some(contact_id),
            _ => None,
        }
    };
    assert_eq!(owner.wait("the visitor", presence(true)).await, visitor.contact);
    drop(widget);
    owner.wait("the visitor to leave", presence(false)).await;
    app.stop().await;
}

async fn reply(shop: &Business, sent: &types::widgets::SentMessage, content: &str) {
    let client_id = types::ClientId::random();
    let reply = inbox::SendReply { id: sent.conversation_id, client_id, content: content.to_owned(), is_note: false };
    shop.agent.call(&reply).await.unwrap();
}

fn list(view: InboxView) -> inbox::ListConversations {
    inbox::ListConversations { view, search: String::new(), before: None }
}

fn texts(events: &[(u64, Event)]) -> Vec<String> {
    let text = |event: &Event| match event {
        Event::MessageCreated { message, .. } => Some(message.content.clone()),
        _ => None,
    };
    events.iter().filter_map(|(_, event)| text(event)).collect()
}
