//! API keys.

use super::{
    DONE, Problem,
    extract::{Allowed, Body, Id, Product, Query},
    page::{List, Listed, PageQuery},
};
use axum::{Json, http::StatusCode};
use domain::accounts::ManageKeys;
use types::{
    ApiKeyId, Result,
    accounts::{ApiKey, NewApiKey},
    rest::{CreatedKey, NewKey, Page},
};

/// The API keys, newest first
///
/// Needs `keys.manage`. The keys themselves are never shown again.
#[utoipa::path(get, path = "/api-keys", tag = "keys", params(PageQuery), responses(
    (status = 200, description = "A page of keys", body = Page<ApiKey>),
))]
pub async fn list_keys(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKeys>,
    Query(query): Query<PageQuery>,
) -> Listed<ApiKey> {
    let part = query.read(List::Keys)?;
    let all = domain::accounts::list_api_keys(&product, &permit).await?;
    Ok(part.page_of(all, |key| key.id.0))
}

/// Make an API key
///
/// Needs `keys.manage`. The key is in this answer and nowhere else; the answer is not stored for an
/// `Idempotency-Key`.
#[utoipa::path(post, path = "/api-keys", tag = "keys", request_body = NewKey, responses(
    (status = 201, description = "The key, this once", body = CreatedKey),
))]
pub async fn create_key(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKeys>,
    Body(new): Body<NewKey>,
) -> Result<(StatusCode, Json<CreatedKey>), Problem> {
    let new = NewApiKey { name: new.name, scopes: new.scopes.into_iter().collect(), days: new.days };
    let (key, api_key) = domain::accounts::create_api_key(&product, &permit, new).await?;
    Ok((StatusCode::CREATED, Json(CreatedKey { key, api_key })))
}

/// Revoke an API key
///
/// Needs `keys.manage`. It is good for nothing from now on, nor is a key that was made with it.
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "keys", params(("id" = ApiKeyId, Path, description = "The key's id")), responses(
    (status = 204, description = "Revoked"),
))]
pub async fn revoke_key(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKeys>,
    Id(id): Id<ApiKeyId>,
) -> Result<StatusCode, Problem> {
    domain::accounts::revoke_api_key(&product, &permit, id).await?;
    Ok(DONE)
}
