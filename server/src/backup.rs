//! `omnichat backup` and `omnichat restore`: the whole installation in one file.
//!
//! The file is one line of JSON, with the secret key where the data folder
//! has it, and after it an archive of `pg_dump`.

use crate::{
    Failure,
    config::{Secret, Storage},
    console,
    database::{Database, running_owner_url},
    folder::{DataFolder, write_private},
};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::process::Command;

/// Says what the file is; the number rises when the form changes.
const FORMAT: &str = "omnichat backup 1";

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    secret_key: Option<String>,
}

/// Writes everything to `file`. The server may go on working.
///
/// # Errors
/// When the file exists, or the database cannot be read.
pub async fn backup(storage: &Storage, file: &Path) -> Result<(), Failure> {
    if file.exists() {
        return Err(Failure::advice(format!("{} exists already; choose another name", file.display())));
    }
    let part = file.with_extension("part");
    // A server that runs has the folder and the database; both can be read beside it.
    let (database, url) = match running_owner_url(storage) {
        Some(url) => (None, url),
        None => {
            let folder = DataFolder::open(&storage.data_dir)?;
            let database = Database::open(storage, &folder).await?;
            let url = database.owner_url.clone();
            (Some((database, folder)), url)
        }
    };
    let written = dump(storage, &url, &part).await;
    if let Some((database, _folder)) = database {
        database.close().await?;
    }
    match written {
        Ok(()) => fs::rename(&part, file).map_err(Failure::system(format!("writing {}", file.display())))?,
        Err(failure) => {
            let _missing = fs::remove_file(&part);
            return Err(failure);
        }
    }
    console::say(&format!("Everything is in {}. It holds secrets: keep it as safe as the server.", file.display()));
    Ok(())
}

async fn dump(storage: &Storage, url: &str, part: &Path) -> Result<(), Failure> {
    let writing = || format!("writing {}", part.display());
    let mut out = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(part)
        .map_err(Failure::system(writing()))?;
    let secret_key = fs::read_to_string(storage.data_dir.join("secret.key")).ok().map(|key| key.trim().to_owned());
    let head = serde_json::to_string(&Head { format: FORMAT.to_owned(), secret_key })
        .map_err(|error| Failure::advice(error.to_string()))?;
    writeln!(out, "{head}").map_err(Failure::system(writing()))?;
    let to = out.try_clone().map_err(Failure::system(writing()))?;
    run(program(storage, "pg_dump").args(["--format=custom", "--no-owner", "--dbname", url]).stdout(to)).await?;
    out.sync_all().map_err(Failure::system(writing()))
}

/// Puts the content of `file` in the place of what is in the database.
///
/// # Errors
/// When the file is no backup, a server is running, or the database has
/// something in it and `force` is not given.
pub async fn restore(storage: &Storage, file: &Path, force: bool) -> Result<(), Failure> {
    let (head, archive) = open(file)?;
    let folder = DataFolder::open(&storage.data_dir)?;
    let database = Database::open(storage, &folder).await?;
    let restored = replace(storage, &folder, &database, archive, force).await;
    database.close().await?;
    restored?;
    if let Some(key) = head.secret_key {
        write_private(&folder.path().join("secret.key"), &key)?;
        folder.secret_keys(&Secret::default())?;
    }
    console::say("Everything is restored. Start the server.");
    Ok(())
}

/// Reads the first line and leaves the file at the archive.
fn open(file: &Path) -> Result<(Head, File), Failure> {
    let reading = || format!("reading {}", file.display());
    let mut archive = File::open(file).map_err(Failure::system(reading()))?;
    let mut line = Vec::new();
    let mut reader = BufReader::new(Read::by_ref(&mut archive).take(4096));
    reader.read_until(b'\n', &mut line).map_err(Failure::system(reading()))?;
    let head: Option<Head> = serde_json::from_slice(&line).ok();
    let Some(head) = head.filter(|head| head.format == FORMAT) else {
        return Err(Failure::advice(format!(
            "{} is no file that this version of `omnichat backup` wrote",
            file.display()
        )));
    };
    archive.seek(SeekFrom::Start(line.len() as u64)).map_err(Failure::system(reading()))?;
    Ok((head, archive))
}

async fn replace(
    storage: &Storage,
    folder: &DataFolder,
    database: &Database,
    archive: File,
    force: bool,
) -> Result<(), Failure> {
    let url = database.owner_url.as_str();
    // Makes the roles, which are not part of an archive.
    database.migrate().await?;
    let count = run(program(storage, "psql")
        .args(["--no-psqlrc", "-qAt", "-c", "SELECT count(*) FROM tenants", "--dbname", url])
        .stdout(Stdio::piped()))
    .await?;
    if count.trim() != "0" && !force {
        return Err(Failure::advice(
            "the database has businesses in it. Restore into an empty one (another --data-dir), or replace everything with --force",
        ));
    }
    // A whole archive first: a broken one must not cost what is there.
    let script = Script(folder.path().join("restore.sql"));
    let out = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&script.0);
    let out = out.map_err(Failure::system(format!("writing {}", script.0.display())))?;
    run(program(storage, "pg_restore").args(["--no-owner", "--file=-"]).stdin(archive).stdout(out)).await?;
    run(program(storage, "psql")
        .args([
            "--no-psqlrc",
            "-q",
            "--single-transaction",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            "DROP SCHEMA public CASCADE",
            "-c",
            "CREATE SCHEMA public",
            "-f",
        ])
        .arg(&script.0)
        .args(["--dbname", url])
        .stdout(Stdio::null()))
    .await?;
    // The archive may come from an older version.
    database.migrate().await
}

/// A file with everything in it, gone when it is not needed any more.
struct Script(PathBuf);

impl Drop for Script {
    fn drop(&mut self) {
        let _missing = fs::remove_file(&self.0);
    }
}

/// A program of the private PostgreSQL, or of the system.
fn program(storage: &Storage, name: &str) -> Command {
    let ours = storage.postgres_dir.join("bin").join(name);
    let mut command = if ours.exists() { Command::new(ours) } else { Command::new(name) };
    // Warnings about existing defaults tell a person nothing here.
    command.env("PGOPTIONS", "-c client_min_messages=warning").stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Runs a program to its end and gives what it wrote, when that was asked for.
async fn run(command: &mut Command) -> Result<String, Failure> {
    let name = command.as_std().get_program().to_string_lossy().into_owned();
    let child = command.stderr(Stdio::piped()).spawn().map_err(Failure::system(format!(
        "running {name} (install the PostgreSQL client programs, or name their folder with --postgres-dir)"
    )))?;
    let output = child.wait_with_output().await.map_err(Failure::system(format!("running {name}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let hint = if words.contains("row-level security") {
        ". The role in DATABASE_OWNER_URL needs BYPASSRLS (or superuser) to read every tenant"
    } else {
        ""
    };
    Err(Failure::advice(format!("{name} failed: {}{hint}", words.trim())))
}
