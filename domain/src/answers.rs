//! Asking the AI. (Signatures only, until the capability is written.)
use crate::{
    Error, Omnichat, Result,
    accounts::{Agent, ApiKey, Owner},
    database::TenantTx,
};
use types::{
    ConversationId, MessageId, TenantId,
    answers::{AiSettings, AiSettingsUpdate, Answer, TestAnswer},
};
fn none<T>() -> Result<T> {
    Err(Error::Internal("not yet".into()))
}
/// Whether the AI answers new conversations of the tenant.
pub(crate) async fn is_enabled(_tx: &mut TenantTx) -> Result<bool> {
    Ok(true)
}
/// Job: answers a message.
pub(crate) async fn answer_message(_p: &Omnichat, _t: TenantId, _c: ConversationId, _m: MessageId) -> Result<()> {
    none()
}
/// Called when the job has failed for good: hand off to a person.
pub(crate) async fn answer_failed(_p: &Omnichat, _t: TenantId, _c: ConversationId, _m: MessageId) -> Result<()> {
    none()
}
/// .
pub async fn test(_p: &Omnichat, _a: &Agent, _q: &str) -> Result<TestAnswer> {
    none()
}
/// .
pub async fn ask(_p: &Omnichat, _a: &ApiKey, _q: &str) -> Result<Answer> {
    none()
}
/// .
pub async fn settings(_p: &Omnichat, _a: &Agent) -> Result<AiSettings> {
    none()
}
/// .
pub async fn update_settings(_p: &Omnichat, _a: &Owner, _u: AiSettingsUpdate) -> Result<AiSettings> {
    none()
}
