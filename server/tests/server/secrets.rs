//! The secret key is changed while people use the product.

use crate::{
    browser::Browser,
    cluster::{Database, cluster},
    commands::Folder,
    harness::{App, log_in, wait_for},
};
use api::{answers, widgets};
use server::web::Limits;
use std::{
    process::Output,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use types::{
    ErrorCode,
    answers::{AiSettingsUpdate, AnswerKind, LlmEndpointUpdate, LlmPreset},
};

const A: [u8; 32] = [0xaa; 32];
const B: [u8; 32] = [0xbb; 32];
const QUESTION: &str = "I am bob@example.com, how long do parcels to Norway take?";

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_key_and_a_visitor_survive_a_new_secret_key() {
    let model = Model::start().await;
    let database = cluster().database().await;
    let start = |key, old| App::start_as(database.clone(), Limits::default(), key, old);

    let app = start(A, vec![]).await;
    let shop = app.business("larch").await;
    shop.learn("Delivery", "# Delivery\n\nParcels to Norway take six working days and cost 14 euros.").await;
    let endpoint = LlmEndpointUpdate {
        base_url: model.url.clone(),
        model: "m".to_owned(),
        key: Some("gsk_under_a".to_owned()),
        ..LlmEndpointUpdate::preset(LlmPreset::Local)
    };
    let update = AiSettingsUpdate { threshold: 0.1, endpoints: vec![endpoint], ..AiSettingsUpdate::default() };
    shop.owner.call(&answers::UpdateAiSettings { update }).await.unwrap();
    let visitor = app.visitor(shop.widget.id).await;
    visitor.send("Hello").await;
    model.expect_key(&app).await;
    app.stop().await;

    // The new key with the old one: everything goes on.
    let app = start(B, vec![A]).await;
    let returns = |app: &App| Browser::on_page(&app.url, "https://shop.example").with_token(&visitor.token);
    assert!(returns(&app).call(&widgets::MyConversation {}).await.unwrap().is_some());
    model.expect_key(&app).await;

    // Beside the running server, and a second time.
    let folder = Folder::new("rotate");
    let first = rotate(&folder, &database, &B, &hex(&A));
    assert_eq!(first, "Stored secrets encrypted anew: 1. Any other has the current key.\n");
    assert!(rotate(&folder, &database, &B, &hex(&A)).contains("anew: 0."));
    model.expect_key(&app).await;
    app.stop().await;

    // The new key alone: the stored key is there, what A signed is worth nothing.
    let app = start(B, vec![]).await;
    model.expect_key(&app).await;
    let refused = returns(&app).call(&widgets::MyConversation {}).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unauthenticated);
    app.stop().await;

    // Without the key it was stored with nothing is changed, and it is said.
    let lost = command(&folder, &database, &A, "");
    let words = String::from_utf8_lossy(&lost.stderr).into_owned();
    assert!(!lost.status.success() && words.contains("OMNICHAT_OLD_SECRET_KEYS"), "{words}");
    let app = start(B, vec![]).await;
    model.expect_key(&app).await;
    app.stop().await;
}

fn hex(key: &[u8; 32]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn command(folder: &Folder, database: &Database, key: &[u8; 32], old: &str) -> Output {
    let mut command = folder.command("rotate-secrets");
    command.env("DATABASE_URL", &database.app_url).env("DATABASE_OWNER_URL", &database.owner_url);
    command.env("OMNICHAT_SECRET_KEY", hex(key)).env("OMNICHAT_OLD_SECRET_KEYS", old);
    command.output().unwrap()
}

fn rotate(folder: &Folder, database: &Database, key: &[u8; 32], old: &str) -> String {
    let output = command(folder, database, key, old);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A language model on this machine that knows one sentence.
struct Model {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Model {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = asked.clone();
        tokio::spawn(async move {
            loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !String::from_utf8_lossy(&request).contains("max_tokens") {
                    let count = socket.read(&mut buffer).await.unwrap();
                    request.extend_from_slice(&buffer[..count]);
                }
                heard.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
                let body = r#"{"choices":[{"message":{"content":"Six working days [1]."},"finish_reason":"stop"}]}"#;
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
                let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                socket.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { url, asked }
    }

    /// Asks as the business and looks at the key that the model was shown.
    async fn expect_key(&self, app: &App) {
        let browser = app.browser();
        log_in(&browser, "owner@larch.example").await;
        let found = browser.call(&answers::TryQuestion { question: QUESTION.to_owned() }).await.unwrap();
        assert_eq!(found.answer.kind, AnswerKind::Generated, "{}", found.answer.text);
        let asked = wait_for("the question", async || self.asked.lock().unwrap().pop()).await;
        assert!(asked.to_lowercase().contains("authorization: bearer gsk_under_a"), "{asked}");
        // It is on this machine, so nothing is kept from it.
        assert!(asked.contains("bob@example.com"), "{asked}");
    }
}
