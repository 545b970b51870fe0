//! Whether a language model may be asked: a flood of questions must not cost money.

use super::{actions, settings::Stored};
use crate::{Omnichat, Result, database::TenantTx, platform};
use types::{ErrorCode, TenantId};

/// Counts one more answer of a model, when the month's tokens and the minute's answers allow it.
///
/// # Errors
/// `too_many_requests` when they do not.
pub(super) async fn may_spend(product: &Omnichat, tenant: TenantId, settings: &Stored) -> Result<()> {
    if let Some(budget) = settings.monthly_tokens {
        let used = product.db().tenant(tenant, async |tx: &mut TenantTx| actions::tokens_this_month(tx).await).await?;
        if used >= budget {
            let message = format!("The {budget} tokens of this month are used up.");
            return Err(types::Error::new(ErrorCode::TooManyRequests, message).into());
        }
    }
    platform::count_model_answer(product, tenant).await
}
