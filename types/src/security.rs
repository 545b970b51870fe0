//! What the people who run a business should know of its safety.

use crate::{SecurityNoticeId, Timestamp};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What was noticed.
    pub enum SecurityNoticeKind {
        /// A person signed in from a device that they had not used before.
        NewDevice = "device.new",
        /// Many wrong passwords, or codes after them, for one account.
        SignInFailures = "sign_in.failures",
        /// Many requests of visitors or programs were refused.
        Refusals = "refusals.spike",
        /// One API key is used from many networks.
        KeyNetworks = "key.networks",
        /// Many requests of one API key were refused.
        KeyRefusals = "key.refusals",
    }
}

/// Something that was noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityNotice {
    /// Its id.
    pub id: SecurityNoticeId,
    /// What was noticed.
    pub kind: SecurityNoticeKind,
    /// Name of the person or the key, or what was refused.
    pub subject: String,
    /// The device, or where it came from.
    pub details: String,
    /// How often within an hour, at least, and for refusals within a quarter of an hour; of a key that is used from many
    /// places the number of networks.
    pub count: u64,
    /// When it was noticed first.
    pub first_at: Timestamp,
    /// When it was noticed last.
    pub last_at: Timestamp,
    /// Somebody has dealt with it.
    pub is_settled: bool,
}

/// What was refused, as far as it says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// What visitors do on pages with the widget.
    Widget,
    /// Requests of programs and browsers.
    Requests,
    /// What the AI is asked.
    Ai,
    /// Anything else: it ends by itself.
    Other,
}

impl Refused {
    /// Limits on what visitors do, in words.
    pub const VISITS: &str = "visits in a minute";
    /// See [`Self::VISITS`].
    pub const CONVERSATIONS: &str = "new conversations in a minute";
    /// See [`Self::VISITS`].
    pub const MESSAGES: &str = "messages of a visitor";
    /// The limit on requests, in words.
    pub const REQUESTS: &str = "requests in a minute";
    /// The limit on what the AI is asked, in words.
    pub const ANSWERS: &str = "answers of the AI";

    /// What a limit refuses, by its words.
    #[must_use]
    pub fn by(limit: &str) -> Self {
        match limit {
            Self::VISITS | Self::CONVERSATIONS | Self::MESSAGES => Self::Widget,
            Self::REQUESTS => Self::Requests,
            Self::ANSWERS => Self::Ai,
            _ => Self::Other,
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::Widget => {
                "Everybody else gets in as before. If the requests come through pages that are not yours, allow the widget on your own domains only."
            }
            Self::Requests => {
                "If a program of yours asks too often, let it ask less often. If you do not know the program, revoke its key."
            }
            Self::Ai => {
                "Until it is less, the AI leaves questions to your people. If a program asks them and you do not know it, revoke its key."
            }
            Self::Other => "Everybody else gets in as before. There is nothing to do: it ends by itself.",
        }
    }
}

impl SecurityNotice {
    /// What was noticed, as a sentence for a screen and a mail.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Self { subject, details, count, .. } = self;
        match self.kind {
            SecurityNoticeKind::NewDevice => format!("{subject} signed in from a new device: {details}."),
            SecurityNoticeKind::SignInFailures => {
                format!(
                    "{count} or more wrong passwords or codes were tried on the account of {subject} within an hour."
                )
            }
            SecurityNoticeKind::Refusals => {
                format!("{count} or more requests were refused within a quarter of an hour, by the limit on {subject}.")
            }
            SecurityNoticeKind::KeyRefusals => {
                format!(
                    "The API key {subject} asks too much: {count} or more of its requests were refused within a quarter of an hour."
                )
            }
            SecurityNoticeKind::KeyNetworks => {
                format!("The API key {subject} was used from {count} or more networks within an hour.")
            }
        }
    }

    /// What was refused, of a notice of refusals.
    #[must_use]
    pub fn refused(&self) -> Refused {
        Refused::by(&self.subject)
    }

    /// What to think of it, and what the one action does.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.kind {
            SecurityNoticeKind::NewDevice => {
                "If it was not them, sign them out everywhere and ask them to choose a new password."
            }
            SecurityNoticeKind::SignInFailures => {
                "Further tries are slowed down, and devices that signed in before still get in. If a try may have been right, sign the person out everywhere."
            }
            SecurityNoticeKind::Refusals => self.refused().advice(),
            SecurityNoticeKind::KeyRefusals => {
                "If the program is yours, let it ask less often. If you do not know it, the key has leaked: revoke it."
            }
            SecurityNoticeKind::KeyNetworks => {
                "If these are not your own servers, the key has leaked: revoke it and make a new one."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_is_about_what_was_refused() {
        let notice = |subject: &str| SecurityNotice {
            id: SecurityNoticeId::new(),
            kind: SecurityNoticeKind::Refusals,
            subject: subject.to_owned(),
            details: String::new(),
            count: 100,
            first_at: Timestamp(0),
            last_at: Timestamp(0),
            is_settled: false,
        };
        for limit in [Refused::VISITS, Refused::CONVERSATIONS, Refused::MESSAGES] {
            assert_eq!(notice(limit).refused(), Refused::Widget);
            assert!(notice(limit).advice().contains("widget"), "{limit}");
        }
        for limit in [Refused::REQUESTS, Refused::ANSWERS] {
            let advice = notice(limit).advice();
            assert!(advice.contains("key") && !advice.contains("widget"), "{limit}: {advice}");
        }
        assert!(!notice("open sockets").advice().contains("widget"));
    }
}
