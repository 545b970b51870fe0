//! Being asked to work in a business, and coming.

use crate::{
    browser::Browser,
    cluster::{connect, execute},
    harness::{App, Business, PASSWORD, log_in, wait_for},
    people::{acts, built_in, id, team},
};
use api::{accounts, keys};
use types::{
    Error, ErrorCode, InvitationId,
    accounts::{NewApiKey, Permission as P, Permissions, Role},
    people::RoleChoice,
};

/// The secret of the newest of `count` mails to an address with a link to a page.
pub async fn secret(app: &App, address: &str, page: &str, count: usize) -> String {
    let start = format!("{}/{page}?token=", app.url);
    wait_for(&format!("{count} mails to {address} about {page}"), async || {
        let mails = app.mails_to(address).await;
        let mut links = mails.iter().filter_map(|mail| mail.text.split_once(&start).map(|(_, rest)| rest));
        let newest = links.next().map(|rest| rest.split_whitespace().next().unwrap().to_owned());
        newest.filter(|_| links.count() + 1 == count)
    })
    .await
}

async fn invite(by: &Browser, email: &str, role: Role) -> InvitationId {
    by.call(&accounts::Invite { email: email.to_owned(), role: built_in(role) }).await.unwrap()
}

async fn accept(browser: &Browser, token: &str) -> Result<(), Error> {
    let fields = [("token", token), ("name", "Nora New"), ("password", PASSWORD)];
    browser.submit("/api/invitation/accept", &fields).await
}

async fn join(browser: &Browser, token: &str) -> Result<(), Error> {
    browser.submit("/api/invitation/join", &[("token", token)]).await
}

/// The addresses of the open invitations.
async fn open(owner: &Browser) -> Vec<String> {
    let mut open: Vec<_> = team(owner).await.invitations.into_iter().map(|invitation| invitation.email).collect();
    open.sort();
    open
}

