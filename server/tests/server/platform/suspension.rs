//! What a suspension cuts, and that it comes back.

use super::{admin, log, suspend, tenant_of};
use crate::{
    browser::Browser,
    harness::{App, PASSWORD, page, wait_for},
    socket::Socket,
};
use api::{accounts, answers, knowledge, widgets};
use std::time::{Duration, Instant};
use types::{
    ClientId, ErrorCode,
    accounts::{NewApiKey, Permission},
    audit::AuditAction,
    knowledge::SourceStatus,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_cuts_everything_at_once_and_resuming_brings_it_back() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let (shop, other) = (app.business("alder").await, app.business("other").await);
    let tenant = tenant_of(&shop.owner).await;
    let visitor = app.visitor(shop.widget.id).await;
    visitor.send("Hello").await;
    wait_for("the greeting back", async || (visitor.messages().await.len() == 2).then_some(())).await;
    let new = NewApiKey { name: "chat".to_owned(), scopes: [Permission::Chat].into_iter().collect(), days: None };
    let key = domain::accounts::issue_api_key(&app.product, tenant, new).await.unwrap();
    let program = Browser::program(&app.url).with_token(&key);
    program.call(&answers::Ask { question: "Hello".to_owned() }).await.unwrap();
    let access = shop.owner.cookie("omnichat_access").unwrap();
    let bearer = Browser::program(&app.url).with_token(&access);
    let (mut agent, _) = Socket::agent(&shop.agent, &app.url, None).await;
    let (mut chat, _) = Socket::visitor(&visitor.browser, &app.url, &visitor.token, None).await;
    let (mut neighbour, _) = Socket::agent(&other.agent, &app.url, None).await;
    let loader = format!("/w/{}.js", shop.widget.id);
    assert!(!app.browser().get(&loader).await.text().contains("switched off"));

    let before = Instant::now();
    suspend(&admin, tenant).await;
    assert_eq!((agent.close_code().await, chat.close_code().await), (Some(1013), Some(1013)));
    assert_eq!(
        program.call(&answers::Ask { question: "Hello".to_owned() }).await.unwrap_err().code,
        ErrorCode::Suspended
    );
    for browser in [&shop.owner, &shop.agent, &bearer] {
        let refused = browser.call(&knowledge::ListSources {}).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Unauthenticated);
    }
    let message = widgets::SendMessage { client_id: ClientId::random(), content: "Hello?".to_owned(), page: page() };
    assert_eq!(visitor.browser.call(&message).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(visitor.browser.call(&widgets::MyConversation {}).await.unwrap_err().code, ErrorCode::NotFound);
    let visit = widgets::StartVisit { id: shop.widget.id };
    assert_eq!(visitor.browser.call(&visit).await.unwrap_err().code, ErrorCode::NotFound);
    assert!(app.browser().get(&loader).await.text().contains("switched off"), "the launcher is shown");
    assert!(before.elapsed() < Duration::from_secs(1), "it took {:?}", before.elapsed());
    // Nobody comes back in by another way, and everybody is told why.
    let mut back = Socket::open(&visitor.browser, &app.url, "/ws/widget").await.unwrap();
    back.send(&types::realtime::ClientFrame::Hello { token: Some(visitor.token.clone()), after: None }).await;
    assert_eq!(back.refusal().await.code, ErrorCode::NotFound);
    let fields = [("email", "owner@alder.example"), ("password", PASSWORD)];
    let refused = app.browser().submit::<()>("/api/accounts/login", &fields).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Suspended);
    assert!(refused.message.contains("Bills"), "{}", refused.message);
    // The neighbour notices nothing.
    neighbour.send(&types::realtime::ClientFrame::Ping).await;
    neighbour.wait("a pong", |frame| (frame == types::realtime::ServerFrame::Pong).then_some(())).await;
    let twice = admin.submit::<()>("/api/platform/suspend", &[("id", &tenant.to_string())]).await.unwrap_err();
    assert_eq!(twice.code, ErrorCode::Conflict);
    let own = tenant_of(&admin).await.to_string();
    let own = admin.submit::<()>("/api/platform/suspend", &[("id", &own)]).await.unwrap_err();
    assert_eq!(own.code, ErrorCode::Conflict, "an admin who locks themselves out");

    admin.submit::<()>("/api/platform/resume", &[("id", &tenant.to_string())]).await.unwrap();
    program.call(&answers::Ask { question: "Hello".to_owned() }).await.unwrap();
    assert_eq!(visitor.messages().await.len(), 2, "what was written is there");
    visitor.send("Are you back?").await;
    crate::harness::log_in(&shop.owner, "owner@alder.example").await;
    assert_eq!(tenant_of(&shop.owner).await, tenant);
    let actions: Vec<AuditAction> = log(&shop).await.into_iter().map(|entry| entry.action).take(2).collect();
    assert_eq!(actions, [AuditAction::TenantResumed, AuditAction::TenantSuspended]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_jobs_of_a_suspended_business_wait() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let shop = app.business("birch").await;
    let tenant = tenant_of(&shop.owner).await;
    shop.learn("One", "# One\n\nThe first text.").await;
    suspend(&admin, tenant).await;
    // As if it had been enqueued a moment before.
    let sql = format!(
        "UPDATE sources SET status = 'queued';
         INSERT INTO jobs (tenant_id, id, kind, payload)
         SELECT tenant_id, gen_random_uuid(), 'index_source', jsonb_build_object('kind', 'index_source', 'source_id', id)
         FROM sources WHERE tenant_id = '{tenant}'"
    );
    crate::cluster::execute(&app.database.owner_url, &sql).await;
    // The jobs of others go on.
    let other = app.business("other").await;
    other.learn("Two", "# Two\n\nThe second text.").await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let stored = crate::cluster::connect(&app.database.owner_url).await;
    let waiting = stored.query_one("SELECT count(*) FROM jobs WHERE attempts = 0", &[]).await.unwrap();
    assert_eq!(waiting.get::<_, i64>(0), 1);
    admin.submit::<()>("/api/platform/resume", &[("id", &tenant.to_string())]).await.unwrap();
    crate::harness::log_in(&shop.owner, "owner@birch.example").await;
    wait_for("the job to be done", async || {
        let sources = shop.owner.call(&knowledge::ListSources {}).await.unwrap();
        (sources[0].status == SourceStatus::Ready).then_some(())
    })
    .await;
    assert!(shop.owner.call(&accounts::Me {}).await.unwrap().is_some());
    app.stop().await;
}
