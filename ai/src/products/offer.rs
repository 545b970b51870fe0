//! What an export says of a product, before its prices are read.

/// A product with its variants; one that has none is its only variant.
#[derive(Debug, Default)]
pub(super) struct Offer {
    /// Its place in the file.
    pub(super) line: usize,
    pub(super) title: String,
    /// Text or HTML.
    pub(super) description: String,
    /// What else there is to know of all variants.
    pub(super) details: Details,
    /// Why it is not sold.
    pub(super) skipped: Option<String>,
    pub(super) variants: Vec<Variant>,
}

/// Names with values.
pub(super) type Details = Vec<(String, String)>;

/// One thing that can be bought.
#[derive(Debug, Default)]
pub(super) struct Variant {
    /// Its place in the file.
    pub(super) line: usize,
    /// By what it differs from the others, such as its colour.
    pub(super) options: Details,
    /// What it costs, as it is written.
    pub(super) price: String,
    /// What it costs when it is on sale.
    pub(super) sale: String,
    /// The days of the sale, as they are written.
    pub(super) sale_from: String,
    pub(super) sale_until: String,
    /// What it cost before, or costs elsewhere.
    pub(super) compare: String,
    /// What the currency's column says.
    pub(super) currency: String,
    pub(super) stock: Stock,
    pub(super) sku: String,
    /// What else there is to know.
    pub(super) details: Details,
    /// Why it is not sold.
    pub(super) skipped: Option<String>,
    /// What may be wrong with it.
    pub(super) notes: Vec<String>,
}

/// What is said of the stock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Stock {
    /// Nothing.
    #[default]
    Unsaid,
    In,
    Out,
    /// It is sold and sent when there is some again.
    Backorder,
    /// It is sold before there is any.
    Preorder,
    /// Something that is not understood.
    Unread(String),
}

/// Details of which the empty ones are left out.
pub(super) fn details(pairs: &[(&str, &str)]) -> Details {
    let filled = pairs.iter().filter(|(name, value)| !name.is_empty() && !value.is_empty());
    filled.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
