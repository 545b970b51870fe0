//! What a built server is made of, as a CycloneDX document beside the program: crates, bundles and parts.
//!
//! Cargo says what is linked for this machine and into the bundles, with the features that are on; `Cargo.lock` has
//! the hashes. The same sources give the same bytes: there is no date and no path in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::build::{Mode, WASM};
use crate::paths::Paths;
use crate::setup::pins::{self, Part};
use crate::{files, shell};

/// The reference of the whole.
const WHOLE: &str = "omnichat";

/// What is linked together: the package, and for what it is built; nothing for this machine.
const PROGRAMS: [(&str, Option<&str>); 3] = [("server", None), ("frontend", Some(WASM)), ("widget", Some(WASM))];

/// A crate: name and version.
type Crate = (String, String);

/// Which crate uses which.
type Graph = BTreeMap<Crate, BTreeSet<Crate>>;

/// What is known of a crate besides its name and version.
#[derive(Default)]
struct Facts {
    licence: Option<String>,
    sha256: Option<String>,
    /// Made here, and not taken from a registry.
    is_ours: bool,
}

/// Writes the document beside the release's program, and says where.
pub fn write(paths: &Paths) -> Result<PathBuf> {
    let file = paths.server(Mode::Release).with_extension("cdx.json");
    let document = document(paths)?;
    files::write(&file, serde_json::to_string_pretty(&document)? + "\n")?;
    Ok(file)
}

fn document(paths: &Paths) -> Result<Value> {
    let mut graph = Graph::new();
    let mut roots = BTreeSet::new();
    for (package, target) in PROGRAMS {
        let mut tree = shell::cargo(&paths.root)
            .args(["tree", "--locked", "--edges=normal", "--prefix=depth", "--charset=ascii", "--format={p}"])
            .args(["--package", package]);
        if let Some(target) = target {
            tree = tree.args(["--target", target]);
        }
        let (root, linked) = linked(&tree.read()?).with_context(|| format!("cargo tree names no {package}"))?;
        roots.insert(root);
        for (one, uses) in linked {
            graph.entry(one).or_default().extend(uses);
        }
    }
    Ok(assemble(&graph, &roots, &facts(paths)?, &pins::parts()?))
}

/// Reads `cargo tree` with the depth before each name. Crates that run while compiling are left out, with what
/// only they use.
fn linked(tree: &str) -> Option<(Crate, Graph)> {
    let mut whole: BTreeMap<Crate, BTreeSet<Crate>> = BTreeMap::new();
    let mut above: Vec<Crate> = Vec::new();
    let mut macros = BTreeSet::new();
    for line in tree.lines() {
        let name = line.trim_start_matches(|char: char| char.is_ascii_digit());
        let depth: usize = line.strip_suffix(name)?.parse().ok()?;
        let mut words = name.split(' ');
        let one: Crate = (words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned());
        if words.any(|word| word == "(proc-macro)") {
            macros.insert(one.clone());
        }
        above.truncate(depth);
        if let Some(user) = above.last() {
            whole.entry(user.clone()).or_default().insert(one.clone());
        }
        whole.entry(one.clone()).or_default();
        above.push(one);
    }
    let first = tree.lines().next()?.trim_start_matches('0');
    let mut words = first.split(' ');
    let root: Crate = (words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned());
    let mut reached = Graph::new();
    let mut next = vec![root.clone()];
    while let Some(one) = next.pop() {
        if reached.contains_key(&one) {
            continue;
        }
        let uses: BTreeSet<Crate> = whole.get(&one)?.iter().filter(|used| !macros.contains(*used)).cloned().collect();
        next.extend(uses.iter().cloned());
        reached.insert(one, uses);
    }
    Some((root, reached))
}

/// Licences as the crates say them, and hashes as `Cargo.lock` has them.
fn facts(paths: &Paths) -> Result<BTreeMap<Crate, Facts>> {
    let told = shell::cargo(&paths.root).args(["metadata", "--locked", "--format-version", "1"]).read()?;
    let told: Value = serde_json::from_str(&told)?;
    let mut facts: BTreeMap<Crate, Facts> = BTreeMap::new();
    for package in told.get("packages").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
        let (Some(name), Some(version)) = (text("name"), text("version")) else { continue };
        // The old way to write a choice.
        let licence = text("license").map(|licence| licence.replace('/', " OR "));
        facts.insert((name, version), Facts { licence, sha256: None, is_ours: text("source").is_none() });
    }
    let lock = files::read(&paths.root.join("Cargo.lock"))?;
    for package in lock.split("[[package]]") {
        let value = |key: &str| {
            let line =
                package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'));
            line.map(str::to_owned)
        };
        if let (Some(name), Some(version)) = (value("name"), value("version"))
            && let Some(known) = facts.get_mut(&(name, version))
        {
            known.sha256 = value("checksum");
        }
    }
    Ok(facts)
}

