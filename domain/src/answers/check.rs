//! Trying an endpoint before it is relied on.

use super::{
    actions::{self, Action},
    calls::{self, NotCalled},
    generate::account,
    settings,
};
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageSettings, Permit},
    database::TenantTx,
    rates::Tried,
};
use ai::llm::{self, Limits, LlmError, Message};
use std::time::{Duration, Instant};
use types::{
    ErrorCode,
    answers::{EndpointTest, LlmEndpointUpdate},
};

/// Tries of one tenant in a minute.
const TRIES: u32 = 20;
/// How long a try may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Asks an endpoint for one word. A stored key is used when none is given and
/// the address is still the same service.
///
/// # Errors
/// When a field is not usable, or too much is tried.
pub async fn test_endpoint(
    product: &Omnichat,
    permit: &Permit<ManageSettings>,
    endpoint: LlmEndpointUpdate,
) -> Result<EndpointTest> {
    let tenant = permit.tenant();
    product.throttle().count(Tried::EndpointTests(tenant), TRIES, Duration::from_secs(60))?;
    let stored = product.db().tenant(tenant, async |tx: &mut TenantTx| settings::read(tx).await).await?;
    let chosen = settings::to_try(product, tenant, &stored, &endpoint)?;
    let client = chosen.client(product)?;
    let messages = [Message { role: "user", content: "Write the word OK and nothing else.".to_owned() }];
    let limits = Limits { first: PATIENCE, total: PATIENCE, ..Limits::default() };
    let place = calls::enter(product, tenant, Instant::now() + PATIENCE).await.map_err(busy)?;
    let start = Instant::now();
    let answered = llm::stream(client, &chosen.endpoint, &limits, &messages, |_| ()).await;
    drop(place);
    let call = account(&chosen, &messages, &answered, start.elapsed());
    let milliseconds = call.milliseconds;
    actions::record(product, tenant, vec![Action::of_call("check", call)]).await;
    if answered.is_ok() {
        // Whoever mends an endpoint does not wait for the pause to end.
        chosen.note(product.breakers(), None);
    }
    let message = match &answered {
        Ok(completion) => completion.text.trim().chars().take(200).collect(),
        Err(error) => advice(error),
    };
    Ok(EndpointTest { is_good: answered.is_ok(), message, milliseconds })
}

fn busy(why: NotCalled) -> Error {
    match why {
        NotCalled::Setting(error) => error,
        NotCalled::UsedUp => {
            let message = "Your language models have taken as much time today as they may. Try again later.";
            Error::refused(ErrorCode::TooManyRequests, message)
        }
        NotCalled::Resting(_) | NotCalled::Busy => {
            let message = "Your language models are busy with other questions. Try again in a few seconds.";
            Error::refused(ErrorCode::Unavailable, message)
        }
    }
}

fn advice(error: &LlmError) -> String {
    let advice = match error {
        LlmError::Unreachable(_) => "Check the address, and that the service runs and can be reached from this server.",
        LlmError::Refused(_) => "Enter the key again; it may belong to another service or have been revoked.",
        LlmError::Unknown { .. } => {
            "Check how the service spells the model, and that the address ends as it says, often with /v1."
        }
        LlmError::Limited { .. } => {
            "Your quota there may be used up. Visitors get the next model or your own sentences meanwhile."
        }
        LlmError::Fault(_) => "The fault is on their side. Try again in a few minutes.",
        LlmError::Slow(_) => "A local model may still be loading. Try again, or choose a smaller one.",
        LlmError::Cut(_) | LlmError::Nonsense(_) | LlmError::TooLong => {
            "It does not speak the OpenAI protocol as expected. Check the address."
        }
    };
    let said = error.to_string();
    let mut letters = said.chars();
    let said: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    format!("{said}. {advice}")
}

/// Why a stored key does not go along with another address.
pub(super) fn wrong_key(place: usize) -> Error {
    let message =
        "The address has changed. A stored key is never sent to another service: enter its key, or remove it.";
    Error::Refused(types::Error::invalid(message).field(&format!("endpoints.{place}.key")))
}
