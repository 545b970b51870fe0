//! The settings: each by flag or environment, explained in `--help`, checked before anything starts.

use crate::{
    Failure,
    web::{Tls, is_for_this_machine_alone},
};
use clap::{Args, ValueEnum};
use domain::{
    answers::PlatformModel,
    mail::{MailSettings, Smtp},
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};
use types::answers::LlmPreset;

/// Where the data lives.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Data")]
pub struct Storage {
    /// Folder for everything that is kept: the private PostgreSQL, the secret key, the demo sign-in.
    ///
    /// Default: /var/lib/omnichat/data for root, .omnichat/data in the current folder for others.
    #[arg(long, env = "OMNICHAT_DATA_DIR", value_name = "FOLDER", default_value_os_t = default_folder("data"), hide_default_value = true)]
    pub data_dir: PathBuf,
    /// Folder of PostgreSQL (bin, lib, share) for the private database. Not used with DATABASE_URL.
    ///
    /// Default: parts/postgres beside the data folder's default.
    #[arg(long, env = "OMNICHAT_POSTGRES_DIR", value_name = "FOLDER", default_value_os_t = default_folder("parts/postgres"), hide_default_value = true)]
    pub postgres_dir: PathBuf,
    /// The user that the private PostgreSQL runs as when the server runs as root; PostgreSQL refuses to be root. It
    /// must be a user of its own, neither root nor nobody, and gets the data.
    ///
    /// Default: the owner of the data, else omnichat, which is made when it is missing.
    #[arg(long, env = "OMNICHAT_POSTGRES_USER", value_name = "NAME")]
    pub postgres_user: Option<String>,
    /// A PostgreSQL 15 or newer with pgvector 0.7 or newer to use instead of the private one, such as
    /// "postgres://omnichat:secret@db/omnichat". Over a network the connection is encrypted and the server's
    /// certificate checked; "?sslrootcert=FILE" names an authority that the system does not know, and only
    /// "?sslmode=disable" does without. Better in the environment than in the command line, which others on the
    /// machine can read. Whoever this signs in, queries run as the role omnichat_app,
    /// which owns nothing and is bound by row level security. The first start makes that role, so it needs
    /// CREATEROLE, here or in DATABASE_OWNER_URL.
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The same database as the role that owns the tables, for migrations, backup and restore.
    ///
    /// Default: DATABASE_URL.
    #[arg(long, env = "DATABASE_OWNER_URL", value_name = "URL", hide_env_values = true, requires = "database_url")]
    pub database_owner_url: Option<String>,
    /// Connections to the database that are held at most (2 to 500).
    #[arg(long, env = "OMNICHAT_DATABASE_CONNECTIONS", value_name = "NUMBER", default_value_t = 16, value_parser = clap::value_parser!(u16).range(2..=500))]
    pub database_connections: u16,
}

/// The embedding model, which runs in this process.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Embedding model")]
pub struct Model {
    /// The ONNX Runtime library, 1.24 or newer.
    ///
    /// Default: the one in parts/onnxruntime beside the data folder's default.
    #[arg(long, env = "OMNICHAT_ONNXRUNTIME", value_name = "FILE", default_value_os_t = default_library(), hide_default_value = true)]
    pub onnxruntime: PathBuf,
    /// Folder of the model: model.onnx, tokenizer.json, config.json, special_tokens_map.json,
    /// tokenizer_config.json. Any model that makes vectors of 384 numbers. What its own files do not say can be said
    /// in omnichat.json: name, pooling ("mean" or "cls"), query_prefix, passage_prefix, max_tokens. With
    /// another model every source is read again.
    ///
    /// Default: parts/model beside the data folder's default.
    #[arg(long, env = "OMNICHAT_MODEL_DIR", value_name = "FOLDER", default_value_os_t = default_folder("parts/model"), hide_default_value = true)]
    pub model_dir: PathBuf,
    /// Processor threads for one run of the model (1 to 64). More answer one question faster and leave
    /// less for everything else.
    #[arg(long, env = "OMNICHAT_MODEL_THREADS", value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub model_threads: u16,
}

