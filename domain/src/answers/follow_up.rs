//! A question that leans on the ones before, put in full by a language model
//! before it is searched for.

use super::{
    actions::Action,
    budget::may_spend,
    compose::Ask,
    endpoints,
    settings::Stored,
    write::{HURRY, Piece, write_piece},
};
use crate::{Omnichat, knowledge::Found};
use ai::{
    llm::{self, Limits, Turn},
    redact::shield,
};
use types::{ConversationId, MessageId, TenantId, answers::ModelCall};

/// Name of this work in the account.
const ACTION: &str = "follow_up";
/// Tokens and bytes of a question.
const TOKENS: u32 = 160;
const BYTES: usize = 2_048;

/// What came of asking for the whole question.
#[derive(Debug, Default)]
pub(super) struct InFull {
    /// The question, when a model has put it so that it stands alone.
    pub(super) question: Option<String>,
    pub(super) calls: Vec<ModelCall>,
    /// A model was used, and counted, for this question.
    pub(super) is_counted: bool,
}

/// Asks the tenant's models; without any, or without a budget, nothing is put.
pub(super) async fn in_full(
    product: &Omnichat,
    tenant: TenantId,
    settings: &Stored,
    before: &[Turn],
    asked: &str,
) -> InFull {
    let chosen = endpoints::chosen(product, tenant, settings);
    if chosen.is_empty() {
        return InFull::default();
    }
    if let Err(why) = may_spend(product, tenant, settings).await {
        tracing::info!(%tenant, %why, "a follow-up is searched for together with the question before it");
        return InFull::default();
    }
    let material = shield(&llm::follow_up_material(before, asked));
    let messages = llm::follow_up(&material.text);
    let limits = Limits { first: HURRY, total: HURRY, bytes: BYTES, tokens: TOKENS, ..Limits::default() };
    let piece = Piece { name: ACTION, messages: &messages, limits, is_hurried: true };
    let (question, calls) = write_piece(product, tenant, &chosen, &piece, |written| {
        let whole = material.put_back(written).ok_or("it made something private up")?;
        llm::stand_alone(before, asked, &whole).map_err(|why| why.to_string())
    })
    .await;
    InFull { question, is_counted: !calls.is_empty(), calls }
}

/// What was found for a question, and as what it was searched for.
#[derive(Debug)]
pub(super) struct Sought {
    pub(super) found: Found,
    pub(super) searched: String,
    pub(super) in_full: InFull,
}

impl Sought {
    /// The question to answer. One that was put in full needs nothing that was said before.
    pub(super) fn ask<'a>(&'a self, ask: Ask<'a>) -> Ask<'a> {
        let Self { found, in_full, .. } = self;
        let is_counted = in_full.is_counted;
        match &in_full.question {
            Some(question) => Ask { found, is_counted, question, history: &[], ..ask },
            None => Ask { found, is_counted, ..ask },
        }
    }

    /// The account of what the models did before there was an answer.
    pub(super) fn actions(&self, from: Option<(ConversationId, MessageId)>) -> Vec<Action> {
        let actions = self.in_full.calls.iter().map(|call| Action::of_call(ACTION, call.clone()));
        actions.map(|action| action.asked_in(from)).collect()
    }
}
