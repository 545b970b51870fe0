//! Language models: in which order they are asked, what of their words is believed, what is
//! remembered, and what is written down.

use crate::{
    harness::{App, Business, Visitor, wait_for},
    model::{Model, Mood},
    rest::tenant,
    socket::Socket,
};
use api::{answers, inbox};
use types::{
    ErrorCode,
    accounts::Permission,
    answers::{
        AiHours, AiLogEntry, AiLogFilter, AiSettings, AiSettingsUpdate, AnswerKind, HandOffWords, LlmEndpointUpdate,
        TestAnswer,
    },
    inbox::{ConversationStatus, Message, SenderType},
    realtime::ServerFrame,
};

const DELIVERY: &str = "# Delivery\n\nParcels to Norway take six working days and cost 14 euros. \
    Parcels to Sweden take four working days and cost 9 euros.\n\n# Returns\n\nYou can return a pot within 30 days.";
const NORWAY: &str = "Parcels to Norway take six working days [1].";
const QUESTION: &str = "How long do parcels to Norway take?";

async fn shop(app: &App, name: &str, models: &[&Model]) -> Business {
    let shop = app.business(name).await;
    shop.learn("Delivery", DELIVERY).await;
    set(&shop, |update| update.endpoints = models.iter().map(|model| model.endpoint()).collect()).await;
    shop
}

/// Changes settings, from what is stored.
async fn set(shop: &Business, change: impl FnOnce(&mut AiSettingsUpdate)) -> AiSettings {
    let stored = shop.owner.call(&answers::GetAiSettings {}).await.unwrap();
    let mut update = AiSettingsUpdate { threshold: 0.1, ..AiSettingsUpdate::of(stored) };
    change(&mut update);
    shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap()
}

async fn ask(shop: &Business, question: &str) -> TestAnswer {
    shop.owner.call(&answers::TryQuestion { question: question.to_owned() }).await.unwrap()
}

async fn log(shop: &Business) -> Vec<AiLogEntry> {
    shop.owner.call(&answers::AiLog { filter: AiLogFilter::default(), before: None }).await.unwrap().entries
}

/// Sends a message and waits for what the AI says to it.
async fn answered(visitor: &Visitor, question: &str) -> Message {
    let known = by_ai(visitor).await.len();
    visitor.send(question).await;
    wait_for(&format!("an answer to {question}"), async || by_ai(visitor).await.into_iter().nth(known)).await
}

async fn by_ai(visitor: &Visitor) -> Vec<Message> {
    let mut messages = visitor.messages().await;
    messages.retain(|message| message.sender_type == SenderType::Ai);
    messages
}

