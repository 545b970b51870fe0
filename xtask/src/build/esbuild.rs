//! Bundling and minifying JavaScript and CSS with esbuild.

use std::path::Path;

use anyhow::Result;

use crate::paths::Paths;
use crate::shell::{self, Run};

/// A JavaScript module with everything it imports.
pub fn module(paths: &Paths, source: &Path, target: &Path) -> Result<()> {
    esbuild(paths, source, target).args(["--format=esm", "--target=es2022"]).quiet()
}

/// A script that runs on any page without leaving a name behind.
pub fn script(paths: &Paths, source: &Path, target: &Path) -> Result<()> {
    esbuild(paths, source, target).args(["--format=iife", "--target=es2018"]).quiet()
}

/// A style sheet with everything it imports; small pictures and fonts become part of it.
pub fn style(paths: &Paths, source: &Path, target: &Path) -> Result<()> {
    let loaders = [".woff2", ".svg", ".png"].map(|extension| format!("--loader:{extension}=dataurl"));
    esbuild(paths, source, target).args(loaders).args(["--target=chrome111,safari16.4,firefox113"]).quiet()
}

fn esbuild(paths: &Paths, source: &Path, target: &Path) -> Run {
    let program = paths.tools().join("node_modules/esbuild/bin/esbuild");
    shell::program("node")
        .arg(program)
        .arg(source)
        .args(["--bundle", "--minify", "--charset=utf8", "--legal-comments=none", "--log-level=warning"])
        .arg(format!("--outfile={}", target.display()))
}
