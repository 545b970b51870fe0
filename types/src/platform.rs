//! What the people who run the server see of the businesses on it: who they
//! are and how much they use, never what was written.

use crate::{TenantId, Timestamp, UserId, accounts::Role, limits};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Whether a business may work.
    pub enum TenantStatus {
        /// It may.
        Active = "active",
        /// It was suspended.
        Suspended = "suspended",
    }
}

/// What a business may use at most. What is not set is the server's default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TenantLimits {
    /// People who work there.
    pub seats: Option<u32>,
    /// Passages of all its sources.
    pub passages: Option<u32>,
    /// Sources that its AI learns from.
    pub sources: Option<u32>,
    /// Requests in a minute.
    pub requests_per_minute: Option<u32>,
    /// Answers in a minute for which a language model is asked.
    pub ai_answers_per_minute: Option<u32>,
    /// Calls of language models that are under way at once.
    pub model_calls: Option<u32>,
    /// Megabytes of the text of its sources, and of files that wait to be read.
    pub storage_mb: Option<u32>,
    /// Pages of the web that are looked at in a day.
    pub pages_per_day: Option<u32>,
    /// Minutes in a day for taking the text out of files and pages.
    pub reading_minutes_per_day: Option<u32>,
    /// Minutes in a day that language models take for their answers.
    pub model_minutes_per_day: Option<u32>,
}

impl TenantLimits {
    /// People who may work there.
    #[must_use]
    pub fn seats(&self) -> u32 {
        self.seats.unwrap_or(limits::SEATS).min(limits::SEATS)
    }

    /// Passages that its sources may have together.
    #[must_use]
    pub fn passages(&self) -> u32 {
        self.passages.unwrap_or(limits::PASSAGES).min(limits::PASSAGES)
    }

    /// Sources that its AI may learn from.
    #[must_use]
    pub fn sources(&self) -> u32 {
        let most = u32::try_from(limits::SOURCES).unwrap_or(u32::MAX);
        self.sources.unwrap_or(most).min(most)
    }

    /// Answers in a minute for which a language model may be asked.
    #[must_use]
    pub fn ai_answers_per_minute(&self) -> u32 {
        self.ai_answers_per_minute.unwrap_or(limits::AI_ANSWERS_PER_MINUTE)
    }

    /// Calls of language models that may be under way at once.
    #[must_use]
    pub fn model_calls(&self) -> u32 {
        self.model_calls.unwrap_or(limits::MODEL_CALLS).min(limits::MOST_MODEL_CALLS)
    }

    /// Megabytes that its sources may hold together.
    #[must_use]
    pub fn storage_mb(&self) -> u32 {
        self.storage_mb.unwrap_or(limits::STORAGE_MB).min(limits::MOST_STORAGE_MB)
    }

    /// Pages of the web that may be looked at in a day.
    #[must_use]
    pub fn pages_per_day(&self) -> u32 {
        self.pages_per_day.unwrap_or(limits::PAGES_PER_DAY).min(limits::MOST_PAGES_PER_DAY)
    }

    /// Minutes in a day for taking the text out of files and pages.
    #[must_use]
    pub fn reading_minutes_per_day(&self) -> u32 {
        self.reading_minutes_per_day.unwrap_or(limits::READING_MINUTES).min(limits::MOST_READING_MINUTES)
    }

    /// Minutes in a day that language models may take.
    #[must_use]
    pub fn model_minutes_per_day(&self) -> u32 {
        self.model_minutes_per_day.unwrap_or(limits::MODEL_MINUTES).min(limits::MOST_MODEL_MINUTES)
    }
}

/// A business in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TenantSummary {
    /// The tenant's id.
    pub id: TenantId,
    /// The business's name.
    pub name: String,
    /// Short name for addresses, unique.
    pub slug: String,
    /// Address that it was opened with.
    pub email: String,
    /// People who work there.
    pub people: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was suspended; none while it may work.
    pub suspended_at: Option<Timestamp>,
    /// When its onboarding was done.
    pub onboarded_at: Option<Timestamp>,
}

impl TenantSummary {
    /// Whether it may work.
    #[must_use]
    pub const fn status(&self) -> TenantStatus {
        if self.suspended_at.is_some() { TenantStatus::Suspended } else { TenantStatus::Active }
    }
}

/// Businesses, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantPage {
    /// At most 50 businesses.
    pub tenants: Vec<TenantSummary>,
    /// Where the next page begins.
    pub next: Option<TenantId>,
}

/// How much a business uses: numbers and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TenantUsage {
    /// Messages of this month (UTC), notes and system lines left out.
    pub messages: i64,
    /// Questions of visitors and programs this month that the AI looked for an answer to.
    pub ai_answers: i64,
    /// Conversations there are.
    pub conversations: i64,
    /// Contacts there are.
    pub contacts: i64,
    /// Sources there are.
    pub sources: i64,
    /// Passages that the AI knows.
    pub passages: i64,
    /// People who work there.
    pub seats: i64,
    /// API keys that are not revoked.
    pub api_keys: i64,
    /// Bytes of the sources' text, and of files that wait to be read.
    pub source_bytes: i64,
}

/// Somebody who works in a business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TenantPerson {
    /// The user's id.
    pub id: UserId,
    /// Full name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// Role there.
    pub role: Role,
}

/// A business with its people, its limits and its use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TenantDetail {
    /// Which business.
    pub tenant: TenantSummary,
    /// Why it was suspended; empty when no reason was given.
    pub suspended_reason: String,
    /// What it may use.
    pub limits: TenantLimits,
    /// What it uses.
    pub usage: TenantUsage,
    /// Who works there, by name, 200 at most.
    pub people: Vec<TenantPerson>,
}

/// A business to be made by a platform admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewBusiness {
    /// The business's name.
    pub business: String,
    /// Its owner's name.
    pub name: String,
    /// Its owner's sign-in address.
    pub email: String,
}

/// A business that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedTenant {
    /// The business.
    pub tenant: TenantSummary,
    /// Address at which the owner comes in, once; none when it went by mail,
    /// and for somebody who has an account.
    pub link: Option<String>,
}

/// Somebody who was refused because of a limit, lately and by this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitedOne {
    /// What there is a limit on, such as "requests in a minute".
    pub limit: String,
    /// Who it is: a network such as `192.0.2.1`, or the name of a business, a person or a key; "A visitor" and the like
    /// where nobody is to be named.
    pub who: String,
    /// The business that it happened to, where that is known, with its name.
    pub tenant: Option<(TenantId, String)>,
    /// How often.
    pub count: u64,
    /// The first refusal.
    pub since: Timestamp,
    /// The last one.
    pub last: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_the_default_and_nothing_is_above_what_the_server_bears() {
        let none: TenantLimits = serde_json::from_str("{}").unwrap();
        assert_eq!((none.seats(), none.passages(), none.sources()), (limits::SEATS, limits::PASSAGES, 2_000));
        assert_eq!((none.model_calls(), none.storage_mb()), (4, 1_024));
        let day = (none.pages_per_day(), none.reading_minutes_per_day(), none.model_minutes_per_day());
        assert_eq!(day, (20_000, 60, 1_440));
        let some: TenantLimits = serde_json::from_str(r#"{"seats":3,"sources":900000,"unknown":1}"#).unwrap();
        assert_eq!((some.seats(), some.sources()), (3, 2_000));
    }
}
