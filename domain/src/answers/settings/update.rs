//! Changing how the AI answers: what is refused, and why.

use super::{Stored, StoredEndpoint, place, read_to_change, transferred, write};
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageSettings, Permit},
    answers::{check::wrong_key, endpoints::Chosen, hours},
    audit,
    database::TenantTx,
    http::Purpose,
    knowledge,
    schema::tenants,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{
    TenantId,
    answers::{
        AiSettings, AiSettingsUpdate, HAND_OFF_CHARS, LANGUAGES, LLM_ENDPOINTS, LlmEndpointUpdate, PERSONA_CHARS,
        TONE_CHARS, minutes,
    },
    audit::AuditAction,
};
use uuid::Uuid;

/// Longest key of a language model, in characters.
const KEY_CHARS: usize = 500;
/// Dollars that a million tokens may cost.
const PRICE: f64 = 10_000.0;
/// Changes how the AI answers. What was remembered of models is not used any more.
///
/// # Errors
/// When a field is not usable.
pub async fn update_settings(
    product: &Omnichat,
    permit: &Permit<ManageSettings>,
    mut update: AiSettingsUpdate,
) -> Result<AiSettings> {
    let tenant = permit.tenant();
    check(&update)?;
    for (place, endpoint) in update.endpoints.iter().enumerate() {
        check_endpoint(product, place, endpoint)?;
    }
    let caller = permit.caller().clone();
    let product = product.clone();
    product
        .clone()
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            update.business_days.sort_by_key(|day| day.weekday);
            let before = read_to_change(tx).await?;
            let mut endpoints: Vec<StoredEndpoint> = Vec::new();
            for (place, endpoint) in update.endpoints.into_iter().enumerate() {
                // A list has each once; an id that comes again is a new one's.
                let is_again = endpoints.iter().any(|other| Some(other.id) == endpoint.id);
                let endpoint = LlmEndpointUpdate { id: endpoint.id.filter(|_| !is_again), ..endpoint };
                endpoints.push(stored_endpoint(&product, tenant, &before, place, &endpoint)?);
            }
            let stored = Stored {
                enabled: update.enabled,
                threshold: update.threshold,
                persona: update.persona.trim().to_owned(),
                tone: update.tone.trim().to_owned(),
                languages: update.languages.iter().map(|language| language.trim().to_lowercase()).collect(),
                max_turns: update.max_turns,
                hours: update.hours,
                business_days: update.business_days,
                hand_off_words: update
                    .hand_off_words
                    .into_iter()
                    .filter(|words| !words.text.trim().is_empty())
                    .collect(),
                endpoints,
                use_platform_model: update.use_platform_model,
                monthly_tokens: update.monthly_tokens,
                ..before
            };
            write(tx, &stored).await?;
            diesel::update(tenants::table.filter(tenants::id.eq(tenant)))
                .set(tenants::time_zone.eq(update.time_zone.trim()))
                .execute(tx.conn())
                .await?;
            knowledge::knowledge_changed(tx).await?;
            let models: Vec<&str> = stored.endpoints.iter().map(|endpoint| endpoint.model.as_str()).collect();
            audit::record(tx, &caller, AuditAction::AiUpdated, "", &[("model", models.join(", "))]).await?;
            transferred(&product, tx).await
        })
        .await
}

fn refuse<T>(field: impl Into<String>, message: impl Into<String>) -> Result<T> {
    Err(Error::Refused(types::Error::invalid(message).field(&field.into())))
}

