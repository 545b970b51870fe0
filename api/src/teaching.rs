//! How people teach the AI: unanswered questions, the review, the test bench.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{
    GroupId, MessageId, Result, ReviewId, TestCaseId, TestRunId,
    teaching::{
        AnswerDraft, Decision, Gap, GapCheck, GapStatus, NewTestCase, Review, Saved, TeachingCounts, TestBench,
        TestCase, TestRun, TestRunDetail,
    },
};

/// What waits for somebody who teaches the AI.
#[server(prefix = "/api", endpoint = "teaching/counts", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_teaching_counts() -> Result<TeachingCounts> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::counts(&caller::product(), &permit).await?)
    })
    .await
}

/// Groups of questions without a good answer, those asked most first.
#[server(prefix = "/api", endpoint = "teaching/gaps", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_gaps(status: GapStatus) -> Result<Vec<Gap>> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::list_gaps(&caller::product(), &permit, status).await?)
    })
    .await
}

/// Writes the answer to a group of questions. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "teaching/answer", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn answer_gap(id: GroupId, draft: AnswerDraft) -> Result<Gap> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::answer_gap(&caller::product(), &permit, id, &draft).await?)
    })
    .await
}

/// Dismisses a group of questions, or opens it again. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "teaching/dismiss", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn set_gap_dismissed(id: GroupId, is_dismissed: bool) -> Result<Gap> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::set_gap_dismissed(&caller::product(), &permit, id, is_dismissed).await?)
    })
    .await
}

/// Tries the latest question of an answered group, once its answer was read.
#[server(prefix = "/api", endpoint = "teaching/check", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn check_gap(id: GroupId) -> Result<GapCheck> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::check_gap(&caller::product(), &permit, id).await?)
    })
    .await
}

/// An agent's reply with the question before it, to be edited and saved. Needs `inbox.work`.
#[server(prefix = "/api", endpoint = "teaching/suggest", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn suggest_answer(message: MessageId) -> Result<AnswerDraft> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::suggest_answer(&caller::product(), &permit, message).await?)
    })
    .await
}

/// Saves an agent's reply as an answer: at once with `knowledge.manage`,
/// otherwise it waits in the review. Needs `inbox.work`.
#[server(prefix = "/api", endpoint = "teaching/save", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn save_answer(message: MessageId, draft: AnswerDraft) -> Result<Saved> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::save_answer(&caller::product(), &permit, message, &draft).await?)
    })
    .await
}

/// Open reviews, newest first, 50 at most.
#[server(prefix = "/api", endpoint = "teaching/reviews", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_reviews() -> Result<Vec<Review>> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::list_reviews(&caller::product(), &permit).await?)
    })
    .await
}

/// Decides about an open review. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "teaching/decide", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn decide_review(id: ReviewId, decision: Decision) -> Result<Review> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::decide_review(&caller::product(), &permit, id, decision).await?)
    })
    .await
}

/// The cases and runs of the test bench.
#[server(prefix = "/api", endpoint = "teaching/tests", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_test_bench() -> Result<TestBench> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::test_bench(&caller::product(), &permit).await?)
    })
    .await
}

/// Adds a test case. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "teaching/tests/add", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn add_test(new: NewTestCase) -> Result<TestCase> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::add_test(&caller::product(), &permit, new).await?)
    })
    .await
}

/// Deletes a test case. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "teaching/tests/delete", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn delete_test(id: TestCaseId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::delete_test(&caller::product(), &permit, id).await?)
    })
    .await
}

/// Adds the cases of a CSV table; gives how many. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "teaching/tests/import", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn import_tests(table: String) -> Result<u32> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::import_tests(&caller::product(), &permit, &table).await?)
    })
    .await
}

/// Adds a case for each answer that came of the review or of unanswered
/// questions; gives how many. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "teaching/tests/taught", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn import_taught() -> Result<u32> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::import_taught(&caller::product(), &permit).await?)
    })
    .await
}

/// Starts a run over all cases. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "teaching/runs/start", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn start_tests() -> Result<TestRun> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::start_tests(&caller::product(), &permit).await?)
    })
    .await
}

/// A run with its results, compared with the one before.
#[server(prefix = "/api", endpoint = "teaching/runs/get", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_test_run(id: TestRunId) -> Result<TestRunDetail> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::teaching::test_run(&caller::product(), &permit, id).await?)
    })
    .await
}
