//! What an owner is told of: each is stored once, mailed once, and ends by one act.

use crate::{
    browser::Browser,
    harness::{App, log_in, wait_for},
    platform::admin,
};
use api::{accounts, inbox, keys, platform, security};
use types::{
    ErrorCode,
    accounts::{NewApiKey, Permission},
    inbox::InboxView,
    security::{SecurityNotice, SecurityNoticeKind},
};

/// A network of its own, and with nobody around.
fn address(number: usize) -> String {
    format!("127.77.{number}.1")
}

async fn notices(owner: &Browser, kind: SecurityNoticeKind) -> Vec<SecurityNotice> {
    let all = owner.call(&security::ListSecurityNotices {}).await.unwrap();
    all.into_iter().filter(|notice| notice.kind == kind).collect()
}

async fn notice(owner: &Browser, kind: SecurityNoticeKind) -> SecurityNotice {
    wait_for(kind.as_str(), async || notices(owner, kind).await.into_iter().next()).await
}

async fn guess(app: &App, number: usize, email: &str) {
    let fields = [("email", email), ("password", "not the right one"), ("next", "/inbox")];
    app.browser().at(&address(number)).submit::<()>("/api/accounts/login", &fields).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_hears_of_guesses_and_signs_the_person_out() {
    let app = App::start().await;
    let elm = app.business("elm").await;
    let (other, agent) = (app.business("ash").await, "agent@elm.example");
    for number in 0..10 {
        guess(&app, number % 3, agent).await;
    }
    let noticed = notice(&elm.owner, SecurityNoticeKind::SignInFailures).await;
    assert_eq!((noticed.subject.as_str(), noticed.is_settled), ("Ana Agent", false));
    assert!(noticed.count >= 10 && noticed.details.contains("127.77."), "{noticed:?}");
    let mails = app.mails_to("owner@elm.example").await;
    let mails: Vec<_> = mails.iter().filter(|mail| mail.subject == "Security of elm").collect();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].text.contains("wrong passwords") && mails[0].text.contains("/settings/security"));

    // What is somebody else's stays theirs, and who may not act does not.
    assert_eq!(notices(&other.owner, SecurityNoticeKind::SignInFailures).await, []);
    let foreign = other.owner.call(&security::SignPersonOut { id: noticed.id }).await.unwrap_err();
    assert_eq!(foreign.code, ErrorCode::NotFound);
    let lesser = elm.agent.call(&security::SignPersonOut { id: noticed.id }).await.unwrap_err();
    assert_eq!(lesser.code, ErrorCode::Forbidden);

    // A key is not what this one is about.
    let wrong = elm.owner.call(&security::RevokeNoticedKey { id: noticed.id }).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::NotFound);
    elm.owner.call(&security::SignPersonOut { id: noticed.id }).await.unwrap();
    let list = inbox::ListConversations { view: InboxView::All, search: String::new(), before: None };
    assert_eq!(elm.agent.call(&list).await.unwrap_err().code, ErrorCode::Unauthenticated);
    assert!(notice(&elm.owner, SecurityNoticeKind::SignInFailures).await.is_settled);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_device_is_told_to_the_person_and_a_known_one_is_not() {
    let app = App::start().await;
    let elm = app.business("elm").await;
    // The same browser again is nothing new, and neither is a program from where the person was before.
    log_in(&elm.agent, "agent@elm.example").await;
    let stranger = app.browser().at(&address(9));
    log_in(&stranger, "agent@elm.example").await;
    let noticed = notice(&elm.owner, SecurityNoticeKind::NewDevice).await;
    assert!(noticed.details.contains("127.77.9.1"), "{noticed:?}");
    let mails = app.mails_to("agent@elm.example").await;
    assert!(mails.iter().any(|mail| mail.text.contains("signed in from a new device")), "{mails:?}");
    log_in(&stranger, "agent@elm.example").await;
    elm.owner.call(&security::SettleSecurityNotice { id: noticed.id }).await.unwrap();
    // Something that is told later came, and of the known devices nothing did.
    for number in 0..10 {
        guess(&app, 12 + number % 3, "agent@elm.example").await;
    }
    notice(&elm.owner, SecurityNoticeKind::SignInFailures).await;
    let all = notices(&elm.owner, SecurityNoticeKind::NewDevice).await;
    assert_eq!(all.iter().map(|notice| (notice.id, notice.is_settled)).collect::<Vec<_>>(), [(noticed.id, true)]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_used_everywhere_is_revoked_with_one_act() {
    let app = App::start().await;
    let elm = app.business("elm").await;
    let new = NewApiKey { name: "Shop".to_owned(), scopes: [Permission::ReadInbox].into_iter().collect(), days: None };
    let (key, _) = elm.owner.call(&keys::CreateKey { new }).await.unwrap();
    let list = inbox::ListConversations { view: InboxView::All, search: String::new(), before: None };
    for number in 20..28 {
        let program = Browser::program(&app.url).at(&address(number)).with_token(&key);
        program.call(&list).await.unwrap();
    }
    let noticed = notice(&elm.owner, SecurityNoticeKind::KeyNetworks).await;
    assert_eq!((noticed.subject.as_str(), noticed.count), ("Shop", 8));
    elm.owner.call(&security::RevokeNoticedKey { id: noticed.id }).await.unwrap();
    let refused = Browser::program(&app.url).with_token(&key).call(&list).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unauthenticated);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_run_the_platform_see_who_is_limited() {
    let app = App::start().await;
    let elm = app.business("elm").await;
    for _ in 0..9 {
        guess(&app, 30, "owner@elm.example").await;
    }
    let admin = admin(&app).await;
    let limited = admin.call(&platform::ListLimited {}).await.unwrap();
    let one = limited.iter().find(|one| one.who == address(30)).unwrap();
    assert_eq!(one.limit, "failed sign-ins");
    let refused = elm.owner.call(&platform::ListLimited {}).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    // Whoever was limited elsewhere is not in the way of the owner.
    assert!(elm.owner.call(&accounts::Me {}).await.unwrap().is_some());
    log_in(&app.browser().at(&address(31)), "owner@elm.example").await;
    app.stop().await;
}
