//! The audit log of the tenant.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{AuditId, Result, audit::AuditPage};

/// A page of the log, newest first; `before` is the page's `next`. Needs `audit.read`.
#[server(prefix = "/api", endpoint = "audit/list", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_audit(before: Option<AuditId>) -> Result<AuditPage> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::audit::list(&caller::product(), &permit, before).await?)
    })
    .await
}
