//! A moment in time.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = i64, example = 1_767_225_600_000_i64))]
#[cfg_attr(feature = "diesel", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow))]
#[cfg_attr(feature = "diesel", diesel(sql_type = diesel::sql_types::Timestamptz))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The present moment.
    #[cfg(not(target_arch = "wasm32"))]
    #[must_use]
    pub fn now() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// The present moment, by the browser's clock.
    #[cfg(target_arch = "wasm32")]
    #[must_use]
    pub fn now() -> Self {
        Self(js_sys::Date::now() as i64)
    }

    /// This moment, so many seconds later (or earlier, when negative).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Whole seconds from `earlier` to this moment; negative when it is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0) / 1000
    }
}

/// Milliseconds from 1970 to 2000, where PostgreSQL starts counting.
#[cfg(feature = "diesel")]
const POSTGRES_EPOCH: i64 = 946_684_800_000;

#[cfg(feature = "diesel")]
impl diesel::serialize::ToSql<diesel::sql_types::Timestamptz, diesel::pg::Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>) -> diesel::serialize::Result {
        let micros = self.0.saturating_sub(POSTGRES_EPOCH).saturating_mul(1000);
        std::io::Write::write_all(out, &micros.to_be_bytes())?;
        Ok(diesel::serialize::IsNull::No)
    }
}

#[cfg(feature = "diesel")]
impl diesel::deserialize::FromSql<diesel::sql_types::Timestamptz, diesel::pg::Pg> for Timestamp {
    fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
        let micros = i64::from_be_bytes(value.as_bytes().try_into()?);
        Ok(Self(micros.div_euclid(1000) + POSTGRES_EPOCH))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_counted_both_ways() {
        let start = Timestamp(10_000);
        assert_eq!(start.plus_seconds(5).seconds_since(start), 5);
        assert_eq!(start.seconds_since(start.plus_seconds(5)), -5);
    }
}
