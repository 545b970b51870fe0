//! Things that a business sells, which the AI can tell about.

use crate::{Error, ProductId, SourceId, Timestamp, knowledge::SourceStatus};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// Most products of one tenant.
pub const PRODUCTS: u32 = 5_000;
/// Products on one page of the screen.
pub const PRODUCTS_PAGE: i64 = 50;
/// Longest description of a product, in characters.
pub const PRODUCT_DESCRIPTION_CHARS: usize = 4_000;
/// Longest extra information of a product, in bytes of JSON.
pub const EXTRA_INFO_BYTES: usize = 8 * 1024;
/// One more than the highest price in hundredths.
const TOO_DEAR: i64 = 1_000_000_000_000;

text_enum! {
    /// Whether a product can be had.
    pub enum ProductStatus {
        /// It can.
        Available = "available",
        /// It cannot, at the moment.
        OutOfStock = "out_of_stock",
    }
}

/// An amount of money in hundredths; written as a decimal number with two
/// places, such as `"12.50"`.
///
/// ```
/// use types::products::Price;
///
/// let price: Price = "1.299,9 €".parse()?;
/// assert_eq!((price, price.to_string().as_str()), (Price::from_hundredths(129_990)?, "1299.90"));
/// # Ok::<(), types::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price(i64);

impl Price {
    /// A price from its hundredths.
    ///
    /// # Errors
    /// When it is negative or has more than ten places before the point.
    pub fn from_hundredths(hundredths: i64) -> Result<Self, Error> {
        if (0..TOO_DEAR).contains(&hundredths) { Ok(Self(hundredths)) } else { Err(refused()) }
    }

    /// Its hundredths.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.0
    }
}

fn refused() -> Error {
    Error::invalid("Please write the price as a number such as 12.50.").field("price")
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// As people write it: with a point or comma, groups of thousands, a currency
/// before or after. The last sign with one or two digits after it is the point.
impl FromStr for Price {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bare = text.trim().trim_matches(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '-'));
        let bare: String = bare.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '\u{a0}')).collect();
        let (whole, part) = match bare.rsplit_once(['.', ',']) {
            Some((whole, part)) if part.len() <= 2 => (whole, part),
            _ => (bare.as_str(), ""),
        };
        let groups: Vec<&str> = whole.split(['.', ',']).collect();
        let are_groups = groups.len() == 1 || groups.iter().skip(1).all(|group| group.len() == 3);
        let digits = groups.concat();
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !are_groups
            || !is_number(&digits)
            || !is_number(part)
            || (digits.is_empty() && part.is_empty())
            || digits.len() > 10
        {
            return Err(refused());
        }
        let whole: i64 = if digits.is_empty() { 0 } else { digits.parse().map_err(|_| refused())? };
        let part: i64 = format!("{part:0<2}").parse().map_err(|_| refused())?;
        Self::from_hundredths(whole * 100 + part)
    }
}

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|error: Error| D::Error::custom(error.message))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Price {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .pattern(Some(r"^\d{1,10}(\.\d{1,2})?$"))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Price {
    fn name() -> std::borrow::Cow<'static, str> {
        "Price".into()
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
    /// Whether it can be had.
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
    /// Whether it can be had.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_as_people_write_them() {
        for (text, hundredths) in [
            ("12", 1200),
            ("12.5", 1250),
            ("12,50", 1250),
            ("€ 1.299,00", 129_900),
            ("$1,299.00", 129_900),
            ("1 299,00 EUR", 129_900),
            ("1'299.95 CHF", 129_995),
            ("1.299", 129_900),
            ("0.99", 99),
            (".5", 50),
            ("9999999999.99", TOO_DEAR - 1),
        ] {
            assert_eq!(text.parse::<Price>().unwrap(), Price(hundredths), "{text}");
        }
        for text in ["", "-1", "free", "1.2.3", "12.345,6789", "10000000000", "1e5", "NaN", "12,5000"] {
            assert!(text.parse::<Price>().is_err(), "{text}");
        }
    }
}
