//! What a provider says of a person, and whether to believe it.

use super::discovery::{self, Provider};
use crate::{Omnichat, http::Purpose};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation,
    jwk::{AlgorithmParameters, Jwk, PublicKeyUse},
};
use reqwest::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

/// Longest subject, by the standard.
const SUBJECT_BYTES: usize = 255;

/// The token endpoint's answer.
#[derive(Deserialize)]
pub(super) struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

/// What the id token must say.
pub(super) struct Wanted<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
}

/// A person as the provider describes them.
#[derive(Debug)]
pub(super) struct Person {
    pub subject: String,
    pub email: Option<String>,
    pub is_email_verified: bool,
    pub name: Option<String>,
}

#[derive(Clone, Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    nonce: Option<String>,
    #[serde(flatten)]
    about: About,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What both the id token and the userinfo endpoint may say.
#[derive(Clone, Deserialize)]
struct About {
    sub: String,
    email: Option<String>,
    email_verified: Option<Verified>,
    name: Option<String>,
}

/// Some providers say it in a text.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Verified {
    Truth(bool),
    Text(String),
}

impl About {
    fn is_verified(&self) -> bool {
        match &self.email_verified {
            Some(Verified::Truth(truth)) => *truth,
            Some(Verified::Text(text)) => text == "true",
            None => false,
        }
    }
}

/// The person of an id token that is signed by the provider for us and this
/// sign-in. An address that is not in it is asked for at the provider.
pub(super) async fn person(
    product: &Omnichat,
    provider: Arc<Provider>,
    wanted: &Wanted<'_>,
    tokens: &Tokens,
) -> Result<Person, String> {
    let about = match verify(&provider.keys, wanted, &tokens.id_token) {
        Err(Unbelievable::UnknownKey) => {
            // The provider may have changed its keys since we asked.
            let provider = discovery::asked_again(product, wanted.issuer).await?;
            verify(&provider.keys, wanted, &tokens.id_token)
        }
        other => other,
    };
    let mut about = about.map_err(|why| why.words())?;
    if about.email.is_none() || about.email_verified.is_none() {
        let more = userinfo(product, &provider, tokens).await?;
        if let Some(more) = more.filter(|more| more.sub == about.sub) {
            // The two belong together: an address of one is not verified by the other.
            (about.email, about.email_verified) = (more.email, more.email_verified);
            about.name = about.name.or(more.name);
        }
    }
    let said = [Some(&about.sub), about.email.as_ref(), about.name.as_ref()];
    if said.into_iter().flatten().any(|text| text.contains('\0')) {
        return Err("what it says of the person contains a NUL character".to_owned());
    }
    Ok(Person { is_email_verified: about.is_verified(), subject: about.sub, email: about.email, name: about.name })
}

async fn userinfo(product: &Omnichat, provider: &Provider, tokens: &Tokens) -> Result<Option<About>, String> {
    let (Some(address), Some(access)) = (&provider.userinfo, &tokens.access_token) else { return Ok(None) };
    let client = product.http().client_for(Purpose::SignInProvider, address).map_err(|error| error.to_string())?;
    let asked = discovery::read(client.get(address).bearer_auth(access)).await;
    let (status, body) = asked.map_err(|why| format!("the userinfo endpoint {why}"))?;
    if status != StatusCode::OK {
        return Err(format!("the userinfo endpoint answers with status {}", status.as_u16()));
    }
    serde_json::from_slice(&body).map(Some).map_err(|error| format!("the userinfo cannot be read: {error}"))
}

/// Why an id token is not believed.
#[derive(Debug)]
enum Unbelievable {
    UnknownKey,
    Because(String),
}

impl Unbelievable {
    fn words(self) -> String {
        match self {
            Self::UnknownKey => "the id token is signed with a key that the provider does not name".to_owned(),
            Self::Because(why) => format!("the id token is not good: {why}"),
        }
    }
}

