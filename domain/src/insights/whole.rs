//! A conversation as a whole: what its messages come to, and the job that
//! sums it up once it was resolved.

use super::{message::understand, of_messages};
use crate::{
    Error, Omnichat, Result, answers, database::TenantTx, inbox, jobs::Job, schema::conversation_insights as wholes,
};
use ai::{
    sentiment::Mood,
    summary::{Turn, Who, extractive},
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use std::collections::BTreeMap;
use types::{
    ConversationId, ErrorCode, IntentId, MessageId, TenantId, Timestamp,
    inbox::{Message, SenderType},
    insights::{INSIGHTS_SHOWN, MessageInsight, Sentiment},
};

/// Messages that a summary covers; of more, the last.
const SUMMARISED: i64 = 500;
/// Characters of a topic.
const TOPIC_CHARS: usize = 120;

/// What the messages of a conversation come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Whole {
    pub(super) language: Option<String>,
    pub(super) sentiment: Option<Sentiment>,
    pub(super) intent_id: Option<IntentId>,
    pub(super) intent: Option<String>,
}

impl Whole {
    /// The commonest language and intent, and the mood of all with the later ones counting more.
    pub(super) fn of(messages: &[MessageInsight]) -> Self {
        let intent_id = commonest(messages.iter().filter_map(|message| message.intent_id));
        let named = messages.iter().find(|message| message.intent_id == intent_id);
        let (mut sum, mut weights) = (0.0_f32, 0.0_f32);
        for (place, message) in (1_u16..).zip(messages) {
            if let Some(score) = message.sentiment_score {
                sum += score * f32::from(place);
                weights += f32::from(place);
            }
        }
        Self {
            language: commonest(messages.iter().filter_map(|message| message.language.clone())),
            sentiment: (weights > 0.0).then(|| Mood::of_score(sum / weights).sentiment),
            intent: intent_id.and_then(|_| named.and_then(|message| message.intent.clone())),
            intent_id,
        }
    }
}

/// What comes most often; of two that come as often, the one that came last.
fn commonest<T: Ord + Clone>(all: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, (usize, usize)> = BTreeMap::new();
    for (place, one) in all.enumerate() {
        let held = counts.entry(one).or_default();
        *held = (held.0 + 1, place);
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(one, _)| one)
}

/// Job: writes topic and summary of a conversation. Runs once or more and comes to the same.
pub(crate) async fn sum_up(product: &Omnichat, tenant: TenantId, id: ConversationId) -> Result<()> {
    let Some((said, understood)) = read(product, tenant, id).await? else { return Ok(()) };
    // Those whose own job has not had its turn yet.
    let shown = usize::try_from(INSIGHTS_SHOWN).unwrap_or(usize::MAX);
    let missing: Vec<MessageId> = said
        .iter()
        .rev()
        .filter(|message| message.sender_type == SenderType::Contact)
        .take(shown)
        .map(|message| message.id)
        .filter(|id| understood.iter().all(|known| known.message_id != *id))
        .collect();
    for message in missing {
        understand(product, tenant, id, message).await?;
    }
    let Some(last) = said.last().map(|message| message.id) else { return Ok(()) };
    let turns: Vec<Turn> = said.into_iter().filter_map(turn).collect();
    let summary = tokio::task::spawn_blocking(move || extractive(&turns, None))
        .await
        .map_err(|panic| Error::Internal(format!("a conversation could not be summed up: {panic}")))?;
    let locale = inbox::contact_locale(product, tenant, id).await?;
    let has_model = answers::has_model(product, tenant).await?;
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let whole = Whole::of(&of_messages(tx, id).await?);
            // Resolved again without a word in between: what a model has written is still true.
            let known: Option<Option<String>> = wholes::table
                .filter(wholes::tenant_id.eq(tenant))
                .filter(wholes::conversation_id.eq(id))
                .filter(wholes::summarised_up_to.eq(last.0))
                .select(wholes::summary)
                .first(tx.conn())
                .await
                .optional()?;
            if known.is_none() && has_model && !summary.text.is_empty() {
                tx.enqueue(&Job::Retell { conversation_id: id }).await?;
            }
            let text = known.unwrap_or_else(|| some(summary.text));
            let language = whole.language.or_else(|| locale.as_deref().map(primary));
            let topic = whole.intent.unwrap_or(summary.topic).chars().take(TOPIC_CHARS).collect::<String>();
            let values = (
                wholes::topic.eq(some(topic)),
                wholes::summary.eq(text),
                wholes::summarised_up_to.eq(Some(last.0)),
                wholes::language.eq(language),
                wholes::sentiment.eq(whole.sentiment),
                wholes::intent_id.eq(whole.intent_id),
                wholes::updated_at.eq(Timestamp::now()),
            );
            diesel::insert_into(wholes::table)
                .values((wholes::tenant_id.eq(tenant), wholes::conversation_id.eq(id), values.clone()))
                .on_conflict((wholes::tenant_id, wholes::conversation_id))
                .do_update()
                .set(values)
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}

