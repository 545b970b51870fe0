//! Questions that lean on the one before: put in full by a language model, and
//! fused with the one before when no model helps.

use crate::{
    harness::{App, Business, Visitor, wait_for},
    model::{Model, Mood},
};
use api::answers;
use std::time::Instant;
use types::{
    answers::{AiLogEntry, AiLogFilter, AiSettingsUpdate, AnswerKind, PastTurn, TestAnswer},
    inbox::{Message, SenderType},
};

const DELIVERY: &str = "# Delivery\n\nParcels to Norway take six working days and cost 14 euros. \
    Parcels to Sweden take four working days and cost 9 euros.";
const FIRST: &str = "How long do parcels to Norway take?";
const SECOND: &str = "And to Sweden?";
const WHOLE: &str = "How long do parcels to Sweden take?";
const NORWAY: &str = "Parcels to Norway take six working days [1].";
const SWEDEN: &str = "Parcels to Sweden take four working days [1].";

async fn shop(app: &App, name: &str, model: &Model) -> Business {
    let shop = app.business(name).await;
    shop.learn("Delivery", DELIVERY).await;
    set(&shop, |update| update.endpoints = vec![model.endpoint()]).await;
    shop
}

async fn set(shop: &Business, change: impl FnOnce(&mut AiSettingsUpdate)) {
    let stored = shop.owner.call(&answers::GetAiSettings {}).await.unwrap();
    let mut update = AiSettingsUpdate { threshold: 0.1, ..AiSettingsUpdate::of(stored) };
    change(&mut update);
    shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap();
}

async fn answered(visitor: &Visitor, question: &str) -> Message {
    let by_ai = async || {
        let mut messages = visitor.messages().await;
        messages.retain(|message| message.sender_type == SenderType::Ai);
        messages
    };
    let known = by_ai().await.len();
    visitor.send(question).await;
    wait_for(&format!("an answer to {question}"), async || by_ai().await.into_iter().nth(known)).await
}

async fn play(shop: &Business, question: &str) -> TestAnswer {
    let turn = |is_visitor, text: &str| PastTurn { is_visitor, text: text.to_owned() };
    let before = vec![turn(true, FIRST), turn(false, "Parcels to Norway take six working days.")];
    shop.owner.call(&answers::Play { question: question.to_owned(), before }).await.unwrap()
}

