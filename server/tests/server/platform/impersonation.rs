//! A platform admin works as somebody, and comes back.

use super::{admin, admin_with_codes, log, tenant_of};
use crate::{browser::Browser, harness::App, second_factor::enter, socket::Socket};
use api::{accounts, inbox, platform};
use types::{
    ErrorCode,
    accounts::{CurrentUser, Permission},
    audit::{ActorType, AuditAction},
};

const ACCESS: &str = "omnichat_access";
const REFRESH: &str = "omnichat_refresh";

async fn me(browser: &Browser) -> Option<CurrentUser> {
    browser.call(&accounts::Me {}).await.unwrap()
}

async fn stop(browser: &Browser) -> Result<(), types::Error> {
    browser.submit::<()>("/api/platform/stop", &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_works_as_the_owner_and_comes_back() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let shop = app.business("alder").await;
    let tenant = tenant_of(&shop.owner).await;
    let id = tenant.to_string();
    let own = (me(&admin).await.unwrap(), admin.cookie(REFRESH).unwrap());
    admin.submit::<()>("/api/platform/impersonate", &[("id", &id)]).await.unwrap();

    // The banner's data.
    let as_olga = me(&admin).await.unwrap();
    assert_eq!(as_olga.impersonated_by.as_deref(), Some("Olga Owner"));
    assert_eq!((as_olga.email.as_str(), as_olga.tenant.id), ("owner@alder.example", tenant));
    assert_eq!(as_olga.memberships.len(), 1);
    // Nothing that would let the admin stay, and nothing of the platform.
    assert!(!as_olga.is_platform_admin);
    for kept_from in [Permission::ManageKeys, Permission::ManagePeople] {
        assert!(!as_olga.permissions.has(kept_from), "{kept_from}");
    }
    let refused = admin.submit::<()>("/api/platform/impersonate", &[("id", &id)]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    let product = &app.product;
    let caller = domain::accounts::verify_access(product, &admin.cookie(ACCESS).unwrap()).unwrap();
    assert!(caller.permit::<domain::accounts::ManageKeys>().unwrap_err().message.contains("somebody else"));
    assert!(caller.permit::<domain::accounts::ManagePeople>().is_err());
    assert!(caller.member().unwrap().in_person().is_err());

    // What is done is written with both.
    admin.submit::<types::accounts::Tenant>("/api/accounts/business", &[("name", "Alder & Sons")]).await.unwrap();
    let (mut socket, _) = Socket::agent(&admin, &app.url, None).await;
    let entries = log(&shop).await;
    assert_eq!((entries[0].action, entries[0].actor_type), (AuditAction::BusinessUpdated, ActorType::User));
    assert_eq!(entries[0].impersonated_by, Some(own.0.id));
    assert_eq!(
        (entries[1].action, entries[1].actor_type),
        (AuditAction::ImpersonationStarted, ActorType::PlatformAdmin)
    );
    assert_eq!((entries[1].actor_name.as_str(), entries[1].target.as_str()), ("Olga Owner", "Olga Owner"));

    // Going on longer than a token lives changes nothing.
    admin.set_cookie(ACCESS, None);
    assert_eq!(me(&admin).await.unwrap().impersonated_by.as_deref(), Some("Olga Owner"));
    let used = (admin.cookie(ACCESS).unwrap(), admin.cookie(REFRESH).unwrap());

    stop(&admin).await.unwrap();
    assert_eq!(me(&admin).await.unwrap(), own.0, "the admin's own session, as it was");
    assert_eq!(socket.close_code().await, Some(1013));
    assert_eq!(log(&shop).await[0].action, AuditAction::ImpersonationEnded);
    assert_eq!(log(&shop).await[0].actor_type, ActorType::PlatformAdmin);
    assert_eq!(stop(&admin).await.unwrap_err().code, ErrorCode::Invalid);
    // The way back is good once, for nobody else.
    for cookies in [(Some(&used.0), None), (None, Some(&used.1))] {
        let thief = app.browser();
        thief.set_cookie(ACCESS, cookies.0.map(String::as_str));
        thief.set_cookie(REFRESH, cookies.1.map(String::as_str));
        assert_eq!(stop(&thief).await.unwrap_err().code, ErrorCode::Unauthenticated);
        assert_eq!(me(&thief).await, None);
    }
    // The session goes on as if it had never been left: no theft is seen.
    admin.set_cookie(ACCESS, None);
    assert_eq!(me(&admin).await.unwrap(), own.0);
    assert_ne!(admin.cookie(REFRESH).unwrap(), own.1);
    assert!(admin.call(&platform::GetTenant { id: tenant }).await.is_ok());
    // The token from before is an old one by now; whoever shows it much later ends the session.
    crate::cluster::execute(&app.database.owner_url, "UPDATE sessions SET rotated_at = now() - interval '1 hour'")
        .await;
    let thief = app.browser();
    thief.set_cookie(REFRESH, Some(&own.1));
    assert_eq!(me(&thief).await, None);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_impersonation_ends_with_the_hour_and_with_the_admins_own_session() {
    let app = App::start().await;
    let (admin, codes) = admin_with_codes(&app).await;
    let shop = app.business("birch").await;
    let id = tenant_of(&shop.owner).await;
    let agent = me(&shop.agent).await.unwrap();
    let own = (admin.cookie(ACCESS).unwrap(), admin.cookie(REFRESH).unwrap());
    let begin = async || {
        admin.set_cookie(ACCESS, Some(&own.0));
        let fields = [("id", id.to_string()), ("user", agent.id.to_string())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        admin.submit::<()>("/api/platform/impersonate", &fields).await
    };
    begin().await.unwrap();
    let as_ana = me(&admin).await.unwrap();
    assert_eq!((as_ana.id, as_ana.role), (agent.id, agent.role), "a chosen person");
    assert_eq!(admin.call(&accounts::FinishOnboarding {}).await.unwrap_err().code, ErrorCode::Forbidden);

    // Refreshing does not make it longer than its hour.
    let stored = crate::cluster::connect(&app.database.owner_url).await;
    admin.set_cookie(ACCESS, None);
    assert!(me(&admin).await.is_some());
    let sql = "SELECT count(*) FROM sessions WHERE impersonated_by IS NOT NULL AND expires_at <= created_at + interval '61 minutes'";
    assert_eq!(stored.query_one(sql, &[]).await.unwrap().get::<_, i64>(0), 1);
    stored.batch_execute("UPDATE sessions SET expires_at = now() WHERE impersonated_by IS NOT NULL").await.unwrap();
    admin.set_cookie(ACCESS, None);
    assert_eq!(me(&admin).await, None);

    // The admin signs out elsewhere: the impersonation is over at once.
    admin.set_cookie(REFRESH, Some(&own.1));
    begin().await.unwrap();
    let (mut socket, _) = Socket::agent(&admin, &app.url, None).await;
    let elsewhere = app.browser();
    elsewhere.set_cookie(ACCESS, Some(&own.0));
    elsewhere.submit::<()>("/api/accounts/logout", &[]).await.unwrap();
    assert_eq!(socket.close_code().await, Some(1013));
    assert_eq!(me(&admin).await, None);
    assert_eq!(stop(&admin).await.unwrap_err().code, ErrorCode::Unauthenticated);
    // Nor does a session that has ended start another one.
    assert_eq!(begin().await.unwrap_err().code, ErrorCode::Unauthenticated);

    // Who is no admin any more is out with the next token.
    crate::harness::log_in(&admin, "owner@platform.example").await;
    enter(&admin, &codes[0]).await.unwrap();
    let fresh = admin.cookie(ACCESS).unwrap();
    admin.submit::<()>("/api/platform/impersonate", &[("id", &id.to_string())]).await.unwrap();
    domain::platform::set_admin(app.product.db(), "owner@platform.example", false).await.unwrap();
    admin.set_cookie(ACCESS, None);
    assert_eq!(me(&admin).await, None);
    admin.set_cookie(ACCESS, Some(&fresh));
    let refused = admin.submit::<()>("/api/platform/impersonate", &[("id", &id.to_string())]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unauthenticated);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_while_working_as_somebody_leaves_both_sessions() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let shop = app.business("cedar").await;
    let id = tenant_of(&shop.owner).await.to_string();
    let own = admin.cookie(REFRESH).unwrap();
    admin.submit::<()>("/api/platform/impersonate", &[("id", &id)]).await.unwrap();
    admin.submit::<()>("/api/accounts/logout", &[]).await.unwrap();
    assert_eq!(me(&admin).await, None);
    admin.set_cookie(REFRESH, Some(&own));
    assert_eq!(me(&admin).await, None);
    assert_eq!(log(&shop).await[0].action, AuditAction::ImpersonationEnded);
    let list = inbox::ListConversations { view: types::inbox::InboxView::All, search: String::new(), before: None };
    assert!(shop.owner.call(&list).await.is_ok(), "the owner's own session goes on");
    app.stop().await;
}
