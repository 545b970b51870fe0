//! Slow language models.

use crate::{
    cluster,
    harness::{App, Business, Visitor, wait_for},
    model::{Model, Mood},
};
use api::answers;
use domain::rates::Tried;
use std::time::Duration;
use types::{
    TenantId,
    answers::AiSettingsUpdate,
    inbox::{Message, SenderType},
    limits::MODEL_MINUTES,
};

const DELIVERY: &str = "# Delivery\n\nParcels to Norway take six working days and cost 14 euros.";
const QUESTION: &str = "How long do parcels to Norway take?";
const NORWAY: &str = "Parcels to Norway take six working days [1].";

/// A business that knows about parcels, with a language model or without.
async fn shop(app: &App, name: &str, model: Option<&Model>) -> Business {
    let shop = app.business(name).await;
    shop.learn("Delivery", DELIVERY).await;
    let endpoints = model.into_iter().map(Model::endpoint).collect();
    let update = AiSettingsUpdate { threshold: 0.1, endpoints, ..AiSettingsUpdate::default() };
    shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap();
    shop
}

/// Visitors who have asked, each in a conversation of their own.
async fn asking(app: &App, shop: &Business, count: usize) -> Vec<Visitor> {
    let mut visitors = Vec::new();
    for _ in 0..count {
        let visitor = app.visitor(shop.widget.id).await;
        visitor.send(QUESTION).await;
        visitors.push(visitor);
    }
    visitors
}

async fn by_ai(visitor: &Visitor) -> Option<Message> {
    visitor.messages().await.into_iter().find(|message| message.sender_type == SenderType::Ai)
}

async fn answered(visitors: &[Visitor]) -> usize {
    let mut answered = 0;
    for visitor in visitors {
        answered += usize::from(by_ai(visitor).await.is_some());
    }
    answered
}

/// As [`wait_for`], for what takes a model's whole patience.
async fn wait_long<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("waited in vain for {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_model_of_one_business_holds_nobody_else() {
    let app = App::start().await;
    // Fast enough to be an honest one on a processor.
    let slow = Model::start(Mood::Drips("parcels ", 200)).await;
    let quick = Model::start(Mood::Says(NORWAY)).await;
    let patient = shop(&app, "alder", Some(&slow)).await;
    let (plain, thinking) = (shop(&app, "birch", None).await, shop(&app, "cedar", Some(&quick)).await);

    let theirs = asking(&app, &patient, 8).await;
    wait_for("the model to be at work", async || (slow.calls() == 4).then_some(())).await;
    // Somebody without a model, and somebody with another one, are answered while all of that goes on.
    let visitors = asking(&app, &plain, 1).await;
    let first = wait_for("an answer of the other business", async || by_ai(&visitors[0]).await).await;
    assert!(first.content.contains("six working days"), "{}", first.content);
    let visitors = asking(&app, &thinking, 1).await;
    let first = wait_for("an answer of the other model", async || by_ai(&visitors[0]).await).await;
    assert_eq!(first.content, NORWAY);
    assert!(answered(&theirs).await <= 4, "the slow model had ended before");
    assert_eq!(slow.calls(), 4, "more calls were under way than one business may have");

    // Whoever finds the line too long gets the business's own sentences, and does not wait.
    let more = asking(&app, &patient, 6).await;
    wait_for("answers without the model", async || (answered(&more).await >= 2).then_some(())).await;
    assert_eq!(slow.calls(), 4);

    slow.let_go();
    let all: Vec<Visitor> = theirs.into_iter().chain(more).collect();
    wait_for("everybody to be answered", async || (answered(&all).await == all.len()).then_some(())).await;
    for visitor in &all {
        let said = by_ai(visitor).await.unwrap().content;
        assert!(said.contains("six working days"), "what dripped is no answer: {said}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_drips_is_left_alone_and_visitors_get_the_business_s_own_sentences() {
    let app = App::start().await;
    let model = Model::start(Mood::Drips("no ", 1_500)).await;
    let shop = shop(&app, "dogwood", Some(&model)).await;
    let visitors = asking(&app, &shop, 3).await;
    wait_long("three answers", async || (answered(&visitors).await == 3).then_some(())).await;
    assert_eq!(model.calls(), 3);
    for visitor in &visitors {
        let said = by_ai(visitor).await.unwrap().content;
        assert!(said.contains("six working days"), "{said}");
    }
    // Three in a row: it is not asked any more.
    let found = shop.owner.call(&answers::TryQuestion { question: QUESTION.to_owned() }).await.unwrap();
    assert!(found.account.reason.unwrap().contains("left alone"));
    assert!(found.answer.text.contains("six working days"), "{}", found.answer.text);
    assert_eq!(model.calls(), 3);
    model.let_go();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_models_in_a_day_has_a_limit_and_visitors_are_answered_nevertheless() {
    let app = App::start().await;
    let model = Model::start(Mood::Says(NORWAY)).await;
    let (shop, other) = (shop(&app, "elder", Some(&model)).await, shop(&app, "fir", Some(&model)).await);
    let ask =
        async |shop: &Business| shop.owner.call(&answers::TryQuestion { question: QUESTION.to_owned() }).await.unwrap();
    let client = cluster::connect(&app.database.owner_url).await;
    let sql = format!("SELECT tenant_id::text FROM widgets WHERE id = '{}'", shop.widget.id);
    let tenant: TenantId = client.query_one(&sql, &[]).await.unwrap().get::<_, &str>(0).parse().unwrap();
    let (most, day) = (MODEL_MINUTES * 600, Duration::from_secs(24 * 3600));
    app.product.throttle().spend(Tried::ModelTime(tenant), most, most, day);
    let found = ask(&shop).await;
    assert!(found.account.reason.unwrap().contains("as much time as they may in a day"));
    assert!(found.answer.text.contains("six working days"), "{}", found.answer.text);
    assert_eq!(model.calls(), 0);
    assert_eq!(ask(&other).await.answer.text, NORWAY, "one business used up another's time");
    // The next day. A call counts for what it took.
    app.product.throttle().forget(Tried::ModelTime(tenant));
    app.product.throttle().spend(Tried::ModelTime(tenant), most - 1, most, day);
    assert_eq!(ask(&shop).await.answer.text, NORWAY);
    assert!(app.product.throttle().look(Tried::ModelTime(tenant), most, day).is_err());
    app.stop().await;
}
