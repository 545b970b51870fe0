//! Searches for a question, with the one before when it leans on that.

use super::{
    ahead::Begun,
    follow_up::{self, InFull, Sought},
    settings::Stored,
};
use crate::{
    Omnichat, Result,
    knowledge::{self, Found},
};
use ai::{
    bm25::every_term,
    follow_up::{Standing, context, standing},
    llm::Turn,
};
use types::TenantId;

/// Searches for the question. One that may lean on the one before is put in full by the tenant's
/// language model and searched for alone. Without a model, or when it does not help, the search is
/// for both questions together as well, and takes what gives the surer answer. One that points
/// back ("how much is it?") is treated so always, one that is merely short only when it finds
/// nothing good by itself. `ahead` is a search for the question that has begun already, with
/// the version of the knowledge of which it must be.
pub(super) async fn find(
    product: &Omnichat,
    tenant: TenantId,
    settings: &Stored,
    before: &[Turn],
    asked: &str,
    ahead: Option<(Begun, i64)>,
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
    let ahead = match ahead.filter(|_| searched == asked) {
        Some((begun, version)) => begun.found(version).await,
        None => None,
    };
    let found = match ahead {
        Some(found) => found,
        None => knowledge::search(product, tenant, &searched).await?,
    };
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
    if is_surer && is_about(product, tenant, &found, &context, &together).await? {
        return Ok(Sought { found: together, searched: both, in_full });
    }
    Ok(Sought { found, searched, in_full })
}

/// Whether what was found for both questions has to do with the second one: it holds a word of it, or is not what
/// the first one finds by itself. Otherwise the answer to the question before would be given for
/// whatever comes after it.
async fn is_about(
    product: &Omnichat,
    tenant: TenantId,
    alone: &Found,
    context: &str,
    together: &Found,
) -> Result<bool> {
    let own = &alone.question.terms;
    let held = every_term(quote(together));
    if own.is_empty() || own.iter().any(|term| held.contains(term)) {
        return Ok(true);
    }
    let before = knowledge::search(product, tenant, context).await?;
    Ok(quote(&before) != quote(together))
}

fn quote(found: &Found) -> &str {
    found.extracted.as_ref().map_or("", |answer| answer.best_quote())
}

fn sureness(found: &Found) -> f32 {
    found.extracted.as_ref().map_or(0.0, |answer| answer.confidence)
}
