//! The model: loading it and running it on questions and passages.

use super::{
    DIMENSIONS, EmbedError, EmbedderSettings, PassageText, PassageVectors, Tokens,
    axes::Side,
    describe::{Description, Pooling},
    pool::{Vectors, tokens_of},
    runtime::{self, Graph},
    tokenizer::Tokenizer,
};

/// The offsets of a text's tokens in it.
type Offsets = Vec<(usize, usize)>;

pub(super) struct Model {
    tokenizer: Tokenizer,
    graph: Graph,
    description: Description,
}

impl Model {
    pub(super) fn load(settings: &EmbedderSettings, description: Description) -> Result<Self, EmbedError> {
        let environment = runtime::environment(&settings.onnxruntime)?;
        let folder = &settings.model_dir;
        let tokenizer = Tokenizer::read(folder, description.max_tokens)?;
        let graph = Graph::read(&environment, &folder.join("model.onnx"), settings.threads)?;
        let mut model = Self { tokenizer, graph, description };
        let broken = |reason: String| EmbedError::Model { path: folder.display().to_string(), reason };
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
        self.run(text, side)?.0.whole(self.description.pooling)
    }

    /// The vectors of a question and of its tokens, where the model gives them.
    pub(super) fn tokens(&mut self, text: &str) -> Result<Tokens, EmbedError> {
        let text = &format!("{}{text}", self.description.query_prefix);
        let (vectors, offsets) = self.run(text, Side::Question)?;
        let mut tokens = Tokens { whole: vectors.whole(self.description.pooling)?, ..Tokens::default() };
        if !vectors.has_tokens() {
            return Ok(tokens);
        }
        let opening = self.description.query_prefix.len();
        let nexts = offsets.iter().skip(1).map(|(start, _)| *start).chain([usize::MAX]);
        for (place, (&(start, end), next)) in offsets.iter().zip(nexts).enumerate() {
            // A mark; what stands before the question; or the space before a word, which some models put where the
            // word's first letter is.
            if start >= end || end <= opening || (next == start && next < end) {
                continue;
            }
            tokens.words.push(text.get(start..end).unwrap_or_default().trim_start().to_lowercase());
            tokens.vectors.push(vectors.mean(place..place + 1)?);
        }
        Ok(tokens)
    }

    /// The vectors of a passage and its windows; from one run where the model allows it.
    pub(super) fn passage(&mut self, passage: &PassageText) -> Result<PassageVectors, EmbedError> {
        let prefix = self.description.passage_prefix.clone();
        let text = format!("{prefix}{}", passage.text);
        let (vectors, offsets) = self.run(&text, Side::Passage)?;
        let whole = vectors.whole(self.description.pooling)?;
        // A mean over some tokens is a vector like that over all. A first token has no such parts.
        let has_parts = vectors.has_tokens() && self.description.pooling == Pooling::Mean;
        let windows = match passage.windows.as_slice() {
            [] => Vec::new(),
            windows if has_parts => {
                let of_window = |window: &std::ops::Range<usize>| {
                    let window = prefix.len().saturating_add(window.start)..prefix.len().saturating_add(window.end);
                    match tokens_of(&text, &offsets, &window) {
                        Some(range) => vectors.mean(range),
                        // Beyond what the model reads: the whole passage stands for it.
                        None => Ok(whole.clone()),
                    }
                };
                windows.iter().map(of_window).collect::<Result<_, _>>()?
            }
            _ => self.alone(passage, &prefix, &whole)?,
        };
        Ok(PassageVectors { whole, windows })
    }

    /// The vectors of windows, each from a run of its own.
    fn alone(&mut self, passage: &PassageText, prefix: &str, whole: &[f32]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let text_of = |window: &std::ops::Range<usize>| passage.text.get(window.clone()).unwrap_or_default().trim();
        let vector_of = |text: &str| {
            if text.is_empty() { Ok(whole.to_vec()) } else { self.text(&format!("{prefix}{text}"), Side::Passage) }
        };
        passage.windows.iter().map(text_of).map(vector_of).collect()
    }

    fn run(&mut self, text: &str, side: Side) -> Result<(Vectors, Offsets), EmbedError> {
        let encoded = self.tokenizer.encode(text)?;
        Ok((Vectors::of(self.graph.run(&encoded.ids)?, &self.description, side), encoded.offsets))
    }
}