/// The key that signs sign-ins and locks stored secrets.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Secrets")]
pub struct Secret {
    /// Secret key, 64 hexadecimal digits. It signs sessions and encrypts the keys that businesses store.
    /// Several servers on one database need the same.
    ///
    /// Default: made once and kept in the data folder, readable by its owner alone.
    #[arg(long, env = "OMNICHAT_SECRET_KEY", value_name = "HEX", hide_env_values = true)]
    pub secret_key: Option<String>,
    /// Secret keys of the past (8 at most), separated by commas. What they signed and encrypted is still good;
    /// nothing new is made with them. `omnichat rotate-secrets` encrypts everything anew.
    #[arg(
        long,
        env = "OMNICHAT_OLD_SECRET_KEYS",
        value_name = "HEX,HEX",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub old_secret_keys: Vec<String>,
}

/// How mails are sent: confirmations, invitations, new passwords.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Mail")]
pub struct Mail {
    /// The mail server, such as "smtps://user:password@mail.example.com:465", or "smtp://…:587", which must
    /// offer STARTTLS unless it is on this machine. Special characters of the password as %40 and the like.
    ///
    /// Default: none; mails are kept in the folder "mailbox" in the data folder, the newest 500.
    #[arg(long, env = "OMNICHAT_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Whom mails come from, such as "no-reply@example.com" or "Our Shop <no-reply@example.com>". Needed with
    /// --smtp-url.
    #[arg(long, env = "OMNICHAT_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// A PEM file with the certificate that the mail server's is signed with, when the system does not know it.
    #[arg(long, env = "OMNICHAT_SMTP_CA", value_name = "FILE")]
    pub smtp_ca: Option<PathBuf>,
}

impl Mail {
    /// The settings, checked.
    ///
    /// # Errors
    /// When the mail server or the sender cannot be understood.
    pub fn settings(&self, data_dir: &Path) -> Result<MailSettings, Failure> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let Some(url) = given(&self.smtp_url) else {
            return Ok(MailSettings::Mailbox(data_dir.join("mailbox")));
        };
        let from = given(&self.mail_from).ok_or_else(|| {
            Failure::advice(
                "a mail server is set, but not whom mails come from: set OMNICHAT_MAIL_FROM or --mail-from, \
                 such as no-reply@example.com",
            )
        })?;
        let mut smtp = Smtp::new(&url, &from)?;
        if let Some(file) = self.smtp_ca.as_ref().filter(|file| !file.as_os_str().is_empty()) {
            let pem = std::fs::read(file).map_err(|error| {
                Failure::advice(format!("the certificate {} of --smtp-ca cannot be read: {error}", file.display()))
            })?;
            smtp = smtp.trusting(&pem)?;
        }
        Ok(MailSettings::Smtp(smtp))
    }
}

/// A language model that businesses may use without one of their own.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Language model")]
pub struct LanguageModel {
    /// Base URL of an OpenAI-compatible service, such as "https://api.groq.com/openai/v1". A business that has
    /// switched it on may use it; what it costs is yours. Default: none.
    #[arg(long, env = "OMNICHAT_LLM_BASE_URL", value_name = "URL")]
    pub llm_base_url: Option<String>,
    /// The model's name there. Default for Groq and OpenAI: the one that businesses are offered.
    #[arg(long, env = "OMNICHAT_LLM_MODEL", value_name = "NAME")]
    pub llm_model: Option<String>,
    /// Its key; a server of your own may need none.
    #[arg(long, env = "OMNICHAT_LLM_KEY", value_name = "KEY", hide_env_values = true)]
    pub llm_key: Option<String>,
}

