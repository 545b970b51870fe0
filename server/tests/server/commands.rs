//! The program itself: its commands, its folder, its backups.

use crate::{
    browser::Browser,
    cluster::{part, pdfium},
};
use ai::{
    chunk::{Chunk, ChunkError, cut},
    document::markdown,
};
use api::inbox;
use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::fs::{MetadataExt as _, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};
use types::{ErrorCode, inbox::InboxView};

/// A data folder of its own, gone at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    /// An empty one that PostgreSQL's unprivileged user can reach.
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("omnichat-{name}-{}", std::process::id()));
        let _missing = fs::remove_dir_all(&path);
        Self(path)
    }

    /// The program with this folder.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_omnichat"));
        let library = fs::read_dir(part("onnxruntime")).unwrap().next().unwrap().unwrap().path();
        command
            .env_clear()
            .env("OMNICHAT_DATA_DIR", &self.0)
            .env("OMNICHAT_POSTGRES_DIR", part("postgres"))
            .env("OMNICHAT_MODEL_DIR", part("model"))
            .env("OMNICHAT_ONNXRUNTIME", library)
            .env("OMNICHAT_PDFIUM", pdfium())
            .arg(name);
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments[0]).args(&arguments[1..]).output().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _other_user = fs::remove_dir_all(&self.0);
    }
}

/// A running server, killed at the end if it still runs.
pub struct Running {
    /// The process.
    pub child: Child,
    /// Its address.
    pub url: String,
    /// What it printed until it was ready.
    pub printed: String,
}

impl Running {
    /// Starts `serve` and waits until it is ready.
    pub fn start(folder: &Folder, port: u16, arguments: &[&str]) -> Self {
        let listen = format!("127.0.0.1:{port}");
        let mut child = folder
            .command("serve")
            .args(["--listen", &listen])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut printed = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        while !printed.contains("Omnichat is ready") {
            assert_ne!(lines.read_line(&mut printed).unwrap(), 0, "the server ended: {printed}");
        }
        // The sign-in follows at once; the pipe must not fill up.
        if arguments.contains(&"--demo") {
            while !printed.contains("Owner ") {
                lines.read_line(&mut printed).unwrap();
            }
        }
        std::thread::spawn(move || lines.lines().count());
        Self { child, url: format!("http://{listen}"), printed }
    }

    /// Sends a signal.
    pub fn signal(&self, signal: i32) {
        // SAFETY: the process is our child and was not waited for.
        #[expect(unsafe_code, reason = "the standard library can only send SIGKILL")]
        unsafe {
            libc::kill(i32::try_from(self.child.id()).unwrap(), signal);
        }
    }

