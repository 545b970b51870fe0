//! Making and changing intents and their examples.

use super::detail;
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit, name_of},
    audit,
    database::TenantTx,
    error::OrNotFound as _,
    schema::{intent_examples as examples, intents},
};
use diesel::{ExpressionMethods, QueryDsl, sql_types};
use diesel_async::RunQueryDsl;
use std::collections::BTreeSet;
use types::{
    ErrorCode, ExampleId, IntentId, Timestamp,
    audit::AuditAction,
    intents::{IntentChange, IntentDetail, NewIntent},
    limits,
};

/// Makes an intent.
///
/// # Errors
/// When the name is missing or taken, an example cannot be used, or there are too many.
pub async fn create(product: &Omnichat, permit: &Permit<ManageKnowledge>, new: NewIntent) -> Result<IntentDetail> {
    let name = name_of(&new.name, "name", "the intent")?;
    let description = description(&new.description)?;
    let texts = texts(&new.examples)?;
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            lock(tx).await?;
            let held: i64 = intents::table.filter(intents::tenant_id.eq(tenant)).count().get_result(tx.conn()).await?;
            if usize::try_from(held).unwrap_or(usize::MAX) >= limits::INTENTS {
                let message = format!("There are {held} intents already, which is the most. Delete one first.");
                return Err(Error::refused(ErrorCode::TooLarge, message));
            }
            check_free(tx, &name, None).await?;
            let id = IntentId::new();
            diesel::insert_into(intents::table)
                .values((
                    intents::tenant_id.eq(tenant),
                    intents::id.eq(id),
                    intents::name.eq(&name),
                    intents::description.eq(description),
                ))
                .execute(tx.conn())
                .await?;
            insert(tx, id, texts).await?;
            let made = detail(tx, id).await?;
            let count = [("examples", made.examples.len().to_string())];
            audit::record(tx, &caller, AuditAction::IntentCreated, &name, &count).await?;
            Ok(made)
        })
        .await
}

/// Changes an intent. Examples that are given are all that it has from now on.
///
/// # Errors
/// When it is not there, the name is taken, or an example cannot be used.
pub async fn change(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    id: IntentId,
    change: IntentChange,
) -> Result<IntentDetail> {
    let name = change.name.map(|name| name_of(&name, "name", "the intent")).transpose()?;
    let description = change.description.as_deref().map(description).transpose()?;
    let wanted = change.examples.as_deref().map(texts).transpose()?;
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            lock(tx).await?;
            let was = detail(tx, id).await?;
            if let Some(name) = &name {
                check_free(tx, name, Some(id)).await?;
            }
            diesel::update(intents::table.filter(intents::tenant_id.eq(tenant)).filter(intents::id.eq(id)))
                .set((
                    intents::name.eq(name.as_ref().unwrap_or(&was.intent.name)),
                    intents::description.eq(description.as_ref().unwrap_or(&was.intent.description)),
                    intents::updated_at.eq(Timestamp::now()),
                ))
                .execute(tx.conn())
                .await?;
            if let Some(wanted) = wanted {
                let gone: Vec<ExampleId> =
                    was.examples.iter().filter(|held| !wanted.contains(&held.text)).map(|held| held.id).collect();
                diesel::delete(
                    examples::table.filter(examples::tenant_id.eq(tenant)).filter(examples::id.eq_any(gone)),
                )
                .execute(tx.conn())
                .await?;
                insert(tx, id, wanted).await?;
            }
            let now = detail(tx, id).await?;
            if now.intent.name != was.intent.name || now.examples != was.examples {
                let mut details = vec![("examples", now.examples.len().to_string())];
                if now.intent.name != was.intent.name {
                    details.push(("was", was.intent.name));
                }
                audit::record(tx, &caller, AuditAction::IntentUpdated, &now.intent.name, &details).await?;
            }
            Ok(now)
        })
        .await
}

/// Adds examples; those that are there already are left out.
///
/// # Errors
/// When the intent is not there, or an example cannot be used.
pub async fn add_examples(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    id: IntentId,
    more: &[String],
) -> Result<IntentDetail> {
    let texts = texts(more)?;
    if texts.is_empty() {
        return Err(types::Error::invalid("Please give at least one example.").field("examples").into());
    }
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            lock(tx).await?;
            let was = detail(tx, id).await?;
            insert(tx, id, texts).await?;
            diesel::update(intents::table.filter(intents::tenant_id.eq(tenant)).filter(intents::id.eq(id)))
                .set(intents::updated_at.eq(Timestamp::now()))
                .execute(tx.conn())
                .await?;
            let now = detail(tx, id).await?;
            if now.examples.len() != was.examples.len() {
                let count = [("examples", now.examples.len().to_string())];
                audit::record(tx, &caller, AuditAction::IntentUpdated, &now.intent.name, &count).await?;
            }
            Ok(now)
        })
        .await
}

