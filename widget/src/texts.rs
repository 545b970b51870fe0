//! What the widget says, in the visitor's language.

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod ja;
mod pt;
mod vi;
mod zh;

/// Every text of the widget in one language.
#[derive(Debug)]
pub struct Texts {
    /// BCP 47 tag of the language.
    pub tag: &'static str,
    /// Name of the panel for a screen reader.
    pub chat: &'static str,
    /// Somebody of the team is there.
    pub online: &'static str,
    /// Nobody of the team is there.
    pub away: &'static str,
    /// The button that closes the panel.
    pub close: &'static str,
    /// First words when the business has written none of its own.
    pub greeting: &'static str,
    /// Heading of the suggested questions.
    pub suggestions: &'static str,
    /// Name of the list of messages.
    pub conversation: &'static str,
    /// The button for older messages.
    pub older: &'static str,
    /// The button that leads to what came in while the visitor read further up.
    pub newest: &'static str,
    /// The visitor, as the sender.
    pub you: &'static str,
    /// The mark on an answer of the AI.
    pub ai: &'static str,
    /// What that mark means.
    pub ai_meaning: &'static str,
    /// Heading of the citations.
    pub sources: &'static str,
    /// The link to a source's page.
    pub open_source: &'static str,
    /// Thumb up.
    pub helpful: &'static str,
    /// Thumb down.
    pub not_helpful: &'static str,
    /// Somebody is writing.
    pub typing: &'static str,
    /// In the empty composer.
    pub placeholder: &'static str,
    /// Name of the composer.
    pub message: &'static str,
    /// The button that sends.
    pub send: &'static str,
    /// The button for a person.
    pub person: &'static str,
    /// A person has been asked for.
    pub person_comes: &'static str,
    /// What the visitor says by that button before there is a conversation.
    pub person_wish: &'static str,
    /// State of a message: on its way.
    pub sending: &'static str,
    /// State of a message: stored.
    pub sent: &'static str,
    /// State of a message: with the team.
    pub delivered: &'static str,
    /// State of a message: seen by the team.
    pub read: &'static str,
    /// State of a message: not sent.
    pub failed: &'static str,
    /// The button that sends again.
    pub retry: &'static str,
    /// The button that takes a failed message back into the composer.
    pub edit: &'static str,
    /// More than 10,000 characters.
    pub too_long: &'static str,
    /// The browser has no network.
    pub offline: &'static str,
    /// The server cannot be reached.
    pub unreachable: &'static str,
    /// The page's domain is not on the widget's list.
    pub not_allowed: &'static str,
    /// The widget does not exist any more.
    pub unknown: &'static str,
    /// Too many messages.
    pub too_many: &'static str,
    /// A fault of the server.
    pub fault: &'static str,
}

/// The texts of a language, by the two letters that the loader has picked.
#[must_use]
pub fn of(code: &str) -> &'static Texts {
    match code {
        "ar" => &ar::TEXTS,
        "de" => &de::TEXTS,
        "es" => &es::TEXTS,
        "fr" => &fr::TEXTS,
        "ja" => &ja::TEXTS,
        "pt" => &pt::TEXTS,
        "vi" => &vi::TEXTS,
        "zh" => &zh::TEXTS,
        _ => &en::TEXTS,
    }
}

impl Texts {
    /// Which way the language is written.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        if self.tag == "ar" { "rtl" } else { "ltr" }
    }
}
