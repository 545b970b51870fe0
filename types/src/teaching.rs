//! How people teach the AI: questions without a good answer, drafts and
//! answers to look at, and the test bench.

use crate::{
    ConversationId, GroupId, MessageId, ReviewId, SourceId, TestCaseId, TestRunId, Timestamp, answers::AnswerKind,
    knowledge::Source,
};
use serde::{Deserialize, Serialize};

/// Groups of questions that are shown at once.
pub const GAPS_SHOWN: i64 = 100;
/// Reviews that are shown at once.
pub const REVIEWS_SHOWN: u32 = 50;
/// Cases of the test bench of one tenant.
pub const TEST_CASES: usize = 1_000;
/// Runs of the test bench that are kept.
pub const TEST_RUNS: i64 = 50;
/// Longest words that a right answer holds, in characters.
pub const EXPECTED_CHARS: usize = 1_000;
/// Most bytes of a file with test cases.
pub const TESTS_FILE_BYTES: usize = 1024 * 1024;

text_enum! {
    /// Why a question counts as not answered well.
    pub enum GapReason {
        /// The AI found nothing reliable and called a person.
        HandedOff = "handed_off",
        /// The visitor did not find the answer helpful.
        ThumbsDown = "thumbs_down",
        /// An agent gave another answer right after the AI's.
        Corrected = "corrected",
    }
}

text_enum! {
    /// What has become of a group of questions.
    pub enum GapStatus {
        /// Nobody has written an answer.
        Open = "open",
        /// There is an answer now.
        Answered = "answered",
        /// Nobody wants to answer them.
        Dismissed = "dismissed",
    }
}

/// A question that was not answered well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GapQuestion {
    /// The contact's message.
    pub message_id: MessageId,
    /// The conversation it was asked in.
    pub conversation_id: ConversationId,
    /// The question, without addresses and numbers of persons.
    pub text: String,
    /// Why it is here.
    pub reason: GapReason,
    /// How sure the AI was, 0 to 1.
    pub confidence: Option<f32>,
    /// When it was asked.
    pub asked_at: Timestamp,
}

/// Questions of one meaning that were not answered well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gap {
    /// The group's id.
    pub id: GroupId,
    /// What has become of it.
    pub status: GapStatus,
    /// How often it was asked.
    pub count: i64,
    /// The latest questions, newest first, five at most.
    pub questions: Vec<GapQuestion>,
    /// The source that answers it now.
    pub source_id: Option<SourceId>,
    /// When it was last asked.
    pub last_asked_at: Timestamp,
    /// When it was first noted.
    pub created_at: Timestamp,
}

/// What waits for somebody who teaches the AI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeachingCounts {
    /// Open groups of questions.
    pub gaps: i64,
    /// Open reviews.
    pub reviews: i64,
}

/// Whether the AI answers a group now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GapCheck {
    /// The new answer was read; before that nothing is tried.
    pub is_ready: bool,
    /// Why it could not be read.
    pub error: Option<String>,
    /// The question that was tried.
    pub question: String,
    /// A visitor would get an answer, and no person.
    pub is_answered: bool,
    /// What a visitor would get.
    pub answer: String,
    /// How sure the AI is, 0 to 1.
    pub confidence: f32,
}

/// A question with an answer that is about to become knowledge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerDraft {
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
}

/// What became of an answer that somebody saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Saved {
    /// The AI learns it.
    Learned(Box<Source>),
    /// Somebody who may teach the AI looks at it first.
    Waiting(ReviewId),
}

text_enum! {
    /// What is looked at.
    pub enum ReviewKind {
        /// An answer of the AI that may be wrong.
        Answer = "answer",
        /// A question with an answer, drafted from an agent's reply.
        Faq = "faq",
    }
}

text_enum! {
    /// Why somebody should look.
    pub enum ReviewReason {
        /// The visitor did not find it helpful.
        ThumbsDown = "thumbs_down",
        /// The AI was only just sure enough.
        Unsure = "unsure",
        /// An agent answered what the AI could not.
        Reply = "reply",
        /// A colleague asked for it.
        Saved = "saved",
    }
}

