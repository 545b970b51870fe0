//! The chat widgets.

use super::{
    Problem,
    extract::{Allowed, Id, Product, Query},
    page::{List, Listed, PageQuery},
};
use axum::{
    Extension, Json,
    http::{HeaderMap, header::ORIGIN},
};
use domain::accounts::{Device, ReadSettings};
use types::{
    Result, WidgetId,
    rest::Page,
    widgets::{Widget, WidgetAppearance},
};

/// The widgets, oldest first
///
/// Needs `settings.read`.
#[utoipa::path(get, path = "/widgets", tag = "widgets", params(PageQuery), responses(
    (status = 200, description = "A page of widgets", body = Page<Widget>),
))]
pub async fn list_widgets(
    Product(product): Product,
    Allowed(permit): Allowed<ReadSettings>,
    Query(query): Query<PageQuery>,
) -> Listed<Widget> {
    let part = query.read(List::Widgets)?;
    let all = domain::widgets::list(&product, &permit).await?;
    Ok(part.page_of(all, |widget| widget.id.0))
}

/// What a page gets to know of a widget
///
/// Public: needs no key. A browser must be on a page of the widget's allowed domains.
#[utoipa::path(get, path = "/widgets/{id}/config", tag = "widgets", security(()), params(("id" = WidgetId, Path, description = "The widget's id")), responses(
    (status = 200, description = "How it looks", body = WidgetAppearance),
    (status = 403, description = "The page's domain is not on the widget's list"),
))]
pub async fn widget_config(
    Product(product): Product,
    Id(id): Id<WidgetId>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
) -> Result<Json<WidgetAppearance>, Problem> {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let page = domain::widgets::page(&product, id, origin, device.network()).await?;
    Ok(Json(domain::widgets::appearance(&product, &page).await?))
}
