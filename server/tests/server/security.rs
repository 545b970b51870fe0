//! What an owner is told of: each is stored once, mailed once, and ends by one act.

use crate::{
    browser::Browser,
    cluster::{cluster, connect, execute},
    harness::{App, PASSWORD, log_in, wait_for},
    invitations::secret,
    platform::admin,
    socket::Socket,
};
use api::{accounts, inbox, keys, platform, security};
use domain::rates::PerMinute;
use server::web::Limits;
use types::{
    Error, ErrorCode, Timestamp,
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

async fn log_in_with(browser: &Browser, email: &str, password: &str) -> Result<(), Error> {
    browser.submit("/api/accounts/login", &[("email", email), ("password", password), ("next", "/inbox")]).await
}

async fn guess(app: &App, number: usize, email: &str) {
    log_in_with(&app.browser().at(&address(number)), email, "not the right one").await.unwrap_err();
}

/// Asks with a key from so many networks.
async fn use_everywhere(app: &App, key: &str, numbers: std::ops::Range<usize>) {
    let list = inbox::ListConversations { view: InboxView::All, search: String::new(), before: None };
    for number in numbers {
        Browser::program(&app.url).at(&address(number)).with_token(key).call(&list).await.unwrap();
    }
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
    let mails: Vec<_> = mails.iter().filter(|mail| mail.subject == "Many wrong passwords were tried: elm").collect();
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
    // The mail is for the person, who may do something about it without any right in the business.
    let mails = app.mails_to("agent@elm.example").await;
    let mails: Vec<_> = mails.iter().filter(|mail| mail.subject == "A new device signed in to your account").collect();
    assert_eq!(mails.len(), 1, "{mails:?}");
    let text = &mails[0].text;
    assert!(text.contains("signed in to your account: ") && text.contains("127.77.9.1"), "{text}");
    assert!(text.contains("If it was not you: ") && !text.contains("them"), "{text}");
    let link = format!("{}/settings/account", app.url);
    assert!(text.lines().any(|line| line == link) && !text.contains("/settings/security"), "{text}");
    assert_eq!(elm.agent.get("/settings/account").await.status, 200);
    let told = app.mails_to("owner@elm.example").await;
    assert!(told.iter().all(|mail| !mail.subject.contains("new device")), "{told:?}");
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
    use_everywhere(&app, &key, 20..28).await;
    let noticed = notice(&elm.owner, SecurityNoticeKind::KeyNetworks).await;
    assert_eq!((noticed.subject.as_str(), noticed.count), ("Shop", 8));
    elm.owner.call(&security::RevokeNoticedKey { id: noticed.id }).await.unwrap();
    let list = inbox::ListConversations { view: InboxView::All, search: String::new(), before: None };
    let refused = Browser::program(&app.url).with_token(&key).call(&list).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unauthenticated);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_keys_that_ask_too_much_each_is_named_and_revoked_by_itself() {
    let app =
        App::start_at(cluster().database().await, Limits::default(), PerMinute { key: 20, ..PerMinute::default() })
            .await;
    let elm = app.business("elm").await;
    let list = inbox::ListConversations { view: InboxView::All, search: String::new(), before: None };
    let flood = async |name: &str| {
        let scopes = [Permission::ReadInbox].into_iter().collect();
        let new = NewApiKey { name: name.to_owned(), scopes, days: None };
        let (key, _) = elm.owner.call(&keys::CreateKey { new }).await.unwrap();
        let program = Browser::program(&app.url).with_token(&key);
        for _ in 0..250 {
            let _refused = program.call(&list).await;
        }
    };
    flood("Shop").await;
    let shop = notice(&elm.owner, SecurityNoticeKind::KeyRefusals).await;
    assert_eq!((shop.subject.as_str(), shop.details.as_str()), ("Shop", "by the limit on requests in a minute"));
    elm.owner.call(&security::SettleSecurityNotice { id: shop.id }).await.unwrap();
    // That one is fine says nothing of the other.
    flood("Till").await;
    let till = wait_for("a notice of the other key", async || {
        notices(&elm.owner, SecurityNoticeKind::KeyRefusals).await.into_iter().find(|one| one.subject == "Till")
    })
    .await;
    assert!(!till.is_settled);
    elm.owner.call(&security::RevokeNoticedKey { id: till.id }).await.unwrap();
    let names: Vec<String> =
        elm.owner.call(&keys::ListKeys {}).await.unwrap().into_iter().map(|key| key.name).collect();
    assert_eq!(names, ["Shop"]);
    let limited = admin(&app).await.call(&platform::ListLimited {}).await.unwrap();
    assert!(limited.iter().any(|one| one.who == "API key “Shop”"), "{limited:?}");
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
    assert_eq!((one.limit.as_str(), one.count), ("failed sign-ins", 1));
    let refused = elm.owner.call(&platform::ListLimited {}).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    // Whoever was limited elsewhere is not in the way of the owner.
    assert!(elm.owner.call(&accounts::Me {}).await.unwrap().is_some());
    log_in(&app.browser().at(&address(31)), "owner@elm.example").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_fine_is_counted_and_mailed_to_nobody_until_a_day_later() {
    let app = App::start().await;
    let elm = app.business("elm").await;
    let new = NewApiKey { name: "Shop".to_owned(), scopes: [Permission::ReadInbox].into_iter().collect(), days: None };
    let (key, _) = elm.owner.call(&keys::CreateKey { new }).await.unwrap();
    let mailed = async || {
        let mails = app.mails_to("owner@elm.example").await;
        mails.iter().filter(|mail| mail.subject == "An API key is used from many places: elm").count()
    };
    use_everywhere(&app, &key, 40..48).await;
    let noticed = notice(&elm.owner, SecurityNoticeKind::KeyNetworks).await;
    elm.owner.call(&security::SettleSecurityNotice { id: noticed.id }).await.unwrap();
    wait_for("the one mail", async || (mailed().await == 1).then_some(())).await;

    // It goes on.
    use_everywhere(&app, &key, 48..72).await;
    let counted = async || notices(&elm.owner, SecurityNoticeKind::KeyNetworks).await;
    wait_for("the count", async || counted().await.iter().any(|one| one.count == 32).then_some(())).await;
    let all = counted().await;
    assert_eq!(all.iter().map(|one| (one.id, one.is_settled)).collect::<Vec<_>>(), [(noticed.id, true)]);

    // Another key is another notice. Two days after somebody looked at it, it is news again.
    let second =
        NewApiKey { name: "Till".to_owned(), scopes: [Permission::ReadInbox].into_iter().collect(), days: None };
    let (other, _) = elm.owner.call(&keys::CreateKey { new: second }).await.unwrap();
    use_everywhere(&app, &other, 40..48).await;
    wait_for("another notice", async || (counted().await.len() == 2).then_some(())).await;
    let till = counted().await.into_iter().find(|one| one.subject == "Till").unwrap();
    elm.owner.call(&security::SettleSecurityNotice { id: till.id }).await.unwrap();
    execute(
        &app.database.owner_url,
        "UPDATE security_notices SET settled_at = settled_at - interval '2 days', last_at = last_at - interval '2 days'",
    )
    .await;
    use_everywhere(&app, &other, 48..72).await;
    wait_for("a third one", async || (counted().await.len() == 3).then_some(())).await;
    wait_for("their mails", async || (mailed().await == 3).then_some(())).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_are_shown_and_kept_for_three_months() {
    let app = App::start().await;
    let elm = app.business("elm").await;
    for number in 0..10 {
        guess(&app, 180 + number % 3, "agent@elm.example").await;
    }
    notice(&elm.owner, SecurityNoticeKind::SignInFailures).await;
    let now = Timestamp::now();
    let database = connect(&app.database.owner_url).await;
    let stored =
        async || -> i64 { database.query_one("SELECT count(*) FROM security_notices", &[]).await.unwrap().get(0) };
    domain::retention::apply_everywhere(&app.product, now.plus_seconds(89 * 24 * 3600)).await.unwrap();
    assert_eq!(stored().await, 1, "too early");
    execute(&app.database.owner_url, "UPDATE security_notices SET last_at = last_at - interval '91 days'").await;
    assert_eq!(notices(&elm.owner, SecurityNoticeKind::SignInFailures).await, []);
    domain::retention::apply_everywhere(&app.product, now).await.unwrap();
    assert_eq!(stored().await, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_forgets_every_device_but_the_one_it_is_chosen_with() {
    const NEW: &str = "a quite different one";
    let app = App::start().await;
    let elm = app.business("elm").await;
    let email = "owner@elm.example";
    let thief = app.browser().at(&address(190));
    log_in(&thief, email).await;
    let noticed = notice(&elm.owner, SecurityNoticeKind::NewDevice).await;
    let device = "omnichat_device";
    let kept = thief.cookie(device);
    assert!(kept.is_some());

    let own = app.browser().at(&address(195));
    own.submit::<()>("/api/accounts/forgot", &[("email", email)]).await.unwrap();
    let token = secret(&app, email, "reset", 1).await;
    own.submit::<()>("/api/accounts/reset", &[("token", &token), ("password", NEW)]).await.unwrap();
    assert!(own.cookie(device).is_some(), "this browser is the person's");
    log_in_with(&own, email, NEW).await.unwrap();

    // The thief guesses as a stranger does, not as the person.
    assert_eq!(thief.cookie(device), kept);
    let mut checked = 0;
    for _ in 0..12 {
        let refused = log_in_with(&thief, email, PASSWORD).await.unwrap_err();
        checked += usize::from(refused.code == ErrorCode::WrongCredentials);
    }
    assert_eq!(checked, 8);
    // If one is right, the person hears of it, although this device and network were there before.
    let thief = app.browser().at("127.77.190.2");
    thief.set_cookie(device, kept.as_deref());
    log_in_with(&thief, email, NEW).await.unwrap();
    let all = async || notices(&own, SecurityNoticeKind::NewDevice).await;
    wait_for("another notice", async || (all().await.len() == 2).then_some(())).await;
    let newest = all().await.remove(0);
    assert!(newest.id != noticed.id && newest.details.contains("127.77.190."), "{newest:?}");

    // Whoever changes the password where they are signed in stays known there, and the others do not.
    let fields = [("current", NEW), ("password", PASSWORD)];
    own.submit::<()>("/api/accounts/password", &fields).await.unwrap();
    let mut checked = 0;
    for _ in 0..12 {
        let refused = log_in_with(&own, email, NEW).await.unwrap_err();
        checked += usize::from(refused.code == ErrorCode::WrongCredentials);
    }
    assert_eq!(checked, 12, "a known device has more tries");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_of_too_many_sessions_ends_as_if_it_was_logged_out() {
    let app = App::start().await;
    let elm = app.business("elm").await;
    let email = "agent@elm.example";
    let (mut socket, _) = Socket::agent(&elm.agent, &app.url, None).await;
    // It was used before 99 others.
    execute(
        &app.database.owner_url,
        "UPDATE sessions SET last_seen_at = last_seen_at - interval '1 day' FROM users
         WHERE users.id = user_id AND users.email = 'agent@elm.example';
         INSERT INTO sessions (id, user_id, tenant_id, refresh_hash, expires_at)
         SELECT gen_random_uuid(), user_id, tenant_id, decode(md5(number::text), 'hex'), sessions.expires_at
         FROM sessions JOIN users ON users.id = user_id, generate_series(1, 99) AS number
         WHERE users.email = 'agent@elm.example'",
    )
    .await;
    assert!(elm.agent.call(&accounts::Me {}).await.unwrap().is_some());
    let newest = app.browser();
    log_in(&newest, email).await;
    while socket.next().await.is_some() {}
    assert_eq!(elm.agent.call(&accounts::Me {}).await.unwrap(), None);
    assert!(newest.call(&accounts::Me {}).await.unwrap().is_some());
    let live = "SELECT count(*) FROM sessions JOIN users ON users.id = user_id
                WHERE users.email = 'agent@elm.example' AND revoked_at IS NULL";
    let live: i64 = connect(&app.database.owner_url).await.query_one(live, &[]).await.unwrap().get(0);
    assert_eq!(live, 100);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn right_passwords_have_a_ceiling_that_is_not_in_the_way_of_a_known_device() {
    let app = App::start().await;
    let elm = app.business("elm").await;
    let (email, place) = ("agent@elm.example", address(200));
    let known = app.browser().at(&place);
    log_in(&known, email).await;
    let mut signed_in = 1;
    let refused = loop {
        match log_in_with(&app.browser().at(&place), email, PASSWORD).await {
            Ok(()) => signed_in += 1,
            Err(refused) => break refused,
        }
        assert!(signed_in < 200, "nobody stops it");
    };
    assert_eq!(refused.code, ErrorCode::TooManyRequests);
    assert!(signed_in >= 120, "{signed_in}");
    for _ in 0..3 {
        log_in(&known, email).await;
    }
    // Others there, and the account elsewhere, are not meant.
    log_in(&app.browser().at(&place), "owner@elm.example").await;
    log_in(&app.browser().at(&address(210)), email).await;
    assert!(elm.owner.call(&accounts::Me {}).await.unwrap().is_some());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_newer_release_revokes_is_revoked_here_too() {
    let app = App::start().await;
    let elm = app.business("elm").await;
    let (mut theirs, _) = Socket::agent(&elm.agent, &app.url, None).await;
    execute(
        &app.database.owner_url,
        "ALTER TABLE token_marks DROP CONSTRAINT token_marks_kind_check;
         INSERT INTO token_marks (id, kind, subject)
         SELECT gen_random_uuid(), 'of the next release', id FROM users WHERE email = 'agent@elm.example'",
    )
    .await;
    while theirs.next().await.is_some() {}
    app.stop().await;
}
