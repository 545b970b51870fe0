//! Who works in a business, what they are there, and what becomes of it at once.

use crate::{
    browser::Browser,
    cluster::connect,
    harness::{App, Business, log_in},
    socket::Socket,
};
use api::{accounts, inbox, keys};
use types::{
    ErrorCode, UserId,
    accounts::{NewApiKey, Permission as P, Permissions, Role},
    inbox::InboxView,
    people::{RoleChoice, Team},
};

pub const fn built_in(role: Role) -> RoleChoice {
    RoleChoice::BuiltIn(role)
}

pub async fn team(browser: &Browser) -> Team {
    browser.call(&accounts::GetTeam {}).await.unwrap()
}

pub async fn id(browser: &Browser) -> UserId {
    browser.call(&accounts::Me {}).await.unwrap().unwrap().id
}

async fn code(call: impl Future<Output = Result<(), types::Error>>) -> ErrorCode {
    call.await.unwrap_err().code
}

/// The acts in the audit log of a business, oldest first.
pub async fn acts(app: &App, business: &Business) -> Vec<String> {
    let tenant = business.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.id;
    let sql = format!("SELECT action FROM audit_log WHERE tenant_id = '{tenant}' ORDER BY id");
    let rows = connect(&app.database.owner_url).await.query(&sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_role_counts_from_the_next_call_on() {
    let app = App::start().await;
    let shop = app.business("maple").await;
    let agent = id(&shop.agent).await;
    let read = inbox::ListConversations { view: InboxView::All, search: String::new(), before: None };
    let token = shop.agent.cookie("omnichat_access").unwrap();
    shop.agent.call(&read).await.unwrap();

    // A role that cannot read the inbox; the access token from before says agent.
    let permissions: Permissions = [P::ManageKnowledge].into_iter().collect();
    let role = accounts::CreateRole { name: "Librarian".to_owned(), permissions };
    let librarian = RoleChoice::Own(shop.owner.call(&role).await.unwrap());
    shop.owner.call(&accounts::SetRole { user: agent, role: librarian }).await.unwrap();
    let bare = app.browser();
    bare.set_cookie("omnichat_access", Some(&token));
    assert_eq!(bare.call(&read).await.unwrap_err().code, ErrorCode::Unauthenticated, "the old token is still good");
    assert_eq!(shop.agent.call(&read).await.unwrap_err().code, ErrorCode::Forbidden);
    let me = shop.agent.call(&accounts::Me {}).await.unwrap().unwrap();
    assert_eq!((me.role, me.permissions), (Role::Custom, permissions));

    // What the role permits changes for those who have it, at once as well.
    let RoleChoice::Own(role) = librarian else { unreachable!() };
    let more: Permissions = [P::ReadInbox].into_iter().collect();
    let name = "Reader".to_owned();
    shop.owner.call(&accounts::UpdateRole { id: role, name, permissions: more }).await.unwrap();
    shop.agent.call(&read).await.unwrap();

    // A role in use stays; one that nobody has goes.
    let delete = accounts::DeleteRole { id: role };
    assert_eq!(code(shop.owner.call(&delete)).await, ErrorCode::Conflict);
    shop.owner.call(&accounts::SetRole { user: agent, role: built_in(Role::Agent) }).await.unwrap();
    let gone = team(&shop.owner).await;
    let reader = gone.roles.iter().find(|role| role.name == "Reader").unwrap();
    assert_eq!((reader.people, reader.permissions), (0, more));
    shop.owner.call(&delete).await.unwrap();
    assert_eq!(team(&shop.owner).await.roles.len(), 4);
    assert_eq!(
        acts(&app, &shop).await,
        ["role.created", "person.role_changed", "role.updated", "person.role_changed", "role.deleted"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_moves_more_than_they_hold() {
    let app = App::start().await;
    let shop = app.business("linden").await;
    let admin = shop.colleague(&app, "adam", Role::Admin).await;
    let clerk = shop.colleague(&app, "clara", Role::Viewer).await;
    let (owner_id, admin_id, clerk_id) = (id(&shop.owner).await, id(&admin).await, id(&clerk).await);
    let people: Permissions = [P::ManagePeople, P::ReadInbox].into_iter().collect();
    let role = accounts::CreateRole { name: "Receptionist".to_owned(), permissions: people };
    let receptionist = RoleChoice::Own(admin.call(&role).await.unwrap());
    admin.call(&accounts::SetRole { user: clerk_id, role: receptionist }).await.unwrap();

    let set = |user, role| accounts::SetRole { user, role };
    // Admins cannot make owners, nor touch them.
    assert_eq!(code(admin.call(&set(admin_id, built_in(Role::Owner)))).await, ErrorCode::Forbidden);
    assert_eq!(code(admin.call(&set(owner_id, built_in(Role::Viewer)))).await, ErrorCode::Forbidden);
    assert_eq!(code(admin.call(&accounts::RemovePerson { user: owner_id })).await, ErrorCode::Forbidden);
    let invite = accounts::Invite { email: "boss@linden.example".to_owned(), role: built_in(Role::Owner) };
    assert_eq!(admin.call(&invite).await.unwrap_err().code, ErrorCode::Forbidden);
    // Somebody who may little can neither rise, nor raise, nor fell.
    assert_eq!(code(clerk.call(&set(clerk_id, built_in(Role::Admin)))).await, ErrorCode::Forbidden);
    assert_eq!(code(clerk.call(&set(admin_id, receptionist))).await, ErrorCode::Forbidden);
    assert_eq!(code(clerk.call(&accounts::RemovePerson { user: admin_id })).await, ErrorCode::Forbidden);
    let invite = accounts::Invite { email: "friend@linden.example".to_owned(), role: built_in(Role::Agent) };
    assert_eq!(clerk.call(&invite).await.unwrap_err().code, ErrorCode::Forbidden);
    let RoleChoice::Own(own) = receptionist else { unreachable!() };
    let name = "Receptionist".to_owned();
    let more = people.iter().chain([P::ManageKeys]).collect();
    let rise = accounts::UpdateRole { id: own, name: name.clone(), permissions: more };
    assert_eq!(code(clerk.call(&rise)).await, ErrorCode::Forbidden);
    let create = accounts::CreateRole { name: "Keys".to_owned(), permissions: more };
    assert_eq!(clerk.call(&create).await.unwrap_err().code, ErrorCode::Forbidden);
    // Names are taken once, those of the built-in roles from the start.
    for taken in ["Receptionist", "OWNER"] {
        let create = accounts::CreateRole { name: taken.to_owned(), permissions: people };
        let refused = shop.owner.call(&create).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::Conflict, Some("name")));
    }
    let empty = accounts::CreateRole { name: "Nothing".to_owned(), permissions: Permissions::NONE };
    assert_eq!(shop.owner.call(&empty).await.unwrap_err().code, ErrorCode::Invalid);
    // An owner makes another owner, who is one at once.
    shop.owner.call(&set(admin_id, built_in(Role::Owner))).await.unwrap();
    admin.call(&set(owner_id, built_in(Role::Viewer))).await.unwrap();
    assert_eq!(shop.owner.call(&accounts::GetTeam {}).await.unwrap_err().code, ErrorCode::Forbidden);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_always_an_owner() {
    let app = App::start().await;
    let shop = app.business("hazel").await;
    let first = id(&shop.owner).await;
    let demote = |user| accounts::SetRole { user, role: built_in(Role::Agent) };
    assert_eq!(code(shop.owner.call(&demote(first))).await, ErrorCode::Conflict);
    assert_eq!(code(shop.owner.call(&accounts::RemovePerson { user: first })).await, ErrorCode::Conflict);
    // Two owners who go at the same moment: one stays.
    for round in 0..5 {
        let other = shop.colleague(&app, &format!("owner{round}"), Role::Owner).await;
        let second = id(&other).await;
        let (one, two) = (demote(first), accounts::RemovePerson { user: second });
        let (one, two) = tokio::join!(shop.owner.call(&one), other.call(&two));
        assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
        let refused = one.as_ref().err().or(two.as_ref().err()).unwrap();
        assert_eq!(refused.code, ErrorCode::Conflict);
        if one.is_ok() {
            other.call(&accounts::SetRole { user: first, role: built_in(Role::Owner) }).await.unwrap();
            shop.owner.call(&accounts::RemovePerson { user: second }).await.unwrap();
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_removed_is_out_at_once_and_their_work_stays() {
    let app = App::start().await;
    let shop = app.business("poplar").await;
    let visitor = app.visitor(shop.widget.id).await;
    let sent = visitor.send("Hello").await;
    shop.silence(&sent).await;
    let agent = id(&shop.agent).await;
    shop.agent.call(&inbox::Assign { id: sent.conversation_id, to: Some(agent) }).await.unwrap();
    let token = shop.agent.cookie("omnichat_access").unwrap();
    let (mut socket, _) = Socket::agent(&shop.agent, &app.url, None).await;
    let listed = team(&shop.owner).await;
    assert_eq!(listed.people.len(), 2);
    assert!(listed.people.iter().all(|person| person.last_seen_at.is_some() && !person.has_second_factor));

    shop.owner.call(&accounts::RemovePerson { user: agent }).await.unwrap();
    while socket.next().await.is_some() {}
    let bare = app.browser();
    bare.set_cookie("omnichat_access", Some(&token));
    assert_eq!(bare.call(&accounts::Me {}).await.unwrap(), None);
    assert_eq!(shop.agent.call(&accounts::Me {}).await.unwrap(), None);
    let left = shop.owner.call(&inbox::OpenConversation { id: sent.conversation_id }).await.unwrap();
    assert!(left.conversation.assigned.is_none());
    assert_eq!(team(&shop.owner).await.people.len(), 1);
    assert_eq!(code(shop.owner.call(&accounts::RemovePerson { user: agent })).await, ErrorCode::NotFound);
    assert_eq!(acts(&app, &shop).await.last().unwrap(), "person.removed");
    app.stop().await;
}

/// Whoever goes takes along what they could have gone on with: their keys, and the keys of those.
#[tokio::test(flavor = "multi_thread")]
async fn keys_do_no_more_than_whoever_made_them_and_end_with_them() {
    let app = App::start().await;
    let shop = app.business("alder").await;
    let admin = shop.colleague(&app, "turns", Role::Admin).await;
    let who = id(&admin).await;
    let make = |scopes: &[P], days| {
        let scopes = scopes.iter().copied().collect();
        keys::CreateKey { new: NewApiKey { name: "A program".to_owned(), scopes, days } }
    };
    let program = |key: &str| Browser::program(&app.url).with_token(key);
    let read = inbox::ListConversations { view: InboxView::All, search: String::new(), before: None };

    // A key of a day makes none for ever, and is followed by what it made.
    let (first, parent) = admin.call(&make(&[P::ManageKeys, P::ReadInbox], Some(1))).await.unwrap();
    let (second, child) = program(&first).call(&make(&[P::ManageKeys, P::ReadInbox], None)).await.unwrap();
    assert_eq!(child.expires_at, parent.expires_at);
    let (third, _) = program(&second).call(&make(&[P::ReadInbox], Some(30))).await.unwrap();
    program(&third).call(&read).await.unwrap();
    let listed = shop.owner.call(&keys::ListKeys {}).await.unwrap();
    assert!(listed.iter().all(|key| key.created_by.is_some() && key.expires_at == parent.expires_at));
    shop.owner.call(&keys::RevokeKey { id: parent.id }).await.unwrap();
    for key in [&first, &second, &third] {
        assert_eq!(program(key).call(&read).await.unwrap_err().code, ErrorCode::Unauthenticated);
    }

    // A lesser role counts for the keys too; to ask the AI is everybody's to give.
    let (own, _) = admin.call(&make(&[P::ManageKeys, P::ReadInbox, P::Chat], None)).await.unwrap();
    let (only_keys, _) = admin.call(&make(&[P::ManageKeys], None)).await.unwrap();
    let (others, _) = shop.owner.call(&make(&[P::ManageKeys], None)).await.unwrap();
    program(&own).call(&keys::ListKeys {}).await.unwrap();
    program(&only_keys).call(&keys::ListKeys {}).await.unwrap();
    shop.owner.call(&accounts::SetRole { user: who, role: built_in(Role::Agent) }).await.unwrap();
    assert_eq!(program(&own).call(&keys::ListKeys {}).await.unwrap_err().code, ErrorCode::Forbidden);
    assert_eq!(program(&only_keys).call(&keys::ListKeys {}).await.unwrap_err().code, ErrorCode::Unauthenticated);
    program(&own).call(&read).await.unwrap();

    shop.owner.call(&accounts::RemovePerson { user: who }).await.unwrap();
    assert_eq!(program(&own).call(&read).await.unwrap_err().code, ErrorCode::Unauthenticated);
    program(&others).call(&keys::ListKeys {}).await.unwrap();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_two_businesses_goes_over() {
    let app = App::start().await;
    let (rose, iris) = (app.business("rose").await, app.business("iris").await);
    let (at_rose, at_iris) = (
        rose.owner.call(&accounts::Me {}).await.unwrap().unwrap(),
        iris.owner.call(&accounts::Me {}).await.unwrap().unwrap(),
    );
    let database = connect(&app.database.owner_url).await;
    let (there, who) = (at_iris.tenant.id, at_rose.id);
    let insert = format!("INSERT INTO memberships (tenant_id, user_id, role) VALUES ('{there}', '{who}', 'viewer')");
    database.execute(&insert, &[]).await.unwrap();

    let me = rose.owner.call(&accounts::Me {}).await.unwrap().unwrap();
    let names: Vec<&str> = me.memberships.iter().map(|other| other.name.as_str()).collect();
    assert_eq!(names, ["iris", "rose"]);
    let before = rose.owner.cookie("omnichat_refresh").unwrap();
    let over = at_iris.tenant.id.to_string();
    let answer = rose.owner.submit_plainly("/api/accounts/switch", "/inbox", &[("tenant", &over)]).await;
    assert_eq!((answer.status, answer.header("location")), (302, "/inbox"));
    let me = rose.owner.call(&accounts::Me {}).await.unwrap().unwrap();
    assert_eq!((me.tenant.id, me.role), (at_iris.tenant.id, Role::Viewer));
    // The session in the other business has ended.
    let old = app.browser();
    old.set_cookie("omnichat_refresh", Some(&before));
    assert_eq!(old.call(&accounts::Me {}).await.unwrap(), None);
    let back = at_rose.tenant.id.to_string();
    rose.owner.submit::<()>("/api/accounts/switch", &[("tenant", &back)]).await.unwrap();

    // Not to where one does not work, and not on the word of a provider or as an admin.
    let refused = iris.owner.submit::<()>("/api/accounts/switch", &[("tenant", &back)]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    database.execute("UPDATE sessions SET is_tenant_bound = true", &[]).await.unwrap();
    rose.owner.set_cookie("omnichat_access", None);
    let me = rose.owner.call(&accounts::Me {}).await.unwrap().unwrap();
    assert_eq!(me.memberships.len(), 1);
    let refused = rose.owner.submit::<()>("/api/accounts/switch", &[("tenant", &over)]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    assert_eq!(rose.owner.call(&accounts::ListSessions {}).await.unwrap_err().code, ErrorCode::Forbidden);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_ended_and_never_adopted() {
    let app = App::start().await;
    let shop = app.business("olive").await;
    let email = "owner@olive.example";
    // What stands in the cookies before a sign-in is never taken over.
    let planted = app.browser();
    let theirs = (shop.agent.cookie("omnichat_access").unwrap(), shop.agent.cookie("omnichat_refresh").unwrap());
    planted.set_cookie("omnichat_access", Some(&theirs.0));
    planted.set_cookie("omnichat_refresh", Some(&theirs.1));
    log_in(&planted, email).await;
    assert_ne!(planted.cookie("omnichat_access").unwrap(), theirs.0);
    let session = |token: String| token.split_once('.').unwrap().0.to_owned();
    let is = session(planted.cookie("omnichat_refresh").unwrap());
    assert_ne!(is, session(theirs.1));
    assert_eq!(planted.call(&accounts::Me {}).await.unwrap().unwrap().email, email);

    let third = app.browser();
    log_in(&third, email).await;
    let listed = shop.owner.call(&accounts::ListSessions {}).await.unwrap();
    assert_eq!(listed.len(), 3);
    assert_eq!(listed.iter().filter(|session| session.is_current).count(), 1);
    assert!(listed.iter().all(|session| session.business == "olive" && !session.is_impersonated));

    // One that is ended is out at once, its socket too, and only that one.
    let (mut socket, _) = Socket::agent(&planted, &app.url, None).await;
    let (mut other, _) = Socket::agent(&third, &app.url, None).await;
    let planted_id = is.parse().unwrap();
    shop.owner.call(&accounts::EndSession { id: planted_id }).await.unwrap();
    while socket.next().await.is_some() {}
    assert_eq!(planted.call(&accounts::Me {}).await.unwrap(), None);
    assert!(third.call(&accounts::Me {}).await.unwrap().is_some());
    let again = shop.owner.call(&accounts::EndSession { id: planted_id }).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::NotFound);
    let strange = shop.agent.call(&accounts::EndSession { id: listed[0].id }).await.unwrap_err();
    assert_eq!(strange.code, ErrorCode::NotFound);

    shop.owner.call(&accounts::EndOtherSessions {}).await.unwrap();
    while other.next().await.is_some() {}
    assert_eq!(third.call(&accounts::Me {}).await.unwrap(), None);
    assert_eq!(shop.owner.call(&accounts::ListSessions {}).await.unwrap().len(), 1);
    assert!(shop.agent.call(&accounts::Me {}).await.unwrap().is_some());
    app.stop().await;
}
