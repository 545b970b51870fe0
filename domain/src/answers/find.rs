//! Searches for a question, with the one before when it leans on that.

use super::{
    follow_up::{self, InFull, Sought},
    settings::Stored,
};
use crate::{
    Omnichat, Result,
    knowledge::{self, Found},
};
use ai::{
    follow_up::{Standing, context, standing},
    llm::Turn,
};
use types::TenantId;

/// Searches for the question. One that may lean on the one before is put in full by the tenant's
/// language model and searched for alone. Without a model, or when it does not help, the search is
/// for both questions together as well, and takes what gives the surer answer. One that points
/// back ("how much is it?") is treated so always, one that is merely short only when it finds
/// nothing good by itself.
pub(super) async fn find(
    product: &Omnichat,
    tenant: TenantId,
    settings: &Stored,
    before: &[Turn],
    asked: &str,
) -> Result<Sought> {
    let how = standing(asked);
    let earlier = before.iter().rev().filter(|turn| turn.is_visitor).map(|turn| turn.content.as_str());
    let context = context(earlier).filter(|_| how != Standing::Alone);
    let mut in_full = InFull::default();
    if context.is_some() && how == Standing::Leaning {
        in_full = follow_up::in_full(product, tenant, settings, before, asked).await;
        // What points back and comes back as it was is still half a question.
        in_full.question = in_full.question.filter(|whole| whole != asked);
    }
    let searched = in_full.question.clone().unwrap_or_else(|| asked.to_owned());
    let found = knowledge::search(product, tenant, &searched).await?;
    let Some(context) = context.filter(|_| in_full.question.is_none()) else {
        return Ok(Sought { found, searched, in_full });
    };
    let alone = sureness(&found);
    let least = match how {
        Standing::Leaning => 0.0,
        _ if alone >= settings.threshold => return Ok(Sought { found, searched, in_full }),
        _ => settings.threshold,
    };
    if how != Standing::Leaning {
        in_full = follow_up::in_full(product, tenant, settings, before, asked).await;
        if let Some(whole) = in_full.question.clone() {
            let found = if whole == asked { found } else { knowledge::search(product, tenant, &whole).await? };
            return Ok(Sought { found, searched: whole, in_full });
        }
    }
    let both = format!("{context} {asked}");
    let together = knowledge::search(product, tenant, &both).await?;
    let is_surer = sureness(&together) > alone.max(least);
    let (found, searched) = if is_surer { (together, both) } else { (found, searched) };
    Ok(Sought { found, searched, in_full })
}

fn sureness(found: &Found) -> f32 {
    found.extracted.as_ref().map_or(0.0, |answer| answer.confidence)
}
