//! What a model says of itself: its name, how its vectors are made, and what stands before a text.
//!
//! Each of these is taken from `omnichat.json` in the model's folder when it is
//! there, otherwise from the files that sentence-transformers writes, otherwise
//! from `config.json`; and otherwise it is what all-MiniLM-L6-v2 needs.

use super::{EmbedError, MAX_TOKENS};
use serde::{Deserialize, de::DeserializeOwned};
use std::{collections::HashMap, path::Path};

/// The model that everything was measured with.
const OWN: &str = "all-MiniLM-L6-v2";

/// What follows its name when its weights are 8-bit integers, as `cargo xtask setup` lays it down.
const INTEGERS: &str = "-int8";

/// What the files of that one call it: the model that it was trained from.
const OWN_BASE: &str = "MiniLM-L6-H384-uncased";

/// Tokens beyond which no passage goes; a longer one costs time and gains nothing.
const MOST_TOKENS: usize = 512;

/// Fewer tokens hold no sentence.
const FEWEST_TOKENS: usize = 16;

/// The highest number of [`Description::axes`].
const MOST_AXES: u8 = 1;

/// Letters of a name, which is stored with each vector.
const NAME_CHARS: usize = 100;

/// Letters of what stands before a text.
const PREFIX_CHARS: usize = 200;

/// How the vectors of tokens become the vector of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Their mean.
    #[default]
    Mean,
    /// The first one stands for all.
    Cls,
}

/// What must be known of a model to use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its name, stored with each vector: vectors of two models cannot be compared.
    pub name: String,
    /// How its vectors are made.
    pub pooling: Pooling,
    /// What stands before a question.
    pub query_prefix: String,
    /// What stands before a passage.
    pub passage_prefix: String,
    /// Tokens of a text that are read; the rest is cut off.
    pub max_tokens: usize,
    /// Which directions are taken out of its vectors: 0 for none, 1 for those that `multilingual-e5-small` has in
    /// every text and in every text of a language.
    pub axes: u8,
}

/// `omnichat.json`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Own {
    name: Option<String>,
    pooling: Option<Pooling>,
    query_prefix: Option<String>,
    passage_prefix: Option<String>,
    max_tokens: Option<usize>,
    axes: Option<u8>,
}

/// `config.json`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Config {
    #[serde(rename = "_name_or_path")]
    name: Option<String>,
    max_position_embeddings: Option<usize>,
}

/// `1_Pooling/config.json`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PoolingConfig {
    pooling_mode_cls_token: bool,
    pooling_mode_mean_tokens: Option<bool>,
}

/// `config_sentence_transformers.json`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Prompts {
    prompts: HashMap<String, String>,
}

/// `sentence_bert_config.json`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Length {
    max_seq_length: Option<usize>,
}

impl Default for Description {
    fn default() -> Self {
        Self {
            name: OWN.to_owned(),
            pooling: Pooling::Mean,
            query_prefix: String::new(),
            passage_prefix: String::new(),
            max_tokens: MAX_TOKENS,
            axes: 0,
        }
    }
}

impl Description {
    /// Reads what the files of a model's folder say.
    ///
    /// # Errors
    /// Names the file that is broken, or what in it cannot be used.
    pub fn read(folder: &Path) -> Result<Self, EmbedError> {
        let own: Own = file(folder, "omnichat.json")?.unwrap_or_default();
        let config: Config = file(folder, "config.json")?.unwrap_or_default();
        let prompts: Prompts = file(folder, "config_sentence_transformers.json")?.unwrap_or_default();
        let length: Length = file(folder, "sentence_bert_config.json")?.unwrap_or_default();
        let name = own.name.unwrap_or_else(|| config.name.as_deref().map_or_else(|| OWN.to_owned(), plain_name));
        let prompt = |names: &[&str]| names.iter().find_map(|name| prompts.prompts.get(*name)).cloned();
        // Models of this family are trained with them, and their older files do not say so.
        let of_family = |prefix: &str| if is_e5(&name) { prefix.to_owned() } else { String::new() };
        let query_prefix = own.query_prefix.or_else(|| prompt(&["query"])).unwrap_or_else(|| of_family("query: "));
        let passage_prefix =
            own.passage_prefix.or_else(|| prompt(&["passage", "document"])).unwrap_or_else(|| of_family("passage: "));
        let pooling = match own.pooling {
            Some(pooling) => pooling,
            None => pooling(folder)?,
        };
        let most = config.max_position_embeddings.unwrap_or(MOST_TOKENS).min(MOST_TOKENS);
        let wanted = own.max_tokens.or(length.max_seq_length).unwrap_or(MAX_TOKENS);
        let max_tokens = if own.max_tokens.is_some() { wanted } else { wanted.min(most) };
        let axes = own.axes.unwrap_or_default();
        let description = Self { name, pooling, query_prefix, passage_prefix, max_tokens, axes };
        description.check(folder, most)?;
        Ok(description)
    }