impl LanguageModel {
    /// The model, checked; none when no address is set.
    ///
    /// # Errors
    /// When the model's name is missing.
    pub fn settings(&self) -> Result<Option<PlatformModel>, Failure> {
        let given =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let Some(base_url) = given(&self.llm_base_url) else { return Ok(None) };
        let base_url = base_url.trim_end_matches('/').to_owned();
        let offered = LlmPreset::of(&base_url).model();
        let model = given(&self.llm_model).or_else(|| (!offered.is_empty()).then(|| offered.to_owned())).ok_or_else(|| {
            Failure::advice(
                "OMNICHAT_LLM_BASE_URL is set, but not which model to use there: set OMNICHAT_LLM_MODEL or --llm-model",
            )
        })?;
        Ok(Some(PlatformModel { base_url, model, key: given(&self.llm_key).unwrap_or_default() }))
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Settings of `omnichat serve`.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
    pub storage: Storage,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
    pub model: Model,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
    pub secret: Secret,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
    pub web: Web,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
    pub mail: Mail,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
    pub language_model: LanguageModel,
    /// How log lines look.
    #[arg(long, env = "OMNICHAT_LOG_FORMAT", value_enum, default_value = "text", help_heading = "Log")]
    pub log_format: LogFormat,
    /// What is logged: error, warn, info, debug or trace, also by module ("info,server::web=debug").
    #[arg(long, env = "OMNICHAT_LOG", value_name = "FILTER", default_value = "info", help_heading = "Log")]
    pub log: String,
    /// Make the demo business with a demo shop at /shop, unless it exists, and print its sign-in. Its owner
    /// becomes a platform admin, who needs a second step at sign-in like any other unless both the listen address
    /// and the public URL are of this machine alone. Without a mail server, /mailbox shows mails to a browser on
    /// this machine.
    #[arg(long, env = "OMNICHAT_DEMO")]
    pub demo: bool,
    /// Hosts that language models and companies' sign-in may be on although their address is private, separated by
    /// commas, such as "localhost:11434,login.internal". A host alone is its ports 80 and 443, "localhost:*" every
    /// port. Websites to be read are never among them.
    #[arg(long, env = "OMNICHAT_ALLOW_PRIVATE_HOSTS", value_name = "HOSTS", value_delimiter = ',')]
    pub allow_private_hosts: Vec<String>,
    /// Hosts whose websites are read although their address is private, to try the crawler on this machine. Refused
    /// where others can reach the server.
    #[arg(long, value_name = "HOSTS", value_delimiter = ',', hide = true)]
    pub crawl_private_hosts: Vec<String>,
}

impl Serve {
    /// Private hosts that are crawled, on a server that is for this machine alone.
    ///
    /// # Errors
    /// When others can reach the server: whoever has an account could read what is in its network.
    pub fn crawl_private_hosts(&self, public_url: &str) -> Result<Vec<String>, Failure> {
        let is_alone = is_for_this_machine_alone(self.web.listen, public_url, self.web.behind_proxy);
        if self.crawl_private_hosts.is_empty() || is_alone {
            return Ok(self.crawl_private_hosts.clone());
        }
        Err(Failure::advice(
            "--crawl-private-hosts is for developing on this machine: it works only where --listen and --public-url \
             are addresses of this machine, such as 127.0.0.1:3000 and http://127.0.0.1:3000, and without \
             --behind-proxy",
        ))
    }
}

/// What the web server does and how much of it.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Web")]
pub struct Web {
    /// Address and port to listen on. Use 0.0.0.0:3000 to be reached from other machines.
    #[arg(long, env = "OMNICHAT_LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
    /// Address at which browsers reach this server, such as "https://chat.example.com". It is part of the
    /// snippet that businesses paste into their pages.
    ///
    /// Default: http://, or https:// with a certificate, and the listen address.
    #[arg(long, env = "OMNICHAT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// A PEM file with the certificate and those between it and its authority: browsers then connect with TLS, and
    /// no proxy is needed. Looked at again when it changes, without a restart.
    #[arg(long, env = "OMNICHAT_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The PEM file with the certificate's private key.
    #[arg(long, env = "OMNICHAT_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Take the visitor's address from the last entry of X-Forwarded-For. Only behind a proxy that sets it.
    #[arg(long, env = "OMNICHAT_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// Connections that are open at once, sockets included (16 to 1,000,000). More have to wait.
    #[arg(long, env = "OMNICHAT_CONNECTIONS", value_name = "NUMBER", default_value_t = 25_000, value_parser = clap::value_parser!(u32).range(16..=1_000_000))]
    pub connections: u32,
    /// Connections of one network (an IPv4 address, or a /64 of IPv6); the /24 or /48 around it may have four times
    /// as many. Behind a proxy these are the requests and sockets of the network that the proxy names, all together a
    /// sixteenth less than --connections. When all are taken, the network with the most of them loses one to a
    /// newcomer. 0 for no limit, and no share of the requests that are worked on at once.
    ///
    /// Default: an eighth of --connections, 64 at least.
    #[arg(long, env = "OMNICHAT_NETWORK_CONNECTIONS", value_name = "NUMBER")]
    pub network_connections: Option<u32>,
    /// Sockets that one business has open at once, visitors and agents together (1 to 1,000,000).
    #[arg(long, env = "OMNICHAT_TENANT_SOCKETS", value_name = "NUMBER", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub tenant_sockets: u32,
    /// Sockets that one network has open at once with one business. 0 for no limit.
    ///
    /// Default: a tenth of --tenant-sockets, 200 at least.
    #[arg(long, env = "OMNICHAT_NETWORK_SOCKETS", value_name = "NUMBER")]
    pub network_sockets: Option<u32>,
    /// Megabytes of what is being sent that are held in memory at once (64 to 65,536), of which each network and
    /// each business has a share. 0 for no limit.
    #[arg(long, env = "OMNICHAT_BODY_MEGABYTES", value_name = "NUMBER", default_value_t = 128, value_parser = body_megabytes)]
    pub body_megabytes: u32,
    /// Requests that are worked on at once (8 to 100,000). More are asked to come back a moment later: waiting
    /// would make everybody slow.
    #[arg(long, env = "OMNICHAT_REQUESTS_AT_ONCE", value_name = "NUMBER", default_value_t = 256, value_parser = clap::value_parser!(u32).range(8..=100_000))]
    pub requests_at_once: u32,
    /// Requests a minute from one address to what needs no sign-in: the widget's calls, signing in,
    /// registering, the API without a good key. 0 for no limit, of visits and bad credentials neither.
    #[arg(long, env = "OMNICHAT_REQUESTS_PER_MINUTE", value_name = "NUMBER", default_value_t = 3_000)]
    pub requests_per_minute: u32,
    /// Requests a minute with one API key, or with one user's access token. 0 for no limit.
    #[arg(long, env = "OMNICHAT_KEY_REQUESTS_PER_MINUTE", value_name = "NUMBER", default_value_t = 600)]
    pub key_requests_per_minute: u32,
    /// Requests a minute of all programs of one business, unless it has a limit of its own. 0 for no
    /// limit at all.
    #[arg(long, env = "OMNICHAT_TENANT_REQUESTS_PER_MINUTE", value_name = "NUMBER", default_value_t = 6_000)]
    pub tenant_requests_per_minute: u32,
    /// Messages a minute of one visitor. 0 for no limit.
    #[arg(long, env = "OMNICHAT_VISITOR_MESSAGES_PER_MINUTE", value_name = "NUMBER", default_value_t = 60)]
    pub visitor_messages_per_minute: u32,
    /// Conversations a minute that visitors begin with one business, from wherever they come: each may
    /// cost it money. 0 for no limit, of one network neither.
    #[arg(long, env = "OMNICHAT_NEW_CONVERSATIONS_PER_MINUTE", value_name = "NUMBER", default_value_t = 300)]
    pub new_conversations_per_minute: u32,
    /// Conversations a minute that one network begins with one business, twice as many at once; the /24 or /48 around
    /// it may begin four times as many. 0 for no limit.
    #[arg(long, env = "OMNICHAT_NETWORK_CONVERSATIONS_PER_MINUTE", value_name = "NUMBER", default_value_t = 10)]
    pub network_conversations_per_minute: u32,
    /// Visits a minute that one network begins: each new visitor begins one. 0 for no limit.
    #[arg(long, env = "OMNICHAT_VISITS_PER_MINUTE", value_name = "NUMBER", default_value_t = 120)]
    pub visits_per_minute: u32,
    /// Keys, tokens and cookies a minute of one network that are not good; then the database is not asked about the
    /// next ones. 0 for no limit.
    #[arg(long, env = "OMNICHAT_BAD_CREDENTIALS_PER_MINUTE", value_name = "NUMBER", default_value_t = 120)]
    pub bad_credentials_per_minute: u32,
    /// Seconds that a request may take (1 to 600).
    #[arg(long, env = "OMNICHAT_REQUEST_SECONDS", value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=600))]
    pub request_seconds: u16,
    /// Seconds that requests and jobs get to finish when the server is told to stop (0 to 600).
    #[arg(long, env = "OMNICHAT_SHUTDOWN_SECONDS", value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(0..=600))]
    pub shutdown_seconds: u16,
}

impl Web {
    /// The address for browsers, checked and without a slash at its end.
    ///
    /// # Errors
    /// When it is no address of a web server.
    pub fn public_url(&self) -> Result<String, Failure> {
        match &self.public_url {
            Some(url) => check_public_url(url),
            None => {
                let scheme = if given_file(self.tls_cert.as_ref()).is_some() { "https" } else { "http" };
                let host = if self.listen.ip().is_unspecified() {
                    format!("localhost:{}", self.listen.port())
                } else {
                    self.listen.to_string()
                };
                Ok(format!("{scheme}://{host}"))
            }
        }
    }

