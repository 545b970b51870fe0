//! What visitors may want: intents with examples, and the classifier trained from them.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{
    IntentId, Result,
    intents::{Classified, IntentBook, IntentChange, IntentDetail, IntentModel, NewIntent},
};

/// The intents and their classifier.
#[server(prefix = "/api", endpoint = "intents/list", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_intents() -> Result<IntentBook> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::intents::book(&caller::product(), &permit).await?)
    })
    .await
}

/// An intent with its examples.
#[server(prefix = "/api", endpoint = "intents/open", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn open_intent(id: IntentId) -> Result<IntentDetail> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::intents::get(&caller::product(), &permit, id).await?)
    })
    .await
}

/// Makes an intent. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "intents/create", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn create_intent(new: NewIntent) -> Result<IntentDetail> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::intents::create(&caller::product(), &permit, new).await?)
    })
    .await
}

/// Changes an intent; examples that are given are all that it has from now on. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "intents/change", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn change_intent(id: IntentId, change: IntentChange) -> Result<IntentDetail> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::intents::change(&caller::product(), &permit, id, change).await?)
    })
    .await
}

/// Adds examples to an intent. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "intents/examples", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn add_examples(id: IntentId, examples: Vec<String>) -> Result<IntentDetail> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::intents::add_examples(&caller::product(), &permit, id, &examples).await?)
    })
    .await
}

/// Deletes an intent. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "intents/delete", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn delete_intent(id: IntentId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::intents::delete(&caller::product(), &permit, id).await?)
    })
    .await
}

/// Starts the training of the classifier. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "intents/train", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn train_intents() -> Result<IntentModel> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::intents::train(&caller::product(), &permit).await?)
    })
    .await
}

/// How far the classifier has come, and how good it is.
#[server(prefix = "/api", endpoint = "intents/model", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_intent_model() -> Result<IntentModel> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::intents::model(&caller::product(), &permit).await?)
    })
    .await
}

/// Tells what a text means.
#[server(prefix = "/api", endpoint = "intents/classify", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn classify_text(text: String) -> Result<Classified> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::intents::classify(&caller::product(), &permit, &text).await?)
    })
    .await
}
