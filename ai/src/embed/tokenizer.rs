//! From a text to the numbers of its tokens.
//!
//! The library reads every kind of `tokenizer.json`; of the kind that models for many languages have, its vocabulary
//! alone takes 280 MiB. So for that kind everything is the library's but the vocabulary.

mod trie;
mod unigram;

use super::EmbedError;
use serde::{Deserialize, de::IgnoredAny};
use std::path::Path;
use tokenizers::{
    DecoderWrapper, Model, NormalizerWrapper, PostProcessor, PostProcessorWrapper, PreTokenizerWrapper, TokenizerImpl,
    TruncationParams, models::ModelWrapper,
};
use unigram::Unigram;

/// A tokenizer whose vocabulary is of some kind.
type With<M> = TokenizerImpl<M, NormalizerWrapper, PreTokenizerWrapper, PostProcessorWrapper, DecoderWrapper>;

/// How a text becomes tokens.
pub(super) enum Tokenizer {
    /// By the pieces with the best scores, as SentencePiece does it.
    Unigram(Box<With<Unigram>>),
    /// In any other way.
    Other(Box<With<ModelWrapper>>),
}

/// The tokens of a text.
pub(super) struct Encoded {
    /// Their numbers.
    pub(super) ids: Vec<i64>,
    /// Which bytes of the text they stand for; of marks none.
    pub(super) offsets: Vec<(usize, usize)>,
}

/// What kind of vocabulary `tokenizer.json` has.
#[derive(Deserialize)]
struct Kind {
    model: KindOfModel,
}

#[derive(Deserialize)]
struct KindOfModel {
    r#type: Option<String>,
    unk_id: Option<IgnoredAny>,
}

/// `tokenizer_config.json`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Config {
    model_max_length: Option<f64>,
}

impl Tokenizer {
    /// Reads the tokenizer of a model's folder, which cuts off what is beyond so many tokens.
    pub(super) fn read(folder: &Path, max_tokens: usize) -> Result<Self, EmbedError> {
        let path = folder.join("tokenizer.json");
        let broken = |reason: String| EmbedError::Model { path: path.display().to_string(), reason };
        let bytes = std::fs::read(&path).map_err(|error| broken(error.to_string()))?;
        if bytes.is_empty() {
            return Err(broken("the file is empty".to_owned()));
        }
        let kind: Kind = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
        let most = most_tokens(folder)?.map_or(max_tokens, |most| most.min(max_tokens));
        let is_unigram = match kind.model.r#type.as_deref() {
            Some(name) => name == "Unigram",
            None => kind.model.unk_id.is_some(),
        };
        if is_unigram {
            let read = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
            Ok(Self::Unigram(Box::new(cut(read, most).map_err(broken)?)))
        } else {
            let read = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
            Ok(Self::Other(Box::new(cut(read, most).map_err(broken)?)))
        }
    }

    /// The tokens of a text, with the marks around them.
    pub(super) fn encode(&self, text: &str) -> Result<Encoded, EmbedError> {
        let encoding = match self {
            Self::Unigram(tokenizer) => tokenizer.encode(text, true),
            Self::Other(tokenizer) => tokenizer.encode(text, true),
        };
        let encoding = encoding.map_err(|error| EmbedError::Failed(error.to_string()))?;
        let ids = encoding.get_ids().iter().copied().map(i64::from).collect();
        Ok(Encoded { ids, offsets: encoding.get_offsets().to_vec() })
    }
}

/// A tokenizer that cuts texts off. Each text is a run of its own, so none is filled up.
fn cut<M: Model>(mut tokenizer: With<M>, most: usize) -> Result<With<M>, String> {
    let marks = tokenizer.get_post_processor().map_or(0, |processor| processor.added_tokens(false));
    if most <= marks {
        return Err(format!("with {most} tokens there is no room for a word"));
    }
    let truncation = TruncationParams { max_length: most, ..TruncationParams::default() };
    tokenizer.with_padding(None);
    tokenizer.with_truncation(Some(truncation)).map_err(|error| error.to_string())?;
    Ok(tokenizer)
}

/// How many tokens the tokenizer's own file allows.
fn most_tokens(folder: &Path) -> Result<Option<usize>, EmbedError> {
    let config: Config = super::describe::file(folder, "tokenizer_config.json")?.unwrap_or_default();
    // Models without a limit have an enormous number there.
    let plain = config.model_max_length.filter(|most| (1.0..=1e6).contains(most));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 1 and a million")]
    Ok(plain.map(|most| most as usize))
}

#[cfg(test)]
mod tests;