fn verify(keys: &[Jwk], wanted: &Wanted<'_>, token: &str) -> Result<About, Unbelievable> {
    let because = |error: jsonwebtoken::errors::Error| Unbelievable::Because(error.to_string());
    let header = jsonwebtoken::decode_header(token).map_err(because)?;
    // Nothing but public keys: a "secret" that everybody can read proves nothing.
    let mut fitting =
        keys.iter().filter(|key| fits(key, header.alg) && (header.kid.is_none() || key.common.key_id == header.kid));
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[wanted.client_id]);
    validation.set_issuer(&[wanted.issuer]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.validate_nbf = true;
    let mut refused = Unbelievable::UnknownKey;
    let claims: Claims = loop {
        let Some(key) = fitting.next() else { return Err(refused) };
        let decoded =
            DecodingKey::from_jwk(key).and_then(|key| jsonwebtoken::decode::<Claims>(token, &key, &validation));
        match decoded {
            Ok(decoded) => break decoded.claims,
            Err(error) => refused = because(error),
        }
    };
    let refuse = |why: &str| Err(Unbelievable::Because(why.to_owned()));
    if claims.iss != wanted.issuer {
        return refuse("another issuer");
    }
    if claims.nonce.as_deref() != Some(wanted.nonce) {
        return refuse("another nonce");
    }
    let is_shared = matches!(&claims.aud, Audience::Many(several) if several.len() > 1);
    match (&claims.azp, &claims.aud) {
        (Some(azp), _) if azp != wanted.client_id => return refuse("made for somebody else"),
        (None, _) if is_shared => return refuse("made for several, and not said for whom"),
        (None, Audience::One(aud)) if aud != wanted.client_id => return refuse("made for somebody else"),
        _ => {}
    }
    let subject = &claims.about.sub;
    if subject.is_empty() || subject.len() > SUBJECT_BYTES {
        return refuse("no usable subject");
    }
    Ok(claims.about)
}

/// Whether a key is one for signatures by an algorithm.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    use Algorithm as A;
    let is_kind = match algorithm {
        A::RS256 | A::RS384 | A::RS512 | A::PS256 | A::PS384 | A::PS512 => {
            matches!(key.algorithm, AlgorithmParameters::RSA(_))
        }
        A::ES256 | A::ES384 => matches!(key.algorithm, AlgorithmParameters::EllipticCurve(_)),
        A::EdDSA => matches!(key.algorithm, AlgorithmParameters::OctetKeyPair(_)),
        A::HS256 | A::HS384 | A::HS512 => false,
    };
    let is_for_signatures = key.common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
    let is_for_this = key.common.key_algorithm.is_none_or(|named| named.to_string() == format!("{algorithm:?}"));
    is_kind && is_for_signatures && is_for_this
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuzz_id_tokens() {
        let keys: Vec<Jwk> = [
            r#"{"kty":"RSA","n":"u1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0_IzW7yWR7QkrmBL7jTKEn5u-qKhbwKfBstIs-bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyehkd3qqGElvW_VDL5AaWTg0nLVkjRo9z-40RQzuVaE8AkAFmxZzow3x-VJYKdjykkJ0iT9wCS0DRTXu269V264Vf_3jvredZiKRkgwlL9xNAwxXFg0x_XFw005UWVRIkdgcKWTjpBP2dPwVZ4WWC-9aGVd-Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbcmw","e":"AQAB"}"#,
            r#"{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
            r#"{"kty":"oct","k":"c2VjcmV0"}"#,
        ]
        .iter()
        .map(|key| serde_json::from_str(key).unwrap())
        .collect();
        let seeds: [&[u8]; 3] = [
            b"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJpIiwiYXVkIjoiYyIsInN1YiI6InMiLCJub25jZSI6Im4iLCJleHAiOjk5OTk5OTk5OTl9.AAAA",
            b"eyJhbGciOiJub25lIn0.eyJzdWIiOiJzIn0.",
            b"eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.e30.c2ln",
        ];
        let words = [".", "eyJhbGciOiJFUzI1NiJ9", "eyJhbGciOiJub25lIn0", "e30", "=", "-", "_"];
        fuzz::fuzz("id_tokens", &seeds, &words, move |input| {
            let wanted = Wanted { issuer: "i", client_id: "c", nonce: "n" };
            assert!(verify(&keys, &wanted, &fuzz::text(input)).is_err(), "nobody here holds a private key");
            let _told =
                (serde_json::from_slice::<Tokens>(input).is_ok(), serde_json::from_slice::<About>(input).is_ok());
            let _claims = serde_json::from_slice::<Claims>(input).is_ok();
        });
    }
}
