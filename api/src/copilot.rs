//! The AI beside an agent who writes.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{
    ConversationId, Result,
    copilot::{ConversationSummary, Edit, Suggestion},
};

/// A reply to the contact's last words, from the tenant's sources. Needs `inbox.work`.
#[server(prefix = "/api", endpoint = "copilot/suggest", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn suggest_reply(id: ConversationId) -> Result<Suggestion> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::copilot::suggest(&caller::product(), &permit, id).await?)
    })
    .await
}

/// Whether there is a language model that can change texts. Needs `inbox.work`.
#[server(prefix = "/api", endpoint = "copilot/model", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn has_language_model() -> Result<bool> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::copilot::has_model(&caller::product(), &permit).await?)
    })
    .await
}

/// Changes a text; `language` is a BCP 47 tag for a translation. Needs `inbox.work`.
#[server(prefix = "/api", endpoint = "copilot/edit", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn edit_text(id: ConversationId, text: String, edit: Edit, language: Option<String>) -> Result<String> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::copilot::edit(&caller::product(), &permit, id, &text, edit, language.as_deref()).await?)
    })
    .await
}

/// Sums the conversation up for a colleague. Needs `inbox.work`.
#[server(prefix = "/api", endpoint = "copilot/summary", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn summarise_conversation(id: ConversationId) -> Result<ConversationSummary> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::copilot::summarise(&caller::product(), &permit, id).await?)
    })
    .await
}
