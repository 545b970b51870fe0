//! A message that asks several things: each question is searched for and answered by itself.

use super::{
    PATIENCE, Thinking,
    compose::{Ask, Composed, compose},
    find::find,
    follow_up::Sought,
    language::base,
};
use crate::{Omnichat, Result};
use ai::{
    follow_up::{Standing, standing},
    llm::Turn,
    several::several,
};
use std::time::Instant;
use types::{TenantId, answers::Citation};

/// Characters of a question that is named as not answered.
const NAMED_CHARS: usize = 160;

/// What is said of questions that have no answer, beside others that have one; `{questions}` is put in.
const UNANSWERED: [(&str, &str); 12] = [
    ("en", "I have no reliable answer to this, so I have asked the team: {questions} Someone will reply here."),
    ("de", "Darauf habe ich keine sichere Antwort und habe das Team gefragt: {questions} Jemand antwortet Ihnen hier."),
    ("fr", "Je n’ai pas de réponse sûre à ceci et j’ai prévenu l’équipe : {questions} Quelqu’un vous répondra ici."),
    ("es", "No tengo una respuesta fiable a esto y he avisado al equipo: {questions} Alguien responderá aquí."),
    ("pt", "Não tenho uma resposta segura para isto e avisei a equipe: {questions} Alguém vai responder aqui."),
    ("it", "Non ho una risposta sicura a questo e ho avvisato il team: {questions} Qualcuno risponderà qui."),
    ("nl", "Hierop heb ik geen betrouwbaar antwoord en ik heb het team gevraagd: {questions} Iemand antwoordt hier."),
    ("pl", "Nie mam na to pewnej odpowiedzi i powiadomiłem zespół: {questions} Ktoś odpowie tutaj."),
    ("vi", "Tôi chưa có câu trả lời chắc chắn và đã báo cho đội ngũ: {questions} Sẽ có người trả lời tại đây."),
    ("zh", "以下问题我没有可靠的答案，已通知团队：{questions} 稍后会有人在这里回复您。"),
    ("ja", "次のご質問には確かな回答が見つからないため、担当者に伝えました：{questions} こちらで返信いたします。"),
    ("ar", "ليست لدي إجابة موثوقة عن هذا، لذلك أبلغت الفريق: {questions} سيرد عليك أحدهم هنا."),
];

/// The answers to a message of several questions.
#[derive(Debug)]
pub(super) struct Answered {
    /// All answers in one text, the questions without one named at its end.
    pub(super) composed: Composed,
    /// The questions without a good answer.
    pub(super) unanswered: Vec<String>,
    /// What was found for each question.
    pub(super) sought: Vec<Sought>,
}

/// Answers the questions of a message one by one; none when it asks one thing, or when no question has a good answer.
/// `language` is the one in which the visitor reads.
///
/// # Errors
/// When the model or the database is not available.
pub(super) async fn one_by_one(
    product: &Omnichat,
    tenant: TenantId,
    thinking: &Thinking,
    history: &[Turn],
    asked: &str,
    language: Option<&str>,
) -> Result<Option<Answered>> {
    let Some(several) = several(asked) else { return Ok(None) };
    let (settings, until) = (&thinking.settings, Instant::now() + PATIENCE);
    let mut before = history.to_vec();
    let (mut all, mut sought) = (Vec::new(), Vec::new());
    for (place, question) in several.questions.iter().enumerate() {
        // Only the first one, and what points back, leans on what was said; anything else stands alone here.
        let leans = place == 0 || standing(question) == Standing::Leaning;
        let said: &[Turn] = if leans { &before } else { &[] };
        let one = find(product, tenant, settings, said, question, None).await?;
        let ask = one.ask(Ask {
            tenant,
            settings,
            business: &thinking.business,
            version: thinking.version,
            question,
            history: said,
            found: &one.found,
            language,
            is_counted: false,
            until,
        });
        all.push(compose(product, &ask, |_: &str| {}).await);
        sought.push(one);
        before.push(Turn { is_visitor: true, content: question.clone() });
    }
    let mut unanswered = Vec::new();
    let mut good = Vec::new();
    let mut calls = Vec::new();
    for (mut composed, question) in all.into_iter().zip(&several.questions) {
        calls.append(&mut composed.calls);
        if composed.is_good(settings.threshold) { good.push(composed) } else { unanswered.push(question.clone()) }
    }
    unanswered.extend(several.others);
    let Some(mut composed) = joined(good) else { return Ok(None) };
    composed.calls = calls;
    if !unanswered.is_empty() {
        composed.text = format!("{}\n\n{}", composed.text, named(&unanswered, language));
    }
    Ok(Some(Answered { composed, unanswered, sought }))
}

