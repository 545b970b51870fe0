//! Deleting a business for good.

use super::{admin, log, suspend, tenant_of};
use crate::{
    cluster::connect,
    harness::{App, wait_for},
};
use api::platform;
use std::collections::BTreeMap;
use types::{
    ErrorCode, TenantId,
    accounts::{NewApiKey, Permission, Registration},
    audit::AuditAction,
};

/// Rows of a tenant in every table that has a column for tenants.
async fn rows(app: &App, tenant: TenantId) -> BTreeMap<String, i64> {
    let owner = connect(&app.database.owner_url).await;
    let tables = owner
        .query(
            "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
             JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE a.attname = 'tenant_id' AND c.relkind IN ('r', 'p') AND n.nspname = 'public'",
            &[],
        )
        .await
        .unwrap();
    assert!(tables.len() > 20, "only {} tables", tables.len());
    let mut found = BTreeMap::new();
    for table in tables {
        let name: String = table.get(0);
        let count =
            owner.query_one(&format!("SELECT count(*) FROM {name} WHERE tenant_id = '{tenant}'"), &[]).await.unwrap();
        found.insert(name, count.get(0));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_business_leaves_nothing_and_touches_no_other() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let (shop, other) = (app.business("alder").await, app.business("other").await);
    for business in [&shop, &other] {
        business.learn("Delivery", "# Delivery\n\nDelivery to Germany takes three working days.").await;
        let visitor = app.visitor(business.widget.id).await;
        visitor.send("How long does delivery to Germany take?").await;
        wait_for("the answer", async || (visitor.messages().await.len() > 1).then_some(())).await;
        let tenant = tenant_of(&business.owner).await;
        let new = NewApiKey { name: "chat".to_owned(), scopes: [Permission::Chat].into_iter().collect(), days: None };
        domain::accounts::issue_api_key(&app.product, tenant, new).await.unwrap();
    }
    let (tenant, neighbour) = (tenant_of(&shop.owner).await, tenant_of(&other.owner).await);
    // Ana works next door, too.
    let database = connect(&app.database.owner_url).await;
    let sql = format!(
        "INSERT INTO memberships (tenant_id, user_id, role)
         SELECT '{neighbour}', id, 'agent' FROM users WHERE email = 'agent@alder.example'"
    );
    database.batch_execute(&sql).await.unwrap();
    let slug = admin.call(&platform::GetTenant { id: tenant }).await.unwrap().tenant.slug;
    let delete = async |slug: &str| {
        let id = tenant.to_string();
        admin.submit::<()>("/api/platform/delete", &[("id", &id), ("slug", slug)]).await
    };
    assert_eq!(delete(&slug).await.unwrap_err().code, ErrorCode::Conflict, "it was not suspended");
    suspend(&admin, tenant).await;
    let wrong = delete("alder").await.unwrap_err();
    assert_eq!((wrong.code, wrong.field.as_deref()), (ErrorCode::Invalid, Some("slug")));
    let before = (rows(&app, tenant).await, rows(&app, neighbour).await);
    for table in ["messages", "passage_index", "ai_actions", "audit_log", "api_keys", "sessions", "events"] {
        assert!(before.0[table] > 0, "nothing to delete in {table}");
    }

    delete(&format!(" {slug} ")).await.unwrap();
    let left: Vec<_> = rows(&app, tenant).await.into_iter().filter(|(_, count)| *count > 0).collect();
    assert!(left.is_empty(), "left behind: {left:?}");
    assert_eq!(rows(&app, neighbour).await, before.1);
    assert_eq!(admin.call(&platform::GetTenant { id: tenant }).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(delete(&slug).await.unwrap_err().code, ErrorCode::NotFound);
    // The address of somebody who worked nowhere else is free again; Ana is still there.
    let people = database.query("SELECT email FROM users WHERE email LIKE '%@alder.example'", &[]).await.unwrap();
    assert_eq!(people.iter().map(|row| row.get::<_, &str>(0)).collect::<Vec<_>>(), ["agent@alder.example"]);
    let registration = Registration {
        business: "Alder again".to_owned(),
        name: "Olga Owner".to_owned(),
        email: "owner@alder.example".to_owned(),
        password: crate::harness::PASSWORD.to_owned(),
    };
    domain::accounts::register(&app.product, registration, &domain::accounts::Device::default()).await.unwrap();
    // The admin's own log keeps what was done.
    let own = crate::harness::Business { owner: admin, agent: shop.agent, widget: shop.widget };
    let entry = log(&own).await.remove(0);
    assert_eq!((entry.action, entry.target.as_str()), (AuditAction::TenantDeleted, "alder"));
    app.stop().await;
}
