//! Another embedding model after a restart: everything is read again, and nothing is compared
//! across models. And words in other languages, on the way through the database.

use crate::{
    cluster::{Database, connect, described},
    harness::{App, Business, log_in, wait_for},
    model::{Model, Mood},
    rest::tenant,
};
use api::{answers, knowledge, teaching};
use types::{
    answers::{AiSettingsUpdate, AnswerKind, TestAnswer},
    knowledge::SourceStatus,
    teaching::{Gap, GapStatus},
};

const DELIVERY: &str = "# Delivery\n\nParcels to Norway take six working days and cost 14 euros. \
    Parcels to Sweden take four working days and cost 9 euros.\n\n# Returns\n\nYou can return a pot within 30 days.";
const NORWAY: &str = "How long do parcels to Norway take?";
const SECOND: &str = r#"{"name": "second-model", "query_prefix": "query: ", "passage_prefix": "passage: "}"#;
const WRAPPING: [&str; 2] = ["Do you offer gift wrapping?", "Can you gift wrap my order?"];
/// More than are enqueued at once.
const SOURCES: usize = 11;

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_read_again_by_another_model_and_nothing_twice() {
    let app = App::start().await;
    let shop = app.business("hazel").await;
    shop.learn("Delivery", DELIVERY).await;
    for number in 1..SOURCES {
        shop.learn(&format!("Pot {number}"), &format!("Pot {number} is {number}0 centimetres high.")).await;
    }
    for question in WRAPPING {
        app.visitor(shop.widget.id).await.send(question).await;
    }
    group(&shop, 2).await;
    settled(&app.database).await;
    let database = app.database.clone();
    let before = vectors(&database).await;
    let said = models(&database).await;
    assert_eq!((said.len(), said[0].split(' ').next()), (2, Some("all-MiniLM-L6-v2-int8")), "{said:?}");
    app.stop().await;
    let owner = connect(&database.owner_url).await;
    let last: i64 = owner.query_one("SELECT max(sequence) FROM events", &[]).await.unwrap().get(0);

    let app = App::start_embedding(database.clone(), described("second", SECOND)).await;
    let shop = again(&app, shop, "hazel").await;
    done(&shop).await;
    settled(&database).await;
    let said = models(&database).await;
    assert!(said.len() == 2 && said.iter().all(|model| model.starts_with("second-model ")), "{said:?}");
    assert_ne!(vectors(&database).await, before, "the questions kept their vectors");
    assert_eq!(wrong_counts(&database).await, 0, "the counts of terms are not those of the passages");
    assert_eq!(ask(&shop, NORWAY).await.answer.kind, AnswerKind::Extractive);
    assert!(ask(&shop, NORWAY).await.answer.text.contains("six working days"));
    assert!(ask(&shop, "How high is pot 7?").await.answer.text.contains("70 centimetres"));
    // The page showed each source wait, be read, and be ready.
    for status in ["queued", "processing", "ready"] {
        let sql = "SELECT count(DISTINCT payload #>> '{SourceUpdated,source,id}') FROM events
            WHERE sequence > $1 AND payload #>> '{SourceUpdated,source,status}' = $2";
        let shown: i64 = owner.query_one(sql, &[&last, &status]).await.unwrap().get(0);
        assert_eq!(shown, i64::try_from(SOURCES).unwrap(), "{status}");
    }
    // The group is still that of the same meaning.
    app.visitor(shop.widget.id).await.send("Is gift wrapping available for an order?").await;
    assert_eq!(group(&shop, 3).await.questions.len(), 3);
    settled(&database).await;
    app.stop().await;

    // As if the server had ended in the middle: some sources are marked, and nothing waits.
    let torn = "UPDATE passage_index SET model = 'first' WHERE passage_id IN (
            SELECT id FROM passages WHERE source_id IN (SELECT id FROM sources ORDER BY id LIMIT 9));
        UPDATE sources SET status = 'queued' WHERE id IN (SELECT id FROM sources ORDER BY id LIMIT 4);
        UPDATE question_groups SET model = 'first'";
    owner.batch_execute(torn).await.unwrap();
    let untouched = "SELECT array_agg(id::text ORDER BY id) FROM passages
        WHERE source_id IN (SELECT id FROM sources ORDER BY id OFFSET 9)";
    let kept: Vec<String> = owner.query_one(untouched, &[]).await.unwrap().get(0);
    let app = App::start_embedding(database.clone(), described("third", SECOND)).await;
    let shop = again(&app, shop, "hazel").await;
    done(&shop).await;
    settled(&database).await;
    assert!(models(&database).await.iter().all(|model| model.starts_with("second-model ")));
    assert_eq!(group(&shop, 3).await.questions.len(), 3);
    assert_eq!(owner.query_one(untouched, &[]).await.unwrap().get::<_, Vec<String>>(0), kept, "read in vain");
    assert_eq!(wrong_counts(&database).await, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_read_again_yet_is_found_with_the_model_of_before() {
    let app = App::start().await;
    let shop = app.business("willow").await;
    shop.learn("Delivery", DELIVERY).await;
    let database = app.database.clone();
    app.stop().await;
    // Whoever holds the source keeps it from being read again.
    let mut holder = connect(&database.owner_url).await;
    let held = holder.transaction().await.unwrap();
    held.batch_execute("SELECT FROM sources FOR UPDATE").await.unwrap();

    let app = App::start_embedding(database.clone(), described("after", SECOND)).await;
    let shop = again(&app, shop, "willow").await;
    let answered = ask(&shop, NORWAY).await.answer;
    assert_eq!(answered.kind, AnswerKind::Extractive);
    assert!(answered.text.contains("six working days"), "{answered:?}");
    // What is new has vectors of the new model, and is found beside it.
    shop.learn("Hours", "# Hours\n\nOur shop is open from nine to five on weekdays.").await;
    assert!(ask(&shop, "When is your shop open on weekdays?").await.answer.text.contains("nine to five"));
    assert!(ask(&shop, NORWAY).await.answer.text.contains("six working days"));
    let known = "SELECT count(*) FROM embedding_models";
    let owner = connect(&database.owner_url).await;
    assert_eq!(owner.query_one(known, &[]).await.unwrap().get::<_, i64>(0), 2, "the model of before is not needed");

    held.rollback().await.unwrap();
    app.stop().await;

    // What could not be read again then is looked for at the next start, and the model of before is let go.
    let app = App::start_embedding(database.clone(), described("later", SECOND)).await;
    let shop = again(&app, shop, "willow").await;
    wait_for("the source to be read again", async || {
        models(&database).await.iter().all(|model| model.starts_with("second-model ")).then_some(())
    })
    .await;
    done(&shop).await;
    assert!(ask(&shop, NORWAY).await.answer.text.contains("six working days"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_not_remembered_across_models() {
    let model = Model::start(Mood::Says("Parcels to Norway take six working days [1].")).await;
    let app = App::start().await;
    let shop = app.business("iris").await;
    shop.learn("Delivery", DELIVERY).await;
    let stored = shop.owner.call(&answers::GetAiSettings {}).await.unwrap();
    let endpoints = vec![model.endpoint()];
    let update = AiSettingsUpdate { threshold: 0.1, endpoints, ..AiSettingsUpdate::of(stored) };
    shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap();
    assert!(!ask(&shop, NORWAY).await.account.is_remembered);
    assert!(ask(&shop, NORWAY).await.account.is_remembered);
    let database = app.database.clone();
    app.stop().await;

    // The same weights: only the name tells that the vectors are not to be compared.
    let app = App::start_embedding(database.clone(), described("named", r#"{"name": "named-otherwise"}"#)).await;
    let shop = again(&app, shop, "iris").await;
    done(&shop).await;
    settled(&database).await;
    // As if nothing else had changed since.
    let same = "UPDATE answer_cache SET version = (SELECT version FROM knowledge_versions)";
    connect(&database.owner_url).await.batch_execute(same).await.unwrap();
    assert!(!ask(&shop, NORWAY).await.account.is_remembered);
    assert!(ask(&shop, NORWAY).await.account.is_remembered);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_in_the_languages_of_the_sources() {
    let app = App::start().await;
    let shop = app.business("jasmin").await;
    let returns = "Die Rücksendungen der Pflanzen sind für Sie kostenlos. Legen Sie bitte den Schein bei.";
    let payment = "Sie können mit Karte oder auf Rechnung zahlen. Die Rechnungen kommen mit der Post.";
    shop.learn("Rückgabe", returns).await;
    shop.learn("Bezahlen", payment).await;
    shop.learn("Livraison", "Les livraisons sont gratuites pour les commandes de plus de 50 euros.").await;
    shop.learn("配送", "ご注文の配送料は五百円です。").await;
    shop.learn("Delivery", DELIVERY).await;
    for (question, title) in [
        ("Kostet eine Rücksendung etwas?", "Rückgabe"),
        ("Rucksendung", "Rückgabe"),
        ("Kommt meine Rechnung mit der Post?", "Bezahlen"),
        ("La livraison est-elle gratuite ?", "Livraison"),
        ("配送料はいくらですか", "配送"),
        ("How long do parcels to Sweden take?", "Delivery"),
    ] {
        let found = ask(&shop, question).await;
        let best = &found.passages[0];
        assert_eq!((best.title.as_str(), best.bm25 > 0.5), (title, true), "{question}: {best:?}");
    }
    // Languages are counted as passages are, and go with them.
    let owner = connect(&app.database.owner_url).await;
    let marks = "SELECT coalesce(sum(documents), 0) FROM term_statistics WHERE term < 0";
    assert_eq!(owner.query_one(marks, &[]).await.unwrap().get::<_, i64>(0), 6);
    for source in shop.owner.call(&knowledge::ListSources {}).await.unwrap() {
        shop.owner.call(&knowledge::DeleteSource { id: source.id }).await.unwrap();
    }
    assert_eq!(owner.query_one(marks, &[]).await.unwrap().get::<_, i64>(0), 0);
    app.stop().await;
}

/// The same business on a server that was started again.
async fn again(app: &App, shop: Business, name: &str) -> Business {
    let (owner, agent) = (app.browser(), app.browser());
    log_in(&owner, &format!("owner@{name}.example")).await;
    log_in(&agent, &format!("agent@{name}.example")).await;
    let shop = Business { owner, agent, ..shop };
    let _signed_in = tenant(&shop).await;
    shop
}

async fn ask(shop: &Business, question: &str) -> TestAnswer {
    shop.owner.call(&answers::TryQuestion { question: question.to_owned() }).await.unwrap()
}

/// The one group, once it has so many questions.
async fn group(shop: &Business, count: i64) -> Gap {
    wait_for("the group", async || {
        let gaps = shop.owner.call(&teaching::ListGaps { status: GapStatus::Open }).await.unwrap();
        assert!(gaps.len() <= 1, "{gaps:?}");
        gaps.into_iter().find(|gap| gap.count == count)
    })
    .await
}

/// Waits until every source is ready, and of the present model.
async fn done(shop: &Business) {
    wait_for("the sources to be read again", async || {
        let sources = shop.owner.call(&knowledge::ListSources {}).await.unwrap();
        assert!(sources.iter().all(|source| source.status != SourceStatus::Failed), "{sources:?}");
        let found = ask(shop, "pot").await;
        let is_ready = sources.iter().all(|source| source.status == SourceStatus::Ready);
        (is_ready && !found.passages.is_empty()).then_some(())
    })
    .await;
}

/// Waits until no job is left.
async fn settled(database: &Database) {
    let owner = connect(&database.owner_url).await;
    wait_for("the jobs to be done", async || {
        let left: i64 = owner.query_one("SELECT count(*) FROM jobs WHERE state = 'queued'", &[]).await.unwrap().get(0);
        (left == 0).then_some(())
    })
    .await;
}

/// The models of everything that has a vector: of passages with their form, of groups without.
async fn models(database: &Database) -> Vec<String> {
    let sql = "SELECT model FROM passage_index UNION SELECT model FROM question_groups ORDER BY model";
    let rows = connect(&database.owner_url).await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// The vectors of the questions without a good answer.
async fn vectors(database: &Database) -> Vec<String> {
    let sql = "SELECT embedding::text FROM unanswered_questions ORDER BY message_id LIMIT 2";
    let rows = connect(&database.owner_url).await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Terms whose stored count is not the number of passages that hold them.
async fn wrong_counts(database: &Database) -> i64 {
    let sql = "SELECT count(*) FROM term_statistics AS stored FULL JOIN (
            SELECT tenant_id, term, count(*) AS documents FROM passages, unnest(terms) AS term GROUP BY 1, 2
        ) AS counted USING (tenant_id, term)
        WHERE stored.documents IS DISTINCT FROM counted.documents";
    connect(&database.owner_url).await.query_one(sql, &[]).await.unwrap().get(0)
}
