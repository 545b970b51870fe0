//! Backups: encrypted when asked for, and without a password where others can read it.

use crate::{
    cluster::{cluster, connect, part},
    commands::{Folder, words},
};
use age::{secrecy::ExposeSecret as _, x25519};
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

fn write(path: &Path, text: &str) -> String {
    fs::write(path, text).unwrap();
    path.display().to_string()
}

#[test]
fn an_encrypted_backup_opens_for_its_keys_alone() {
    let folder = Folder::new("sealed");
    let migrated = folder.run(&["migrate"]);
    assert!(migrated.status.success(), "{}", words(&migrated));
    let secret = "7b".repeat(32);
    fs::write(folder.0.join("secret.key"), format!("{secret}\n")).unwrap();
    let key = |name: &str| {
        let identity = x25519::Identity::generate();
        let file = write(&folder.0.join(name), &format!("# a key\n{}\n", identity.to_string().expose_secret()));
        (identity.to_public().to_string(), file)
    };
    let (ann, anns) = key("ann.txt");
    let (bob, bobs) = key("bob.txt");
    let (_, eves) = key("eve.txt");
    let file = folder.0.join("sealed.backup");
    let path = file.to_str().unwrap();
    let made = folder.run(&["backup", path, "--recipient", &ann, "--recipient", &bob]);
    assert!(made.status.success(), "{}", words(&made));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let bytes = fs::read(&file).unwrap();
    let says = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(says("omnichat encrypted backup") && says(&ann) && says("age-encryption.org"));
    assert!(!says(&secret) && !says("PGDMP") && !says("conversations"), "something stands in clear");

    let new = Folder::new("unsealed");
    let restore = |arguments: &[&str]| new.run(&[&["restore", path][..], arguments].concat());
    for (arguments, said) in [
        (vec![], "--identity"),
        (vec!["--identity", eves.as_str()], ann.as_str()),
        (vec!["--identity", path], "holds no keys"),
    ] {
        let refused = restore(&arguments);
        assert!(!refused.status.success() && words(&refused).contains(said), "{arguments:?}: {}", words(&refused));
    }
    for (identities, force) in
        [(vec!["--identity", &eves, "--identity", &bobs], false), (vec!["--identity", &anns], true)]
    {
        let restored = restore(&[&identities[..], if force { &["--force"] } else { &[] }].concat());
        assert!(restored.status.success(), "{}", words(&restored));
        assert_eq!(fs::read_to_string(new.0.join("secret.key")).unwrap().trim(), secret);
    }

    // One that was changed or cut costs nothing, and says what it is.
    let broken = folder.0.join("broken.backup");
    let mut changed = bytes.clone();
    let last = changed.len() - 20;
    changed[last] ^= 1;
    for damaged in [&changed[..], &bytes[..bytes.len() * 2 / 3]] {
        fs::write(&broken, damaged).unwrap();
        let refused = new.run(&["restore", broken.to_str().unwrap(), "--identity", &anns, "--force"]);
        assert!(!refused.status.success() && words(&refused).contains("damaged"), "{}", words(&refused));
    }
    let again = new.run(&["migrate"]);
    assert!(again.status.success(), "{}", words(&again));
}

#[test]
fn a_passphrase_opens_what_it_closed() {
    let folder = Folder::new("passphrase");
    assert!(folder.run(&["migrate"]).status.success());
    let right = write(&folder.0.join("right"), "four words are better\n");
    let wrong = write(&folder.0.join("wrong"), "four words are worse\n");
    let empty = write(&folder.0.join("empty"), "\n");
    let file = folder.0.join("sealed.backup").display().to_string();
    let refused = folder.run(&["backup", &file, "--passphrase-file", &empty]);
    assert!(words(&refused).contains("no passphrase"), "{}", words(&refused));
    let refused = folder.run(&["backup", &file, "--recipient", "age1nonsense"]);
    assert!(words(&refused).contains("age-keygen"), "{}", words(&refused));
    let made = folder.run(&["backup", &file, "--passphrase-file", &right]);
    assert!(made.status.success(), "{}", words(&made));
    let new = Folder::new("passphrase-new");
    let refused = new.run(&["restore", &file]);
    assert!(words(&refused).contains("--passphrase-file"), "{}", words(&refused));
    let refused = new.run(&["restore", &file, "--passphrase-file", &wrong]);
    assert!(words(&refused).contains("another one"), "{}", words(&refused));
    let restored = new.run(&["restore", &file, "--passphrase-file", &right]);
    assert!(restored.status.success(), "{}", words(&restored));
}

