//! The command line. `omnichat <command> --help` is the documentation of the settings.

use crate::{
    Failure, admin,
    backup::{self, Lock, Unlock},
    config::{Mail, Model, Secret, Serve, Storage},
    extract, healthcheck, keys, secrets, seed, serve,
};
use clap::{Parser, Subcommand};
use std::{net::SocketAddr, path::PathBuf, time::Duration};
use types::accounts::NewApiKey;

/// Omnichat: a chat for your website that answers from your own content and
/// hands over to a person.
#[derive(Debug, Parser)]
#[command(name = "omnichat", version, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server: database, migrations, workers, HTTP and sockets.
    Serve(Box<Serve>),
    /// Bring the database schema up to date and stop. `serve` does it as well.
    Migrate {
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        storage: Storage,
    },
    /// Make the demo business with its users and knowledge, unless it exists.
    Seed {
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        settings: Box<Standalone>,
    },
    /// Write everything to one file. The server may go on working.
    Backup {
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        storage: Storage,
        /// The file to write. It must not exist yet.
        file: PathBuf,
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        lock: Lock,
    },
    /// Read a file of `backup` into the database. Stop the server first.
    Restore {
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        storage: Storage,
        /// A file that `omnichat backup` wrote.
        file: PathBuf,
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        unlock: Unlock,
        /// Replace what is in the database. Without it a database with a business in it is left alone.
        #[arg(long)]
        force: bool,
    },
    /// Encrypt stored secrets of businesses anew that were encrypted with an old secret key, and say how many.
    /// The server may go on working if it knows the same keys; twice does no harm.
    RotateSecrets {
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        storage: Storage,
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        secret: Secret,
        /// Make a new key in the data folder first, and forget the old one at the end. Stop the server first.
        /// Not with OMNICHAT_SECRET_KEY.
        #[arg(long)]
        new_key: bool,
    },
    /// Take the text out of one file: read it from standard input, write JSON. The server calls it for each upload.
    #[command(hide = true)]
    Extract {
        /// text, markdown, html, pdf, docx or csv.
        kind: String,
        /// The encoding of a web page, as its server said.
        #[arg(long)]
        charset: Option<String>,
        /// The library that reads PDFs.
        #[arg(long)]
        pdfium: Option<PathBuf>,
    },
    /// Cut one text into passages: read it from standard input, write JSON. The server calls it for long texts.
    #[command(hide = true)]
    Cut {
        /// markdown or blocks.
        form: String,
    },
    /// Read the table in one file: read it from standard input, write JSON. The server calls it for spreadsheets.
    #[command(hide = true)]
    Table {
        /// Rows at most.
        rows: usize,
    },
    /// Read the products in one file: read it from standard input, write JSON. The server calls it for each import.
    #[command(hide = true)]
    Products {
        /// What somebody said of the table, as JSON.
        choices: String,
    },
    /// Ask a running server whether it is well: exit code 0 when it is.
    Healthcheck {
        /// Address and port that the server listens on.
        #[arg(long, env = "OMNICHAT_LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDRESS:PORT")]
        listen: SocketAddr,
        /// The server's certificate, when it has one of its own.
        #[arg(long, env = "OMNICHAT_TLS_CERT", value_name = "FILE")]
        tls_cert: Option<PathBuf>,
    },
    /// Keys with which programs call Omnichat.
    ApiKey {
        /// What to do with keys.
        #[command(subcommand)]
        command: ApiKeyCommand,
    },
    /// Who runs the platform: sees every business on this server, opens, limits and suspends them. And help for
    /// who lost a second step at sign-in.
    Admin {
        /// What to do with platform admins.
        #[command(subcommand)]
        command: AdminCommand,
    },
}

/// What can be done with platform admins.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Let a user run the platform, who has confirmed the address and signs in with a second step. The server may
    /// go on working; it knows within seconds.
    Grant {
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        storage: Storage,
        /// The user's sign-in address.
        email: String,
    },
    /// Take it back. The server may go on working; what the user has open ends within seconds.
    Revoke {
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        storage: Storage,
        /// The user's sign-in address.
        email: String,
    },
    /// Take a lost second step at sign-in off a user, after you made sure who asks for it. It ends the user's
    /// sessions, is written in the audit log of their businesses, and is mailed to them. The password stays.
    /// The server may go on working.
    ClearSecondFactor {
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        storage: Storage,
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        secret: Secret,
        /// The user's sign-in address, which must have been confirmed.
        email: String,
    },
}

