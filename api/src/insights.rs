//! What is understood of conversations.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{ConversationId, Result, insights::ConversationInsights};

/// What was understood of a conversation and its messages.
#[server(prefix = "/api", endpoint = "insights/conversation", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_insights(id: ConversationId) -> Result<ConversationInsights> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::insights::of_conversation(&caller::product(), &permit, id).await?)
    })
    .await
}