    /// Whether the ranking, the confidence and the thresholds were fitted with this very model. With another
    /// one they are a guess, the better the more its cosines are spread like the English one's: measure them
    /// with `examples/evaluate --model-dir`, and set the tenants' threshold by its table.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.is_multilingual() || self.is_english()
    }

    /// Whether it is all-MiniLM-L6-v2, with its full weights or in 8-bit integers: the two are equally good, and so
    /// close that the ranking and the confidence are fitted to both.
    #[must_use]
    pub fn is_english(&self) -> bool {
        let usual = Self::default();
        let name = self.name.strip_suffix(INTEGERS).unwrap_or(&self.name).to_owned();
        Self { name, ..self.clone() } == usual
    }

    /// Whether it is the multilingual model that the ranking and the confidence were fitted with.
    #[must_use]
    pub const fn is_multilingual(&self) -> bool {
        self.axes == 1
    }

    /// What is stored with each vector. Two models have two, and so has one model that is used
    /// in two ways.
    #[must_use]
    pub fn key(&self) -> String {
        if (Self { name: self.name.clone(), ..Self::default() }) == *self {
            return self.name.clone();
        }
        let Self { name, pooling, query_prefix, passage_prefix, max_tokens, axes } = self;
        let mut way = format!("{pooling:?}\n{query_prefix}\n{passage_prefix}\n{max_tokens}");
        if *axes > 0 {
            way.push_str(&format!("\n{axes}"));
        }
        // FNV-1a: the same in every version.
        let way = way
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        format!("{name} {way:016x}")
    }

    fn check(&self, folder: &Path, most: usize) -> Result<(), EmbedError> {
        let is_plain = |text: &str| !text.chars().any(char::is_control);
        let name_chars = self.name.chars().count();
        let why = if self.name.trim() != self.name || !(1..=NAME_CHARS).contains(&name_chars) || !is_plain(&self.name) {
            format!("the model's name must have 1 to {NAME_CHARS} letters, without line breaks or spaces around it")
        } else if [&self.query_prefix, &self.passage_prefix].iter().any(|text| text.chars().count() > PREFIX_CHARS) {
            format!("what stands before a text must be {PREFIX_CHARS} letters at most")
        } else if self.axes > MOST_AXES {
            format!("axes is {}; there are 0 and {MOST_AXES}", self.axes)
        } else if !(FEWEST_TOKENS..=most).contains(&self.max_tokens) {
            format!("max_tokens is {}; this model reads {FEWEST_TOKENS} to {most}", self.max_tokens)
        } else {
            return Ok(());
        };
        Err(EmbedError::Model { path: folder.join("omnichat.json").display().to_string(), reason: why })
    }
}

/// The last part of where the model was loaded from when it was written.
fn plain_name(path: &str) -> String {
    let mut parts = path.split(['/', '\\']).map(str::trim).filter(|part| !part.is_empty());
    // sentence-transformers puts the model itself into a folder of this name.
    let name = parts.rfind(|part| *part != "0_Transformer").unwrap_or_default();
    if name.is_empty() || name == "." || name == OWN_BASE { OWN.to_owned() } else { name.to_owned() }
}

fn is_e5(name: &str) -> bool {
    let name = name.to_lowercase();
    !name.contains("instruct") && (name.starts_with("e5-") || name.contains("-e5-"))
}

/// As `1_Pooling/config.json` says.
fn pooling(folder: &Path) -> Result<Pooling, EmbedError> {
    const NAME: &str = "1_Pooling/config.json";
    let Some(said) = file::<PoolingConfig>(folder, NAME)? else { return Ok(Pooling::default()) };
    match (said.pooling_mode_cls_token, said.pooling_mode_mean_tokens) {
        (true, Some(false) | None) => Ok(Pooling::Cls),
        (false, Some(true) | None) => Ok(Pooling::Mean),
        _ => Err(EmbedError::Model {
            path: folder.join(NAME).display().to_string(),
            reason: "it pools neither by the mean nor by the first token; take a model that does, or say which of the \
                     two comes near with \"pooling\" in omnichat.json"
                .to_owned(),
        }),
    }
}

