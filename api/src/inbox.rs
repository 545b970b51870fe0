//! Conversations as agents work them.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{
    ClientId, ConversationId, MessageId, Result, UserId,
    inbox::{
        Conversation, ConversationCursor, ConversationDetail, ConversationPage, ConversationStatus, InboxView, Message,
    },
};

/// A page of the inbox, newest first, 50 conversations. `search` filters by
/// contact name, number or words of the last message; empty for all.
#[server(prefix = "/api", endpoint = "inbox/list", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_conversations(
    view: InboxView,
    search: String,
    before: Option<ConversationCursor>,
) -> Result<ConversationPage> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::inbox::list(&caller::product(), &permit, view, &search, before).await?)
    })
    .await
}

/// A conversation with its newest 50 messages.
#[server(prefix = "/api", endpoint = "inbox/conversation", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn open_conversation(id: ConversationId) -> Result<ConversationDetail> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::inbox::open(&caller::product(), &permit, id).await?)
    })
    .await
}

/// The 50 messages before `before`, oldest first.
#[server(prefix = "/api", endpoint = "inbox/older", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn older_messages(id: ConversationId, before: MessageId) -> Result<Vec<Message>> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::inbox::older(&caller::product(), &permit, id, before).await?)
    })
    .await
}

/// Replies to the contact, or leaves a note for colleagues. Sending the same
/// `client_id` again gives the stored message and changes nothing. A reply
/// takes the conversation over from the AI.
#[server(prefix = "/api", endpoint = "inbox/reply", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn send_reply(id: ConversationId, client_id: ClientId, content: String, is_note: bool) -> Result<Message> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::inbox::reply(&caller::product(), &permit, id, client_id, &content, is_note).await?)
    })
    .await
}

/// Takes the conversation over (`false`) or gives it back to the AI (`true`).
#[server(prefix = "/api", endpoint = "inbox/ai", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn set_ai(id: ConversationId, is_enabled: bool) -> Result<Conversation> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::inbox::set_ai(&caller::product(), &permit, id, is_enabled).await?)
    })
    .await
}

/// Moves the conversation to another status.
#[server(prefix = "/api", endpoint = "inbox/status", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn set_status(id: ConversationId, status: ConversationStatus) -> Result<Conversation> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::inbox::set_status(&caller::product(), &permit, id, status).await?)
    })
    .await
}

/// Assigns the conversation to a user, or to nobody.
#[server(prefix = "/api", endpoint = "inbox/assign", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn assign(id: ConversationId, to: Option<UserId>) -> Result<Conversation> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::inbox::assign(&caller::product(), &permit, id, to).await?)
    })
    .await
}

/// Notes that the agent has seen the conversation up to its last message.
#[server(prefix = "/api", endpoint = "inbox/read", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn mark_read(id: ConversationId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::inbox::mark_read(&caller::product(), &permit, id).await?)
    })
    .await
}