/// Job: lets a language model write the summary instead. What was made of quotes stays when it
/// does not help, or when more was said meanwhile.
pub(crate) async fn retell(product: &Omnichat, tenant: TenantId, id: ConversationId) -> Result<()> {
    let Some((said, _)) = read(product, tenant, id).await? else { return Ok(()) };
    let Some(last) = said.last().map(|message| message.id) else { return Ok(()) };
    let text = match answers::summarise(product, tenant, id, &said).await {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(()),
        Err(error) => {
            tracing::info!(%tenant, %error, "the summary of a conversation stays made of quotes");
            return Ok(());
        }
    };
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let this = wholes::table
                .filter(wholes::tenant_id.eq(tenant))
                .filter(wholes::conversation_id.eq(id))
                .filter(wholes::summarised_up_to.eq(last.0));
            let values = (wholes::summary.eq(Some(text)), wholes::updated_at.eq(Timestamp::now()));
            diesel::update(this).set(values).execute(tx.conn()).await?;
            Ok(())
        })
        .await
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

type Read = (Vec<Message>, Vec<MessageInsight>);

/// What was said and what of it was understood; none when the conversation is gone.
async fn read(product: &Omnichat, tenant: TenantId, id: ConversationId) -> Result<Option<Read>> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| match inbox::spoken(tx, id, SUMMARISED).await {
            Ok(said) => Ok(Some((said, of_messages(tx, id).await?))),
            Err(Error::Refused(gone)) if gone.code == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
}

/// What counts in a summary: "I have asked the team" answers nothing.
fn turn(message: Message) -> Option<Turn> {
    let who = match message.sender_type {
        SenderType::Contact => Who::Contact,
        SenderType::Ai if message.citations.is_empty() => return None,
        SenderType::Ai => Who::Ai,
        SenderType::Agent | SenderType::System => Who::Team,
    };
    Some(Turn { who, text: message.content })
}

/// `de` of `de-AT`.
fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insight(language: &str, score: f32, intent: Option<(IntentId, &str)>) -> MessageInsight {
        MessageInsight {
            message_id: MessageId::new(),
            language: Some(language.to_owned()),
            sentiment: None,
            sentiment_score: Some(score),
            is_urgent: false,
            intent_id: intent.map(|(id, _)| id),
            intent: intent.map(|(_, name)| name.to_owned()),
            intent_probability: None,
        }
    }

    #[test]
    fn the_whole_is_what_comes_most_and_what_comes_last() {
        let (parcel, refund) = ((IntentId::new(), "Parcel"), (IntentId::new(), "Refund"));
        let messages = [
            insight("de", 0.6, Some(parcel)),
            insight("en", 0.0, Some(refund)),
            insight("de", -0.7, None),
            insight("de", -0.7, Some(refund)),
        ];
        let whole = Whole::of(&messages);
        assert_eq!(whole.language.as_deref(), Some("de"));
        assert_eq!(whole.sentiment, Some(Sentiment::Negative), "the pleased start weighs less");
        assert_eq!((whole.intent_id, whole.intent.as_deref()), (Some(refund.0), Some("Refund")));
        let as_often = Whole::of(messages.get(..2).unwrap());
        assert_eq!(as_often.intent.as_deref(), Some("Refund"), "the later of two");
        assert_eq!(Whole::of(&[]), Whole::default());
        assert_eq!(primary("de-AT"), "de");
    }
}
