//! The job that answers a visitor's message.

use super::{
    Thinking,
    actions::{self, Action},
    ahead::{self, Begun},
    bounds::{ANSWERS_A_MINUTE, goes_round},
    compose::{Ask, Composed, compose},
    endpoints,
    find::find,
    language::{is_spoken, language_of, own_words},
    settings::{self, Stored},
    several::{Answered, one_by_one},
    summary::{hand_off_note, is_briefed},
    words::{Words, words},
};
use crate::{
    Omnichat, Result,
    database::TenantTx,
    events::Typing,
    inbox::{self, AiReply, AnswerContext, Call, Silence},
    rates::Tried,
};
use ai::{
    extract::{small_talk, wants_person},
    llm::Turn,
};
use std::time::{Duration, Instant};
use types::{
    ConversationId, MessageId, TenantId,
    inbox::{Message, SenderType},
};

/// How long a visitor waits for an answer, whatever the language models do.
const PATIENCE: Duration = Duration::from_secs(60);

/// The message that is answered, and how.
struct Turned<'a> {
    product: &'a Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    question: MessageId,
    context: AnswerContext,
    settings: Stored,
    language: Option<String>,
}

/// Answers a message, or hands the conversation to a person. Runs once or
/// more; the question gets one answer.
///
/// # Errors
/// When the model or the database is not available; the job is tried again.
pub(crate) async fn answer_message(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    question: MessageId,
) -> Result<()> {
    let ahead = ahead::take(product, question);
    // Side by side: somebody waits.
    let context = inbox::answer_context(product, tenant, conversation, question);
    let (context, (thinking, is_on_duty)) = tokio::try_join!(context, read_thinking(product, tenant))?;
    let Some(context) = context else { return Ok(()) };
    let Some(asked) = context.messages.last().map(|message| message.content.clone()) else { return Ok(()) };
    let language = language_of(&asked, context.locale.as_deref());
    let settings = thinking.settings.clone();
    let turned = Turned { product, tenant, conversation, question, context, settings, language };
    if !is_on_duty {
        let why = "The AI does not answer at this time, by its hours.";
        return inbox::open_silently(product, tenant, conversation, question, why).await;
    }
    if turned.stops(&asked).await? {
        return Ok(());
    }
    if let Some(talk) = small_talk(&asked) {
        let reply = turned.plain(turned.words().talk(talk), None);
        inbox::reply_as_ai(product, tenant, conversation, question, reply, turned.settings.threshold).await?;
        return Ok(());
    }
    turned.answer(&thinking, &asked, ahead).await
}

/// What is known before the question is looked at, and whether it is a time at which the AI answers.
async fn read_thinking(product: &Omnichat, tenant: TenantId) -> Result<(Thinking, bool)> {
    product
        .db()
        .tenant(tenant, async |tx: &mut TenantTx| {
            let thinking = Thinking::read(tx).await?;
            let is_on_duty = settings::is_on_duty(tx, &thinking.settings).await?;
            Ok((thinking, is_on_duty))
        })
        .await
}

