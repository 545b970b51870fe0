//! The chat widget: settings for its owner, and the calls a visitor makes.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{
    ClientId, ConversationId, MessageId, Result, WidgetId,
    inbox::{Feedback, Message},
    widgets::{SentMessage, VisitorConversation, VisitorPage, VisitorSession, Widget, WidgetAppearance, WidgetUpdate},
};

/// The widgets of the tenant, oldest first.
#[server(prefix = "/api", endpoint = "widgets/list", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_widgets() -> Result<Vec<Widget>> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::widgets::list(&caller::product(), &permit).await?)
    })
    .await
}

/// Changes a widget. Needs `settings.manage`.
#[server(prefix = "/api", endpoint = "widgets/update", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn update_widget(id: WidgetId, update: WidgetUpdate) -> Result<Widget> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::widgets::update(&caller::product(), &permit, id, update).await?)
    })
    .await
}

/// Gives a widget another secret, which signs all its visitors out: each
/// begins a new conversation with the next message. Needs `settings.manage`.
#[server(prefix = "/api", endpoint = "widgets/rotate-secret", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn rotate_widget_secret(id: WidgetId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::widgets::rotate_secret(&caller::product(), &permit, id).await?)
    })
    .await
}

/// What a page gets to know of a widget before the visitor acts. Public, for
/// pages of the allowed domains.
#[server(prefix = "/api", endpoint = "widget/appearance", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn appearance(id: WidgetId) -> Result<WidgetAppearance> {
    use crate::caller;
    caller::respond(async {
        let page = caller::visitor_page(id).await?;
        Ok(domain::widgets::appearance(&caller::product(), &page).await?)
    })
    .await
}

/// Gives a new visitor the right to speak. Stores nothing; the contact is
/// made by the first message.
#[server(prefix = "/api", endpoint = "widget/visit", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn start_visit(id: WidgetId) -> Result<VisitorSession> {
    use crate::caller;
    caller::respond(async {
        let page = caller::visitor_page(id).await?;
        Ok(domain::widgets::start_visit(&caller::product(), &page, caller::device().network())?)
    })
    .await
}

/// Gives a visitor a token for longer. Meant for one that is older than a
/// day; it stays good until its own end.
#[server(prefix = "/api", endpoint = "widget/renew", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn renew_visit() -> Result<VisitorSession> {
    use crate::caller;
    caller::respond(async {
        let token = caller::bearer().ok_or_else(types::Error::unauthenticated)?;
        Ok(domain::widgets::renew_visit(&caller::product(), &token, caller::origin().as_deref()).await?)
    })
    .await
}

/// Ends a visit: its token is good for nothing more, and its sockets close.
/// The token is an argument, because the page has forgotten it by then.
#[server(prefix = "/api", endpoint = "widget/end", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn end_visit(token: String) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        Ok(domain::widgets::end_visit(&caller::product(), &token, caller::origin().as_deref()).await?)
    })
    .await
}

/// Sends a visitor's message to their conversation, which it makes when
/// there is none. Sending the same `client_id` again gives the stored
/// message and changes nothing.
#[server(prefix = "/api", endpoint = "widget/send", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn send_message(client_id: ClientId, content: String, page: VisitorPage) -> Result<SentMessage> {
    use crate::caller;
    caller::respond(async {
        let visitor = caller::visitor().await?;
        Ok(domain::inbox::receive(&caller::product(), &visitor, client_id, &content, &page).await?)
    })
    .await
}

/// The visitor's conversation with its newest 50 messages, or none yet.
#[server(prefix = "/api", endpoint = "widget/conversation", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn my_conversation() -> Result<Option<VisitorConversation>> {
    use crate::caller;
    caller::respond(async {
        let visitor = caller::visitor().await?;
        Ok(domain::inbox::visitor_conversation(&caller::product(), &visitor).await?)
    })
    .await
}

/// The visitor's 50 messages before `before`, oldest first.
#[server(prefix = "/api", endpoint = "widget/older", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn my_older_messages(before: MessageId) -> Result<Vec<Message>> {
    use crate::caller;
    caller::respond(async {
        let visitor = caller::visitor().await?;
        Ok(domain::inbox::visitor_older(&caller::product(), &visitor, before).await?)
    })
    .await
}

/// Asks for a person: the AI goes silent and the conversation opens.
#[server(prefix = "/api", endpoint = "widget/person", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn request_person(id: ConversationId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let visitor = caller::visitor().await?;
        Ok(domain::inbox::request_person(&caller::product(), &visitor, id).await?)
    })
    .await
}

/// Thumbs on an answer of the AI; none takes it back.
#[server(prefix = "/api", endpoint = "widget/rate", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn rate_answer(message: MessageId, feedback: Option<Feedback>) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let visitor = caller::visitor().await?;
        Ok(domain::inbox::rate(&caller::product(), &visitor, message, feedback).await?)
    })
    .await
}

/// Notes that the visitor has seen the conversation up to its last message.
#[server(prefix = "/api", endpoint = "widget/read", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn mark_seen(id: ConversationId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let visitor = caller::visitor().await?;
        Ok(domain::inbox::mark_seen(&caller::product(), &visitor, id).await?)
    })
    .await
}
