//! How the AI of a tenant answers.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Endpoints of language models that one tenant has in a row.
pub const LLM_ENDPOINTS: usize = 3;
/// Answers of the AI in a row, unless the tenant says otherwise.
pub const MAX_TURNS: u32 = 20;
/// Longest name of the AI, in characters.
pub const PERSONA_CHARS: usize = 40;
/// Longest tone, in characters.
pub const TONE_CHARS: usize = 200;
/// Longest own words when a person is called, in characters.
pub const HAND_OFF_CHARS: usize = 500;
/// Languages that can be named.
pub const LANGUAGES: usize = 30;

text_enum! {
    /// A service that speaks the OpenAI protocol.
    pub enum LlmPreset {
        /// Groq, hosted.
        Groq = "groq",
        /// OpenAI, hosted.
        OpenAi = "openai",
        /// Ollama, vLLM and others on the business's own machine.
        Local = "local",
        /// Any other.
        Custom = "custom",
    }
}

impl LlmPreset {
    /// Its address.
    #[must_use]
    pub const fn base_url(self) -> &'static str {
        match self {
            Self::Groq => "https://api.groq.com/openai/v1",
            Self::OpenAi => "https://api.openai.com/v1",
            Self::Local => "http://127.0.0.1:11434/v1",
            Self::Custom => "",
        }
    }

    /// The model to begin with.
    #[must_use]
    pub const fn model(self) -> &'static str {
        match self {
            Self::Groq => "llama-3.3-70b-versatile",
            Self::OpenAi => "gpt-4o-mini",
            Self::Local => "llama3.1",
            Self::Custom => "",
        }
    }

    /// What a million tokens of that model cost in dollars, read and written.
    #[must_use]
    pub const fn prices(self) -> Option<(f64, f64)> {
        match self {
            Self::Groq => Some((0.59, 0.79)),
            Self::OpenAi => Some((0.15, 0.60)),
            Self::Local => Some((0.0, 0.0)),
            Self::Custom => None,
        }
    }

    /// The service behind an address.
    #[must_use]
    pub fn of(base_url: &str) -> Self {
        Self::ALL.iter().copied().find(|one| *one != Self::Custom && one.base_url() == base_url).unwrap_or(Self::Custom)
    }
}

/// A language model that a tenant uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LlmEndpoint {
    /// Its id, so that its key stays with it when the order changes.
    pub id: Uuid,
    /// The service.
    pub preset: LlmPreset,
    /// OpenAI-compatible base URL, such as `https://api.example.com/v1`.
    pub base_url: String,
    /// The model's name there.
    pub model: String,
    /// A key is stored; it is never shown again.
    pub has_key: bool,
    /// Dollars for a million tokens read, when it is known.
    pub input_price: Option<f64>,
    /// Dollars for a million tokens written, when it is known.
    pub output_price: Option<f64>,
    /// Why it is not called, whatever its key: its address may not be used.
    #[serde(default)]
    pub problem: Option<String>,
}

/// A language model as it is to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LlmEndpointUpdate {
    /// The stored one that this is; none for a new one.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// The service.
    pub preset: LlmPreset,
    /// OpenAI-compatible base URL.
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub base_url: String,
    /// The model's name there.
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub model: String,
    /// A new key, an empty one to remove it, or none to keep what is stored.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500, write_only))]
    pub key: Option<String>,
    /// Dollars for a million tokens read.
    #[serde(default)]
    pub input_price: Option<f64>,
    /// Dollars for a million tokens written.
    #[serde(default)]
    pub output_price: Option<f64>,
}

impl LlmEndpointUpdate {
    /// The endpoint as it is stored, with nothing changed.
    #[must_use]
    pub fn of(endpoint: LlmEndpoint) -> Self {
        Self {
            id: Some(endpoint.id),
            preset: endpoint.preset,
            base_url: endpoint.base_url,
            model: endpoint.model,
            key: None,
            input_price: endpoint.input_price,
            output_price: endpoint.output_price,
        }
    }

    /// A new endpoint of a service.
    #[must_use]
    pub fn preset(preset: LlmPreset) -> Self {
        let prices = preset.prices();
        Self {
            id: None,
            preset,
            base_url: preset.base_url().to_owned(),
            model: preset.model().to_owned(),
            key: None,
            input_price: prices.map(|(input, _)| input),
            output_price: prices.map(|(_, output)| output),
        }
    }
}

/// What became of a call to try an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndpointTest {
    /// It answered.
    pub is_good: bool,
    /// What it wrote, or what is wrong and what to do.
    pub message: String,
    /// Milliseconds until the whole answer.
    pub milliseconds: u32,
}

text_enum! {
    /// When the AI answers.
    pub enum AiHours {
        /// At any time.
        Always = "always",
        /// Only while nobody is in.
        OutsideBusinessHours = "outside",
        /// Only while somebody is in.
        DuringBusinessHours = "during",
    }
}

/// When somebody is in, on one day of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BusinessDay {
    /// 1 is Monday, 7 is Sunday.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 7))]
    pub weekday: u8,
    /// When the day begins, such as `09:00`.
    #[cfg_attr(feature = "openapi", schema(pattern = r"^\d\d:\d\d$", example = "09:00"))]
    pub from: String,
    /// When it ends, `24:00` at most.
    #[cfg_attr(feature = "openapi", schema(pattern = r"^\d\d:\d\d$", example = "17:00"))]
    pub to: String,
}