impl Turned<'_> {
    fn words(&self) -> &'static Words {
        words(self.language.as_deref())
    }

    fn plain(&self, text: &str, confidence: Option<f32>) -> AiReply {
        plain(text, confidence, &self.settings.persona)
    }

    /// The tenant's own words for a hand-off, or ours.
    fn hand_off_words(&self, ours: &'static str) -> &str {
        own_words(&self.settings.hand_off_words, self.language.as_deref()).unwrap_or(ours)
    }

    async fn hand_off(&self, text: &str, silence: Silence, why: &str) -> Result<()> {
        let note = hand_off_note(why, &self.context.messages);
        self.call_person(self.plain(text, None), silence, &note).await
    }

    async fn call_person(&self, reply: AiReply, silence: Silence, note: &str) -> Result<()> {
        let is_briefed = is_briefed(self.product, &self.settings, &self.context.messages);
        let call = Call { silence, note, is_briefed };
        inbox::hand_off(self.product, self.tenant, self.conversation, self.question, reply, call).await?;
        Ok(())
    }

    /// Calls a person when the visitor wants one, or when the AI has said enough; true when it did.
    async fn stops(&self, asked: &str) -> Result<bool> {
        let words = self.words();
        let key = Tried::Answers(self.conversation);
        if self.product.throttle().count(key, ANSWERS_A_MINUTE, Duration::from_secs(60)).is_err() {
            let why = "the messages come faster than a person writes.";
            self.hand_off(self.hand_off_words(words.enough), Silence::Yes, why).await?;
        } else if wants_person(asked) {
            self.hand_off(self.hand_off_words(words.person_called), Silence::Yes, "the visitor asked for a person.")
                .await?;
        } else if self.context.turns >= i64::from(self.settings.max_turns) {
            let why = format!("the AI has answered {} times in a row.", self.context.turns);
            self.hand_off(self.hand_off_words(words.enough), Silence::Yes, &why).await?;
        } else if small_talk(asked).is_none() && goes_round(&self.context.messages) {
            let why = "the same was asked for the third time, and the AI has only the same answer.";
            self.hand_off(self.hand_off_words(words.enough), Silence::Yes, why).await?;
        } else if !is_spoken(&self.settings.languages, language_of(asked, None).as_deref()) {
            // What the browser prefers is no proof of what somebody writes.
            let why = "the AI may not answer in the language of the question.";
            self.hand_off(words.other_language, Silence::No, why).await?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    async fn answer(&self, thinking: &Thinking, asked: &str, ahead: Option<Begun>) -> Result<()> {
        let Self { product, tenant, conversation, question, context, settings, .. } = self;
        let (product, tenant, conversation, question) = (*product, *tenant, *conversation, *question);
        let start = Instant::now();
        let history = turns(&context.messages);
        let message_id = MessageId::new();
        let typing = |is_typing| {
            let name = settings.persona.clone();
            let typing = Typing { conversation, contact: context.contact, sender: SenderType::Ai, name, is_typing };
            product.hub().typing(tenant, &typing);
        };
        if endpoints::has_any(product, settings) {
            typing(true);
        }
        let language = self.language.as_deref();
        let several = one_by_one(product, tenant, thinking, &history, asked, language).await;
        if let Some(answered) = several.inspect_err(|_| typing(false))? {
            let stored = self.answer_several(answered, message_id, start).await;
            typing(false);
            return stored;
        }
        let ahead = ahead.map(|begun| (begun, thinking.version));
        let sought = find(product, tenant, settings, &history, asked, ahead).await.inspect_err(|_| typing(false))?;
        let ask = sought.ask(Ask {
            tenant,
            settings,
            business: &thinking.business,
            version: thinking.version,
            question: asked,
            history: &history,
            found: &sought.found,
            language,
            is_counted: false,
            until: start + PATIENCE,
        });
        let delta = |text: &str| {
            product.hub().answer_delta(tenant, context.contact, conversation, message_id, text.to_owned());
        };
        let mut is_shown = false;
        let composed = compose(product, &ask, |text: &str| {
            is_shown = true;
            delta(text);
        })
        .await;
        let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
        let from = Some((conversation, question));
        let mut account = sought.actions(from);
        account.extend(Action::all("answer", from, Some(message_id), &composed, milliseconds));
        if composed.is_good(settings.threshold) {
            let Composed { text, citations, confidence, .. } = composed;
            let sender_name = settings.persona.clone();
            let reply = AiReply { message_id, content: text, citations, confidence: Some(confidence), sender_name };
            let threshold = self.settings.threshold;
            let is_stored = inbox::reply_as_ai(product, tenant, conversation, question, reply, threshold).await?;
            if is_shown && !is_stored {
                delta("");
            }
        } else {
            // What was shown while it was written is no answer, and maybe nothing takes its place.
            if is_shown {
                delta("");
            }
            let why = format!("no reliable answer was found (confidence {:.0} %).", composed.confidence * 100.0);
            let note = hand_off_note(&why, &context.messages);
            let words = self.hand_off_words(self.words().no_answer);
            let reply = AiReply { message_id, ..self.plain(words, Some(composed.confidence)) };
            self.call_person(reply, Silence::No, &note).await?;
        }
        typing(false);
        actions::record(product, tenant, account).await;
        Ok(())
    }
}

impl Turned<'_> {
    /// Gives the answers to a message of several questions; the team is called for those without one.
    async fn answer_several(&self, answered: Answered, message_id: MessageId, start: Instant) -> Result<()> {
        let Self { product, tenant, conversation, question, settings, .. } = self;
        let (product, tenant, conversation, question) = (*product, *tenant, *conversation, *question);
        let Answered { composed, unanswered, sought } = answered;
        let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
        let from = Some((conversation, question));
        let mut account: Vec<Action> = sought.iter().flat_map(|one| one.actions(from)).collect();
        account.extend(Action::all("answer", from, Some(message_id), &composed, milliseconds));
        if !unanswered.is_empty() {
            // Before the answer: once that is there, the question is done.
            let why = format!("some of several questions have no reliable answer: {}", unanswered.join(" "));
            let note = hand_off_note(&why, &self.context.messages);
            inbox::open_silently(product, tenant, conversation, question, &note).await?;
        }
        let Composed { text, citations, confidence, .. } = composed;
        let sender_name = settings.persona.clone();
        let reply = AiReply { message_id, content: text, citations, confidence: Some(confidence), sender_name };
        inbox::reply_as_ai(product, tenant, conversation, question, reply, settings.threshold).await?;
        actions::record(product, tenant, account).await;
        Ok(())
    }
}

/// What was said before the last message, without small talk.
pub(super) fn turns(messages: &[Message]) -> Vec<Turn> {
    let before = messages.split_last().map_or(&[][..], |(_, before)| before);
    let mut turns: Vec<Turn> = Vec::new();
    let mut is_talk = false;
    for message in before {
        let is_visitor = message.sender_type == SenderType::Contact;
        // What answers small talk is small talk.
        is_talk =
            if is_visitor { small_talk(&message.content).is_some() } else { is_talk && message.confidence.is_none() };
        if !is_talk {
            turns.push(Turn { is_visitor, content: message.content.clone() });
        }
    }
    turns
}

/// Called when the job was given up: a person answers instead.
pub(crate) async fn answer_failed(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    question: MessageId,
) -> Result<()> {
    let summary = "Hand-off: the AI could not answer because of a fault; the log has the details.";
    let locale = inbox::contact_locale(product, tenant, conversation).await?;
    let persona = product.db().tenant(tenant, async |tx: &mut TenantTx| settings::read(tx).await).await?.persona;
    let reply = plain(words(locale.as_deref()).failed, None, &persona);
    let call = Call { silence: Silence::No, note: summary, is_briefed: false };
    inbox::hand_off(product, tenant, conversation, question, reply, call).await?;
    Ok(())
}

fn plain(text: &str, confidence: Option<f32>, persona: &str) -> AiReply {
    AiReply {
        message_id: MessageId::new(),
        content: text.to_owned(),
        citations: Vec::new(),
        confidence,
        sender_name: persona.to_owned(),
    }
}
