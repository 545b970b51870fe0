//! Things that a business sells, which the AI can tell about.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{
    ProductId, Result,
    knowledge::Imported,
    products::{ImportChoices, ImportPreview, NewProduct, Product, ProductPage},
};

/// A page of products, newest first, whose name or description holds `search`; `before` is the `next` of the page before.
#[server(prefix = "/api", endpoint = "products/list", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_products(search: String, before: Option<ProductId>) -> Result<ProductPage> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::products::list(&caller::product(), &permit, &search, before).await?)
    })
    .await
}

/// Adds a product. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "products/add", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn add_product(new: NewProduct) -> Result<Product> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::products::add(&caller::product(), &permit, new).await?)
    })
    .await
}

/// Changes a product. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "products/change", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn change_product(id: ProductId, new: NewProduct) -> Result<Product> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::products::change(&caller::product(), &permit, id, new).await?)
    })
    .await
}

/// Deletes a product; the AI forgets it at once. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "products/delete", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn delete_product(id: ProductId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::products::delete(&caller::product(), &permit, id).await?)
    })
    .await
}

/// Takes products from the export of a shop or another table, as it is recognised. A product of the same name is changed. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "products/import", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn import_products(bytes: Vec<u8>) -> Result<Imported> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::products::import(&caller::product(), &permit, bytes, &ImportChoices::default()).await?)
    })
    .await
}

/// What an import of the export of a shop or another table would do; nothing is changed. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "products/preview", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn preview_products(bytes: Vec<u8>, choices: ImportChoices) -> Result<ImportPreview> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::products::preview(&caller::product(), &permit, bytes, &choices).await?)
    })
    .await
}

/// Takes products from the export of a shop or another table, as they were previewed. A product of the same name is
/// changed. Needs `knowledge.manage`.
#[server(prefix = "/api", endpoint = "products/import-chosen", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn import_chosen_products(bytes: Vec<u8>, choices: ImportChoices) -> Result<Imported> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::products::import(&caller::product(), &permit, bytes, &choices).await?)
    })
    .await
}
