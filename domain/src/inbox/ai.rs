//! What the AI says in a conversation, and how it hands over to a person.
//!
//! Every answer is bound to the message it answers: a job that runs twice
//! stores one answer, and one that comes after a person took over stores none.

use super::{
    append::{NewMessage, append},
    rows::{self, ConversationRow, MessageRow},
};
use crate::{
    Error, Omnichat, Result,
    database::{Keep as _, TenantTx},
    error::OrNotFound as _,
    jobs::Job,
    markdown,
    schema::{contacts, conversations, messages},
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, QueryDsl, QueryResult, SelectableHelper as _,
    sql_types,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures::{TryFutureExt as _, try_join};
use types::{
    ClientId, ContactId, ConversationId, MessageId, TenantId, Timestamp,
    answers::Citation,
    inbox::{ConversationStatus, Message, SenderType},
    teaching::GapReason,
};

/// What is needed to answer a message.
#[derive(Clone, Debug)]
pub struct AnswerContext {
    /// The contact who asks.
    pub contact: ContactId,
    /// BCP 47 language of the contact's browser, when it is known.
    pub locale: Option<String>,
    /// Where the conversation stands.
    pub status: ConversationStatus,
    /// The question and what was said before it, oldest first, ten at most,
    /// without notes and system lines, and since the conversation was last resolved.
    pub messages: Vec<Message>,
    /// Answers of the AI since a person of the team last wrote, or gave it the conversation.
    pub turns: i64,
}

/// An answer of the AI.
#[derive(Clone, Debug)]
pub struct AiReply {
    /// Id under which it was streamed, or a new one.
    pub message_id: MessageId,
    /// Markdown text.
    pub content: String,
    /// What it stands on.
    pub citations: Vec<Citation>,
    /// Probability that it is right, 0 to 1; none for small talk.
    pub confidence: Option<f32>,
    /// The name under which it is shown.
    pub sender_name: String,
}

/// Whether the AI goes on answering after it has called for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// It goes silent: the visitor wants a person.
    Yes,
    /// It may answer what it can until a person takes over.
    No,
}

/// How a person is called.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Whether the AI goes on.
    pub silence: Silence,
    /// Why, and what was asked: a note for the team.
    pub note: &'a str,
    /// A language model is to sum up what was said, as a second note.
    pub is_briefed: bool,
}

/// The context of a question, or none when the AI is not to answer it: a
/// person has taken over, it is answered, or a newer question came, whose own
/// job answers both.
///
/// # Errors
/// When the conversation is not there.
pub async fn answer_context(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    question: MessageId,
) -> Result<Option<AnswerContext>> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            type Row = (ConversationRow, Option<Timestamp>, Option<String>);
            let tenant = tx.tenant();
            let mut conn = tx.shared();
            let row = conversations::table
                .inner_join(contacts::table.on(
                    contacts::tenant_id.eq(conversations::tenant_id).and(contacts::id.eq(conversations::contact_id)),
                ))
                .filter(conversations::tenant_id.eq(tenant))
                .filter(conversations::id.eq(conversation))
                .select((ConversationRow::as_select(), conversations::closed_at, contacts::locale))
                .first(&mut conn);
            let said = messages::table
                .filter(messages::tenant_id.eq(tenant))
                .filter(messages::conversation_id.eq(conversation))
                .filter(messages::id.le(question))
                .filter(messages::is_note.eq(false))
                .filter(messages::sender_type.ne(SenderType::System))
                .order(messages::id.desc())
                .limit(10)
                .select(MessageRow::as_select())
                .load(&mut conn);
            let answered = answers_to(tenant, conversation, question).count().get_result(&mut conn);
            let turns = turns(conn, tenant, conversation);
            let all: (Row, Vec<MessageRow>, i64, i64) =
                try_join!(row, said, answered, turns).or_not_found("conversation")?;
            let ((row, resolved, locale), said, answered, turns) = all;
            if !row.is_ai_enabled || answered > 0 {
                return Ok(None);
            }
            let mut messages = said.into_iter().rev().map(MessageRow::transfer).collect::<Result<Vec<_>>>()?;
            // What was said before the conversation was resolved is another story.
            messages.retain(|message| resolved.is_none_or(|resolved| message.created_at > resolved));
            Ok(Some(AnswerContext { contact: row.contact_id, locale, status: row.status, messages, turns }))
        })
        .await
}

