//! Sending through a mail server.

use super::{Mail, MailError, message::message};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::Mailbox,
    transport::smtp::{
        Error as SmtpError,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use percent_encoding::percent_decode_str;
use std::{fmt, net::IpAddr, time::Duration};
use uuid::Uuid;

/// Time for one mail, from connecting to the last word.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Why there can be no mailer: a sentence that says what to do, without the password.
#[derive(Debug, thiserror::Error)]
pub enum MailSetupError {
    /// The address of the server.
    #[error(
        "the SMTP URL {0}. It looks like smtps://user:password@mail.example.com:465, or smtp:// with STARTTLS; \
         write special characters of the password as %40 and the like"
    )]
    Url(&'static str),
    /// Whom mails come from.
    #[error(
        "the sender of mails \"{0}\" is no address. It looks like no-reply@example.com or Our Shop <no-reply@example.com>"
    )]
    From(String),
    /// The encryption.
    #[error("encrypted connections to the mail server are not possible: {0}")]
    Tls(String),
}

/// A mail server, checked.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
    from: Mailbox,
    patience: Duration,
    /// Certificates that are trusted besides the system's.
    trusted: Vec<Certificate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encryption {
    /// From the first byte.
    Full,
    /// After a greeting, or not at all.
    StartTls,
    /// None: the server is on this machine.
    Local,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

impl Smtp {
    /// Reads `smtps://user:password@host:465`, or `smtp://host:587`, which
    /// must offer STARTTLS unless it is on this machine.
    ///
    /// # Errors
    /// Says what is wrong, without the password.
    pub fn new(url: &str, from: &str) -> Result<Self, MailSetupError> {
        let url = reqwest::Url::parse(url.trim()).map_err(|_| MailSetupError::Url("cannot be read"))?;
        if url.query().is_some() || url.fragment().is_some() || !url.path().trim_matches('/').is_empty() {
            return Err(MailSetupError::Url("has something after the host and port"));
        }
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            return Err(MailSetupError::Url("has no host"));
        }
        let (encryption, port) = match url.scheme() {
            "smtps" => (Encryption::Full, 465),
            "smtp" if is_this_machine(&host) => (Encryption::Local, 25),
            "smtp" => (Encryption::StartTls, 587),
            _ => return Err(MailSetupError::Url("begins with neither smtps:// nor smtp://")),
        };
        let decode = |text: &str| {
            let text = percent_decode_str(text).decode_utf8().map_err(|_| MailSetupError::Url("cannot be read"))?;
            Ok(text.into_owned())
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            ("", Some(_)) => return Err(MailSetupError::Url("has a password but no user")),
            (_, None) => return Err(MailSetupError::Url("has a user but no password")),
            (user, Some(password)) => Some(Credentials::new(decode(user)?, decode(password)?)),
        };
        let from = from.trim();
        let sender: Mailbox = from.parse().map_err(|_| MailSetupError::From(from.to_owned()))?;
        let port = url.port().unwrap_or(port);
        Ok(Self { host, port, encryption, credentials, from: sender, patience: PATIENCE, trusted: Vec::new() })
    }

    /// The same, trusting the certificates of a PEM file besides the system's: for a mail server whose certificate
    /// was signed in the house. Encryption is then asked for on this machine too.
    ///
    /// # Errors
    /// When there is no certificate in it.
    pub fn trusting(self, pem: &[u8]) -> Result<Self, MailSetupError> {
        let unreadable = |_| MailSetupError::Tls("the file of certificates holds none in PEM form".to_owned());
        let trusted = Certificate::from_pem(pem).map_err(unreadable)?;
        let encryption = match self.encryption {
            Encryption::Local => Encryption::StartTls,
            other => other,
        };
        Ok(Self { trusted: vec![trusted], encryption, ..self })
    }

    /// The same with another time for one mail.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The line to a mail server.
pub(super) struct Line {
    server: Smtp,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.server.fmt(f)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Smtp { host, port, from, .. } = &self.server;
        write!(f, "sent through {host}, port {port}, as {from}")
    }
}