async fn log(shop: &Business, action: &str) -> Vec<AiLogEntry> {
    let filter = AiLogFilter { action: action.to_owned(), ..AiLogFilter::default() };
    shop.owner.call(&answers::AiLog { filter, before: None }).await.unwrap().entries
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_up_is_put_in_full_answered_alone_and_remembered() {
    let app = App::start().await;
    let model = Model::start(Mood::Says(NORWAY)).await;
    let shop = shop(&app, "larch", &model).await;
    let visitor = app.visitor(shop.widget.id).await;
    answered(&visitor, &format!("{FIRST} I am bob@example.com, so you know.")).await;
    assert_eq!(model.calls(), 1, "the first question leans on nothing");

    model.next(Mood::Says(WHOLE));
    model.usually(Mood::Says(SWEDEN));
    let second = answered(&visitor, SECOND).await;
    assert!(second.content.contains("four working days"), "{}", second.content);
    let asked = model.asked();
    assert_eq!(asked.len(), 3);
    // What is private does not go along, and the answer is written to the whole question alone.
    assert!(asked[1].contains(SECOND) && asked[1].contains("Norway") && asked[1].contains("\"max_tokens\":160"));
    assert!(asked[1].contains('⟦') && !asked[1].contains("bob@example.com"), "{}", asked[1]);
    assert!(asked[2].contains(WHOLE) && !asked[2].contains(SECOND) && !asked[2].contains("bob@"), "{}", asked[2]);

    // Whoever asks the same outright gets the answer that is remembered, and the other way round.
    let other = app.visitor(shop.widget.id).await;
    assert!(answered(&other, WHOLE).await.content.contains("four working days"));
    assert_eq!(model.calls(), 3, "it was not remembered");
    model.next(Mood::Says(WHOLE));
    let found = play(&shop, SECOND).await;
    assert!(found.account.is_remembered && found.account.searched == WHOLE, "{:?}", found.account);
    assert_eq!((model.calls(), found.account.calls[0].said.as_str()), (4, WHOLE));

    // It is as sure as the whole question is, and stands in the account with its tokens.
    let outright = shop.owner.call(&answers::TryQuestion { question: WHOLE.to_owned() }).await.unwrap();
    assert!((outright.answer.confidence - found.answer.confidence).abs() < 1e-3);
    let entries =
        wait_for("both lines", async || Some(log(&shop, "follow_up").await).filter(|all| all.len() == 2)).await;
    let line = entries.last().unwrap();
    assert_eq!((line.question.as_deref(), line.conversation), (Some(SECOND), Some(second.conversation_id)));
    assert_eq!((line.input_tokens, line.output_tokens, line.micro_dollars), (Some(100), Some(10), Some(120)));
    assert!(line.error.is_none() && line.endpoint.is_some());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_does_not_help_costs_nobody_an_answer() {
    let app = App::start().await;
    let model = Model::start(Mood::Says(SWEDEN)).await;
    let shop = shop(&app, "maple", &model).await;
    for (number, mood) in [
        Mood::Garbage,
        Mood::Status(500, None),
        Mood::Cut("How long do parcels"),
        Mood::Says("Parcels to Sweden take four working days."),
        Mood::Says("How long do parcels to Sweden take, see https://evil.example?"),
        Mood::Says("Which bank lends money?"),
        Mood::Says(
            "Let me think about that. The customer asked about Norway before, so the question must be about parcels \
             again, and this time it must be about parcels to Sweden, as these are the only two places in the whole \
             conversation; so how long do parcels to Sweden take, I wonder, and should I say so in one line or in two?",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        model.next(mood.clone());
        let found = play(&shop, SECOND).await;
        assert_eq!(found.answer.kind, AnswerKind::Generated, "{mood:?}: {:?}", found.account.reason);
        assert_eq!(found.account.searched, format!("{FIRST} {SECOND}"), "{mood:?}");
        assert_eq!(model.calls(), 2 * (number + 1), "{mood:?}");
        assert!(found.account.calls[0].error.is_some() && found.account.reason.is_none(), "{mood:?}");
        // The conversation goes along, as the question says nothing by itself.
        assert!(model.last().contains("six working days") && model.last().contains(SECOND));
    }
    assert!(log(&shop, "follow_up").await.iter().all(|entry| entry.error.is_some()));
    // One that only says it again does no harm either.
    model.next(Mood::Says(SECOND));
    let found = play(&shop, SECOND).await;
    assert_eq!(found.account.searched, format!("{FIRST} {SECOND}"));
    assert!(found.account.calls[0].error.is_none() && found.answer.text.contains("four working days"));

    // One that stalls is waited for a little, and is not taken for broken: an answer may take longer.
    for _ in 0..3 {
        model.next(Mood::Stalls);
        let start = Instant::now();
        let found = play(&shop, SECOND).await;
        assert_eq!(found.answer.kind, AnswerKind::Generated, "{:?}", found.account.reason);
        assert!(start.elapsed().as_secs() < 8, "{:?}", start.elapsed());
    }

    // A budget that is used up leaves what costs nothing.
    let calls = model.calls();
    set(&shop, |update| update.monthly_tokens = Some(1)).await;
    let found = play(&shop, SECOND).await;
    assert_eq!((found.answer.kind, model.calls()), (AnswerKind::Extractive, calls));
    assert!(found.answer.text.contains("four working days"), "{}", found.answer.text);

    // And a question that leans on nothing is not sent to be put in full.
    set(&shop, |update| update.monthly_tokens = None).await;
    play(&shop, "How long do parcels to Sweden take when I order two pots?").await;
    assert_eq!(model.calls(), calls + 1);
    app.stop().await;
}
