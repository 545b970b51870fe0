//! Products from the exports of shops, and from any other table: what was found before it is taken.

use super::NewProduct;
use crate::knowledge::{Imported, RefusedRow};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Where a table of products comes from.
    pub enum ExportKind {
        /// Shopify's products.
        Shopify = "shopify",
        /// WooCommerce's products.
        WooCommerce = "woocommerce",
        /// Magento 2's (Adobe Commerce's) products.
        Magento = "magento",
        /// Shopware 6's products.
        Shopware = "shopware",
        /// A feed for the Google Merchant Center.
        Google = "google_merchant",
        /// Square's item library.
        Square = "square",
        /// Another table, whose columns somebody names.
        Other = "other",
    }
}

impl ExportKind {
    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Shopify => "Shopify export",
            Self::WooCommerce => "WooCommerce export",
            Self::Magento => "Magento export",
            Self::Shopware => "Shopware export",
            Self::Google => "Google Merchant feed",
            Self::Square => "Square export",
            Self::Other => "Table",
        }
    }
}

text_enum! {
    /// What a column of a table of products holds.
    pub enum ProductColumn {
        /// What the product is called.
        Name = "name",
        /// Which of several of the same name it is: a size, a colour.
        Variant = "variant",
        /// What there is to say about it, as text or HTML.
        Description = "description",
        /// What it costs.
        Price = "price",
        /// What it costs at present, when that is less.
        SalePrice = "sale_price",
        /// The currency of the prices.
        Currency = "currency",
        /// Whether it is in stock: words, yes and no, or how many there are.
        Stock = "stock",
        /// Its number in the shop.
        Sku = "sku",
        /// Whether it is sold at all; what is not is skipped.
        Published = "published",
        /// Something else that is worth knowing.
        Detail = "detail",
        /// Nothing that is taken.
        Ignored = "ignored",
    }
}

impl ProductColumn {
    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Variant => "Variant (size, colour)",
            Self::Description => "Description",
            Self::Price => "Price",
            Self::SalePrice => "Sale price",
            Self::Currency => "Currency",
            Self::Stock => "Stock",
            Self::Sku => "SKU",
            Self::Published => "Published",
            Self::Detail => "Keep as a detail",
            Self::Ignored => "Do not import",
        }
    }
}

/// What somebody said of a table of products.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportChoices {
    /// What each column holds, in their order; empty to recognise the table or guess by the names of its columns.
    pub columns: Vec<ProductColumn>,
    /// The currency (ISO 4217) of prices that name none; empty when it is not known.
    pub currency: String,
    /// It is no export of a known shop, whatever it looks like.
    pub is_other: bool,
}

/// A column of a table with what it seems to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewColumn {
    /// Its name in the file.
    pub title: String,
    /// The first value in it.
    pub sample: String,
    /// What it holds.
    pub holds: ProductColumn,
}

/// A product as it would be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewRow {
    /// Its place in the file, from 1 for the header.
    pub line: u32,
    /// The product.
    pub product: NewProduct,
}

/// What an import would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportPreview {
    /// Where the table comes from.
    pub kind: ExportKind,
    /// How many products are in it, not counting variants of others.
    pub products: u32,
    /// How many variants of products are in it.
    pub variants: u32,
    /// The columns, when it comes from no shop that is known.
    pub columns: Vec<PreviewColumn>,
    /// The first products, ten at most.
    pub rows: Vec<PreviewRow>,
    /// Rows that are taken, with what may be wrong with them; 100 at most.
    pub warnings: Vec<RefusedRow>,
    /// How many warnings there are.
    pub warning_count: u32,
    /// Some price names no currency, and none was chosen.
    pub lacks_currency: bool,
    /// The currency (ISO 4217) of most products that are there already; empty when there are none with one.
    pub usual_currency: String,
    /// What would come of the rows: the same numbers as those of the import itself.
    pub outcome: Imported,
}
