//! Connections to a database over a network: encrypted, to a server that proves its name, or not at all. The server
//! here is a twin that speaks PostgreSQL's first words and TLS, and passes the rest to the tests' PostgreSQL.

use crate::{
    certificates::Certificate,
    cluster::{cluster, folder},
};
use domain::{
    database::{Db, migrate},
    events::Hub,
};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, UnixStream},
};
use tokio_rustls::TlsAcceptor;

const NAME: &str = "db.example.com";

/// What the twin has heard that was not encrypted, beyond the question for TLS.
type Overheard = Arc<AtomicUsize>;

/// Answers on a port; without an acceptor it speaks no TLS.
async fn twin(acceptor: Option<TlsAcceptor>, socket: PathBuf) -> (u16, Overheard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let overheard = Overheard::default();
    let heard = overheard.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (acceptor, socket, heard) = (acceptor.clone(), socket.clone(), heard.clone());
            tokio::spawn(async move {
                let mut question = [0; 8];
                if stream.read_exact(&mut question).await.is_err() {
                    return;
                }
                if question[4..] != 80_877_103_u32.to_be_bytes() {
                    // What begins without TLS is not answered.
                    heard.fetch_add(1, Ordering::SeqCst);
                    return;
                }
                let Some(acceptor) = acceptor else {
                    stream.write_all(b"N").await.unwrap();
                    let mut rest = Vec::new();
                    let _reset = stream.read_to_end(&mut rest).await;
                    heard.fetch_add(rest.len(), Ordering::SeqCst);
                    return;
                };
                stream.write_all(b"S").await.unwrap();
                if let Ok(mut tls) = acceptor.accept(stream).await {
                    let mut database = UnixStream::connect(socket).await.unwrap();
                    let _ended = copy_bidirectional(&mut tls, &mut database).await;
                }
            });
        }
    });
    (port, overheard)
}

#[tokio::test(flavor = "multi_thread")]
async fn over_a_network_the_server_proves_its_name_or_nothing_is_said() {
    let database = cluster().empty_database().await;
    let part = |key: &str| {
        let found = database.owner_url.split(' ').find_map(|pair| pair.strip_prefix(key)).unwrap();
        found.trim_matches('\'').to_owned()
    };
    let (socket, name) = (PathBuf::from(part("host=")).join(".s.PGSQL.5432"), part("dbname="));
    let certificate = Certificate::make(&folder(), "database", NAME);
    let authority = format!("sslrootcert='{}'", certificate.certificate.display());
    let (port, _) = twin(Some(certificate.acceptor()), socket.clone()).await;
    let address = |host: &str, more: &str| {
        format!("host={host} hostaddr=127.0.0.1 port={port} user=omnichat_owner password=hunter2 dbname={name} {more}")
    };

    migrate(&address(NAME, &authority)).await.unwrap();
    let url = address(NAME, &format!("{authority} sslmode=verify-full"));
    let db = Db::new(&url, 1, Hub::default()).unwrap();
    db.ping().await.unwrap();

    // An authority that nobody knows, and a certificate of another name, whatever the mode says.
    for (host, more) in [
        (NAME, ""),
        (NAME, "sslmode=prefer"),
        (NAME, "sslmode=require"),
        ("other.example.com", authority.as_str()),
        ("other.example.com", &format!("{authority} sslmode=verify-ca")),
    ] {
        let refused = migrate(&address(host, more)).await.expect_err(more).to_string();
        assert!(refused.contains("sslrootcert=FILE") && !refused.contains("hunter2"), "{host} {more}: {refused}");
    }
    for (more, said) in [("sslrootcert=/nowhere.pem", "/nowhere.pem"), ("sslmode=maybe", "verify-full")] {
        let refused = migrate(&address(NAME, more)).await.expect_err(more).to_string();
        assert!(refused.contains(said) && !refused.contains("hunter2"), "{more}: {refused}");
    }

    // One that speaks no TLS hears nothing at all; unless the address says so in words.
    let (port, overheard) = twin(None, socket).await;
    let address = |more: &str| format!("postgres://ann:hunter2@{NAME}:{port}/chat?hostaddr=127.0.0.1{more}");
    for more in ["", "&sslmode=prefer", "&sslmode=allow", "&sslmode=require"] {
        let refused = migrate(&address(more)).await.expect_err(more).to_string();
        assert!(refused.contains("sslmode=disable"), "{more}: {refused}");
        assert_eq!(overheard.load(Ordering::SeqCst), 0, "{more}: something was said in clear");
    }
    migrate(&address("&sslmode=disable")).await.unwrap_err();
    assert!(overheard.load(Ordering::SeqCst) > 0, "it was not even tried without TLS");
}
