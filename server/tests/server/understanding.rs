//! What is understood of messages: intents that a tenant defines, mood and
//! language, leads, and what a conversation was about.

use crate::{
    cluster::connect,
    harness::{App, Business, wait_for},
    rest::{call, get, problem, program, read, tenant},
};
use api::{accounts, audit, contacts, inbox, insights, intents, leads};
use domain::jobs::Job;
use serde_json::json;
use types::{
    ClientId, ErrorCode, LeadId,
    accounts::{Permission as P, Role},
    audit::AuditAction,
    contacts::{ContactExport, ContactStage},
    inbox::ConversationStatus,
    insights::{ConversationInsights, MessageInsight, Sentiment},
    intents::{Classified, Intent, IntentChange, IntentDetail, IntentModel, ModelState, NewIntent},
    leads::{Lead, LeadChange, LeadStage},
    rest::Page,
    widgets::SentMessage,
};

const PARCEL: [&str; 8] = [
    "Where is my parcel?",
    "When does my order arrive?",
    "My delivery has not come yet",
    "How can I track my parcel?",
    "Is my package on its way?",
    "The tracking does not move",
    "When will you ship my order?",
    "Has my order left already?",
];
const REFUND: [&str; 8] = [
    "I want my money back",
    "How do I get a refund?",
    "Please refund my order",
    "When is the money back in my account?",
    "I returned it, where is my refund?",
    "Can you give me the money back?",
    "The refund has not arrived",
    "Refund me please",
];
const INVOICE: [&str; 8] = [
    "I need an invoice",
    "Can you send me the bill?",
    "Please send an invoice with VAT",
    "Where do I find my invoices?",
    "The invoice has the wrong address",
    "I need a receipt for my tax",
    "Could you write the company name on the invoice?",
    "Please send the bill again",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_defines_intents_and_messages_get_them() {
    let app = App::start().await;
    let (shop, other) = (app.business("iris").await, app.business("jasmine").await);
    let none = model(&shop).await;
    assert_eq!((none.state, none.is_in_use, none.report), (ModelState::None, false, None));
    let early = shop.owner.call(&intents::ClassifyText { text: "Where is it?".to_owned() }).await.unwrap_err();
    assert_eq!(early.code, ErrorCode::Conflict);
    assert_eq!(shop.owner.call(&intents::TrainIntents {}).await.unwrap_err().code, ErrorCode::Invalid);

    let parcel = create(&shop, "Parcel", &PARCEL).await;
    let refund = create(&shop, "Refund", &REFUND).await;
    // The same twice counts once, and so do empty lines.
    let invoice = create(&shop, "Invoice", &[&INVOICE[..], &["", "i need AN invoice", " "]].concat()).await;
    assert_eq!((invoice.intent.examples, invoice.examples.len()), (8, 8));
    let taken = shop.owner.call(&intents::CreateIntent { new: new("PARCEL", &[]) }).await.unwrap_err();
    assert_eq!((taken.code, taken.field.as_deref()), (ErrorCode::Conflict, Some("name")));
    let thin = create(&shop, "Thin", &["Only one"]).await;
    let refused = shop.owner.call(&intents::TrainIntents {}).await.unwrap_err();
    assert!(refused.message.contains("“Thin” needs at least 2 examples"), "{}", refused.message);
    shop.owner.call(&intents::DeleteIntent { id: thin.intent.id }).await.unwrap();

    // An agent and a viewer see it and change nothing.
    let viewer = shop.colleague(&app, "viewer", Role::Viewer).await;
    for browser in [&shop.agent, &viewer] {
        assert_eq!(browser.call(&intents::ListIntents {}).await.unwrap().intents.len(), 3);
        assert_eq!(browser.call(&intents::TrainIntents {}).await.unwrap_err().code, ErrorCode::Forbidden);
    }

    let trained = train(&shop).await;
    let report = trained.report.unwrap();
    assert_eq!((report.tested, report.intents.len()), (24, 3));
    assert!(report.right >= 15 && report.accuracy > 0.6, "{report:?}");
    assert!(report.intents.windows(2).all(|pair| pair[0].f1 <= pair[1].f1), "the weakest first");
    assert!(trained.is_in_use && !trained.is_out_of_date);

    let told = classify(&shop, "Could you tell me where my parcel is right now?").await;
    assert_eq!((told.intent_id, told.intent.as_deref()), (Some(parcel.intent.id), Some("Parcel")), "{told:?}");
    for strange in ["Do orchids need much light?", "My cat likes to sleep on the keyboard"] {
        let told = classify(&shop, strange).await;
        assert_eq!((told.intent_id, told.intent), (None, None), "{strange}: {:?}", told.likeliest);
        assert_eq!(told.likeliest.len(), 3);
    }

    let visitor = app.visitor(shop.widget.id).await;
    let sent = visitor.send("I want a refund, please give me my money back").await;
    let known = understood(&shop, &sent).await;
    assert_eq!((known.intent_id, known.intent.as_deref()), (Some(refund.intent.id), Some("Refund")), "{known:?}");
    assert!(known.intent_probability.unwrap() > 0.5);
    let sent = visitor.send("Do orchids need much light?").await;
    let unknown = understood(&shop, &sent).await;
    assert_eq!((unknown.intent_id, unknown.language.as_deref()), (None, Some("en")));
    assert!(unknown.intent_probability.is_some(), "it was asked");

    // Other examples: out of date, and still in use until it is trained again.
    let change = IntentChange {
        examples: Some(vec!["Where is it?".to_owned(), PARCEL[1].to_owned()]),
        ..IntentChange::default()
    };
    let changed = shop.owner.call(&intents::ChangeIntent { id: parcel.intent.id, change }).await.unwrap();
    assert_eq!(changed.examples.len(), 2);
    assert_eq!(changed.examples[0].id, parcel.examples[1].id, "what stays is the same row");
    assert!(model(&shop).await.is_out_of_date && model(&shop).await.is_in_use);
    let more = PARCEL.iter().map(|text| (*text).to_owned()).collect();
    let whole = shop.owner.call(&intents::AddExamples { id: parcel.intent.id, examples: more }).await.unwrap();
    assert_eq!(whole.examples.len(), 9);
    assert!(!train(&shop).await.is_out_of_date);

    // What an intent is called is an example as well; a description, or an intent that says nothing yet, is none.
    let change = |name: Option<&str>, description: Option<&str>| intents::ChangeIntent {
        id: parcel.intent.id,
        change: IntentChange {
            name: name.map(str::to_owned),
            description: description.map(str::to_owned),
            ..IntentChange::default()
        },
    };
    shop.owner.call(&change(None, Some("Where a parcel is"))).await.unwrap();
    let empty = create(&shop, "Empty", &[]).await;
    assert!(!model(&shop).await.is_out_of_date);
    shop.owner.call(&change(Some("Shipping"), None)).await.unwrap();
    assert!(model(&shop).await.is_out_of_date, "it was trained with another name");
    shop.owner.call(&change(Some("Parcel"), None)).await.unwrap();
    assert!(!model(&shop).await.is_out_of_date, "it is called as before");
    let id = empty.intent.id;
    shop.owner.call(&intents::AddExamples { id, examples: vec!["Anything".to_owned()] }).await.unwrap();
    assert!(model(&shop).await.is_out_of_date, "an example more");
    shop.owner.call(&intents::DeleteIntent { id }).await.unwrap();
    assert!(!model(&shop).await.is_out_of_date, "and gone again");

    // Deleted, it is not told any more, not even of messages of before.
    shop.owner.call(&intents::DeleteIntent { id: refund.intent.id }).await.unwrap();
    assert!(model(&shop).await.is_out_of_date);
    let told = classify(&shop, "I want a refund, please give me my money back").await;
    assert_eq!((told.intent_id, told.likeliest.len()), (None, 2));
    let stored = insights(&shop, &sent).await;
    assert!(stored.messages.iter().all(|message| message.intent_id.is_none()) && stored.messages.len() == 2);

    // Another business sees and changes nothing of it.
    assert!(other.owner.call(&intents::ListIntents {}).await.unwrap().intents.is_empty());
    assert_eq!(model(&other).await.state, ModelState::None);
    let id = parcel.intent.id;
    for code in [
        other.owner.call(&intents::OpenIntent { id }).await.unwrap_err().code,
        other.owner.call(&intents::ChangeIntent { id, change: IntentChange::default() }).await.unwrap_err().code,
        other.owner.call(&intents::AddExamples { id, examples: vec!["x".to_owned()] }).await.unwrap_err().code,
        other.owner.call(&intents::DeleteIntent { id }).await.unwrap_err().code,
        other.owner.call(&insights::GetInsights { id: sent.conversation_id }).await.unwrap_err().code,
    ] {
        assert_eq!(code, ErrorCode::NotFound);
    }
    let told = shop.owner.call(&audit::ListAudit { before: None }).await.unwrap();
    let count = |action| told.entries.iter().filter(|entry| entry.action == action).count();
    assert_eq!(count(AuditAction::IntentCreated), 5);
    assert_eq!((count(AuditAction::IntentUpdated), count(AuditAction::IntentDeleted)), (5, 3));
    assert_eq!(count(AuditAction::IntentsTrained), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mood_language_topic_and_summary_are_made_out() {
    let app = App::start().await;
    let shop = app.business("kale").await;
    let visitor = app.visitor(shop.widget.id).await;
    let sent = visitor.send("Wo ist meine Bestellung? Das ist eine Frechheit, ich bin sehr enttäuscht!").await;
    shop.silence(&sent).await;
    let one = understood(&shop, &sent).await;
    assert_eq!((one.language.as_deref(), one.sentiment), (Some("de"), Some(Sentiment::Negative)));
    assert!(!one.is_urgent && one.sentiment_score.unwrap() < -0.3);
    // Nothing was trained, so nothing was embedded and there is no probability.
    assert_eq!((one.intent_id, one.intent_probability), (None, None));
    let sent = visitor.send("Die Lampe aus der Bestellung brauche ich dringend").await;
    assert!(understood(&shop, &sent).await.is_urgent);
    let strange = visitor.send("注文はどこですか").await;
    let strange = understood(&shop, &strange).await;
    assert_eq!((strange.language.as_deref(), strange.sentiment), (Some("ja"), None), "not guessed");
    let (id, content) = (sent.conversation_id, "Die Lampe kommt am Freitag bei Ihnen an.".to_owned());
    shop.agent.call(&inbox::SendReply { id, client_id: ClientId::random(), content, is_note: false }).await.unwrap();
    let before = insights(&shop, &sent).await;
    assert_eq!((before.language.as_deref(), before.topic, before.summary), (Some("de"), None, None));
    assert!(before.is_urgent);

    let status = ConversationStatus::Resolved;
    shop.agent.call(&inbox::SetStatus { id, status }).await.unwrap();
    let whole =
        wait_for("the summary", async || Some(insights(&shop, &sent).await).filter(|one| one.summary.is_some())).await;
    let summary = whole.summary.clone().unwrap();
    assert!(summary.contains("Bestellung") && summary.contains("am Freitag"), "{summary}");
    assert!(whole.topic.clone().unwrap().contains("Bestellung"), "{:?}", whole.topic);
    assert!(!whole.topic.clone().unwrap().contains("ich"), "{:?}", whole.topic);
    assert_eq!((whole.language.as_deref(), whole.messages.len()), (Some("de"), 3));

    // Both jobs come to the same when they run twice.
    enqueue(&app, &shop, Job::Understand { conversation_id: id, message_id: sent.message.id }).await;
    enqueue(&app, &shop, Job::SumUp { conversation_id: id }).await;
    settled(&app).await;
    let again = insights(&shop, &sent).await;
    assert_eq!(ConversationInsights { summarised_at: whole.summarised_at, ..again }, whole);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_is_noticed_once_and_goes_with_the_contact() {
    let app = App::start().await;
    let (shop, other) = (app.business("lily").await, app.business("mallow").await);
    let visitor = app.visitor(shop.widget.id).await;
    let sent = visitor.send("Where is my order number 0151 2345678?").await;
    shop.silence(&sent).await;
    understood(&shop, &sent).await;
    assert!(all(&shop).await.is_empty(), "the number of an order is nobody's phone");

    let sent = visitor.send("I'd like to order 40 lamps, write to Mia@Example.com").await;
    understood(&shop, &sent).await;
    let first = all(&shop).await;
    assert_eq!(first.len(), 1);
    assert_eq!(
        (first[0].emails.as_slice(), first[0].stage),
        (["mia@example.com".to_owned()].as_slice(), LeadStage::New)
    );
    assert_eq!((first[0].intent.as_str(), first[0].conversation_id), ("Wants to buy", Some(sent.conversation_id)));
    let id = first[0].id;
    let moved = shop.agent.call(&leads::ChangeLead { id, change: LeadChange { stage: LeadStage::Qualified } }).await;
    assert_eq!((moved.as_ref().unwrap().stage, moved.unwrap().converted_at), (LeadStage::Qualified, None));

    let sent = visitor.send("Or call me: +49 151 2345678, or mia@work.example").await;
    understood(&shop, &sent).await;
    let lead = all(&shop).await.remove(0);
    assert_eq!((lead.id, lead.stage), (id, LeadStage::Qualified), "what a person decided stays");
    assert_eq!(lead.emails, ["mia@example.com", "mia@work.example"]);
    assert_eq!(lead.phones, ["+49 151 2345678"]);
    let contact =
        shop.owner.call(&inbox::OpenConversation { id: sent.conversation_id }).await.unwrap().conversation.contact;
    assert_eq!((contact.email.as_deref(), contact.stage), (Some("mia@example.com"), ContactStage::Lead));
    assert_eq!(contact.phone.as_deref(), Some("+49 151 2345678"));
    enqueue(&app, &shop, Job::Understand { conversation_id: sent.conversation_id, message_id: sent.message.id }).await;
    settled(&app).await;
    assert_eq!(all(&shop).await, [lead], "twice is once");

    // Its time of conversion is kept with it, by stage alone it is found, and nobody else has it.
    let client = program(&app, tenant(&shop).await, [P::ReadInbox, P::WorkInbox]).await;
    let path = format!("/leads/{id}");
    let converted: Lead = read(&call(&client, "PATCH", &path, Some(&json!({ "stage": "converted" }))).await);
    assert!(converted.converted_at.is_some());
    let found = async |path: &str| get::<Page<Lead>>(&client, path).await.data.len();
    assert_eq!((found("/leads?stage=converted").await, found("/leads?stage=new").await), (1, 0));
    let again: Lead = read(&call(&client, "PATCH", &path, Some(&json!({ "stage": "lost" }))).await);
    assert_eq!(again.converted_at, None);
    assert_eq!(problem(&call(&client, "GET", "/leads?stage=rich", None).await).code, ErrorCode::Invalid);
    assert!(other.owner.call(&leads::ListLeads { stage: None, before: None }).await.unwrap().leads.is_empty());
    let change = LeadChange { stage: LeadStage::Lost };
    assert_eq!(other.owner.call(&leads::ChangeLead { id, change }).await.unwrap_err().code, ErrorCode::NotFound);
    let viewer = shop.colleague(&app, "viewer", Role::Viewer).await;
    assert_eq!(viewer.call(&leads::ChangeLead { id, change }).await.unwrap_err().code, ErrorCode::Forbidden);
    let nobody = LeadId::new();
    assert_eq!(shop.agent.call(&leads::ChangeLead { id: nobody, change }).await.unwrap_err().code, ErrorCode::NotFound);

    // The contact's copy has it, and nothing of it outlives the contact.
    shop.agent
        .call(&inbox::SetStatus { id: sent.conversation_id, status: ConversationStatus::Resolved })
        .await
        .unwrap();
    settled(&app).await;
    let copy = shop.owner.call(&contacts::ExportContact { id: visitor.contact }).await.unwrap();
    let copy: ContactExport = serde_json::from_str(&copy).unwrap();
    assert_eq!((copy.leads.len(), copy.leads[0].phones.len()), (1, 1));
    assert!(copy.conversations[0].insights.as_ref().unwrap().summary.is_some());
    shop.owner.call(&contacts::EraseContact { id: visitor.contact }).await.unwrap();
    let owner = connect(&app.database.owner_url).await;
    for table in ["leads", "message_insights", "conversation_insights"] {
        let left: i64 = owner.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap().get(0);
        assert_eq!(left, 0, "{table} keeps something");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_define_train_and_ask() {
    let app = App::start().await;
    let shop = app.business("nettle").await;
    let client = program(&app, tenant(&shop).await, [P::ReadKnowledge, P::ManageKnowledge, P::ReadInbox]).await;
    let made: IntentDetail =
        read(&call(&client, "POST", "/intents", Some(&json!({ "name": "Parcel", "examples": PARCEL }))).await);
    let path = format!("/intents/{}", made.intent.id);
    let second = call(&client, "POST", "/intents", Some(&json!({ "name": "Invoice", "examples": INVOICE }))).await;
    assert_eq!(second.status, 201);
    let again = call(&client, "POST", "/intents", Some(&json!({ "name": "invoice" }))).await;
    assert_eq!(problem(&again).code, ErrorCode::Conflict);
    let more = json!({ "examples": ["Any news of the courier?", PARCEL[0]] });
    let more: IntentDetail = read(&call(&client, "POST", &format!("{path}/examples"), Some(&more)).await);
    assert_eq!(more.examples.len(), 9);
    let renamed: IntentDetail = read(&call(&client, "PATCH", &path, Some(&json!({ "name": "Delivery" }))).await);
    assert_eq!((renamed.intent.name.as_str(), renamed.examples.len()), ("Delivery", 9));
    let long = json!({ "examples": ["x".repeat(501)] });
    let long = problem(&call(&client, "PATCH", &path, Some(&long)).await);
    assert_eq!((long.code, long.field.as_deref()), (ErrorCode::TooLarge, Some("examples")));
    let walk: Page<Intent> = get(&client, "/intents?limit=1").await;
    assert_eq!(walk.data[0].name, "Invoice");
    let rest: Page<Intent> = get(&client, &format!("/intents?limit=1&cursor={}", walk.next_cursor.unwrap())).await;
    assert_eq!((rest.data[0].name.as_str(), rest.next_cursor), ("Delivery", None));

    let training: IntentModel = read(&call(&client, "POST", "/intents/train", None).await);
    assert_eq!(training.state, ModelState::Training);
    trained(async || get(&client, "/intents/model").await).await;
    let asked = json!({ "text": "where is my parcel" });
    let told: Classified = read(&call(&client, "POST", "/intents/classify", Some(&asked)).await);
    assert_eq!(told.intent.as_deref(), Some("Delivery"), "{told:?}");
    let strange = json!({ "text": "My cat likes to sleep on the keyboard" });
    let told: Classified = read(&call(&client, "POST", "/intents/classify", Some(&strange)).await);
    assert_eq!(told.intent, None, "{told:?}");
    assert_eq!(
        problem(&call(&client, "POST", "/intents/classify", Some(&json!({ "text": " " }))).await).code,
        ErrorCode::Invalid
    );

    let sent = app.visitor(shop.widget.id).await.send("Where is my parcel?").await;
    understood(&shop, &sent).await;
    let insights: ConversationInsights =
        get(&client, &format!("/conversations/{}/insights", sent.conversation_id)).await;
    assert_eq!((insights.intent.as_deref(), insights.messages.len()), (Some("Delivery"), 1));
    assert_eq!(call(&client, "DELETE", &path, None).await.status, 204);
    assert_eq!(problem(&call(&client, "GET", &path, None).await).code, ErrorCode::NotFound);
    app.stop().await;
}

fn new(name: &str, examples: &[&str]) -> NewIntent {
    let examples = examples.iter().map(|text| (*text).to_owned()).collect();
    NewIntent { name: name.to_owned(), description: String::new(), examples }
}

async fn create(shop: &Business, name: &str, examples: &[&str]) -> IntentDetail {
    shop.owner.call(&intents::CreateIntent { new: new(name, examples) }).await.unwrap()
}

async fn model(shop: &Business) -> IntentModel {
    shop.owner.call(&intents::GetIntentModel {}).await.unwrap()
}

async fn train(shop: &Business) -> IntentModel {
    let begun = shop.owner.call(&intents::TrainIntents {}).await.unwrap();
    assert_eq!(begun.state, ModelState::Training);
    trained(async || model(shop).await).await
}

/// Looks until the training has ended; without optimisation that takes longer than other things do.
async fn trained(look: impl AsyncFn() -> IntentModel) -> IntentModel {
    for _ in 0..300 {
        let model = look().await;
        assert_ne!(model.state, ModelState::Failed, "{:?}", model.error);
        if model.state == ModelState::Ready {
            return model;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    panic!("waited in vain for the training");
}

async fn classify(shop: &Business, text: &str) -> Classified {
    shop.owner.call(&intents::ClassifyText { text: text.to_owned() }).await.unwrap()
}

async fn insights(shop: &Business, sent: &SentMessage) -> ConversationInsights {
    shop.agent.call(&insights::GetInsights { id: sent.conversation_id }).await.unwrap()
}

/// What was understood of a message, once it was.
async fn understood(shop: &Business, sent: &SentMessage) -> MessageInsight {
    wait_for("what was understood", async || {
        insights(shop, sent).await.messages.into_iter().find(|message| message.message_id == sent.message.id)
    })
    .await
}

async fn all(shop: &Business) -> Vec<Lead> {
    shop.agent.call(&leads::ListLeads { stage: None, before: None }).await.unwrap().leads
}

async fn enqueue(app: &App, shop: &Business, job: Job) {
    let tenant = shop.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.id;
    let work = async move |tx: &mut domain::database::TenantTx| tx.enqueue(&job).await;
    app.product.db().tenant(tenant, work).await.unwrap();
}

/// Waits until no job is left.
pub async fn settled(app: &App) {
    let owner = connect(&app.database.owner_url).await;
    wait_for("the jobs to be done", async || {
        let left: i64 = owner.query_one("SELECT count(*) FROM jobs WHERE state = 'queued'", &[]).await.unwrap().get(0);
        (left == 0).then_some(())
    })
    .await;
}
