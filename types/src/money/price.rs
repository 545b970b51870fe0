//! A price, exact to the thousandth.

use super::{Hints, currency, read};
use crate::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// One more than the highest price in thousandths.
const TOO_DEAR: i64 = 10_000_000_000_000;

/// An amount of money, exact to the thousandth; written as a decimal number with two places, such as `"12.50"`, or
/// three where the third is not zero.
///
/// ```
/// use types::products::Price;
///
/// let price: Price = "1.299,9 €".parse()?;
/// assert_eq!((price, price.to_string().as_str()), (Price::from_hundredths(129_990)?, "1299.90"));
/// assert_eq!(price.in_currency("EUR"), "1299.90 EUR");
/// assert_eq!(Price::from_hundredths(120_000)?.in_currency("JPY"), "1200 JPY");
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
        Self::from_thousandths(hundredths.saturating_mul(10))
    }

    /// A price from its thousandths.
    ///
    /// # Errors
    /// When it is negative or has more than ten places before the point.
    pub fn from_thousandths(thousandths: i64) -> Result<Self, Error> {
        if (0..TOO_DEAR).contains(&thousandths) { Ok(Self(thousandths)) } else { Err(refused()) }
    }

    /// Its thousandths.
    #[must_use]
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// How many places after the point it needs: none, two or three.
    #[must_use]
    pub const fn decimals(self) -> usize {
        if self.0 % 1000 == 0 {
            0
        } else if self.0 % 10 == 0 {
            2
        } else {
            3
        }
    }

    /// The price as it is written in a currency, with its code; without one when it is empty.
    #[must_use]
    pub fn in_currency(self, code: &str) -> String {
        let (whole, part) = (self.0 / 1000, self.0 % 1000);
        let number = match currency::decimals(code).max(self.decimals()) {
            0 => whole.to_string(),
            3 => format!("{whole}.{part:03}"),
            _ => self.to_string(),
        };
        format!("{number} {code}").trim_end().to_owned()
    }

    /// Its one form in JSON and between programs: digits, and up to three after a point.
    fn from_wire(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |digits: &str, most: usize| {
            (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !is_number(whole, 10) || !is_number(part, 3) {
            return None;
        }
        let part: i64 = format!("{part:0<3}").parse().ok()?;
        Self::from_thousandths(whole.parse::<i64>().ok()? * 1000 + part).ok()
    }
}

fn refused() -> Error {
    Error::invalid("Please write the price as a number such as 12.50.").field("price")
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 1000, self.0 % 1000);
        if part % 10 == 0 { write!(f, "{whole}.{:02}", part / 10) } else { write!(f, "{whole}.{part:03}") }
    }
}

/// As people write it, see [`read`]. What can be read in two ways is refused.
impl FromStr for Price {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match read(text, Hints::default()) {
            // Without its currency a third decimal could not be read again.
            Ok(Some(money)) if money.price.decimals() < 3 => Ok(money.price),
            Ok(_) => Err(refused()),
            Err(why) => Err(Error::invalid(why.reason(text)).field("price")),
        }
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
        match Self::from_wire(&text) {
            Some(price) => Ok(price),
            None => text.parse().map_err(|error: Error| D::Error::custom(error.message)),
        }
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Price {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .pattern(Some(r"^\d{1,10}(\.\d{1,3})?$"))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Price {
    fn name() -> std::borrow::Cow<'static, str> {
        "Price".into()
    }
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
            ("0.99", 99),
            (".5", 50),
            ("9999999999.99", TOO_DEAR / 10 - 1),
        ] {
            assert_eq!(text.parse::<Price>().unwrap(), Price(hundredths * 10), "{text}");
        }
        for text in ["", "-1", "free", "1.2.3", "12.345,6789", "10000000000", "1e5", "NaN", "1.299", "0,125 €"] {
            assert!(text.parse::<Price>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_price_is_written_in_one_form() {
        let json = |text: &str| serde_json::from_str::<Price>(&format!("\"{text}\"")).map(|price| price.to_string());
        for (text, written) in
            [("12", "12.00"), ("12.5", "12.50"), ("1.299", "1.299"), ("1,5", "1.50"), ("1.299,00 €", "1299.00")]
        {
            assert_eq!(json(text).unwrap(), written, "{text}");
        }
        assert!(json("1,299").is_err() && json("12.3456").is_err() && json("").is_err());
        let price = |thousandths| Price::from_thousandths(thousandths).unwrap();
        for (thousandths, code, written) in [
            (12_500, "EUR", "12.50 EUR"),
            (1_200_000, "JPY", "1200 JPY"),
            (1_250, "KWD", "1.250 KWD"),
            (12_000, "", "12.00"),
            (125, "EUR", "0.125 EUR"),
        ] {
            assert_eq!(price(thousandths).in_currency(code), written);
        }
        assert!(Price::from_thousandths(-1).is_err() && Price::from_hundredths(i64::MAX).is_err());
    }
}
