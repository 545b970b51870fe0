//! What was said, summed up by a language model for the people of the business:
//! when a conversation was resolved, and when a person is called.

use crate::{
    harness::{App, Business, Visitor, wait_for},
    model::{Model, Mood},
    understanding::settled,
};
use api::{answers, inbox, insights, widgets};
use types::{
    ClientId, ConversationId,
    answers::{AiLogEntry, AiLogFilter, AiSettingsUpdate},
    inbox::{ConversationStatus, Message},
};

const SUMMARY: &str = "The customer asked where order 4711 is.\nIt arrives on Friday.";

async fn shop(app: &App, name: &str, model: &Model, change: impl FnOnce(&mut AiSettingsUpdate)) -> Business {
    let shop = app.business(name).await;
    let stored = shop.owner.call(&answers::GetAiSettings {}).await.unwrap();
    let mut update = AiSettingsUpdate { endpoints: vec![model.endpoint()], ..AiSettingsUpdate::of(stored) };
    change(&mut update);
    shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap();
    shop
}

async fn reply(shop: &Business, id: ConversationId, content: &str) {
    let content = content.to_owned();
    shop.agent.call(&inbox::SendReply { id, client_id: ClientId::random(), content, is_note: false }).await.unwrap();
}

async fn set_status(shop: &Business, id: ConversationId, status: ConversationStatus) {
    shop.agent.call(&inbox::SetStatus { id, status }).await.unwrap();
}

async fn resolve(app: &App, shop: &Business, id: ConversationId) -> String {
    set_status(shop, id, ConversationStatus::Resolved).await;
    settled(app).await;
    shop.agent.call(&insights::GetInsights { id }).await.unwrap().summary.unwrap()
}

async fn log(shop: &Business) -> Vec<AiLogEntry> {
    let filter = AiLogFilter { action: "summarise".to_owned(), ..AiLogFilter::default() };
    shop.owner.call(&answers::AiLog { filter, before: None }).await.unwrap().entries
}

async fn notes(shop: &Business, id: ConversationId) -> Vec<Message> {
    let mut messages = shop.agent.call(&inbox::OpenConversation { id }).await.unwrap().messages;
    messages.retain(|message| message.is_note);
    messages
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resolved_conversation_is_summed_up_by_the_model_when_it_tells_the_truth() {
    let app = App::start().await;
    let model = Model::start(Mood::Says("1. The customer asked where order 4711 is.\n2. It arrives on Friday.")).await;
    let shop = shop(&app, "rowan", &model, |update| update.enabled = false).await;
    let visitor = app.visitor(shop.widget.id).await;
    let id = visitor.send("Where is order 4711? I am bob@example.com.").await.conversation_id;
    reply(&shop, id, "Your order arrives on Friday.").await;
    assert_eq!(resolve(&app, &shop, id).await, SUMMARY);
    assert!(model.last().contains("order 4711") && !model.last().contains("bob@example.com"), "{}", model.last());
    let line = log(&shop).await.remove(0);
    assert_eq!((line.conversation, line.input_tokens, line.micro_dollars), (Some(id), Some(100), Some(120)));

    // Resolved again without a word in between, it costs nothing and stays.
    set_status(&shop, id, ConversationStatus::Open).await;
    assert_eq!(resolve(&app, &shop, id).await, SUMMARY);
    assert_eq!(model.calls(), 1);

    // What is no summary, or says what nobody said, leaves the people's own words.
    for (number, mood) in [
        Mood::Garbage,
        Mood::Status(500, None),
        Mood::Says("The customer asked for 99 euros back."),
        Mood::Says("Click https://evil.example."),
        Mood::Cut("The customer"),
    ]
    .into_iter()
    .enumerate()
    {
        model.next(mood.clone());
        visitor
            .send(&format!("And where is my second lamp, the {}?", ["red", "blue", "pink", "grey", "gold"][number]))
            .await;
        reply(&shop, id, "That one comes on Monday.").await;
        let summary = resolve(&app, &shop, id).await;
        assert!(summary.starts_with("Asked: “"), "{mood:?}: {summary}");
        assert_eq!(model.calls(), number + 2);
    }
    assert_eq!(log(&shop).await.iter().filter(|entry| entry.error.is_some()).count(), 5);

    // And so does a budget that is used up.
    let stored = shop.owner.call(&answers::GetAiSettings {}).await.unwrap();
    let update = AiSettingsUpdate { monthly_tokens: Some(1), ..AiSettingsUpdate::of(stored) };
    shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap();
    visitor.send("Is the third one lost?").await;
    assert!(resolve(&app, &shop, id).await.starts_with("Asked: “"));
    assert_eq!(model.calls(), 6);
    app.stop().await;
}

async fn call_for_person(visitor: &Visitor, first: &str) -> ConversationId {
    visitor.send(first).await;
    visitor.send("I want to talk to a human please").await.conversation_id
}

#[tokio::test(flavor = "multi_thread")]
async fn the_team_that_is_called_gets_a_summary_and_the_visitor_does_not() {
    let app = App::start().await;
    let model = Model::start(Mood::Says("The customer wants order 4711 changed and asked for a person.")).await;
    let shop = shop(&app, "sorrel", &model, |_| ()).await;
    let visitor = app.visitor(shop.widget.id).await;
    let id = call_for_person(&visitor, "Please change order 4711, my number is +49 151 2345678.").await;
    let note = wait_for("the summary", async || {
        notes(&shop, id).await.into_iter().find(|note| note.content.starts_with("Summary by the language model:"))
    })
    .await;
    assert!(
        note.content.ends_with("The customer wants order 4711 changed and asked for a person."),
        "{}",
        note.content
    );
    assert!(!model.last().contains("2345678"), "{}", model.last());
    settled(&app).await;
    let all = notes(&shop, id).await;
    assert_eq!(all.iter().filter(|note| note.content.contains("by the language model")).count(), 1);
    let first = all.iter().position(|note| note.content.starts_with("Hand-off:")).unwrap();
    assert!(all[first].id < note.id, "the visitor's own words do not wait for it");
    assert!(visitor.messages().await.iter().all(|message| !message.is_note));

    // So it does when they press the button.
    let button = app.visitor(shop.widget.id).await;
    let id = button.send("Can the blue lamp of order 4711 be made red?").await.conversation_id;
    settled(&app).await;
    button.send("And can it come\non a Sunday?").await;
    settled(&app).await;
    button.browser.call(&widgets::RequestPerson { id }).await.unwrap();
    settled(&app).await;
    let all: Vec<String> = notes(&shop, id).await.into_iter().map(|note| note.content).collect();
    let wish = "Hand-off: the visitor asked for a person.\n\nThe visitor wrote:\n> Can the blue lamp of order 4711 be made \
                red?\n> And can it come\n> on a Sunday?";
    assert!(all.iter().any(|note| note == wish), "{all:?}");
    assert!(all.last().unwrap().starts_with("Summary by the language model:"), "{all:?}");

    // A model that fails leaves the note of quotes.
    model.usually(Mood::Garbage);
    let other = app.visitor(shop.widget.id).await;
    let id = call_for_person(&other, "Please change order 4712.").await;
    let is_called = |note: &Message| note.content.contains("asked for a person");
    wait_for("the hand-off", async || notes(&shop, id).await.into_iter().find(is_called)).await;
    settled(&app).await;
    let all = notes(&shop, id).await;
    assert!(
        all.iter().all(|note| note.content.starts_with("Hand-off:") && note.content.contains("order 4712")),
        "{all:?}"
    );
    app.stop().await;
}
