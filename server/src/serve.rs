//! `omnichat serve`: the parts in the order in which they need one another,
//! and the same order backwards at the end.

use crate::{
    Failure,
    cli::Standalone,
    config::{LogFormat, Serve, Storage},
    console,
    database::Database,
    embedding,
    folder::DataFolder,
    secrets::SecretKeys,
    seed, telemetry,
    web::{self, Limits},
};
use ai::embed::Embedder;
use domain::{
    Omnichat, Settings, database,
    mail::{MailSettings, Mailer},
    rates::PerMinute,
};
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// Files that are open beside connections: the log, the model, outgoing requests, processes that read files.
const OTHER_FILES: u64 = 300;
/// How long a start is tried again whose database ended meanwhile and comes back.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the server until it is told to stop.
///
/// # Errors
/// When it cannot start; says what to do.
pub async fn serve(settings: Serve) -> Result<(), Failure> {
    telemetry::start(settings.log_format, &settings.log)?;
    let public_url = settings.web.public_url()?;
    let mut signals = Signals::new()?;
    let folder = DataFolder::open(&settings.storage.data_dir)?;
    let starting = Starting::new(&settings, &folder).await?;
    let mut database = tokio::select! {
        database = Database::open(&settings.storage, &folder) => database?,
        // What was begun stops by being dropped.
        () = signals.next() => return Ok(()),
    };
    let urls = (database.app_url.clone(), database.owner_url.clone());
    let mut kept = Box::pin(database.keep(&settings.storage, &folder));
    let parts = tokio::select! {
        parts = Box::pin(start(&settings, &folder, &public_url, starting, &urls)) => parts?,
        failure = &mut kept => return Err(failure),
        () = signals.next() => return Ok(()),
    };
    announce(&public_url, &parts);
    announce_demo(&settings, folder.path(), &public_url, parts.demo.as_ref());
    let ended = tokio::select! {
        () = signals.next() => Ok(()),
        failure = &mut kept => Err(failure),
    };
    console::say("Stopping. Press Ctrl-C again to stop at once.");
    parts.stop.cancel();
    let grace = Duration::from_secs(u64::from(settings.web.shutdown_seconds));
    tokio::select! {
        () = finish(parts.http, parts.workers, grace) => {}
        () = signals.next() => console::say("Stopped at once; unfinished jobs run at the next start."),
    }
    parts.product.db().close();
    drop(parts.product);
    drop(kept);
    tokio::select! {
        closed = database.close() => closed?,
        () = signals.next() => {}
    }
    ended
}

/// Everything that runs beside the database.
struct Parts {
    product: Omnichat,
    workers: JoinHandle<()>,
    http: JoinHandle<()>,
    demo: Option<seed::Demo>,
    shows_mailbox: bool,
    stop: CancellationToken,
}

/// What needs no database: checked and begun before it.
struct Starting {
    listener: TcpListener,
    tls: Option<web::Tls>,
    secret_keys: SecretKeys,
    mail: MailSettings,
    pdfium: Option<PathBuf>,
    embedder: JoinHandle<Result<Embedder, Failure>>,
}

impl Starting {
    async fn new(settings: &Serve, folder: &DataFolder) -> Result<Self, Failure> {
        let secret_keys = folder.secret_keys(&settings.secret)?;
        let mail = settings.mail.settings(folder.path())?;
        let tls = settings.web.tls()?;
        // The port first: nothing else is worth starting when it is taken.
        let listener = TcpListener::bind(settings.web.listen).await.map_err(Failure::system(format!(
            "listening on {} (choose another address with --listen)",
            settings.web.listen
        )))?;
        // The model loads while PostgreSQL starts.
        let embedder = tokio::task::spawn_blocking({
            let model = settings.model.clone();
            move || embedding::start(&model)
        });
        let pdfium = settings.files.pdfium()?;
        Ok(Self { listener, tls, secret_keys, mail, pdfium, embedder })
    }
}

