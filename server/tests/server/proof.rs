//! Whoever registers an address has not proved it: what such an account is
//! good for, and what becomes of it when the address's owner comes.

use crate::{
    browser::Browser,
    cluster::{connect, execute},
    harness::{App, PASSWORD, log_in, wait_for},
    invitations::secret,
    people::{built_in, team},
    platform::{admin, tenant_of},
    second_factor::{enter, turn_on_at},
    socket::Socket,
};
use api::{accounts, audit, keys, platform, sign_in};
use domain::accounts::clear_second_factor;
use server_fn::ServerFn;
use types::{
    Error, ErrorCode,
    accounts::{CurrentUser, NewApiKey, Permission, Role},
    audit::{ActorType, AuditAction},
    platform::CreatedTenant,
    sign_in::SecondFactorSetup,
};

const OWN: &str = "a password of my own";

async fn me(browser: &Browser) -> Option<CurrentUser> {
    browser.call(&accounts::Me {}).await.unwrap()
}

async fn forgot(app: &App, email: &str) {
    app.browser().submit::<()>("/api/accounts/forgot", &[("email", email)]).await.unwrap();
}

async fn reset(browser: &Browser, token: &str) -> Result<(), Error> {
    browser.submit("/api/accounts/reset", &[("token", token), ("password", OWN)]).await
}

async fn enters(app: &App, email: &str, password: &str) -> Result<Browser, Error> {
    let browser = app.browser();
    browser.submit::<()>("/api/accounts/login", &[("email", email), ("password", password)]).await.map(|()| browser)
}

async fn key_of(browser: &Browser) -> String {
    let new = NewApiKey { name: "mine".to_owned(), scopes: Permission::ALL.iter().copied().collect(), days: None };
    browser.call(&keys::CreateKey { new }).await.unwrap().0
}

async fn acts(browser: &Browser) -> Vec<AuditAction> {
    let entries = browser.call(&audit::ListAudit { before: None }).await.unwrap().entries;
    entries.into_iter().map(|entry| entry.action).collect()
}

/// As before addresses were proved first: everything that a stranger can set up.
async fn dig_in(app: &App, browser: &Browser, email: &str) -> (String, SecondFactorSetup) {
    let proved = |when: &str| format!("UPDATE users SET email_verified_at = {when} WHERE email = '{email}'");
    execute(&app.database.owner_url, &proved("now()")).await;
    let (setup, _) = turn_on_at(browser).await;
    let key = key_of(browser).await;
    let invite = accounts::Invite { email: "friend@evil.example".to_owned(), role: built_in(Role::Owner) };
    browser.call(&invite).await.unwrap();
    let tenant = tenant_of(browser).await;
    let provider = format!(
        "INSERT INTO oidc_providers (tenant_id, issuer, client_id, client_secret, admits_owners)
         VALUES ('{tenant}', 'https://evil.example', 'c', '', true)"
    );
    execute(&app.database.owner_url, &format!("{provider}; {}", proved("NULL"))).await;
    (key, setup)
}

