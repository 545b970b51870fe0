//! The settings: each by flag or environment, explained in `--help`, checked before anything starts.

mod web;

pub use web::{Web, check_public_url};

use crate::{Failure, console, web::is_for_this_machine_alone};
use clap::{Args, ValueEnum};
use domain::{
    answers::PlatformModel,
    mail::{MailSettings, Smtp},
};
use std::path::{Path, PathBuf};
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
    /// another model every source is read again in the background; until then it is searched with the one before, if
    /// that lies beside it.
    ///
    /// Default: parts/model-multilingual beside the data folder's default, which knows a hundred languages and wants
    /// some 200 MB; parts/model, which knows English, for small machines.
    #[arg(long, env = "OMNICHAT_MODEL_DIR", value_name = "FOLDER", default_value_os_t = default_model(), hide_default_value = true)]
    pub model_dir: PathBuf,
    /// Processor threads for one run of the model (1 to 64). More answer one question faster and leave
    /// less for everything else.
    #[arg(long, env = "OMNICHAT_MODEL_THREADS", value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub model_threads: u16,
}

/// How uploaded files are read.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Files")]
pub struct Files {
    /// The PDFium library, which reads PDFs in a process of its own. Without it they are refused.
    ///
    /// Default: the one in parts/pdfium beside the data folder's default.
    #[arg(long, env = "OMNICHAT_PDFIUM", value_name = "FILE", default_value_os_t = default_pdfium(), hide_default_value = true)]
    pub pdfium: PathBuf,
}

impl Files {
    /// The library by its whole path. When it is missing, the person at the terminal is told.
    ///
    /// # Errors
    /// When the current folder is not known.
    pub fn pdfium(&self) -> Result<Option<PathBuf>, Failure> {
        let library =
            std::path::absolute(&self.pdfium).map_err(Failure::system(format!("finding {}", self.pdfium.display())))?;
        if library.is_file() {
            return Ok(Some(library));
        }
        console::say(&format!(
            "PDFs are refused: there is no PDFium at {}. Run `cargo xtask setup`, or name libpdfium with OMNICHAT_PDFIUM.",
            library.display()
        ));
        Ok(None)
    }
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
    pub files: Files,
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

/// Root keeps things under /var/lib, where PostgreSQL's unprivileged user can reach them; others in the checkout.
fn default_folder(name: &str) -> PathBuf {
    // SAFETY: it only reads the process's user id.
    #[expect(unsafe_code, reason = "there is no safe call for the user id in the standard library")]
    let root = unsafe { libc::geteuid() } == 0;
    let base = if root { PathBuf::from("/var/lib/omnichat") } else { PathBuf::from(".omnichat") };
    base.join(name)
}

/// The multilingual model, and the English one where the parts are of a release that had no other.
fn default_model() -> PathBuf {
    let (multilingual, english) = (default_folder("parts/model-multilingual"), default_folder("parts/model"));
    if !multilingual.exists() && english.exists() { english } else { multilingual }
}

/// The library in the parts folder; its name carries the version.
fn default_library() -> PathBuf {
    let folder = default_folder("parts/onnxruntime");
    find_library(&folder).unwrap_or_else(|| folder.join("libonnxruntime.so"))
}

fn default_pdfium() -> PathBuf {
    let name = if cfg!(target_os = "macos") { "libpdfium.dylib" } else { "libpdfium.so" };
    default_folder("parts/pdfium").join(name)
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
    use super::{LanguageModel, Mail};
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
}
