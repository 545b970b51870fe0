//! Conversations and their messages.

use super::{
    Problem,
    extract::{Allowed, Body, Id, Product, Query},
    idempotent::SameId,
    page::{List, Listed, PageQuery, Part},
};
use axum::{Extension, Json, http::StatusCode};
use domain::{
    accounts::{ReadInbox, WorkInbox},
    inbox::{Assigned, Filter},
};
use serde::Deserialize;
use types::{
    ClientId, ConversationId, Error, MessageId, Result,
    inbox::{Conversation, ConversationStatus, Message},
    rest::{Assign, NewMessage, Page, Resolve, SetAi},
};
use utoipa::IntoParams;

/// Which conversations are wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Most conversations on the page, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 25)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Only those that stand here.
    status: Option<ConversationStatus>,
    /// Only those of this user's id; `me` for the user who asks, `none` for nobody's.
    #[param(pattern = "^(me|none|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$")]
    assigned: Option<String>,
    /// Only those whose contact, last words or number match.
    search: Option<String>,
}

/// The conversations, newest first
///
/// Needs `inbox.read`. The order is that in which they began, which new messages do not change: a
/// walk by cursor meets every conversation once.
#[utoipa::path(get, path = "/conversations", tag = "inbox", params(Wanted), responses(
    (status = 200, description = "A page of conversations", body = Page<Conversation>),
))]
pub async fn list_conversations(
    Product(product): Product,
    Allowed(permit): Allowed<ReadInbox>,
    Query(wanted): Query<Wanted>,
) -> Listed<Conversation> {
    let part = Part::new(List::Conversations, wanted.limit, wanted.cursor.as_deref())?;
    let assigned = match wanted.assigned.as_deref() {
        None => None,
        Some("none") => Some(Assigned::Nobody),
        Some("me") => Some(permit.user().map(Assigned::To).ok_or_else(|| assigned("A key is nobody: name a user."))?),
        Some(id) => Some(Assigned::To(id.parse().map_err(|_| assigned("This must be a user's id, me or none."))?)),
    };
    let filter = Filter { status: wanted.status, assigned, search: wanted.search.unwrap_or_default() };
    let before = part.after.map(ConversationId);
    let found = domain::inbox::browse(&product, &permit, filter, before, part.wanted()).await?;
    Ok(part.page(found, |conversation| conversation.id.0))
}

fn assigned(message: &str) -> Error {
    Error::invalid(message).field("assigned")
}

/// A conversation
///
/// Needs `inbox.read`.
#[utoipa::path(get, path = "/conversations/{id}", tag = "inbox", params(("id" = ConversationId, Path, description = "The conversation's id")), responses(
    (status = 200, description = "The conversation", body = Conversation),
))]
pub async fn get_conversation(
    Product(product): Product,
    Allowed(permit): Allowed<ReadInbox>,
    Id(id): Id<ConversationId>,
) -> Result<Json<Conversation>, Problem> {
    Ok(Json(domain::inbox::get(&product, &permit, id).await?))
}

/// Let the AI answer, or silence it
///
/// Needs `inbox.work`.
#[utoipa::path(patch, path = "/conversations/{id}/ai", tag = "inbox", request_body = SetAi, params(("id" = ConversationId, Path, description = "The conversation's id")), responses(
    (status = 200, description = "The conversation as it is now", body = Conversation),
))]
pub async fn set_ai(
    Product(product): Product,
    Allowed(permit): Allowed<WorkInbox>,
    Id(id): Id<ConversationId>,
    Body(set): Body<SetAi>,
) -> Result<Json<Conversation>, Problem> {
    Ok(Json(domain::inbox::set_ai(&product, &permit, id, set.is_ai_enabled).await?))
}

/// Resolve a conversation, or open it again
///
/// Needs `inbox.work`.
#[utoipa::path(patch, path = "/conversations/{id}/resolve", tag = "inbox", request_body = Resolve, params(("id" = ConversationId, Path, description = "The conversation's id")), responses(
    (status = 200, description = "The conversation as it is now", body = Conversation),
))]
pub async fn resolve(
    Product(product): Product,
    Allowed(permit): Allowed<WorkInbox>,
    Id(id): Id<ConversationId>,
    Body(resolve): Body<Resolve>,
) -> Result<Json<Conversation>, Problem> {
    let status = if resolve.resolved { ConversationStatus::Resolved } else { ConversationStatus::Open };
    Ok(Json(domain::inbox::set_status(&product, &permit, id, status).await?))
}

/// Assign a conversation
///
/// Needs `inbox.work`. To a user of the business, or with null to nobody.
#[utoipa::path(patch, path = "/conversations/{id}/assign", tag = "inbox", request_body = Assign, params(("id" = ConversationId, Path, description = "The conversation's id")), responses(
    (status = 200, description = "The conversation as it is now", body = Conversation),
))]
pub async fn assign(
    Product(product): Product,
    Allowed(permit): Allowed<WorkInbox>,
    Id(id): Id<ConversationId>,
    Body(assign): Body<Assign>,
) -> Result<Json<Conversation>, Problem> {
    Ok(Json(domain::inbox::assign(&product, &permit, id, assign.user_id).await?))
}

/// The messages of a conversation, newest first
///
/// Needs `inbox.read`. Notes are among them.
#[utoipa::path(get, path = "/conversations/{id}/messages", tag = "inbox", params(("id" = ConversationId, Path, description = "The conversation's id"), PageQuery), responses(
    (status = 200, description = "A page of messages", body = Page<Message>),
))]
pub async fn list_messages(
    Product(product): Product,
    Allowed(permit): Allowed<ReadInbox>,
    Id(id): Id<ConversationId>,
    Query(query): Query<PageQuery>,
) -> Listed<Message> {
    let part = query.read(List::Messages)?;
    let before = part.after.map(MessageId);
    let found = domain::inbox::messages(&product, &permit, id, before, part.wanted()).await?;
    Ok(part.page(found, |message| message.id.0))
}

/// Reply to the contact, or leave a note
///
/// Needs `inbox.work`. A reply takes the conversation over from the AI.
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "inbox", request_body = NewMessage, params(("id" = ConversationId, Path, description = "The conversation's id")), responses(
    (status = 201, description = "The message as it is stored", body = Message),
))]
pub async fn send_message(
    Product(product): Product,
    Allowed(permit): Allowed<WorkInbox>,
    Id(id): Id<ConversationId>,
    same: Option<Extension<SameId>>,
    Body(new): Body<NewMessage>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let client_id = new.client_id.or_else(|| same.map(|Extension(SameId(id))| id)).unwrap_or_else(ClientId::random);
    let message = domain::inbox::reply(&product, &permit, id, client_id, &new.content, new.is_note).await?;
    Ok((StatusCode::CREATED, Json(message)))
}
