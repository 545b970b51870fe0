//! The model: loading it and running it on questions and passages.

use super::{
    DIMENSIONS, EmbedError, EmbedderSettings, PassageText, PassageVectors, Tokens,
    axes::Side,
    describe::{Description, Pooling},
    pool::{Vectors, tokens_of},
};
use fastembed::{InitOptionsUserDefined, SingleBatchOutput, TextEmbedding, TokenizerFiles, UserDefinedEmbeddingModel};
use ort::environment::Environment;
use std::{path::Path, sync::Mutex};

/// ONNX Runtime knows one environment in a process, whatever is started again in it.
static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

pub(super) struct Model {
    model: TextEmbedding,
    description: Description,
}

impl Model {
    pub(super) fn load(settings: &EmbedderSettings, description: Description) -> Result<Self, EmbedError> {
        let environment = environment(&settings.onnxruntime)?;
        let read = |name: &str| {
            let path = settings.model_dir.join(name);
            let broken = |reason: String| EmbedError::Model { path: path.display().to_string(), reason };
            let bytes = std::fs::read(&path).map_err(|error| broken(error.to_string()))?;
            if bytes.is_empty() { Err(broken("the file is empty".to_owned())) } else { Ok(bytes) }
        };
        let tokenizer = TokenizerFiles {
            tokenizer_file: read("tokenizer.json")?,
            config_file: read("config.json")?,
            special_tokens_map_file: read("special_tokens_map.json")?,
            tokenizer_config_file: read("tokenizer_config.json")?,
        };
        let definition = UserDefinedEmbeddingModel::new(read("model.onnx")?, tokenizer);
        let options = InitOptionsUserDefined::new()
            .with_environment(environment)
            .with_max_length(description.max_tokens)
            .with_intra_threads(settings.threads.max(1));
        let broken = |reason: String| EmbedError::Model { path: settings.model_dir.display().to_string(), reason };
        let model =
            TextEmbedding::try_new_from_user_defined(definition, options).map_err(|error| broken(error.to_string()))?;
        let mut model = Self { model, description };
        // A wrong model shows itself now, and not with the first visitor.
        match model.question("Hello") {
            Ok(vector) if vector.len() == DIMENSIONS => Ok(model),
            Ok(vector) => Err(broken(format!("it makes vectors of {} numbers, {DIMENSIONS} are needed", vector.len()))),
            Err(error) => Err(broken(error.to_string())),
        }
    }

    /// The vector of a question.
    pub(super) fn question(&mut self, text: &str) -> Result<Vec<f32>, EmbedError> {
        let text = format!("{}{text}", self.description.query_prefix);
        self.text(&text, Side::Question)
    }

    /// The vector of a whole text.
    fn text(&mut self, text: &str, side: Side) -> Result<Vec<f32>, EmbedError> {
        Vectors::of(&self.run(text)?, &self.description, side)?.whole(self.description.pooling)
    }

    /// The vectors of a question and of its tokens, where the model gives them.
    pub(super) fn tokens(&mut self, text: &str) -> Result<Tokens, EmbedError> {
        let text = &format!("{}{text}", self.description.query_prefix);
        let output = self.run(text)?;
        let vectors = Vectors::of(&output, &self.description, Side::Question)?;
        let mut tokens = Tokens { whole: vectors.whole(self.description.pooling)?, ..Tokens::default() };
        if !vectors.has_tokens() {
            return Ok(tokens);
        }
        let encoding =
            self.model.tokenizer.encode(text.as_str(), true).map_err(|error| EmbedError::Failed(error.to_string()))?;
        let opening = self.description.query_prefix.len();
        let is_its_own = |&(_, &(start, end)): &(usize, &(usize, usize))| start < end && end > opening;
        for (place, &(start, end)) in encoding.get_offsets().iter().enumerate().filter(is_its_own) {
            tokens.words.push(text.get(start..end).unwrap_or_default().trim_start().to_lowercase());
            tokens.vectors.push(vectors.mean(place..place + 1)?);
        }
        Ok(tokens)
    }

    /// The vectors of a passage and its windows; from one run where the model allows it.
    pub(super) fn passage(&mut self, passage: &PassageText) -> Result<PassageVectors, EmbedError> {
        let prefix = self.description.passage_prefix.clone();
        let output = self.run(&format!("{prefix}{}", passage.text))?;
        let vectors = Vectors::of(&output, &self.description, Side::Passage)?;
        let whole = vectors.whole(self.description.pooling)?;
        // A mean over some tokens is a vector like that over all. A first token has no such parts.
        let has_parts = vectors.has_tokens() && self.description.pooling == Pooling::Mean;
        let windows = match passage.windows.as_slice() {
            [] => Vec::new(),
            _ if has_parts => self.parts(&vectors, passage, &prefix, &whole)?,
            _ => self.alone(passage, &prefix, &whole)?,
        };
        Ok(PassageVectors { whole, windows })
    }

    /// The vectors of windows, from those of the passage's tokens.
    fn parts(
        &self,
        vectors: &Vectors<'_>,
        passage: &PassageText,
        prefix: &str,
        whole: &[f32],
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        let text = format!("{prefix}{}", passage.text);
        let encoding =
            self.model.tokenizer.encode(text.as_str(), true).map_err(|error| EmbedError::Failed(error.to_string()))?;
        let offsets = encoding.get_offsets();
        let of_window = |window: &std::ops::Range<usize>| {
            let window = prefix.len().saturating_add(window.start)..prefix.len().saturating_add(window.end);
            match tokens_of(&text, offsets, &window) {
                Some(range) => vectors.mean(range),
                // Beyond what the model reads: the whole passage stands for it.
                None => Ok(whole.to_vec()),
            }
        };
        passage.windows.iter().map(of_window).collect()
    }

    /// The vectors of windows, each from a run of its own.
    fn alone(&mut self, passage: &PassageText, prefix: &str, whole: &[f32]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let text_of = |window: &std::ops::Range<usize>| passage.text.get(window.clone()).unwrap_or_default().trim();
        let vector_of = |text: &str| {
            if text.is_empty() { Ok(whole.to_vec()) } else { self.text(&format!("{prefix}{text}"), Side::Passage) }
        };
        passage.windows.iter().map(text_of).map(vector_of).collect()
    }

    fn run(&mut self, text: &str) -> Result<SingleBatchOutput, EmbedError> {
        let failed = |reason: String| EmbedError::Failed(reason);
        let output = self.model.transform([text], Some(1)).map_err(|error| failed(error.to_string()))?;
        output.into_raw().pop().ok_or_else(|| failed("it gave no output".to_owned()))
    }
}

fn environment(library: &Path) -> Result<Environment, EmbedError> {
    let broken = |reason: String| EmbedError::Library { path: library.display().to_string(), reason };
    let mut environment = ENVIRONMENT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(environment) = environment.as_ref() {
        return Ok(environment.clone());
    }
    if !library.is_file() {
        return Err(broken("there is no such file".to_owned()));
    }
    // A bare name would be searched for in the system's folders.
    let absolute = library.canonicalize().map_err(|error| broken(error.to_string()))?;
    let built = ort::init_from(absolute)
        .map_err(|error| broken(error.to_string()))?
        .with_name("omnichat")
        .with_telemetry(false)
        .build()
        .map_err(|error| broken(error.to_string()))?;
    *environment = Some(built.clone());
    Ok(built)
}
