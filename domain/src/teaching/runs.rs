//! Runs of the test bench: every case is asked as a visitor would ask it, and
//! the results are compared with those of the run before.

use super::{cases, matching};
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit, ReadKnowledge},
    answers,
    database::TenantTx,
    error::OrNotFound as _,
    jobs::Job,
    knowledge,
    schema::{test_results as results, test_runs as runs},
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, SelectableHelper as _, sql_types};
use diesel_async::RunQueryDsl;
use std::collections::BTreeSet;
use types::{
    ErrorCode, TenantId, TestCaseId, TestRunId, Timestamp,
    answers::{Answer, AnswerKind},
    teaching::{RunState, TEST_RUNS, TestResult, TestRun, TestRunDetail},
};

/// Cases that are asked before their results are stored.
const AT_ONCE: usize = 10;

#[derive(Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = runs)]
struct RunRow {
    id: TestRunId,
    state: RunState,
    started_by: String,
    total: i32,
    passed: i32,
    failed: i32,
    knowledge_version: i64,
    threshold: f32,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
}

impl From<RunRow> for TestRun {
    fn from(row: RunRow) -> Self {
        Self {
            id: row.id,
            state: row.state,
            started_by: row.started_by,
            total: row.total,
            passed: row.passed,
            failed: row.failed,
            knowledge_version: row.knowledge_version,
            threshold: row.threshold,
            created_at: row.created_at,
            finished_at: row.finished_at,
        }
    }
}

/// The runs, newest first.
pub(super) async fn list(tx: &mut TenantTx) -> Result<Vec<TestRun>> {
    let tenant = tx.tenant();
    let rows: Vec<RunRow> = runs::table
        .filter(runs::tenant_id.eq(tenant))
        .order(runs::id.desc())
        .limit(TEST_RUNS)
        .select(RunRow::as_select())
        .load(tx.conn())
        .await?;
    Ok(rows.into_iter().map(TestRun::from).collect())
}

/// Starts a run over all cases, and forgets the oldest runs.
///
/// # Errors
/// When there is no case, or a run is under way.
pub async fn start_tests(product: &Omnichat, permit: &Permit<ManageKnowledge>) -> Result<TestRun> {
    let started_by = permit.name().to_owned();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 3))")
                .bind::<sql_types::Uuid, _>(tenant)
                .execute(tx.conn())
                .await?;
            let total = cases::all(tx).await?.len();
            if total == 0 {
                return Err(types::Error::invalid("There is no test yet. Add one first.").into());
            }
            if list(tx).await?.iter().any(|run| matches!(run.state, RunState::Queued | RunState::Running)) {
                return Err(Error::refused(ErrorCode::Conflict, "A run is under way. Please wait until it has ended."));
            }
            let row: RunRow = diesel::insert_into(runs::table)
                .values((
                    runs::tenant_id.eq(tenant),
                    runs::id.eq(TestRunId::new()),
                    runs::started_by.eq(started_by),
                    runs::total.eq(i32::try_from(total).unwrap_or(i32::MAX)),
                    runs::knowledge_version.eq(knowledge::knowledge_version(tx).await?),
                    runs::threshold.eq(answers::threshold(tx).await?),
                    runs::model.eq(answers::bench_model()),
                ))
                .returning(RunRow::as_returning())
                .get_result(tx.conn())
                .await?;
            diesel::sql_query(
                "DELETE FROM test_runs WHERE tenant_id = $1 AND id IN (
                    SELECT id FROM test_runs WHERE tenant_id = $1 ORDER BY id DESC OFFSET $2)",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::BigInt, _>(TEST_RUNS)
            .execute(tx.conn())
            .await?;
            tx.enqueue(&Job::RunTests { run_id: row.id }).await?;
            Ok(row.into())
        })
        .await
}