fn assemble(graph: &Graph, roots: &BTreeSet<Crate>, facts: &BTreeMap<Crate, Facts>, parts: &[Part]) -> Value {
    let none = Facts::default();
    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    let mut whole: Vec<String> = roots.iter().map(reference).collect();
    for (one, uses) in graph {
        let known = facts.get(one).unwrap_or(&none);
        let purl = (!known.is_ours).then(|| format!("pkg:cargo/{}@{}", one.0, one.1));
        components.push(component(&reference(one), "library", one, purl, known));
        dependencies
            .push(json!({ "ref": reference(one), "dependsOn": uses.iter().map(reference).collect::<Vec<_>>() }));
    }
    for part in parts {
        let (package, version) = part.wheel.requirement.split_once("==").unwrap_or((part.wheel.requirement, ""));
        let archive = format!("pkg:pypi/{package}@{version}");
        let known = Facts { sha256: Some(part.wheel.sha256.to_owned()), ..Facts::default() };
        let named = (package.to_owned(), version.to_owned());
        components.push(component(&archive, "file", &named, Some(archive.clone()), &known));
        whole.push(archive.clone());
        let mut inside = Vec::new();
        for content in &part.contents {
            let named = (content.name.to_owned(), content.version.to_owned());
            let reference = format!("part:{}@{}", content.name, content.version);
            let known = Facts { licence: Some(content.licence.to_owned()), ..Facts::default() };
            components.push(component(&reference, content.kind, &named, None, &known));
            dependencies.push(json!({ "ref": reference, "dependsOn": [] }));
            inside.push(reference);
        }
        dependencies.push(json!({ "ref": archive, "dependsOn": inside }));
    }
    dependencies.push(json!({ "ref": WHOLE, "dependsOn": whole }));
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": {
            "bom-ref": WHOLE, "type": "application", "name": WHOLE, "version": env!("CARGO_PKG_VERSION"),
            "licenses": [{ "expression": "Apache-2.0" }],
        } },
        "components": components,
        "dependencies": dependencies,
    })
}

fn reference((name, version): &Crate) -> String {
    format!("crate:{name}@{version}")
}

fn component(reference: &str, kind: &str, (name, version): &Crate, purl: Option<String>, known: &Facts) -> Value {
    let mut component = Map::new();
    let mut set = |key: &str, value: Value| drop(component.insert(key.to_owned(), value));
    set("bom-ref", json!(reference));
    set("type", json!(kind));
    set("name", json!(name));
    set("version", json!(version));
    if let Some(licence) = &known.licence {
        set("licenses", json!([{ "expression": licence }]));
    }
    if let Some(sha256) = &known.sha256 {
        set("hashes", json!([{ "alg": "SHA-256", "content": sha256 }]));
    }
    if let Some(purl) = purl {
        set("purl", json!(purl));
    }
    Value::Object(component)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "0server v0.1.0 (/some/where/server)\n1serde v1.0.2\n2serde_derive v1.0.2 (proc-macro)\n\
        3syn v2.0.0\n4memchr v2.1.0\n1memchr v2.1.0\n1axum v0.8.1\n2serde v1.0.2 (*)\n";

    fn named(name: &str, version: &str) -> Crate {
        (name.to_owned(), version.to_owned())
    }

    #[test]
    fn what_only_runs_while_compiling_is_left_out() {
        let (root, graph) = linked(TREE).unwrap();
        assert_eq!(root, named("server", "0.1.0"));
        let names: Vec<&str> = graph.keys().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["axum", "memchr", "serde", "server"]);
        assert_eq!(graph[&named("axum", "0.8.1")], BTreeSet::from([named("serde", "1.0.2")]));
    }

    /// What the standard asks of a document like this one.
    fn check(document: &Value) {
        assert_eq!((&document["bomFormat"], &document["specVersion"]), (&json!("CycloneDX"), &json!("1.6")));
        assert!(document["version"].as_u64().is_some_and(|version| version >= 1));
        let mut known = BTreeSet::from([document["metadata"]["component"]["bom-ref"].as_str().unwrap()]);
        for component in document["components"].as_array().unwrap() {
            let text = |key: &str| component[key].as_str().unwrap_or_else(|| panic!("no {key} in {component}"));
            assert!(known.insert(text("bom-ref")), "twice: {component}");
            assert!(
                ["library", "file", "application", "machine-learning-model"].contains(&text("type")),
                "{component}"
            );
            assert!(!text("name").is_empty() && !text("version").is_empty(), "{component}");
            for hash in component["hashes"].as_array().into_iter().flatten() {
                let content = hash["content"].as_str().unwrap();
                assert!(content.len() == 64 && content.bytes().all(|byte| byte.is_ascii_hexdigit()), "{component}");
            }
            let is_found = component.get("purl").is_some() == component.get("hashes").is_some();
            assert!(is_found, "what comes from a registry has an address and a hash: {component}");
        }
        let mut told = BTreeSet::new();
        for dependency in document["dependencies"].as_array().unwrap() {
            let from = dependency["ref"].as_str().unwrap();
            assert!(known.contains(from) && told.insert(from), "{dependency}");
            for to in dependency["dependsOn"].as_array().unwrap() {
                assert!(known.contains(to.as_str().unwrap()), "{dependency}");
            }
        }
        assert_eq!(told, known);
    }

    #[test]
    fn this_checkout_is_described_whole_and_the_same_each_time() {
        let paths = Paths::find().unwrap();
        let document = document(&paths).unwrap();
        check(&document);
        assert_eq!(document, super::document(&paths).unwrap());
        let text = document.to_string();
        for there in [
            "\"pkg:cargo/axum@",
            "\"pkg:cargo/wasm-bindgen@",
            "\"pkg:pypi/onnxruntime@1.28.0\"",
            "\"PDFium\"",
            "\"pgvector\"",
        ] {
            assert!(text.contains(there), "{there} is missing");
        }
        for never in ["pkg:cargo/serde_derive@", "pkg:cargo/libfuzzer-sys@", "crate:fuzz@", "crate:xtask@", "registry+"]
        {
            assert!(!text.contains(never), "{never} is not linked");
        }
        assert!(!text.contains(&paths.root.display().to_string()), "it names a folder of this machine");
        assert_eq!(text.matches("://").count(), 1, "it names no address but that of the standard");
    }
}
