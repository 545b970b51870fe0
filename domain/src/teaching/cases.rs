//! The cases of the test bench: questions with what a right answer holds.

use super::{matching::variants, runs, table};
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit, ReadKnowledge},
    database::TenantTx,
    schema::test_cases as cases,
};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper as _, sql_types};
use diesel_async::RunQueryDsl;
use types::{
    ErrorCode, TestCaseId, Timestamp, limits,
    teaching::{EXPECTED_CHARS, NewTestCase, TEST_CASES, TESTS_FILE_BYTES, TestBench, TestCase},
};

/// Words in a table that stand for a hand-off.
const HAND_OFF: [&str; 4] = ["hand off", "hand_off", "hand-off", "handoff"];

#[derive(Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = cases)]
pub(super) struct CaseRow {
    pub(super) id: TestCaseId,
    pub(super) question: String,
    pub(super) expected: String,
    pub(super) is_hand_off: bool,
    created_at: Timestamp,
}

impl From<CaseRow> for TestCase {
    fn from(row: CaseRow) -> Self {
        let CaseRow { id, question, expected, is_hand_off, created_at } = row;
        Self { id, question, expected, is_hand_off, created_at }
    }
}

/// Every case in the order they were added.
pub(super) async fn all(tx: &mut TenantTx) -> Result<Vec<CaseRow>> {
    let tenant = tx.tenant();
    let rows = cases::table
        .filter(cases::tenant_id.eq(tenant))
        .order(cases::id)
        .limit(i64::try_from(TEST_CASES).unwrap_or(i64::MAX))
        .select(CaseRow::as_select())
        .load(tx.conn())
        .await?;
    Ok(rows)
}

/// The cases and the runs.
///
/// # Errors
/// When the database does not answer.
pub async fn test_bench(product: &Omnichat, permit: &Permit<ReadKnowledge>) -> Result<TestBench> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let cases = all(tx).await?.into_iter().map(TestCase::from).collect();
            let knowledge_version = crate::knowledge::knowledge_version(tx).await?;
            Ok(TestBench { cases, runs: runs::list(tx).await?, knowledge_version })
        })
        .await
}

/// Cases that were added before `before`, newest first, `limit` at most.
///
/// # Errors
/// When the database does not answer.
pub async fn browse_tests(
    product: &Omnichat,
    permit: &Permit<ReadKnowledge>,
    before: Option<TestCaseId>,
    limit: u32,
) -> Result<Vec<TestCase>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let mut query = cases::table
                .filter(cases::tenant_id.eq(tenant))
                .order(cases::id.desc())
                .limit(i64::from(limit))
                .select(CaseRow::as_select())
                .into_boxed();
            if let Some(before) = before {
                query = query.filter(cases::id.lt(before));
            }
            let rows: Vec<CaseRow> = query.load(tx.conn()).await?;
            Ok(rows.into_iter().map(TestCase::from).collect())
        })
        .await
}

/// Adds a case.
///
/// # Errors
/// When the question or what is expected is missing or too long, or there are too many.
pub async fn add_test(product: &Omnichat, permit: &Permit<ManageKnowledge>, new: NewTestCase) -> Result<TestCase> {
    let new = checked(&new)?;
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let held = lock_and_count(tx).await?;
            if held >= TEST_CASES {
                let message = format!("There are {held} tests already, which is the most. Delete one first.");
                return Err(Error::refused(ErrorCode::TooLarge, message));
            }
            Ok(insert(tx, new).await?.into())
        })
        .await
}

/// Deletes a case. Runs that asked it keep their results.
///
/// # Errors
/// When it is not there.
pub async fn delete_test(product: &Omnichat, permit: &Permit<ManageKnowledge>, id: TestCaseId) -> Result<()> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let gone = diesel::delete(cases::table.filter(cases::tenant_id.eq(tenant)).filter(cases::id.eq(id)))
                .execute(tx.conn())
                .await?;
            if gone == 0 { Err(types::Error::not_found("test").into()) } else { Ok(()) }
        })
        .await
}

/// Adds the cases of a table with the columns question and expected words, or
/// "hand off" in the place of the words. Questions that are there already are
/// left out. Gives how many were added.
///
/// # Errors
/// When a line cannot be used, which is named, or there are too many.
pub async fn import_tests(product: &Omnichat, permit: &Permit<ManageKnowledge>, text: &str) -> Result<u32> {
    let refuse = |message: String| Err(Error::Refused(types::Error::invalid(message).field("table")));
    if text.len() > TESTS_FILE_BYTES {
        return refuse("This table is larger than 1 MB. Please cut it into several.".to_owned());
    }
    let rows = table::read(text);
    let is_head = |row: &Vec<String>| row.iter().next().is_some_and(|cell| cell.eq_ignore_ascii_case("question"));
    let skipped = rows.iter().take(1).filter(|row| is_head(row)).count();
    let mut new = Vec::with_capacity(rows.len());
    for (place, row) in rows.into_iter().enumerate().skip(skipped) {
        let mut cells = row.into_iter();
        let (question, expected) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        let is_hand_off = HAND_OFF.contains(&expected.to_lowercase().as_str());
        let expected = if is_hand_off { String::new() } else { expected };
        match checked(&NewTestCase { question, expected, is_hand_off }) {
            Ok(case) => new.push(case),
            Err(Error::Refused(why)) => return refuse(format!("Line {}: {}", place + 1, why.message)),
            Err(other) => return Err(other),
        }
    }
    if new.is_empty() {
        return refuse(
            "There is no question in it. Each line needs a question and the words of its answer.".to_owned(),
        );
    }
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| add_all(tx, new).await).await
}

