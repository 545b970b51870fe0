//! How people teach the AI: unanswered questions, the review, the test bench.

use super::{
    DONE, Problem,
    extract::{Allowed, Body, Id, Product, Query},
    page::{List, Listed, PageQuery},
};
use axum::{Json, http::StatusCode};
use domain::accounts::{ManageKnowledge, ReadKnowledge};
use types::{
    GroupId, Result, ReviewId, TestCaseId, TestRunId,
    rest::Page,
    teaching::{Gap, NewTestCase, Review, TestCase, TestRun, TestRunDetail},
};

/// Groups of questions without a good answer, newest first
///
/// Needs `knowledge.read`. Questions of one meaning are one group; `status` says whether it was answered.
#[utoipa::path(get, path = "/gaps", tag = "teaching", params(PageQuery), responses(
    (status = 200, description = "A page of groups", body = Page<Gap>),
))]
pub async fn list_gaps(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
    Query(query): Query<PageQuery>,
) -> Listed<Gap> {
    let part = query.read(List::Gaps)?;
    let found = domain::teaching::browse_gaps(&product, &permit, part.after.map(GroupId), part.wanted()).await?;
    Ok(part.page(found, |gap| gap.id.0))
}

/// Drafts and answers that somebody should look at, newest first
///
/// Needs `knowledge.read`.
#[utoipa::path(get, path = "/reviews", tag = "teaching", params(PageQuery), responses(
    (status = 200, description = "A page of reviews", body = Page<Review>),
))]
pub async fn list_reviews(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
    Query(query): Query<PageQuery>,
) -> Listed<Review> {
    let part = query.read(List::Reviews)?;
    let found = domain::teaching::browse_reviews(&product, &permit, part.after.map(ReviewId), part.wanted()).await?;
    Ok(part.page(found, |review| review.id.0))
}

/// The test cases, newest first
///
/// Needs `knowledge.read`.
#[utoipa::path(get, path = "/tests", tag = "teaching", params(PageQuery), responses(
    (status = 200, description = "A page of test cases", body = Page<TestCase>),
))]
pub async fn list_tests(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
    Query(query): Query<PageQuery>,
) -> Listed<TestCase> {
    let part = query.read(List::Tests)?;
    let found = domain::teaching::browse_tests(&product, &permit, part.after.map(TestCaseId), part.wanted()).await?;
    Ok(part.page(found, |case| case.id.0))
}

/// Add a test case
///
/// Needs `knowledge.manage`. The answer must hold the words of one of the ways to say it, which
/// `|` separates; or the question must be handed to a person.
#[utoipa::path(post, path = "/tests", tag = "teaching", request_body = NewTestCase, responses(
    (status = 201, description = "The test case", body = TestCase),
))]
pub async fn add_test(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Body(new): Body<NewTestCase>,
) -> Result<(StatusCode, Json<TestCase>), Problem> {
    Ok((StatusCode::CREATED, Json(domain::teaching::add_test(&product, &permit, new).await?)))
}

/// Delete a test case
///
/// Needs `knowledge.manage`. Runs that asked it keep their results.
#[utoipa::path(delete, path = "/tests/{id}", tag = "teaching", params(("id" = TestCaseId, Path, description = "The test case's id")), responses(
    (status = 204, description = "Deleted"),
))]
pub async fn delete_test(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Id(id): Id<TestCaseId>,
) -> Result<StatusCode, Problem> {
    domain::teaching::delete_test(&product, &permit, id).await?;
    Ok(DONE)
}

/// Start a run of all test cases
///
/// Needs `knowledge.manage`. It is worked on in the background; the run says how far it has come.
#[utoipa::path(post, path = "/tests/runs", tag = "teaching", responses(
    (status = 201, description = "The run, waiting for its turn", body = TestRun),
    (status = 409, description = "A run is under way, or the first request with this key is being worked on"),
))]
pub async fn start_tests(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
) -> Result<(StatusCode, Json<TestRun>), Problem> {
    Ok((StatusCode::CREATED, Json(domain::teaching::start_tests(&product, &permit).await?)))
}

/// A run with its results, compared with the one before
///
/// Needs `knowledge.read`.
#[utoipa::path(get, path = "/tests/runs/{id}", tag = "teaching", params(("id" = TestRunId, Path, description = "The run's id")), responses(
    (status = 200, description = "The run", body = TestRunDetail),
))]
pub async fn get_test_run(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
    Id(id): Id<TestRunId>,
) -> Result<Json<TestRunDetail>, Problem> {
    Ok(Json(domain::teaching::test_run(&product, &permit, id).await?))
}
