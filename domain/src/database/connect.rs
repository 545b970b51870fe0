//! One connection: through a socket in the file system, or over the network
//! with TLS when the server speaks it or the address demands it (`sslmode`).

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use rustls::{ClientConfig, RootCertStore};
use std::sync::LazyLock;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Trusts what the system trusts; a private authority is added there or named by `SSL_CERT_FILE`.
static TLS: LazyLock<MakeRustlsConnect> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    let (added, refused) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    tracing::debug!(added, refused, "certificates of the system");
    MakeRustlsConnect::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
});

/// Connects to the database at `url`, a URL or `key=value` pairs.
pub(super) async fn connect(url: &str) -> ConnectionResult<AsyncPgConnection> {
    let config: tokio_postgres::Config =
        url.parse().map_err(|error: tokio_postgres::Error| ConnectionError::InvalidConnectionUrl(error.to_string()))?;
    let (client, connection) =
        config.connect(TLS.clone()).await.map_err(|error| ConnectionError::BadConnection(explain(&error)))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
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