    /// Waits until it has ended.
    pub fn ended(&mut self) -> bool {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server does not end");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// A port that nobody uses right now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What it said of itself.
pub fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_demo_is_made_once_backed_up_beside_the_server_and_restored() {
    let folder = Folder::new("demo");
    let port = free_port();
    let mut server = Running::start(&folder, port, &["--demo"]);
    let sign_in = fs::read_to_string(folder.0.join("demo.json")).unwrap();
    for file in ["demo.json", "secret.key"] {
        assert_eq!(fs::metadata(folder.0.join(file)).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
    }
    assert!(server.printed.contains("/shop") && server.printed.contains("agent@"), "{}", server.printed);
    let health = folder.run(&["healthcheck", "--listen", &format!("127.0.0.1:{port}")]);
    assert!(health.status.success(), "{}", words(&health));

    // A second server on the same folder is told so.
    let second = folder.run(&["serve", "--listen", &format!("127.0.0.1:{}", free_port())]);
    assert!(!second.status.success() && words(&second).contains("another omnichat"), "{}", words(&second));
    // And one on the same port.
    let other = Folder::new("port");
    let taken = other.run(&["serve", "--listen", &format!("127.0.0.1:{port}")]);
    assert!(!taken.status.success() && words(&taken).contains("--listen"), "{}", words(&taken));

    let file = folder.0.join("all.backup");
    let backup = folder.run(&["backup", file.to_str().unwrap()]);
    assert!(backup.status.success(), "{}", words(&backup));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let again = folder.run(&["backup", file.to_str().unwrap()]);
    assert!(!again.status.success() && words(&again).contains("exists"), "{}", words(&again));

    // Beside the server; but a new key would be one that it does not know.
    let rotated = folder.run(&["rotate-secrets"]);
    assert!(rotated.status.success(), "{}", words(&rotated));
    let refused = folder.run(&["rotate-secrets", "--new-key"]);
    assert!(!refused.status.success() && words(&refused).contains("another omnichat"), "{}", words(&refused));
    // Keys and platform admins are made beside it.
    let made = folder.run(&["api-key", "create", "--scopes", "inbox.read"]);
    let key = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    assert!(made.status.success() && key.starts_with("oc_"), "{}", words(&made));
    for act in ["revoke", "grant"] {
        let changed = folder.run(&["admin", act, "agent@juniper.example"]);
        let told = String::from_utf8_lossy(&changed.stdout).into_owned();
        assert!(changed.status.success() && told.contains("within seconds"), "{}", words(&changed));
    }
    let unknown = folder.run(&["admin", "grant", "nobody@juniper.example"]);
    assert!(!unknown.status.success() && words(&unknown).contains("Register it first"), "{}", words(&unknown));

    for (email, told) in [("nobody@juniper.example", "Nobody has"), ("agent@juniper.example", "no second factor")] {
        let refused = folder.run(&["admin", "clear-second-factor", email]);
        assert!(!refused.status.success() && words(&refused).contains(told), "{}", words(&refused));
    }

    server.signal(libc::SIGTERM);
    assert!(server.ended(), "a polite stop is a success");
    assert!(!folder.run(&["healthcheck", "--listen", &format!("127.0.0.1:{port}")]).status.success());
    let mut server = Running::start(&folder, port, &["--demo"]);
    assert_eq!(fs::read_to_string(folder.0.join("demo.json")).unwrap(), sign_in, "the demo was made a second time");
    tokio::runtime::Runtime::new().unwrap().block_on(a_flood_of_guesses_stops_no_key_of_ours(&server.url, &key));
    server.signal(libc::SIGINT);
    assert!(server.ended());

    // Into an empty folder, with the key that opens what is encrypted.
    let new = Folder::new("restored");
    let restore = new.run(&["restore", file.to_str().unwrap()]);
    assert!(restore.status.success(), "{}", words(&restore));
    let key = |folder: &Folder| fs::read_to_string(folder.0.join("secret.key")).unwrap();
    assert_eq!(key(&new).trim(), key(&folder).trim());
    fs::copy(folder.0.join("demo.json"), new.0.join("demo.json")).unwrap();
    let seeded = new.run(&["seed"]);
    assert!(seeded.status.success(), "the restored demo cannot be signed in to: {}", words(&seeded));
    // Not over something, unless it is meant.
    let refused = new.run(&["restore", file.to_str().unwrap()]);
    assert!(!refused.status.success() && words(&refused).contains("--force"), "{}", words(&refused));
    let forced = new.run(&["restore", file.to_str().unwrap(), "--force"]);
    assert!(forced.status.success(), "{}", words(&forced));
    // A broken archive costs nothing.
    let broken = folder.0.join("broken.backup");
    let bytes = fs::read(&file).unwrap();
    fs::write(&broken, &bytes[..bytes.len() * 2 / 3]).unwrap();
    assert!(!new.run(&["restore", broken.to_str().unwrap(), "--force"]).status.success());
    assert!(new.run(&["seed"]).status.success());

    let rotated = new.run(&["rotate-secrets", "--new-key"]);
    assert!(rotated.status.success(), "{}", words(&rotated));
    assert_eq!(key(&new).trim().len(), 64, "the old key is forgotten");
    assert_ne!(key(&new).trim(), key(&folder).trim());
    assert_eq!(fs::metadata(new.0.join("secret.key")).unwrap().permissions().mode() & 0o777, 0o600);
    let created = new.run(&["api-key", "create"]);
    assert!(created.status.success(), "{}", words(&created));
    assert!(String::from_utf8_lossy(&created.stdout).starts_with("oc_"));
}

/// The server has just started and knows no key.
async fn a_flood_of_guesses_stops_no_key_of_ours(url: &str, key: &str) {
    let list = || inbox::ListConversations { view: InboxView::All, search: String::new(), before: None };
    let mut last = ErrorCode::Unauthenticated;
    for number in 0..1_000 {
        let guess = format!("oc_{number:043}");
        last = Browser::program(url).with_token(&guess).call(&list()).await.unwrap_err().code;
        if last != ErrorCode::Unauthenticated {
            break;
        }
    }
    assert_eq!(last, ErrorCode::TooManyRequests);
    Browser::program(url).with_token(key).call(&list()).await.unwrap();
}

#[test]
fn root_leaves_the_folder_of_another_user_alone() {
    const OTHER: u32 = 1;
    let folder = Folder::new("anothers");
    fs::create_dir_all(folder.0.join("postgres")).unwrap();
    if folder.0.metadata().unwrap().uid() != 0 {
        return;
    }
    for path in [folder.0.join("postgres"), folder.0.clone()] {
        chown(&path, Some(OTHER), Some(OTHER)).unwrap();
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let is_other = |line: &&str| line.split(':').nth(2) == Some("1");
    let name = users.lines().find(is_other).unwrap().split(':').next().unwrap();
    let how = format!("`runuser -u {name} -- omnichat");
    let elsewhere = Folder::new("anothers-backup");
    fs::write(&elsewhere.0, "{\"format\":\"omnichat backup 1\",\"secret_key\":null}\n").unwrap();
    let backup = elsewhere.0.to_str().unwrap();
    let below = folder.0.join("below");
    for data in [&folder.0, &below] {
        for arguments in [
            &["serve", "--listen", "127.0.0.1:0"][..],
            &["migrate"],
            &["seed"],
            &["restore", backup],
            &["rotate-secrets"],
            &["rotate-secrets", "--new-key"],
            &["api-key", "create"],
            &["admin", "grant", "a@example.com"],
        ] {
            let mut command = folder.command(arguments[0]);
            let refused = command.args(&arguments[1..]).env("OMNICHAT_DATA_DIR", data).output().unwrap();
            let words = words(&refused);
            assert!(!refused.status.success() && words.contains(&how), "{arguments:?}: {words}");
            let there: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            assert_eq!(there, ["postgres"], "{arguments:?} left something");
            let postgres = folder.0.join("postgres");
            assert_eq!(postgres.metadata().unwrap().uid(), OTHER);
            assert_eq!(fs::read_dir(postgres).unwrap().count(), 0);
        }
    }
    fs::remove_file(&elsewhere.0).unwrap();
}

/// A long text is cut by this, within limits of its own, so that one made to take its time takes nobody else's.
#[test]
fn a_text_is_cut_in_a_process_of_its_own() {
    let folder = Folder::new("cut");
    fs::create_dir_all(&folder.0).unwrap();
    let text = format!("# Prices\n\nA pot costs 12.50 €.\n\n{}\n\n## Delivery\n\nThree days.", "[a".repeat(50_000));
    let input = folder.0.join("text");
    fs::write(&input, &text).unwrap();
    let output = folder.command("cut").arg("markdown").stdin(fs::File::open(&input).unwrap()).output().unwrap();
    assert!(output.status.success(), "{}", words(&output));
    let found: Result<Vec<Chunk>, ChunkError> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found, cut(&markdown(&text)));
    let found = found.unwrap();
    assert!(found.first().unwrap().content.starts_with("A pot costs 12.50 €."));
    assert_eq!(found.last().unwrap().heading, "Prices › Delivery");
}

#[test]
fn what_is_missing_is_named_with_what_to_do() {
    let folder = Folder::new("missing");
    let nowhere = "/nowhere/at/all";
    let serve = |name: &str, value: &str| {
        let listen = format!("127.0.0.1:{}", free_port());
        let output = folder.command("serve").args(["--listen", &listen]).env(name, value).output().unwrap();
        assert!(!output.status.success());
        words(&output)
    };
    assert!(serve("OMNICHAT_POSTGRES_DIR", nowhere).contains("cargo xtask setup"));
    assert!(serve("OMNICHAT_MODEL_DIR", nowhere).contains("OMNICHAT_MODEL_DIR"));
    assert!(serve("OMNICHAT_ONNXRUNTIME", nowhere).contains("OMNICHAT_ONNXRUNTIME"));
    assert!(serve("OMNICHAT_SECRET_KEY", "short").contains("64 hexadecimal digits"));
    assert!(serve("OMNICHAT_OLD_SECRET_KEYS", "short").contains("OMNICHAT_OLD_SECRET_KEYS"));
    assert!(serve("OMNICHAT_PUBLIC_URL", "chat.example.com").contains("https://"));
    assert!(serve("OMNICHAT_LOG", "=====").contains("log filter"));
    assert!(serve("OMNICHAT_SMTP_URL", "smtps://shop:secret@mail.example.com").contains("OMNICHAT_MAIL_FROM"));
    let down = serve("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
    assert!(down.contains("atabase"), "{down}");
    let restore = folder.run(&["restore", Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml").to_str().unwrap()]);
    assert!(words(&restore).contains("no file that"), "{}", words(&restore));
    let nothing = folder.0.join("nothing");
    for arguments in [&["admin", "grant", "a@example.com"][..], &["api-key", "create"]] {
        let mut command = folder.command(arguments[0]);
        let refused = command.args(&arguments[1..]).env("OMNICHAT_DATA_DIR", &nothing).output().unwrap();
        assert!(words(&refused).contains("--data-dir"), "{arguments:?}: {}", words(&refused));
        assert!(!nothing.exists(), "{arguments:?} made a database");
    }
}
