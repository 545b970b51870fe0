//! Asking the AI: from a question to an answer that stands on the tenant's
//! own passages, or to a person.

mod actions;
mod ahead;
mod assist;
mod bench;
mod bounds;
mod breaker;
mod budget;
mod cache;
mod calls;
mod check;
mod compose;
mod endpoints;
mod figures;
mod find;
mod follow_up;
mod generate;
mod hours;
mod language;
mod log;
mod quoted;
mod respond;
mod settings;
mod several;
mod summary;
mod words;
mod write;

pub(crate) use ahead::{Ahead, look_ahead};
pub(crate) use assist::{draft, has_model};
pub(crate) use bench::{bench, bench_model, record_bench, threshold};
pub(crate) use breaker::Breakers;
pub(crate) use calls::{Calls, PLACES as MODEL_PLACES};
pub use check::test_endpoint;
pub use endpoints::PlatformModel;
pub use log::{log, totals};
pub(crate) use respond::{answer_failed, answer_message};
pub(crate) use settings::{is_enabled, reseal_llm_keys};
pub use settings::{settings, update_settings};
pub(crate) use summary::{brief, called, summarise};
pub(crate) use write::write;

use crate::{
    Omnichat, Result,
    accounts::{self, Chat, Permit, ReadKnowledge},
    database::TenantTx,
    knowledge,
    rates::Tried,
};
use actions::Action;
use ai::llm::{self, Turn};
use compose::{Ask, Composed, compose};
use settings::Stored;
use std::time::{Duration, Instant};
use types::{
    ErrorCode, TenantId,
    answers::{Account, Answer, AnswerKind, ConfidencePart, PastTurn, RetrievedPassage, Stage, TestAnswer},
    limits,
};

/// Passages shown with a test answer.
const PASSAGES_SHOWN: usize = 8;
/// Questions of one API key in a minute.
const QUESTIONS: u32 = 600;
/// How long somebody waits for an answer whose request is open meanwhile.
const PATIENCE: Duration = Duration::from_secs(22);
/// Turns of a small conversation in the playground.
const PAST_TURNS: usize = 10;

/// What the confidence of the passages' own sentences is made of, in its order.
const FEATURES: [&str; 12] = [
    "The question is about what you know",
    "The sentences answer it, if it is",
    "Closest sentence in meaning",
    "Words covered by the answer",
    "Words covered by two sentences",
    "Lead over the next passage",
    "Numbers that differ",
    "Names strange to the passage",
    "Kind of thing that was asked for",
    "Words covered by the passage",
    "Words of the question met in the answer",
    "The word that is met worst",
];

/// What is known before a question is looked at.
#[derive(Debug)]
struct Thinking {
    settings: Stored,
    business: llm::Tenant,
    /// The number of what is known. Read before the search, so that what is made of it is not
    /// remembered under a later one.
    version: i64,
}

impl Thinking {
    async fn read(tx: &mut TenantTx) -> Result<Self> {
        let settings = settings::read(tx).await?;
        let version = knowledge::knowledge_version(tx).await?;
        let business = accounts::read_tenant(tx).await?;
        let business = llm::Tenant {
            name: business.name,
            description: business.business_description,
            tone: settings.tone.clone(),
        };
        Ok(Self { settings, business, version })
    }
}

/// Answers a question with all that led to the answer. Nothing is stored but
/// the account of the models' work.
///
/// # Errors
/// When there is no question, or the model or the database is not available.
pub async fn test(product: &Omnichat, permit: &Permit<ReadKnowledge>, question: &str) -> Result<TestAnswer> {
    play(product, permit, question, &[]).await
}

/// The same after a small conversation.
///
/// # Errors
/// When there is no question, or the model or the database is not available.
pub async fn play(
    product: &Omnichat,
    permit: &Permit<ReadKnowledge>,
    question: &str,
    before: &[PastTurn],
) -> Result<TestAnswer> {
    let first = before.len().saturating_sub(PAST_TURNS);
    let before: Vec<Turn> = before
        .iter()
        .skip(first)
        .map(|turn| Turn {
            is_visitor: turn.is_visitor,
            content: turn.text.chars().take(limits::MESSAGE_CHARS).collect(),
        })
        .collect();
    answer(product, permit.tenant(), question, &before, "test").await
}

/// Answers a question for a program.
///
/// # Errors
/// When there is no question, too many are asked, or the model or the
/// database is not available.
pub async fn ask(product: &Omnichat, permit: &Permit<Chat>, question: &str) -> Result<Answer> {
    let asked = permit.key().map(Tried::QuestionsOf).or_else(|| permit.user().map(Tried::QuestionsOfUser));
    if let Some(asked) = asked {
        product.throttle().count(asked, QUESTIONS, Duration::from_secs(60))?;
    }
    Ok(answer(product, permit.tenant(), question, &[], "ask").await?.answer)
}

