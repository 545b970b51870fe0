//! The way to the provider and back: authorization code with PKCE. What we
//! must remember in between is in a sealed cookie, so that only the browser
//! that went away comes back.

use super::{Stored, discovery, discovery::Provider, people, redirect_uri, token};
use crate::{
    Error, Omnichat,
    accounts::{
        Device, SignedIn,
        sessions::{self, Start},
    },
    database::SystemTx,
    http::Purpose,
    keys::{hash_secret, random_secret},
    rates::{Named, Tried},
    schema::{oidc_providers as providers, tenants},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use diesel::{ExpressionMethods, JoinOnDsl as _, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use reqwest::{StatusCode, Url};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use types::{ErrorCode, TenantId, Timestamp, sign_in::SsoProblem};

/// Seconds that somebody may take at the provider.
pub(super) const STATE_SECONDS: i64 = 600;
/// Sign-ins that are begun from one address in a quarter of an hour; a whole
/// company may share one.
const TRIES_PER_IP: u32 = 600;
const TRIES_WITHIN: Duration = Duration::from_secs(900);
/// What the cookie is sealed for.
const PLACE: &str = "state of a sign-in through a company";

/// The way to the provider.
pub struct Begun {
    /// Where the browser goes.
    pub url: String,
    /// What it keeps for the way back.
    pub cookie: String,
    /// For so many seconds.
    pub seconds: i64,
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Begun")
    }
}

/// What a browser brings back from the provider.
#[derive(Debug, Default, Deserialize)]
pub struct Answer {
    /// What we gave it to bring back.
    #[serde(default)]
    pub state: String,
    /// To be exchanged for who it is.
    pub code: Option<String>,
    /// Who says so.
    pub iss: Option<String>,
    /// Why the provider did not let the person in.
    pub error: Option<String>,
}

/// What we remember while somebody is at the provider.
#[derive(Serialize, Deserialize)]
struct State {
    tenant: TenantId,
    issuer: String,
    client_id: String,
    state: String,
    nonce: String,
    verifier: String,
    next: String,
    until: i64,
}

/// Sends somebody to the provider of a business; `next` is where they go afterwards.
///
/// # Errors
/// `unknown` for a business that does not exist or has no provider, `provider`, `busy`.
pub async fn begin(product: &Omnichat, slug: &str, next: &str, device: &Device) -> Result<Begun, SsoProblem> {
    product.throttle().count(Tried::Sso(device.network()), TRIES_PER_IP, TRIES_WITHIN)?;
    let slug = slug.to_owned();
    let found: Option<(TenantId, (String, String))> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let found = tenants::table
                .inner_join(providers::table.on(providers::tenant_id.eq(tenants::id)))
                .filter(tenants::slug.eq(slug))
                .filter(tenants::suspended_at.is_null())
                .filter(providers::is_active)
                .select((tenants::id, (providers::issuer, providers::client_id)))
                .first(tx.conn())
                .await;
            Ok(found.optional()?)
        })
        .await?;
    let (tenant, (issuer, client_id)) = found.ok_or(SsoProblem::Unknown)?;
    let provider = discovery::known(product, &issuer).await.map_err(|why| trouble(tenant, &why))?;
    let state = State {
        tenant,
        issuer,
        client_id,
        state: random_secret(),
        nonce: random_secret(),
        verifier: random_secret(),
        next: next.to_owned(),
        until: Timestamp::now().plus_seconds(STATE_SECONDS).0,
    };
    let url = way_to(&provider, &state, &redirect_uri(product));
    Ok(Begun { url, cookie: seal(product, &state)?, seconds: STATE_SECONDS })
}

fn way_to(provider: &Provider, state: &State, redirect_uri: &str) -> String {
    let mut url = provider.authorization.clone();
    url.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("scope", "openid email profile"),
        ("client_id", state.client_id.as_str()),
        ("redirect_uri", redirect_uri),
        ("state", state.state.as_str()),
        ("nonce", state.nonce.as_str()),
        ("code_challenge", BASE64.encode(hash_secret(&state.verifier)).as_str()),
        ("code_challenge_method", "S256"),
    ]);
    url.into()
}

fn seal(product: &Omnichat, state: &State) -> Result<String, SsoProblem> {
    let text = serde_json::to_string(state).map_err(|error| Error::Internal(error.to_string()))?;
    let sealed = product.keys().encrypt(&text, PLACE).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(BASE64.encode(sealed))
}

fn unseal(product: &Omnichat, cookie: &str) -> Option<State> {
    let sealed = BASE64.decode(cookie).ok()?;
    let text = product.keys().decrypt(&sealed, PLACE).ok()?;
    let state: State = serde_json::from_str(&text).ok()?;
    (state.until > Timestamp::now().0).then_some(state)
}

