//! The main job, end to end.

use crate::{
    harness::{App, wait_for},
    socket::Socket,
};
use api::{inbox, widgets};
use types::{
    ClientId,
    inbox::{ConversationStatus, InboxView, SenderType},
    realtime::{ClientFrame, Event, ServerFrame},
};

const KNOWLEDGE: &str = "# Delivery\n\nWe deliver plants and pots within two working days. Delivery costs 4.90 euros, \
    and orders above 60 euros are delivered free of charge.\n\n# Returns\n\nYou can return a pot within 30 days. \
    Plants can be returned within 14 days when they arrive damaged.\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_asks_the_ai_answers_and_an_agent_takes_over() {
    let app = App::start().await;
    let shop = app.business("juniper").await;
    shop.learn("Delivery and returns", KNOWLEDGE).await;

    // The agent looks at the inbox, live.
    let page = list(&shop.agent, InboxView::All).await;
    let (mut inbox, _) = Socket::agent(&shop.agent, &app.url, Some(page.sequence)).await;

    // A visitor asks.
    let visitor = app.visitor(shop.widget.id).await;
    let (mut widget, _) = Socket::visitor(&visitor.browser, &app.url, &visitor.token, None).await;
    let sent = visitor.send("How long does delivery take?").await;
    assert_eq!(sent.message.sender_type, SenderType::Contact);

    // The answer comes from the shop's own words, with its source.
    let answer = widget.event("the answer", message_by(SenderType::Ai)).await;
    assert!(answer.content.contains("two working days"), "{}", answer.content);
    let citation = answer.citations.first().expect("an answer has its source");
    assert_eq!(citation.title, "Delivery and returns");
    assert!(answer.confidence.is_some() && answer.html.is_some());

    // The agent saw both come in.
    let asked = inbox.event("the question in the inbox", message_by(SenderType::Contact)).await;
    assert_eq!(asked.content, "How long does delivery take?");
    let seen = inbox.event("the answer in the inbox", message_by(SenderType::Ai)).await;
    assert_eq!(seen.id, answer.id);

    // Typing shows on both sides.
    let id = sent.conversation_id;
    widget.send(&ClientFrame::Typing { conversation_id: id, is_typing: true }).await;
    inbox.wait("the visitor's typing", typing_of(SenderType::Contact)).await;
    inbox.send(&ClientFrame::Typing { conversation_id: id, is_typing: true }).await;
    assert_eq!(widget.wait("the agent's typing", typing_of(SenderType::Agent)).await, "Ana Agent");

    // The agent takes over by replying; the reply is in the widget at once.
    let reply = inbox::SendReply {
        id,
        client_id: ClientId::random(),
        content: "Hello, Ana here. **Tomorrow**, if you order now.".to_owned(),
        is_note: false,
    };
    shop.agent.call(&reply).await.unwrap();
    let got = widget.event("the reply", message_by(SenderType::Agent)).await;
    assert_eq!(got.sender_name, "Ana Agent");
    assert!(got.html.unwrap().contains("<strong>Tomorrow</strong>"));

    // A note stays inside, and the AI stays silent.
    let note = inbox::SendReply { id, client_id: ClientId::random(), content: "VIP".to_owned(), is_note: true };
    shop.agent.call(&note).await.unwrap();
    visitor.send("Can I return a pot?").await;
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    let messages = visitor.messages().await;
    assert_eq!(messages.iter().filter(|message| message.sender_type == SenderType::Ai).count(), 1, "the AI spoke");
    assert!(messages.iter().all(|message| !message.is_note && message.content != "VIP"), "a note left the house");

    // Given back, it answers again.
    let conversation = shop.agent.call(&inbox::SetAi { id, is_enabled: true }).await.unwrap();
    assert!(conversation.is_ai_enabled);
    visitor.send("And a plant, can I return that?").await;
    let second = widget.event("the second answer", message_by(SenderType::Ai)).await;
    assert!(second.content.contains("14 days"), "{}", second.content);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_without_an_answer_and_a_wish_for_a_person_open_the_conversation() {
    let app = App::start().await;
    let shop = app.business("thuja").await;
    shop.learn("Delivery and returns", KNOWLEDGE).await;
    let visitor = app.visitor(shop.widget.id).await;
    let sent = visitor.send("Who won the football world cup in 1974?").await;
    wait_for("the hand-off", async || {
        let detail = shop.agent.call(&inbox::OpenConversation { id: sent.conversation_id }).await.unwrap();
        let announced =
            detail.messages.iter().any(|message| message.sender_type == SenderType::Ai && !message.content.is_empty());
        (detail.conversation.status == ConversationStatus::Open && announced).then_some(())
    })
    .await;

    let other = app.visitor(shop.widget.id).await;
    let sent = other.send("How long does delivery take?").await;
    wait_for("the answer", async || {
        other.messages().await.into_iter().find(|message| message.sender_type == SenderType::Ai)
    })
    .await;
    other.browser.call(&widgets::RequestPerson { id: sent.conversation_id }).await.unwrap();
    let unassigned = list(&shop.agent, InboxView::Unassigned).await;
    let row =
        unassigned.conversations.iter().find(|row| row.id == sent.conversation_id).expect("a person was asked for");
    assert_eq!(row.status, ConversationStatus::Open);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_the_same_message_twice_stores_it_once() {
    let app = App::start().await;
    let shop = app.business("rowan").await;
    let visitor = app.visitor(shop.widget.id).await;
    let client_id = ClientId::random();
    let (one, two) = tokio::join!(visitor.send_as(client_id, "Hello?"), visitor.send_as(client_id, "Hello?"));
    assert_eq!(one.message.id, two.message.id);
    let third = visitor.send_as(client_id, "Hello?").await;
    assert_eq!(third.message.id, one.message.id);
    let own = visitor.messages().await;
    assert_eq!(own.iter().filter(|message| message.sender_type == SenderType::Contact).count(), 1);

    let client_id = ClientId::random();
    let reply = inbox::SendReply { id: one.conversation_id, client_id, content: "Hi!".to_owned(), is_note: false };
    let (a, b) = (shop.agent.call(&reply).await.unwrap(), shop.agent.call(&reply).await.unwrap());
    assert_eq!(a.id, b.id);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_come_at_once_are_told_in_the_order_that_they_keep() {
    let app = App::start().await;
    let shop = app.business("hazel").await;
    let visitor = app.visitor(shop.widget.id).await;
    let id = visitor.send("Hello, I have a few things to say.").await.conversation_id;
    let (mut dashboard, _) = Socket::agent(&shop.agent, &app.url, None).await;
    let words: Vec<String> = (0..12).map(|number| format!("Thing {number}")).collect();
    let said = futures::future::join_all(words.iter().map(|content| visitor.send(content)));
    let replies = futures::future::join_all((0..6).map(|number| {
        let (agent, client_id, content) = (&shop.agent, ClientId::random(), format!("Reply {number}"));
        async move { agent.call(&inbox::SendReply { id, client_id, content, is_note: false }).await }
    }));
    let (said, replies) = tokio::join!(said, replies);
    let all = said.len() + replies.into_iter().filter(Result::is_ok).count();
    assert_eq!(all, 18);
    let mut told = Vec::new();
    while told.len() < all {
        let message = dashboard
            .event("a message", |event| match event {
                Event::MessageCreated { message, .. }
                    if matches!(message.sender_type, SenderType::Contact | SenderType::Agent) =>
                {
                    Some((**message).clone())
                }
                _ => None,
            })
            .await;
        told.push(message.id);
    }
    assert!(told.is_sorted(), "{told:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_snippet_is_seen_and_told() {
    let app = App::start().await;
    let shop = app.business("larch").await;
    let (mut settings, _) = Socket::agent(&shop.owner, &app.url, None).await;
    let loader = format!("/w/{}.js", shop.widget.id);
    // The preview in our own dashboard is no installation.
    let preview = app.browser();
    let ours = format!("{}/onboarding", app.url);
    preview.send(preview.request("GET", &loader).header("referer", ours)).await;
    let widget = shop.owner.call(&widgets::ListWidgets {}).await.unwrap().remove(0);
    assert!(!widget.is_installed);
    let page = crate::browser::Browser::program(&app.url);
    let answer = page.send(page.request("GET", &loader).header("referer", "https://larch.example/")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    settings.event("the installation", |event| matches!(event, Event::WidgetInstalled { .. }).then_some(())).await;
    let widget = shop.owner.call(&widgets::ListWidgets {}).await.unwrap().remove(0);
    assert!(widget.is_installed);
    app.stop().await;
}

async fn list(browser: &crate::browser::Browser, view: InboxView) -> types::inbox::ConversationPage {
    browser.call(&inbox::ListConversations { view, search: String::new(), before: None }).await.unwrap()
}

fn message_by(sender: SenderType) -> impl Fn(&Event) -> Option<types::inbox::Message> {
    move |event| match event {
        Event::MessageCreated { message, .. } if message.sender_type == sender => Some((**message).clone()),
        _ => None,
    }
}

fn typing_of(sender: SenderType) -> impl Fn(ServerFrame) -> Option<String> {
    move |frame| match frame {
        ServerFrame::Typing { sender_type, name, is_typing: true, .. } if sender_type == sender => Some(name),
        _ => None,
    }
}