#[tokio::test(flavor = "multi_thread")]
async fn models_are_asked_in_their_order_and_left_alone_when_they_fail() {
    let app = App::start().await;
    let first = Model::start(Mood::Status(500, None)).await;
    let second = Model::start(Mood::Says(NORWAY)).await;
    let shop = shop(&app, "alder", &[&first, &second]).await;

    // Each question is another one, so that nothing is remembered.
    for (number, mood) in
        [Mood::Status(500, None), Mood::Garbage, Mood::Cut("Parcels to Norway take no")].into_iter().enumerate()
    {
        first.usually(mood);
        let found = ask(&shop, &format!("{QUESTION} I ordered {} pots.", number + 2)).await;
        assert_eq!(found.answer.kind, AnswerKind::Generated, "{:?}", found.account.reason);
        assert_eq!(found.answer.text, NORWAY);
        assert_eq!(first.calls(), number + 1);
    }
    // Three failures in a row: it is not called any more, however well it feels.
    first.usually(Mood::Says(NORWAY));
    let found = ask(&shop, &format!("{QUESTION} I ordered 7 pots.")).await;
    assert_eq!((found.answer.kind, first.calls(), second.calls()), (AnswerKind::Generated, 3, 4));

    // Both gone: the passages' own sentences. The second asks to be left alone for a second.
    second.next(Mood::Status(429, Some(1)));
    for _ in 0..2 {
        let found = ask(&shop, &format!("{QUESTION} I ordered 8 pots.")).await;
        assert_eq!(found.answer.kind, AnswerKind::Extractive);
        assert!(found.answer.text.contains("six working days") && found.account.reason.is_some());
        assert_eq!(second.calls(), 5, "it was called while it asked not to be");
    }
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(ask(&shop, &format!("{QUESTION} I ordered 8 pots.")).await.answer.kind, AnswerKind::Generated);

    // Every call is written down, also the failed ones, with tokens and what they cost.
    let log = log(&shop).await;
    assert!(log.windows(2).all(|pair| pair[0].id > pair[1].id));
    let failed = log.iter().filter(|entry| entry.endpoint.is_some() && entry.error.is_some()).count();
    assert_eq!(failed, 4);
    let good = log.iter().find(|entry| entry.confidence.is_some() && entry.endpoint.is_some()).unwrap();
    assert_eq!((good.input_tokens, good.output_tokens, good.is_estimate), (Some(100), Some(10), false));
    assert_eq!(good.micro_dollars, Some(120));
    assert!(second.url.contains(good.endpoint.as_deref().unwrap()));
    let cut = log.iter().find(|entry| entry.error.as_deref().is_some_and(|error| error.contains("broke off"))).unwrap();
    assert!(cut.is_estimate && cut.input_tokens.unwrap() > 50);
    let totals = shop.owner.call(&answers::AiTotals { days: 1 }).await.unwrap();
    let model = totals.iter().find(|total| total.model == "test-model").unwrap();
    assert_eq!((model.failed, model.calls), (4, 9));
    assert!(model.micro_dollars >= 5 * 120 && model.tokens >= 5 * 110, "{model:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_passages_say_reaches_a_visitor() {
    let app = App::start().await;
    let model = Model::start(Mood::Says(NORWAY)).await;
    let shop = shop(&app, "beech", &[&model]).await;
    // An invented number, a wrong citation, none at all, an invented address.
    for (number, said) in [
        "Parcels to Norway take two working days [1].",
        "You can pay parcels to Norway in five instalments [1].",
        "Parcels to Norway take six working days.",
        "Parcels to Norway take six working days [1], see https://evil.example/norway.",
        "Parcels to Norway take six working days [9].",
    ]
    .into_iter()
    .enumerate()
    {
        model.usually(Mood::Says(said));
        let found = ask(&shop, &format!("{QUESTION} Order {number}00.")).await;
        assert_eq!(found.answer.kind, AnswerKind::Extractive, "{said}");
        assert!(found.answer.text.contains("six working days"), "{}", found.answer.text);
        assert!(found.account.reason.is_some() && found.account.calls[0].said == said);
    }
    // Other words of the same meaning are good: the vectors see that.
    shop.learn(
        "Guarantee",
        "Every lantern carries a guarantee of eleven years against rust. It does not cover candles.",
    )
    .await;
    model.usually(Mood::Says(
        "Good news: your lantern is **guaranteed against rust** for eleven whole years, so you can leave it in the \
         garden through every winter without a worry [1].",
    ));
    let found = ask(&shop, "How long is the guarantee against rust?").await;
    assert_eq!(found.answer.kind, AnswerKind::Generated, "{:?}", found.account.reason);
    // One sentence too many is dropped, the others stay.
    model.usually(Mood::Says(
        "Hello! Parcels to Norway take six working days [1]. Our drivers sing for every customer [1].",
    ));
    let found = ask(&shop, QUESTION).await;
    assert_eq!(found.answer.text, "Hello! Parcels to Norway take six working days [1].");
    assert_eq!(found.account.dropped, ["Our drivers sing for every customer."]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shown_and_is_no_answer_is_taken_back() {
    let app = App::start().await;
    let model = Model::start(Mood::Says("Parcels to Norway take two working days, I am quite sure of that [1].")).await;
    let shop = shop(&app, "juniper", &[&model]).await;
    set(&shop, |update| update.threshold = 1.0).await;
    let visitor = app.visitor(shop.widget.id).await;
    answered(&visitor, QUESTION).await;
    // The team is called already, so nothing is said; but what was written must not stay.
    let (mut widget, _) = Socket::visitor(&visitor.browser, &app.url, &visitor.token, None).await;
    visitor.send("How long do parcels to Sweden take?").await;
    let delta = |is_empty: bool| {
        move |frame: ServerFrame| match frame {
            ServerFrame::AnswerDelta { text, .. } if text.is_empty() == is_empty => Some(()),
            _ => None,
        }
    };
    widget.wait("the words that are written", delta(false)).await;
    widget.wait("that they are taken back", delta(true)).await;
    assert_eq!(by_ai(&visitor).await.len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_remembered_until_anything_changes() {
    let app = App::start().await;
    let model = Model::start(Mood::Says(NORWAY)).await;
    let (one, other) = (shop(&app, "cedar", &[&model]).await, shop(&app, "dogwood", &[&model]).await);
    ask(&one, QUESTION).await;
    let again = ask(&one, "How long does a parcel to Norway take?").await;
    assert!(again.account.is_remembered && again.answer.kind == AnswerKind::Generated);
    assert_eq!((model.calls(), again.answer.text.as_str()), (1, NORWAY));
    assert_eq!(log(&one).await[0].action, "cache");
    // Another business remembers nothing of it.
    assert!(!ask(&other, QUESTION).await.account.is_remembered);
    assert_eq!(model.calls(), 2);
    // What sounds alike is not the same.
    model.usually(Mood::Says("Parcels to Sweden take four working days [1]."));
    let sweden = ask(&one, "How long do parcels to Sweden take?").await;
    assert!(!sweden.account.is_remembered && sweden.answer.text.contains("four"));
    assert!(!ask(&one, "How long do parcels without Norway take?").await.account.is_remembered);
    let calls = model.calls();
    // A source more, and it is asked again.
    model.usually(Mood::Says(NORWAY));
    one.learn("Care", "# Care\n\nWater a fern every second day in summer.").await;
    assert!(!ask(&one, QUESTION).await.account.is_remembered);
    assert_eq!(model.calls(), calls + 1);
    // Another tone as well.
    set(&one, |update| update.tone = "formal".to_owned()).await;
    assert!(!ask(&one, QUESTION).await.account.is_remembered);
    // And what leans on a conversation or says something private is never remembered.
    let private = format!("I am bob@example.com. {QUESTION}");
    for _ in 0..2 {
        assert!(!ask(&one, &private).await.account.is_remembered);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ai_stops_by_itself() {
    let app = App::start().await;
    let shop = app.business("elder").await;
    shop.learn("Delivery", DELIVERY).await;
    set(&shop, |update| {
        update.max_turns = 2;
        update.persona = "Fern".to_owned();
        update.hand_off_words =
            vec![HandOffWords { language: String::new(), text: "A colleague takes over.".to_owned() }];
    })
    .await;
    let visitor = app.visitor(shop.widget.id).await;
    let first = answered(&visitor, QUESTION).await;
    assert_eq!(first.sender_name, "Fern");
    let second = answered(&visitor, "How long do parcels to Sweden take?").await;
    assert!(second.content.contains("four working days"), "{}", second.content);
    let third = answered(&visitor, "Within how many days can I return a pot?").await;
    assert_eq!(third.content, "A colleague takes over.");
    let id = third.conversation_id;
    let detail = shop.agent.call(&inbox::OpenConversation { id }).await.unwrap();
    assert_eq!(detail.conversation.status, ConversationStatus::Open);
    assert!(!detail.conversation.is_ai_enabled, "it would go on");
    // A person gives it back, and it may answer again.
    shop.agent.call(&inbox::SetAi { id, is_enabled: true }).await.unwrap();
    let fourth = answered(&visitor, "Within how many days can I return a pot?").await;
    assert!(fourth.content.contains("30 days"), "{}", fourth.content);

    // The same question over and over ends at the third time.
    set(&shop, |update| update.max_turns = 20).await;
    let bot = app.visitor(shop.widget.id).await;
    for _ in 0..2 {
        assert!(answered(&bot, QUESTION).await.content.contains("six working days"));
    }
    assert_eq!(answered(&bot, "How long DO the parcels to Norway take").await.content, "A colleague takes over.");

    // Whoever writes faster than a person gets one, even for small talk.
    set(&shop, |update| update.max_turns = 200).await;
    let bot = app.visitor(shop.widget.id).await;
    for _ in 0..12 {
        assert!(answered(&bot, "Hello").await.content.starts_with("Hello!"));
    }
    assert_eq!(answered(&bot, "Hello").await.content, "A colleague takes over.");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_and_languages_are_kept() {
    let app = App::start().await;
    let shop = app.business("fir").await;
    shop.learn("Delivery", DELIVERY).await;
    // Nobody is ever in, so there is no hour of duty.
    set(&shop, |update| update.hours = AiHours::DuringBusinessHours).await;
    let visitor = app.visitor(shop.widget.id).await;
    let sent = visitor.send(QUESTION).await;
    let detail = shop.agent.call(&inbox::OpenConversation { id: sent.conversation_id }).await.unwrap();
    assert_eq!(detail.conversation.status, ConversationStatus::Open);
    assert!(!detail.conversation.is_ai_enabled);

    // A conversation that began in time goes straight to the team as well.
    set(&shop, |update| update.hours = AiHours::OutsideBusinessHours).await;
    let visitor = app.visitor(shop.widget.id).await;
    assert!(answered(&visitor, QUESTION).await.content.contains("six working days"));
    set(&shop, |update| update.hours = AiHours::DuringBusinessHours).await;
    let sent = visitor.send("How long do parcels to Sweden take?").await;
    wait_for("the conversation to open", async || {
        let detail = shop.agent.call(&inbox::OpenConversation { id: sent.conversation_id }).await.unwrap();
        (detail.conversation.status == ConversationStatus::Open).then_some(())
    })
    .await;
    assert_eq!(by_ai(&visitor).await.len(), 1, "it spoke off duty");

    // Other languages than those named are for people, and are told so in theirs.
    set(&shop, |update| {
        update.hours = AiHours::Always;
        update.languages = vec!["en".to_owned()];
    })
    .await;
    let visitor = app.visitor(shop.widget.id).await;
    assert!(answered(&visitor, QUESTION).await.content.contains("six working days"));
    let polite = answered(&visitor, "ノルウェーへの荷物はどのくらいかかりますか").await;
    assert!(polite.content.contains("この言語ではお答えできない"), "{}", polite.content);

    // A setting that makes no sense is refused with its field.
    let stored = shop.owner.call(&answers::GetAiSettings {}).await.unwrap();
    let update = AiSettingsUpdate { time_zone: "Middle/Earth".to_owned(), ..AiSettingsUpdate::of(stored) };
    let refused = shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("time_zone"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_stays_with_its_service_and_an_endpoint_can_be_tried() {
    let app = App::start().await;
    let (model, thief) = (Model::start(Mood::Says("OK")).await, Model::start(Mood::Says("OK")).await);
    let shop = shop(&app, "gorse", &[&model]).await;
    let stored = shop.owner.call(&answers::GetAiSettings {}).await.unwrap().endpoints.remove(0);
    assert!(stored.has_key);
    let same = LlmEndpointUpdate::of(stored);
    let tried = shop.owner.call(&answers::TestEndpoint { endpoint: same.clone() }).await.unwrap();
    assert!(tried.is_good && tried.message == "OK", "{}", tried.message);
    assert!(model.last().to_lowercase().contains("authorization: bearer sk-test"));
    model.next(Mood::Status(401, None));
    let tried = shop.owner.call(&answers::TestEndpoint { endpoint: same.clone() }).await.unwrap();
    assert!(!tried.is_good && tried.message.contains("Enter the key again"), "{}", tried.message);

    // To another service it does not go, neither in a try nor when it is saved.
    let elsewhere = LlmEndpointUpdate { base_url: thief.url.clone(), ..same };
    let refused = shop.owner.call(&answers::TestEndpoint { endpoint: elsewhere.clone() }).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("endpoints.0.key"));
    let stored = shop.owner.call(&answers::GetAiSettings {}).await.unwrap();
    let update = AiSettingsUpdate { endpoints: vec![elsewhere], ..AiSettingsUpdate::of(stored) };
    let refused = shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("endpoints.0.key"));
    assert_eq!(thief.calls(), 0);

    // A budget that is used up costs nothing more.
    model.usually(Mood::Says(NORWAY));
    let settings = set(&shop, |update| update.monthly_tokens = Some(1)).await;
    assert!(settings.tokens_used > 1);
    let calls = model.calls();
    let found = ask(&shop, QUESTION).await;
    assert_eq!((found.answer.kind, model.calls()), (AnswerKind::Extractive, calls));
    assert!(found.account.reason.unwrap().contains("used up"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_model_is_used_by_those_who_want_it() {
    let model = Model::start(Mood::Uncounted(NORWAY)).await;
    let app = App::start_thinking(domain::answers::PlatformModel {
        base_url: model.url.clone(),
        model: "platform-model".to_owned(),
        key: "pk".to_owned(),
    })
    .await;
    let shop = app.business("hazel").await;
    shop.learn("Delivery", DELIVERY).await;
    assert_eq!(ask(&shop, QUESTION).await.answer.kind, AnswerKind::Extractive);
    assert_eq!(model.calls(), 0, "nobody has switched it on");
    let settings = set(&shop, |update| update.use_platform_model = true).await;
    assert_eq!(settings.platform_model.as_deref(), Some("platform-model"));
    assert_eq!(ask(&shop, QUESTION).await.answer.kind, AnswerKind::Generated);
    assert!(model.last().to_lowercase().contains("authorization: bearer pk"));
    let entry = log(&shop).await.remove(0);
    assert!(entry.is_estimate && entry.input_tokens.unwrap() > 50 && entry.micro_dollars.is_none());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_question_leans_on_the_first() {
    let app = App::start().await;
    let shop = app.business("ivy").await;
    shop.learn("Delivery", DELIVERY).await;
    shop.learn("Gift cards", "# Gift cards\n\nA gift card costs 25 euros and is sent by e-mail.").await;
    set(&shop, |_| ()).await;
    let visitor = app.visitor(shop.widget.id).await;
    assert!(answered(&visitor, QUESTION).await.content.contains("six working days"));
    let second = answered(&visitor, "And to Sweden?").await;
    assert!(second.content.contains("four working days"), "{}", second.content);

    // The answer to the question before is none to whatever comes after it.
    let other = app.visitor(shop.widget.id).await;
    assert!(answered(&other, QUESTION).await.content.contains("six working days"));
    let strange = answered(&other, "Do you sell helicopters?").await;
    assert!(strange.content.contains("reliable answer") && strange.citations.is_empty(), "{}", strange.content);

    // What was said before the conversation was resolved is another story.
    let id = second.conversation_id;
    let resolve = inbox::SetStatus { id, status: ConversationStatus::Resolved };
    shop.agent.call(&resolve).await.unwrap();
    let model = Model::start(Mood::Says("A gift card costs 25 euros [1].")).await;
    set(&shop, |update| update.endpoints = vec![model.endpoint()]).await;
    answered(&visitor, "How much is a gift card?").await;
    assert!(!model.last().contains("six working days in"), "{}", model.last());
    let told = model.last();
    let messages = told.split("\"messages\"").nth(1).unwrap();
    assert_eq!(messages.matches("\"role\":\"user\"").count(), 1, "{messages}");

    // The log shows texts to those who may read conversations.
    let entry = log(&shop).await.into_iter().find(|entry| entry.action == "answer").unwrap();
    assert_eq!(entry.question.as_deref(), Some("How much is a gift card?"));
    assert!(entry.answer.unwrap().contains("25 euros"));
    let key = crate::rest::program(&app, tenant(&shop).await, [Permission::ReadKnowledge]).await;
    let by_program = key.call(&answers::AiLog { filter: AiLogFilter::default(), before: None }).await.unwrap();
    assert!(by_program.entries.iter().all(|entry| entry.question.is_none() && entry.answer.is_none()));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_questions_travel_over_tls_alone() {
    let app = App::start().await;
    let model = Model::start(Mood::Says(NORWAY)).await;
    let shop = shop(&app, "rowan", &[&model]).await;
    let open = "http://models.example.com/v1";
    let stored = shop.owner.call(&answers::GetAiSettings {}).await.unwrap();
    assert_eq!(stored.endpoints[0].problem, None, "what is in the house can do without");
    let mut update = AiSettingsUpdate::of(stored);
    update.endpoints[0] = LlmEndpointUpdate { base_url: open.to_owned(), ..model.endpoint() };
    let refused = shop.owner.call(&answers::TestEndpoint { endpoint: update.endpoints[0].clone() }).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("endpoints.0.base_url"));
    let refused = shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap_err();
    assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::Invalid, Some("endpoints.0.base_url")));
    assert!(refused.message.contains("https://"), "{}", refused.message);

    // One that was stored when that was still possible is not called, and both pages say why.
    let change = "UPDATE tenant_configurations SET config_data = jsonb_set(config_data, '{endpoints,0,base_url}', to_jsonb($1::text))
        WHERE config_type = 'ai' AND jsonb_array_length(config_data->'endpoints') = 1";
    let owner = crate::cluster::connect(&app.database.owner_url).await;
    assert_eq!(owner.execute(change, &[&open]).await.unwrap(), 1);
    let shown = shop.owner.call(&answers::GetAiSettings {}).await.unwrap();
    assert!(shown.endpoints[0].problem.as_deref().unwrap().contains("https://"));
    let found = ask(&shop, QUESTION).await;
    assert_eq!((found.answer.kind, found.account.calls.len()), (AnswerKind::Extractive, 0));
    assert!(found.account.reason.unwrap().contains("https://"));
    let visitor = app.visitor(shop.widget.id).await;
    answered(&visitor, QUESTION).await;
    wait_for("the account", async || {
        let log = log(&shop).await;
        log.iter().find(|entry| entry.error.as_deref().is_some_and(|error| error.contains("https://"))).map(|_| ())
    })
    .await;
    assert_eq!(model.calls(), 0);
    app.stop().await;
}
