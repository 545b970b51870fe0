//! What the people who run a business should know of its safety.

use crate::{SecurityNoticeId, Timestamp};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What was noticed.
    pub enum SecurityNoticeKind {
        /// A person signed in from a device that they had not used before.
        NewDevice = "device.new",
        /// Many wrong passwords for one account.
        SignInFailures = "sign_in.failures",
        /// Many requests of visitors or programs were refused.
        Refusals = "refusals.spike",
        /// One API key is used from many networks.
        KeyNetworks = "key.networks",
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
    /// How often within an hour, at least; for a key the number of networks.
    pub count: u64,
    /// When it was noticed first.
    pub first_at: Timestamp,
    /// When it was noticed last.
    pub last_at: Timestamp,
    /// Somebody has dealt with it.
    pub is_settled: bool,
}

impl SecurityNotice {
    /// What was noticed, as a sentence for a screen and a mail.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Self { subject, details, count, .. } = self;
        match self.kind {
            SecurityNoticeKind::NewDevice => format!("{subject} signed in from a new device: {details}."),
            SecurityNoticeKind::SignInFailures => {
                format!("{count} or more wrong passwords were tried on the account of {subject} within an hour.")
            }
            SecurityNoticeKind::Refusals => {
                format!("{count} or more requests were refused within a quarter of an hour, by the limit on {subject}.")
            }
            SecurityNoticeKind::KeyNetworks => {
                format!("The API key {subject} was used from {count} or more networks within an hour.")
            }
        }
    }

    /// What to think of it, and what the one action does.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self.kind {
            SecurityNoticeKind::NewDevice => {
                "If it was not them, sign them out everywhere and ask them to choose a new password."
            }
            SecurityNoticeKind::SignInFailures => {
                "Further tries are slowed down, and devices that signed in before still get in. If a try may have been right, sign the person out everywhere."
            }
            SecurityNoticeKind::Refusals => {
                "Everybody else gets in as before. If the requests come through pages that are not yours, allow the widget on your own domains only."
            }
            SecurityNoticeKind::KeyNetworks => {
                "If these are not your own servers, the key has leaked: revoke it and make a new one."
            }
        }
    }
}