async fn start(
    settings: &Serve,
    folder: &DataFolder,
    public_url: &str,
    starting: Starting,
    (app_url, owner_url): &(String, String),
) -> Result<Parts, Failure> {
    let Starting { listener, tls, secret_keys, mail, pdfium, embedder } = starting;
    let listen = listener.local_addr().map_err(Failure::system("finding the port that is listened on"))?;
    let crawl_private_hosts = settings.crawl_private_hosts(public_url)?;
    let migrate = async || Ok(database::migrate(owner_url).await?);
    if settings.storage.database_url.is_some() {
        // Its address may be wrong, which is said at once.
        migrate().await?;
    } else {
        while_database_comes_back(migrate).await?;
    }
    let embedder =
        embedder.await.map_err(|panic| Failure::advice(format!("loading the model ended early: {panic}")))??;
    let platform_model = settings.language_model.settings()?;
    let product = while_database_comes_back(async || {
        let settings = Settings {
            app_url: app_url.clone(),
            pool_size: usize::from(settings.storage.database_connections),
            public_url: public_url.to_owned(),
            secret_key: secret_keys.current,
            old_secret_keys: secret_keys.old.clone(),
            embedder: embedder.clone(),
            reader: reader(),
            pdfium: pdfium.clone(),
            allow_private_hosts: settings.allow_private_hosts.clone(),
            crawl_private_hosts: crawl_private_hosts.clone(),
            listen: Some(listen),
            mail: mail.clone(),
            per_minute: per_minute(settings),
            platform_model: platform_model.clone(),
            admins_without_factor: settings.demo
                && web::is_for_this_machine_alone(settings.web.listen, public_url, settings.web.behind_proxy),
        };
        Ok(Omnichat::connect(settings).await?)
    })
    .await?;
    while_database_comes_back(async || embedding::start_former(&product, &settings.model).await).await?;
    let stop = CancellationToken::new();
    let workers = tokio::spawn(domain::jobs::run_workers(product.clone(), stop.clone()));
    let demo = if settings.demo {
        Some(while_database_comes_back(async || seed::ensure(&product, folder.path()).await).await?)
    } else {
        seed::read(folder.path())
    };
    let widget = demo.as_ref().and_then(|demo| demo.widget);
    let server = web::Server::new(product.clone(), limits(settings, connections(settings)), widget, stop.clone());
    let server = if settings.demo { server.showing_mailbox(listen) } else { server };
    let server = if let Some(tls) = tls { server.with_tls(tls) } else { server };
    let shows_mailbox = server.shows_mailbox();
    let http = tokio::spawn(server.run(listener));
    Ok(Parts { product, workers, http, demo, shows_mailbox, stop })
}

