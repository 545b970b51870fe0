//! `omnichat backup` and `omnichat restore`: the whole installation in one file.
//!
//! The file is one line of JSON, with the secret key where the data folder
//! has it, and after it an archive of `pg_dump`. It may be encrypted, see [`sealed`].

mod programs;
mod sealed;

pub use sealed::{Lock, Unlock};

use crate::{
    Failure,
    config::{Secret, Storage},
    console,
    database::{Database, running_owner_url},
    folder::{DataFolder, create_private, write_private},
    secrets,
};
use programs::{Programs, run};
use sealed::{Label, Sealer};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, ErrorKind, PipeWriter, Read, Seek, Write},
    path::{Path, PathBuf},
    process::Stdio,
};

/// Says what the file is; the number rises when the form changes.
const FORMAT: &str = "omnichat backup 1";

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    secret_key: Option<String>,
}

/// The longest first line.
const LINE: u64 = 16 * 1024;

/// Writes everything to `file`, encrypted if there is a lock. The server may go on working.
///
/// # Errors
/// When the file exists, or the database cannot be read.
pub async fn backup(storage: &Storage, file: &Path, lock: &Lock) -> Result<(), Failure> {
    if file.exists() {
        return Err(Failure::advice(format!("{} exists already; choose another name", file.display())));
    }
    // A name that nobody can have taken before, in the folder where it stays.
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let part = file.with_file_name(format!(".{name}.{}.part", uuid::Uuid::new_v4().simple()));
    let sealer = lock.sealer()?;
    let is_sealed = sealer.is_some();
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
    let written = dump(storage, &url, &part, sealer).await;
    if let Some((database, _folder)) = database {
        database.close().await?;
    }
    match written {
        Ok(()) => name_it(&part, file)?,
        Err(failure) => {
            let _missing = fs::remove_file(&part);
            return Err(failure);
        }
    }
    let care = if is_sealed {
        "It is encrypted: without its key or passphrase nobody can restore it, so keep that elsewhere, and safe."
    } else {
        "It holds secrets: keep it as safe as the server, or encrypt it with --recipient."
    };
    console::say(&format!("Everything is in {}. {care}", file.display()));
    Ok(())
}

/// Gives a file its name; one that came to be there meanwhile stays.
fn name_it(part: &Path, file: &Path) -> Result<(), Failure> {
    let writing = || format!("writing {}", file.display());
    match fs::hard_link(part, file) {
        Ok(()) => fs::remove_file(part).map_err(Failure::system(writing())),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let _gone = fs::remove_file(part);
            Err(Failure::advice(format!("{} exists already; choose another name", file.display())))
        }
        // A file system without links.
        Err(_) => fs::rename(part, file).map_err(Failure::system(writing())),
    }
}

async fn dump(storage: &Storage, url: &str, part: &Path, sealer: Option<Sealer>) -> Result<(), Failure> {
    let writing = || format!("writing {}", part.display());
    let mut out = create_private(part).map_err(Failure::system(writing()))?;
    let secret_key = fs::read_to_string(storage.data_dir.join("secret.key")).ok().map(|key| key.trim().to_owned());
    let head = serde_json::to_string(&Head { format: FORMAT.to_owned(), secret_key })
        .map_err(|error| Failure::advice(error.to_string()))?;
    let mut dump = Programs::new(storage, url)?.on_database("pg_dump");
    dump.args(["--format=custom", "--no-owner"]);
    let out = if let Some(sealer) = sealer {
        let (from, to) = io::pipe().map_err(Failure::system(writing()))?;
        let sealing = tokio::task::spawn_blocking(move || sealer.seal(&head, from, out));
        dump.stdout(to);
        let dumped = run(dump).await;
        // When the disk is full, this says so, and the other only that it could not go on.
        let out = finished(sealing.await).map_err(Failure::system(writing()))?;
        dumped?;
        out
    } else {
        writeln!(out, "{head}").map_err(Failure::system(writing()))?;
        dump.stdout(out.try_clone().map_err(Failure::system(writing()))?);
        run(dump).await?;
        out
    };
    out.sync_all().map_err(Failure::system(writing()))
}

