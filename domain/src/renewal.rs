//! After a start with another embedding model: finding the tenants whose
//! vectors are of the one before, and enqueueing the jobs that make them anew.
//!
//! Vectors of two models are never compared: whatever is stored carries the
//! name of its model. Passages of the one before are searched with a model that is still loaded until they are read
//! again; then it is let go.

use crate::{
    Omnichat, Result,
    database::TenantTx,
    jobs::Job,
    knowledge::{form, is_out_of_date, only_model_left},
    retention::tenants_after,
    teaching::has_gaps_of_another_model,
};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use types::TenantId;

/// How long to wait before looking again.
const AGAIN: Duration = Duration::from_secs(30);

/// What is still of another model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Nothing,
    Something,
}

/// Looks at every tenant until nothing of another model is left, or `shutdown`. Two servers that do it at once
/// do some of the work twice, and nothing wrong.
pub(crate) async fn look_everywhere(product: Omnichat, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            looked = look(&product) => match looked {
                Ok(Left::Nothing) => match done(&product).await {
                    Ok(()) => return,
                    Err(error) => tracing::error!(%error, "the models of before could not be taken off the list"),
                },
                Ok(Left::Something) => {}
                Err(error) => tracing::error!(%error, "sources of another model could not be looked for"),
            },
            () = shutdown.cancelled() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(AGAIN) => {}
            () = shutdown.cancelled() => return,
        }
    }
}

/// Enqueues what is to be done. Whoever could not be looked at counts as having something left.
async fn look(product: &Omnichat) -> Result<Left> {
    let mut after: Option<TenantId> = None;
    let (mut found, mut left) = (0, Left::Nothing);
    loop {
        let page = tenants_after(product, after).await?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        for tenant in page {
            // One tenant's trouble is not the others'.
            match look_at(product, tenant).await {
                Ok(is_old) => found += u32::from(is_old),
                Err(error) => {
                    tracing::error!(%tenant, %error, "sources of another model could not be looked for");
                    left = Left::Something;
                }
            }
        }
    }
    if found > 0 {
        tracing::info!(tenants = found, model = product.embedder().model_name(), "sources are read again");
        left = Left::Something;
    }
    Ok(left)
}

/// Nothing has vectors of another model any more.
async fn done(product: &Omnichat) -> Result<()> {
    only_model_left(product.db(), product.embedder().model_name()).await?;
    product.forget_former_embedders();
    Ok(())
}

async fn look_at(product: &Omnichat, tenant: TenantId) -> Result<bool> {
    let form = form(product);
    let model = product.embedder().model_name();
    product
        .db()
        .tenant(tenant, async |tx: &mut TenantTx| {
            let sources = is_out_of_date(tx, &form).await?;
            if sources && !is_waiting(tx, "read_again").await? {
                tx.enqueue(&Job::ReadAgain).await?;
            }
            let gaps = has_gaps_of_another_model(tx, model).await?;
            if gaps && !is_waiting(tx, "embed_gaps_again").await? {
                tx.enqueue(&Job::EmbedGapsAgain).await?;
            }
            Ok(sources || gaps)
        })
        .await
}

#[derive(diesel::QueryableByName)]
struct Waiting {
    #[diesel(sql_type = sql_types::Bool)]
    is_waiting: bool,
}

async fn is_waiting(tx: &mut TenantTx, kind: &str) -> Result<bool> {
    let tenant = tx.tenant();
    let found: Waiting = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM jobs WHERE tenant_id = $1 AND state = 'queued' AND payload->>'kind' = $2)
            AS is_waiting",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Text, _>(kind)
    .get_result(tx.conn())
    .await?;
    Ok(found.is_waiting)
}
