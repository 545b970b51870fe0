//! A folder instead of a mail server: one file a mail, the newest are kept.

use super::{Mail, MailError, StoredMail, message::message, read};
use std::{
    io::{ErrorKind, Result},
    path::{Path, PathBuf},
};
use tokio::{
    fs::{self, DirBuilder, OpenOptions},
    io::AsyncWriteExt,
};
use uuid::Uuid;

/// Mails that are kept. Nobody reads more, and a forgotten server must not fill the disk.
const KEPT: usize = 500;
/// Who writes when there is no mail server to say so.
const FROM: &str = "Omnichat <omnichat@localhost>";

/// A folder of mails, readable by its owner alone.
#[derive(Clone, Debug)]
pub struct Mailbox {
    folder: PathBuf,
}

impl Mailbox {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where it is. It may not exist before the first mail.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a mail, and removes the oldest beyond the limit. The id orders
    /// mails by time, and a second try writes the same file.
    pub(super) async fn keep(&self, id: Uuid, mail: &Mail) -> std::result::Result<(), MailError> {
        let from = FROM.parse().map_err(|_| MailError::Unfit("the sender is no address".to_owned()))?;
        let bytes = message(id, &from, mail)?.formatted();
        self.write(id, &bytes).await?;
        Ok(())
    }

    async fn write(&self, id: Uuid, bytes: &[u8]) -> Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).await?;
        let part = self.folder.join(format!("{id}.part"));
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&part).await?;
        file.write_all(bytes).await?;
        // Without it the last bytes may come after the name.
        file.flush().await?;
        fs::rename(&part, self.folder.join(format!("{id}.eml"))).await?;
        let ids = self.ids().await?;
        for old in ids.iter().take(ids.len().saturating_sub(KEPT)) {
            match fs::remove_file(self.folder.join(format!("{old}.eml"))).await {
                // The other worker was quicker.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                done => done?,
            }
        }
        Ok(())
    }

    /// Every mail, the newest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn list(&self) -> Result<Vec<StoredMail>> {
        let mut mails = Vec::new();
        for id in self.ids().await?.into_iter().rev() {
            mails.extend(self.mail(id).await?);
        }
        Ok(mails)
    }

    /// One mail by its file's name. A name that is none of ours, such as one
    /// that leads to another folder, finds nothing.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn read(&self, file: &str) -> Result<Option<StoredMail>> {
        match id_of(file) {
            Some(id) => self.mail(id).await,
            None => Ok(None),
        }
    }

    async fn mail(&self, id: Uuid) -> Result<Option<StoredMail>> {
        let file = format!("{id}.eml");
        match fs::read_to_string(self.folder.join(&file)).await {
            Ok(raw) => Ok(read::read(file, &raw)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The ids of all mails, the oldest first.
    async fn ids(&self) -> Result<Vec<Uuid>> {
        let mut entries = match fs::read_dir(&self.folder).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut ids = Vec::new();
        while let Some(entry) = entries.next_entry().await? {
            ids.extend(entry.file_name().to_str().and_then(id_of));
        }
        ids.sort_unstable();
        Ok(ids)
    }
}

fn id_of(file: &str) -> Option<Uuid> {
    Uuid::try_parse(file.strip_suffix(".eml")?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn scratch(name: &str) -> Mailbox {
        let folder = std::env::temp_dir().join(format!("omnichat-mailbox-{name}-{}", std::process::id()));
        let _missing = std::fs::remove_dir_all(&folder);
        Mailbox::new(folder)
    }

    fn mail(text: &str) -> Mail {
        let subject =
            "Grüße from \"Juniper & Pine\", a shop with quite a long name that goes on and on — 植物".to_owned();
        Mail { to: "olga@example.com".to_owned(), subject, text: text.to_owned() }
    }

    #[tokio::test]
    async fn a_mail_is_read_as_it_was_written_and_by_its_owner_alone() {
        let mailbox = scratch("read");
        assert!(mailbox.list().await.unwrap().is_empty(), "a folder that is not there is empty");
        let link = format!("https://chat.example.com/reset?token={}&x==3D", "a".repeat(120));
        let texts = [
            "Short and plain: https://chat.example.com".to_owned(),
            format!("Hello Zoë,\n\nopen this:\n{link}\n\n.\nFrom here = there.\n"),
            "植物".repeat(300),
        ];
        for text in &texts {
            mailbox.keep(Uuid::now_v7(), &mail(text)).await.unwrap();
        }
        let mails = mailbox.list().await.unwrap();
        assert_eq!(mails.len(), 3);
        for (stored, text) in mails.iter().rev().zip(&texts) {
            assert_eq!(
                (&stored.text, &stored.subject, stored.to.as_str()),
                (text, &mail("").subject, "olga@example.com")
            );
            let file = mailbox.folder().join(&stored.file);
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(mailbox.read(&stored.file).await.unwrap().as_ref(), Some(stored));
        }
        std::fs::write(mailbox.folder().join("../omnichat-mailbox-secret.eml"), "x").unwrap();
        for wrong in ["../omnichat-mailbox-secret.eml", "..", "", ".eml", "/etc/passwd", "x/../y.eml"] {
            assert_eq!(mailbox.read(wrong).await.unwrap(), None, "{wrong}");
        }
        std::fs::remove_file(mailbox.folder().join("../omnichat-mailbox-secret.eml")).unwrap();
        std::fs::remove_dir_all(mailbox.folder()).unwrap();
    }

    #[tokio::test]
    async fn the_newest_five_hundred_are_kept() {
        let mailbox = scratch("kept");
        std::fs::create_dir_all(mailbox.folder()).unwrap();
        std::fs::write(mailbox.folder().join("notes.txt"), "not a mail").unwrap();
        let ids: Vec<Uuid> = (0..KEPT + 4).map(|_| Uuid::now_v7()).collect();
        for id in &ids {
            mailbox.keep(*id, &mail("x")).await.unwrap();
        }
        // Again, as after a crash: no second file.
        mailbox.keep(*ids.last().unwrap(), &mail("x")).await.unwrap();
        assert_eq!(mailbox.ids().await.unwrap(), ids[4..]);
        assert!(mailbox.folder().join("notes.txt").exists(), "what is no mail is left alone");
        std::fs::remove_dir_all(mailbox.folder()).unwrap();
    }
}
