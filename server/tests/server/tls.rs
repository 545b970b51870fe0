//! TLS in the process: a certificate from files, exchanged while it serves.

use crate::{
    certificates::Certificate,
    commands::{Folder, Running, free_port, words},
};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

const NAME: &str = "chat.example.com";

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_from_files_is_shown_and_exchanged_without_a_restart() {
    let folder = Folder::new("tls");
    let first = Certificate::make(&folder.0, "server", NAME);
    let port = free_port();
    let (certificate, key) = (first.certificate.to_str().unwrap(), first.key.to_str().unwrap());
    let tls = ["--tls-cert", certificate, "--tls-key", key];
    let public = format!("--public-url=https://{NAME}");
    let server = Running::start(&folder, port, &[&tls[..], &[public.as_str()]].concat());
    let url = format!("https://{NAME}:{port}/healthz");

    let old = first.client(NAME, port);
    let answer = old.get(&url).send().await.unwrap();
    assert!(answer.status().is_success());
    assert!(answer.headers().contains_key("strict-transport-security"), "{:?}", answer.headers());
    let health = folder.run(&["healthcheck", "--listen", &format!("127.0.0.1:{port}"), "--tls-cert", certificate]);
    assert!(health.status.success(), "{}", words(&health));

    // Nothing is said without TLS, and who is silent holds nobody up.
    let mut plain = TcpStream::connect(("127.0.0.1", port)).unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut said = Vec::new();
    let _reset = plain.read_to_end(&mut said);
    assert!(!String::from_utf8_lossy(&said).contains("HTTP"), "{said:?}");
    let silent: Vec<TcpStream> = (0..50).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    assert!(old.get(&url).send().await.unwrap().status().is_success());
    drop(silent);

    // A half-written pair changes nothing; the whole one is used.
    let whole = fs::read(&first.key).unwrap();
    let second = Certificate::make(&folder.0, "next", NAME);
    fs::copy(&second.certificate, &first.certificate).unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(fs::read(&first.key).unwrap(), whole);
    assert!(old.get(&url).send().await.unwrap().status().is_success(), "a certificate without its key was taken");
    fs::copy(&second.key, &first.key).unwrap();
    let (new, began) = (second.client(NAME, port), Instant::now());
    while new.get(&url).send().await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "the new certificate is not used");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(old.get(&url).send().await.is_err(), "the old certificate is still shown");
    drop(server);
}

#[test]
fn half_a_setting_or_a_wrong_file_is_named() {
    let folder = Folder::new("tls-settings");
    let made = Certificate::make(&folder.0, "one", NAME);
    let other = Certificate::make(&folder.0, "two", NAME);
    let (certificate, key) = (made.certificate.to_str().unwrap(), made.key.to_str().unwrap());
    let serve = |arguments: &[&str]| {
        let listen = format!("127.0.0.1:{}", free_port());
        let output = folder.command("serve").args(["--listen", &listen]).args(arguments).output().unwrap();
        assert!(!output.status.success());
        words(&output)
    };
    assert!(serve(&["--tls-cert", certificate]).contains("OMNICHAT_TLS_KEY"));
    assert!(serve(&["--tls-cert", key, "--tls-key", key]).contains("one.key"));
    assert!(serve(&["--tls-cert", certificate, "--tls-key", certificate]).contains("private key"));
    let mixed = serve(&["--tls-cert", certificate, "--tls-key", other.key.to_str().unwrap()]);
    assert!(mixed.contains("two.key"), "{mixed}");
}
