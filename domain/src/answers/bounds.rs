//! When the AI stops by itself, so that no conversation with it goes round for ever.

use ai::bm25::terms_in_order;
use types::inbox::{Message, SenderType};

/// Answers of the AI in one conversation in a minute; a person writes slower.
pub(super) const ANSWERS_A_MINUTE: u32 = 12;
/// The same question this often, with the same answer, is one too many.
const REPEATS: usize = 3;

/// Whether the last message is asked for the third time, and was answered the same way each time.
pub(super) fn goes_round(messages: &[Message]) -> bool {
    let Some((asked, before)) = messages.split_last() else { return false };
    let answers: Vec<&Message> = before
        .iter()
        .zip(before.iter().skip(1))
        .filter(|(question, answer)| {
            question.sender_type == SenderType::Contact
                && answer.sender_type == SenderType::Ai
                && is_same_question(&question.content, &asked.content)
        })
        .map(|(_, answer)| answer)
        .collect();
    let mut last = answers.iter().rev().take(REPEATS - 1);
    let Some(newest) = last.next() else { return false };
    answers.len() + 1 >= REPEATS && last.all(|answer| is_same_answer(answer, newest))
}

fn is_same_question(one: &str, other: &str) -> bool {
    let terms = |text: &str| {
        let mut terms = terms_in_order(text);
        terms.sort_unstable();
        terms.dedup();
        terms
    };
    let (one_terms, other_terms) = (terms(one), terms(other));
    if one_terms.is_empty() { one.trim().eq_ignore_ascii_case(other.trim()) } else { one_terms == other_terms }
}

fn is_same_answer(one: &Message, other: &Message) -> bool {
    let grounds = |message: &Message| message.citations.iter().map(|citation| citation.passage_id).collect::<Vec<_>>();
    one.content == other.content || (!one.citations.is_empty() && grounds(one) == grounds(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::{ConversationId, MessageId, Timestamp, inbox::MessageStatus};

    fn message(sender_type: SenderType, content: &str) -> Message {
        Message {
            id: MessageId::new(),
            conversation_id: ConversationId::new(),
            sender_type,
            staff_id: None,
            sender_name: String::new(),
            is_note: false,
            content: content.to_owned(),
            html: None,
            citations: Vec::new(),
            confidence: None,
            feedback: None,
            status: MessageStatus::Sent,
            client_id: None,
            created_at: Timestamp(0),
        }
    }

    #[test]
    fn the_third_time_is_one_too_many() {
        let (contact, ai) = (SenderType::Contact, SenderType::Ai);
        let mut said = Vec::new();
        for (number, question) in
            ["How long is delivery?", "how long IS the delivery", "Delivery, how long?"].iter().enumerate()
        {
            said.push(message(contact, question));
            assert_eq!(goes_round(&said), number == 2, "{question}");
            said.push(message(ai, "Two days."));
        }
        said.push(message(contact, "How much is delivery?"));
        let asked = ["Delivery?", "Delivery?", "Delivery?"];
        let other: Vec<Message> = asked
            .iter()
            .enumerate()
            .flat_map(|(number, question)| [message(contact, question), message(ai, &format!("Answer {number}"))])
            .take(5)
            .collect();
        assert!(!goes_round(&other), "other answers");
        assert!(!goes_round(&[]));
    }
}
