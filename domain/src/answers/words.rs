//! What the AI says of itself, in the languages of the widget.

use ai::extract::SmallTalk;

/// Sentences to a visitor.
#[derive(Debug)]
pub(super) struct Words {
    /// The question has no good answer.
    pub(super) no_answer: &'static str,
    /// The visitor asked for a person.
    pub(super) person_called: &'static str,
    /// We could not answer through a fault of ours.
    pub(super) failed: &'static str,
    /// The AI has said enough.
    pub(super) enough: &'static str,
    /// The AI may not answer in this language.
    pub(super) other_language: &'static str,
    greeting: &'static str,
    thanks: &'static str,
    farewell: &'static str,
}

impl Words {
    /// A short reply to small talk that claims nothing.
    pub(super) const fn talk(&self, talk: SmallTalk) -> &'static str {
        match talk {
            SmallTalk::Greeting => self.greeting,
            SmallTalk::Thanks => self.thanks,
            SmallTalk::Farewell => self.farewell,
        }
    }
}

const ENGLISH: Words = Words {
    no_answer: "I don’t have a reliable answer to that, so I have asked the team. Someone will reply here.",
    person_called: "Of course. I have asked the team, and someone will reply here.",
    failed: "Something went wrong on our side, so I have asked the team. Someone will reply here.",
    enough: "A person can help you better from here. I have asked the team, and someone will reply here.",
    other_language: "I can’t answer in this language, so I have asked the team. Someone will reply here.",
    greeting: "Hello! What would you like to know?",
    thanks: "You’re welcome! Is there anything else you would like to know?",
    farewell: "Goodbye! Write here again whenever you have a question.",
};

