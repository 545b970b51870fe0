//! A request that is held open: whoever was removed since it began, or may do
//! less, does nothing by it that they could not begin now.

use crate::{
    browser::Browser,
    harness::App,
    people::{built_in, id, team},
};
use api::{accounts, inbox, keys};
use domain::{
    Network,
    accounts::{
        Caller, ManageKeys, ManagePeople, Permit, api_key, create_api_key, create_role, invite, oidc, set_role,
        verify_access,
    },
};
use serde::Serialize;
use server_fn::ServerFn;
use std::{net::IpAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use types::{
    ErrorCode,
    accounts::{NewApiKey, Permission as P, Permissions, Role},
    inbox::InboxView,
    people::RoleChoice,
    sign_in::OidcProviderUpdate,
};

const WAIT: Duration = Duration::from_secs(9);
const GO_ON: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A request of which one byte is still to come.
struct Held {
    line: TcpStream,
    last: u8,
}

impl Held {
    /// Sends all but the last byte, when the server has judged who sends it and waits for the body.
    async fn begin(app: &App, path: &str, kind: &str, token: &str, body: &[u8]) -> Self {
        let (last, most) = body.split_last().unwrap();
        let mut line = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\ncontent-type: {kind}\r\n\
             content-length: {}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
            body.len()
        );
        line.write_all(head.as_bytes()).await.unwrap();
        let mut told = vec![0; GO_ON.len()];
        timeout(WAIT, line.read_exact(&mut told)).await.expect("the server does not wait for the body").unwrap();
        assert_eq!(told, GO_ON, "{}", String::from_utf8_lossy(&told));
        line.write_all(most).await.unwrap();
        Self { line, last: *last }
    }

    /// Begins a call of a server function.
    async fn call<F: ServerFn + Serialize>(app: &App, token: &str, arguments: &F) -> Self {
        Self::begin(app, F::PATH, "application/x-postcard", token, &postcard::to_stdvec(arguments).unwrap()).await
    }

    /// Begins to make a key.
    async fn key(app: &App, token: &str, scope: P) -> Self {
        let body = serde_json::json!({ "name": "Kept", "scopes": [scope.as_str()] }).to_string();
        Self::begin(app, "/api/v1/api-keys", "application/json", token, body.as_bytes()).await
    }

    /// Sends the last byte, and gives the status of the answer.
    async fn end(mut self) -> u16 {
        self.line.write_all(&[self.last]).await.unwrap();
        let mut answer = Vec::new();
        timeout(WAIT, self.line.read_to_end(&mut answer)).await.expect("no answer came").unwrap();
        String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap().parse().unwrap()
    }
}

fn new_key(scopes: &[P]) -> NewApiKey {
    NewApiKey { name: "Kept".to_owned(), scopes: scopes.iter().copied().collect(), days: None }
}

fn token(browser: &Browser) -> String {
    browser.cookie("omnichat_access").unwrap()
}