/// What can be done with API keys.
#[derive(Debug, Subcommand)]
pub enum ApiKeyCommand {
    /// Make a key and print it. It is shown this once. The server may go on working.
    Create {
        #[command(flatten)]
        #[expect(missing_docs, reason = "documentation here would replace the command's own help")]
        settings: Box<Standalone>,
        /// Short name of the business that the key is for. Default: the demo business.
        #[arg(long, value_name = "NAME")]
        business: Option<String>,
        /// What the key is for, to tell it from others.
        #[arg(long, default_value = "Command line")]
        name: String,
        /// What the key may do, such as chat or inbox.read; several are separated by commas.
        #[arg(long, value_name = "SCOPES", default_value = "chat", value_delimiter = ',')]
        scopes: Vec<types::accounts::Permission>,
        /// Days that the key is good for.
        #[arg(long, default_value_t = 365)]
        days: u32,
    },
}

/// What a command needs that uses the product without serving it.
#[derive(Clone, Debug, clap::Args)]
pub struct Standalone {
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
    pub mail: Mail,
    /// Address at which browsers reach the server, for what is printed.
    #[arg(long, env = "OMNICHAT_PUBLIC_URL", value_name = "URL", default_value = "http://127.0.0.1:3000")]
    pub public_url: String,
}

/// Time for what is being computed when the process ends.
const LAST_COMPUTING: Duration = Duration::from_secs(2);

/// Does what the command line says.
///
/// # Errors
/// Says what stands in the way and what to do.
pub fn run(command: Command) -> Result<(), Failure> {
    match command {
        // Before there are threads: their limits hold for the whole process.
        Command::Extract { kind, charset, pdfium } => extract::extract(&kind, charset, pdfium.as_deref()),
        Command::Cut { form } => extract::cut(&form),
        Command::Table { rows } => extract::table(rows),
        Command::Products { choices } => extract::products(&choices),
        command => run_with_threads(command),
    }
}

fn run_with_threads(command: Command) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::system("starting the runtime"))?;
    let done = runtime.block_on(async {
        match command {
            Command::Serve(settings) => Box::pin(serve::serve(*settings)).await,
            Command::Migrate { storage } => Box::pin(serve::migrate(&storage)).await,
            Command::Seed { settings } => Box::pin(seed::seed(*settings)).await,
            Command::Backup { storage, file, lock } => Box::pin(backup::backup(&storage, &file, &lock)).await,
            Command::Restore { storage, file, unlock, force } => {
                Box::pin(backup::restore(&storage, &file, &unlock, force)).await
            }
            Command::RotateSecrets { storage, secret, new_key } => {
                Box::pin(secrets::rotate_secrets(&storage, &secret, new_key)).await
            }
            // Done already, without threads.
            Command::Extract { .. } | Command::Cut { .. } | Command::Table { .. } | Command::Products { .. } => Ok(()),
            Command::Healthcheck { listen, tls_cert } => {
                let has_tls = tls_cert.is_some_and(|file| !file.as_os_str().is_empty());
                healthcheck::healthcheck(listen, has_tls).await
            }
            Command::ApiKey { command: ApiKeyCommand::Create { settings, business, name, scopes, days } } => {
                let new = NewApiKey { name, scopes: scopes.into_iter().collect(), days: Some(days) };
                Box::pin(keys::create(&settings.storage, &settings.secret, business.as_deref(), new)).await
            }
            Command::Admin { command: AdminCommand::Grant { storage, email } } => {
                Box::pin(admin::set(&storage, &email, true)).await
            }
            Command::Admin { command: AdminCommand::ClearSecondFactor { storage, secret, email } } => {
                Box::pin(admin::clear_second_factor(&storage, &secret, &email)).await
            }
            Command::Admin { command: AdminCommand::Revoke { storage, email } } => {
                Box::pin(admin::set(&storage, &email, false)).await
            }
        }
    });
    // What is being computed on threads of its own is stored nowhere yet, and would be waited for without an end.
    runtime.shutdown_timeout(LAST_COMPUTING);
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_setting_is_explained() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments().filter(|argument| argument.get_id() != "help") {
                assert!(argument.get_help().is_some(), "{} {} has no help", command.get_name(), argument.get_id());
            }
            assert!(command.get_about().is_some(), "{} has no description", command.get_name());
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
