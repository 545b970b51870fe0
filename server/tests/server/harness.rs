//! A server of its own for each test.

use crate::{
    browser::Browser,
    cluster::{Database, cluster, embedder, folder, pdfium},
};
use ai::embed::Embedder;
use api::{accounts, inbox, knowledge, widgets};
use domain::{
    Omnichat, Settings,
    accounts::{NewUser, add_user},
    answers::PlatformModel,
    mail::{MailSettings, StoredMail},
    rates::PerMinute,
};
use server::web::{Limits, Server};
use std::time::Duration;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use types::{
    ClientId, ContactId, WidgetId,
    accounts::Role,
    inbox::Message,
    knowledge::SourceStatus,
    widgets::{SentMessage, VisitorPage, Widget},
};
use uuid::Uuid;

/// Good enough for every account of a test.
pub const PASSWORD: &str = "correct horse battery";

/// A running server.
#[derive(Debug)]
pub struct App {
    /// Its address.
    pub url: String,
    /// What it serves.
    pub product: Omnichat,
    /// Its database.
    pub database: Database,
    stop: CancellationToken,
    http: JoinHandle<()>,
    workers: JoinHandle<()>,
}

/// A business with its people.
#[derive(Debug)]
pub struct Business {
    /// Its owner's browser.
    pub owner: Browser,
    /// An agent's browser.
    pub agent: Browser,
    /// Its widget.
    pub widget: Widget,
}

/// A visitor's browser.
#[derive(Debug)]
pub struct Visitor {
    /// With the visitor's token.
    pub browser: Browser,
    /// The token.
    pub token: String,
    /// Who the visitor is.
    pub contact: ContactId,
}

impl App {
    /// Starts a server on a fresh database.
    pub async fn start() -> Self {
        Self::start_with(cluster().database().await, Limits::default()).await
    }

    /// Starts a server on a database with other limits.
    pub async fn start_with(database: Database, limits: Limits) -> Self {
        Self::start_as(database, limits, [7; 32], Vec::new()).await
    }

    /// The same with other secret keys.
    pub async fn start_as(database: Database, limits: Limits, key: [u8; 32], old_keys: Vec<[u8; 32]>) -> Self {
        let mailbox = folder().join(format!("mailbox-{}", Uuid::now_v7()));
        Self::start_whole(database, limits, (key, old_keys), MailSettings::Mailbox(mailbox), PerMinute::default(), None)
            .await
    }

    /// Starts a server that sends mails another way.
    pub async fn start_mailing(database: Database, limits: Limits, mail: MailSettings) -> Self {
        Self::start_whole(database, limits, ([7; 32], Vec::new()), mail, PerMinute::default(), None).await
    }

    /// Starts a server on a database with other limits and rates.
    pub async fn start_at(database: Database, limits: Limits, per_minute: PerMinute) -> Self {
        let mailbox = folder().join(format!("mailbox-{}", Uuid::now_v7()));
        Self::start_whole(database, limits, ([7; 32], Vec::new()), MailSettings::Mailbox(mailbox), per_minute, None)
            .await
    }

    /// Starts a server with another embedding model.
    pub async fn start_embedding(database: Database, embedder: Embedder) -> Self {
        let mailbox = MailSettings::Mailbox(folder().join(format!("mailbox-{}", Uuid::now_v7())));
        let (keys, rates) = (([7; 32], Vec::new()), PerMinute::default());
        Self::start_parts(database, Limits::default(), keys, mailbox, rates, None, embedder).await
    }

    /// Starts a server that has a language model for every business.
    pub async fn start_thinking(platform_model: PlatformModel) -> Self {
        let mailbox = MailSettings::Mailbox(folder().join(format!("mailbox-{}", Uuid::now_v7())));
        let database = cluster().database().await;
        let (keys, rates) = (([7; 32], Vec::new()), PerMinute::default());
        Self::start_whole(database, Limits::default(), keys, mailbox, rates, Some(platform_model)).await
    }

