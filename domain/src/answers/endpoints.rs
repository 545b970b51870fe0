//! The language models that a tenant may ask, in their order.

use super::{
    breaker::{Breakers, Failure},
    settings::{Stored, StoredEndpoint},
};
use crate::{Error, Omnichat, Result, http::Purpose};
use ai::llm::{Endpoint, LlmError, Usage};
use std::time::{Duration, Instant};
use types::{
    TenantId,
    answers::{LlmPreset, ModelCall},
};

/// The model of the platform, from its configuration.
#[derive(Clone)]
pub struct PlatformModel {
    /// OpenAI-compatible base URL.
    pub base_url: String,
    /// The model's name there.
    pub model: String,
    /// Its key; empty for none.
    pub key: String,
}

impl std::fmt::Debug for PlatformModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlatformModel")
            .field("base_url", &self.base_url)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// An endpoint that can be called.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) endpoint: Endpoint,
    /// It is the platform's.
    is_platform: bool,
    /// What it is called among those that fail.
    breaker: String,
    prices: (Option<f64>, Option<f64>),
}

impl Chosen {
    pub(super) fn of(product: &Omnichat, tenant: TenantId, stored: &StoredEndpoint) -> Result<Self> {
        Ok(Self {
            endpoint: Endpoint {
                base_url: stored.base_url.clone(),
                key: stored.key(product, tenant)?.unwrap_or_default(),
                model: stored.model.clone(),
            },
            is_platform: false,
            breaker: format!("{tenant} {} {} {}", stored.id, stored.base_url, stored.model),
            prices: (stored.input_price, stored.output_price),
        })
    }

    fn platform(model: &PlatformModel) -> Self {
        let preset = LlmPreset::of(&model.base_url);
        let prices = preset.prices().filter(|_| preset.model() == model.model);
        Self {
            endpoint: Endpoint { base_url: model.base_url.clone(), key: model.key.clone(), model: model.model.clone() },
            is_platform: true,
            breaker: "platform".to_owned(),
            prices: (prices.map(|(input, _)| input), prices.map(|(_, output)| output)),
        }
    }

    /// A client that may call it. What was fit to call when it was stored need not be any more.
    pub(super) fn client<'a>(&self, product: &'a Omnichat) -> Result<&'a reqwest::Client> {
        let purpose = if self.is_platform { Purpose::PlatformModel } else { Purpose::LanguageModel };
        product.http().client_for(purpose, &self.endpoint.base_url)
    }

    /// Whether what is told to it stays in the house.
    pub(super) fn is_inside(&self, product: &Omnichat) -> bool {
        product.http().is_inside(&self.endpoint.base_url)
    }

    /// The account of a call that was not made, because its address may not be used.
    pub(super) fn not_called(&self, why: &Error) -> ModelCall {
        ModelCall {
            model: self.endpoint.model.clone(),
            host: self.host(),
            milliseconds: 0,
            input_tokens: 0,
            output_tokens: 0,
            is_estimate: true,
            micro_dollars: None,
            said: String::new(),
            error: Some(why.to_string()),
        }
    }

    /// Its host, for the account of what models did.
    pub(super) fn host(&self) -> String {
        host(&self.endpoint.base_url)
    }

    /// What remembered answers of it go by.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.endpoint.base_url, self.endpoint.model)
    }

    /// Millionths of a dollar: dollars for a million tokens are millionths of a dollar for one.
    pub(super) fn micro_dollars(&self, usage: Usage) -> Option<i64> {
        let (input, output) = (self.prices.0?, self.prices.1?);
        let cost = f64::from(usage.input) * input + f64::from(usage.output) * output;
        #[expect(clippy::cast_possible_truncation, reason = "prices and tokens have limits far below")]
        Some(cost.round() as i64)
    }

    /// Whether it may be called now; otherwise how long it is left alone.
    pub(super) fn check(&self, breakers: &Breakers) -> Result<(), Duration> {
        breakers.check(&self.breaker, Instant::now())
    }

    /// Notes what became of a call.
    pub(super) fn note(&self, breakers: &Breakers, error: Option<&LlmError>) {
        let failure = match error {
            None | Some(LlmError::TooLong) => return breakers.succeeded(&self.breaker),
            Some(LlmError::Limited { retry_seconds }) => Failure::Limited(retry_seconds.map(Duration::from_secs)),
            // What was asked was wrong, not who was asked.
            Some(LlmError::Unknown { status: 400 | 413 | 422, .. }) => return breakers.undecided(&self.breaker),
            Some(_) => Failure::Once,
        };
        breakers.failed(&self.breaker, failure, Instant::now());
    }

    /// The same for a call that got less time and fewer words than an answer needs: that it was
    /// not done by then says nothing.
    pub(super) fn note_hurried(&self, breakers: &Breakers, error: Option<&LlmError>) {
        match error {
            Some(LlmError::Slow(_) | LlmError::Cut(_) | LlmError::TooLong) => breakers.undecided(&self.breaker),
            other => self.note(breakers, other),
        }
    }
}

/// The host of an address, with its port when it is an unusual one.
pub(super) fn host(base_url: &str) -> String {
    let Ok(url) = reqwest::Url::parse(base_url) else { return String::new() };
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The endpoints of a tenant in their order; the platform's comes last. One whose key cannot be
/// opened is left out.
pub(super) fn chosen(product: &Omnichat, tenant: TenantId, settings: &Stored) -> Vec<Chosen> {
    let own = settings.endpoints.iter().filter_map(|stored| {
        Chosen::of(product, tenant, stored)
            .inspect_err(|error| tracing::error!(%tenant, %error, "the key of a language model cannot be opened"))
            .ok()
    });
    let platform = product.platform_model().filter(|_| settings.use_platform_model).map(Chosen::platform);
    own.chain(platform).collect()
}

/// Whether there is any.
pub(super) fn has_any(product: &Omnichat, settings: &Stored) -> bool {
    !settings.endpoints.is_empty() || settings.use_platform_model && product.platform_model().is_some()
}
