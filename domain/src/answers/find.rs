//! Searches for a question, with the one before when it leans on that.

use crate::{
    Omnichat, Result,
    knowledge::{self, Found},
};
use ai::{
    extract,
    follow_up::{Standing, standing},
    llm::Turn,
};
use types::TenantId;

/// Searches for the question; when it may lean on the one before, for both
/// together as well, and takes what gives the surer answer. One that points
/// back ("how much is it?") is compared always, one that is merely short only
/// when it finds nothing good by itself. Gives what was searched for, too.
pub(super) async fn find(
    product: &Omnichat,
    tenant: TenantId,
    before: &[Turn],
    asked: &str,
    threshold: f32,
) -> Result<(Found, String)> {
    let found = knowledge::search(product, tenant, asked).await?;
    let how = standing(asked);
    let Some(context) = context(before).filter(|_| how != Standing::Alone) else {
        return Ok((found, asked.to_owned()));
    };
    let alone = sureness(&found);
    let least = match how {
        Standing::Leaning => 0.0,
        _ if alone >= threshold => return Ok((found, asked.to_owned())),
        _ => threshold,
    };
    let both = format!("{context} {asked}");
    let together = knowledge::search(product, tenant, &both).await?;
    if sureness(&together) > alone.max(least) { Ok((together, both)) } else { Ok((found, asked.to_owned())) }
}

/// The visitor's question before, with the one before that when it leans itself.
fn context(before: &[Turn]) -> Option<String> {
    let mut asked = before.iter().rev().filter(|turn| turn.is_visitor).map(|turn| turn.content.as_str());
    let last = asked.next()?;
    match asked.next().filter(|_| standing(last) == Standing::Leaning) {
        Some(earlier) => Some(format!("{earlier} {last}")),
        None => Some(last.to_owned()),
    }
}

fn sureness(found: &Found) -> f32 {
    extract::answer(&found.question, &found.candidates, &found.ranked).map_or(0.0, |answer| answer.confidence)
}

#[cfg(test)]
mod tests {
    use super::{Turn, context};

    #[test]
    fn a_question_that_leans_takes_the_one_before_along() {
        let turn = |is_visitor, content: &str| Turn { is_visitor, content: content.to_owned() };
        let mut before = vec![turn(true, "How long do parcels to Germany take?"), turn(false, "Two days.")];
        assert_eq!(context(&before).as_deref(), Some("How long do parcels to Germany take?"));
        before.extend([turn(true, "And to Austria?"), turn(false, "Three days.")]);
        assert_eq!(context(&before).as_deref(), Some("How long do parcels to Germany take? And to Austria?"));
        assert_eq!(context(&[]), None);
    }
}
