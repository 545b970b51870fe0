//! Contacts who may become customers, and what is understood of conversations.

use super::{
    Problem,
    extract::{Allowed, Body, Id, Product, Query},
    page::{List, Listed, Part},
};
use axum::Json;
use domain::accounts::{ReadInbox, WorkInbox};
use serde::Deserialize;
use types::{
    ConversationId, LeadId, Result,
    insights::ConversationInsights,
    leads::{Lead, LeadChange, LeadStage},
    rest::Page,
};
use utoipa::IntoParams;

/// Which leads are wanted.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LeadQuery {
    /// Leads of this stage alone.
    stage: Option<LeadStage>,
    /// Most things on the page, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 25)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The leads, newest first
///
/// Needs `inbox.read`. A lead is noticed when a contact gives an e-mail address or a phone number, or wants to buy.
#[utoipa::path(get, path = "/leads", tag = "contacts", params(LeadQuery), responses(
    (status = 200, description = "A page of leads", body = Page<Lead>),
))]
pub async fn list_leads(
    Product(product): Product,
    Allowed(permit): Allowed<ReadInbox>,
    Query(query): Query<LeadQuery>,
) -> Listed<Lead> {
    let part = Part::new(List::Leads, query.limit, query.cursor.as_deref())?;
    let found = domain::leads::browse(&product, &permit, query.stage, part.after.map(LeadId), part.wanted()).await?;
    Ok(part.page(found, |lead| lead.id.0))
}

/// Move a lead to another stage
///
/// Needs `inbox.work`. The time of conversion is kept with it.
#[utoipa::path(patch, path = "/leads/{id}", tag = "contacts", params(("id" = LeadId, Path, description = "The lead's id")), request_body = LeadChange, responses(
    (status = 200, description = "The lead as it is now", body = Lead),
))]
pub async fn change_lead(
    Product(product): Product,
    Allowed(permit): Allowed<WorkInbox>,
    Id(id): Id<LeadId>,
    Body(change): Body<LeadChange>,
) -> Result<Json<Lead>, Problem> {
    Ok(Json(domain::leads::change(&product, &permit, id, change).await?))
}

/// What was understood of a conversation
///
/// Needs `inbox.read`. Topic and summary are written once it was resolved.
#[utoipa::path(get, path = "/conversations/{id}/insights", tag = "inbox", params(("id" = ConversationId, Path, description = "The conversation's id")), responses(
    (status = 200, description = "What was understood", body = ConversationInsights),
))]
pub async fn get_insights(
    Product(product): Product,
    Allowed(permit): Allowed<ReadInbox>,
    Id(id): Id<ConversationId>,
) -> Result<Json<ConversationInsights>, Problem> {
    Ok(Json(domain::insights::of_conversation(&product, &permit, id).await?))
}
