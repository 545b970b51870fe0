//! Bytes on the wire: what the server really sends to a browser.

use crate::{
    business::Business,
    client::Caller,
    process::Server,
    report::{Report, Target},
    say,
};
use anyhow::{Context, Result};
use std::{fs, path::Path};

/// Bytes with each encoding.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Fetches the loader and both bundles in every encoding.
///
/// # Errors
/// When the site is not built, or the server does not serve it.
pub async fn measure(server: &Server, business: &Business, site: &Path, report: &mut Report) -> Result<()> {
    say::heading("Bytes on the wire");
    let manifest = site.join("manifest.json");
    let Ok(manifest) = fs::read_to_string(&manifest) else {
        say::line(format!("  not measured: there is no {}; run `cargo xtask build` first", manifest.display()));
        return Ok(());
    };
    let manifest: serde_json::Value = serde_json::from_str(&manifest)?;
    let path = |key: &str| {
        let path = manifest.get(key).and_then(|value| value.as_str());
        path.map(str::to_owned).with_context(|| format!("the manifest names no {key}"))
    };
    let browser = Caller::browser(&server.url)?;
    let loader = size(&browser, &[format!("/w/{}.js", business.widget)]).await?;
    let widget = size(&browser, &[path("widget_js")?, path("widget_wasm")?]).await?;
    let dashboard = size(&browser, &[path("app_js")?, path("app_wasm")?, path("app_css")?]).await?;
    let opened =
        Size { raw: loader.raw + widget.raw, gzip: loader.gzip + widget.gzip, brotli: loader.brotli + widget.brotli };
    let mut add = |name: &str, size: Size, target: Target| {
        let sample = format!("brotli; {} raw, {} gzip", kilobytes(size.raw), kilobytes(size.gzip));
        report.add(name, size.brotli as f64 / 1000.0, "KB", target, sample);
    };
    add("snippet before it is opened (loader)", loader, Target::AtMost(5.0));
    add("opened messenger (loader, JS, WASM)", opened, Target::AtMost(110.0));
    add("opened messenger, the aim", opened, Target::AtMost(90.0));
    add("dashboard (JS, WASM, CSS)", dashboard, Target::None);
    Ok(())
}

async fn size(browser: &Caller, paths: &[String]) -> Result<Size> {
    let mut size = Size::default();
    for path in paths {
        for (encoding, sum) in [("identity", &mut size.raw), ("gzip", &mut size.gzip), ("br", &mut size.brotli)] {
            let (status, sent, bytes) = browser.fetch(path, encoding).await?;
            anyhow::ensure!(status == 200, "{path} answered {status}; run `cargo xtask build` and measure again");
            if sent != encoding && encoding == "br" {
                say::line(format!("  {path} is sent as {sent} although the browser takes {encoding}"));
            }
            *sum += bytes;
        }
    }
    Ok(size)
}

fn kilobytes(bytes: usize) -> String {
    format!("{:.1} KB", bytes as f64 / 1000.0)
}