/// Some answers as one, with their citations numbered through. It is as sure as the least of them.
fn joined(all: Vec<Composed>) -> Option<Composed> {
    let mut all = all.into_iter();
    let mut whole = all.next()?;
    let mut texts = vec![bare(&whole.text, &whole.citations)];
    for mut next in all {
        // One passage may answer two questions.
        let words = bare(&next.text, &next.citations);
        whole.confidence = whole.confidence.min(next.confidence);
        whole.is_remembered &= next.is_remembered;
        if texts.contains(&words) {
            continue;
        }
        texts.push(words);
        let first = u8::try_from(whole.citations.len()).unwrap_or(u8::MAX);
        let text = renumbered(&next.text, first);
        for citation in &mut next.citations {
            citation.number = citation.number.saturating_add(first);
        }
        whole.citations.append(&mut next.citations);
        whole.text = format!("{}\n\n{text}", whole.text);
        whole.dropped.append(&mut next.dropped);
    }
    Some(whole)
}

/// An answer without its marks of citations.
fn bare(text: &str, citations: &[Citation]) -> String {
    let mut text = text.to_owned();
    for citation in citations {
        text = text.replace(&format!("[{}]", citation.number), "");
    }
    text.trim().to_owned()
}

/// A text whose marks `[1]` are so much higher.
fn renumbered(text: &str, by: u8) -> String {
    let mut whole = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        whole.push_str(before);
        whole.push('[');
        let number = after.split_once(']').and_then(|(number, _)| Some((number, number.parse::<u8>().ok()?)));
        rest = match number {
            Some((digits, number)) => {
                whole.push_str(&number.saturating_add(by).to_string());
                after.get(digits.len()..).unwrap_or_default()
            }
            None => after,
        };
    }
    whole.push_str(rest);
    whole
}

fn named(questions: &[String], language: Option<&str>) -> String {
    let language = language.map(base).unwrap_or_default();
    let of = |tag: &str| UNANSWERED.iter().find(|(known, _)| *known == tag).map(|(_, sentence)| *sentence);
    let sentence = of(&language).or_else(|| of("en")).unwrap_or_default();
    let short = |question: &String| match question.char_indices().nth(NAMED_CHARS) {
        Some((end, _)) => format!("“{}…”", question.get(..end).unwrap_or_default()),
        None => format!("“{question}”"),
    };
    sentence.replace("{questions}", &questions.iter().map(short).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::{PassageId, SourceId};

    fn answer(text: &str, confidence: f32) -> Composed {
        let citation = Citation {
            number: 1,
            source_id: SourceId::new(),
            passage_id: PassageId::new(),
            title: String::new(),
            url: None,
            quote: String::new(),
        };
        Composed { text: text.to_owned(), confidence, citations: vec![citation], ..Composed::nothing() }
    }

    #[test]
    fn citations_are_numbered_through() {
        let all = vec![answer("Three days. [1]", 0.9), answer("See [x] and [1].", 0.8), answer("Three days. [1]", 0.7)];
        let whole = joined(all).unwrap();
        assert_eq!(whole.text, "Three days. [1]\n\nSee [x] and [2].");
        assert_eq!(whole.citations.iter().map(|citation| citation.number).collect::<Vec<_>>(), [1, 2]);
        assert!((whole.confidence - 0.7).abs() < 1e-6);
        assert!(joined(Vec::new()).is_none());
    }

    #[test]
    fn what_has_no_answer_is_named_in_the_visitors_language() {
        let questions = ["Is it blue?".to_owned(), "x".repeat(500)];
        let english = named(&questions, None);
        assert!(
            english.contains("“Is it blue?”") && english.contains('…') && english.chars().count() < 400,
            "{english}"
        );
        assert!(named(&questions, Some("de-AT")).starts_with("Darauf habe ich"));
        assert!(UNANSWERED.iter().all(|(_, sentence)| sentence.contains("{questions}")));
    }
}
