//! Asking the AI, and how it answers.

use crate::ApiClient;
use server_fn::codec::Postcard;
use server_fn_macro_default::server;
use types::{
    Result,
    answers::{AiSettings, AiSettingsUpdate, Answer, TestAnswer},
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
