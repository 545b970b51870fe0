//! Running the platform: who may, and what it does to businesses.

mod deletion;
mod impersonation;
mod limits;
mod suspension;

use crate::{
    browser::Browser,
    harness::{App, Business, wait_for},
    second_factor,
};
use api::{accounts, audit, platform};
use types::{
    ErrorCode, TenantId,
    accounts::{NewApiKey, Permission, Role},
    audit::{ActorType, AuditAction, AuditEntry},
    platform::{CreatedTenant, TenantDetail, TenantPage, TenantStatus},
};

/// A signed-in admin of the platform, whose own business is called "platform".
pub async fn admin(app: &App) -> Browser {
    admin_with_codes(app).await.0
}

/// The same with the backup codes of the second factor.
pub async fn admin_with_codes(app: &App) -> (Browser, Vec<String>) {
    let own = app.business("platform").await;
    assert!(domain::platform::set_admin(app.product.db(), " Owner@platform.example", true).await.unwrap());
    let (_, codes) = second_factor::turn_on(&own).await;
    // The token from before does not know of it yet.
    own.owner.call(&accounts::Me {}).await.unwrap();
    (own.owner, codes)
}

/// The tenant that a browser works in.
pub async fn tenant_of(browser: &Browser) -> TenantId {
    browser.call(&accounts::Me {}).await.unwrap().unwrap().tenant.id
}

/// What the log of a business says, newest first.
pub async fn log(business: &Business) -> Vec<AuditEntry> {
    business.owner.call(&audit::ListAudit { before: None }).await.unwrap().entries
}

async fn list(admin: &Browser, search: &str, status: Option<TenantStatus>) -> TenantPage {
    admin.call(&platform::ListTenants { search: search.to_owned(), status, before: None }).await.unwrap()
}

async fn detail(admin: &Browser, id: TenantId) -> TenantDetail {
    admin.call(&platform::GetTenant { id }).await.unwrap()
}

