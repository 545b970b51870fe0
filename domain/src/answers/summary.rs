//! What was said in a conversation, for the people of the business: in the visitor's own words, and
//! summed up by a language model.

use super::{
    endpoints,
    settings::{self, Stored},
    write::write,
};
use crate::{Error, Omnichat, Result, accounts, database::TenantTx, inbox};
use ai::{
    llm::{self, Turn},
    redact::redact,
};
use types::{
    ConversationId, ErrorCode, MessageId, TenantId,
    inbox::{Message, SenderType},
};

/// Messages before a hand-off that the team is told about.
const BRIEFED: i64 = 60;
/// Messages of the visitor that are quoted to the team, and letters of each.
const QUOTED: usize = 3;
const QUOTED_CHARS: usize = 200;

/// Why the team is called, and what the visitor has asked.
pub(super) fn hand_off_note(why: &str, said: &[Message]) -> String {
    let asked = said.iter().filter(|message| message.sender_type == SenderType::Contact);
    let mut last: Vec<String> = asked
        .rev()
        .take(QUOTED)
        .map(|message| message.content.chars().take(QUOTED_CHARS).collect::<String>())
        .map(|text| literal(&text))
        // None of its lines may look like ours.
        .map(|text| text.replace("\r\n", "\n").replace(['\n', '\r'], "\n> "))
        .map(|text| format!("> {text}"))
        .collect();
    last.reverse();
    if last.is_empty() {
        format!("Hand-off: {why}")
    } else {
        format!("Hand-off: {why}\n\nThe visitor wrote:\n{}", last.join("\n"))
    }
}

/// Words in which no sign is a mark: a visitor's link would stand there like one of ours.
fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '[' | ']' | '<' | '`' | '*' | '_' | '~' | '#' | '|' | '\\') {
            literal.push('\\');
        }
        literal.push(character);
    }
    literal
}

/// Whether a language model sums up what was said. A single question is its own summary.
pub(super) fn is_briefed(product: &Omnichat, settings: &Stored, said: &[Message]) -> bool {
    let asked = said.iter().filter(|message| message.sender_type == SenderType::Contact).count();
    asked > 1 && endpoints::has_any(product, settings)
}

/// What the team is told when a visitor asks for a person with the button.
#[derive(Debug)]
pub(crate) struct Called {
    /// Why, and what the visitor has asked.
    pub(crate) note: String,
    /// The visitor's last message, when what was said is to be summed up as well.
    pub(crate) briefed: Option<MessageId>,
}

/// Reads what the team is to be told.
pub(crate) async fn called(product: &Omnichat, tx: &mut TenantTx, conversation: ConversationId) -> Result<Called> {
    let said = inbox::spoken(tx, conversation, BRIEFED).await?;
    let settings = settings::read(tx).await?;
    let last = said.iter().rfind(|message| message.sender_type == SenderType::Contact).map(|message| message.id);
    Ok(Called {
        note: hand_off_note("the visitor asked for a person.", &said),
        briefed: last.filter(|_| is_briefed(product, &settings, &said)),
    })
}

/// A summary by the tenant's language models; none when there is no model.
///
/// # Errors
/// When no model writes one that says what was said, or the budget is used up.
pub(crate) async fn summarise(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    said: &[Message],
) -> Result<Option<String>> {
    let business = product.db().tenant(tenant, async |tx: &mut TenantTx| accounts::read_tenant(tx).await).await?;
    let turns: Vec<Turn> = said
        .iter()
        .map(|message| Turn {
            is_visitor: message.sender_type == SenderType::Contact,
            content: redact(&message.content).into_owned(),
        })
        .collect();
    write(product, tenant, "summarise", conversation, &llm::summarise(&business.name, &turns), |written| {
        llm::summary(&turns, written).ok_or_else(|| "it wrote no short summary of what was said".to_owned())
    })
    .await
}

/// Job: sums up for the team what was said before it was called. Runs once or more and is said once.
pub(crate) async fn brief(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    question: MessageId,
) -> Result<()> {
    let said = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| inbox::spoken(tx, conversation, BRIEFED).await)
        .await;
    let said = match said {
        Err(Error::Refused(gone)) if gone.code == ErrorCode::NotFound => return Ok(()),
        said => said?,
    };
    match summarise(product, tenant, conversation, &said).await {
        Ok(Some(text)) => inbox::note_brief(product, tenant, conversation, question, &text).await,
        Ok(None) => Ok(()),
        Err(error) => {
            tracing::info!(%tenant, %error, "a hand-off has no summary of a language model");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_visitor_wrote_has_no_marks_in_a_note() {
        assert_eq!(
            literal("[click](https://evil.example) <b> a_b *c*"),
            "\\[click\\](https://evil.example) \\<b> a\\_b \\*c\\*"
        );
        assert_eq!(literal("Two days, 5 € (net)."), "Two days, 5 € (net).");
    }
}
