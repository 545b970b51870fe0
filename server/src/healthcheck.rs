//! `omnichat healthcheck`: for containers, whose images carry no other client.

use crate::{Failure, console};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

/// Asks the server on this machine whether it is alive, over TLS when it has a certificate of its own.
///
/// # Errors
/// When it is not.
pub async fn healthcheck(listen: SocketAddr, tls: bool) -> Result<(), Failure> {
    let url = format!("{}://{}/healthz", if tls { "https" } else { "http" }, reachable(listen));
    // This machine's address is not the name in the certificate, and nothing is said to whoever answers.
    let client = reqwest::Client::builder().tls_danger_accept_invalid_certs(true);
    let client = client.timeout(Duration::from_secs(5)).no_proxy().build();
    let answer = match client {
        Ok(client) => client.get(&url).send().await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) if answer.status().is_success() => {
            console::say("The server is well.");
            Ok(())
        }
        Ok(answer) => Err(Failure::advice(format!("{url} answered {}; look at the server's log", answer.status()))),
        Err(error) => Err(Failure::advice(format!(
            "no server answers at {url} ({error}). Start it with `omnichat serve`, or name its address with --listen"
        ))),
    }
}

/// A server that listens on every address is asked on this machine's own.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
