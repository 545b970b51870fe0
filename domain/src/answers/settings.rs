//! How the AI of a tenant answers.

use crate::{
    Error, Keys, Omnichat, Result,
    accounts::{ManageSettings, Permit, ReadSettings},
    audit,
    database::TenantTx,
    schema::tenant_configurations as configurations,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use types::{
    TenantId, Timestamp,
    answers::{AiSettings, AiSettingsUpdate},
    audit::AuditAction,
};

/// Name of these settings among the tenant's configurations.
const CONFIG_TYPE: &str = "ai";
/// Confidence below which a new tenant's AI hands off: on real questions it then answers four of
/// five that have an answer, 88 % of them rightly, and hands off 99 of 100 that are about
/// something else (`ai/examples/evaluate`).
const DEFAULT_THRESHOLD: f32 = 0.35;
/// Longest key of a language model, in characters.
const KEY_CHARS: usize = 500;

/// The settings as they are stored; the key is sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Stored {
    pub(super) enabled: bool,
    pub(super) threshold: f32,
    pub(super) tone: String,
    pub(super) llm_base_url: String,
    pub(super) llm_model: String,
    /// Base64 of what [`crate::Keys::encrypt`] made.
    llm_key: Option<String>,
}

impl Default for Stored {
    fn default() -> Self {
        Self {
            enabled: true,
            threshold: DEFAULT_THRESHOLD,
            tone: "friendly and brief".to_owned(),
            llm_base_url: String::new(),
            llm_model: String::new(),
            llm_key: None,
        }
    }
}

impl Stored {
    /// The language model's key in clear, if there is one.
    pub(super) fn llm_key(&self, product: &Omnichat, tenant: TenantId) -> Result<Option<String>> {
        let Some(sealed) = self.sealed_key()? else { return Ok(None) };
        let key = product.keys().decrypt(&sealed, &place(tenant)).map_err(|error| Error::stored("LLM key", error))?;
        Ok(Some(key))
    }

    fn sealed_key(&self) -> Result<Option<Vec<u8>>> {
        let sealed = self.llm_key.as_ref().map(|sealed| STANDARD.decode(sealed));
        sealed.transpose().map_err(|error| Error::stored("LLM key", error))
    }

    fn transfer(self) -> AiSettings {
        AiSettings {
            enabled: self.enabled,
            threshold: self.threshold,
            tone: self.tone,
            llm_base_url: self.llm_base_url,
            llm_model: self.llm_model,
            has_llm_key: self.llm_key.is_some(),
        }
    }
}

/// Where a key belongs; sealed with it, a key is worth nothing elsewhere.
fn place(tenant: TenantId) -> String {
    format!("llm key of tenant {tenant}")
}

/// How the AI of the tenant answers.
///
/// # Errors
/// When the database does not answer.
pub async fn settings(product: &Omnichat, permit: &Permit<ReadSettings>) -> Result<AiSettings> {
    Ok(stored(product, permit.tenant()).await?.transfer())
}

/// Changes how the AI answers.
///
/// # Errors
/// When a field is not usable.
pub async fn update_settings(
    product: &Omnichat,
    permit: &Permit<ManageSettings>,
    update: AiSettingsUpdate,
) -> Result<AiSettings> {
    let tenant = permit.tenant();
    let base_url = update.llm_base_url.trim().trim_end_matches('/').to_owned();
    let model = update.llm_model.trim().to_owned();
    let refuse = |field: &str, message: &str| Err(Error::Refused(types::Error::invalid(message).field(field)));
    if !(0.0..=1.0).contains(&update.threshold) {
        return refuse("threshold", "The threshold must be between 0 and 1.");
    }
    if update.tone.chars().count() > 200 || model.chars().count() > 200 || base_url.chars().count() > 500 {
        return refuse("tone", "Please keep tone and model under 200 characters, and the address under 500.");
    }
    if !base_url.is_empty() {
        product.http().check(&base_url).map_err(|error| match error {
            Error::Refused(refusal) => Error::Refused(refusal.field("llm_base_url")),
            other => other,
        })?;
        if model.is_empty() {
            return refuse("llm_model", "Please name the model to use at this address.");
        }
    }
    let key = match update.llm_key.as_deref().map(str::trim) {
        None => None,
        Some("") => Some(None),
        Some(key) if key.chars().count() > KEY_CHARS || !key.bytes().all(|byte| byte.is_ascii_graphic()) => {
            return refuse("llm_key", "This does not look like a key. Please copy it again.");
        }
        Some(key) => {
            let sealed =
                product.keys().encrypt(key, &place(tenant)).map_err(|error| Error::Internal(error.to_string()))?;
            Some(Some(STANDARD.encode(sealed)))
        }
    };
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let mut stored = read_to_change(tx).await?;
            stored.enabled = update.enabled;
            stored.threshold = update.threshold;
            stored.tone = update.tone.trim().to_owned();
            stored.llm_base_url = base_url;
            stored.llm_model = model;
            if let Some(key) = key {
                stored.llm_key = key;
            }
            write(tx, &stored).await?;
            audit::record(tx, &caller, AuditAction::AiUpdated, "", &[("model", stored.llm_model.clone())]).await?;
            Ok(stored.transfer())
        })
        .await
}

/// Whether the AI answers new conversations.
pub(crate) async fn is_enabled(tx: &mut TenantTx) -> Result<bool> {
    Ok(read(tx).await?.enabled)
}

pub(super) async fn stored(product: &Omnichat, tenant: TenantId) -> Result<Stored> {
    product.db().tenant(tenant, async |tx: &mut TenantTx| read(tx).await).await
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
    found.map_or_else(
        || Ok(Stored::default()),
        |value| serde_json::from_value(value).map_err(|error| Error::stored("AI settings", error)),
    )
}

/// Seals the language model's key anew when it was not sealed with the current one.
pub(crate) async fn reseal_llm_key(tx: &mut TenantTx, keys: &Keys) -> Result<bool> {
    let mut stored = read_to_change(tx).await?;
    let Some(sealed) = stored.sealed_key()? else { return Ok(false) };
    let anew = keys.reseal(&sealed, &place(tx.tenant())).map_err(|error| Error::stored("LLM key", error))?;
    let Some(anew) = anew else { return Ok(false) };
    stored.llm_key = Some(STANDARD.encode(anew));
    write(tx, &stored).await?;
    Ok(true)
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
