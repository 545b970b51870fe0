//! What the server takes when nothing happens: alone, and with many sockets.

use crate::{
    business::Business,
    client::Caller,
    machine::resident_memory,
    options::Scale,
    process::Server,
    report::{Report, Target},
    say,
    socket::Socket,
};
use anyhow::Result;
use futures::{StreamExt, TryStreamExt, stream};
use std::time::Duration;

const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// Memory of a fresh server, then with idle widget sockets.
///
/// # Errors
/// When the server refuses a socket.
pub async fn measure(server: &Server, business: &Business, scale: &Scale, report: &mut Report) -> Result<()> {
    say::heading("Memory and idle sockets");
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = resident_memory(server.process()) as f64;
    let sample = "fresh process after its first embedding, PostgreSQL not counted";
    report.add(
        "idle memory of the server with the model loaded",
        idle / MEBIBYTE,
        "MiB",
        Target::AtMost(250.0),
        sample,
    );

    let visitors = business.visitors(scale.sockets).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = resident_memory(server.process()) as f64;
    let sockets = open(&visitors).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let after = resident_memory(server.process()) as f64;
    let open = sockets.iter().filter(|socket| socket.is_open()).count();
    let each = (after - before) / open.max(1) as f64 / 1024.0;
    let sample = format!("{open} of {} widget sockets open, each of another visitor", scale.sockets);
    report.add("memory of an idle socket", each, "KiB", Target::AtMost(12.0), &sample);
    let name = format!("memory of the server with {} idle sockets", scale.sockets);
    report.add(name, after / MEBIBYTE, "MiB", Target::None, format!("{:.0} MiB before them", before / MEBIBYTE));
    drop(sockets);
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok(())
}

async fn open(visitors: &[Caller]) -> Result<Vec<Socket>> {
    let opening = stream::iter(visitors).map(|visitor| Socket::widget(visitor, |_, _| {}));
    opening.buffer_unordered(64).try_collect().await
}
