//! What the AI learns, and that forgetting leaves nothing behind.

use crate::{
    cluster::{Database, connect},
    harness::{App, Business, wait_for},
};
use api::{answers, knowledge};
use types::{
    ErrorCode,
    answers::AnswerKind,
    knowledge::{Source, SourceStatus},
};

const DELIVERY: &str = "# Delivery\n\nParcels to Norway take six working days and cost 14 euros. \
    Parcels to Sweden take four working days.\n\n# Customs\n\nThe carrier collects the customs duty from you.";
const CARE: &str = "# Watering\n\nWater a fern every second day in summer. Use rain water when you have some. \
    Parcels with ferns hold moist moss for the days on the way.";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forgotten_leaves_nothing_behind() {
    let app = App::start().await;
    let shop = app.business("fern").await;
    tokio::join!(shop.learn("Delivery", DELIVERY), shop.learn("Care", CARE));
    assert_eq!(wrong_counts(&app.database).await, 0, "the counts of terms are not those of the passages");
    let sources = shop.owner.call(&knowledge::ListSources {}).await.unwrap();
    let delivery = sources.iter().find(|source| source.title == "Delivery").unwrap();
    assert_eq!(delivery.passages, 2);
    let passages = shop.agent.call(&knowledge::SourcePassages { id: delivery.id }).await.unwrap();
    assert_eq!(passages.iter().map(|one| one.heading.as_str()).collect::<Vec<_>>(), ["Delivery", "Customs"]);

    let asked = "How long do parcels to Norway take?";
    let found = shop.agent.call(&answers::TryQuestion { question: asked.to_owned() }).await.unwrap();
    assert_eq!(found.answer.kind, AnswerKind::Extractive);
    assert!(found.answer.text.contains("six working days"), "{}", found.answer.text);
    assert_eq!(found.answer.citations[0].source_id, delivery.id);
    assert_eq!(found.passages[0].heading, "Delivery");

    // The same text again is told, and one that is in use is not read again.
    let again = add(&shop, "Delivery again", DELIVERY).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::Conflict);
    let same = shop.owner.call(&knowledge::RetrySource { id: delivery.id }).await.unwrap();
    assert_eq!(same.status, SourceStatus::Ready);

    shop.owner.call(&knowledge::DeleteSource { id: delivery.id }).await.unwrap();
    assert_eq!(wrong_counts(&app.database).await, 0, "the counts of terms are not those of the passages");
    let found = shop.agent.call(&answers::TryQuestion { question: asked.to_owned() }).await.unwrap();
    assert!(found.passages.iter().all(|passage| passage.source_id != delivery.id));
    assert_eq!(found.answer.kind, AnswerKind::HandOff, "{}", found.answer.text);
    assert!(shop.owner.call(&knowledge::DeleteSource { id: delivery.id }).await.is_err());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_without_a_sentence_fails_with_a_reason() {
    let app = App::start().await;
    let shop = app.business("moss").await;
    let source = add(&shop, "Rules", "---\n<!-- nothing but a comment -->\n***").await.unwrap();
    let failed = wait_for("the source to fail", async || {
        let sources = shop.owner.call(&knowledge::ListSources {}).await.unwrap();
        sources.into_iter().find(|other| other.id == source.id && other.status == SourceStatus::Failed)
    })
    .await;
    assert!(failed.error.unwrap().contains("Add some sentences"));
    let nothing = shop.agent.call(&answers::TryQuestion { question: "Anything?".to_owned() }).await.unwrap();
    assert_eq!(nothing.answer.kind, AnswerKind::HandOff);
    app.stop().await;
}

async fn add(shop: &Business, title: &str, text: &str) -> types::Result<Source> {
    shop.owner.submit("/api/knowledge/text", &[("title", title), ("content", text)]).await
}

/// Terms whose stored count is not the number of passages that hold them.
async fn wrong_counts(database: &Database) -> i64 {
    let sql = "SELECT count(*) FROM term_statistics AS stored FULL JOIN (
            SELECT tenant_id, term, count(*) AS documents FROM passages, unnest(terms) AS term GROUP BY 1, 2
        ) AS counted USING (tenant_id, term)
        WHERE stored.documents IS DISTINCT FROM counted.documents";
    connect(&database.owner_url).await.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_text_is_answered_with_and_the_old_one_until_then() {
    use crate::rest::{call, get, problem, program, read, tenant};
    use serde_json::json;
    use types::accounts::Permission as P;
    let app = App::start().await;
    let shop = app.business("maple").await;
    shop.learn("Delivery", DELIVERY).await;
    shop.learn("Care", CARE).await;
    let client = program(&app, tenant(&shop).await, [P::ReadKnowledge, P::ManageKnowledge]).await;
    let sources = shop.owner.call(&knowledge::ListSources {}).await.unwrap();
    let id = sources.iter().find(|source| source.title == "Delivery").unwrap().id;
    let path = format!("/sources/{id}");

    let same: Source =
        read(&call(&client, "PUT", &path, Some(&json!({ "title": "Delivery", "content": DELIVERY }))).await);
    assert_eq!(same.status, SourceStatus::Ready, "nothing has changed");
    let taken = json!({ "title": "Delivery", "content": CARE });
    assert_eq!(problem(&call(&client, "PUT", &path, Some(&taken)).await).code, ErrorCode::Conflict);
    let empty = json!({ "title": "Delivery", "content": " " });
    assert_eq!(problem(&call(&client, "PUT", &path, Some(&empty)).await).code, ErrorCode::Invalid);

    let new = DELIVERY.replace("six working days", "nine working days");
    let queued: Source = read(&call(&client, "PUT", &path, Some(&json!({ "title": "Parcels", "content": new }))).await);
    assert_eq!((queued.title.as_str(), queued.id), ("Parcels", id));
    wait_for("the new text", async || {
        let source: Source = get(&client, &path).await;
        (source.status == SourceStatus::Ready).then_some(())
    })
    .await;
    assert_eq!(wrong_counts(&app.database).await, 0, "the counts of terms are not those of the passages");
    let asked = "How long do parcels to Norway take?".to_owned();
    let found = shop.agent.call(&answers::TryQuestion { question: asked }).await.unwrap();
    assert!(found.answer.text.contains("nine working days"), "{}", found.answer.text);
    assert_eq!(found.answer.citations[0].title, "Parcels");
    app.stop().await;
}
