//! One private PostgreSQL for all tests, with a migrated database that each
//! test gets a copy of, and one embedding model.

use ai::embed::{Embedder, EmbedderSettings};
use domain::database::{embedded::Postgres, migrate};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
};

/// The database that is copied.
const TEMPLATE: &str = "template_of_tests";

/// Where PostgreSQL answers.
#[derive(Debug)]
pub struct Cluster {
    socket_dir: PathBuf,
    next: AtomicU32,
}

/// A database of one test.
#[derive(Clone, Debug)]
pub struct Database {
    /// For the restricted role.
    pub app_url: String,
    /// For the owner of the tables.
    pub owner_url: String,
}

/// The cluster, started by whoever asks first.
pub fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let (ready, started) = mpsc::channel();
        // PostgreSQL ends with the thread that started it, so this one stays for ever.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            runtime.block_on(async {
                let postgres = Postgres::start(&part("postgres"), &folder()).await.unwrap();
                let url = |database: &str| postgres.url("omnichat_owner", database);
                execute(&url("postgres"), &format!("CREATE DATABASE {TEMPLATE}")).await;
                migrate(&url(TEMPLATE)).await.unwrap();
                ready.send(postgres.socket_dir().to_owned()).unwrap();
                std::future::pending::<()>().await;
            });
        });
        Cluster { socket_dir: started.recv().expect("PostgreSQL did not start"), next: AtomicU32::new(1) }
    })
}

impl Cluster {
    /// A fresh copy of the migrated database.
    pub async fn database(&self) -> Database {
        self.copy(TEMPLATE).await
    }

    /// A database with nothing in it.
    pub async fn empty_database(&self) -> Database {
        self.copy("template1").await
    }

    async fn copy(&self, template: &str) -> Database {
        let name = format!("test_{}", self.next.fetch_add(1, Ordering::Relaxed));
        execute(
            &self.url("omnichat_owner", "postgres"),
            &format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"),
        )
        .await;
        Database { app_url: self.url("omnichat_app", &name), owner_url: self.url("omnichat_owner", &name) }
    }

    fn url(&self, user: &str, database: &str) -> String {
        format!("host='{}' user={user} dbname={database}", self.socket_dir.display())
    }
}

/// Connects as a role.
pub async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Runs statements.
pub async fn execute(url: &str, sql: &str) {
    connect(url).await.batch_execute(sql).await.unwrap();
}

/// The model, loaded once.
pub fn embedder() -> Embedder {
    static EMBEDDER: OnceLock<Embedder> = OnceLock::new();
    EMBEDDER.get_or_init(|| start_embedder(part("model"))).clone()
}

/// The model for many languages, loaded once.
pub fn multilingual() -> Embedder {
    static EMBEDDER: OnceLock<Embedder> = OnceLock::new();
    EMBEDDER.get_or_init(|| start_embedder(part("model-multilingual"))).clone()
}

/// The model loaded once more, for a test that counts what is asked of it.
pub fn fresh_embedder() -> Embedder {
    start_embedder(part("model"))
}

/// The same weights as a model that says something else of itself.
pub fn described(folder: &str, description: &str) -> Embedder {
    let other = self::folder().join(folder);
    fs::create_dir_all(&other).unwrap();
    // Its own description is not linked: what is written here would be written there.
    let files = fs::read_dir(part("model")).unwrap().map(Result::unwrap);
    for file in files.filter(|file| file.file_name() != "omnichat.json") {
        std::os::unix::fs::symlink(file.path(), other.join(file.file_name())).unwrap();
    }
    fs::write(other.join("omnichat.json"), description).unwrap();
    start_embedder(other)
}

fn start_embedder(model_dir: PathBuf) -> Embedder {
    let library = fs::read_dir(part("onnxruntime")).unwrap().next().unwrap().unwrap().path();
    Embedder::start(&EmbedderSettings { onnxruntime: library, model_dir, threads: 2 }).unwrap()
}

/// A part as `cargo xtask setup` lays it.
pub fn part(name: &str) -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let candidates = [Path::new("/var/lib/omnichat/parts").join(name), checkout.join(".omnichat/parts").join(name)];
    candidates
        .into_iter()
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("no {name}: run `cargo xtask setup` first"))
}

/// The library that reads PDFs.
pub fn pdfium() -> PathBuf {
    part("pdfium").join(if cfg!(target_os = "macos") { "libpdfium.dylib" } else { "libpdfium.so" })
}

/// A folder that PostgreSQL's unprivileged user can reach. Folders of test
/// runs that have ended are removed.
pub fn folder() -> PathBuf {
    const PREFIX: &str = "omnichat-tests-";
    let all = std::env::temp_dir();
    for entry in fs::read_dir(&all).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ended = |pid: &str| !Path::new("/proc").join(pid).exists();
        if cfg!(target_os = "linux") && name.strip_prefix(PREFIX).is_some_and(ended) {
            let _other_user = fs::remove_dir_all(entry.path());
        }
    }
    let folder = all.join(format!("{PREFIX}{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}
