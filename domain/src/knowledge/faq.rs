//! Questions with their answers, one by one or in a table.

use super::{Content, NewSource, add, add_as_part, change, check, reader, record, refuse, rows::sources};
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit},
    audit,
    database::TenantTx,
};
use ai::document;
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use types::{
    ErrorCode, SourceId, TenantId,
    audit::AuditAction,
    knowledge::{Imported, Source, SourceKind},
    limits,
};

/// Adds a question with its answer as a source. `question` becomes its title.
///
/// # Errors
/// When one of them is missing or too long.
pub async fn add_faq(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    question: &str,
    answer: &str,
) -> Result<Source> {
    let (question, answer) = checked(question, answer)?;
    add(product, permit, NewSource::of(SourceKind::Faq, question, Content::typed(answer))).await
}

/// A question and answer that can be stored.
pub(super) fn checked(question: &str, answer: &str) -> Result<(String, String)> {
    let question = question.split_whitespace().collect::<Vec<_>>().join(" ");
    if question.is_empty() || question.chars().count() > limits::FAQ_QUESTION_CHARS || question.contains('\0') {
        let message = format!("Please write a question of 1 to {} characters.", limits::FAQ_QUESTION_CHARS);
        return Err(types::Error::invalid(message).field("question").into());
    }
    if answer.chars().count() > limits::FAQ_ANSWER_CHARS {
        let message = format!("Please keep the answer under {} characters.", limits::FAQ_ANSWER_CHARS);
        return Err(types::Error::new(ErrorCode::TooLarge, message).field("answer").into());
    }
    Ok((question, check(answer, "answer", "Please write an answer.")?))
}

/// Takes questions and answers from a table (CSV or a spreadsheet) with the columns "question"
/// and "answer". A question that is there already gets the new answer.
///
/// # Errors
/// When it is not such a table, has too many rows, or there would be too many sources.
pub async fn import_faqs(product: &Omnichat, permit: &Permit<ManageKnowledge>, bytes: &[u8]) -> Result<Imported> {
    let table = read_table(product, permit.tenant(), bytes).await?;
    let Some(pairs) = document::questions(&table) else {
        let message = "The first row must name two columns “question” and “answer”.";
        return Err(types::Error::invalid(message).field("file").into());
    };
    let mut imported = Imported::default();
    let mut good = Vec::with_capacity(pairs.len());
    for pair in pairs {
        match checked(&pair.question, &pair.answer) {
            Ok(faq) => good.push(faq),
            Err(error) => imported.refuse(pair.line, types::Error::from(error).message),
        }
    }
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let held: Vec<(String, SourceId, String)> = sources::table
                .filter(sources::tenant_id.eq(tenant))
                .filter(sources::kind.eq(SourceKind::Faq))
                .select((sources::title, sources::id, sources::content))
                .load(tx.conn())
                .await?;
            let mut held: HashMap<String, (SourceId, String)> =
                held.into_iter().map(|(title, id, content)| (title.to_lowercase(), (id, content))).collect();
            for (question, answer) in good {
                let source = match held.get(&question.to_lowercase()) {
                    Some((_, before)) if *before == answer => {
                        imported.unchanged += 1;
                        continue;
                    }
                    Some((id, _)) => {
                        imported.changed += 1;
                        let source = change::write(tx, *id, &question, Content::typed(answer.clone())).await?;
                        record(tx, &source, caller.user());
                        source
                    }
                    None => {
                        imported.added += 1;
                        let new = NewSource::of(SourceKind::Faq, question.clone(), Content::typed(answer.clone()));
                        add_as_part(tx, &caller, new).await?
                    }
                };
                tx.enqueue(&crate::jobs::Job::IndexSource { source_id: source.id }).await?;
                held.insert(question.to_lowercase(), (source.id, answer));
            }
            let details = [("added", imported.added.to_string()), ("changed", imported.changed.to_string())];
            audit::record(tx, &caller, AuditAction::TableImported, "questions", &details).await?;
            Ok(imported)
        })
        .await
}

/// A table that is small enough to be imported. What is text is read at once, a spreadsheet by the reader of files.
async fn read_table(product: &Omnichat, tenant: TenantId, bytes: &[u8]) -> Result<document::Table> {
    if bytes.len() > limits::IMPORT_BYTES {
        let message =
            format!("The table is larger than {} MB. Import it in parts.", limits::IMPORT_BYTES / 1024 / 1024);
        return Err(Error::Refused(types::Error::new(ErrorCode::TooLarge, message).field("file")));
    }
    let is_package = bytes.starts_with(b"PK");
    let table = if is_package {
        reader::table(product, tenant, bytes.to_vec(), limits::IMPORT_ROWS).await?
    } else {
        document::import_table(bytes, limits::IMPORT_ROWS)
    };
    table.map_err(|error| refuse(&error, "file"))
}
