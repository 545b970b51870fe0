//! The second factor: a code beside the password.

use crate::{
    browser::{Answer, Browser},
    cluster::{cluster, execute},
    harness::{App, Business, PASSWORD, wait_for},
};
use api::{accounts, sign_in};
use server::web::Limits;
use server_fn::ServerFn;
use std::time::{SystemTime, UNIX_EPOCH};
use types::{Error, ErrorCode, sign_in::SecondFactorSetup};

const ACCESS: &str = "omnichat_access";
const CHALLENGE: &str = "omnichat_challenge";

/// The code of an app, so many steps from now.
fn code(setup: &SecondFactorSetup, steps: i64) -> String {
    let secret = totp_rs::Secret::Encoded(setup.key.replace(' ', "")).to_bytes().unwrap();
    let app = totp_rs::TOTP::new(totp_rs::Algorithm::SHA1, 6, 1, 30, secret, None, String::new()).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    app.generate(now.checked_add_signed(steps * 30).unwrap())
}

/// A code that is not right, near now or before.
fn wrong(setup: &SecondFactorSetup) -> String {
    let near: Vec<String> = (-2..=3).map(|steps| code(setup, steps)).collect();
    ["000000", "111111", "222222", "333333", "444444", "555555", "666666"]
        .into_iter()
        .find(|code| !near.iter().any(|right| right == code))
        .unwrap()
        .to_owned()
}

async fn begin(browser: &Browser) -> SecondFactorSetup {
    browser.submit(sign_in::BeginSecondFactor::PATH, &[("password", PASSWORD)]).await.unwrap()
}

async fn confirm(browser: &Browser, code: &str) -> Result<Vec<String>, Error> {
    browser.submit(sign_in::ConfirmSecondFactor::PATH, &[("code", code)]).await
}

/// Turns the factor of a business's owner on.
pub async fn turn_on(shop: &Business) -> (SecondFactorSetup, Vec<String>) {
    turn_on_at(&shop.owner).await
}

/// Turns the factor of whoever is signed in on.
pub async fn turn_on_at(browser: &Browser) -> (SecondFactorSetup, Vec<String>) {
    let setup = begin(browser).await;
    let backup = confirm(browser, &code(&setup, 0)).await.unwrap();
    (setup, backup)
}

/// A browser that has typed the right password of a business's owner.
async fn after_password(app: &App, name: &str) -> Browser {
    let browser = app.browser();
    let email = format!("owner@{name}.example");
    browser.submit::<()>(accounts::LogIn::PATH, &[("email", &email), ("password", PASSWORD)]).await.unwrap();
    browser
}

/// Types a code after the password.
pub async fn enter(browser: &Browser, code: &str) -> Result<(), Error> {
    browser.submit(sign_in::LogInCode::PATH, &[("code", code)]).await
}

async fn is_in(browser: &Browser) -> bool {
    browser.call(&accounts::Me {}).await.unwrap().is_some()
}