/// Nothing that a stranger had leads anywhere.
async fn is_out(app: &App, browsers: &[&Browser], email: &str, key: &str) {
    for browser in browsers {
        assert!(me(browser).await.is_none(), "a session goes on");
    }
    assert_eq!(enters(app, email, PASSWORD).await.unwrap_err().code, ErrorCode::WrongCredentials);
    let program = Browser::program(&app.url).with_token(key);
    assert_eq!(program.call(&keys::ListKeys {}).await.unwrap_err().code, ErrorCode::Unauthenticated);
    let left = connect(&app.database.owner_url)
        .await
        .query_one(
            "SELECT (SELECT count(*) FROM oidc_providers) + (SELECT count(*) FROM invitations)
                + (SELECT count(*) FROM backup_codes b JOIN users u ON u.id = b.user_id WHERE u.email = $1)",
            &[&email],
        )
        .await
        .unwrap();
    assert_eq!(left.get::<_, i64>(0), 0, "a provider, an invitation or backup codes are left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_squatter_gets_nothing_of_a_business_that_opens_later() {
    let app = App::start().await;
    let admin = admin(&app).await;
    let email = "ceo@bigco.example";
    let squatter = app.register("Decoy", email).await;
    let (key, _) = dig_in(&app, &squatter, email).await;
    let (mut socket, _) = Socket::agent(&squatter, &app.url, None).await;
    let bare = app.browser();
    bare.set_cookie("omnichat_access", Some(&squatter.cookie("omnichat_access").unwrap()));
    // Nor does the platform become theirs.
    let granted = domain::platform::set_admin(app.product.db(), email, true).await.unwrap_err();
    assert!(granted.to_string().contains("never confirmed"), "{granted}");

    let fields = [("business", "BigCo"), ("name", "Carla Chief"), ("email", email)];
    let made = admin.submit::<CreatedTenant>("/api/platform/create", &fields).await.unwrap();
    while socket.next().await.is_some() {}
    is_out(&app, &[&bare, &squatter], email, &key).await;

    // The owner has the mail, chooses a password, and has it all; no code of a stranger's app is asked for.
    let mail = wait_for("the mail about BigCo", async || {
        app.mails_to(email).await.into_iter().find(|mail| mail.subject.starts_with("BigCo"))
    })
    .await;
    let token = mail.text.split_once("/reset?token=").unwrap().1.split_whitespace().next().unwrap().to_owned();
    assert!(made.link.unwrap().ends_with(&token));
    reset(&app.browser(), &token).await.unwrap();
    let owner = enters(&app, email, OWN).await.unwrap();
    let ceo = me(&owner).await.unwrap();
    assert_eq!((ceo.name.as_str(), ceo.is_email_verified, ceo.has_second_factor), ("Carla Chief", true, false));
    let names: Vec<&str> = ceo.memberships.iter().map(|other| other.name.as_str()).collect();
    assert_eq!(names, ["BigCo", "Decoy"], "what was made in the address's name is the owner's");
    assert!(ceo.memberships.iter().all(|other| other.role == Role::Owner));
    assert!(ceo.memberships.iter().any(|other| other.tenant == made.tenant.id));
    is_out(&app, &[&bare, &squatter], email, &key).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_takes_the_account_back_from_a_squatter() {
    let app = App::start().await;
    let email = "mia@maple.example";
    let squatter = app.register("Maple", email).await;
    let (key, _) = dig_in(&app, &squatter, email).await;
    execute(&app.database.owner_url, "UPDATE users SET is_platform_admin = true").await;
    forgot(&app, email).await;
    reset(&app.browser(), &secret(&app, email, "reset", 1).await).await.unwrap();
    is_out(&app, &[&squatter], email, &key).await;
    let mia = enters(&app, email, OWN).await.unwrap();
    let now = me(&mia).await.unwrap();
    assert_eq!((now.tenant.name.as_str(), now.is_platform_admin, now.has_second_factor), ("Maple", false, false));
    assert!(acts(&mia).await.contains(&AuditAction::AccountCleared), "the owner can read what happened");
    // It is the first proof alone that clears.
    let key = key_of(&mia).await;
    let fields = [("current", OWN), ("password", PASSWORD)];
    mia.submit::<()>("/api/accounts/password", &fields).await.unwrap();
    turn_on_at(&mia).await;
    forgot(&app, email).await;
    reset(&app.browser(), &secret(&app, email, "reset", 2).await).await.unwrap();
    let asked = enters(&app, email, OWN).await.unwrap();
    assert!(me(&asked).await.is_none(), "a second factor stays one");
    assert!(Browser::program(&app.url).with_token(&key).call(&keys::ListKeys {}).await.is_ok());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_registered_and_opens_the_mail_loses_nothing() {
    let app = App::start().await;
    let email = "hanna@honest.example";
    let hanna = app.register("Honest", email).await;
    let second = enters(&app, email, PASSWORD).await.unwrap();
    let key = key_of(&hanna).await;
    // Nothing is mailed to the address but what proves it.
    let fields = [("current", PASSWORD), ("password", OWN)];
    hanna.submit::<()>("/api/accounts/password", &fields).await.unwrap();
    assert!(me(&second).await.is_none());
    app.prove(&hanna, email).await;
    let now = me(&hanna).await.unwrap();
    assert_eq!((now.tenant.name.as_str(), now.is_email_verified), ("Honest", true));
    enters(&app, email, OWN).await.unwrap();
    assert!(Browser::program(&app.url).with_token(&key).call(&keys::ListKeys {}).await.is_ok());
    assert!(!acts(&hanna).await.contains(&AuditAction::AccountCleared));
    forgot(&app, email).await;
    secret(&app, email, "reset", 1).await;
    let subjects: Vec<String> = app.mails_to(email).await.into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects, ["Choose a new password", "Please confirm your e-mail address"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_the_addresss_owners_whoever_registered_it() {
    let app = App::start().await;
    let shop = app.business("sorrel").await;
    let invite = async |email: &str| {
        let invite = accounts::Invite { email: email.to_owned(), role: built_in(Role::Agent) };
        shop.owner.call(&invite).await.unwrap();
        secret(&app, email, "invitation", 1).await
    };
    let email = "nora@new.example";
    let squatter = app.register("Noras", email).await;
    let key = key_of(&squatter).await;
    let token = invite(email).await;
    let nora = app.browser();
    assert!(!nora.call(&accounts::GetInvitation { token: token.clone() }).await.unwrap().has_account);
    let fields = [("token", token.as_str()), ("name", "Nora New"), ("password", OWN)];
    nora.submit::<()>("/api/invitation/accept", &fields).await.unwrap();
    let now = me(&nora).await.unwrap();
    assert_eq!((now.tenant.name.as_str(), now.role, now.name.as_str()), ("sorrel", Role::Agent, "Nora New"));
    assert_eq!((now.memberships.len(), now.is_email_verified), (2, true));
    is_out(&app, &[&squatter], email, &key).await;

    // Who registered it, is signed in and has the mail, keeps what is there.
    let email = "otto@own.example";
    let otto = app.register("Ottos", email).await;
    let key = key_of(&otto).await;
    let token = invite(email).await;
    otto.submit::<()>("/api/invitation/join", &[("token", token.as_str())]).await.unwrap();
    let now = me(&otto).await.unwrap();
    assert_eq!((now.tenant.name.as_str(), now.memberships.len(), now.is_email_verified), ("sorrel", 2, true));
    assert!(Browser::program(&app.url).with_token(&key).call(&keys::ListKeys {}).await.is_ok());
    enters(&app, email, PASSWORD).await.unwrap();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_proved_nothing_asks_nobody_in_and_locks_nobody_out() {
    let app = App::start().await;
    let email = "eve@evil.example";
    let eve = app.register(&"Free money at evil.example ".repeat(4), email).await;
    let invite = accounts::Invite { email: "victim@new.example".to_owned(), role: built_in(Role::Agent) };
    let program = Browser::program(&app.url).with_token(&key_of(&eve).await);
    for browser in [&eve, &program] {
        let refused = browser.call(&invite).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Forbidden);
        assert!(refused.message.contains("confirm"), "{}", refused.message);
    }
    let update = types::sign_in::OidcProviderUpdate {
        issuer: "https://login.example.com".to_owned(),
        client_id: "c".to_owned(),
        client_secret: Some("s".to_owned()),
        email_domains: Vec::new(),
        default_role: Role::Agent,
        is_active: true,
    };
    let provider = eve.call(&sign_in::UpdateProvider { update }).await.unwrap_err();
    assert_eq!(provider.code, ErrorCode::Forbidden);
    let begin =
        eve.submit::<SecondFactorSetup>(sign_in::BeginSecondFactor::PATH, &[("password", PASSWORD)]).await.unwrap_err();
    assert_eq!(begin.code, ErrorCode::Forbidden);
    assert!(team(&eve).await.invitations.is_empty());

    app.prove(&eve, email).await;
    eve.call(&invite).await.unwrap();
    let mail = app.mails_to("victim@new.example").await.remove(0);
    assert!(mail.subject.chars().count() < 100 && !mail.subject.contains("evil.example"), "{}", mail.subject);
    turn_on_at(&eve).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_ask_for_resets_stand_in_nobodys_way() {
    let app = App::start().await;
    let shop = app.business("teasel").await;
    let email = "owner@teasel.example";
    forgot(&app, email).await;
    let own = secret(&app, email, "reset", 1).await;
    for _ in 0..7 {
        forgot(&app, email).await;
    }
    secret(&app, email, "reset", 3).await;
    // The owner is not told of them, and the link that was there first is good.
    forgot(&app, email).await;
    reset(&app.browser(), &own).await.unwrap();
    enters(&app, email, OWN).await.unwrap();
    // Nor are they in the way of the next one.
    forgot(&app, email).await;
    let next = secret(&app, email, "reset", 4).await;
    reset(&app.browser(), &next).await.unwrap();
    assert!(me(&shop.agent).await.is_some());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn running_the_platform_takes_a_second_factor() {
    let app = App::start().await;
    let (own, shop) = (app.business("platform").await, app.business("tansy").await);
    let email = "owner@platform.example";
    assert!(domain::platform::set_admin(app.product.db(), email, true).await.unwrap());
    let admin = enters(&app, email, PASSWORD).await.unwrap();
    let other = enters(&app, email, PASSWORD).await.unwrap();
    let tenant = tenant_of(&shop.owner).await;
    let list = platform::ListTenants { search: String::new(), status: None, before: None };
    let work = async |browser: &Browser| {
        browser.submit::<()>("/api/platform/impersonate", &[("id", &tenant.to_string())]).await
    };
    let now = me(&admin).await.unwrap();
    assert!(now.is_platform_admin && now.needs_second_factor, "the dashboard says what to do");
    for refused in [admin.call(&list).await.unwrap_err(), work(&admin).await.unwrap_err()] {
        assert_eq!(refused.code, ErrorCode::Forbidden);
        assert!(refused.message.contains("second step"), "{}", refused.message);
    }
    // The session in which it is turned on goes on and may; those that never passed it end.
    let (_, codes) = turn_on_at(&admin).await;
    assert!(!me(&admin).await.unwrap().needs_second_factor);
    admin.call(&list).await.unwrap();
    for browser in [&other, &own.owner] {
        assert!(me(browser).await.is_none());
    }
    work(&admin).await.unwrap();
    let entries = shop.owner.call(&audit::ListAudit { before: None }).await.unwrap().entries;
    assert_eq!((entries[0].action, entries[0].ip.as_str()), (AuditAction::ImpersonationStarted, ""));
    admin.submit::<types::accounts::Tenant>("/api/accounts/business", &[("name", "Tansy")]).await.unwrap();
    shop.owner.submit::<types::accounts::Tenant>("/api/accounts/business", &[("name", "Tansy!")]).await.unwrap();
    let entries = shop.owner.call(&audit::ListAudit { before: None }).await.unwrap().entries;
    assert_eq!(
        (entries[1].impersonated_by.is_some(), entries[1].ip.as_str()),
        (true, ""),
        "where admins sit is theirs"
    );
    assert_ne!(entries[0].ip, "");
    // Nor does it go on without: what was begun ends at the next token, and a new sign-in may not.
    admin.submit::<()>("/api/platform/stop", &[]).await.unwrap();
    let end = [("password", PASSWORD), ("code", codes[0].as_str())];
    admin.submit::<()>(sign_in::EndSecondFactor::PATH, &end).await.unwrap();
    assert_eq!(admin.call(&list).await.unwrap_err().code, ErrorCode::Forbidden);
    // An address that is not proved runs nothing, whatever stands in its row.
    turn_on_at(&admin).await;
    execute(&app.database.owner_url, "UPDATE users SET email_verified_at = NULL").await;
    admin.set_cookie("omnichat_access", None);
    assert_eq!(admin.call(&list).await.unwrap_err().code, ErrorCode::Forbidden);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_second_factor_is_taken_off_by_whoever_runs_the_server() {
    let app = App::start().await;
    let (shop, other) = (app.business("thyme").await, app.business("tarragon").await);
    let email = "owner@thyme.example";
    let invite = accounts::Invite { email: email.to_owned(), role: built_in(Role::Admin) };
    other.owner.call(&invite).await.unwrap();
    let token = secret(&app, email, "invitation", 1).await;
    shop.owner.submit::<()>("/api/invitation/join", &[("token", token.as_str())]).await.unwrap();
    let (_, codes) = turn_on_at(&shop.owner).await;
    let squatter = app.register("Squat", "squat@thyme.example").await;
    execute(&app.database.owner_url, "UPDATE users SET totp_enabled_at = now() WHERE email = 'squat@thyme.example'")
        .await;

    let clear = async |email: &str| match clear_second_factor(app.product.db(), app.product.keys(), email).await {
        Ok(()) => None,
        Err(error) => Some(Error::from(error).code),
    };
    assert_eq!(clear("nobody@thyme.example").await, Some(ErrorCode::NotFound));
    assert_eq!(clear("squat@thyme.example").await, Some(ErrorCode::Conflict), "whose it is, nobody knows");
    assert_eq!(clear("agent@thyme.example").await, Some(ErrorCode::Conflict), "there is none");
    assert_eq!(clear(" OWNER@thyme.example").await, None);

    // What is remembered in the server's process ends with the next token.
    shop.owner.set_cookie("omnichat_access", None);
    assert!(me(&shop.owner).await.is_none() && me(&squatter).await.is_some());
    let back = app.browser();
    log_in(&back, email).await;
    assert!(!me(&back).await.unwrap().has_second_factor);
    assert_eq!(enter(&back, &codes[0]).await.unwrap_err().code, ErrorCode::Unauthenticated);
    assert_eq!(acts(&back).await[0], AuditAction::SecondFactorCleared);
    let entry = other.owner.call(&audit::ListAudit { before: None }).await.unwrap().entries.remove(0);
    assert_eq!((entry.action, entry.actor_type), (AuditAction::SecondFactorCleared, ActorType::System));
    assert_eq!(entry.target, email);
    wait_for("the mail about it", async || {
        app.mails_to(email).await.into_iter().find(|mail| mail.subject.contains("lost second step"))
    })
    .await;
    app.stop().await;
}
