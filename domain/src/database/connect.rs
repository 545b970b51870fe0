//! One connection: through a socket in the file system, or over the network
//! with TLS when the server speaks it or the address demands it (`sslmode`).

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use rustls::{ClientConfig, RootCertStore};
use std::{sync::LazyLock, time::Duration};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Trusts what the system trusts; a private authority is added there or named by `SSL_CERT_FILE`.
static TLS: LazyLock<MakeRustlsConnect> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    let (added, refused) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    tracing::debug!(added, refused, "certificates of the system");
    MakeRustlsConnect::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
});

/// How long a connection lies idle until the network is asked whether it is still there.
const IDLE: Duration = Duration::from_secs(60);
/// How long what was sent may go unanswered by the network.
const UNANSWERED: Duration = Duration::from_secs(30);

/// Connects to the database at `url`, a URL or `key=value` pairs.
pub(super) async fn connect(url: &str) -> ConnectionResult<AsyncPgConnection> {
    let mut config: tokio_postgres::Config =
        url.parse().map_err(|error: tokio_postgres::Error| ConnectionError::InvalidConnectionUrl(error.to_string()))?;
    // A connection may lie unused for hours, and the network in between forget it; a URL that says more is heeded.
    config.keepalives_idle(config.get_keepalives_idle().min(IDLE));
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNANSWERED);
    }
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
