//! The private PostgreSQL: whose it is, who is let in, and that nothing of an earlier life keeps it from starting.

use crate::{
    cluster::{connect, part},
    commands::Folder,
};
use domain::database::{
    embedded::{EmbeddedError, Postgres},
    migrate,
};
use std::{
    fs,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::Path,
    process::{Command, Stdio},
};

/// Whoever has no user of its own.
const NOBODY: u32 = 65_534;

async fn start(folder: &Folder) -> Result<Postgres, EmbeddedError> {
    Postgres::start(&part("postgres"), &folder.0).await
}

/// Everything below a folder with its owner.
fn owners(folder: &Path) -> Vec<u32> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below =
        entries.flat_map(|path| if path.is_dir() { owners(&path) } else { vec![path.metadata().unwrap().uid()] });
    below.chain([folder.metadata().unwrap().uid()]).collect()
}

fn give_to(folder: &Path, user: u32) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { give_to(&entry, user) } else { chown(&entry, Some(user), Some(user)).unwrap() }
    }
    chown(folder, Some(user), Some(user)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kernel_says_who_comes_and_others_are_refused() {
    let folder = Folder::new("peer");
    let postgres = start(&folder).await.unwrap();
    migrate(&postgres.owner_url()).await.unwrap();
    let app = connect(&postgres.app_url()).await;
    let who: String = app.query_one("SELECT session_user::text", &[]).await.unwrap().get(0);
    assert_eq!(who, "omnichat_app");
    let open = tokio_postgres::connect(&postgres.url("postgres", "omnichat"), tokio_postgres::NoTls).await;
    assert!(open.is_err(), "a role that nobody was given let us in");

    // Only root can try to be somebody else. The file system would refuse already, so it is opened.
    let root = folder.0.join("postgres");
    if folder.0.metadata().unwrap().uid() == 0 {
        let user = root.join("data").metadata().unwrap().uid();
        assert!(user != 0 && user != NOBODY, "PostgreSQL runs as {user}");
        assert!(owners(&root.join("logs")).iter().chain(&owners(&root.join("access"))).all(|owner| *owner == 0));
        fs::set_permissions(root.join("socket"), fs::Permissions::from_mode(0o755)).unwrap();
        let psql = |uid: u32| {
            let mut command = Command::new(part("postgres").join("bin/psql"));
            command.args(["--no-psqlrc", "-c", "SELECT 1", "--dbname", &postgres.owner_url()]);
            command.env_clear().uid(uid).gid(uid).current_dir("/").output().unwrap()
        };
        let refused = psql(NOBODY);
        let words = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && words.contains("Peer authentication failed"), "{words}");
        assert!(psql(0).status.success());
    }
    postgres.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_an_older_version_is_taken_over() {
    let folder = Folder::new("older");
    let postgres = start(&folder).await.unwrap();
    let sql = "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')";
    connect(&postgres.owner_url()).await.batch_execute(sql).await.unwrap();
    postgres.stop().await.unwrap();

    // As it was left: everybody trusted, under root all of it nobody's, one log, and a folder of others' rights.
    let root = folder.0.join("postgres");
    fs::write(root.join("data/pg_hba.conf"), "local all all trust\n").unwrap();
    fs::write(root.join("log"), "old\n").unwrap();
    let is_root = folder.0.metadata().unwrap().uid() == 0;
    if is_root {
        fs::remove_dir_all(root.join("logs")).unwrap();
        fs::remove_dir_all(root.join("access")).unwrap();
        give_to(&root, NOBODY);
        // A file of root that nobody linked there stays root's.
        let secret = folder.0.join("secret");
        fs::write(&secret, "root's").unwrap();
        fs::hard_link(&secret, root.join("data/linked")).unwrap();
    }
    let postgres = start(&folder).await.unwrap();
    let client = connect(&postgres.owner_url()).await;
    let word: String = client.query_one("SELECT word FROM kept", &[]).await.unwrap().get(0);
    assert_eq!(word, "here");
    let rules: String = client.query_one("SHOW hba_file", &[]).await.unwrap().get(0);
    assert!(rules.ends_with("access/pg_hba.conf"), "{rules}");
    assert!(!root.join("log").exists());
    if is_root {
        assert!(!owners(&root).contains(&NOBODY));
        assert_eq!(folder.0.join("secret").metadata().unwrap().uid(), 0, "root's file was given away");
    }
    postgres.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_mark_with_the_number_of_another_program_keeps_nobody_out() {
    let folder = Folder::new("mark");
    start(&folder).await.unwrap().stop().await.unwrap();
    let data = folder.0.join("postgres/data");
    let owner = data.metadata().unwrap();
    // As after a crash in a container, where numbers come again: PostgreSQL alone would refuse to start for ever.
    let mut other = Command::new("sleep");
    other.arg("600").stdin(Stdio::null());
    if owner.uid() != folder.0.metadata().unwrap().uid() {
        other.uid(owner.uid()).gid(owner.gid());
    }
    let mut other = other.spawn().unwrap();
    let socket_dir = folder.0.join("postgres/socket");
    let mark = format!("{}\n{}\n1790000000\n5432\n{}\n\n", other.id(), data.display(), socket_dir.display());
    for file in [data.join("postmaster.pid"), socket_dir.join(".s.PGSQL.5432.lock")] {
        fs::write(&file, &mark).unwrap();
        chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    let postgres = start(&folder).await.unwrap();
    assert!(other.try_wait().unwrap().is_none(), "another program was ended");
    postgres.stop().await.unwrap();
    other.kill().unwrap();
    other.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_still_at_work_is_ended_first_and_half_made_data_is_made_anew() {
    let folder = Folder::new("still");
    // A crash in the middle of the first start.
    let incoming = folder.0.join("postgres/incoming");
    fs::create_dir_all(incoming.join("base")).unwrap();
    fs::write(incoming.join("PG_VERSION"), "18\n").unwrap();
    let first = start(&folder).await.unwrap();
    let busy = connect(&first.owner_url()).await;
    let working = tokio::spawn(async move { busy.batch_execute("SELECT pg_sleep(60)").await });
    let pid = first.pid().unwrap();
    // Its server is gone without a word; here nothing told it to end.
    std::mem::forget(first);
    let second = start(&folder).await.unwrap();
    assert_ne!(second.pid().unwrap(), pid);
    assert!(working.await.unwrap().is_err());
    let logs = fs::read_dir(folder.0.join("postgres/logs")).unwrap().count();
    assert_eq!(logs, 2, "each start has a log of its own");
    second.stop().await.unwrap();
    for _ in 0..7 {
        start(&folder).await.unwrap().stop().await.unwrap();
    }
    let logs = fs::read_dir(folder.0.join("postgres/logs")).unwrap().count();
    assert_eq!(logs, 6, "logs without end");
}
