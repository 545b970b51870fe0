//! A small provider that lies as it is told.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Url;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::net::TcpListener;

pub const CLIENT: &str = "omnichat@work";
pub const SECRET: &str = "a-secret:with-%-and-+";
/// Keys of RFC 8032, which everybody knows.
const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const OTHER_SEED: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
const PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

/// How it describes itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discovery {
    #[default]
    Fine,
    Huge,
    Redirects,
    OtherIssuer,
    PrivateKeys,
    PrivateTokens,
    NoKeys,
    Nonsense,
}

/// Who signs what it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signer {
    #[default]
    Itself,
    SomebodyElse,
    Nobody,
    /// With the secret that it shares with us.
    Secret,
    /// With its public key, taken for a secret.
    PublicKey,
}

struct Grant {
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

#[derive(Default)]
pub struct Mood {
    pub discovery: Discovery,
    pub signer: Signer,
    /// Said in place of the truth; null leaves a claim out.
    pub claims: Map<String, Value>,
    /// What the userinfo endpoint says.
    pub userinfo: Value,
    /// Times it was asked about itself.
    pub asked: u32,
    grants: HashMap<String, Grant>,
}

#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    mood: Arc<Mutex<Mood>>,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self { issuer, mood: Arc::default() };
        let router = Router::new().fallback(answer).with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        provider
    }

    pub fn mood(&self) -> MutexGuard<'_, Mood> {
        self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says one thing in place of the truth.
    pub fn claim(&self, name: &str, value: Value) {
        self.mood().claims.insert(name.to_owned(), value);
    }

    /// Who signs in at it from now on; whatever else was said is the truth again.
    pub fn person(&self, subject: &str, email: &str, name: &str) {
        let claims = json!({ "sub": subject, "email": email, "email_verified": true, "name": name });
        *self.mood() = Mood { claims: claims.as_object().unwrap().clone(), ..Mood::default() };
    }

    /// The person signs in: the code for whoever came with this address.
    pub fn grant(&self, away: &Url) -> String {
        let asked: HashMap<String, String> = away.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        let grant = Grant {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
        };
        let mut mood = self.mood();
        let code = format!("code {}", mood.grants.len());
        mood.grants.insert(code.clone(), grant);
        code
    }

    fn describe(&self) -> Response {
        let mut mood = self.mood();
        mood.asked += 1;
        let issuer = &self.issuer;
        let mut document = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize?tenant=a"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
        });
        match mood.discovery {
            Discovery::Huge => document["filler"] = json!("x".repeat(2_000_000)),
            Discovery::Redirects => return Redirect::temporary(&format!("{issuer}/elsewhere")).into_response(),
            Discovery::OtherIssuer => document["issuer"] = json!("https://login.example.com"),
            Discovery::PrivateKeys => document["jwks_uri"] = json!("http://169.254.169.254/keys"),
            Discovery::PrivateTokens => document["token_endpoint"] = json!("http://10.0.0.1/token"),
            Discovery::NoKeys => document["jwks_uri"] = json!(format!("{issuer}/no-keys")),
            Discovery::Nonsense => return "<!doctype html>".into_response(),
            Discovery::Fine => {}
        }
        axum::Json(document).into_response()
    }

    fn exchange(&self, authorization: &str, form: &HashMap<String, String>) -> Result<Value, &'static str> {
        // Both are encoded as in a form before they are put together.
        let basic = format!("{}:{}", "omnichat%40work", "a-secret%3Awith-%25-and-%2B");
        let basic = base64::engine::general_purpose::STANDARD.encode(basic);
        if authorization != format!("Basic {basic}") {
            return Err("invalid_client");
        }
        let mut mood = self.mood();
        let grant = mood.grants.remove(&form["code"]).ok_or("invalid_grant")?;
        if grant.challenge != BASE64.encode(Sha256::digest(&form["code_verifier"])) {
            return Err("invalid_grant");
        }
        if form["grant_type"] != "authorization_code" || form["redirect_uri"] != grant.redirect_uri {
            return Err("invalid_request");
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut claims =
            json!({ "iss": self.issuer, "aud": CLIENT, "nonce": grant.nonce, "iat": now, "exp": now + 300 });
        let claims = claims.as_object_mut().unwrap();
        for (name, value) in &mood.claims {
            if value.is_null() {
                claims.remove(name)
            } else {
                claims.insert(name.clone(), value.clone())
            };
        }
        Ok(json!({ "id_token": sign(mood.signer, claims), "access_token": "a", "token_type": "Bearer" }))
    }
}

fn sign(signer: Signer, claims: &Map<String, Value>) -> String {
    let named = |algorithm| Header { kid: Some("k".to_owned()), ..Header::new(algorithm) };
    let by = |algorithm, key: EncodingKey| jsonwebtoken::encode(&named(algorithm), claims, &key).unwrap();
    match signer {
        Signer::Itself => by(Algorithm::EdDSA, key(SEED)),
        Signer::SomebodyElse => by(Algorithm::EdDSA, key(OTHER_SEED)),
        Signer::Secret => by(Algorithm::HS256, EncodingKey::from_secret(SECRET.as_bytes())),
        Signer::PublicKey => by(Algorithm::HS256, EncodingKey::from_secret(&BASE64.decode(PUBLIC).unwrap())),
        Signer::Nobody => {
            let part = |value: &Value| BASE64.encode(value.to_string());
            format!("{}.{}.", part(&json!({ "alg": "none" })), part(&Value::Object(claims.clone())))
        }
    }
}

/// The seed as PKCS #8.
fn key(seed: &str) -> EncodingKey {
    let der = format!("302e020100300506032b657004220420{seed}");
    let bytes: Vec<u8> =
        (0..der.len()).step_by(2).map(|at| u8::from_str_radix(der.get(at..at + 2).unwrap(), 16).unwrap()).collect();
    EncodingKey::from_ed_der(&bytes)
}

async fn answer(State(provider): State<Provider>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let authorization = parts.headers.get("authorization").map_or("", |value| value.to_str().unwrap()).to_owned();
    match parts.uri.path() {
        "/.well-known/openid-configuration" => provider.describe(),
        "/jwks" => axum::Json(json!({ "keys": [
            { "kty": "unheard of", "kid": "u" },
            { "kty": "OKP", "crv": "Ed25519", "kid": "k", "use": "sig", "alg": "EdDSA", "x": PUBLIC },
        ] }))
        .into_response(),
        "/no-keys" => axum::Json(json!({ "keys": [] })).into_response(),
        "/token" => {
            let body = String::from_utf8(to_bytes(body, 10_000).await.unwrap().to_vec()).unwrap();
            let form = Url::parse(&format!("http://form/?{body}")).unwrap().query_pairs().into_owned().collect();
            match provider.exchange(&authorization, &form) {
                Ok(tokens) => axum::Json(tokens).into_response(),
                Err(error) => (http::StatusCode::BAD_REQUEST, axum::Json(json!({ "error": error }))).into_response(),
            }
        }
        "/userinfo" => {
            assert_eq!(authorization, "Bearer a");
            axum::Json(provider.mood().userinfo.clone()).into_response()
        }
        _ => http::StatusCode::NOT_FOUND.into_response(),
    }
}
