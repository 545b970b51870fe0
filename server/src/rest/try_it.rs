//! `GET /api/v1`: the operations of the API with a form each, to try them.

use axum::{
    http::{
        HeaderValue,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use types::ErrorCode;
use uuid::Uuid;

const PAGE: &str = include_str!("../../assets/api/index.html");
const STYLE: &str = include_str!("../../assets/api/page.css");
const TOKENS: &str = include_str!("../../../style/tokens.css");
const SCRIPT: &str = include_str!("../../assets/api/page.js");

/// The page. Everything it needs is in it, and it calls nobody but us.
pub async fn page() -> Response {
    let nonce = Uuid::new_v4().simple().to_string();
    let codes: String = ErrorCode::ALL
        .iter()
        .filter(|code| **code != ErrorCode::Network)
        .map(|code| {
            let title = super::problem::title(*code);
            format!("<tr id=\"{code}\"><td><code>{code}</code></td><td>{}</td><td>{title}</td></tr>", code.status())
        })
        .collect();
    let page = PAGE
        .replace("{nonce}", &nonce)
        .replacen("{codes}", &codes, 1)
        .replacen("{style}", &format!("{TOKENS}{STYLE}"), 1)
        .replacen("{script}", SCRIPT, 1);
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; img-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    );
    let mut response = ([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}