#[test]
fn a_file_that_somebody_put_there_costs_nothing() {
    let folder = Folder::new("planted");
    assert!(folder.run(&["migrate"]).status.success());
    let path = |name: &str| folder.0.join(name).display().to_string();
    // Nobody's file is written to, and no link is followed.
    let own = write(&folder.0.join("mine.part"), "my own words");
    let made = folder.run(&["backup", &path("mine.backup")]);
    assert!(made.status.success(), "{}", words(&made));
    assert_eq!(fs::read_to_string(&own).unwrap(), "my own words");
    std::os::unix::fs::symlink(&own, folder.0.join("link.backup")).unwrap();
    let refused = folder.run(&["backup", &path("link.backup")]);
    assert!(!refused.status.success() && words(&refused).contains("exists already"), "{}", words(&refused));
    assert_eq!(fs::metadata(folder.0.join("mine.backup")).unwrap().permissions().mode() & 0o777, 0o600);
    let leftovers = fs::read_dir(&folder.0).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with('.')
    });
    assert_eq!(leftovers.count(), 0, "something was left");

    // Whoever encrypts is not given a plain one in its place.
    let phrase = write(&folder.0.join("phrase"), "four words are better\n");
    let refused = folder.run(&["restore", &path("mine.backup"), "--passphrase-file", &phrase, "--force"]);
    assert!(!refused.status.success() && words(&refused).contains("is not encrypted"), "{}", words(&refused));

    // A key that is none, and a database that is none of ours.
    let text = fs::read(folder.0.join("mine.backup")).unwrap();
    let line = text.iter().position(|byte| *byte == b'\n').unwrap();
    let broken = [br#"{"format":"omnichat backup 1","secret_key":"../../x"}"#, &text[line..]].concat();
    fs::write(path("broken.backup"), broken).unwrap();
    let refused = folder.run(&["restore", &path("broken.backup"), "--force"]);
    assert!(!refused.status.success() && words(&refused).contains("secret key"), "{}", words(&refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_archive_of_another_program_costs_nothing() {
    let (database, other) = (cluster().database().await, cluster().database().await);
    let folder = Folder::new("foreign");
    let run = |arguments: &[&str]| {
        let mut command = folder.command(arguments[0]);
        command.args(&arguments[1..]).env("DATABASE_URL", &database.owner_url);
        command.output().unwrap()
    };
    assert!(run(&["migrate"]).status.success());
    let tables = connect(&database.owner_url).await;
    let businesses = async || -> i64 { tables.query_one("SELECT count(*) FROM tenants", &[]).await.unwrap().get(0) };
    tables
        .execute(
            "INSERT INTO tenants (id, name, slug, email) VALUES (gen_random_uuid(), 'Elm', 'elm', 'a@elm.example')",
            &[],
        )
        .await
        .unwrap();
    connect(&other.owner_url)
        .await
        .batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE tenants (id int); CREATE TABLE theirs (id int)")
        .await
        .unwrap();
    let dump = std::process::Command::new(part("postgres").join("bin/pg_dump"))
        .args(["--format=custom", "--no-owner", "--dbname", &other.owner_url])
        .output()
        .unwrap();
    assert!(dump.status.success());
    let file = folder.0.join("theirs.backup");
    let archive = [&br#"{"format":"omnichat backup 1","secret_key":null}"#[..], b"\n", &dump.stdout].concat();
    fs::write(&file, archive).unwrap();
    let refused = run(&["restore", file.to_str().unwrap(), "--force"]);
    let said = words(&refused);
    assert!(!refused.status.success() && said.contains("no backup of Omnichat"), "{said}");
    assert_eq!(businesses().await, 1, "what was there is gone");
    // What was there was kept besides, and can be restored.
    let before = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().path());
    let before = before.into_iter().find(|path| path.to_string_lossy().contains("before-restore-")).unwrap();
    assert!(said.contains(before.to_str().unwrap()), "{said}");
    let restored = run(&["restore", before.to_str().unwrap(), "--force"]);
    assert!(restored.status.success(), "{}", words(&restored));
    assert_eq!(businesses().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_of_the_database_stands_in_no_command_line() {
    let database = cluster().database().await;
    let folder = Folder::new("argv");
    // Programs that write down how they were called, and then do their work.
    let programs = folder.0.join("postgres/bin");
    fs::create_dir_all(&programs).unwrap();
    for name in ["pg_dump", "pg_restore", "psql"] {
        let (seen, real) = (folder.0.join("seen"), part("postgres").join("bin").join(name));
        let script = format!(
            "#!/bin/sh\ntr '\\0' ' ' < /proc/$$/cmdline >> {seen}\necho \" with $PGPASSWORD\" >> {seen}\nexec {real} \"$@\"\n",
            seen = seen.display(),
            real = real.display()
        );
        fs::write(programs.join(name), script).unwrap();
        fs::set_permissions(programs.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let url = format!("{} password='hunter 2'", database.owner_url);
    let run = |arguments: &[&str]| {
        let mut command = folder.command(arguments[0]);
        command.args(&arguments[1..]).env("DATABASE_URL", &url);
        command.env("OMNICHAT_POSTGRES_DIR", folder.0.join("postgres"));
        let output = command.env("PATH", "/usr/bin:/bin").output().unwrap();
        assert!(output.status.success(), "{}", words(&output));
        assert!(!words(&output).contains("hunter"));
    };
    let file = folder.0.join("all.backup").display().to_string();
    run(&["backup", &file]);
    run(&["restore", &file, "--force"]);
    let seen = fs::read_to_string(folder.0.join("seen")).unwrap();
    let called = |name: &str| seen.lines().filter(|line| line.contains(name)).count();
    if cfg!(target_os = "linux") {
        assert!(called("/pg_dump ") == 1 && called("/pg_restore ") == 1 && called("/psql ") == 2, "{seen}");
        for line in seen.lines().filter(|line| line.contains("--dbname")) {
            let (arguments, environment) = line.split_once(" with ").unwrap();
            assert!(arguments.contains("dbname=") && !arguments.contains("hunter"), "{arguments}");
            assert_eq!(environment, "hunter 2");
        }
    }
    assert!(Path::new(&file).exists());
    connect(&database.owner_url).await.query_one("SELECT count(*) FROM tenants", &[]).await.unwrap();
}
