//! From an agent's reply to knowledge: drafts that are made by themselves,
//! and answers that somebody saves.

use super::{gaps, public, reviews, worth};
use crate::{
    Omnichat, Result,
    accounts::{ManageKnowledge, Permit, WorkInbox},
    database::TenantTx,
    jobs::Job,
    knowledge,
    schema::{messages, unanswered_questions},
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{
    ClientId, ConversationId, ErrorCode, MessageId, TenantId,
    inbox::SenderType,
    limits,
    teaching::{AnswerDraft, GapReason, ReviewKind, ReviewReason, Saved},
};

/// Messages before a reply among which its question is looked for.
const LOOKED_BACK: i64 = 12;

/// What is needed of a message.
#[derive(diesel::Queryable)]
struct Said {
    id: MessageId,
    conversation: ConversationId,
    sender: SenderType,
    content: String,
    client_id: Option<ClientId>,
    confidence: Option<f32>,
    citations: serde_json::Value,
}

impl Said {
    fn is_grounded(&self) -> bool {
        self.citations.as_array().is_some_and(|citations| !citations.is_empty())
    }
}

/// The reply of an agent, if it is one.
async fn reply(tx: &mut TenantTx, id: MessageId) -> Result<Option<Said>> {
    let tenant = tx.tenant();
    let found = messages::table
        .filter(messages::tenant_id.eq(tenant))
        .filter(messages::id.eq(id))
        .filter(messages::sender_type.eq(SenderType::Agent))
        .filter(messages::is_note.eq(false))
        .select((
            messages::id,
            messages::conversation_id,
            messages::sender_type,
            messages::content,
            messages::client_id,
            messages::confidence,
            messages::citations,
        ))
        .first(tx.conn())
        .await
        .optional()?;
    Ok(found)
}

/// What was said before it, newest first.
async fn before(tx: &mut TenantTx, reply: &Said) -> Result<Vec<Said>> {
    let tenant = tx.tenant();
    let found = messages::table
        .filter(messages::tenant_id.eq(tenant))
        .filter(messages::conversation_id.eq(reply.conversation))
        .filter(messages::id.lt(reply.id))
        .filter(messages::is_note.eq(false))
        .filter(messages::sender_type.ne(SenderType::System))
        .order(messages::id.desc())
        .limit(LOOKED_BACK)
        .select((
            messages::id,
            messages::conversation_id,
            messages::sender_type,
            messages::content,
            messages::client_id,
            messages::confidence,
            messages::citations,
        ))
        .load(tx.conn())
        .await?;
    Ok(found)
}

/// Job: a reply after an answer of the AI corrects it; one after a hand-off
/// is drafted as a FAQ. Runs once or more and drafts once.
pub(crate) async fn look_at_reply(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    message: MessageId,
) -> Result<()> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let Some(reply) = reply(tx, message).await?.filter(|reply| reply.conversation == conversation) else {
                return Ok(());
            };
            let said = before(tx, &reply).await?;
            let mut is_last_question = true;
            for question in &said {
                if question.sender == SenderType::Agent && worth::is_like_an_answer(&question.content) {
                    // What was asked before that has its answer.
                    return Ok(());
                }
                if question.sender != SenderType::Contact || !worth::is_question(&question.content) {
                    continue;
                }
                let answer = said
                    .iter()
                    .find(|other| other.sender == SenderType::Ai && other.client_id == Some(ClientId(question.id.0)));
                match answer {
                    Some(answer) if answer.is_grounded() => {
                        if is_last_question {
                            let reason = GapReason::Corrected;
                            let job = Job::NoteGap { conversation_id: conversation, message_id: question.id, reason };
                            tx.enqueue(&job).await?;
                        }
                        return Ok(());
                    }
                    Some(answer) if answer.confidence.is_some() => return draft(tx, &reply, question, &said).await,
                    _ if is_handed_off(tx, question.id).await? => return draft(tx, &reply, question, &said).await,
                    _ => is_last_question = false,
                }
            }
            Ok(())
        })
        .await
}

/// Noted as handed off, which the second question after a hand-off is without a word of the AI.
async fn is_handed_off(tx: &mut TenantTx, question: MessageId) -> Result<bool> {
    let tenant = tx.tenant();
    let reason: Option<GapReason> = unanswered_questions::table
        .filter(unanswered_questions::tenant_id.eq(tenant))
        .filter(unanswered_questions::message_id.eq(question))
        .select(unanswered_questions::reason)
        .first(tx.conn())
        .await
        .optional()?;
    Ok(reason == Some(GapReason::HandedOff))
}