const OTHERS: [(&str, Words); 11] = [
    (
        "vi",
        Words {
            no_answer: "Tôi chưa có câu trả lời chắc chắn cho câu này nên đã báo cho đội ngũ. Sẽ có người trả lời tại đây.",
            person_called: "Vâng. Tôi đã báo cho đội ngũ, sẽ có người trả lời tại đây.",
            failed: "Đã có lỗi từ phía chúng tôi nên tôi đã báo cho đội ngũ. Sẽ có người trả lời tại đây.",
            enough: "Từ đây, một người trong đội ngũ sẽ giúp bạn tốt hơn. Tôi đã báo cho họ, sẽ có người trả lời tại đây.",
            other_language: "Tôi không trả lời được bằng ngôn ngữ này nên đã báo cho đội ngũ. Sẽ có người trả lời tại đây.",
            greeting: "Xin chào! Bạn muốn biết điều gì?",
            thanks: "Không có gì! Bạn còn muốn hỏi gì nữa không?",
            farewell: "Tạm biệt! Khi có câu hỏi, bạn cứ viết tại đây.",
        },
    ),
    (
        "es",
        Words {
            no_answer: "No tengo una respuesta fiable, así que he avisado al equipo. Alguien responderá aquí.",
            person_called: "Por supuesto. He avisado al equipo y alguien responderá aquí.",
            failed: "Algo ha fallado por nuestra parte, así que he avisado al equipo. Alguien responderá aquí.",
            enough: "A partir de aquí, una persona puede ayudarle mejor. He avisado al equipo y alguien responderá aquí.",
            other_language: "No puedo responder en este idioma, así que he avisado al equipo. Alguien responderá aquí.",
            greeting: "¡Hola! ¿Qué le gustaría saber?",
            thanks: "¡De nada! ¿Hay algo más que quiera saber?",
            farewell: "¡Hasta pronto! Escriba aquí cuando tenga una pregunta.",
        },
    ),
    (
        "fr",
        Words {
            no_answer: "Je n’ai pas de réponse fiable à cette question, j’ai donc prévenu l’équipe. Quelqu’un répondra ici.",
            person_called: "Bien sûr. J’ai prévenu l’équipe, quelqu’un répondra ici.",
            failed: "Un problème est survenu de notre côté, j’ai donc prévenu l’équipe. Quelqu’un répondra ici.",
            enough: "À partir d’ici, une personne peut mieux vous aider. J’ai prévenu l’équipe, quelqu’un répondra ici.",
            other_language: "Je ne peux pas répondre dans cette langue, j’ai donc prévenu l’équipe. Quelqu’un répondra ici.",
            greeting: "Bonjour ! Que souhaitez-vous savoir ?",
            thanks: "Avec plaisir ! Souhaitez-vous savoir autre chose ?",
            farewell: "Au revoir ! Écrivez ici dès que vous avez une question.",
        },
    ),
    (
        "de",
        Words {
            no_answer: "Darauf habe ich keine verlässliche Antwort und habe deshalb das Team gefragt. Jemand antwortet hier.",
            person_called: "Gern. Ich habe das Team gefragt, jemand antwortet hier.",
            failed: "Bei uns ist etwas schiefgegangen, deshalb habe ich das Team gefragt. Jemand antwortet hier.",
            enough: "Ab hier hilft Ihnen besser ein Mensch. Ich habe das Team gefragt, jemand antwortet hier.",
            other_language: "In dieser Sprache kann ich nicht antworten und habe deshalb das Team gefragt. Jemand antwortet hier.",
            greeting: "Hallo! Was möchten Sie wissen?",
            thanks: "Gern geschehen! Möchten Sie noch etwas wissen?",
            farewell: "Auf Wiedersehen! Schreiben Sie hier, wann immer Sie eine Frage haben.",
        },
    ),
    (
        "pt",
        Words {
            no_answer: "Não tenho uma resposta segura para isso, por isso avisei a equipe. Alguém vai responder aqui.",
            person_called: "Claro. Avisei a equipe e alguém vai responder aqui.",
            failed: "Algo deu errado do nosso lado, por isso avisei a equipe. Alguém vai responder aqui.",
            enough: "A partir daqui, uma pessoa pode ajudar melhor. Avisei a equipe e alguém vai responder aqui.",
            other_language: "Não consigo responder neste idioma, por isso avisei a equipe. Alguém vai responder aqui.",
            greeting: "Olá! O que gostaria de saber?",
            thanks: "De nada! Gostaria de saber mais alguma coisa?",
            farewell: "Até logo! Escreva aqui quando tiver uma pergunta.",
        },
    ),
    (
        "it",
        Words {
            no_answer: "Non ho una risposta sicura a questa domanda, quindi ho avvisato il team. Qualcuno risponderà qui.",
            person_called: "Certo. Ho avvisato il team e qualcuno risponderà qui.",
            failed: "Qualcosa non ha funzionato da parte nostra, quindi ho avvisato il team. Qualcuno risponderà qui.",
            enough: "Da qui in poi una persona può aiutarla meglio. Ho avvisato il team e qualcuno risponderà qui.",
            other_language: "Non posso rispondere in questa lingua, quindi ho avvisato il team. Qualcuno risponderà qui.",
            greeting: "Buongiorno! Che cosa desidera sapere?",
            thanks: "Prego! Desidera sapere altro?",
            farewell: "Arrivederci! Scriva qui quando ha una domanda.",
        },
    ),
    (
        "nl",
        Words {
            no_answer: "Daar heb ik geen betrouwbaar antwoord op, dus ik heb het team gevraagd. Iemand antwoordt hier.",
            person_called: "Natuurlijk. Ik heb het team gevraagd en iemand antwoordt hier.",
            failed: "Er ging iets mis aan onze kant, dus ik heb het team gevraagd. Iemand antwoordt hier.",
            enough: "Vanaf hier kan een mens u beter helpen. Ik heb het team gevraagd en iemand antwoordt hier.",
            other_language: "In deze taal kan ik niet antwoorden, dus ik heb het team gevraagd. Iemand antwoordt hier.",
            greeting: "Hallo! Wat wilt u weten?",
            thanks: "Graag gedaan! Wilt u nog iets weten?",
            farewell: "Tot ziens! Schrijf hier wanneer u een vraag hebt.",
        },
    ),
    (
        "pl",
        Words {
            no_answer: "Nie mam pewnej odpowiedzi na to pytanie, więc powiadomiłem zespół. Ktoś odpowie tutaj.",
            person_called: "Oczywiście. Powiadomiłem zespół i ktoś odpowie tutaj.",
            failed: "Coś poszło nie tak po naszej stronie, więc powiadomiłem zespół. Ktoś odpowie tutaj.",
            enough: "Dalej lepiej pomoże człowiek. Powiadomiłem zespół i ktoś odpowie tutaj.",
            other_language: "Nie mogę odpowiedzieć w tym języku, więc powiadomiłem zespół. Ktoś odpowie tutaj.",
            greeting: "Dzień dobry! Czego chce się Pan lub Pani dowiedzieć?",
            thanks: "Proszę bardzo! Czy mogę jeszcze w czymś pomóc?",
            farewell: "Do widzenia! W razie pytań proszę pisać tutaj.",
        },
    ),
    (
        "ja",
        Words {
            no_answer: "確かな回答が見つからないため、担当者に伝えました。こちらで返信いたします。",
            person_called: "かしこまりました。担当者に伝えましたので、こちらで返信いたします。",
            failed: "こちらの不具合でお答えできないため、担当者に伝えました。こちらで返信いたします。",
            enough: "ここからは担当者がご案内いたします。担当者に伝えましたので、こちらで返信いたします。",
            other_language: "この言語ではお答えできないため、担当者に伝えました。こちらで返信いたします。",
            greeting: "こんにちは。どのようなことをお知りになりたいですか。",
            thanks: "どういたしまして。ほかにご質問はありますか。",
            farewell: "ありがとうございました。ご質問があれば、いつでもこちらにお書きください。",
        },
    ),
    (
        "zh",
        Words {
            no_answer: "这个问题我没有可靠的答案,已通知团队。稍后会有人在这里回复您。",
            person_called: "好的。我已通知团队,稍后会有人在这里回复您。",
            failed: "我们这边出了点问题,已通知团队。稍后会有人在这里回复您。",
            enough: "接下来由团队成员为您服务会更好。我已通知团队,稍后会有人在这里回复您。",
            other_language: "我无法用这种语言回答,已通知团队。稍后会有人在这里回复您。",
            greeting: "您好!您想了解什么?",
            thanks: "不客气!您还想了解什么吗?",
            farewell: "再见!有问题时请随时在这里留言。",
        },
    ),
    (
        "ar",
        Words {
            no_answer: "ليست لدي إجابة موثوقة عن هذا السؤال، لذلك أبلغت الفريق. سيرد عليك أحدهم هنا.",
            person_called: "بالتأكيد. أبلغت الفريق، وسيرد عليك أحدهم هنا.",
            failed: "حدث خطأ من جانبنا، لذلك أبلغت الفريق. سيرد عليك أحدهم هنا.",
            enough: "من هنا يمكن لأحد أعضاء الفريق مساعدتك بشكل أفضل. أبلغت الفريق، وسيرد عليك أحدهم هنا.",
            other_language: "لا أستطيع الإجابة بهذه اللغة، لذلك أبلغت الفريق. سيرد عليك أحدهم هنا.",
            greeting: "مرحبًا! ماذا تود أن تعرف؟",
            thanks: "على الرحب والسعة! هل تود معرفة شيء آخر؟",
            farewell: "إلى اللقاء! اكتب هنا متى كان لديك سؤال.",
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
    use super::{SmallTalk, words};

    #[test]
    fn a_visitor_is_told_in_their_language() {
        assert!(words(Some("de-AT")).person_called.starts_with("Gern"));
        assert!(words(Some("de")).talk(SmallTalk::Greeting).starts_with("Hallo"));
        assert!(words(Some("it")).talk(SmallTalk::Thanks).starts_with("Prego"));
        assert!(words(Some("PT_br")).no_answer.contains("equipe"));
        for unknown in [None, Some(""), Some("xx"), Some("en-GB")] {
            assert!(words(unknown).failed.starts_with("Something"), "{unknown:?}");
        }
    }
}
