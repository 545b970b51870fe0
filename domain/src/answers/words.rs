//! What the AI says of itself, in the languages of the widget.

/// Sentences to a visitor.
#[derive(Debug)]
pub(super) struct Words {
    /// The question has no good answer.
    pub(super) no_answer: &'static str,
    /// The visitor asked for a person.
    pub(super) person_called: &'static str,
    /// We could not answer through a fault of ours.
    pub(super) failed: &'static str,
}

const ENGLISH: Words = Words {
    no_answer: "I don’t have a reliable answer to that, so I have asked the team. Someone will reply here.",
    person_called: "Of course. I have asked the team, and someone will reply here.",
    failed: "Something went wrong on our side, so I have asked the team. Someone will reply here.",
};

const OTHERS: [(&str, Words); 8] = [
    (
        "vi",
        Words {
            no_answer: "Tôi chưa có câu trả lời chắc chắn cho câu này nên đã báo cho đội ngũ. Sẽ có người trả lời tại đây.",
            person_called: "Vâng. Tôi đã báo cho đội ngũ, sẽ có người trả lời tại đây.",
            failed: "Đã có lỗi từ phía chúng tôi nên tôi đã báo cho đội ngũ. Sẽ có người trả lời tại đây.",
        },
    ),
    (
        "es",
        Words {
            no_answer: "No tengo una respuesta fiable, así que he avisado al equipo. Alguien responderá aquí.",
            person_called: "Por supuesto. He avisado al equipo y alguien responderá aquí.",
            failed: "Algo ha fallado por nuestra parte, así que he avisado al equipo. Alguien responderá aquí.",
        },
    ),
    (
        "fr",
        Words {
            no_answer: "Je n’ai pas de réponse fiable à cette question, j’ai donc prévenu l’équipe. Quelqu’un répondra ici.",
            person_called: "Bien sûr. J’ai prévenu l’équipe, quelqu’un répondra ici.",
            failed: "Un problème est survenu de notre côté, j’ai donc prévenu l’équipe. Quelqu’un répondra ici.",
        },
    ),
    (
        "de",
        Words {
            no_answer: "Darauf habe ich keine verlässliche Antwort und habe deshalb das Team gefragt. Jemand antwortet hier.",
            person_called: "Gern. Ich habe das Team gefragt, jemand antwortet hier.",
            failed: "Bei uns ist etwas schiefgegangen, deshalb habe ich das Team gefragt. Jemand antwortet hier.",
        },
    ),
    (
        "pt",
        Words {
            no_answer: "Não tenho uma resposta segura para isso, por isso avisei a equipe. Alguém vai responder aqui.",
            person_called: "Claro. Avisei a equipe e alguém vai responder aqui.",
            failed: "Algo deu errado do nosso lado, por isso avisei a equipe. Alguém vai responder aqui.",
        },
    ),
    (
        "ja",
        Words {
            no_answer: "確かな回答が見つからないため、担当者に伝えました。こちらで返信いたします。",
            person_called: "かしこまりました。担当者に伝えましたので、こちらで返信いたします。",
            failed: "こちらの不具合でお答えできないため、担当者に伝えました。こちらで返信いたします。",
        },
    ),
    (
        "zh",
        Words {
            no_answer: "这个问题我没有可靠的答案,已通知团队。稍后会有人在这里回复您。",
            person_called: "好的。我已通知团队,稍后会有人在这里回复您。",
            failed: "我们这边出了点问题,已通知团队。稍后会有人在这里回复您。",
        },
    ),
    (
        "ar",
        Words {
            no_answer: "ليست لدي إجابة موثوقة عن هذا السؤال، لذلك أبلغت الفريق. سيرد عليك أحدهم هنا.",
            person_called: "بالتأكيد. أبلغت الفريق، وسيرد عليك أحدهم هنا.",
            failed: "حدث خطأ من جانبنا، لذلك أبلغت الفريق. سيرد عليك أحدهم هنا.",
        },
    ),
];

/// The sentences for a BCP 47 language; English for one that we do not speak.
pub(super) fn words(locale: Option<&str>) -> &'static Words {
    let language = locale.unwrap_or_default().split(['-', '_']).next().unwrap_or_default().to_lowercase();
    OTHERS.iter().find(|(known, _)| *known == language).map_or(&ENGLISH, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_visitor_is_told_in_their_language() {
        assert!(words(Some("de-AT")).person_called.starts_with("Gern"));
        assert!(words(Some("PT_br")).no_answer.contains("equipe"));
        for unknown in [None, Some(""), Some("xx"), Some("en-GB")] {
            assert!(words(unknown).failed.starts_with("Something"), "{unknown:?}");
        }
    }
}
