//! Kill the server in the middle of everything: what it acknowledged is
//! there, once, and whoever was connected catches up.

mod starts;

use crate::{
    browser::Browser,
    commands::{Folder, Running, free_port},
    socket::Socket,
};
use api::{inbox, widgets};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    collections::HashMap,
    fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use types::{
    ClientId, MessageId, WidgetId,
    inbox::SenderType,
    realtime::{Event, ServerFrame},
    widgets::VisitorPage,
};

/// Visitors who write at the same time.
const VISITORS: usize = 6;
/// Messages of one visitor; more in a minute would be refused.
const MESSAGES: usize = 40;
/// How often the server is killed.
const KILLS: usize = 3;

#[derive(Deserialize)]
struct Demo {
    widget: WidgetId,
    agent: Login,
}

#[derive(Deserialize)]
struct Login {
    email: String,
    password: String,
}

/// What the server said yes to.
type Acknowledged = Arc<Mutex<HashMap<ClientId, MessageId>>>;

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_a_stream_of_messages_it_loses_and_doubles_nothing() {
    let folder = Folder::new("crash");
    let port = free_port();
    let mut server = Running::start(&folder, port, &["--demo"]);
    let url = server.url.clone();
    let demo: Demo = serde_json::from_str(&fs::read_to_string(folder.0.join("demo.json")).unwrap()).unwrap();

    let agent = Browser::new(&url);
    let fields = [("email", demo.agent.email.as_str()), ("password", demo.agent.password.as_str())];
    agent.submit::<()>("/api/accounts/login", &fields).await.unwrap();
    let acknowledged = Acknowledged::default();
    let done = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for _ in 0..VISITORS {
        writers.push(tokio::spawn(write(url.clone(), demo.widget, acknowledged.clone(), done.clone())));
    }
    let reader = tokio::spawn(read(url.clone(), agent.cookie("omnichat_access").unwrap(), done.clone()));

    for kill in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(900 + 300 * kill as u64)).await;
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        server = tokio::task::spawn_blocking({
            let folder = Folder(folder.0.clone());
            move || {
                let started = Running::start(&folder, port, &["--demo"]);
                // The folder goes at the end of the test, not here.
                std::mem::forget(folder);
                started
            }
        })
        .await
        .unwrap();
    }
    tokio::time::sleep(Duration::from_millis(900)).await;
    done.store(true, Ordering::Relaxed);
    let mut conversations = Vec::new();
    for writer in writers {
        conversations.extend(writer.await.unwrap());
    }
    let seen = reader.await.unwrap();

    // Everything acknowledged is stored once, and nothing is stored twice.
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() > 50, "only {} messages were sent: this proves nothing", acknowledged.len());
    let mut stored: HashMap<ClientId, Vec<MessageId>> = HashMap::new();
    for id in conversations {
        for message in whole(&agent, id).await {
            if let (SenderType::Contact, Some(client_id)) = (message.sender_type, message.client_id) {
                stored.entry(client_id).or_default().push(message.id);
            }
        }
    }
    for (client_id, id) in &acknowledged {
        assert_eq!(stored.get(client_id), Some(&vec![*id]), "an acknowledged message is lost or doubled");
    }
    assert!(stored.values().all(|ids| ids.len() == 1), "a message is stored twice");
    // The dashboard caught up with all of it, each once.
    for id in acknowledged.values() {
        assert_eq!(seen.get(id), Some(&1), "the inbox did not see a message once");
    }
    server.signal(libc::SIGTERM);
    assert!(server.ended());
}

/// Writes as widgets do: the same message under the same id until it is
/// acknowledged. Gives the conversations that were written to.
async fn write(
    url: String,
    widget: WidgetId,
    acknowledged: Acknowledged,
    done: Arc<AtomicBool>,
) -> Vec<types::ConversationId> {
    let mut conversations = Vec::new();
    while !done.load(Ordering::Relaxed) {
        let plain = Browser::on_page(&url, &url);
        let Some(token) = try_visit(&plain, widget).await else { continue };
        let browser = plain.with_token(&token);
        let mut number = 0;
        while number < MESSAGES && (number == 0 || !done.load(Ordering::Relaxed)) {
            number += 1;
            let client_id = ClientId::random();
            let content = format!("message {number}");
            let message = widgets::SendMessage { client_id, content, page: VisitorPage::default() };
            let sent = loop {
                match try_send(&browser, &message).await {
                    Some(sent) => break sent,
                    None => tokio::time::sleep(Duration::from_millis(50)).await,
                }
            };
            acknowledged.lock().unwrap().insert(client_id, sent.message.id);
            if number == 1 {
                conversations.push(sent.conversation_id);
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }
    conversations
}

async fn try_visit(browser: &Browser, widget: WidgetId) -> Option<String> {
    let session: types::widgets::VisitorSession =
        post(browser, "/api/widget/visit", &widgets::StartVisit { id: widget }).await?;
    Some(session.token)
}

async fn try_send(browser: &Browser, message: &widgets::SendMessage) -> Option<types::widgets::SentMessage> {
    post(browser, "/api/widget/send", message).await
}

/// The answer, or none when the server is not there right now.
async fn post<T: DeserializeOwned>(browser: &Browser, path: &str, arguments: &impl Serialize) -> Option<T> {
    let body = postcard::to_stdvec(arguments).unwrap();
    let request = browser.request("POST", path).header("content-type", "application/x-postcard");
    let request = request.header("origin", browser.origin.clone().unwrap());
    let request = match &browser.token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let response = request.body(body).send().await.ok()?;
    let is_good = response.status().is_success();
    let bytes = response.bytes().await.ok()?;
    if is_good {
        return Some(postcard::from_bytes(&bytes).unwrap());
    }
    let error: types::Error = postcard::from_bytes(&bytes).unwrap();
    assert!(error.is_transient(), "refused: {error:?}");
    None
}

/// Reads as the dashboard does: comes back with its last number until all is done.
async fn read(url: String, access: String, done: Arc<AtomicBool>) -> HashMap<MessageId, usize> {
    let browser = Browser::new(&url);
    browser.set_cookie("omnichat_access", Some(&access));
    let mut seen: HashMap<MessageId, usize> = HashMap::new();
    let mut after = 0;
    loop {
        let Ok(mut socket) = Socket::open(&browser, &url, "/ws").await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        socket.send(&types::realtime::ClientFrame::Hello { token: None, after: Some(after) }).await;
        loop {
            match tokio::time::timeout(Duration::from_secs(2), socket.next()).await {
                Ok(Some(ServerFrame::Event { sequence, event })) => {
                    assert!(sequence > after, "number {sequence} after {after}");
                    after = sequence;
                    if let Event::MessageCreated { message, .. } = event {
                        *seen.entry(message.id).or_default() += 1;
                    }
                }
                Ok(Some(ServerFrame::Reload)) => panic!("too much was missed"),
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) if done.load(Ordering::Relaxed) => return seen,
                Err(_) => {}
            }
        }
    }
}

/// All messages of a conversation.
async fn whole(agent: &Browser, id: types::ConversationId) -> Vec<types::inbox::Message> {
    let detail = agent.call(&inbox::OpenConversation { id }).await.unwrap();
    let mut messages = detail.messages;
    let mut has_older = detail.has_older;
    while has_older {
        let older = agent.call(&inbox::OlderMessages { id, before: messages[0].id }).await.unwrap();
        has_older = !older.is_empty();
        messages.splice(0..0, older);
    }
    messages
}