async fn draft(tx: &mut TenantTx, reply: &Said, question: &Said, said: &[Said]) -> Result<()> {
    let new = reviews::New {
        kind: ReviewKind::Faq,
        reason: ReviewReason::Reply,
        question: public(&whole(question, said)),
        answer: shortened(&reply.content),
        conversation: Some(reply.conversation),
        message: Some(question.id),
        group: gaps::group_of(tx, question.id).await?,
    };
    reviews::propose(tx, new).await
}

/// A question with what it leans on.
fn whole(question: &Said, said: &[Said]) -> String {
    let earlier = said.iter().filter(|other| other.sender == SenderType::Contact && other.id < question.id);
    let in_full = worth::in_context(&question.content, earlier.map(|other| other.content.as_str()));
    in_full.unwrap_or_else(|| question.content.clone())
}

fn shortened(answer: &str) -> String {
    answer.trim().chars().take(limits::FAQ_ANSWER_CHARS).collect()
}

/// An agent's reply with the question before it, to be edited and saved.
///
/// # Errors
/// When the message is not a reply of an agent.
pub async fn suggest_answer(product: &Omnichat, permit: &Permit<WorkInbox>, message: MessageId) -> Result<AnswerDraft> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let reply = reply(tx, message).await?.ok_or_else(missing)?;
            let said = before(tx, &reply).await?;
            let question = question_of(&said).map(|question| public(&whole(question, &said))).unwrap_or_default();
            Ok(AnswerDraft { question, answer: shortened(&reply.content) })
        })
        .await
}

fn missing() -> crate::Error {
    types::Error::not_found("reply").into()
}

/// The contact's last question before a reply, or what the contact wrote last.
fn question_of(said: &[Said]) -> Option<&Said> {
    let mut contact = said.iter().filter(|said| said.sender == SenderType::Contact);
    contact.clone().find(|said| worth::is_question(&said.content)).or_else(|| contact.next())
}

/// Saves an agent's reply as an answer: at once for somebody who may teach the
/// AI, otherwise it waits until one of them has looked.
///
/// # Errors
/// When the message is not a reply of an agent, or the question or the answer is missing or too long.
pub async fn save_answer(
    product: &Omnichat,
    permit: &Permit<WorkInbox>,
    message: MessageId,
    text: &AnswerDraft,
) -> Result<Saved> {
    let by = permit.user();
    let (conversation, question) = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let reply = reply(tx, message).await?.ok_or_else(missing)?;
            let said = before(tx, &reply).await?;
            Ok((reply.conversation, question_of(&said).map(|question| question.id)))
        })
        .await?;
    if let Ok(teacher) = permit.caller().permit::<ManageKnowledge>() {
        let source = knowledge::add_faq(product, &teacher, &text.question, &text.answer).await?;
        let id = source.id;
        product
            .db()
            .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
                let Some(question) = question else { return Ok(()) };
                if let Some(group) = gaps::group_of(tx, question).await? {
                    gaps::answered_by(tx, group, id).await?;
                }
                reviews::settle(tx, question, id, by).await
            })
            .await?;
        return Ok(Saved::Learned(Box::new(source)));
    }
    let checked = checked(text)?;
    let waiting = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let group = match question {
                Some(question) => gaps::group_of(tx, question).await?,
                None => None,
            };
            let new = reviews::New {
                kind: ReviewKind::Faq,
                reason: ReviewReason::Saved,
                question: checked.question,
                answer: checked.answer,
                conversation: Some(conversation),
                message: question,
                group,
            };
            reviews::ask_for(tx, new).await
        })
        .await?;
    Ok(Saved::Waiting(waiting))
}

fn checked(text: &AnswerDraft) -> Result<AnswerDraft> {
    let (question, answer) = (text.question.trim(), text.answer.trim());
    if question.is_empty() || question.chars().count() > limits::FAQ_QUESTION_CHARS {
        let message = format!("Please write a question of 1 to {} characters.", limits::FAQ_QUESTION_CHARS);
        return Err(types::Error::invalid(message).field("question").into());
    }
    if answer.is_empty() {
        return Err(types::Error::invalid("Please write an answer.").field("answer").into());
    }
    if answer.chars().count() > limits::FAQ_ANSWER_CHARS {
        let message = format!("Please keep the answer under {} characters.", limits::FAQ_ANSWER_CHARS);
        return Err(types::Error::new(ErrorCode::TooLarge, message).field("answer").into());
    }
    Ok(AnswerDraft { question: question.replace('\0', ""), answer: answer.replace('\0', "") })
}
