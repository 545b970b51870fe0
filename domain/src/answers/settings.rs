//! How the AI of a tenant answers, as it is stored.

mod update;

pub(super) use update::to_try;
pub use update::update_settings;

use super::{actions, hours};
use crate::{
    Error, Keys, Omnichat, Result,
    accounts::{Permit, ReadSettings},
    database::TenantTx,
    http::Purpose,
    schema::{tenant_configurations as configurations, tenants},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use types::{
    TenantId, Timestamp,
    answers::{AiHours, AiSettings, BusinessDay, HandOffWords, LlmEndpoint, LlmPreset, MAX_TURNS},
};
use uuid::Uuid;

/// Name of these settings among the tenant's configurations.
const CONFIG_TYPE: &str = "ai";
/// Confidence below which a new tenant's AI hands off. It says which share of answers is right, so this one gives an
/// answer that is more likely right than not: on real questions nineteen of twenty that have an answer, 85 % of them
/// rightly, and 98 of 100 that are about something else are handed off (`ai/examples/evaluate`).
const DEFAULT_THRESHOLD: f32 = 0.50;

/// The settings as they are stored; keys are sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Stored {
    pub(super) enabled: bool,
    pub(super) threshold: f32,
    pub(super) persona: String,
    pub(super) tone: String,
    pub(super) languages: Vec<String>,
    pub(super) max_turns: u32,
    pub(super) hours: AiHours,
    pub(super) business_days: Vec<BusinessDay>,
    pub(super) hand_off_words: Vec<HandOffWords>,
    pub(super) endpoints: Vec<StoredEndpoint>,
    pub(super) use_platform_model: bool,
    pub(super) monthly_tokens: Option<u64>,
    /// The one endpoint of settings that were stored before there was a list.
    #[serde(skip_serializing)]
    llm_base_url: String,
    #[serde(skip_serializing)]
    llm_model: String,
    #[serde(skip_serializing)]
    llm_key: Option<String>,
}

/// An endpoint as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredEndpoint {
    pub(super) id: Uuid,
    pub(super) preset: LlmPreset,
    pub(super) base_url: String,
    pub(super) model: String,
    /// Base64 of what [`crate::Keys::encrypt`] made.
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    pub(super) input_price: Option<f64>,
    #[serde(default)]
    pub(super) output_price: Option<f64>,
}

impl Default for Stored {
    fn default() -> Self {
        Self {
            enabled: true,
            threshold: DEFAULT_THRESHOLD,
            persona: "AI".to_owned(),
            tone: "friendly and brief".to_owned(),
            languages: Vec::new(),
            max_turns: MAX_TURNS,
            hours: AiHours::Always,
            business_days: Vec::new(),
            hand_off_words: Vec::new(),
            endpoints: Vec::new(),
            use_platform_model: false,
            monthly_tokens: None,
            llm_base_url: String::new(),
            llm_model: String::new(),
            llm_key: None,
        }
    }
}

impl StoredEndpoint {
    /// The key in clear, if there is one.
    pub(super) fn key(&self, product: &Omnichat, tenant: TenantId) -> Result<Option<String>> {
        let Some(sealed) = self.sealed_key()? else { return Ok(None) };
        let place = place(tenant, self.id);
        let key = product.keys().decrypt(&sealed, &place).map_err(|error| Error::stored("LLM key", error))?;
        Ok(Some(key))
    }

    fn sealed_key(&self) -> Result<Option<Vec<u8>>> {
        let sealed = self.key.as_ref().map(|sealed| STANDARD.decode(sealed));
        sealed.transpose().map_err(|error| Error::stored("LLM key", error))
    }

    fn transfer(self, product: &Omnichat) -> LlmEndpoint {
        let problem = product.http().check(Purpose::LanguageModel, &self.base_url).err();
        LlmEndpoint {
            problem: problem.map(|error| error.to_string()),
            id: self.id,
            preset: self.preset,
            base_url: self.base_url,
            model: self.model,
            has_key: self.key.is_some(),
            input_price: self.input_price,
            output_price: self.output_price,
        }
    }
}

impl Stored {
    /// The settings of before there was a list have one endpoint, under the id of none.
    fn migrated(mut self) -> Self {
        if self.endpoints.is_empty() && !self.llm_base_url.is_empty() {
            let base_url = std::mem::take(&mut self.llm_base_url);
            let preset = LlmPreset::of(&base_url);
            let model = std::mem::take(&mut self.llm_model);
            let prices = preset.prices().filter(|_| model == preset.model());
            self.endpoints.push(StoredEndpoint {
                id: Uuid::nil(),
                preset,
                base_url,
                model,
                key: self.llm_key.take(),
                input_price: prices.map(|(input, _)| input),
                output_price: prices.map(|(_, output)| output),
            });
        }
        self
    }

    /// What says how a model answers: two settings that differ here do not share remembered answers.
    pub(super) fn manner(&self) -> String {
        format!("{}\n{}", self.persona, self.tone)
    }

    fn transfer(self, product: &Omnichat, time_zone: String, tokens_used: u64) -> AiSettings {
        AiSettings {
            enabled: self.enabled,
            threshold: self.threshold,
            persona: self.persona,
            tone: self.tone,
            languages: self.languages,
            max_turns: self.max_turns,
            hours: self.hours,
            business_days: self.business_days,
            time_zone,
            hand_off_words: self.hand_off_words,
            endpoints: self.endpoints.into_iter().map(|endpoint| endpoint.transfer(product)).collect(),
            use_platform_model: self.use_platform_model,
            platform_model: product.platform_model().map(|model| model.model.clone()),
            monthly_tokens: self.monthly_tokens,
            tokens_used,
        }
    }
}