    /// The certificate that the server shows, read; none when no file is set.
    ///
    /// # Errors
    /// When one of the two files is missing or cannot be used.
    pub fn tls(&self) -> Result<Option<Tls>, Failure> {
        match (given_file(self.tls_cert.as_ref()), given_file(self.tls_key.as_ref())) {
            (None, None) => Ok(None),
            (Some(cert), Some(key)) => Ok(Some(Tls::open(cert, key)?)),
            _ => Err(Failure::advice(
                "TLS needs a certificate and its key: set both OMNICHAT_TLS_CERT and OMNICHAT_TLS_KEY, or neither",
            )),
        }
    }
}

/// A setting without words in it is none.
fn given_file(file: Option<&PathBuf>) -> Option<&Path> {
    file.map(PathBuf::as_path).filter(|file| !file.as_os_str().is_empty())
}

/// Less than 64 would not take one upload.
fn body_megabytes(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(number @ (0 | 64..=65_536)) => Ok(number),
        _ => Err("a number from 64 to 65536, or 0 for no limit".to_owned()),
    }
}

/// Checks an address for browsers and takes the slash off its end.
///
/// # Errors
/// When it is no address of a web server.
pub fn check_public_url(url: &str) -> Result<String, Failure> {
    let url = url.trim().trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if host.is_empty() || !host.bytes().all(plain) {
        return Err(Failure::advice(format!(
            "the public URL \"{url}\" must be http:// or https:// with a host and nothing after it, such as https://chat.example.com"
        )));
    }
    Ok(url.to_owned())
}