/// Job: asks the cases that were not asked yet. Runs once or more; each case counts once.
pub(crate) async fn run_tests(product: &Omnichat, tenant: TenantId, run: TestRunId) -> Result<()> {
    let Some(todo) = begin(product, tenant, run).await? else { return Ok(()) };
    let (mut milliseconds, mut sureness, asked) = (0_u32, 0.0_f32, todo.len());
    for some in todo.chunks(AT_ONCE) {
        let mut answered = Vec::with_capacity(some.len());
        for case in some {
            let answer = answers::bench(product, tenant, &case.question).await?;
            milliseconds = milliseconds.saturating_add(answer.milliseconds);
            sureness += answer.confidence;
            let why = matching::complaint(&case.expected, case.is_hand_off, &answer);
            answered.push(Answered {
                id: case.id,
                question: case.question.clone(),
                expected: case.expected.clone(),
                is_hand_off: case.is_hand_off,
                why,
                answer,
            });
        }
        if !store(product, tenant, run, answered).await? {
            return Ok(());
        }
    }
    finish(product, tenant, run, RunState::Done).await?;
    let asked = f32::from(u16::try_from(asked.max(1)).unwrap_or(u16::MAX));
    answers::record_bench(product, tenant, sureness / asked, milliseconds).await;
    Ok(())
}

/// Called when the job was given up.
pub(crate) async fn run_failed(product: &Omnichat, tenant: TenantId, run: TestRunId) -> Result<()> {
    finish(product, tenant, run, RunState::Failed).await
}

/// The cases to ask, or none when the run is over or gone.
async fn begin(product: &Omnichat, tenant: TenantId, run: TestRunId) -> Result<Option<Vec<cases::CaseRow>>> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let this = runs::table
                .filter(runs::tenant_id.eq(tenant))
                .filter(runs::id.eq(run))
                .filter(runs::state.eq_any([RunState::Queued, RunState::Running]));
            if diesel::update(this).set(runs::state.eq(RunState::Running)).execute(tx.conn()).await? == 0 {
                return Ok(None);
            }
            let done: BTreeSet<TestCaseId> = results::table
                .filter(results::tenant_id.eq(tenant))
                .filter(results::run_id.eq(run))
                .select(results::case_id)
                .load::<TestCaseId>(tx.conn())
                .await?
                .into_iter()
                .collect();
            let mut todo = cases::all(tx).await?;
            todo.retain(|case| !done.contains(&case.id));
            Ok(Some(todo))
        })
        .await
}

struct Answered {
    id: TestCaseId,
    question: String,
    expected: String,
    is_hand_off: bool,
    why: Option<String>,
    answer: Answer,
}

/// Stores results and counts them; false when the run is gone.
async fn store(product: &Omnichat, tenant: TenantId, run: TestRunId, answered: Vec<Answered>) -> Result<bool> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let this = runs::table.filter(runs::tenant_id.eq(tenant)).filter(runs::id.eq(run));
            let locked: Option<TestRunId> = this.select(runs::id).for_update().first(tx.conn()).await.optional()?;
            if locked.is_none() {
                return Ok(false);
            }
            let rows: Vec<_> = answered
                .into_iter()
                .map(|one| {
                    (
                        results::tenant_id.eq(tenant),
                        results::run_id.eq(run),
                        results::case_id.eq(one.id),
                        results::question.eq(one.question),
                        results::expected.eq(one.expected),
                        results::is_hand_off.eq(one.is_hand_off),
                        results::passed.eq(one.why.is_none()),
                        results::why.eq(one.why.unwrap_or_default()),
                        results::answer_kind.eq(one.answer.kind),
                        results::answer.eq(one.answer.text),
                        results::confidence.eq(one.answer.confidence),
                        results::milliseconds.eq(i32::try_from(one.answer.milliseconds).unwrap_or(i32::MAX)),
                    )
                })
                .collect();
            diesel::insert_into(results::table).values(rows).on_conflict_do_nothing().execute(tx.conn()).await?;
            diesel::sql_query(
                "UPDATE test_runs SET passed = now.passed, failed = now.failed FROM (
                    SELECT (count(*) FILTER (WHERE passed))::int AS passed,
                        (count(*) FILTER (WHERE NOT passed))::int AS failed
                    FROM test_results WHERE tenant_id = $1 AND run_id = $2
                 ) AS now WHERE tenant_id = $1 AND id = $2",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Uuid, _>(run)
            .execute(tx.conn())
            .await?;
            Ok(true)
        })
        .await
}

