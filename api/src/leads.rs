//! Contacts who may become customers.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{
    LeadId, Result,
    leads::{Lead, LeadChange, LeadPage, LeadStage},
};

/// Leads of a stage, or all, newest first.
#[server(prefix = "/api", endpoint = "leads/list", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_leads(stage: Option<LeadStage>, before: Option<LeadId>) -> Result<LeadPage> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::leads::page(&caller::product(), &permit, stage, before).await?)
    })
    .await
}

/// Moves a lead to another stage. Needs `inbox.work`.
#[server(prefix = "/api", endpoint = "leads/change", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn change_lead(id: LeadId, change: LeadChange) -> Result<Lead> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::leads::change(&caller::product(), &permit, id, change).await?)
    })
    .await
}