/// A file of the folder; none when there is no such file.
pub(super) fn file<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<Option<T>, EmbedError> {
    let path = folder.join(name);
    let broken = |reason: String| EmbedError::Model { path: path.display().to_string(), reason };
    match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| broken(error.to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(broken(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A folder with files, and what it says.
    fn read(files: &[(&str, &str)]) -> Result<Description, EmbedError> {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("omnichat-describe-{}-{number}", std::process::id()));
        fs::create_dir_all(folder.join("1_Pooling")).unwrap();
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        let description = Description::read(&folder);
        fs::remove_dir_all(&folder).unwrap();
        description
    }

    #[test]
    fn the_model_of_the_set_up_needs_no_description() {
        assert_eq!(read(&[]).unwrap(), Description::default());
        assert_eq!(
            read(&[("config.json", r#"{"_name_or_path": "nreimers/MiniLM-L6-H384-uncased"}"#)]).unwrap(),
            Description::default()
        );
    }

    #[test]
    fn the_files_of_other_models_are_understood() {
        let e5 = read(&[
            ("config.json", r#"{"_name_or_path": "intfloat/multilingual-e5-small", "max_position_embeddings": 512}"#),
            ("sentence_bert_config.json", r#"{"max_seq_length": 512, "do_lower_case": false}"#),
            ("1_Pooling/config.json", r#"{"pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true}"#),
        ])
        .unwrap();
        let (name, query_prefix) = ("multilingual-e5-small".to_owned(), "query: ".to_owned());
        let passage_prefix = "passage: ".to_owned();
        assert_eq!(e5, Description { name, query_prefix, passage_prefix, max_tokens: 512, ..Description::default() });

        let paraphrase = read(&[
            ("config.json", r#"{"_name_or_path": "old_models/paraphrase-multilingual-MiniLM-L12-v2/0_Transformer"}"#),
            ("sentence_bert_config.json", r#"{"max_seq_length": 128}"#),
        ])
        .unwrap();
        let name = "paraphrase-multilingual-MiniLM-L12-v2".to_owned();
        assert_eq!(paraphrase, Description { name, max_tokens: 128, ..Description::default() });

        let cls = read(&[
            ("config.json", r#"{"_name_or_path": "example/first-token"}"#),
            ("config_sentence_transformers.json", r#"{"prompts": {"query": "find: ", "document": "text: "}}"#),
            ("1_Pooling/config.json", r#"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#),
        ])
        .unwrap();
        assert_eq!(
            (cls.pooling, cls.query_prefix.as_str(), cls.passage_prefix.as_str()),
            (Pooling::Cls, "find: ", "text: ")
        );
    }

    #[test]
    fn another_way_to_use_a_model_is_another_key() {
        let usual = Description::default();
        assert_eq!(usual.key(), "all-MiniLM-L6-v2");
        let others = [
            Description { name: "other".to_owned(), ..usual.clone() },
            Description { pooling: Pooling::Cls, ..usual.clone() },
            Description { query_prefix: "query: ".to_owned(), ..usual.clone() },
            Description { passage_prefix: "query: ".to_owned(), ..usual.clone() },
            Description { max_tokens: 128, ..usual.clone() },
        ];
        let keys: std::collections::HashSet<String> = others.iter().chain([&usual]).map(Description::key).collect();
        assert_eq!(keys.len(), others.len() + 1);
    }

    #[test]
    fn our_own_file_comes_first() {
        let ours =
            r#"{"name": "ours", "pooling": "cls", "query_prefix": "", "passage_prefix": "p: ", "max_tokens": 64}"#;
        let said = read(&[
            ("omnichat.json", ours),
            ("config.json", r#"{"_name_or_path": "intfloat/multilingual-e5-small"}"#),
            ("1_Pooling/config.json", r#"{"pooling_mode_max_tokens": true, "pooling_mode_mean_tokens": false}"#),
        ])
        .unwrap();
        assert_eq!((said.name.as_str(), said.pooling, said.max_tokens), ("ours", Pooling::Cls, 64));
        assert_eq!((said.query_prefix.as_str(), said.passage_prefix.as_str()), ("", "p: "));
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_the_file_and_the_reason() {
        let max = r#"{"pooling_mode_max_tokens": true, "pooling_mode_mean_tokens": false}"#;
        for (name, text, reason) in [
            ("omnichat.json", r#"{"nam": "x"}"#, "unknown field"),
            ("omnichat.json", r#"{"name": ""}"#, "name must have"),
            ("omnichat.json", r#"{"name": "two\nlines"}"#, "name must have"),
            ("omnichat.json", r#"{"pooling": "max"}"#, "unknown variant"),
            ("omnichat.json", r#"{"max_tokens": 100000}"#, "16 to 512"),
            ("omnichat.json", "not json", "expected"),
            ("1_Pooling/config.json", max, "omnichat.json"),
        ] {
            let error = read(&[(name, text)]).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(reason), "{error}");
        }
    }
}
