//! What visitors may want: intents with examples, and the classifier trained from them.

use super::{
    DONE, Problem,
    extract::{Allowed, Body, Id, Product, Query},
    page::{List, Listed, PageQuery},
};
use axum::{Json, http::StatusCode};
use domain::accounts::{ManageKnowledge, ReadKnowledge};
use types::{
    IntentId, Result,
    intents::{Classified, Intent, IntentChange, IntentDetail, IntentModel, NewExamples, NewIntent, TextToClassify},
    rest::Page,
};

/// The intents, newest first
///
/// Needs `knowledge.read`.
#[utoipa::path(get, path = "/intents", tag = "intents", params(PageQuery), responses(
    (status = 200, description = "A page of intents", body = Page<Intent>),
))]
pub async fn list_intents(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
    Query(query): Query<PageQuery>,
) -> Listed<Intent> {
    let part = query.read(List::Intents)?;
    Ok(part.page_of(domain::intents::list(&product, &permit).await?, |intent| intent.id.0))
}

/// Make an intent
///
/// Needs `knowledge.manage`. The same example twice counts once.
#[utoipa::path(post, path = "/intents", tag = "intents", request_body = NewIntent, responses(
    (status = 201, description = "The intent with its examples", body = IntentDetail),
    (status = 409, description = "The name is taken, or the first request with this key is being worked on"),
))]
pub async fn create_intent(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Body(new): Body<NewIntent>,
) -> Result<(StatusCode, Json<IntentDetail>), Problem> {
    Ok((StatusCode::CREATED, Json(domain::intents::create(&product, &permit, new).await?)))
}

/// An intent with its examples
///
/// Needs `knowledge.read`.
#[utoipa::path(get, path = "/intents/{id}", tag = "intents", params(("id" = IntentId, Path, description = "The intent's id")), responses(
    (status = 200, description = "The intent", body = IntentDetail),
))]
pub async fn get_intent(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
    Id(id): Id<IntentId>,
) -> Result<Json<IntentDetail>, Problem> {
    Ok(Json(domain::intents::get(&product, &permit, id).await?))
}

/// Change an intent
///
/// Needs `knowledge.manage`. What is missing stays as it is; `examples` are all that it has from now on.
#[utoipa::path(patch, path = "/intents/{id}", tag = "intents", params(("id" = IntentId, Path, description = "The intent's id")), request_body = IntentChange, responses(
    (status = 200, description = "The intent as it is now", body = IntentDetail),
    (status = 409, description = "The name is taken"),
))]
pub async fn change_intent(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Id(id): Id<IntentId>,
    Body(change): Body<IntentChange>,
) -> Result<Json<IntentDetail>, Problem> {
    Ok(Json(domain::intents::change(&product, &permit, id, change).await?))
}

/// Delete an intent
///
/// Needs `knowledge.manage`. Its examples go with it; messages that had it become unknown.
#[utoipa::path(delete, path = "/intents/{id}", tag = "intents", params(("id" = IntentId, Path, description = "The intent's id")), responses(
    (status = 204, description = "Deleted"),
))]
pub async fn delete_intent(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Id(id): Id<IntentId>,
) -> Result<StatusCode, Problem> {
    domain::intents::delete(&product, &permit, id).await?;
    Ok(DONE)
}

/// Add examples to an intent
///
/// Needs `knowledge.manage`. Those that are there already are left out.
#[utoipa::path(post, path = "/intents/{id}/examples", tag = "intents", params(("id" = IntentId, Path, description = "The intent's id")), request_body = NewExamples, responses(
    (status = 201, description = "The intent as it is now", body = IntentDetail),
))]
pub async fn add_examples(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Id(id): Id<IntentId>,
    Body(new): Body<NewExamples>,
) -> Result<(StatusCode, Json<IntentDetail>), Problem> {
    Ok((StatusCode::CREATED, Json(domain::intents::add_examples(&product, &permit, id, &new.examples).await?)))
}

/// Train the classifier
///
/// Needs `knowledge.manage`. It is worked on in the background, for some seconds; `GET /intents/model` says how far it has come.
#[utoipa::path(post, path = "/intents/train", tag = "intents", responses(
    (status = 201, description = "The classifier, in training", body = IntentModel),
    (status = 409, description = "A training is under way, or the first request with this key is being worked on"),
    (status = 422, description = "There are too few intents or examples, or a value is malformed"),
))]
pub async fn train_intents(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
) -> Result<(StatusCode, Json<IntentModel>), Problem> {
    Ok((StatusCode::CREATED, Json(domain::intents::train(&product, &permit).await?)))
}

/// The classifier, and how good it is
///
/// Needs `knowledge.read`. The score is of examples that it was not trained with.
#[utoipa::path(get, path = "/intents/model", tag = "intents", responses(
    (status = 200, description = "The classifier", body = IntentModel),
))]
pub async fn get_intent_model(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
) -> Result<Json<IntentModel>, Problem> {
    Ok(Json(domain::intents::model(&product, &permit).await?))
}

/// Tell what a text means
///
/// Needs `knowledge.read`. A text that no intent is likely for is unknown: its intent is null.
#[utoipa::path(post, path = "/intents/classify", tag = "intents", request_body = TextToClassify, responses(
    (status = 200, description = "What it means", body = Classified),
    (status = 409, description = "Nothing was trained yet, or the first request with this key is being worked on"),
))]
pub async fn classify_text(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
    Body(asked): Body<TextToClassify>,
) -> Result<Json<Classified>, Problem> {
    Ok(Json(domain::intents::classify(&product, &permit, &asked.text).await?))
}
