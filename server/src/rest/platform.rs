//! The businesses on the server, for its admins.

use super::{
    DONE, Problem,
    extract::{Body, Id, Product, Query, Who},
    page::{List, Listed, Part},
};
use axum::{Json, http::StatusCode};
use serde::Deserialize;
use types::{
    Error, Result, TenantId,
    platform::{CreatedTenant, NewBusiness, TenantDetail, TenantStatus, TenantSummary},
    rest::{Page, TenantChange},
};
use utoipa::IntoParams;

/// Which businesses are wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Only those that may work, or only those that may not.
    status: Option<TenantStatus>,
    /// Only those whose name, short name or address holds this.
    search: Option<String>,
}

/// What confirms that a business is to be deleted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Confirmation {
    /// The business's short name.
    #[serde(default)]
    #[param(required)]
    slug: String,
}

/// The businesses, newest first
///
/// For admins of the platform. 50 on a page.
#[utoipa::path(get, path = "/admin/tenants", tag = "platform", params(Wanted), responses(
    (status = 200, description = "A page of businesses", body = Page<TenantSummary>),
))]
pub async fn list_tenants(
    Product(product): Product,
    Who(caller): Who,
    Query(wanted): Query<Wanted>,
) -> Listed<TenantSummary> {
    let admin = caller.member()?.platform_admin()?;
    let part = Part::new(List::Tenants, None, wanted.cursor.as_deref())?;
    let search = wanted.search.unwrap_or_default();
    let found = domain::platform::list(&product, &admin, &search, wanted.status, part.after.map(TenantId)).await?;
    Ok(Json(Page { data: found.tenants, next_cursor: found.next.map(|last| part.cursor(last.0)) }))
}

/// One business
///
/// For admins of the platform: its people, its limits and how much it uses; nothing of what was written.
#[utoipa::path(get, path = "/admin/tenants/{id}", tag = "platform", params(("id" = TenantId, Path, description = "The tenant's id")), responses(
    (status = 200, description = "The business", body = TenantDetail),
))]
pub async fn get_tenant(
    Product(product): Product,
    Who(caller): Who,
    Id(id): Id<TenantId>,
) -> Result<Json<TenantDetail>, Problem> {
    let admin = caller.member()?.platform_admin()?;
    Ok(Json(domain::platform::detail(&product, &admin, id).await?))
}

/// Open a business for somebody
///
/// For admins of the platform. Its owner comes in by the link, once; the answer is not stored for an
/// `Idempotency-Key`.
#[utoipa::path(post, path = "/admin/tenants", tag = "platform", request_body = NewBusiness, responses(
    (status = 201, description = "The business, and the way in for its owner", body = CreatedTenant),
))]
pub async fn create_tenant(
    Product(product): Product,
    Who(caller): Who,
    Body(new): Body<NewBusiness>,
) -> Result<(StatusCode, Json<CreatedTenant>), Problem> {
    let admin = caller.member()?.platform_admin()?;
    Ok((StatusCode::CREATED, Json(domain::platform::create(&product, &admin, new).await?)))
}

/// Suspend a business, let it work again, or change what it may use
///
/// For admins of the platform. What is not sent stays as it is; limits are replaced together.
#[utoipa::path(patch, path = "/admin/tenants/{id}", tag = "platform", request_body = TenantChange, params(("id" = TenantId, Path, description = "The tenant's id")), responses(
    (status = 200, description = "The business as it is now", body = TenantDetail),
    (status = 409, description = "It is the business you work in yourself"),
))]
pub async fn change_tenant(
    Product(product): Product,
    Who(caller): Who,
    Id(id): Id<TenantId>,
    Body(change): Body<TenantChange>,
) -> Result<Json<TenantDetail>, Problem> {
    let admin = caller.member()?.platform_admin()?;
    let now = domain::platform::detail(&product, &admin, id).await?;
    if let Some(limits) = change.limits {
        domain::platform::set_limits(&product, &admin, id, limits).await?;
    }
    match (change.suspended, now.tenant.suspended_at.is_some()) {
        (Some(true), false) => {
            domain::platform::suspend(&product, &admin, id, change.reason.as_deref().unwrap_or_default()).await?;
        }
        (Some(false), true) => domain::platform::resume(&product, &admin, id).await?,
        (None, _) if change.reason.is_some() => {
            let message = "A reason belongs to a suspension: send suspended as well.";
            return Err(Error::invalid(message).field("reason").into());
        }
        _ => {}
    }
    Ok(Json(domain::platform::detail(&product, &admin, id).await?))
}

/// Delete a business for good
///
/// For admins of the platform. It must be suspended, and its short name confirms it.
#[utoipa::path(delete, path = "/admin/tenants/{id}", tag = "platform", params(("id" = TenantId, Path, description = "The tenant's id"), Confirmation), responses(
    (status = 204, description = "Deleted"),
    (status = 409, description = "It is not suspended"),
))]
pub async fn delete_tenant(
    Product(product): Product,
    Who(caller): Who,
    Id(id): Id<TenantId>,
    Query(confirmation): Query<Confirmation>,
) -> Result<StatusCode, Problem> {
    let admin = caller.member()?.platform_admin()?;
    domain::platform::delete(&product, &admin, id, &confirmation.slug).await?;
    Ok(DONE)
}
