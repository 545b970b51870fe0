//! What the AI learns from.

use crate::{ApiClient, codec::Postcard};
use server_fn::codec::PostUrl;
use server_fn_macro_default::server;
use types::{
    Result, SourceId,
    knowledge::{Imported, Passage, Source, SourceText, SyncEvery},
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

/// One source; of a page of a site as well, which the list does not name.
#[server(prefix = "/api", endpoint = "knowledge/get", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_source(id: SourceId) -> Result<Source> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::get(&caller::product(), &permit, id).await?)
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

/// Adds a file (PDF, DOCX, HTML, Markdown, text or CSV) as a source. It is read in the background. Needs `knowledge.manage`.
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

/// Adds a question with its answer as a source. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "knowledge/faq", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn add_faq(question: String, answer: String) -> Result<Source> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::add_faq(&caller::product(), &permit, &question, &answer).await?)
    })
    .await
}

/// Takes questions and answers from a table (CSV) with the columns "question" and "answer". Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "knowledge/faq-import", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn import_faqs(bytes: Vec<u8>) -> Result<Imported> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::import_faqs(&caller::product(), &permit, &bytes).await?)
    })
    .await
}

/// Adds a web page as a source. It is fetched in the background. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "knowledge/page", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn add_page(url: String, every: SyncEvery) -> Result<Source> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::add_page(&caller::product(), &permit, &url, every).await?)
    })
    .await
}

/// Adds a web site as a source, `pages` of it at most. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "knowledge/site", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn add_site(url: String, pages: u32, every: SyncEvery) -> Result<Source> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::add_site(&caller::product(), &permit, &url, pages, every).await?)
    })
    .await
}

/// The pages of a site in the order of their addresses.
#[server(prefix = "/api", endpoint = "knowledge/site-pages", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn site_pages(id: SourceId) -> Result<Vec<Source>> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::site_pages(&caller::product(), &permit, id).await?)
    })
    .await
}

/// Sets how often a page or site is looked at again. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "knowledge/sync", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn set_sync(id: SourceId, every: SyncEvery) -> Result<Source> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::set_sync(&caller::product(), &permit, id, every).await?)
    })
    .await
}

/// The title and text of a text or answer, to be changed. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "knowledge/source-text", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_source_text(id: SourceId) -> Result<SourceText> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::text(&caller::product(), &permit, id).await?)
    })
    .await
}

/// Gives a text or answer another title and text. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "knowledge/change", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn change_source(id: SourceId, title: String, content: String) -> Result<Source> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::knowledge::change(&caller::product(), &permit, id, &title, &content).await?)
    })
    .await
}
