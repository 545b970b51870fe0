//! Statements that a connection reads and plans once.
//!
//! Diesel lets a connection keep a statement when its type alone says that its text is always the
//! same. For updates and for SQL of our own it cannot know, so each run would send the text, and
//! have it read and planned, anew: longer than most of them work.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
};

/// A statement that is kept; see [`Keep::kept`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept<Q>(Q);

/// Statements that can be kept.
pub(crate) trait Keep: QueryFragment<Pg> + Sized {
    /// Has each connection keep this statement. Only for one that comes in a handful of texts: what is kept stays,
    /// in our memory and in that of the database, as long as the connection.
    fn kept(self) -> Kept<Self> {
        Kept(self)
    }
}

impl<Q: QueryFragment<Pg>> Keep for Q {}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Kept<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _backend: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

/// Kept under its text.
impl<Q> QueryId for Kept<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::{debug_query, sql_types};

    #[test]
    fn a_statement_of_our_own_is_kept_as_it_is() {
        let query = || diesel::sql_query("SELECT $1").bind::<sql_types::Integer, _>(1);
        assert!(!query().is_safe_to_cache_prepared(&Pg).unwrap(), "then there is no need to say it");
        let kept = query().kept();
        assert!(kept.is_safe_to_cache_prepared(&Pg).unwrap());
        assert_eq!(debug_query::<Pg, _>(&kept).to_string(), debug_query::<Pg, _>(&query()).to_string());
    }
}
