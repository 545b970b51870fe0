//! One connection: through a socket in the file system, or over the network with TLS, see [`super::address`].

use super::address::{Address, Protection};
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use std::{path::Path, sync::LazyLock, time::Duration};
use tokio_postgres::NoTls;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Trusts what the system trusts; a private authority is added there or named by `SSL_CERT_FILE`.
static SYSTEM: LazyLock<MakeRustlsConnect> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    let (added, refused) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    tracing::debug!(added, refused, "certificates of the system");
    trusting(roots)
});

/// How long a connection lies idle until the network is asked whether it is still there.
const IDLE: Duration = Duration::from_secs(60);
/// How long what was sent may go unanswered by the network.
const UNANSWERED: Duration = Duration::from_secs(30);

/// Connects to the database at `url`, a URL or `key=value` pairs.
pub(super) async fn connect(url: &str) -> ConnectionResult<AsyncPgConnection> {
    let invalid = |error: &dyn std::fmt::Display| ConnectionError::InvalidConnectionUrl(error.to_string());
    let address = Address::parse(url).map_err(|error| invalid(&error))?;
    let protection = address.protection().map_err(|error| invalid(&error))?;
    let plain = address.for_us().map_err(|error| invalid(&error))?;
    let mut config: tokio_postgres::Config =
        plain.parse().map_err(|error: tokio_postgres::Error| invalid(&explain(&error)))?;
    // A connection may lie unused for hours, and the network in between forget it; a URL that says more is heeded.
    config.keepalives_idle(config.get_keepalives_idle().min(IDLE));
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNANSWERED);
    }
    match protection {
        Protection::None => {
            let (client, connection) = config.connect(NoTls).await.map_err(|error| bad(&error, false))?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await
        }
        Protection::Verified(authorities) => {
            let tls = match authorities {
                Some(file) => trusting(named_authorities(&file)?),
                None => SYSTEM.clone(),
            };
            let (client, connection) = config.connect(tls).await.map_err(|error| bad(&error, true))?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await
        }
    }
}

fn trusting(roots: RootCertStore) -> MakeRustlsConnect {
    MakeRustlsConnect::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

fn named_authorities(file: &Path) -> ConnectionResult<RootCertStore> {
    let unusable = |cause: String| {
        ConnectionError::InvalidConnectionUrl(format!(
            "sslrootcert names {}, which cannot be used: {cause}",
            file.display()
        ))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unusable(error.to_string()))? {
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
    }
    if roots.is_empty() { Err(unusable("no certificate is in it".to_owned())) } else { Ok(roots) }
}

fn bad(error: &tokio_postgres::Error, is_verified: bool) -> ConnectionError {
    let mut text = explain(error);
    if is_verified && text.contains("TLS") {
        text.push_str(
            ". Over a network the connection must be encrypted and the server's certificate be good for its name: set \
             up TLS there, name a private authority with sslrootcert=FILE, or say sslmode=disable in the address if \
             nobody else can reach the network in between",
        );
    }
    ConnectionError::BadConnection(text)
}

/// The error with its causes: "db error" alone helps nobody.
fn explain(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
