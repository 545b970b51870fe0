//! An answer with all that led to it, for those who teach the AI.

use super::{Answer, RetrievedPassage};
use serde::{Deserialize, Serialize};

/// An answer with all that led to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestAnswer {
    /// What a visitor would get.
    pub answer: Answer,
    /// The passages, best first.
    pub passages: Vec<RetrievedPassage>,
    /// How it came about.
    pub account: Account,
}

/// How an answer came about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// What was searched for: the question, or, when it leans on the one before, what a language
    /// model made of it, or both together.
    pub searched: String,
    /// Below this confidence a visitor gets a person.
    pub threshold: f32,
    /// The answer before the threshold was applied; none when nothing was found.
    pub draft: Option<Answer>,
    /// What the confidence of the passages' own sentences is made of.
    pub features: Vec<ConfidencePart>,
    /// Milliseconds of each stage, in their order.
    pub stages: Vec<Stage>,
    /// Calls of language models, in their order.
    pub calls: Vec<ModelCall>,
    /// What the language model was told.
    pub told: Vec<PromptLine>,
    /// The answer was remembered from a question that means the same.
    pub is_remembered: bool,
    /// Sentences of the language model that no passage supports.
    pub dropped: Vec<String>,
    /// Why a language model's answer is not used although there is a model, or why there is a hand-off.
    pub reason: Option<String>,
}

/// A part of the confidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConfidencePart {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: f32,
}

/// Time that a stage took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stage {
    /// What was done.
    pub name: String,
    /// How long it took.
    pub milliseconds: u32,
}

/// A call of a language model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelCall {
    /// The model.
    pub model: String,
    /// Where it is.
    pub host: String,
    /// Milliseconds until the end.
    pub milliseconds: u32,
    /// Tokens read.
    pub input_tokens: u32,
    /// Tokens written.
    pub output_tokens: u32,
    /// The tokens were estimated by us.
    pub is_estimate: bool,
    /// Millionths of a dollar, when the price is known.
    pub micro_dollars: Option<i64>,
    /// What it wrote.
    pub said: String,
    /// Why it is not used.
    pub error: Option<String>,
}

/// A line of what a language model is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PromptLine {
    /// `system`, `user` or `assistant`.
    pub role: String,
    /// What is said.
    pub content: String,
}

/// Something that was said before a question in the playground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastTurn {
    /// Said by the visitor; otherwise by the AI.
    pub is_visitor: bool,
    /// What was said.
    pub text: String,
}