/// Suspends a business.
pub async fn suspend(admin: &Browser, id: TenantId) {
    let fields = [("id", id.to_string()), ("reason", "Bills".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    admin.submit::<()>("/api/platform/suspend", &fields).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_an_admin_reaches_the_platform() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let shop = app.business("alder").await;
    let tenant = tenant_of(&shop.owner).await;
    assert!(admin.call(&accounts::Me {}).await.unwrap().unwrap().is_platform_admin);
    assert!(!shop.owner.call(&accounts::Me {}).await.unwrap().unwrap().is_platform_admin);
    let all = Permission::ALL.iter().copied().collect();
    let own = tenant_of(&admin).await;
    let new = NewApiKey { name: "all".to_owned(), scopes: all, days: None };
    let key = domain::accounts::issue_api_key(&app.product, own, new).await.unwrap();
    // The key of the admin's own business is a program like any other.
    for browser in [&shop.owner, &shop.agent, &Browser::program(&app.url).with_token(&key)] {
        let refused = browser.call(&platform::GetTenant { id: tenant }).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Forbidden);
    }
    // What was taken back is gone with the next token.
    domain::platform::set_admin(app.product.db(), "owner@platform.example", false).await.unwrap();
    admin.set_cookie("omnichat_access", None);
    assert_eq!(admin.call(&platform::GetTenant { id: tenant }).await.unwrap_err().code, ErrorCode::Forbidden);
    assert!(!domain::platform::set_admin(app.product.db(), "nobody@example.com", true).await.unwrap());
    for path in ["/admin", &format!("/admin/{tenant}")] {
        let page = shop.owner.get(path).await;
        assert_eq!(page.status, 404, "{path} exists for an ordinary owner");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn businesses_are_found_filtered_and_paged() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let (alder, birch) = (app.business("alder").await, app.business("birch").await);
    let found = list(&admin, "ALDER", None).await.tenants;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].id, found[0].people), (tenant_of(&alder.owner).await, 2));
    assert!(found[0].onboarded_at.is_none() && found[0].suspended_at.is_none());
    assert_eq!(list(&admin, "owner@birch", None).await.tenants.len(), 1);
    assert!(list(&admin, "%", None).await.tenants.is_empty(), "a search is taken literally");
    let names = |page: &TenantPage| page.tenants.iter().map(|tenant| tenant.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&list(&admin, "", None).await), ["birch", "alder", "platform"], "newest first");
    suspend(&admin, tenant_of(&birch.owner).await).await;
    assert_eq!(names(&list(&admin, "", Some(TenantStatus::Suspended)).await), ["birch"]);
    assert_eq!(names(&list(&admin, "", Some(TenantStatus::Active)).await), ["alder", "platform"]);

    let sql = "INSERT INTO tenants (id, name, slug, email)
        SELECT ('0198' || lpad(to_hex(n), 28, '0'))::uuid, 'bulk ' || n, 'bulk-' || n, n || '@bulk.example'
        FROM generate_series(1, 120) n";
    crate::cluster::execute(&app.database.owner_url, sql).await;
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let arguments = platform::ListTenants { search: "bulk".to_owned(), status: None, before };
        let page = admin.call(&arguments).await.unwrap();
        assert!(page.tenants.len() <= 50);
        seen.extend(page.tenants.iter().map(|tenant| tenant.id));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let mut sorted = seen.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted.dedup();
    assert_eq!((seen.len(), &seen), (120, &sorted), "each once, newest first");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_numbers_of_a_business_are_its_own() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let (shop, other) = (app.business("cedar").await, app.business("other").await);
    let text = "# Delivery\n\nDelivery to Germany takes three working days.";
    shop.learn("Delivery", text).await;
    other.learn("Delivery", text).await;
    app.visitor(other.widget.id).await.send("Hello").await;
    let visitor = app.visitor(shop.widget.id).await;
    let sent = visitor.send("How long does delivery to Germany take?").await;
    wait_for("the answer", async || (visitor.messages().await.len() > 1).then_some(())).await;
    let note = api::inbox::SendReply {
        id: sent.conversation_id,
        client_id: types::ClientId::random(),
        content: "A note".to_owned(),
        is_note: true,
    };
    shop.agent.call(&note).await.unwrap();
    // What came last month is no message of this one.
    let sql = "INSERT INTO messages (tenant_id, id, conversation_id, channel_id, sender_type, content)
        SELECT tenant_id, ('01900000-0000-7000-8000-' || lpad('1', 12, '0'))::uuid, conversation_id, channel_id, 'contact', 'old'
        FROM messages LIMIT 1";
    crate::cluster::execute(&app.database.owner_url, sql).await;
    let tenant = tenant_of(&shop.owner).await;
    let usage = wait_for("the account of the answer", async || {
        let usage = detail(&admin, tenant).await.usage;
        (usage.ai_answers > 0).then_some(usage)
    })
    .await;
    assert_eq!((usage.messages, usage.ai_answers), (2, 1));
    assert_eq!((usage.conversations, usage.contacts, usage.sources, usage.passages), (1, 1, 1, 1));
    assert_eq!((usage.seats, usage.api_keys), (2, 0));
    assert_eq!(usage.source_bytes, i64::try_from(text.len()).unwrap());
    let people = detail(&admin, tenant).await.people;
    assert_eq!(people.iter().map(|person| person.role).collect::<Vec<_>>(), [Role::Agent, Role::Owner]);
    let nobody = TenantId::new();
    assert_eq!(admin.call(&platform::GetTenant { id: nobody }).await.unwrap_err().code, ErrorCode::NotFound);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_business_is_opened_for_its_owner() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let create = async |business: &str, name: &str, email: &str| {
        let fields = [("business", business), ("name", name), ("email", email)];
        admin.submit::<CreatedTenant>("/api/platform/create", &fields).await
    };
    for (fields, field) in [
        (("", "Nora", "nora@new.example"), "business"),
        (("New", "", "nora@new.example"), "name"),
        (("New", "Nora", "nora"), "email"),
    ] {
        let refused = create(fields.0, fields.1, fields.2).await.unwrap_err();
        assert_eq!(refused.field.as_deref(), Some(field));
    }
    let made = create("New & Co", "Nora New", " Nora@new.example ").await.unwrap();
    assert!(made.tenant.slug.starts_with("new-co-"), "{}", made.tenant.slug);
    assert_eq!((made.tenant.people, made.tenant.email.as_str()), (1, "nora@new.example"));
    let link = made.link.expect("a new owner needs a way in");
    assert!(link.starts_with(&app.url) && link.contains("token="), "{link}");
    let mail = app.mails_to("nora@new.example").await.remove(0);
    assert!(mail.subject.starts_with("New & Co") && mail.text.contains(&link), "{}", mail.text);
    // No password is good for an account that has none.
    let nobody = app.browser();
    let fields = [("email", "nora@new.example"), ("password", "")];
    let refused = nobody.submit::<()>("/api/accounts/login", &fields).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongCredentials);
    let people = detail(&admin, made.tenant.id).await.people;
    assert_eq!((people.len(), people[0].role), (1, Role::Owner));
    let stored = crate::cluster::connect(&app.database.owner_url).await;
    let widgets = stored
        .query_one(
            "SELECT count(*) FROM widgets w JOIN tenants t ON t.id = w.tenant_id WHERE t.slug = $1",
            &[&made.tenant.slug],
        )
        .await
        .unwrap();
    assert_eq!(widgets.get::<_, i64>(0), 1, "the onboarding needs a widget");

    // Before the link is opened the account is anybody's: another business means another link.
    let second = create("First", "Nora New", "nora@new.example").await.unwrap();
    assert!(second.link.is_some_and(|other| other != link));
    let token = link.split_once("token=").unwrap().1;
    let fields = [("token", token), ("password", crate::harness::PASSWORD)];
    nobody.submit::<()>("/api/accounts/reset", &fields).await.unwrap();
    // Somebody who proved the address owns the next business too.
    let again = create("Second", "Nora New", "nora@new.example").await.unwrap();
    assert_eq!(again.link, None);
    wait_for("the second mail", async || {
        let mail = app.mails_to("nora@new.example").await.remove(0);
        (mail.subject.starts_with("Second") && mail.text.contains("/login")).then_some(())
    })
    .await;
    assert_eq!(detail(&admin, again.tenant.id).await.people[0].id, people[0].id);

    // The business finds in its log who made it.
    let fields = [("id", made.tenant.id.to_string())];
    admin.submit::<()>("/api/platform/impersonate", &[("id", fields[0].1.as_str())]).await.unwrap();
    assert!(
        !admin.call(&accounts::Me {}).await.unwrap().unwrap().tenant.onboarded,
        "the owner lands in the onboarding"
    );
    let entries = admin.call(&audit::ListAudit { before: None }).await.unwrap().entries;
    let first = entries.last().unwrap();
    assert_eq!((first.action, first.actor_type), (AuditAction::TenantCreated, ActorType::PlatformAdmin));
    assert_eq!((first.actor_name.as_str(), first.target.as_str()), ("Olga Owner", "New & Co"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_an_admin_runs_the_platform_by_rest() {
    use crate::rest::{call, get, problem, read};
    use serde_json::json;
    use types::{platform::TenantSummary, rest::Page};
    let app = App::start().await;
    let admin = admin(&app).await;
    let client = Browser::program(&app.url).with_token(&admin.cookie("omnichat_access").unwrap());

    let new = json!({ "business": "Willow", "name": "Wim", "email": "wim@willow.example" });
    let created: CreatedTenant = read(&call(&client, "POST", "/admin/tenants", Some(&new)).await);
    let id = created.tenant.id;
    let found: Page<TenantSummary> = get(&client, "/admin/tenants?search=willow").await;
    assert_eq!((found.data.len(), found.data[0].id, found.next_cursor), (1, id, None));
    let both: Page<TenantSummary> = get(&client, "/admin/tenants").await;
    assert_eq!(both.data.len(), 2);

    let path = format!("/admin/tenants/{id}");
    let limited = json!({ "limits": { "seats": 3 } });
    let detail: TenantDetail = read(&call(&client, "PATCH", &path, Some(&limited)).await);
    assert_eq!((detail.limits.seats, detail.tenant.status()), (Some(3), TenantStatus::Active));
    let lost = problem(&call(&client, "PATCH", &path, Some(&json!({ "reason": "Bills" }))).await);
    assert_eq!(lost.field.as_deref(), Some("reason"));
    let early = problem(&call(&client, "DELETE", &format!("{path}?slug={}", created.tenant.slug), None).await);
    assert_eq!(early.code, ErrorCode::Conflict);
    let bills = json!({ "suspended": true, "reason": "Bills" });
    for _ in 0..2 {
        let detail: TenantDetail = read(&call(&client, "PATCH", &path, Some(&bills)).await);
        assert_eq!((detail.suspended_reason.as_str(), detail.tenant.status()), ("Bills", TenantStatus::Suspended));
        assert_eq!(detail.limits.seats, Some(3), "limits that are not sent stay");
    }
    let suspended: Page<TenantSummary> = get(&client, "/admin/tenants?status=suspended").await;
    assert_eq!(suspended.data.len(), 1);
    let wrong = problem(&call(&client, "DELETE", &format!("{path}?slug=other"), None).await);
    assert_eq!(wrong.code, ErrorCode::Invalid);
    assert_eq!(call(&client, "DELETE", &format!("{path}?slug={}", created.tenant.slug), None).await.status, 204);
    assert_eq!(problem(&call(&client, "GET", &path, None).await).code, ErrorCode::NotFound);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_asks_for_a_new_password_and_learns_nothing() {
    use crate::rest::call;
    use serde_json::json;
    let app = App::start().await;
    let _shop = app.business("rowan").await;
    let client = Browser::program(&app.url);
    let ask = async |email: &str| {
        let answer = call(&client, "POST", "/auth/password-reset", Some(&json!({ "email": email }))).await;
        (answer.status, answer.text().to_owned())
    };
    assert_eq!(ask("owner@rowan.example").await, ask("nobody@rowan.example").await);
    wait_for("the mail with the link", async || {
        app.mails_to("owner@rowan.example").await.into_iter().find(|mail| mail.text.contains("/reset?token="))
    })
    .await;
    let mails = app.product.mailer().mailbox().unwrap().list().await.unwrap();
    assert!(mails.iter().all(|mail| !mail.to.contains("nobody")), "a stranger was written to");
    app.stop().await;
}
