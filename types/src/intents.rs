//! What visitors may want, as a tenant defines it by examples.

use crate::{ExampleId, IntentId, Timestamp};
use serde::{Deserialize, Serialize};

/// Confusions that are told.
pub const CONFUSIONS: usize = 10;

/// Something that visitors may want.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Intent {
    /// The intent's id.
    pub id: IntentId,
    /// Its name.
    pub name: String,
    /// What it is for, for colleagues.
    pub description: String,
    /// How many examples it has.
    pub examples: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it or its examples were last changed.
    pub updated_at: Timestamp,
}

/// A sentence that a visitor with an intent might write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntentExample {
    /// The example's id.
    pub id: ExampleId,
    /// The sentence.
    pub text: String,
}

/// An intent with all of its examples.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntentDetail {
    /// The intent.
    pub intent: Intent,
    /// Its examples in the order they were added.
    pub examples: Vec<IntentExample>,
}

/// An intent to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewIntent {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 120))]
    pub name: String,
    /// What it is for, for colleagues.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub description: String,
    /// Sentences that visitors might write. The same twice counts once.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub examples: Vec<String>,
}

/// What is to change of an intent. What is missing stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntentChange {
    /// Another name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 120))]
    pub name: Option<String>,
    /// Another description.
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub description: Option<String>,
    /// All examples that it has from now on.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub examples: Option<Vec<String>>,
}

/// Examples to be added to an intent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewExamples {
    /// Sentences that visitors might write. Those that are there already are left out.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub examples: Vec<String>,
}

text_enum! {
    /// How far the classifier has come.
    pub enum ModelState {
        /// There is none.
        None = "none",
        /// It is being trained.
        Training = "training",
        /// It is in use.
        Ready = "ready",
        /// The last training went wrong. One of before stays in use.
        Failed = "failed",
    }
}

/// The classifier of a tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntentModel {
    /// How far it has come.
    pub state: ModelState,
    /// Why the last training went wrong.
    pub error: Option<String>,
    /// One is in use, this one or one of before.
    pub is_in_use: bool,
    /// The examples, or the names, have changed since it was trained.
    pub is_out_of_date: bool,
    /// When the one in use was trained.
    pub trained_at: Option<Timestamp>,
    /// How good it is.
    pub report: Option<IntentReport>,
}

/// How good a classifier is, on examples that it was not trained with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntentReport {
    /// Examples that were held out in turn.
    pub tested: u32,
    /// How many of them it told rightly.
    pub right: u32,
    /// The same as a part, 0 to 1.
    pub accuracy: f32,
    /// F1 of all intents, each counted the same, 0 to 1.
    pub macro_f1: f32,
    /// Each intent, the weakest first.
    pub intents: Vec<IntentScore>,
    /// What is taken for what, most often first, 10 at most.
    pub confusions: Vec<IntentConfusion>,
    /// Probability below which a message stays unknown, 0 to 1.
    pub threshold: f32,
    /// What other thresholds would do; empty with fewer than four intents.
    pub unknown: Vec<UnknownPoint>,
    /// Time of training and measuring.
    pub milliseconds: u32,
}

/// How well one intent is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntentScore {
    /// The intent.
    pub intent_id: IntentId,
    /// Its name.
    pub name: String,
    /// Examples that it was trained with.
    pub examples: u32,
    /// Part of the texts told as this intent that are, 0 to 1.
    pub precision: f32,
    /// Part of this intent's texts that were told so, 0 to 1.
    pub recall: f32,
    /// Both together, 0 to 1.
    pub f1: f32,
}

/// One intent taken for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntentConfusion {
    /// What it is.
    pub intent: String,
    /// What it was taken for.
    pub taken_for: String,
    /// How often.
    pub count: u32,
}

/// What a threshold does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnknownPoint {
    /// Probability below which a message stays unknown.
    pub threshold: f32,
    /// Part of the messages with a known intent that are told, 0 to 1.
    pub kept: f32,
    /// Part of the messages with another intent that stay unknown, 0 to 1.
    pub refused: f32,
}

/// A text to be classified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TextToClassify {
    /// What a visitor might write.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 10000))]
    pub text: String,
}

/// What a text means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Classified {
    /// The intent; null when it is unknown.
    pub intent_id: Option<IntentId>,
    /// Its name.
    pub intent: Option<String>,
    /// Probability of the likeliest intent, known or not, 0 to 1.
    pub probability: f32,
    /// The likeliest intents, three at most.
    pub likeliest: Vec<Likely>,
}

/// An intent that a text may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Likely {
    /// The intent.
    pub intent_id: IntentId,
    /// Its name.
    pub intent: String,
    /// Its probability, 0 to 1.
    pub probability: f32,
}

/// The intents and their classifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntentBook {
    /// In the order of their names.
    pub intents: Vec<Intent>,
    /// The classifier.
    pub model: IntentModel,
}