/// Where a key belongs; sealed with it, a key is worth nothing elsewhere.
fn place(tenant: TenantId, endpoint: Uuid) -> String {
    // The one of before there was a list was sealed without an id.
    if endpoint.is_nil() {
        format!("llm key of tenant {tenant}")
    } else {
        format!("llm key {endpoint} of tenant {tenant}")
    }
}

/// How the AI of the tenant answers.
///
/// # Errors
/// When the database does not answer.
pub async fn settings(product: &Omnichat, permit: &Permit<ReadSettings>) -> Result<AiSettings> {
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| transferred(product, tx).await).await
}

async fn transferred(product: &Omnichat, tx: &mut TenantTx) -> Result<AiSettings> {
    let stored = read(tx).await?;
    let used = actions::tokens_this_month(tx).await?;
    Ok(stored.transfer(product, time_zone(tx).await?, used))
}

async fn time_zone(tx: &mut TenantTx) -> Result<String> {
    let tenant = tx.tenant();
    Ok(tenants::table.filter(tenants::id.eq(tenant)).select(tenants::time_zone).first(tx.conn()).await?)
}

/// Whether the AI answers new conversations, now.
pub(crate) async fn is_enabled(tx: &mut TenantTx) -> Result<bool> {
    let stored = read(tx).await?;
    Ok(stored.enabled && is_on_duty(tx, &stored).await?)
}

/// Whether it is a time at which the AI answers.
pub(super) async fn is_on_duty(tx: &mut TenantTx, stored: &Stored) -> Result<bool> {
    if stored.hours == AiHours::Always {
        return Ok(true);
    }
    let zone = time_zone(tx).await?;
    Ok(hours::is_on_duty(stored.hours, &stored.business_days, &zone, Timestamp::now()))
}

pub(super) async fn read(tx: &mut TenantTx) -> Result<Stored> {
    let tenant = tx.tenant();
    let found: Option<serde_json::Value> = configurations::table
        .filter(configurations::tenant_id.eq(tenant))
        .filter(configurations::config_type.eq(CONFIG_TYPE))
        .select(configurations::config_data)
        .first(tx.conn())
        .await
        .optional()?;
    understood(found)
}

/// The settings, which nobody else changes until the transaction ends.
async fn read_to_change(tx: &mut TenantTx) -> Result<Stored> {
    let tenant = tx.tenant();
    let found: Option<serde_json::Value> = configurations::table
        .filter(configurations::tenant_id.eq(tenant))
        .filter(configurations::config_type.eq(CONFIG_TYPE))
        .select(configurations::config_data)
        .for_update()
        .first(tx.conn())
        .await
        .optional()?;
    understood(found)
}

fn understood(found: Option<serde_json::Value>) -> Result<Stored> {
    let stored: Stored = found.map_or_else(
        || Ok(Stored::default()),
        |value| serde_json::from_value(value).map_err(|error| Error::stored("AI settings", error)),
    )?;
    Ok(stored.migrated())
}

/// Seals the keys of language models anew that were not sealed with the current one; gives how many.
pub(crate) async fn reseal_llm_keys(tx: &mut TenantTx, keys: &Keys) -> Result<usize> {
    let mut stored = read_to_change(tx).await?;
    let mut changed = 0;
    for endpoint in &mut stored.endpoints {
        let Some(sealed) = endpoint.sealed_key()? else { continue };
        let place = place(tx.tenant(), endpoint.id);
        let anew = keys.reseal(&sealed, &place).map_err(|error| Error::stored("LLM key", error))?;
        if let Some(anew) = anew {
            endpoint.key = Some(STANDARD.encode(anew));
            changed += 1;
        }
    }
    if changed > 0 {
        write(tx, &stored).await?;
    }
    Ok(changed)
}

async fn write(tx: &mut TenantTx, stored: &Stored) -> Result<()> {
    let tenant = tx.tenant();
    let value = serde_json::to_value(stored).map_err(|error| Error::Internal(error.to_string()))?;
    diesel::insert_into(configurations::table)
        .values((
            configurations::tenant_id.eq(tenant),
            configurations::config_type.eq(CONFIG_TYPE),
            configurations::config_data.eq(&value),
        ))
        .on_conflict((configurations::tenant_id, configurations::config_type))
        .do_update()
        .set((configurations::config_data.eq(&value), configurations::updated_at.eq(Timestamp::now())))
        .execute(tx.conn())
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{LlmPreset, Uuid, understood};

    #[test]
    fn settings_of_before_there_was_a_list_keep_their_endpoint() {
        let old = serde_json::json!({
            "enabled": true, "threshold": 0.4, "tone": "formal", "llm_key": "c2VhbGVk",
            "llm_base_url": "https://api.groq.com/openai/v1", "llm_model": "llama-3.3-70b-versatile",
        });
        let stored = understood(Some(old)).unwrap();
        let endpoint = &stored.endpoints[0];
        assert_eq!((endpoint.id, endpoint.preset), (Uuid::nil(), LlmPreset::Groq));
        assert_eq!(endpoint.key.as_deref(), Some("c2VhbGVk"));
        assert_eq!((stored.tone.as_str(), stored.persona.as_str(), stored.max_turns), ("formal", "AI", 20));
        // Written and read again it is the same, and the old fields are gone.
        let written = serde_json::to_value(&stored).unwrap();
        assert!(written.get("llm_key").is_none());
        let again = understood(Some(written)).unwrap();
        assert_eq!((again.endpoints.len(), again.endpoints[0].model.as_str()), (1, "llama-3.3-70b-versatile"));
        assert!(understood(None).unwrap().endpoints.is_empty());
    }
}
