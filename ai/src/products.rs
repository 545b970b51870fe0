//! Products out of the tables that shops export, and out of any other whose columns somebody names.
//!
//! [`read`] reads a file, sees which shop it comes from, and makes products of its rows: descriptions in HTML become
//! text, variants become products of their own beside the one that they are variants of, stock becomes a status, and a
//! price is read exactly or its row is refused with the reason.

mod columns;
mod google;
mod magento;
mod make;
mod mapped;
mod offer;
mod price;
mod sheet;
mod shopify;
mod shopware;
mod square;
mod stock;
mod woocommerce;
mod words;

#[cfg(test)]
mod tests;

use crate::document::{self, DocumentError, import_table};
use offer::Offer;
use serde::{Deserialize, Serialize};
use sheet::Sheet;
use types::{
    Timestamp,
    knowledge::Imported,
    limits,
    money::Convention,
    products::{ExportKind, ImportChoices, NewProduct, PreviewColumn},
};

/// What was found in a table of products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Where it comes from.
    pub kind: ExportKind,
    /// Its columns, when it comes from no shop that is known.
    pub columns: Vec<PreviewColumn>,
    /// Whether it is known where the names of the products are.
    pub has_names: bool,
    /// The products, in their order; no two have the same name.
    pub products: Vec<FoundProduct>,
    /// Rows that are no product, with the reason. Nothing else of it is filled.
    pub outcome: Imported,
    /// How many products there are that are no variants of others.
    pub wholes: u32,
    /// How many are variants of others.
    pub variants: u32,
}

/// A product that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundProduct {
    /// Its place in the file, from 1 for the header.
    pub line: usize,
    /// The product.
    pub new: NewProduct,
    /// What may be wrong with it, for a person.
    pub notes: Vec<String>,
}

/// Reads the products of a file. Not for the server's own process: descriptions are HTML of anybody.
///
/// # Errors
/// When there is no table in the file, or it is too large.
pub fn read(bytes: &[u8], choices: &ImportChoices) -> Result<Found, DocumentError> {
    read_on(&document::day(Timestamp::now()), bytes, choices)
}

/// The same on a day (YYYY-MM-DD), which decides what is on sale.
fn read_on(today: &str, bytes: &[u8], choices: &ImportChoices) -> Result<Found, DocumentError> {
    let table = import_table(bytes, limits::PRODUCT_ROWS)?;
    let sheet = Sheet::of(&table);
    let is_other = choices.is_other || !choices.columns.is_empty();
    let kind = columns::recognise(&sheet).filter(|_| !is_other).unwrap_or(ExportKind::Other);
    let mut maker = make::Maker::new(&choices.currency, today);
    let mut columns = Vec::new();
    let mut has_names = true;
    let (offers, convention): (Vec<Offer>, Option<Convention>) = match kind {
        ExportKind::Shopify => (shopify::offers(&sheet), Some(Convention::Point)),
        ExportKind::WooCommerce => (woocommerce::offers(&sheet), None),
        ExportKind::Magento => (magento::offers(&sheet), Some(Convention::Point)),
        ExportKind::Shopware => (shopware::offers(&sheet), Some(Convention::Point)),
        ExportKind::Google => (google::offers(&sheet), Some(Convention::Point)),
        ExportKind::Square => (square::offers(&sheet), None),
        ExportKind::Other => {
            let held = columns::held(&table, &choices.columns);
            columns = columns::preview(&table, &held);
            has_names = mapped::has_names(&held);
            (mapped::offers(&sheet, &held), None)
        }
    };
    maker.learn_convention(&offers, convention);
    for offer in offers {
        maker.add(offer)?;
    }
    let made = maker.finish();
    Ok(Found { kind, columns, has_names, ..made })
}
