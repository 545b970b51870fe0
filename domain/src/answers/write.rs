//! Small pieces of writing by a tenant's language models: not the answer of a
//! question from passages, but what goes before it and beside it.

use super::{
    PATIENCE, Thinking,
    actions::{self, Action},
    budget::may_spend,
    calls::{Call, NotCalled, call},
    endpoints::{self, Chosen},
    generate::account,
};
use crate::{Error, Omnichat, Result, database::TenantTx};
use ai::llm::{self, Limits};
use std::time::{Duration, Instant};
use types::{ConversationId, ErrorCode, TenantId, answers::ModelCall};

/// What is to be written.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    /// For the log.
    pub(super) name: &'static str,
    /// What the model is told; without anything private.
    pub(super) messages: &'a [llm::Message],
    /// Limits of one call; the total is for all of them.
    pub(super) limits: Limits,
    /// Somebody waits, so there is less time than an answer gets: being slower is no fault of the model.
    pub(super) is_hurried: bool,
}

/// Lets the models write, one after the other, until one does. Gives what `accept` makes of the
/// first text, and every call; what is refused is not asked of another, which would be told the same.
pub(super) async fn write_piece(
    product: &Omnichat,
    tenant: TenantId,
    chosen: &[Chosen],
    piece: &Piece<'_>,
    accept: impl Fn(&str) -> Result<String, String> + Send + Sync,
) -> (Option<String>, Vec<ModelCall>) {
    let until = Instant::now() + piece.limits.total;
    let mut calls = Vec::new();
    for endpoint in chosen {
        if Instant::now() >= until {
            break;
        }
        let told = Call { messages: piece.messages, limits: piece.limits, until, is_hurried: piece.is_hurried };
        let (answered, took) = match call(product, tenant, endpoint, &told, |_| {}).await {
            Ok(called) => called,
            Err(NotCalled::Busy | NotCalled::UsedUp) => break,
            Err(NotCalled::Resting(_)) => continue,
            Err(NotCalled::Setting(why)) => {
                tracing::warn!(%tenant, host = endpoint.host(), %why, piece = piece.name, "a language model is not called");
                calls.push(endpoint.not_called(&why));
                continue;
            }
        };
        let mut call = account(endpoint, piece.messages, &answered, took);
        let accepted = answered.ok().map(|completion| accept(completion.text.trim()));
        if let Some(Err(why)) = &accepted {
            call.error = Some(why.clone());
        }
        if let Some(why) = &call.error {
            tracing::warn!(%tenant, host = endpoint.host(), why, piece = piece.name, "a language model did not help");
        }
        calls.push(call);
        if let Some(accepted) = accepted {
            return (accepted.ok(), calls);
        }
    }
    (None, calls)
}

/// Lets the tenant's language models write something for a conversation, until `accept` takes what
/// one has written; none when there is no model. What is private must have been taken out of
/// `messages` before.
///
/// # Errors
/// When no model gives anything that can be used, or the budget is used up.
pub(crate) async fn write(
    product: &Omnichat,
    tenant: TenantId,
    action_type: &'static str,
    conversation: ConversationId,
    messages: &[llm::Message],
    accept: impl Fn(&str) -> Result<String, String> + Send + Sync,
) -> Result<Option<String>> {
    let thinking = product.db().tenant(tenant, async |tx: &mut TenantTx| Thinking::read(tx).await).await?;
    let chosen = endpoints::chosen(product, tenant, &thinking.settings);
    if chosen.is_empty() {
        return Ok(None);
    }
    may_spend(product, tenant, &thinking.settings).await?;
    let limits = Limits { total: PATIENCE, ..Limits::default() };
    let piece = Piece { name: action_type, messages, limits, is_hurried: false };
    let (written, calls) = write_piece(product, tenant, &chosen, &piece, accept).await;
    let account = calls.into_iter().map(|call| Action::of_call(action_type, call).within(conversation)).collect();
    actions::record(product, tenant, account).await;
    written.map(Some).ok_or_else(|| {
        let message = "The language model did not answer. Try again, or look at its settings under AI answers.";
        Error::refused(ErrorCode::Unavailable, message)
    })
}

/// How long a follow-up's question may take to be put in full; the answer waits for it.
pub(super) const HURRY: Duration = Duration::from_secs(4);