#[derive(diesel::QueryableByName)]
struct Turns {
    #[diesel(sql_type = sql_types::BigInt)]
    turns: i64,
}

/// Answers of the AI since the conversation was resolved and after the last words of a person of the team. System
/// lines that everybody sees are about such a person, too.
async fn turns(conn: &AsyncPgConnection, tenant: TenantId, conversation: ConversationId) -> QueryResult<i64> {
    let row: Turns = diesel::sql_query(
        "SELECT count(*) AS turns FROM messages
         WHERE tenant_id = $1 AND conversation_id = $2 AND sender_type = 'ai'
            AND id > coalesce((
                SELECT id FROM messages
                WHERE tenant_id = $1 AND conversation_id = $2 AND NOT is_note AND sender_type IN ('agent', 'system')
                ORDER BY id DESC LIMIT 1
            ), '00000000-0000-0000-0000-000000000000')
            AND created_at > coalesce((
                SELECT closed_at FROM conversations WHERE tenant_id = $1 AND id = $2
            ), '-infinity')",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Uuid, _>(conversation)
    .kept()
    .get_result(&mut &*conn)
    .await?;
    Ok(row.turns)
}

/// The language in which the contact of a conversation is spoken to, when it is known.
///
/// # Errors
/// When the conversation is not there.
pub async fn contact_locale(product: &Omnichat, tenant: TenantId, id: ConversationId) -> Result<Option<String>> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let row = read(tx, id).await?;
            locale(tx, row.contact_id).await
        })
        .await
}

async fn locale(tx: &mut TenantTx, contact: ContactId) -> Result<Option<String>> {
    let tenant = tx.tenant();
    let locale = contacts::table
        .filter(contacts::tenant_id.eq(tenant))
        .filter(contacts::id.eq(contact))
        .select(contacts::locale)
        .first(tx.conn())
        .await?;
    Ok(locale)
}

async fn read(tx: &mut TenantTx, id: ConversationId) -> Result<ConversationRow> {
    let tenant = tx.tenant();
    conversations::table
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::id.eq(id))
        .select(ConversationRow::as_select())
        .first(tx.conn())
        .await
        .or_not_found("conversation")
}

/// Stores an answer. Gives false, and stores nothing, when a person has taken
/// over meanwhile or the question was answered before.
/// An answer not far above `threshold`, the least sureness at which one is given, may be put before the team.
///
/// # Errors
/// When the conversation is not there.
pub async fn reply_as_ai(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    question: MessageId,
    reply: AiReply,
    threshold: f32,
) -> Result<bool> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let Some(row) = wanted(tx, conversation, question).await? else { return Ok(false) };
            let answer = append(tx, &row, ai_message(question, reply)).await?;
            crate::teaching::sample_answer(tx, question, &answer, threshold).await?;
            Ok(true)
        })
        .await
}

/// Tells the visitor that a person will answer, opens the conversation, and
/// leaves a note for the team. Gives false, and changes nothing,
/// when a person has taken over meanwhile or the question was answered before.
///
/// # Errors
/// When the conversation is not there.
pub async fn hand_off(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    question: MessageId,
    reply: AiReply,
    call: Call<'_>,
) -> Result<bool> {
    let Call { silence, is_briefed, .. } = call;
    let note = call.note.to_owned();
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let Some(row) = wanted(tx, conversation, question).await? else { return Ok(false) };
            // A team that was called already is not called again.
            let is_called = row.status == ConversationStatus::Open;
            // Only what was looked for has a confidence: not the wish for a person, and not a fault.
            if reply.confidence.is_some() {
                let reason = GapReason::HandedOff;
                tx.enqueue(&Job::NoteGap { conversation_id: row.id, message_id: question, reason }).await?;
            }
            if !is_called || silence == Silence::Yes {
                let announcement = NewMessage { keeps_preview: true, ..ai_message(question, reply) };
                append(tx, &row, announcement).await?;
                open_for_person(tx, &row, silence, &note).await?;
                if is_briefed {
                    tx.enqueue(&Job::Brief { conversation_id: row.id, message_id: question }).await?;
                }
            }
            Ok(true)
        })
        .await
}

