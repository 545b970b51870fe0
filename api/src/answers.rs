//! Asking the AI, and how it answers.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{
    AiActionId, Result,
    answers::{
        AiLogFilter, AiLogPage, AiSettings, AiSettingsUpdate, AiTotal, Answer, EndpointTest, LlmEndpointUpdate,
        PastTurn, TestAnswer,
    },
};

/// Answers a question with all that led to the answer; nothing is stored.
#[server(prefix = "/api", endpoint = "answers/test", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn try_question(question: String) -> Result<TestAnswer> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::answers::test(&caller::product(), &permit, &question).await?)
    })
    .await
}

/// The same after a small conversation, for the playground.
#[server(prefix = "/api", endpoint = "answers/play", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn play(question: String, before: Vec<PastTurn>) -> Result<TestAnswer> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::answers::play(&caller::product(), &permit, &question, &before).await?)
    })
    .await
}

/// Answers a question for a program that calls with an API key.
#[server(prefix = "/api", endpoint = "answers/ask", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn ask(question: String) -> Result<Answer> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::answers::ask(&caller::product(), &permit, &question).await?)
    })
    .await
}

/// How the AI of the tenant answers.
#[server(prefix = "/api", endpoint = "answers/settings", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_ai_settings() -> Result<AiSettings> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::answers::settings(&caller::product(), &permit).await?)
    })
    .await
}

/// Changes how the AI answers. Needs `settings.manage`.
#[server(prefix = "/api", endpoint = "answers/update", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn update_ai_settings(update: AiSettingsUpdate) -> Result<AiSettings> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::answers::update_settings(&caller::product(), &permit, update).await?)
    })
    .await
}

/// Asks a language model for one word and says how long it took, or what is wrong. Needs
/// `settings.manage`.
#[server(prefix = "/api", endpoint = "answers/endpoint", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn test_endpoint(endpoint: LlmEndpointUpdate) -> Result<EndpointTest> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::answers::test_endpoint(&caller::product(), &permit, endpoint).await?)
    })
    .await
}

/// What models did, newest first; `before` is the page's `next`. Needs `knowledge.read`; questions
/// and answers come with `inbox.read`.
#[server(prefix = "/api", endpoint = "answers/log", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn ai_log(filter: AiLogFilter, before: Option<AiActionId>) -> Result<AiLogPage> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::answers::log(&caller::product(), &permit, filter, before).await?)
    })
    .await
}

/// What models did in the last days, by day and model. Needs `knowledge.read`.
#[server(prefix = "/api", endpoint = "answers/totals", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn ai_totals(days: u32) -> Result<Vec<AiTotal>> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::answers::totals(&caller::product(), &permit, days).await?)
    })
    .await
}