async fn answer(
    product: &Omnichat,
    tenant: TenantId,
    question: &str,
    before: &[Turn],
    action_type: &'static str,
) -> Result<TestAnswer> {
    let question = checked(question)?;
    let start = Instant::now();
    let mut stages = Vec::new();
    let thinking = product.db().tenant(tenant, async |tx: &mut TenantTx| Thinking::read(tx).await).await?;
    stage(&mut stages, "Settings", start);
    let searching = Instant::now();
    let threshold = thinking.settings.threshold;
    if let Some(answered) = several::one_by_one(product, tenant, &thinking, before, &question, None).await? {
        stage(&mut stages, "Questions one by one", searching);
        return Ok(of_several(product, tenant, answered, &thinking, action_type, stages, start).await);
    }
    let sought = find::find(product, tenant, &thinking.settings, before, &question, None).await?;
    stage(&mut stages, "Search", searching);
    let composing = Instant::now();
    let ask = sought.ask(Ask {
        tenant,
        settings: &thinking.settings,
        business: &thinking.business,
        version: thinking.version,
        question: &question,
        history: before,
        found: &sought.found,
        language: None,
        is_counted: false,
        until: start + PATIENCE,
    });
    let mut composed = compose(product, &ask, |_| {}).await;
    stage(&mut stages, "Answer", composing);
    let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
    let mut done = sought.actions(None);
    done.extend(Action::all(action_type, None, None, &composed, milliseconds));
    actions::record(product, tenant, done).await;
    let passages: Vec<RetrievedPassage> = sought.found.best(PASSAGES_SHOWN);
    let answer = finished(&composed, &question, &thinking.settings, milliseconds);
    composed.calls.splice(0..0, sought.in_full.calls);
    let account = account(composed, sought.searched, threshold, stages, milliseconds);
    Ok(TestAnswer { answer, passages, account })
}

/// The answers to a message of several questions.
async fn of_several(
    product: &Omnichat,
    tenant: TenantId,
    answered: several::Answered,
    thinking: &Thinking,
    action_type: &'static str,
    stages: Vec<Stage>,
    start: Instant,
) -> TestAnswer {
    let several::Answered { mut composed, sought, .. } = answered;
    let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
    let mut done: Vec<Action> = sought.iter().flat_map(|one| one.actions(None)).collect();
    done.extend(Action::all(action_type, None, None, &composed, milliseconds));
    actions::record(product, tenant, done).await;
    let shown = PASSAGES_SHOWN / sought.len().max(1);
    let passages: Vec<RetrievedPassage> = sought.iter().flat_map(|one| one.found.best(shown)).collect();
    let (text, citations, confidence) = (composed.text.clone(), composed.citations.clone(), composed.confidence);
    let answer = Answer { kind: composed.kind, text, citations, confidence, milliseconds };
    let searched = sought.iter().map(|one| one.searched.as_str()).collect::<Vec<_>>().join("\n");
    let before = sought.into_iter().flat_map(|one| one.in_full.calls);
    composed.calls.splice(0..0, before);
    let account = account(composed, searched, thinking.settings.threshold, stages, milliseconds);
    TestAnswer { answer, passages, account }
}

fn stage(stages: &mut Vec<Stage>, name: &str, since: Instant) {
    let milliseconds = u32::try_from(since.elapsed().as_millis()).unwrap_or(u32::MAX);
    stages.push(Stage { name: name.to_owned(), milliseconds });
}

fn account(composed: Composed, searched: String, threshold: f32, stages: Vec<Stage>, milliseconds: u32) -> Account {
    let names = FEATURES.iter().copied().chain(std::iter::repeat("Another"));
    let features = composed.features.iter().zip(names);
    Account {
        searched,
        threshold,
        features: features.map(|(value, name)| ConfidencePart { name: name.to_owned(), value: *value }).collect(),
        stages,
        draft: (composed.kind != AnswerKind::HandOff && !composed.text.is_empty()).then_some(Answer {
            kind: composed.kind,
            text: composed.text,
            citations: composed.citations,
            confidence: composed.confidence,
            milliseconds,
        }),
        calls: composed.calls,
        told: composed.told,
        is_remembered: composed.is_remembered,
        dropped: composed.dropped,
        reason: composed.fallback,
    }
}

/// What a visitor would get: below the threshold that is a person.
fn finished(composed: &Composed, question: &str, settings: &Stored, milliseconds: u32) -> Answer {
    let confidence = composed.confidence;
    if composed.is_good(settings.threshold) {
        let (text, citations) = (composed.text.clone(), composed.citations.clone());
        return Answer { kind: composed.kind, text, citations, confidence, milliseconds };
    }
    let language = language::language_of(question, None);
    let own = language::own_words(&settings.hand_off_words, language.as_deref());
    let text = own.unwrap_or(words::words(language.as_deref()).no_answer).to_owned();
    Answer { kind: AnswerKind::HandOff, text, citations: Vec::new(), confidence, milliseconds }
}

fn checked(question: &str) -> Result<String> {
    let question = question.trim();
    if question.is_empty() {
        return Err(types::Error::invalid("Please write a question first.").field("question").into());
    }
    if question.chars().count() > limits::MESSAGE_CHARS {
        let message = format!("Please keep the question under {} characters.", limits::MESSAGE_CHARS);
        return Err(types::Error::new(ErrorCode::TooLarge, message).field("question").into());
    }
    Ok(question.to_owned())
}
