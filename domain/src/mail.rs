//! Mails to people: written into the transaction that needs them, sent by a
//! job, through a mail server or into a folder.
//!
//! Links in mails are secrets, so a mail waits sealed, and no log has any of it.

mod mailbox;
mod message;
mod read;
mod smtp;
pub mod texts;

pub use mailbox::Mailbox;
pub use message::html;
pub use read::StoredMail;
pub use smtp::{MailSetupError, PATIENCE, Smtp};

use crate::{
    Error, KeyError, Keys, Omnichat, Result,
    database::{SystemTx, TenantTx},
    jobs::Job,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde::{Deserialize, Serialize};
use std::{fmt, path::PathBuf};
use types::TenantId;
use uuid::Uuid;

/// A mail to one person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Whom it goes to: an address and nothing else.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text. Empty lines part paragraphs; web addresses become links.
    pub text: String,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("to", &redacted(&self.to)).finish_non_exhaustive()
    }
}

/// Where mails go.
#[derive(Clone, Debug)]
pub enum MailSettings {
    /// To a mail server.
    Smtp(Smtp),
    /// Into this folder, one file each, for an installation without a mail server.
    Mailbox(PathBuf),
}

/// Why a mail was not sent. Never says anything of the mail or its recipient.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The mail server does not want this mail, now or later.
    #[error("the mail server refuses the mail for good: {0}")]
    Refused(String),
    /// The mail server cannot take it now, or does not let us in.
    #[error("the mail server does not take the mail now: {0}")]
    Postponed(String),
    /// There is no talking to the mail server.
    #[error("the mail server cannot be reached or understood: {0}")]
    Unreachable(String),
    /// The mail server is silent.
    #[error("the mail server did not answer in time")]
    Silent,
    /// The recipient is no address, or the mail cannot be put into its form.
    #[error("the mail cannot be written: {0}")]
    Unfit(String),
    /// What waited cannot be opened.
    #[error("the waiting mail cannot be opened: {0}")]
    Sealed(String),
    /// The folder of mails refused.
    #[error("the mailbox folder cannot be written: {0}")]
    Folder(#[from] std::io::Error),
}

impl MailError {
    /// Trying again would end the same way.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Unfit(_) | Self::Sealed(_))
    }
}

/// Sends mails the way the settings say.
#[derive(Debug)]
pub struct Mailer(Way);

#[derive(Debug)]
enum Way {
    Smtp(Box<smtp::Line>),
    Mailbox(Mailbox),
}

impl Mailer {
    /// A mailer. It connects to a mail server only when there is a mail.
    ///
    /// # Errors
    /// When the certificates of this machine cannot be used.
    pub fn new(settings: MailSettings) -> Result<Self, MailSetupError> {
        Ok(Self(match settings {
            MailSettings::Smtp(server) => Way::Smtp(Box::new(smtp::Line::new(server)?)),
            MailSettings::Mailbox(folder) => Way::Mailbox(Mailbox::new(folder)),
        }))
    }

    /// The folder of mails, when there is no mail server.
    #[must_use]
    pub fn mailbox(&self) -> Option<&Mailbox> {
        match &self.0 {
            Way::Smtp(_) => None,
            Way::Mailbox(mailbox) => Some(mailbox),
        }
    }

    /// Sends a mail now. The id is the mail's for ever: whoever receives it
    /// twice under one id can tell.
    ///
    /// # Errors
    /// Says whether trying again can help.
    pub async fn send(&self, id: Uuid, mail: &Mail) -> Result<(), MailError> {
        match &self.0 {
            Way::Smtp(line) => line.send(id, mail).await,
            Way::Mailbox(mailbox) => mailbox.keep(id, mail).await,
        }
    }
}

impl fmt::Display for Mailer {
    /// Where mails go, in the words of a sentence that begins with "Mails are".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Way::Smtp(line) => line.fmt(f),
            Way::Mailbox(mailbox) => write!(f, "kept in {}", mailbox.folder().display()),
        }
    }
}

/// A mail with the id that it keeps through every try.
#[derive(Serialize, Deserialize)]
struct Letter {
    id: Uuid,
    mail: Mail,
}

/// Sends a mail if and only if this transaction commits.
///
/// # Errors
/// When the row cannot be written.
pub async fn enqueue(tx: &mut TenantTx, product: &Omnichat, mail: &Mail) -> Result<()> {
    let job = seal(product.keys(), tx.tenant(), mail)?;
    tx.enqueue(&job).await
}

/// Sends a mail on behalf of a tenant if and only if this transaction commits.
///
/// # Errors
/// When the row cannot be written.
pub async fn enqueue_system(tx: &mut SystemTx, product: &Omnichat, tenant: TenantId, mail: &Mail) -> Result<()> {
    enqueue_sealed_by(tx, product.keys(), tenant, mail).await
}

/// The same beside the server that will send it, which has the same keys.
///
/// # Errors
/// When the row cannot be written.
pub(crate) async fn enqueue_sealed_by(tx: &mut SystemTx, keys: &Keys, tenant: TenantId, mail: &Mail) -> Result<()> {
    let job = seal(keys, tenant, mail)?;
    tx.enqueue(tenant, &job).await
}

fn seal(keys: &Keys, tenant: TenantId, mail: &Mail) -> Result<Job> {
    let letter = Letter { id: Uuid::now_v7(), mail: mail.clone() };
    let text = serde_json::to_string(&letter).map_err(|error| Error::Internal(error.to_string()))?;
    let sealed = keys.encrypt(&text, &place(tenant)).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Job::SendMail { sealed: BASE64.encode(sealed) })
}

fn open(product: &Omnichat, tenant: TenantId, sealed: &str) -> Result<Letter, MailError> {
    let refuse = |error: &dyn fmt::Display| MailError::Sealed(error.to_string());
    let bytes = BASE64.decode(sealed).map_err(|error| refuse(&error))?;
    let text = product.keys().decrypt(&bytes, &place(tenant)).map_err(|error: KeyError| refuse(&error))?;
    serde_json::from_str(&text).map_err(|_| MailError::Sealed("it has another form".to_owned()))
}

fn place(tenant: TenantId) -> String {
    format!("tenant {tenant}, mail")
}

/// The job: sends what waits.
pub(crate) async fn deliver(product: &Omnichat, tenant: TenantId, sealed: &str) -> Result<()> {
    let letter = open(product, tenant, sealed)?;
    Ok(product.mailer().send(letter.id, &letter.mail).await?)
}

/// Tells the log that a mail will not arrive. Its links stay secret.
pub(crate) fn given_up(product: &Omnichat, tenant: TenantId, sealed: &str) {
    let to = open(product, tenant, sealed).map(|letter| redacted(&letter.mail.to));
    tracing::error!(%tenant, to = to.as_deref().unwrap_or("unknown"), "a mail was given up");
}

/// An address as it may be logged: `o***@example.com`.
fn redacted(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, "?"));
    let first: String = local.chars().take(1).filter(|char| !char.is_control()).collect();
    let domain: String = domain.chars().filter(|char| !char.is_control()).take(100).collect();
    format!("{first}***@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_nothing_of_a_mail() {
        let mail = Mail {
            to: "olga@example.com".to_owned(),
            subject: "Secret".to_owned(),
            text: "https://chat.example.com/reset/secret".to_owned(),
        };
        assert_eq!(format!("{mail:?}"), r#"Mail { to: "o***@example.com", .. }"#);
        assert_eq!(redacted("nonsense"), "n***@?");
        assert_eq!(redacted("\n@evil.example\r\nx"), "***@evil.examplex");
    }
}