/// As if the codes that were used had been used long ago.
async fn time_passes(app: &App) {
    execute(&app.database.owner_url, "UPDATE users SET totp_last_step = 0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_asked_for_after_the_password() {
    let app = App::start().await;
    let shop = app.business("hazel").await;
    // It takes the password, and a right code, to turn it on.
    let refused = shop.owner.submit::<SecondFactorSetup>(sign_in::BeginSecondFactor::PATH, &[("password", "no")]).await;
    assert_eq!(refused.unwrap_err().field.as_deref(), Some("password"));
    let setup = begin(&shop.owner).await;
    assert!(setup.qr.starts_with("<svg") && setup.key.len() == 39, "{}", setup.key);
    assert_eq!(confirm(&shop.owner, &wrong(&setup)).await.unwrap_err().code, ErrorCode::WrongCredentials);
    assert!(is_in(&after_password(&app, "hazel").await).await, "nothing is asked for before it is confirmed");
    let used = code(&setup, 0);
    let backup = confirm(&shop.owner, &used).await.unwrap();
    assert!(backup.len() == 10 && backup.iter().all(|code| code.len() >= 8), "{backup:?}");
    let state = shop.owner.call(&sign_in::GetSecondFactor {}).await.unwrap();
    assert!(state.enabled_at.is_some() && state.backup_codes == 10);
    assert!(shop.owner.call(&accounts::Me {}).await.unwrap().unwrap().has_second_factor);

    // The password alone opens nothing.
    let browser = after_password(&app, "hazel").await;
    let challenge = browser.cookie(CHALLENGE).unwrap();
    assert_eq!((browser.cookie(ACCESS), is_in(&browser).await), (None, false));
    for name in [ACCESS, "omnichat_refresh"] {
        let thief = app.browser();
        thief.set_cookie(name, Some(&challenge));
        assert!(!is_in(&thief).await, "the challenge is good as {name}");
    }
    // Nor does a code that was seen before; the next one does, and ends the challenge.
    assert_eq!(enter(&browser, &used).await.unwrap_err().field.as_deref(), Some("code"));
    assert_eq!(enter(&browser, &wrong(&setup)).await.unwrap_err().code, ErrorCode::WrongCredentials);
    let next = code(&setup, 1);
    enter(&browser, &next).await.unwrap();
    assert!(is_in(&browser).await && browser.cookie(CHALLENGE).is_none());
    // It was good once, for whoever has the same challenge too.
    let second = app.browser();
    second.set_cookie(CHALLENGE, Some(&challenge));
    assert_eq!(enter(&second, &next).await.unwrap_err().code, ErrorCode::WrongCredentials);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_code_is_good_once() {
    let app = App::start().await;
    let shop = app.business("holly").await;
    let (setup, backup) = turn_on(&shop).await;
    let browser = after_password(&app, "holly").await;
    enter(&browser, &backup[0].to_uppercase().replace('-', " ")).await.unwrap();
    assert!(is_in(&browser).await);
    assert_eq!(browser.call(&sign_in::GetSecondFactor {}).await.unwrap().backup_codes, 9);
    let again = after_password(&app, "holly").await;
    assert_eq!(enter(&again, &backup[0]).await.unwrap_err().code, ErrorCode::WrongCredentials);
    // New codes take the place of the old ones.
    time_passes(&app).await;
    let renewed: Vec<String> =
        shop.owner.submit(sign_in::RenewBackupCodes::PATH, &[("code", &code(&setup, 0))]).await.unwrap();
    assert_eq!(enter(&again, &backup[1]).await.unwrap_err().code, ErrorCode::WrongCredentials);
    enter(&again, &renewed[0]).await.unwrap();
    // They are stored as hashes.
    let owner = crate::cluster::connect(&app.database.owner_url).await;
    let stored: i64 =
        owner.query_one("SELECT count(*) FROM backup_codes WHERE length(code_hash) = 32", &[]).await.unwrap().get(0);
    assert_eq!(stored, 9);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_password_and_code_to_turn_it_off() {
    let app = App::start().await;
    let shop = app.business("hornbeam").await;
    let (setup, backup) = turn_on(&shop).await;
    assert_eq!(
        shop.owner
            .submit::<SecondFactorSetup>(sign_in::BeginSecondFactor::PATH, &[("password", PASSWORD)])
            .await
            .unwrap_err()
            .code,
        ErrorCode::Conflict,
        "nobody puts another app in its place"
    );
    let end = async |password: &str, code: &str| {
        let fields = [("password", password), ("code", code)];
        shop.owner.submit::<()>(sign_in::EndSecondFactor::PATH, &fields).await
    };
    assert_eq!(end("not the password", &backup[0]).await.unwrap_err().field.as_deref(), Some("password"));
    assert_eq!(end(PASSWORD, &wrong(&setup)).await.unwrap_err().field.as_deref(), Some("code"));
    let waiting = after_password(&app, "hornbeam").await;
    end(PASSWORD, &backup[0]).await.unwrap();
    // Who was asked for a code before begins anew.
    assert_eq!(enter(&waiting, &backup[1]).await.unwrap_err().code, ErrorCode::Unauthenticated);
    assert!(is_in(&after_password(&app, "hornbeam").await).await);
    let owner = crate::cluster::connect(&app.database.owner_url).await;
    let acts = "SELECT string_agg(action, ' ' ORDER BY id) FROM audit_log WHERE action LIKE 'second_factor.%'";
    let acts: String = owner.query_one(acts, &[]).await.unwrap().get(0);
    assert_eq!(acts, "second_factor.enabled second_factor.disabled");
    // Who was not asked learns of it.
    wait_for("both notices", async || {
        let mails = app.mails_to("owner@hornbeam.example").await;
        let subjects = mails.iter().map(|mail| mail.subject.as_str());
        let mut subjects: Vec<&str> = subjects.filter(|subject| subject.starts_with("Two-step")).collect();
        subjects.sort_unstable();
        (subjects == ["Two-step sign-in is off", "Two-step sign-in is on"]).then_some(())
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_cannot_be_guessed_from_many_places() {
    let app = App::start().await;
    let shop = app.business("hickory").await;
    let (setup, backup) = turn_on(&shop).await;
    let (bad, browser) = (wrong(&setup), after_password(&app, "hickory").await);
    let mut last = ErrorCode::WrongCredentials;
    for _ in 0..10 {
        last = enter(&browser, &bad).await.unwrap_err().code;
    }
    assert_eq!(last, ErrorCode::TooManyRequests);
    // It is the user who is guarded: neither another challenge nor a right code helps.
    let other = after_password(&app, "hickory").await;
    assert_eq!(enter(&other, &backup[0]).await.unwrap_err().code, ErrorCode::TooManyRequests);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_of_one_user_and_one_password_and_ends() {
    let app = App::start().await;
    let (shop, other) = (app.business("hemlock").await, app.business("heather").await);
    let (_, backup) = turn_on(&shop).await;
    let (_, others_backup) = turn_on(&other).await;
    // Another user's challenge takes that user's codes.
    let browser = after_password(&app, "heather").await;
    assert_eq!(enter(&browser, &backup[0]).await.unwrap_err().code, ErrorCode::WrongCredentials);
    // None, a forged one, an expired one, one of another kind.
    let user = shop.owner.call(&accounts::Me {}).await.unwrap().unwrap();
    let made = |audience: &str, exp: i64| {
        let claims = serde_json::json!({
            "aud": audience, "exp": exp, "sub": user.id, "tid": user.tenant.id, "pwd": "0000000000000000",
        });
        app.product.keys().sign(&claims).unwrap()
    };
    let mut changed = after_password(&app, "hemlock").await.cookie(CHALLENGE).unwrap();
    changed.pop();
    let expired = made("second factor", 1_700_000_000);
    let kinds = ["", "nonsense", &changed, &expired, &made("access", 9_999_999_999)];
    // Signed by us for another password than today's.
    let old = made("second factor", 9_999_999_999);
    for held in kinds.into_iter().chain([old.as_str()]) {
        let browser = app.browser();
        browser.set_cookie(CHALLENGE, Some(held).filter(|held| !held.is_empty()));
        assert_eq!(enter(&browser, &backup[0]).await.unwrap_err().code, ErrorCode::Unauthenticated, "{held}");
        assert!(!is_in(&browser).await);
    }
    // A challenge ends with the password.
    let waiting = after_password(&app, "hemlock").await;
    let sql = "UPDATE users SET password_hash = password_hash || 'x' WHERE email = 'owner@hemlock.example'";
    execute(&app.database.owner_url, sql).await;
    assert_eq!(enter(&waiting, &backup[0]).await.unwrap_err().code, ErrorCode::Unauthenticated);
    enter(&browser, &others_backup[0]).await.unwrap();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_is_asked_for_without_javascript() {
    let app = App::start().await;
    let shop = app.business("hyssop").await;
    let (_, backup) = turn_on(&shop).await;
    let browser = app.browser();
    let fields = [("email", "owner@hyssop.example"), ("password", PASSWORD), ("next", "/knowledge?a=b")];
    let asked = browser.submit_plainly(accounts::LogIn::PATH, "/login", &fields).await;
    let page = asked.header("location").to_owned();
    assert_eq!((asked.status, page.as_str()), (302, "/login/code?next=/knowledge%3Fa%3Db"));
    let enter = async |code: &str, next: &str| -> Answer {
        browser.submit_plainly(sign_in::LogInCode::PATH, &page, &[("code", code), ("next", next)]).await
    };
    let refused = enter("nonsense", "").await;
    assert!(refused.header("location").starts_with("/login/code?next="), "{}", refused.header("location"));
    assert!(refused.header("location").contains("__err="));
    let right = enter(&backup[0], "/knowledge?a=b").await;
    assert_eq!((right.status, right.header("location")), (302, "/knowledge?a=b"));
    assert!(is_in(&browser).await);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_survives_a_new_secret_key() {
    let database = cluster().database().await;
    let start = |key, old| App::start_as(database.clone(), Limits::default(), key, old);
    let app = start([1; 32], vec![]).await;
    let (setup, _) = turn_on(&app.business("hawthorn").await).await;
    app.stop().await;
    let app = start([2; 32], vec![[1; 32]]).await;
    let rotated = domain::keys::rotate(app.product.db(), app.product.keys()).await.unwrap();
    assert_eq!((rotated.changed, rotated.unreadable), (1, 0));
    app.stop().await;
    let app = start([2; 32], vec![]).await;
    time_passes(&app).await;
    let browser = after_password(&app, "hawthorn").await;
    enter(&browser, &code(&setup, 0)).await.unwrap();
    assert!(is_in(&browser).await);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_signs_in_for_a_person_sends_the_code_as_well() {
    let app = App::start().await;
    let shop = app.business("yarrow").await;
    let (_, backup) = turn_on(&shop).await;
    let client = Browser::program(&app.url);
    let log_in = async |code: Option<&str>| {
        let login = serde_json::json!({ "email": "owner@yarrow.example", "password": PASSWORD, "code": code });
        crate::rest::call(&client, "POST", "/auth/login", Some(&login)).await
    };
    for (code, refusal) in [(None, ErrorCode::CodeRequired), (Some("nonsense"), ErrorCode::WrongCredentials)] {
        assert_eq!(crate::rest::problem(&log_in(code).await).code, refusal);
    }
    let tokens: types::rest::Tokens = crate::rest::read(&log_in(Some(&backup[0])).await);
    assert!(tokens.refresh_token.is_some());
    app.stop().await;
}