/// Does something again while the database is away, which is being started again meanwhile.
async fn while_database_comes_back<T>(mut work: impl AsyncFnMut() -> Result<T, Failure>) -> Result<T, Failure> {
    let give_up = Instant::now() + PATIENCE;
    loop {
        match work().await {
            Err(failure) if is_database_away(&failure) && Instant::now() < give_up => {
                tracing::warn!(%failure, "the database ended while the server started; trying again");
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
            done => return done,
        }
    }
}

fn is_database_away(failure: &Failure) -> bool {
    match failure {
        Failure::Domain(error) => error.is_database_down(),
        Failure::Database(error) => matches!(error, database::MigrateError::Connect(_)),
        _ => false,
    }
}

/// Waits for requests, sockets and jobs, but not for ever.
async fn finish(mut http: JoinHandle<()>, mut workers: JoinHandle<()>, grace: Duration) {
    let finished = tokio::time::timeout(grace, async {
        let _ended = (&mut http).await;
        let _ended = (&mut workers).await;
    });
    if finished.await.is_err() {
        tracing::warn!("requests or jobs did not finish in time; jobs run again at the next start");
        http.abort();
        workers.abort();
    }
}

/// `omnichat migrate`.
///
/// # Errors
/// When something is missing in the database; says what to do.
pub async fn migrate(storage: &Storage) -> Result<(), Failure> {
    let folder = DataFolder::open(&storage.data_dir)?;
    let database = Database::open(storage, &folder).await?;
    let migrated = database.migrate().await;
    database.close().await?;
    migrated?;
    console::say("The database is up to date.");
    Ok(())
}

/// Runs `work` with the product on its database and nothing else: no HTTP, no workers.
///
/// # Errors
/// When a part is missing, or those of `work`.
pub async fn with_product<T>(
    settings: &Standalone,
    work: impl AsyncFnOnce(&Omnichat, &Path) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let public_url = crate::config::check_public_url(&settings.public_url)?;
    let folder = DataFolder::open(&settings.storage.data_dir)?;
    let secret_keys = folder.secret_keys(&settings.secret)?;
    let mail = settings.mail.settings(folder.path())?;
    let embedder = embedding::start(&settings.model)?;
    let database = Database::open(&settings.storage, &folder).await?;
    database.migrate().await?;
    let product = Omnichat::connect(Settings {
        app_url: database.app_url.clone(),
        pool_size: usize::from(settings.storage.database_connections),
        public_url,
        secret_key: secret_keys.current,
        old_secret_keys: secret_keys.old,
        embedder,
        reader: reader(),
        // No file is read here.
        pdfium: None,
        allow_private_hosts: Vec::new(),
        crawl_private_hosts: Vec::new(),
        listen: None,
        mail,
        per_minute: PerMinute::default(),
        platform_model: None,
        admins_without_factor: false,
    })
    .await?;
    let done = work(&product, folder.path()).await;
    product.db().close();
    drop(product);
    database.close().await?;
    done
}

/// This program, which takes the text out of files in a process of its own. On
/// Linux it is found even after another version has been put in its place.
fn reader() -> PathBuf {
    if cfg!(target_os = "linux") {
        PathBuf::from("/proc/self/exe")
    } else {
        std::env::current_exe().unwrap_or_else(|_| PathBuf::from("omnichat"))
    }
}

fn limits(settings: &Serve, connections: u32) -> Limits {
    let web = &settings.web;
    Limits {
        connections,
        network_connections: web.network_connections,
        tenant_sockets: web.tenant_sockets,
        network_sockets: web.network_sockets,
        requests_at_once: web.requests_at_once,
        has_shares: web.network_connections != Some(0),
        body_bytes: u64::from(web.body_megabytes) * 1024 * 1024,
        request_time: Duration::from_secs(u64::from(web.request_seconds)),
        behind_proxy: web.behind_proxy,
    }
}

/// As many connections as were asked for, or as this process may have files.
fn connections(settings: &Serve) -> u32 {
    let wanted = settings.web.connections;
    let others = OTHER_FILES + u64::from(settings.storage.database_connections);
    let may = match rlimit::increase_nofile_limit(u64::from(wanted) + others) {
        Ok(files) => u32::try_from(files.saturating_sub(others)).unwrap_or(u32::MAX).max(16),
        Err(error) => {
            tracing::warn!(%error, "the limit of open files is not known");
            wanted
        }
    };
    if may < wanted {
        console::say(&format!(
            "At most {may} connections are open at once instead of {wanted}: this process may open {} files; raise the limit (ulimit -Hn) for more.",
            u64::from(may) + others
        ));
    }
    wanted.min(may)
}

fn per_minute(settings: &Serve) -> PerMinute {
    let web = &settings.web;
    PerMinute {
        address: web.requests_per_minute,
        key: web.key_requests_per_minute,
        tenant: web.tenant_requests_per_minute,
        visitor_messages: web.visitor_messages_per_minute,
        new_conversations: web.new_conversations_per_minute,
        network_conversations: web.network_conversations_per_minute,
        visits: web.visits_per_minute,
        bad_credentials: web.bad_credentials_per_minute,
    }
}

fn announce(public_url: &str, parts: &Parts) {
    console::say(&format!("Omnichat is ready at {public_url}"));
    console::say(&where_mails_go(public_url, parts.product.mailer(), parts.shows_mailbox));
}

/// Tells a person how to sign in to the demo who has asked for it just now. What runs unattended keeps its output,
/// and passwords do not belong there.
fn announce_demo(settings: &Serve, folder: &Path, public_url: &str, demo: Option<&seed::Demo>) {
    let Some(demo) = demo else { return };
    if settings.demo && settings.log_format == LogFormat::Text {
        console::say(&demo.sign_in(public_url));
    } else {
        console::say(&format!("The sign-in of the demo is in {}.", folder.join("demo.json").display()));
    }
}

fn where_mails_go(public_url: &str, mailer: &Mailer, shows_mailbox: bool) -> String {
    match mailer.mailbox() {
        None => format!("Mails are {mailer}."),
        Some(_) if shows_mailbox => format!("Mails are {mailer}, to be read at {public_url}/mailbox on this machine."),
        Some(_) => format!("Mails are {mailer} and not sent. Name a mail server with OMNICHAT_SMTP_URL to send them."),
    }
}

/// Ctrl-C and the polite request to end.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(Failure::system("listening for signals"));
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