/// Adds a case for each answer that came of the review or of unanswered
/// questions: one of its sentences is to be in the answer. Gives how many were added.
///
/// # Errors
/// When there are too many.
pub async fn import_taught(product: &Omnichat, permit: &Permit<ManageKnowledge>) -> Result<u32> {
    #[derive(diesel::QueryableByName)]
    struct Taught {
        #[diesel(sql_type = sql_types::Text)]
        title: String,
        #[diesel(sql_type = sql_types::Text)]
        content: String,
    }
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let taught: Vec<Taught> = diesel::sql_query(
                "SELECT title, content FROM sources WHERE tenant_id = $1 AND kind = 'faq' AND id IN (
                    SELECT source_id FROM question_groups WHERE tenant_id = $1
                    UNION SELECT source_id FROM reviews WHERE tenant_id = $1)
                 ORDER BY id LIMIT $2",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::BigInt, _>(i64::try_from(TEST_CASES).unwrap_or(i64::MAX))
            .load(tx.conn())
            .await?;
            let new = taught
                .into_iter()
                .map(|one| {
                    let sentences: Vec<&str> = one
                        .content
                        .split(['.', '!', '?', '\n', '|'])
                        .map(str::trim)
                        .filter(|sentence| sentence.split_whitespace().count() >= 2)
                        .collect();
                    let expected = if sentences.is_empty() { one.content.clone() } else { sentences.join("|") };
                    let expected = expected.chars().take(EXPECTED_CHARS).collect();
                    NewTestCase { question: one.title, expected, is_hand_off: false }
                })
                .filter(|new| variants(&new.expected).next().is_some())
                .collect();
            add_all(tx, new).await
        })
        .await
}

async fn add_all(tx: &mut TenantTx, new: Vec<NewTestCase>) -> Result<u32> {
    lock_and_count(tx).await?;
    let mut known: std::collections::BTreeSet<String> =
        all(tx).await?.into_iter().map(|row| row.question.to_lowercase()).collect();
    let mut added = 0;
    for case in new {
        if !known.insert(case.question.to_lowercase()) {
            continue;
        }
        if known.len() > TEST_CASES {
            let message = format!("That would be more than {TEST_CASES} tests. Nothing was added; delete some first.");
            return Err(Error::Refused(types::Error::new(ErrorCode::TooLarge, message).field("table")));
        }
        insert(tx, case).await?;
        added += 1;
    }
    Ok(added)
}

/// Nobody else adds cases of the tenant until the transaction ends.
async fn lock_and_count(tx: &mut TenantTx) -> Result<usize> {
    let tenant = tx.tenant();
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 3))")
        .bind::<sql_types::Uuid, _>(tenant)
        .execute(tx.conn())
        .await?;
    let held: i64 = cases::table.filter(cases::tenant_id.eq(tenant)).count().get_result(tx.conn()).await?;
    Ok(usize::try_from(held).unwrap_or(usize::MAX))
}

async fn insert(tx: &mut TenantTx, new: NewTestCase) -> Result<CaseRow> {
    let tenant = tx.tenant();
    let row = diesel::insert_into(cases::table)
        .values((
            cases::tenant_id.eq(tenant),
            cases::id.eq(TestCaseId::new()),
            cases::question.eq(new.question),
            cases::expected.eq(new.expected),
            cases::is_hand_off.eq(new.is_hand_off),
        ))
        .returning(CaseRow::as_returning())
        .get_result(tx.conn())
        .await?;
    Ok(row)
}

fn checked(new: &NewTestCase) -> Result<NewTestCase> {
    let refuse = |field: &str, message: &str| Err(Error::Refused(types::Error::invalid(message).field(field)));
    let question = new.question.trim().replace('\0', "");
    if question.is_empty() || question.chars().count() > limits::QUESTION_CHARS {
        return refuse("question", "Please write a question of 1 to 1,000 characters.");
    }
    if new.is_hand_off {
        return Ok(NewTestCase { question, expected: String::new(), is_hand_off: true });
    }
    let expected = new.expected.trim().replace('\0', "");
    if variants(&expected).next().is_none() || expected.chars().count() > EXPECTED_CHARS {
        return refuse("expected", "Please write the words that the answer must hold, 1,000 characters at most.");
    }
    Ok(NewTestCase { question, expected, is_hand_off: false })
}