    async fn start_whole(
        database: Database,
        limits: Limits,
        keys: ([u8; 32], Vec<[u8; 32]>),
        mail: MailSettings,
        per_minute: PerMinute,
        platform_model: Option<PlatformModel>,
    ) -> Self {
        Self::start_parts(database, limits, keys, mail, per_minute, platform_model, embedder()).await
    }

    async fn start_parts(
        database: Database,
        limits: Limits,
        (key, old_keys): ([u8; 32], Vec<[u8; 32]>),
        mail: MailSettings,
        per_minute: PerMinute,
        platform_model: Option<PlatformModel>,
        embedder: Embedder,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listen = listener.local_addr().unwrap();
        let url = format!("http://{listen}");
        let product = Omnichat::connect(Settings {
            app_url: database.app_url.clone(),
            pool_size: 4,
            public_url: url.clone(),
            secret_key: key,
            old_secret_keys: old_keys,
            embedder,
            reader: env!("CARGO_BIN_EXE_omnichat").into(),
            pdfium: Some(pdfium()),
            allow_private_hosts: vec!["127.0.0.1:*".to_owned()],
            crawl_private_hosts: vec!["127.0.0.1:*".to_owned()],
            listen: Some(listen),
            mail,
            per_minute,
            platform_model,
            admins_without_factor: false,
        })
        .await
        .unwrap();
        let stop = CancellationToken::new();
        let former = domain::knowledge::former_models(product.db(), product.embedder().model_name()).await.unwrap();
        if former.iter().any(|name| name == crate::cluster::embedder().model_name()) {
            product.set_former_embedders(vec![crate::cluster::embedder()]);
        }
        let workers = tokio::spawn(domain::jobs::run_workers(product.clone(), stop.clone()));
        let server = Server::new(product.clone(), limits, None, stop.clone()).showing_mailbox(listen);
        let http = tokio::spawn(server.run(listener));
        Self { url, product, database, stop, http, workers }
    }

    /// Stops it as the real one stops.
    pub async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(15), async {
            self.http.await.unwrap();
            self.workers.await.unwrap();
        })
        .await
        .expect("the server does not stop");
        self.product.db().close();
    }

    /// A browser on the server's own pages.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// The mails to an address, the newest first; waits for the first one.
    pub async fn mails_to(&self, address: &str) -> Vec<StoredMail> {
        let mailbox = self.product.mailer().mailbox().expect("this server sends its mails");
        wait_for(&format!("a mail to {address}"), async || {
            let mut mails = mailbox.list().await.unwrap();
            mails.retain(|mail| mail.to == address);
            (!mails.is_empty()).then_some(mails)
        })
        .await
    }

    /// Registers a business and signs its owner in, who has not opened the mail yet.
    pub async fn register(&self, business: &str, email: &str) -> Browser {
        let owner = self.browser();
        let fields = [("business", business), ("name", "Olga Owner"), ("email", email), ("password", PASSWORD)];
        owner.submit::<()>("/api/accounts/register", &fields).await.unwrap();
        owner
    }

    /// Opens the link by which a signed-in user proves their address.
    pub async fn prove(&self, browser: &Browser, email: &str) {
        let start = format!("{}/verify?token=", self.url);
        let token = wait_for("the mail that proves an address", async || {
            let mails = self.mails_to(email).await;
            let rest = mails.iter().find_map(|mail| mail.text.split_once(&start).map(|(_, rest)| rest))?;
            rest.split_whitespace().next().map(str::to_owned)
        })
        .await;
        browser.submit::<()>("/api/accounts/verify", &[("token", &token)]).await.unwrap();
    }

    /// Registers a business with an owner, who proves the address, and an agent; `name` tells it from others.
    pub async fn business(&self, name: &str) -> Business {
        let email = format!("owner@{name}.example");
        let (owner, agent) = (self.register(name, &email).await, self.browser());
        // A server that really sends mails has none here to be opened.
        if self.product.mailer().mailbox().is_some() {
            self.prove(&owner, &email).await;
        }
        let me = owner.call(&accounts::Me {}).await.unwrap().unwrap();
        let user = NewUser {
            name: "Ana Agent".to_owned(),
            email: format!("agent@{name}.example"),
            password: PASSWORD.to_owned(),
        };
        add_user(&self.product, me.tenant.id, user, Role::Agent).await.unwrap();
        log_in(&agent, &format!("agent@{name}.example")).await;
        let widget = owner.call(&widgets::ListWidgets {}).await.unwrap().remove(0);
        Business { owner, agent, widget }
    }

    /// A new visitor on a page of another site.
    pub async fn visitor(&self, widget: WidgetId) -> Visitor {
        let browser = Browser::on_page(&self.url, "https://shop.example");
        let session = browser.call(&widgets::StartVisit { id: widget }).await.unwrap();
        Visitor { browser: browser.with_token(&session.token), token: session.token, contact: session.contact_id }
    }
}