fn check(update: &AiSettingsUpdate) -> Result<()> {
    if !(0.0..=1.0).contains(&update.threshold) {
        return refuse("threshold", "The threshold must be between 0 and 1.");
    }
    let long = |text: &str, most: usize| text.chars().count() > most;
    if update.persona.trim().is_empty() || long(&update.persona, PERSONA_CHARS) {
        return refuse("persona", format!("Please give the AI a name of at most {PERSONA_CHARS} characters."));
    }
    if long(&update.tone, TONE_CHARS) {
        return refuse("tone", format!("Please keep the tone under {TONE_CHARS} characters."));
    }
    if !(1..=200).contains(&update.max_turns) {
        return refuse("max_turns", "The AI may give between 1 and 200 answers in a row.");
    }
    let is_language = |tag: &str| {
        let tag = tag.trim();
        (2..=12).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if update.languages.len() > LANGUAGES || !update.languages.iter().all(|tag| is_language(tag)) {
        return refuse(
            "languages",
            format!("Please name at most {LANGUAGES} languages by their codes, such as en, de."),
        );
    }
    if update.hand_off_words.len() > LANGUAGES
        || update.hand_off_words.iter().any(|words| long(&words.text, HAND_OFF_CHARS))
        || update.hand_off_words.iter().any(|words| !words.language.is_empty() && !is_language(&words.language))
    {
        let message = format!(
            "Please keep the words for a hand-off under {HAND_OFF_CHARS} characters, each with a language such as de."
        );
        return refuse("hand_off_words", message);
    }
    let is_day = |day: &types::answers::BusinessDay| {
        (1..=7).contains(&day.weekday)
            && matches!((minutes(&day.from), minutes(&day.to)), (Some(from), Some(to)) if from < to)
    };
    let is_twice = (1..=7).any(|day| update.business_days.iter().filter(|other| other.weekday == day).count() > 1);
    if is_twice || !update.business_days.iter().all(is_day) {
        return refuse(
            "business_days",
            "Each day's business hours must begin before they end, such as 09:00 to 17:00.",
        );
    }
    if !hours::is_zone(update.time_zone.trim()) {
        return refuse("time_zone", "This is no time zone. It should look like Europe/Vienna or UTC.");
    }
    if update.endpoints.len() > LLM_ENDPOINTS {
        return refuse("endpoints", format!("At most {LLM_ENDPOINTS} language models can be asked in a row."));
    }
    if update.monthly_tokens.is_some_and(|tokens| i64::try_from(tokens).is_err()) {
        return refuse("monthly_tokens", "This budget is too large. Leave it empty for no limit.");
    }
    Ok(())
}

/// Whether an endpoint can be called at all.
fn check_endpoint(product: &Omnichat, place: usize, endpoint: &LlmEndpointUpdate) -> Result<()> {
    let field = |name: &str| format!("endpoints.{place}.{name}");
    let base_url = trimmed(&endpoint.base_url);
    if base_url.chars().count() > 500 {
        return refuse(field("base_url"), "Please keep the address under 500 characters.");
    }
    product.http().check(Purpose::LanguageModel, base_url).map_err(|error| match error {
        Error::Refused(refusal) => Error::Refused(refusal.field(&field("base_url"))),
        other => other,
    })?;
    if endpoint.model.trim().is_empty() || endpoint.model.chars().count() > 200 {
        return refuse(field("model"), "Please name the model to use at this address, in at most 200 characters.");
    }
    let is_key = |key: &str| key.chars().count() <= KEY_CHARS && key.bytes().all(|byte| byte.is_ascii_graphic());
    if !endpoint.key.as_deref().map(str::trim).is_none_or(is_key) {
        return refuse(field("key"), "This does not look like a key. Please copy it again.");
    }
    for (name, price) in [("input_price", endpoint.input_price), ("output_price", endpoint.output_price)] {
        if price.is_some_and(|price| !(0.0..=PRICE).contains(&price)) {
            return refuse(field(name), "A price is the dollars for a million tokens, such as 0.59.");
        }
    }
    Ok(())
}

fn trimmed(base_url: &str) -> &str {
    base_url.trim().trim_end_matches('/')
}

/// The stored endpoint that is changed, if there is one.
fn same<'a>(before: &'a Stored, endpoint: &LlmEndpointUpdate) -> Option<&'a StoredEndpoint> {
    before.endpoints.iter().find(|stored| Some(stored.id) == endpoint.id)
}

/// Whether two addresses belong to the same service: a key is never sent to another one.
fn is_same_service(one: &str, other: &str) -> bool {
    let origin = |url: &str| reqwest::Url::parse(url).ok().map(|url| url.origin());
    matches!((origin(one), origin(other)), (Some(one), Some(other)) if one == other)
}

fn stored_endpoint(
    product: &Omnichat,
    tenant: TenantId,
    before: &Stored,
    at: usize,
    endpoint: &LlmEndpointUpdate,
) -> Result<StoredEndpoint> {
    let known = same(before, endpoint);
    // An id that is not ours is as good as none.
    let id = known.map_or_else(Uuid::now_v7, |known| known.id);
    let base_url = trimmed(&endpoint.base_url).to_owned();
    let key = match endpoint.key.as_deref().map(str::trim) {
        None => match known.and_then(|known| Some((known.key.clone()?, &known.base_url))) {
            Some((_, old_url)) if !is_same_service(old_url, &base_url) => return Err(wrong_key(at)),
            kept => kept.map(|(key, _)| key),
        },
        Some("") => None,
        Some(key) => {
            let sealed =
                product.keys().encrypt(key, &place(tenant, id)).map_err(|error| Error::Internal(error.to_string()))?;
            Some(STANDARD.encode(sealed))
        }
    };
    Ok(StoredEndpoint {
        id,
        preset: endpoint.preset,
        base_url,
        model: endpoint.model.trim().to_owned(),
        key,
        input_price: endpoint.input_price,
        output_price: endpoint.output_price,
    })
}

/// The endpoint as it would be stored, to be tried.
pub(in crate::answers) fn to_try(
    product: &Omnichat,
    tenant: TenantId,
    before: &Stored,
    endpoint: &LlmEndpointUpdate,
) -> Result<Chosen> {
    check_endpoint(product, 0, endpoint)?;
    let stored = stored_endpoint(product, tenant, before, 0, endpoint)?;
    Chosen::of(product, tenant, &stored)
}