fn code<T: std::fmt::Debug>(done: domain::Result<T>) -> ErrorCode {
    types::Error::from(done.unwrap_err()).code
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_removed_ends_no_request_that_they_began_before() {
    let app = App::start().await;
    let shop = app.business("rowan").await;
    let admin = shop.colleague(&app, "goes", Role::Admin).await;
    let (who, theirs) = (id(&admin).await, token(&admin));
    let (program, _) = admin.call(&keys::CreateKey { new: new_key(&[P::ManageKeys]) }).await.unwrap();
    let invite = accounts::Invite { email: "goes@elsewhere.example".to_owned(), role: built_in(Role::Admin) };
    let held = [
        Held::key(&app, &theirs, P::ReadInbox).await,
        Held::key(&app, &program, P::ManageKeys).await,
        Held::call(&app, &theirs, &keys::CreateKey { new: new_key(&[P::ReadInbox]) }).await,
        Held::call(&app, &theirs, &invite).await,
    ];
    shop.owner.call(&accounts::RemovePerson { user: who }).await.unwrap();
    for held in held {
        assert_eq!(held.end().await, 401);
    }
    assert!(shop.owner.call(&keys::ListKeys {}).await.unwrap().is_empty(), "a key outlives whoever made it");
    assert!(team(&shop.owner).await.invitations.is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_do_less_ends_a_request_with_what_they_may_do_now() {
    let app = App::start().await;
    let shop = app.business("medlar").await;
    let admin = shop.colleague(&app, "falls", Role::Admin).await;
    let (who, theirs) = (id(&admin).await, token(&admin));
    let (program, made) = admin.call(&keys::CreateKey { new: new_key(&[P::ManageKeys, P::ReadInbox]) }).await.unwrap();
    let rise = accounts::SetRole { user: who, role: built_in(Role::Admin) };
    let read = inbox::ListConversations { view: InboxView::All, search: String::new(), before: None };
    let refused = [
        Held::call(&app, &theirs, &rise).await,
        Held::key(&app, &theirs, P::ReadInbox).await,
        Held::key(&app, &program, P::ReadInbox).await,
    ];
    let done = [Held::call(&app, &theirs, &read).await, Held::call(&app, &program, &read).await];
    shop.owner.call(&accounts::SetRole { user: who, role: built_in(Role::Agent) }).await.unwrap();
    for held in refused {
        assert_eq!(held.end().await, 403);
    }
    // Who is still here, and may still do it, has not waited in vain.
    for held in done {
        assert_eq!(held.end().await, 200);
    }
    let people = team(&shop.owner).await.people;
    assert_eq!(people.iter().find(|person| person.id == who).unwrap().role, built_in(Role::Agent));
    let left: Vec<_> = shop.owner.call(&keys::ListKeys {}).await.unwrap().into_iter().map(|key| key.id).collect();
    assert_eq!(left, [made.id]);
    app.stop().await;
}

/// What the door could not see yet, such as a change on another server a moment ago, is seen under the lock.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_permit_hands_out_what_its_holder_has_by_now() {
    let app = App::start().await;
    let shop = app.business("quince").await;
    let admin = shop.colleague(&app, "late", Role::Admin).await;
    let (who, product) = (id(&admin).await, &app.product);
    let scopes = [P::ManageKeys, P::ManagePeople, P::ManageKnowledge];
    let (key, _) = admin.call(&keys::CreateKey { new: new_key(&scopes) }).await.unwrap();
    let caller: Caller = verify_access(product, &token(&admin)).unwrap();
    let program: Caller = api_key(product, &key, Network::of(IpAddr::from([127, 0, 0, 1]))).await.unwrap();
    let makes_keys: [Permit<ManageKeys>; 2] = [caller.permit().unwrap(), program.permit().unwrap()];
    let runs_people: [Permit<ManagePeople>; 2] = [caller.permit().unwrap(), program.permit().unwrap()];
    let provider = || OidcProviderUpdate {
        issuer: "https://login.example.com".to_owned(),
        client_id: "omnichat".to_owned(),
        client_secret: Some("a-secret-of-ours".to_owned()),
        email_domains: Vec::new(),
        default_role: Role::Admin,
        is_active: true,
    };
    let more: Permissions = [P::ManageKnowledge].into_iter().collect();
    let address = "late@elsewhere.example";
    let attempts = async || {
        let mut codes = Vec::new();
        for permit in &makes_keys {
            codes.push(code(create_api_key(product, permit, new_key(&[P::ManageKnowledge])).await));
        }
        for permit in &runs_people {
            codes.push(code(set_role(product, permit, who, built_in(Role::Admin)).await));
            codes.push(code(invite(product, permit, address, built_in(Role::Admin)).await));
            codes.push(code(create_role(product, permit, "More", more).await));
            codes.push(code(oidc::update(product, permit, provider()).await));
        }
        codes
    };

    // A role that may still do all of this, and hold less.
    let permissions: Permissions = [P::ManageKeys, P::ManagePeople].into_iter().collect();
    let role = accounts::CreateRole { name: "Keeper".to_owned(), permissions };
    let keeper = RoleChoice::Own(shop.owner.call(&role).await.unwrap());
    shop.owner.call(&accounts::SetRole { user: who, role: keeper }).await.unwrap();
    assert_eq!(attempts().await, [ErrorCode::Forbidden; 10]);
    shop.owner.call(&accounts::RemovePerson { user: who }).await.unwrap();
    let codes = attempts().await;
    let are_refused = codes.iter().all(|code| matches!(code, ErrorCode::Unauthenticated | ErrorCode::Forbidden));
    assert!(are_refused, "{codes:?}");

    assert!(shop.owner.call(&keys::ListKeys {}).await.unwrap().is_empty());
    let left = team(&shop.owner).await;
    assert!(left.invitations.is_empty() && left.people.iter().all(|person| person.id != who), "{left:?}");
    assert_eq!(left.roles.len(), 5, "a role was made");
    app.stop().await;
}