async fn seats(app: &App, seats: u32) {
    let sql = format!("UPDATE tenants SET limits = '{{\"seats\": {seats}}}'");
    execute(&app.database.owner_url, &sql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_accepts_once() {
    let app = App::start().await;
    let shop = app.business("fir").await;
    let email = "Nora@New.example";
    invite(&shop.owner, email, Role::Viewer).await;
    let token = secret(&app, "nora@new.example", "invitation", 1).await;
    let nora = app.browser();
    let offer = nora.call(&accounts::GetInvitation { token: token.clone() }).await.unwrap();
    assert_eq!((offer.business.as_str(), offer.email.as_str(), offer.has_account), ("fir", "nora@new.example", false));
    assert_eq!((offer.role_name.as_str(), offer.invited_by.as_deref()), ("Viewer", Some("Olga Owner")));
    let listed = team(&shop.owner).await.invitations;
    assert_eq!((listed.len(), listed[0].email.as_str()), (1, "nora@new.example"));

    // A form that is wrong uses nothing up; without JavaScript it leads back with the token.
    let page = format!("/invitation?token={token}");
    let fields = [("token", token.as_str()), ("name", "Nora"), ("password", "short")];
    let wrong = nora.submit_plainly("/api/invitation/accept", &page, &fields).await;
    assert_eq!(wrong.status, 302);
    assert!(wrong.header("location").starts_with(&format!("{page}&__path=")), "{}", wrong.header("location"));
    let fields = [("token", token.as_str()), ("name", "Nora New"), ("password", PASSWORD)];
    let right = nora.submit_plainly("/api/invitation/accept", &page, &fields).await;
    assert_eq!((right.status, right.header("location")), (302, "/inbox"));
    let me = nora.call(&accounts::Me {}).await.unwrap().unwrap();
    assert_eq!((me.name.as_str(), me.role, me.is_email_verified), ("Nora New", Role::Viewer, true));
    assert_eq!(me.tenant.name, "fir");
    assert!(team(&shop.owner).await.invitations.is_empty());

    // Good once, for whoever.
    assert_eq!(accept(&app.browser(), &token).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(join(&shop.agent, &token).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(acts(&app, &shop).await, ["person.invited", "person.joined"]);
    // And the password is the one that was chosen.
    log_in(&app.browser(), "nora@new.example").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_with_an_account_joins_with_that_very_account() {
    let app = App::start().await;
    let (shop, other) = (app.business("elm").await, app.business("oak").await);
    invite(&shop.owner, "owner@oak.example", Role::Agent).await;
    let token = secret(&app, "owner@oak.example", "invitation", 1).await;
    assert!(app.browser().call(&accounts::GetInvitation { token: token.clone() }).await.unwrap().has_account);

    // Not as somebody new, which would take the account over; not signed out; not as somebody else.
    assert_eq!(accept(&app.browser(), &token).await.unwrap_err().code, ErrorCode::Conflict);
    assert_eq!(join(&app.browser(), &token).await.unwrap_err().code, ErrorCode::Unauthenticated);
    let wrong = join(&other.agent, &token).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::Forbidden);
    assert!(wrong.message.contains("owner@oak.example"), "{}", wrong.message);

    join(&other.owner, &token).await.unwrap();
    let me = other.owner.call(&accounts::Me {}).await.unwrap().unwrap();
    assert_eq!((me.tenant.name.as_str(), me.role, me.memberships.len()), ("elm", Role::Agent, 2));
    assert!(me.is_email_verified, "the link was mailed to the address");
    assert_eq!(join(&other.owner, &token).await.unwrap_err().code, ErrorCode::NotFound);
    // Whoever is here cannot be asked again.
    let again = accounts::Invite { email: "owner@oak.example".to_owned(), role: built_in(Role::Agent) };
    assert_eq!(shop.owner.call(&again).await.unwrap_err().code, ErrorCode::Conflict);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_ends_by_time_by_a_newer_one_and_by_revoking() {
    let app = App::start().await;
    let shop = app.business("yew").await;
    let (email, guest) = ("guest@yew.example", app.browser());
    let id = invite(&shop.owner, email, Role::Agent).await;
    let first = secret(&app, email, "invitation", 1).await;
    let twice = accounts::Invite { email: email.to_owned(), role: built_in(Role::Agent) };
    assert_eq!(shop.owner.call(&twice).await.unwrap_err().code, ErrorCode::Conflict);
    execute(&app.database.owner_url, "UPDATE invitations SET expires_at = now() - interval '1 second'").await;
    assert_eq!(accept(&guest, &first).await.unwrap_err().code, ErrorCode::NotFound);

    shop.owner.call(&accounts::ResendInvitation { id }).await.unwrap();
    let second = secret(&app, email, "invitation", 2).await;
    assert_ne!(first, second);
    assert_eq!(accept(&guest, &first).await.unwrap_err().code, ErrorCode::NotFound);
    shop.owner.call(&accounts::RevokeInvitation { id }).await.unwrap();
    assert_eq!(accept(&guest, &second).await.unwrap_err().code, ErrorCode::NotFound);
    let gone = shop.owner.call(&accounts::RevokeInvitation { id }).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);

    // Nobody's mailbox is filled, whoever asks.
    let mut last = None;
    for _ in 0..5 {
        if let Ok(id) = shop.owner.call(&twice).await {
            shop.owner.call(&accounts::RevokeInvitation { id }).await.unwrap();
        } else {
            last = shop.owner.call(&twice).await.err();
        }
    }
    assert_eq!(last.unwrap().code, ErrorCode::TooManyRequests);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn seats_are_counted_when_inviting_and_when_joining() {
    let app = App::start().await;
    let shop = app.business("ash").await;
    seats(&app, 4).await;
    for name in ["a", "b"] {
        invite(&shop.owner, &format!("{name}@new.example"), Role::Agent).await;
    }
    let third = accounts::Invite { email: "c@new.example".to_owned(), role: built_in(Role::Agent) };
    assert_eq!(shop.owner.call(&third).await.unwrap_err().code, ErrorCode::TooLarge);
    assert_eq!(team(&shop.owner).await.seats, Some(4));
    // The limit fell meanwhile: of two who come at the same moment one finds a seat.
    seats(&app, 3).await;
    let (one, two) =
        (secret(&app, "a@new.example", "invitation", 1).await, secret(&app, "b@new.example", "invitation", 1).await);
    let (first, second) = (app.browser(), app.browser());
    let (one, two) = tokio::join!(accept(&first, &one), accept(&second, &two));
    let refused = one.as_ref().err().or(two.as_ref().err()).unwrap();
    assert_eq!(refused.code, ErrorCode::TooLarge);
    assert_eq!(team(&shop.owner).await.people.len(), 3);
    // Whoever found none can come when there is one: nothing was used up.
    assert_eq!(team(&shop.owner).await.invitations.len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_left_comes_back() {
    let app = App::start().await;
    let shop: Business = app.business("larch").await;
    let agent = shop.agent.call(&accounts::Me {}).await.unwrap().unwrap().id;
    shop.owner.call(&accounts::RemovePerson { user: agent }).await.unwrap();
    invite(&shop.owner, "agent@larch.example", Role::Viewer).await;
    let token = secret(&app, "agent@larch.example", "invitation", 1).await;
    let back = app.browser();
    assert!(!back.call(&accounts::GetInvitation { token: token.clone() }).await.unwrap().has_account);
    accept(&back, &token).await.unwrap();
    let me = back.call(&accounts::Me {}).await.unwrap().unwrap();
    assert_eq!((me.id, me.role), (agent, Role::Viewer));
    app.stop().await;
}

/// Whoever goes takes along the ways in that they left for later, by their own hand or by a program of theirs.
#[tokio::test(flavor = "multi_thread")]
async fn invitations_give_no_more_than_whoever_sent_them_and_end_with_them() {
    let app = App::start().await;
    let shop = app.business("sorb").await;
    let admin = shop.colleague(&app, "turns", Role::Admin).await;
    let who = id(&admin).await;
    let new = NewApiKey { name: "Inviting".to_owned(), scopes: Permissions::of(Role::Admin), days: None };
    let (key, _) = admin.call(&keys::CreateKey { new }).await.unwrap();
    let program = Browser::program(&app.url).with_token(&key);
    let token = async |by: &Browser, email: &str, role| {
        invite(by, email, role).await;
        secret(&app, email, "invitation", 1).await
    };
    let high = token(&admin, "high@new.example", Role::Admin).await;
    let by_program = token(&program, "program@new.example", Role::Admin).await;
    let low = token(&admin, "low@new.example", Role::Agent).await;
    let others = token(&shop.owner, "others@new.example", Role::Admin).await;

    // A lesser role counts for the invitations too, and one that invites nobody leaves none.
    let permissions = [P::ManagePeople].into_iter().chain(Permissions::of(Role::Agent).iter()).collect();
    let host = accounts::CreateRole { name: "Host".to_owned(), permissions };
    let host = RoleChoice::Own(shop.owner.call(&host).await.unwrap());
    shop.owner.call(&accounts::SetRole { user: who, role: host }).await.unwrap();
    for token in [&high, &by_program] {
        assert_eq!(accept(&app.browser(), token).await.unwrap_err().code, ErrorCode::NotFound);
    }
    assert_eq!(open(&shop.owner).await, ["low@new.example", "others@new.example"]);
    shop.owner.call(&accounts::SetRole { user: who, role: built_in(Role::Agent) }).await.unwrap();
    assert_eq!(open(&shop.owner).await, ["others@new.example"]);
    shop.owner.call(&accounts::RemovePerson { user: who }).await.unwrap();
    assert_eq!(accept(&app.browser(), &low).await.unwrap_err().code, ErrorCode::NotFound);
    accept(&app.browser(), &others).await.unwrap();
    assert_eq!(team(&shop.owner).await.people.len(), 3);

    // The log says how many.
    let sql = "SELECT details ->> 'invitations' FROM audit_log WHERE details ? 'invitations' ORDER BY id";
    let rows = connect(&app.database.owner_url).await.query(sql, &[]).await.unwrap();
    let counts: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(counts, ["2", "1"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_is_none_any_more_and_a_changed_role_leave_no_greater_invitation() {
    let app = App::start().await;
    let shop = app.business("pear").await;
    // An admin may do what an owner may, but for making owners.
    let second = shop.colleague(&app, "second", Role::Owner).await;
    invite(&second, "boss@new.example", Role::Owner).await;
    invite(&second, "admin@new.example", Role::Admin).await;
    let boss = secret(&app, "boss@new.example", "invitation", 1).await;
    let role = accounts::SetRole { user: id(&second).await, role: built_in(Role::Admin) };
    shop.owner.call(&role).await.unwrap();
    assert_eq!(accept(&app.browser(), &boss).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(open(&shop.owner).await, ["admin@new.example"]);

    let clerk = shop.colleague(&app, "clerk", Role::Viewer).await;
    let permissions: Permissions = [P::ManagePeople, P::ManageKnowledge].into_iter().collect();
    let create = accounts::CreateRole { name: "Front".to_owned(), permissions };
    let front = shop.owner.call(&create).await.unwrap();
    let set = accounts::SetRole { user: id(&clerk).await, role: RoleChoice::Own(front) };
    shop.owner.call(&set).await.unwrap();
    let create =
        accounts::CreateRole { name: "Writer".to_owned(), permissions: [P::ManageKnowledge].into_iter().collect() };
    let writer = RoleChoice::Own(shop.owner.call(&create).await.unwrap());
    for (email, role) in [("same@new.example", RoleChoice::Own(front)), ("writer@new.example", writer)] {
        clerk.call(&accounts::Invite { email: email.to_owned(), role }).await.unwrap();
    }
    let permissions = [P::ManagePeople].into_iter().collect();
    shop.owner.call(&accounts::UpdateRole { id: front, name: "Front".to_owned(), permissions }).await.unwrap();
    // Whoever is asked to have the same role gets it as it is now.
    assert_eq!(open(&shop.owner).await, ["admin@new.example", "same@new.example"]);
    app.stop().await;
}