text_enum! {
    /// What has become of a review.
    pub enum ReviewStatus {
        /// Nobody has decided.
        Open = "open",
        /// It was right, or became an answer.
        Accepted = "accepted",
        /// It is not used.
        Rejected = "rejected",
    }
}

/// Something that somebody should look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Review {
    /// The review's id.
    pub id: ReviewId,
    /// What is looked at.
    pub kind: ReviewKind,
    /// Why.
    pub reason: ReviewReason,
    /// The question, without addresses and numbers of persons.
    pub question: String,
    /// The AI's answer, or the drafted one.
    pub answer: String,
    /// Titles of the sources that the AI's answer stands on.
    pub sources: Vec<String>,
    /// How sure the AI was, 0 to 1.
    pub confidence: Option<f32>,
    /// The conversation it comes from.
    pub conversation_id: Option<ConversationId>,
    /// What has become of it.
    pub status: ReviewStatus,
    /// The source that was made of it.
    pub source_id: Option<SourceId>,
    /// When it was put here.
    pub created_at: Timestamp,
}

/// What somebody decides about a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// The AI's answer is right.
    Right,
    /// This is the answer from now on.
    Learn(AnswerDraft),
    /// It is not used.
    Reject,
}

/// A question with what a right answer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestCase {
    /// The case's id.
    pub id: TestCaseId,
    /// The question.
    pub question: String,
    /// Words that the answer must hold; several ways to say it with `|` between them.
    pub expected: String,
    /// It must be handed to a person instead.
    pub is_hand_off: bool,
    /// When it was added.
    pub created_at: Timestamp,
}

/// A test case to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewTestCase {
    /// The question.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 1000))]
    pub question: String,
    /// Words that the answer must hold; several ways to say it with `|` between them.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 1000))]
    pub expected: String,
    /// It must be handed to a person instead.
    #[serde(default)]
    pub is_hand_off: bool,
}

text_enum! {
    /// How far a run has come.
    pub enum RunState {
        /// Waiting for its turn.
        Queued = "queued",
        /// Asking.
        Running = "running",
        /// Every case was asked.
        Done = "done",
        /// It could not be finished.
        Failed = "failed",
    }
}

/// One run of the test bench.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestRun {
    /// The run's id.
    pub id: TestRunId,
    /// How far it has come.
    pub state: RunState,
    /// Who started it.
    pub started_by: String,
    /// Cases in all.
    pub total: i32,
    /// Cases that passed so far.
    pub passed: i32,
    /// Cases that failed so far.
    pub failed: i32,
    /// Number of what the AI knew; it rises with each change of the sources.
    pub knowledge_version: i64,
    /// Confidence below which the AI handed off.
    pub threshold: f32,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// What became of one case in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestResult {
    /// The case.
    pub case_id: TestCaseId,
    /// The question as it was asked.
    pub question: String,
    /// Words that were expected.
    pub expected: String,
    /// A hand-off was expected.
    pub is_hand_off: bool,
    /// It is as expected.
    pub passed: bool,
    /// Why it failed, for a person; empty when it passed.
    pub why: String,
    /// How it was answered.
    pub answer_kind: AnswerKind,
    /// What a visitor would have got.
    pub answer: String,
    /// How sure the AI was, 0 to 1.
    pub confidence: f32,
    /// Whether it passed in the run before; null when it was not in it.
    pub passed_before: Option<bool>,
    /// How sure the AI was in the run before.
    pub confidence_before: Option<f32>,
}

impl TestResult {
    /// It passed before and does not any more.
    #[must_use]
    pub fn is_newly_failed(&self) -> bool {
        !self.passed && self.passed_before == Some(true)
    }

    /// It failed before and passes now.
    #[must_use]
    pub fn is_newly_passed(&self) -> bool {
        self.passed && self.passed_before == Some(false)
    }
}

/// A run with its results, compared with the run before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestRunDetail {
    /// The run.
    pub run: TestRun,
    /// The finished run before it.
    pub before: Option<TestRun>,
    /// What became of each case, in the order of the cases.
    pub results: Vec<TestResult>,
}

/// The cases, and the runs, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestBench {
    /// In the order they were added.
    pub cases: Vec<TestCase>,
    /// Newest first, 50 at most.
    pub runs: Vec<TestRun>,
    /// Number of what the AI knows now.
    pub knowledge_version: i64,
}