async fn finish(product: &Omnichat, tenant: TenantId, run: TestRunId, state: RunState) -> Result<()> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            // A case may have been deleted while the run waited.
            diesel::update(runs::table.filter(runs::tenant_id.eq(tenant)).filter(runs::id.eq(run)))
                .set((
                    runs::state.eq(state),
                    runs::total.eq(runs::passed + runs::failed),
                    runs::finished_at.eq(Some(Timestamp::now())),
                ))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}

#[derive(diesel::QueryableByName)]
struct ResultRow {
    #[diesel(sql_type = sql_types::Uuid)]
    case_id: TestCaseId,
    #[diesel(sql_type = sql_types::Text)]
    question: String,
    #[diesel(sql_type = sql_types::Text)]
    expected: String,
    #[diesel(sql_type = sql_types::Bool)]
    is_hand_off: bool,
    #[diesel(sql_type = sql_types::Bool)]
    passed: bool,
    #[diesel(sql_type = sql_types::Text)]
    why: String,
    #[diesel(sql_type = sql_types::Text)]
    answer_kind: AnswerKind,
    #[diesel(sql_type = sql_types::Text)]
    answer: String,
    #[diesel(sql_type = sql_types::Float)]
    confidence: f32,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Bool>)]
    passed_before: Option<bool>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Float>)]
    confidence_before: Option<f32>,
}

/// A run with its results, compared with the finished run before it.
///
/// # Errors
/// When it is not there.
pub async fn test_run(product: &Omnichat, permit: &Permit<ReadKnowledge>, id: TestRunId) -> Result<TestRunDetail> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let of_tenant = runs::table.filter(runs::tenant_id.eq(tenant)).select(RunRow::as_select());
            let run: RunRow = of_tenant.filter(runs::id.eq(id)).first(tx.conn()).await.or_not_found("run")?;
            let before: Option<RunRow> = of_tenant
                .filter(runs::id.lt(id))
                .filter(runs::state.eq(RunState::Done))
                .order(runs::id.desc())
                .first(tx.conn())
                .await
                .optional()?;
            let rows: Vec<ResultRow> = diesel::sql_query(
                "SELECT now.case_id, now.question, now.expected, now.is_hand_off, now.passed, now.why,
                    now.answer_kind, now.answer, now.confidence, before.passed AS passed_before,
                    before.confidence AS confidence_before
                 FROM test_results AS now LEFT JOIN test_results AS before
                    ON before.tenant_id = $1 AND before.run_id = $3 AND before.case_id = now.case_id
                 WHERE now.tenant_id = $1 AND now.run_id = $2 ORDER BY now.case_id",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Uuid, _>(id)
            .bind::<sql_types::Nullable<sql_types::Uuid>, _>(before.as_ref().map(|run| run.id))
            .load(tx.conn())
            .await?;
            Ok(TestRunDetail {
                run: run.into(),
                before: before.map(TestRun::from),
                results: rows.into_iter().map(transfer).collect(),
            })
        })
        .await
}

fn transfer(row: ResultRow) -> TestResult {
    TestResult {
        case_id: row.case_id,
        question: row.question,
        expected: row.expected,
        is_hand_off: row.is_hand_off,
        passed: row.passed,
        why: row.why,
        answer_kind: row.answer_kind,
        answer: row.answer,
        confidence: row.confidence,
        passed_before: row.passed_before,
        confidence_before: row.confidence_before,
    }
}
