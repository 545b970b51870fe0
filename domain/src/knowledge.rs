//! What the AI learns from. (Signatures only, until the capability is written.)
use crate::{
    Error, Omnichat, Result,
    accounts::{Agent, Owner},
};
use types::{
    SourceId, TenantId,
    knowledge::{Passage, Source},
};
fn none<T>() -> Result<T> {
    Err(Error::Internal("not yet".into()))
}
/// Job: cuts and embeds a source.
pub(crate) async fn index(_p: &Omnichat, _t: TenantId, _s: SourceId) -> Result<()> {
    none()
}
/// Called when the job has failed for good: mark the source failed.
pub(crate) async fn index_failed(_p: &Omnichat, _t: TenantId, _s: SourceId) -> Result<()> {
    none()
}
/// .
pub async fn list(_p: &Omnichat, _a: &Agent) -> Result<Vec<Source>> {
    none()
}
/// .
pub async fn add_text(_p: &Omnichat, _a: &Owner, _t: &str, _c: String) -> Result<Source> {
    none()
}
/// .
pub async fn add_file(_p: &Omnichat, _a: &Owner, _n: &str, _b: Vec<u8>) -> Result<Source> {
    none()
}
/// .
pub async fn delete(_p: &Omnichat, _a: &Owner, _s: SourceId) -> Result<()> {
    none()
}
/// .
pub async fn retry(_p: &Omnichat, _a: &Owner, _s: SourceId) -> Result<Source> {
    none()
}
/// .
pub async fn passages(_p: &Omnichat, _a: &Agent, _s: SourceId) -> Result<Vec<Passage>> {
    none()
}
