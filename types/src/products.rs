//! Things that a business sells, which the AI can tell about.

mod import;

pub use crate::money::Price;
pub use import::{ExportKind, ImportChoices, ImportPreview, PreviewColumn, PreviewRow, ProductColumn};

use crate::{ProductId, SourceId, Timestamp, knowledge::SourceStatus};
use serde::{Deserialize, Serialize};

/// Most products of one tenant.
pub const PRODUCTS: u32 = 5_000;
/// Products on one page of the screen.
pub const PRODUCTS_PAGE: i64 = 50;
/// Longest description of a product, in characters.
pub const PRODUCT_DESCRIPTION_CHARS: usize = 4_000;
/// Longest extra information of a product, in bytes of JSON.
pub const EXTRA_INFO_BYTES: usize = 8 * 1024;

text_enum! {
    /// Whether a product is in stock.
    pub enum ProductStatus {
        /// It is.
        Available = "available",
        /// It is not, at the moment.
        OutOfStock = "out_of_stock",
    }
}

/// A thing that the business sells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Product {
    /// The product's id.
    pub id: ProductId,
    /// What it is called; no two products have the same name.
    pub name: String,
    /// What there is to say about it.
    pub description: String,
    /// What it costs, if that is known.
    pub price: Option<Price>,
    /// The currency of the price, ISO 4217; empty when the business never said.
    pub currency: String,
    /// Whether it is in stock.
    pub status: ProductStatus,
    /// What else is known, as a JSON object written as text.
    pub extra_info: String,
    /// The source that the AI learns it from.
    pub source_id: SourceId,
    /// How far the AI has come with it.
    pub learning: SourceStatus,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A product to be added, or a changed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewProduct {
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 120))]
    pub name: String,
    /// What there is to say about it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 4000))]
    pub description: String,
    /// What it costs.
    #[serde(default)]
    pub price: Option<Price>,
    /// The currency of the price, ISO 4217, or empty.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(pattern = "^([A-Z]{3})?$"))]
    pub currency: String,
    /// Whether it is in stock.
    #[serde(default = "available")]
    pub status: ProductStatus,
    /// What else is known, as a JSON object written as text; empty for nothing.
    #[serde(default)]
    pub extra_info: String,
}

const fn available() -> ProductStatus {
    ProductStatus::Available
}

/// A part of the products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductPage {
    /// The products, newest first.
    pub products: Vec<Product>,
    /// How many there are in all.
    pub total: i64,
    /// Send it to get the next part; none at the end.
    pub next: Option<ProductId>,
}
