//! TLS in this process, for those without a proxy: a certificate from files, taken anew when they change.

use crate::Failure;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// Longest time for a handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How often the files are looked at, when somebody connects.
const LOOK: Duration = Duration::from_secs(2);

/// A certificate with its key, as it is in its files.
#[derive(Debug)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    now: Mutex<Now>,
}

/// What is shown right now.
struct Now {
    config: Arc<ServerConfig>,
    /// The files that it was read from.
    stamp: Stamp,
    /// Files that cannot be used, so that this is said once.
    refused: Option<Stamp>,
    looked: Instant,
}

impl std::fmt::Debug for Now {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Now").field("stamp", &self.stamp).finish_non_exhaustive()
    }
}

/// When files were written, and how long they are.
type Stamp = [(Option<SystemTime>, u64); 2];

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// When one of them is missing or cannot be used; says which.
    pub fn open(certificate: &Path, key: &Path) -> Result<Self, Failure> {
        let stamp = stamp(certificate, key);
        let config = read(certificate, key)?;
        let now = Now { config, stamp, refused: None, looked: Instant::now() };
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), now: Mutex::new(now) })
    }

    /// Shakes hands. Connections that are open keep the certificate that they began with.
    ///
    /// # Errors
    /// When the other side wants something else, or is too slow.
    pub async fn accept<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S) -> io::Result<TlsStream<S>> {
        let acceptor = TlsAcceptor::from(self.current());
        tokio::time::timeout(HANDSHAKE, acceptor.accept(stream))
            .await
            .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no TLS handshake in time"))?
    }

    /// The newest certificate that can be used.
    fn current(&self) -> Arc<ServerConfig> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now.looked.elapsed() > LOOK {
            now.looked = Instant::now();
            self.renew(&mut now);
        }
        Arc::clone(&now.config)
    }

    fn renew(&self, now: &mut Now) {
        // Before the files are read: one that changes meanwhile is read once more.
        let stamp = stamp(&self.certificate, &self.key);
        if stamp == now.stamp {
            return;
        }
        match read(&self.certificate, &self.key) {
            Ok(config) => {
                tracing::info!(certificate = %self.certificate.display(), "the certificate has changed and is used");
                *now = Now { config, stamp, refused: None, looked: now.looked };
            }
            // One of two files may have been written already; the next look finds both.
            Err(failure) if now.refused != Some(stamp) => {
                tracing::error!(%failure, "the changed certificate cannot be used; the one before it stays");
                now.refused = Some(stamp);
            }
            Err(_) => {}
        }
    }
}

fn stamp(certificate: &Path, key: &Path) -> Stamp {
    [certificate, key].map(|file| {
        let metadata = fs::metadata(file);
        metadata.map_or((None, 0), |metadata| (metadata.modified().ok(), metadata.len()))
    })
}

fn read(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, Failure> {
    let unusable =
        |file: &Path, cause: String| Failure::advice(format!("{} of TLS cannot be used: {cause}", file.display()));
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
    let chain = chain.map_err(|error| unusable(certificate, format!("{error}; it must be a certificate in PEM")))?;
    if chain.is_empty() {
        return Err(unusable(certificate, "no certificate in PEM is in it".to_owned()));
    }
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| unusable(key, format!("{error}; it must be a private key in PEM, without a password")))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map_err(|error| unusable(certificate, format!("{error} (with the key in {})", key.display())))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
