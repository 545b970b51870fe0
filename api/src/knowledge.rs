//! What the AI learns from.

use crate::ApiClient;
use server_fn::codec::{PostUrl, Postcard};
use server_fn_macro_default::server;
use types::{
    Result, SourceId,
    knowledge::{Passage, Source},
};

/// The sources of the tenant, newest first.
#[server(prefix = "/api", endpoint = "knowledge/list", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_sources() -> Result<Vec<Source>> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::list(&caller::product(), &permit).await?)
    })
    .await
}

/// Adds pasted text as a source. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "knowledge/text", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn add_text(title: String, content: String) -> Result<Source> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::add_text(&caller::product(), &permit, &title, content).await?)
    })
    .await
}

/// Adds a Markdown or text file as a source. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "knowledge/file", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn add_file(name: String, bytes: Vec<u8>) -> Result<Source> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::add_file(&caller::product(), &permit, &name, bytes).await?)
    })
    .await
}

/// Removes a source with its passages. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "knowledge/delete", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn delete_source(id: SourceId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::delete(&caller::product(), &permit, id).await?)
    })
    .await
}

/// Reads a failed source again. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "knowledge/retry", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn retry_source(id: SourceId) -> Result<Source> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::retry(&caller::product(), &permit, id).await?)
    })
    .await
}

/// The passages of a source in their order, 500 at most.
#[server(prefix = "/api", endpoint = "knowledge/passages", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn source_passages(id: SourceId) -> Result<Vec<Passage>> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::passages(&caller::product(), &permit, id).await?)
    })
    .await
}