/// Minutes since midnight of a time such as `09:30`.
#[must_use]
pub fn minutes(time: &str) -> Option<u16> {
    let (hours, minutes) = time.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 24 * 60).then_some(total)
}

/// What the AI says, in one language, when it calls a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandOffWords {
    /// BCP 47 language such as `de`; empty for every language that has no words of its own.
    #[cfg_attr(feature = "openapi", schema(max_length = 12))]
    pub language: String,
    /// The words.
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub text: String,
}

/// How the AI of a tenant answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AiSettings {
    /// The AI answers new conversations.
    pub enabled: bool,
    /// Hand off below this confidence, 0 to 1.
    pub threshold: f32,
    /// The name under which it writes.
    pub persona: String,
    /// How it speaks, in a few words.
    pub tone: String,
    /// Languages that it may answer in, as BCP 47; empty for all.
    pub languages: Vec<String>,
    /// Answers in a row before a person has to write.
    pub max_turns: u32,
    /// When it answers.
    pub hours: AiHours,
    /// When somebody is in; a day that is missing is a day off.
    pub business_days: Vec<BusinessDay>,
    /// The time zone of the days, such as `Europe/Vienna`.
    pub time_zone: String,
    /// What it says when it calls a person; a language that is missing has words of our own.
    pub hand_off_words: Vec<HandOffWords>,
    /// Language models in the order in which they are asked; none for extractive answers.
    pub endpoints: Vec<LlmEndpoint>,
    /// The platform's model is asked after the tenant's own.
    pub use_platform_model: bool,
    /// The platform's model, when there is one.
    pub platform_model: Option<String>,
    /// Tokens of language models in a calendar month (UTC); none for no limit.
    pub monthly_tokens: Option<u64>,
    /// Tokens used in this month.
    pub tokens_used: u64,
}

/// Changes to [`AiSettings`]: everything as it is to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AiSettingsUpdate {
    /// The AI answers new conversations.
    pub enabled: bool,
    /// Hand off below this confidence, 0 to 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 0.0, maximum = 1.0))]
    pub threshold: f32,
    /// The name under which it writes.
    #[cfg_attr(feature = "openapi", schema(max_length = 40))]
    pub persona: String,
    /// How it speaks, in a few words.
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub tone: String,
    /// Languages that it may answer in, as BCP 47; empty for all.
    #[cfg_attr(feature = "openapi", schema(max_items = 30))]
    pub languages: Vec<String>,
    /// Answers in a row before a person has to write.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 200))]
    pub max_turns: u32,
    /// When it answers.
    pub hours: AiHours,
    /// When somebody is in; a day that is missing is a day off.
    #[cfg_attr(feature = "openapi", schema(max_items = 7))]
    pub business_days: Vec<BusinessDay>,
    /// The time zone of the days, such as `Europe/Vienna`.
    #[cfg_attr(feature = "openapi", schema(example = "Europe/Vienna"))]
    pub time_zone: String,
    /// What it says when it calls a person.
    #[cfg_attr(feature = "openapi", schema(max_items = 30))]
    pub hand_off_words: Vec<HandOffWords>,
    /// Language models in the order in which they are asked.
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub endpoints: Vec<LlmEndpointUpdate>,
    /// The platform's model is asked after the tenant's own.
    pub use_platform_model: bool,
    /// Tokens of language models in a calendar month (UTC); none for no limit.
    pub monthly_tokens: Option<u64>,
}

impl AiSettingsUpdate {
    /// The settings as they are stored, with nothing changed.
    #[must_use]
    pub fn of(settings: AiSettings) -> Self {
        Self {
            enabled: settings.enabled,
            threshold: settings.threshold,
            persona: settings.persona,
            tone: settings.tone,
            languages: settings.languages,
            max_turns: settings.max_turns,
            hours: settings.hours,
            business_days: settings.business_days,
            time_zone: settings.time_zone,
            hand_off_words: settings.hand_off_words,
            endpoints: settings.endpoints.into_iter().map(LlmEndpointUpdate::of).collect(),
            use_platform_model: settings.use_platform_model,
            monthly_tokens: settings.monthly_tokens,
        }
    }
}

/// What a new tenant has, but for the threshold, which a test should choose.
impl Default for AiSettingsUpdate {
    fn default() -> Self {
        Self {
            enabled: true,
            threshold: 0.5,
            persona: "AI".to_owned(),
            tone: "friendly and brief".to_owned(),
            languages: Vec::new(),
            max_turns: MAX_TURNS,
            hours: AiHours::Always,
            business_days: Vec::new(),
            time_zone: "UTC".to_owned(),
            hand_off_words: Vec::new(),
            endpoints: Vec::new(),
            use_platform_model: false,
            monthly_tokens: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn times_are_understood() {
        assert_eq!(minutes("09:30"), Some(570));
        assert_eq!(minutes("24:00"), Some(1440));
        for wrong in ["", "9:30", "09:60", "24:01", "aa:bb", "-1:00", "09:3a"] {
            assert_eq!(minutes(wrong), None, "{wrong}");
        }
    }
}
