//! `dist/site`: names that change with the content, compressed copies, and the manifest.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

use super::bundle::Bundle;
use super::{Mode, esbuild};
use crate::paths::Paths;
use crate::{files, hash, say};

/// The word in the loader that the server replaces with a widget's settings.
const PLACEHOLDER: &str = "__OMNICHAT__";

/// A file of the site before it is written.
struct Asset {
    /// The key in the manifest; the loader has none.
    key: Option<&'static str>,
    /// The path below the site.
    path: String,
    content: Vec<u8>,
}

/// Builds the site from its parts, or leaves it untouched when nothing changed: the server's build follows the
/// manifest.
pub fn assemble(paths: &Paths, mode: Mode, app: &Bundle, widget: &Bundle) -> Result<()> {
    let start = Instant::now();
    let scratch = paths.target.join("bundles").join(mode.wasm_profile());
    let mut assets = Vec::new();
    for bundle in [app, widget] {
        assets.extend(bundle_assets(bundle)?);
    }
    let css = scratch.join("app.css");
    esbuild::style(paths, &paths.root.join("style/main.css"), &css)?;
    assets.push(hashed("app_css", "app", "css", files::read_bytes(&css)?));
    assets.push(loader(paths, &scratch)?);

    let manifest = manifest(&assets, mode)?;
    let site = paths.site();
    if fs::read_to_string(site.join("manifest.json")).is_ok_and(|found| found == manifest) {
        say::step("site", "unchanged");
        return Ok(());
    }
    let incoming = paths.dist.join("site-incoming");
    files::empty_folder(&incoming)?;
    for asset in &assets {
        write_compressed(&incoming.join(&asset.path), &asset.content, mode)?;
    }
    write_compressed(&incoming.join("manifest.json"), manifest.as_bytes(), mode)?;
    files::replace(&incoming, &site)?;
    say::step("site", format!("built in {}", say::duration(start.elapsed())));
    for size in sizes(paths)? {
        say::step(
            format!("  {}", size.name),
            format!("{} bytes, {} in brotli", say::bytes(size.raw), say::bytes(size.brotli)),
        );
    }
    Ok(())
}

fn bundle_assets(bundle: &Bundle) -> Result<[Asset; 2]> {
    let keys = match bundle.name {
        "app" => ("app_wasm", "app_js"),
        _ => ("widget_wasm", "widget_js"),
    };
    let wasm = hashed(keys.0, bundle.name, "wasm", files::read_bytes(&bundle.wasm)?);
    // Both sides are told the module's address; the default in the glue must be right all the same.
    let file = wasm.path.rsplit('/').next().unwrap_or_default();
    let js = files::read(&bundle.js)?.replace(&format!("{}_bg.wasm", bundle.name), file);
    Ok([wasm, hashed(keys.1, bundle.name, "js", js.into_bytes())])
}

fn loader(paths: &Paths, scratch: &Path) -> Result<Asset> {
    let target = scratch.join("loader.js");
    esbuild::script(paths, &paths.root.join("widget/loader.js"), &target)?;
    let content = files::read(&target)?;
    if !content.contains(PLACEHOLDER) {
        bail!("widget/loader.js does not use {PLACEHOLDER}, where the server puts the widget's settings");
    }
    Ok(Asset { key: None, path: "loader.js".to_owned(), content: content.into_bytes() })
}

fn hashed(key: &'static str, name: &str, extension: &str, content: Vec<u8>) -> Asset {
    let hash = hash::of(&content);
    let path = format!("pkg/{name}.{}.{extension}", hash.get(..16).unwrap_or(&hash));
    Asset { key: Some(key), path, content }
}

fn manifest(assets: &[Asset], mode: Mode) -> Result<String> {
    let mut entries = Map::new();
    for asset in assets {
        match asset.key {
            Some(key) => entries.insert(key.to_owned(), json!(format!("/{}", asset.path))),
            None => entries.insert("loader".to_owned(), json!(hash::of(&asset.content))),
        };
    }
    entries.insert("mode".to_owned(), json!(mode.wasm_profile()));
    Ok(serde_json::to_string_pretty(&Value::Object(entries))? + "\n")
}

/// Writes a file and its two compressed copies, which the server sends as they are.
fn write_compressed(path: &Path, content: &[u8], mode: Mode) -> Result<()> {
    let quality = if mode == Mode::Release { 11 } else { 4 };
    files::write(path, content)?;
    let mut brotli = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams { quality, ..Default::default() };
    brotli::BrotliCompress(&mut &*content, &mut brotli, &settings)
        .with_context(|| format!("cannot compress {}", path.display()))?;
    files::write(&beside(path, "br"), brotli)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(content)?;
    files::write(&beside(path, "gz"), gzip.finish()?)
}

fn beside(path: &Path, extension: &str) -> std::path::PathBuf {
    path.with_file_name(format!("{}.{extension}", path.file_name().unwrap_or_default().to_string_lossy()))
}

/// How large something is on its way to the browser.
struct Size {
    name: &'static str,
    raw: u64,
    brotli: u64,
}

/// The sizes of the built site: the loader, the widget and the dashboard, each with everything it loads first.
fn sizes(paths: &Paths) -> Result<Vec<Size>> {
    let manifest: Value = serde_json::from_str(&files::read(&paths.site().join("manifest.json"))?)?;
    let path = |key: &str| manifest.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let groups = [
        ("loader", vec!["loader.js".to_owned()]),
        ("widget", vec![path("widget_js"), path("widget_wasm")]),
        ("dashboard", vec![path("app_js"), path("app_wasm"), path("app_css")]),
    ];
    let size = |name: &str| -> Result<u64> {
        let path = paths.site().join(name.trim_start_matches('/'));
        Ok(fs::metadata(&path).with_context(|| format!("{} is missing", path.display()))?.len())
    };
    let mut all = Vec::new();
    for (name, parts) in groups {
        let mut total = Size { name, raw: 0, brotli: 0 };
        for part in parts {
            total.raw += size(&part)?;
            total.brotli += size(&format!("{part}.br"))?;
        }
        all.push(total);
    }
    Ok(all)
}