fn finished<T>(joined: Result<io::Result<T>, tokio::task::JoinError>) -> io::Result<T> {
    joined.unwrap_or_else(|panic| Err(io::Error::other(panic)))
}

/// Puts the content of `file` in the place of what is in the database.
///
/// # Errors
/// When the file is no backup, a server is running, or the database has
/// something in it and `force` is not given.
pub async fn restore(storage: &Storage, file: &Path, unlock: &Unlock, force: bool) -> Result<(), Failure> {
    let (head, archive) = open(file, unlock)?;
    if head.secret_key.as_deref().is_some_and(|keys| !secrets::are_keys(keys)) {
        return Err(Failure::advice(format!(
            "the secret key in {} is none: the backup may be damaged",
            file.display()
        )));
    }
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

/// What `pg_dump` wrote.
enum Archive {
    /// The rest of a file.
    Plain(File),
    /// To be decrypted on the way.
    Sealed(Box<dyn BufRead + Send>),
}

/// Reads the first lines and leaves the file at the archive.
fn open(file: &Path, unlock: &Unlock) -> Result<(Head, Archive), Failure> {
    let reading = || format!("reading {}", file.display());
    let foreign =
        || Failure::advice(format!("{} is no file that this version of `omnichat backup` wrote", file.display()));
    let mut reader = BufReader::new(File::open(file).map_err(Failure::system(reading()))?);
    let line = first_line(&mut reader).map_err(Failure::system(reading()))?;
    let mut sealed = match Label::read(&line) {
        Some(label) => unlock.open(&label, reader)?,
        None => {
            let head = head(&line).ok_or_else(foreign)?;
            if unlock.is_given() {
                return Err(Failure::advice(format!(
                    "{} is not encrypted, though a key or passphrase was given: somebody may have put it in the place of yours. Restore it without them only if you know where it comes from",
                    file.display()
                )));
            }
            // The program gets the file itself, which knows nothing of what was read ahead.
            reader.seek(io::SeekFrom::Start(line.len() as u64)).map_err(Failure::system(reading()))?;
            return Ok((head, Archive::Plain(reader.into_inner())));
        }
    };
    let line = first_line(&mut sealed).map_err(Failure::system(reading()))?;
    Ok((head(&line).ok_or_else(foreign)?, Archive::Sealed(sealed)))
}

fn first_line(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    reader.take(LINE).read_until(b'\n', &mut line)?;
    Ok(line)
}

fn head(line: &[u8]) -> Option<Head> {
    serde_json::from_slice(line).ok().filter(|head: &Head| head.format == FORMAT)
}

async fn replace(
    storage: &Storage,
    folder: &DataFolder,
    database: &Database,
    archive: Archive,
    force: bool,
) -> Result<(), Failure> {
    let programs = Programs::new(storage, &database.owner_url)?;
    // Makes the roles, which are not part of an archive.
    database.migrate().await?;
    let mut count = programs.on_database("psql");
    count.args(["--no-psqlrc", "-qAt", "-c", "SELECT count(*) FROM tenants"]).stdout(Stdio::piped());
    let is_empty = run(count).await?.trim() == "0";
    if !is_empty && !force {
        return Err(Failure::advice(
            "the database has businesses in it. Restore into an empty one (another --data-dir), or replace everything with --force",
        ));
    }
    // A whole archive first: a broken one must not cost what is there.
    let script = Script(folder.path().join("restore.sql"));
    write_script(&programs, archive, &script).await?;
    let mut restore = programs.on_database("psql");
    restore
        .args(["--no-psqlrc", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1"])
        .args(["-c", "DROP SCHEMA public CASCADE", "-c", "CREATE SCHEMA public", "-f"])
        .arg(&script.0)
        // In the same transaction: what is no database of ours costs nothing.
        .args(["-c", &is_ours()])
        .stdout(Stdio::null());
    // And whatever else is wrong with it costs nothing that cannot be had again.
    let before = if is_empty { None } else { Some(keep_before(storage, folder, database).await?) };
    let restored = match run(restore).await {
        // The archive may come from an older version.
        Ok(_) => database.migrate().await,
        Err(failure) => Err(failure),
    };
    match (restored, before) {
        (Ok(()), Some(before)) => {
            console::say(&format!(
                "What was there before is in {}, in clear and with its secret key; delete it when you do not need it.",
                before.display()
            ));
            Ok(())
        }
        (Err(failure), Some(before)) => {
            Err(Failure::advice(format!("{failure}. What was there before is in {}", before.display())))
        }
        (restored, None) => restored,
    }
}

/// Writes what is there into a file in the data folder.
async fn keep_before(storage: &Storage, folder: &DataFolder, database: &Database) -> Result<PathBuf, Failure> {
    let file = folder.path().join(format!("before-restore-{}.backup", uuid::Uuid::now_v7().simple()));
    if let Err(failure) = dump(storage, &database.owner_url, &file, None).await {
        let _missing = fs::remove_file(&file);
        return Err(Failure::advice(format!(
            "what is there could not be kept, so nothing was replaced: {failure}. Restore into another --data-dir or an empty database instead"
        )));
    }
    Ok(file)
}

/// Fails when what was restored is no database of Omnichat, or of a newer release.
fn is_ours() -> String {
    let known = domain::database::versions().into_iter().map(|version| format!("'{version}'")).collect::<Vec<_>>();
    format!(
        "DO $$ BEGIN \
         IF to_regclass('public.tenants') IS NULL OR to_regclass('public.messages') IS NULL \
             OR to_regclass('public.__diesel_schema_migrations') IS NULL THEN \
             RAISE EXCEPTION 'this is no backup of Omnichat'; \
         END IF; \
         IF EXISTS (SELECT FROM public.__diesel_schema_migrations WHERE version NOT IN ({})) THEN \
             RAISE EXCEPTION 'a newer version of Omnichat wrote this backup'; \
         END IF; \
         END $$",
        known.join(", ")
    )
}

async fn write_script(programs: &Programs, archive: Archive, script: &Script) -> Result<(), Failure> {
    let writing = || format!("writing {}", script.0.display());
    // One of a restore that was killed.
    let _missing = fs::remove_file(&script.0);
    let out = create_private(&script.0);
    let mut read = programs.alone("pg_restore");
    read.args(["--no-owner", "--file=-"]).stdout(out.map_err(Failure::system(writing()))?);
    match archive {
        Archive::Plain(file) => {
            read.stdin(file);
            run(read).await?;
        }
        Archive::Sealed(sealed) => {
            let (from, to) = io::pipe().map_err(Failure::system(writing()))?;
            let opening = tokio::task::spawn_blocking(move || pass_on(sealed, to));
            read.stdin(from);
            let done = run(read).await;
            // When the file was changed, this says so, and the other only that it could not go on.
            finished(opening.await).map_err(Failure::system("decrypting the backup, which may be damaged"))?;
            done?;
        }
    }
    Ok(())
}

/// Gives everything to a program. What it does not want to read is read all the same: the last bytes prove the rest.
fn pass_on(mut from: impl Read, to: PipeWriter) -> io::Result<()> {
    let mut to = Some(to);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        let part = buffer.get(..length).unwrap_or_default();
        match to.as_mut().map_or(Ok(()), |to| to.write_all(part)) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => to = None,
            done => done?,
        }
    }
}

/// A file with everything in it, gone when it is not needed any more.
struct Script(PathBuf);

impl Drop for Script {
    fn drop(&mut self) {
        let _missing = fs::remove_file(&self.0);
    }
}
