//! What a contact may ask for, and what is deleted by itself.

use crate::harness::{App, Business, page, wait_for};
use api::{accounts, contacts, inbox, retention, widgets};
use types::{
    ClientId, ErrorCode, Timestamp,
    accounts::{NewApiKey, Permission, Role},
    contacts::ContactExport,
    inbox::{ConversationStatus, InboxView},
    retention::RetentionRules,
};

const DAY: i64 = 24 * 3600;

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_gets_a_copy_of_everything_and_is_erased_without_a_trace() {
    let app = App::start().await;
    let (shop, other) = (app.business("juniper").await, app.business("larkspur").await);
    let (visitor, neighbour) = (app.visitor(shop.widget.id).await, app.visitor(shop.widget.id).await);
    let sent = visitor.send("My card is in the drawer of the blue cupboard").await;
    neighbour.send("I am somebody else").await;
    shop.silence(&sent).await;
    note(&shop, &sent, "Seems to be in a hurry").await;

    // A program's reply is kept for a day, to be answered again.
    let tenant = shop.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.id;
    let program = crate::rest::program(&app, tenant, [Permission::WorkInbox]).await;
    let reply = program
        .request("POST", &format!("/api/v1/conversations/{}/messages", sent.conversation_id))
        .header("content-type", "application/json")
        .header("idempotency-key", "one")
        .body(r#"{"content":"The drawer is empty"}"#);
    assert_eq!(program.send(reply).await.status, 201);
    let kept = async || -> i64 {
        let owner = crate::cluster::connect(&app.database.owner_url).await;
        owner.query_one("SELECT count(*) FROM idempotency_keys", &[]).await.unwrap().get(0)
    };
    assert_eq!(kept().await, 1);

    let export = contacts::ExportContact { id: visitor.contact };
    assert_eq!(shop.agent.call(&export).await.unwrap_err().code, ErrorCode::Forbidden);
    let text = shop.owner.call(&export).await.unwrap();
    let copy: ContactExport = serde_json::from_str(&text).unwrap();
    assert_eq!(copy.contact.id, visitor.contact);
    let contents: Vec<&str> =
        copy.conversations.iter().flat_map(|talk| &talk.messages).map(|message| message.content.as_str()).collect();
    assert!(contents.contains(&"My card is in the drawer of the blue cupboard"));
    assert!(contents.contains(&"Seems to be in a hurry"), "a note is about the contact too: {contents:?}");

    let erase = contacts::EraseContact { id: visitor.contact };
    assert_eq!(other.owner.call(&erase).await.unwrap_err().code, ErrorCode::NotFound);
    shop.owner.call(&erase).await.unwrap();
    assert_eq!(shop.owner.call(&erase).await.unwrap_err().code, ErrorCode::NotFound, "erased already");
    assert_eq!(kept().await, 0, "what a program was answered is still there");
    let left = everything_written(&app).await;
    for word in ["blue cupboard", "in a hurry"] {
        assert!(!left.contains(word), "{word} is still somewhere");
    }
    assert!(left.contains("I am somebody else"), "the neighbour was erased too");
    let listed = shop.agent.call(&list()).await.unwrap();
    assert_eq!(listed.conversations.len(), 1);
    let refused = visitor.browser.call(&widgets::MyConversation {}).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unauthenticated, "the visitor's own widget starts afresh");
    // The old token is worth nothing, and whoever comes back is somebody new.
    let message =
        widgets::SendMessage { client_id: ClientId::random(), content: "Hello again".to_owned(), page: page() };
    assert_eq!(visitor.browser.call(&message).await.unwrap_err().code, ErrorCode::Unauthenticated);
    app.visitor(shop.widget.id).await.send("Hello again").await;
    assert_eq!(shop.agent.call(&list()).await.unwrap().conversations.len(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_goes_by_the_rules_and_nothing_else_does() {
    let app = App::start().await;
    let (shop, other) = (app.business("juniper").await, app.business("larkspur").await);
    let (resolved, open, known) =
        (app.visitor(shop.widget.id).await, app.visitor(shop.widget.id).await, app.visitor(shop.widget.id).await);
    let done = resolved.send("This is settled").await;
    open.send("This is not").await;
    let lead = known.send("I left my address").await;
    let update = types::contacts::ContactUpdate {
        name: "Lea".to_owned(),
        email: Some("lea@example.com".to_owned()),
        phone: None,
        stage: types::contacts::ContactStage::Lead,
    };
    shop.agent.call(&contacts::UpdateContact { id: known.contact, update }).await.unwrap();
    resolve(&shop, &done).await;
    let theirs = app.visitor(other.widget.id).await.send("Settled as well").await;
    resolve(&other, &theirs).await;

    let rules = |resolved_days, visitor_days| retention::UpdateRetentionRules {
        rules: RetentionRules { resolved_days, visitor_days },
    };
    let refusal = shop.owner.call(&rules(Some(0), None)).await.unwrap_err();
    assert_eq!((refusal.code, refusal.field.as_deref()), (ErrorCode::Invalid, Some("resolved_days")));
    shop.owner.call(&rules(Some(30), None)).await.unwrap();
    let now = Timestamp::now();
    domain::retention::apply_everywhere(&app.product, now.plus_seconds(29 * DAY)).await.unwrap();
    assert_eq!(count(&shop).await, 3, "too early");
    domain::retention::apply_everywhere(&app.product, now.plus_seconds(31 * DAY)).await.unwrap();
    assert_eq!(count(&shop).await, 2, "the resolved conversation is gone, and no other");
    assert_eq!(count(&other).await, 1, "a business without rules keeps everything");

    shop.owner.call(&rules(None, Some(90))).await.unwrap();
    domain::retention::apply_everywhere(&app.product, now.plus_seconds(91 * DAY)).await.unwrap();
    let left = shop.agent.call(&list()).await.unwrap().conversations;
    assert_eq!(left.len(), 1, "visitors without a name are gone");
    assert_eq!(left.first().unwrap().id, lead.conversation_id, "who left an address stays");
    domain::retention::apply_everywhere(&app.product, now.plus_seconds(91 * DAY)).await.unwrap();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_be_made_for_exports_alone() {
    let app = App::start().await;
    let shop = app.business("juniper").await;
    let visitor = app.visitor(shop.widget.id).await;
    visitor.send("Hello").await;
    let tenant = shop.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.id;
    let scopes = [Permission::ManageContacts].into_iter().collect();
    let new = NewApiKey { name: "Exports".to_owned(), scopes, days: Some(1) };
    let key = domain::accounts::issue_api_key(&app.product, tenant, new).await.unwrap();
    let program = crate::browser::Browser::program(&app.url).with_token(&key);
    program.call(&contacts::ExportContact { id: visitor.contact }).await.unwrap();
    let reply = inbox::SetAi { id: visitor.send("And more").await.conversation_id, is_enabled: false };
    assert_eq!(program.call(&reply).await.unwrap_err().code, ErrorCode::Forbidden);
    let viewer = shop.colleague(&app, "viewer", Role::Viewer).await;
    assert_eq!(
        viewer.call(&contacts::ExportContact { id: visitor.contact }).await.unwrap_err().code,
        ErrorCode::Forbidden
    );
    app.stop().await;
}

fn list() -> inbox::ListConversations {
    inbox::ListConversations { view: InboxView::All, search: String::new(), before: None }
}

/// Conversations of a business, resolved ones included.
async fn count(shop: &Business) -> usize {
    let mut count = 0;
    for view in [InboxView::All, InboxView::Resolved] {
        let list = inbox::ListConversations { view, ..list() };
        count += shop.agent.call(&list).await.unwrap().conversations.len();
    }
    count
}

async fn note(shop: &Business, sent: &types::widgets::SentMessage, content: &str) {
    let client_id = types::ClientId::random();
    let content = content.to_owned();
    let note = inbox::SendReply { id: sent.conversation_id, client_id, content, is_note: true };
    shop.agent.call(&note).await.unwrap();
}

async fn resolve(shop: &Business, sent: &types::widgets::SentMessage) {
    // The AI may be about to answer, which would open it again.
    shop.silence(sent).await;
    let resolve = inbox::SetStatus { id: sent.conversation_id, status: ConversationStatus::Resolved };
    wait_for("the conversation to be resolved", async || {
        let status = shop.agent.call(&resolve).await.unwrap().status;
        (status == ConversationStatus::Resolved).then_some(())
    })
    .await;
}

/// Every row of every table with a tenant, as text.
async fn everything_written(app: &App) -> String {
    let owner = crate::cluster::connect(&app.database.owner_url).await;
    let tables = owner
        .query(
            "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
             WHERE a.attname = 'tenant_id' AND c.relkind = 'r'",
            &[],
        )
        .await
        .unwrap();
    let mut text = String::new();
    for table in tables {
        let name: String = table.get(0);
        let sql = format!("SELECT coalesce(string_agg(to_jsonb(t)::text, E'\n'), '') FROM {name} t");
        text += owner.query_one(&sql, &[]).await.unwrap().get::<_, &str>(0);
    }
    text
}