/// Signs in whoever comes back from the provider, and says where they go.
///
/// # Errors
/// Why they cannot come in.
pub async fn finish(
    product: &Omnichat,
    cookie: &str,
    answer: &Answer,
    device: &Device,
) -> Result<(SignedIn, String), SsoProblem> {
    product.throttle().count(Tried::SsoBack(device.network()), TRIES_PER_IP, TRIES_WITHIN)?;
    let state = unseal(product, cookie).ok_or(SsoProblem::Expired)?;
    // Comparing hashes takes the same time wherever two texts differ.
    if hash_secret(&state.state) != hash_secret(&answer.state) {
        return Err(SsoProblem::Expired);
    }
    // Good once, should somebody have copied cookie and address.
    let once = Duration::from_secs(STATE_SECONDS.unsigned_abs());
    product.throttle().count(Tried::SsoState(Named::of(&state.state)), 1, once).map_err(|_| SsoProblem::Expired)?;
    let tenant = state.tenant;
    if let Some(error) = &answer.error {
        tracing::info!(%tenant, error = %error.chars().take(100).collect::<String>(), "the provider let nobody in");
        return Err(SsoProblem::Denied);
    }
    let code = answer.code.as_deref().filter(|code| !code.is_empty()).ok_or(SsoProblem::Denied)?;
    let stored = active(product, tenant).await?;
    if stored.issuer != state.issuer || stored.client_id != state.client_id {
        return Err(SsoProblem::Expired);
    }
    let trouble = |why: String| trouble(tenant, &why);
    let provider = discovery::known(product, &stored.issuer).await.map_err(trouble)?;
    // Another provider's answer, brought to us as this one's (RFC 9207).
    let is_named = answer.iss.as_ref().map_or(!provider.names_itself, |iss| *iss == stored.issuer);
    if !is_named {
        return Err(trouble("somebody else's answer was brought back".to_owned()));
    }
    let tokens = exchange(product, &stored, &provider, &state, code).await.map_err(trouble)?;
    let wanted = token::Wanted { issuer: &stored.issuer, client_id: &stored.client_id, nonce: &state.nonce };
    let person = token::person(product, provider, &wanted, &tokens).await.map_err(trouble)?;
    let user = people::admit(product, tenant, &stored, person, device).await?;
    let start = Start { is_tenant_bound: true, ..Start::of(tenant, user) };
    Ok((sessions::start(product, start, device).await?, state.next))
}

async fn active(product: &Omnichat, tenant: TenantId) -> Result<Stored, SsoProblem> {
    let found: Option<Stored> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let row = providers::table.filter(providers::tenant_id.eq(tenant)).filter(providers::is_active);
            Ok(row.select(super::COLUMNS).first(tx.conn()).await.optional()?)
        })
        .await?;
    found.ok_or(SsoProblem::Unknown)
}

/// Exchanges the code for what the provider says of the person.
async fn exchange(
    product: &Omnichat,
    stored: &Stored,
    provider: &Provider,
    state: &State,
    code: &str,
) -> Result<token::Tokens, String> {
    let secret = stored.secret(product, state.tenant).map_err(|error| error.to_string())?;
    let redirect_uri = redirect_uri(product);
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri.as_str()),
        ("code_verifier", state.verifier.as_str()),
    ];
    if !provider.takes_basic {
        fields.extend([("client_id", stored.client_id.as_str()), ("client_secret", secret.as_str())]);
    }
    let client =
        product.http().client_for(Purpose::SignInProvider, &provider.token).map_err(|error| error.to_string())?;
    let mut request = client
        .post(&provider.token)
        .header(reqwest::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form(&fields)?);
    if provider.takes_basic {
        // The standard wants both encoded as in a form.
        request = request.basic_auth(encoded(&stored.client_id)?, Some(encoded(&secret)?));
    }
    let (status, body) = discovery::read(request).await.map_err(|why| format!("the token endpoint {why}"))?;
    if status != StatusCode::OK {
        let said: String = String::from_utf8_lossy(&body).chars().take(200).collect();
        return Err(format!("the token endpoint answers with status {}: {said}", status.as_u16()));
    }
    serde_json::from_slice(&body).map_err(|error| format!("the token endpoint's answer cannot be read: {error}"))
}

fn form(fields: &[(&str, &str)]) -> Result<String, String> {
    let mut url = Url::parse("http://form/").map_err(|error| error.to_string())?;
    url.query_pairs_mut().extend_pairs(fields);
    Ok(url.query().unwrap_or_default().to_owned())
}

fn encoded(text: &str) -> Result<String, String> {
    Ok(form(&[("", text)])?.trim_start_matches('=').to_owned())
}

/// Tells whoever looks after the server what is wrong, and the person that something is.
fn trouble(tenant: TenantId, why: &str) -> SsoProblem {
    tracing::warn!(%tenant, why, "sign-in through a company failed");
    SsoProblem::Provider
}

impl From<Error> for SsoProblem {
    fn from(error: Error) -> Self {
        match types::Error::from(error).code {
            ErrorCode::TooManyRequests => Self::Busy,
            ErrorCode::Suspended => Self::Suspended,
            ErrorCode::TooLarge => Self::Full,
            _ => Self::Internal,
        }
    }
}