/// Root keeps things under /var/lib, where PostgreSQL's unprivileged user can reach them; others in the checkout.
fn default_folder(name: &str) -> PathBuf {
    // SAFETY: it only reads the process's user id.
    #[expect(unsafe_code, reason = "there is no safe call for the user id in the standard library")]
    let root = unsafe { libc::geteuid() } == 0;
    let base = if root { PathBuf::from("/var/lib/omnichat") } else { PathBuf::from(".omnichat") };
    base.join(name)
}

/// The library in the parts folder; its name carries the version.
fn default_library() -> PathBuf {
    let folder = default_folder("parts/onnxruntime");
    find_library(&folder).unwrap_or_else(|| folder.join("libonnxruntime.so"))
}

fn find_library(folder: &Path) -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libonnxruntime.")))
        .collect();
    found.sort();
    found.pop()
}

#[cfg(test)]
mod tests {
    use super::{LanguageModel, Mail, check_public_url};
    use clap::Parser as _;
    use std::path::Path;

    #[test]
    fn a_mail_server_needs_a_sender() {
        let settings = |url: Option<&str>, from: Option<&str>| {
            let mail = Mail { smtp_url: url.map(str::to_owned), mail_from: from.map(str::to_owned), smtp_ca: None };
            mail.settings(Path::new("/data")).map(|settings| format!("{settings:?}")).map_err(|error| error.to_string())
        };
        assert_eq!(settings(None, None).unwrap(), r#"Mailbox("/data/mailbox")"#);
        assert_eq!(settings(Some(" "), Some("a@example.com")).unwrap(), r#"Mailbox("/data/mailbox")"#);
        let url = Some("smtps://u:hunter2@mail.example.com");
        assert!(settings(url, None).unwrap_err().contains("OMNICHAT_MAIL_FROM"));
        assert!(settings(url, Some("nobody")).unwrap_err().contains("no-reply@example.com"));
        assert!(!settings(url, Some("a@example.com")).unwrap().contains("hunter2"));
    }

    #[test]
    fn a_language_model_needs_a_name_where_none_is_known() {
        let settings = |url: &str, model: &str| {
            let given = |text: &str| Some(text.to_owned());
            LanguageModel { llm_base_url: given(url), llm_model: given(model), llm_key: given("gsk_secret") }.settings()
        };
        assert!(settings(" ", "m").unwrap().is_none());
        let groq = settings("https://api.groq.com/openai/v1/", "").unwrap().unwrap();
        assert_eq!(groq.model, "llama-3.3-70b-versatile");
        assert!(!format!("{groq:?}").contains("secret"));
        assert!(settings("https://llm.example/v1", "").unwrap_err().to_string().contains("OMNICHAT_LLM_MODEL"));
    }

    #[test]
    fn private_sites_are_read_on_this_machine_alone() {
        let settings = |arguments: &[&str]| {
            let start = ["omnichat", "serve", "--crawl-private-hosts", "127.0.0.1:8080"];
            let parsed = crate::cli::Cli::try_parse_from(start.iter().chain(arguments)).unwrap();
            let crate::cli::Command::Serve(serve) = parsed.command else { panic!("another command") };
            serve.crawl_private_hosts(&serve.web.public_url().unwrap()).is_ok()
        };
        assert!(settings(&[]) && settings(&["--public-url", "http://localhost:3000"]));
        assert!(!settings(&["--listen", "0.0.0.0:3000"]));
        assert!(!settings(&["--public-url", "https://chat.example.com"]));
    }

    #[test]
    fn a_public_url_is_checked() {
        assert_eq!(check_public_url(" https://chat.example.com/ ").unwrap(), "https://chat.example.com");
        assert_eq!(check_public_url("http://[::1]:3000").unwrap(), "http://[::1]:3000");
        for wrong in ["", "chat.example.com", "ftp://x", "https://", "https://a/b", "https://a?b", "https://a\"b"] {
            assert!(check_public_url(wrong).is_err(), "{wrong} was taken");
        }
    }
}
