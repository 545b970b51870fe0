//! After a start with another embedding model: finding the tenants whose
//! vectors are of the one before, and enqueueing the jobs that make them anew.
//!
//! Vectors of two models are never compared: whatever is stored carries the
//! name of its model. Passages of the one before are searched with a model that is still loaded until they are read
//! again; then it is let go.

use crate::{
    Omnichat, Result,
    database::TenantTx,
    intents::is_of_another_model,
    jobs::Job,
    knowledge::{form, is_out_of_date, only_model_left},
    retention::tenants_after,
    schema::tenants,
    teaching::has_gaps_of_another_model,
};
use diesel::{ExpressionMethods, QueryDsl, sql_types};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use types::TenantId;

/// How long to wait before looking again while something is left.
const AGAIN: Duration = Duration::from_secs(30);

/// The same when nothing is: another server may still have written by the model before, and a tenant whose work was
/// suspended may go on.
const LATER: Duration = Duration::from_secs(3600);

/// What is still of another model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Nothing,
    Something,
}

/// Looks at every tenant, again and again until `shutdown`: soon as long as something of another model is left. Two servers that do it at once
/// do some of the work twice, and nothing wrong.
pub(crate) async fn look_everywhere(product: Omnichat, shutdown: CancellationToken) {
    loop {
        let wait = tokio::select! {
            looked = look_and_let_go(&product) => match looked {
                Ok(Left::Nothing) => LATER,
                Ok(Left::Something) => AGAIN,
                Err(error) => {
                    tracing::error!(%error, "sources of another model could not be looked for");
                    AGAIN
                }
            },
            () = shutdown.cancelled() => return,
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shutdown.cancelled() => return,
        }
    }
}

async fn look_and_let_go(product: &Omnichat) -> Result<Left> {
    let left = look(product).await?;
    if left == Left::Nothing {
        only_model_left(product.db(), product.embedder().model_name()).await?;
        product.forget_former_embedders();
    }
    Ok(left)
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

/// Whether the tenant has sources of another model that are read again. Gaps are made anew too, and nobody waits for
/// them; what a suspended tenant has waits for it.
async fn look_at(product: &Omnichat, tenant: TenantId) -> Result<bool> {
    let form = form(product);
    let model = product.embedder().model_name();
    product
        .db()
        .tenant(tenant, async |tx: &mut TenantTx| {
            let sources = is_out_of_date(tx, &form).await?;
            if sources && !is_waiting(tx, "read_again").await? {
                tx.enqueue(&Job::ReadAgain { form: form.clone() }).await?;
            }
            let gaps = has_gaps_of_another_model(tx, model).await?;
            if gaps && !is_waiting(tx, "embed_gaps_again").await? {
                tx.enqueue(&Job::EmbedGapsAgain).await?;
            }
            if is_of_another_model(product, tx).await? && !is_waiting(tx, "train_intents").await? {
                tx.enqueue(&Job::TrainIntents).await?;
            }
            Ok(sources && !is_suspended(tx).await?)
        })
        .await
}

#[derive(diesel::QueryableByName)]
struct Waiting {
    #[diesel(sql_type = sql_types::Bool)]
    is_waiting: bool,
}

async fn is_suspended(tx: &mut TenantTx) -> Result<bool> {
    let tenant = tx.tenant();
    let this = tenants::table.filter(tenants::id.eq(tenant)).filter(tenants::suspended_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(this)).get_result(tx.conn()).await?)
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