/// Deletes an intent with its examples. Messages that had it become unknown.
///
/// # Errors
/// When it is not there.
pub async fn delete(product: &Omnichat, permit: &Permit<ManageKnowledge>, id: IntentId) -> Result<()> {
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            lock(tx).await?;
            let name: String =
                diesel::delete(intents::table.filter(intents::tenant_id.eq(tenant)).filter(intents::id.eq(id)))
                    .returning(intents::name)
                    .get_result(tx.conn())
                    .await
                    .or_not_found("intent")?;
            audit::record(tx, &caller, AuditAction::IntentDeleted, &name, &[]).await
        })
        .await
}

/// Nobody else changes the tenant's intents until the transaction ends.
pub(super) async fn lock(tx: &mut TenantTx) -> Result<()> {
    let tenant = tx.tenant();
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 5))")
        .bind::<sql_types::Uuid, _>(tenant)
        .execute(tx.conn())
        .await?;
    Ok(())
}

async fn check_free(tx: &mut TenantTx, name: &str, own: Option<IntentId>) -> Result<()> {
    #[derive(diesel::QueryableByName)]
    struct Taken {
        #[diesel(sql_type = sql_types::Bool)]
        is_taken: bool,
    }
    let tenant = tx.tenant();
    let taken: Taken = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM intents WHERE tenant_id = $1 AND lower(name) = lower($2)
            AND id IS DISTINCT FROM $3) AS is_taken",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Text, _>(name)
    .bind::<sql_types::Nullable<sql_types::Uuid>, _>(own)
    .get_result(tx.conn())
    .await?;
    if taken.is_taken {
        let message = "There is an intent of this name already. Please choose another name.";
        return Err(Error::Refused(types::Error::new(ErrorCode::Conflict, message).field("name")));
    }
    Ok(())
}

async fn insert(tx: &mut TenantTx, id: IntentId, texts: Vec<String>) -> Result<()> {
    let tenant = tx.tenant();
    let rows: Vec<_> = texts
        .into_iter()
        .map(|text| {
            (
                examples::tenant_id.eq(tenant),
                examples::id.eq(ExampleId::new()),
                examples::intent_id.eq(id),
                examples::text.eq(text),
            )
        })
        .collect();
    diesel::insert_into(examples::table).values(rows).on_conflict_do_nothing().execute(tx.conn()).await?;
    let of_tenant = examples::table.filter(examples::tenant_id.eq(tenant));
    let all: i64 = of_tenant.count().get_result(tx.conn()).await?;
    let own: i64 = of_tenant.filter(examples::intent_id.eq(id)).count().get_result(tx.conn()).await?;
    let too_many = |count: i64, most: usize| usize::try_from(count).unwrap_or(usize::MAX) > most;
    let refuse =
        |message: String| Err(Error::Refused(types::Error::new(ErrorCode::TooLarge, message).field("examples")));
    if too_many(own, limits::INTENT_EXAMPLES) {
        return refuse(format!("An intent can have {} examples. Nothing was changed.", limits::INTENT_EXAMPLES));
    }
    if too_many(all, limits::INTENT_EXAMPLES_IN_ALL) {
        let most = limits::INTENT_EXAMPLES_IN_ALL;
        return refuse(format!("All intents together can have {most} examples. Nothing was changed."));
    }
    Ok(())
}

fn description(text: &str) -> Result<String> {
    let text = text.trim().replace('\0', "");
    if text.chars().count() > limits::DESCRIPTION_CHARS {
        let message = format!("Please keep the description under {} characters.", limits::DESCRIPTION_CHARS);
        return Err(Error::Refused(types::Error::new(ErrorCode::TooLarge, message).field("description")));
    }
    Ok(text)
}

/// Examples as they are stored: without empty lines, each once.
fn texts(lines: &[String]) -> Result<Vec<String>> {
    let mut known = BTreeSet::new();
    let mut texts = Vec::with_capacity(lines.len().min(limits::INTENT_EXAMPLES));
    for (place, line) in lines.iter().enumerate() {
        let text = line.replace('\0', "").split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > limits::EXAMPLE_CHARS {
            let most = limits::EXAMPLE_CHARS;
            let message = format!("Example {} is longer than {most} characters. Please shorten it.", place + 1);
            return Err(Error::Refused(types::Error::new(ErrorCode::TooLarge, message).field("examples")));
        }
        if !text.is_empty() && known.insert(text.to_lowercase()) {
            texts.push(text);
        }
    }
    if texts.len() > limits::INTENT_EXAMPLES {
        let message = format!("An intent can have {} examples. Nothing was changed.", limits::INTENT_EXAMPLES);
        return Err(Error::Refused(types::Error::new(ErrorCode::TooLarge, message).field("examples")));
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_lines_without_the_empty_and_the_same() {
        let lines = |list: &[&str]| list.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        let kept = texts(&lines(&["  Where  is my order? ", "", "where is my ORDER?", "\t", "Track it"])).unwrap();
        assert_eq!(kept, ["Where is my order?", "Track it"]);
        assert!(texts(&lines(&["fine", &"x".repeat(501)])).unwrap_err().to_string().starts_with("Example 2"));
        let many: Vec<String> = (0..501).map(|number| number.to_string()).collect();
        assert!(texts(&many).is_err());
    }
}