impl Business {
    /// Teaches the AI a text and waits until it is in use.
    pub async fn learn(&self, title: &str, text: &str) {
        let fields = [("title", title), ("content", text)];
        let source: types::knowledge::Source = self.owner.submit("/api/knowledge/text", &fields).await.unwrap();
        wait_for("the source to be ready", async || {
            let sources = self.owner.call(&knowledge::ListSources {}).await.unwrap();
            let source = sources.into_iter().find(|other| other.id == source.id).unwrap();
            assert_ne!(source.status, SourceStatus::Failed, "{:?}", source.error);
            (source.status == SourceStatus::Ready).then_some(())
        })
        .await;
    }

    /// Adds a person with a role and signs them in; `name` tells them from others.
    pub async fn colleague(&self, app: &App, name: &str, role: Role) -> Browser {
        let me = self.owner.call(&accounts::Me {}).await.unwrap().unwrap();
        let email = format!("{name}@{}.example", me.tenant.slug);
        let user = NewUser { name: name.to_owned(), email: email.clone(), password: PASSWORD.to_owned() };
        add_user(&app.product, me.tenant.id, user, role).await.unwrap();
        let browser = app.browser();
        log_in(&browser, &email).await;
        browser
    }

    /// Switches the AI off for the visitor's conversation.
    pub async fn silence(&self, sent: &SentMessage) {
        self.agent.call(&inbox::SetAi { id: sent.conversation_id, is_enabled: false }).await.unwrap();
    }
}

impl Visitor {
    /// Sends a message.
    pub async fn send(&self, content: &str) -> SentMessage {
        self.send_as(ClientId::random(), content).await
    }

    /// Sends a message under an id of its own.
    pub async fn send_as(&self, client_id: ClientId, content: &str) -> SentMessage {
        let arguments = widgets::SendMessage { client_id, content: content.to_owned(), page: page() };
        self.browser.call(&arguments).await.unwrap()
    }

    /// The messages as the widget shows them.
    pub async fn messages(&self) -> Vec<Message> {
        self.browser.call(&widgets::MyConversation {}).await.unwrap().map(|own| own.messages).unwrap_or_default()
    }
}

/// Where the visitor is.
pub fn page() -> VisitorPage {
    VisitorPage { url: "https://shop.example/pots".to_owned(), title: "Pots".to_owned(), locale: "en".to_owned() }
}

/// Signs in.
pub async fn log_in(browser: &Browser, email: &str) {
    let fields = [("email", email), ("password", PASSWORD), ("next", "/inbox")];
    browser.submit::<()>("/api/accounts/login", &fields).await.unwrap();
}

/// Asks again and again, ten seconds at most.
pub async fn wait_for<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    for _ in 0..200 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("waited in vain for {what}");
}