/// Opens a conversation for the team without a word to the visitor: the AI is not on duty. Changes
/// nothing when it is open, or a person has taken over meanwhile.
///
/// # Errors
/// When the conversation is not there.
pub async fn open_silently(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    question: MessageId,
    why: &str,
) -> Result<()> {
    let why = why.to_owned();
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let row = wanted(tx, conversation, question).await?;
            if let Some(row) = row.filter(|row| row.status != ConversationStatus::Open) {
                open_for_person(tx, &row, Silence::No, &why).await?;
            }
            Ok(())
        })
        .await
}

/// Opens a conversation for the team, with a note that says why.
pub(super) async fn open_for_person(
    tx: &mut TenantTx,
    row: &ConversationRow,
    silence: Silence,
    why: &str,
) -> Result<()> {
    let tenant = tx.tenant();
    diesel::update(
        conversations::table.filter(conversations::tenant_id.eq(tenant)).filter(conversations::id.eq(row.id)),
    )
    .set((conversations::status.eq(ConversationStatus::Open), conversations::is_ai_enabled.eq(silence == Silence::No)))
    .execute(tx.conn())
    .await?;
    let html = Some(markdown::to_html(why));
    let note = NewMessage { is_note: true, html, ..NewMessage::new(SenderType::System, why) };
    append(tx, row, note).await?;
    // The note is for the team alone; that the conversation is open now, the visitor is told as well.
    let conversation = rows::conversation(tx, row.id).await?;
    super::record_update(tx, conversation, None);
    Ok(())
}

/// Adds a language model's summary to what the team was told when it was called. Nothing is added
/// twice, nor to a conversation that was resolved meanwhile.
///
/// # Errors
/// When the conversation is not there.
pub(crate) async fn note_brief(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    question: MessageId,
    text: &str,
) -> Result<()> {
    let text = format!("Summary by the language model:\n\n{text}");
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let row = rows::lock(tx, conversation).await?;
            let id = brief_id(question);
            if row.status != ConversationStatus::Open || rows::by_client_id(tx, conversation, id).await?.is_some() {
                return Ok(());
            }
            let html = Some(markdown::to_html(&text));
            let note =
                NewMessage { is_note: true, html, client_id: Some(id), ..NewMessage::new(SenderType::System, text) };
            append(tx, &row, note).await?;
            Ok(())
        })
        .await
}

/// The conversation, locked, when a question still wants an answer. The answers are counted once the lock is held,
/// so one that came while it was waited for is seen.
async fn wanted(tx: &mut TenantTx, id: ConversationId, question: MessageId) -> Result<Option<ConversationRow>> {
    let tenant = tx.tenant();
    let mut conn = tx.shared();
    let answered = answers_to(tenant, id, question).count().get_result(&mut conn).map_err(Error::from);
    let (row, answered): (_, i64) = try_join!(rows::lock_on(conn, tenant, id), answered)?;
    Ok((row.is_ai_enabled && answered == 0).then_some(row))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn answers_to(tenant: TenantId, conversation: ConversationId, question: MessageId) -> _ {
    let id: ClientId = answer_id(question);
    messages::table
        .filter(messages::tenant_id.eq(tenant))
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::client_id.eq(id))
}

fn ai_message(question: MessageId, reply: AiReply) -> NewMessage {
    NewMessage {
        id: reply.message_id,
        sender_name: reply.sender_name,
        html: Some(markdown::to_html(&reply.content)),
        client_id: Some(answer_id(question)),
        citations: reply.citations,
        confidence: reply.confidence,
        ..NewMessage::new(SenderType::Ai, reply.content)
    }
}

/// The answer's client id is the question's id: unique in the conversation,
/// so a question has one answer.
const fn answer_id(question: MessageId) -> ClientId {
    ClientId(question.0)
}

/// The client id of the summary that goes with a hand-off; no message has such an id.
const fn brief_id(question: MessageId) -> ClientId {
    ClientId(uuid::Uuid::from_u128(!question.0.as_u128()))
}
