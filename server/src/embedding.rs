//! The embedding model of this process, and the one that it takes the place of.

use crate::{config::Model, failure::Failure};
use ai::embed::{Description, Embedder, EmbedderSettings};
use domain::Omnichat;
use std::path::{Path, PathBuf};

/// Models that are looked at.
const MOST: usize = 8;

/// Loads the model; takes some seconds.
///
/// # Errors
/// Says which part is missing or broken, and what to do.
pub fn start(model: &Model) -> Result<Embedder, Failure> {
    let embedder = Embedder::start(&settings(model, &model.model_dir)?)?;
    let description = embedder.description();
    if !description.is_measured() {
        tracing::warn!(
            ?description,
            "how sure answers are was measured with another embedding model; measure it with this one, and set the \
             threshold of each business by that"
        );
    }
    Ok(embedder)
}

/// Loads the models of before that are at hand, as long as passages have their vectors: those are searched until they
/// are read again.
///
/// # Errors
/// When the database does not answer.
pub async fn start_former(product: &Omnichat, model: &Model) -> Result<(), Failure> {
    let former = domain::knowledge::former_models(product.db(), product.embedder().model_name()).await?;
    if former.is_empty() {
        return Ok(());
    }
    let settings = beside(&model.model_dir)
        .into_iter()
        .filter(|folder| Description::read(folder).is_ok_and(|description| former.contains(&description.key())))
        .map(|folder| settings(model, &folder))
        .collect::<Result<Vec<_>, _>>()?;
    tracing::info!(?former, at_hand = settings.len(), "sources of another embedding model are read again");
    let load = move || {
        let start =
            |one| Embedder::start(one).inspect_err(|error| tracing::warn!(%error, "a model of before is broken"));
        settings.iter().filter_map(|one| start(one).ok()).collect::<Vec<_>>()
    };
    let loaded = tokio::task::spawn_blocking(load).await;
    let embedders =
        loaded.map_err(|panic| Failure::advice(format!("loading the model of before ended early: {panic}")))?;
    product.set_former_embedders(embedders);
    Ok(())
}

/// The other models that were laid down beside one.
fn beside(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.parent().and_then(|parent| std::fs::read_dir(parent).ok());
    let others = entries.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    others.filter(|other| other != folder && other.join("model.onnx").is_file()).take(MOST).collect()
}

fn settings(model: &Model, folder: &Path) -> Result<EmbedderSettings, Failure> {
    let absolute =
        |path: &Path| std::path::absolute(path).map_err(Failure::system(format!("finding {}", path.display())));
    Ok(EmbedderSettings {
        onnxruntime: absolute(&model.onnxruntime)?,
        model_dir: absolute(folder)?,
        threads: usize::from(model.model_threads),
    })
}
