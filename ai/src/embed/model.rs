//! The model: loading it, running it, and pooling its token vectors.

use super::{DIMENSIONS, EmbedError, EmbedderSettings, MAX_TOKENS, PassageText, PassageVectors};
use fastembed::{
    InitOptionsUserDefined, OutputKey, Pooling, SingleBatchOutput, TextEmbedding, TokenizerFiles,
    UserDefinedEmbeddingModel,
};
use ort::environment::Environment;
use std::{ops::Range, path::Path, sync::Mutex};

/// ONNX Runtime knows one environment in a process, whatever is started again in it.
static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

pub(super) struct Model {
    model: TextEmbedding,
}

impl Model {
    pub(super) fn load(settings: &EmbedderSettings) -> Result<Self, EmbedError> {
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
        let definition = UserDefinedEmbeddingModel::new(read("model.onnx")?, tokenizer).with_pooling(Pooling::Mean);
        let options = InitOptionsUserDefined::new()
            .with_environment(environment)
            .with_max_length(MAX_TOKENS)
            .with_intra_threads(settings.threads.max(1));
        let broken = |reason: String| EmbedError::Model { path: settings.model_dir.display().to_string(), reason };
        let model =
            TextEmbedding::try_new_from_user_defined(definition, options).map_err(|error| broken(error.to_string()))?;
        let mut model = Self { model };
        // A wrong model shows itself now, and not with the first visitor.
        match model.texts(&["Hello"]) {
            Ok(vectors) if vectors.first().is_some_and(|vector| vector.len() == DIMENSIONS) => Ok(model),
            Ok(vectors) => Err(broken(format!(
                "it makes vectors of {} numbers, {DIMENSIONS} are needed",
                vectors.first().map_or(0, Vec::len)
            ))),
            Err(error) => Err(broken(error.to_string())),
        }
    }

    /// The vectors of whole texts.
    pub(super) fn texts(&mut self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let output = self.run(texts)?;
        let tokens = TokenVectors::of(&output)?;
        (0..texts.len()).map(|row| tokens.pool(row, 0..usize::MAX)).collect()
    }

    /// The vectors of passages and their windows, from one run.
    pub(super) fn passages(&mut self, passages: &[PassageText]) -> Result<Vec<PassageVectors>, EmbedError> {
        let texts: Vec<&str> = passages.iter().map(|passage| passage.text.as_str()).collect();
        let output = self.run(&texts)?;
        let tokens = TokenVectors::of(&output)?;
        let mut all = Vec::with_capacity(passages.len());
        for (row, passage) in passages.iter().enumerate() {
            let whole = tokens.pool(row, 0..usize::MAX)?;
            let windows =
                if passage.windows.is_empty() { Vec::new() } else { self.windows(&tokens, row, passage, &whole)? };
            all.push(PassageVectors { whole, windows });
        }
        Ok(all)
    }

    fn windows(
        &self,
        tokens: &TokenVectors<'_>,
        row: usize,
        passage: &PassageText,
        whole: &[f32],
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        let encoding = self
            .model
            .tokenizer
            .encode(passage.text.as_str(), true)
            .map_err(|error| EmbedError::Failed(error.to_string()))?;
        let offsets = encoding.get_offsets();
        passage
            .windows
            .iter()
            .map(|window| match tokens_of(offsets, window) {
                Some(range) => tokens.pool(row, range),
                // Beyond what the model reads: the whole passage stands for it.
                None => Ok(whole.to_vec()),
            })
            .collect()
    }

    fn run(&mut self, texts: &[&str]) -> Result<SingleBatchOutput, EmbedError> {
        let failed = |reason: String| EmbedError::Failed(reason);
        let output =
            self.model.transform(texts, Some(texts.len().max(1))).map_err(|error| failed(error.to_string()))?;
        output.into_raw().pop().ok_or_else(|| failed("it gave no output".to_owned()))
    }
}

/// The tokens that lie in a byte range of the text; special tokens have empty offsets.
fn tokens_of(offsets: &[(usize, usize)], window: &Range<usize>) -> Option<Range<usize>> {
    let inside = |&(start, end): &(usize, usize)| end > start && start >= window.start && end <= window.end;
    let first = offsets.iter().position(inside)?;
    let last = offsets.iter().rposition(inside)?;
    Some(first..last + 1)
}

/// The vectors of the tokens of a batch.
struct TokenVectors<'a> {
    numbers: &'a [f32],
    mask: &'a [i64],
    tokens: usize,
    dimensions: usize,
}

impl<'a> TokenVectors<'a> {
    fn of(output: &'a SingleBatchOutput) -> Result<Self, EmbedError> {
        let failed = |reason: &str| EmbedError::Failed(reason.to_owned());
        let key = [OutputKey::ByName("last_hidden_state"), OutputKey::OnlyOne];
        let array = output.select_output(&key.as_slice()).map_err(|error| failed(&error.to_string()))?;
        let &[_, tokens, dimensions] = array.shape() else {
            return Err(failed("its output has not the three dimensions batch, token, number"));
        };
        let numbers = array.to_slice().ok_or_else(|| failed("its output is not contiguous"))?;
        let mask = output.attention_mask_array.as_slice().ok_or_else(|| failed("its mask is not contiguous"))?;
        Ok(Self { numbers, mask, tokens, dimensions })
    }

    /// The mean of a text's token vectors in a range of tokens, of length one.
    fn pool(&self, row: usize, range: Range<usize>) -> Result<Vec<f32>, EmbedError> {
        let short = || EmbedError::Failed("its output is shorter than its input".to_owned());
        let range = range.start.min(self.tokens)..range.end.min(self.tokens);
        let first = row * self.tokens;
        let mask = self.mask.get(first + range.start..first + range.end).ok_or_else(short)?;
        let numbers = self
            .numbers
            .get((first + range.start) * self.dimensions..(first + range.end) * self.dimensions)
            .ok_or_else(short)?;
        let mut sum = vec![0.0f32; self.dimensions];
        for (token, _) in numbers.chunks_exact(self.dimensions).zip(mask).filter(|(_, mask)| **mask != 0) {
            for (sum, number) in sum.iter_mut().zip(token) {
                *sum += number;
            }
        }
        // The mean differs from the sum by a factor only, and that goes with the length.
        let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        sum.iter_mut().for_each(|number| *number /= length);
        Ok(sum)
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