impl Line {
    pub(super) fn new(server: Smtp) -> Result<Self, MailSetupError> {
        let encrypted = || {
            let mut parameters = TlsParameters::builder(server.host.clone());
            for certificate in &server.trusted {
                parameters = parameters.add_root_certificate(certificate.clone());
            }
            parameters.build().map_err(|error| MailSetupError::Tls(error.to_string()))
        };
        let tls = match server.encryption {
            Encryption::Full => Tls::Wrapper(encrypted()?),
            Encryption::StartTls => Tls::Required(encrypted()?),
            Encryption::Local => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.as_str())
            .port(server.port)
            .tls(tls)
            .timeout(Some(server.patience))
            // The name of this machine is nobody's business.
            .hello_name(ClientId::Domain(server.from.email.domain().to_owned()));
        if let Some(credentials) = &server.credentials {
            builder = builder.credentials(credentials.clone());
        }
        let transport = builder.build();
        Ok(Self { server, transport })
    }

    pub(super) async fn send(&self, id: Uuid, mail: &Mail) -> Result<(), MailError> {
        let message = message(id, &self.server.from, mail)?;
        match tokio::time::timeout(self.server.patience, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(told(&error)),
            Err(_) => Err(MailError::Silent),
        }
    }
}

/// What the server said, by its codes alone: its words often have the address in them.
fn told(error: &SmtpError) -> MailError {
    if error.is_response() {
        return MailError::Unreachable("its answer is not SMTP".to_owned());
    }
    let Some(code) = error.status() else {
        return MailError::Unreachable(error.to_string());
    };
    let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let detail = words.split_whitespace().next().filter(|word| is_enhanced_code(word));
    let told = detail.map_or_else(|| code.to_string(), |detail| format!("{code} {detail}"));
    match code.to_string().as_str() {
        // Not about this mail: the operator can put it right.
        "530" | "534" | "535" | "538" => {
            MailError::Postponed(format!("{told}; check user and password of the SMTP URL"))
        }
        _ if error.is_permanent() => MailError::Refused(told),
        _ => MailError::Postponed(told),
    }
}

/// Such as `5.1.1`: why, in numbers.
fn is_enhanced_code(word: &str) -> bool {
    let mut parts = word.split('.');
    let number = |part: Option<&str>| {
        part.is_some_and(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
    };
    number(parts.next()) && number(parts.next()) && number(parts.next()) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "Our Shop <no-reply@example.com>";

    #[test]
    fn a_server_is_read_from_its_address() {
        let full = Smtp::new("smtps://shop%40example.com:p%40%2Fss@mail.example.com", FROM).unwrap();
        assert_eq!((full.host.as_str(), full.port, full.encryption), ("mail.example.com", 465, Encryption::Full));
        assert_eq!(full.credentials, Some(Credentials::new("shop@example.com".to_owned(), "p@/ss".to_owned())));
        let start = Smtp::new("smtp://mail.example.com/", "no-reply@example.com").unwrap();
        assert_eq!((start.port, start.encryption, start.credentials), (587, Encryption::StartTls, None));
        for local in ["smtp://localhost:2525", "smtp://127.0.0.1:2525", "smtp://[::1]:2525"] {
            let local = Smtp::new(local, FROM).unwrap();
            assert_eq!((local.port, local.encryption), (2525, Encryption::Local));
            Line::new(local).unwrap();
        }
        assert_eq!(Smtp::new("smtps://127.0.0.1:465", FROM).unwrap().encryption, Encryption::Full);
        assert_eq!(Smtp::new("smtp://127.0.0.1.example.com", FROM).unwrap().encryption, Encryption::StartTls);
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for wrong in [
            "mail.example.com:465",
            "https://u:hunter2@mail.example.com",
            "smtp://u:hunter2@mail.example.com/path",
            "smtp://u:hunter2@mail.example.com?tls=none",
            "smtp://hunter2@mail.example.com",
            "smtp://:hunter2@mail.example.com",
            "smtps://u:hunter2@",
            "",
        ] {
            let error = Smtp::new(wrong, FROM).unwrap_err().to_string();
            assert!(!error.contains("hunter2") && error.contains("smtps://user:password@"), "{wrong}: {error}");
        }
        for wrong in ["", "shop", "a@b, c@d", "Shop <no-reply@example.com>\r\nBcc: x@y.example"] {
            assert!(Smtp::new("smtp://localhost", wrong).is_err(), "{wrong} was taken");
        }
        let shown = format!("{:?}", Smtp::new("smtps://u:hunter2@mail.example.com", FROM).unwrap());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
