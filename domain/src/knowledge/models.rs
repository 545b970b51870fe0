//! Which embedding models passages may have their vectors of: that of this server, and those of before until every
//! source is read again.

use crate::{
    Result,
    database::{Db, SystemTx},
    schema::embedding_models as models,
};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;

/// Models of before that are looked for; more changes than these within one reading are not kept in mind.
const MOST: i64 = 8;

/// Notes the model of this server, and gives those of before of which vectors may be left.
///
/// # Errors
/// When the database does not answer.
pub async fn former_models(db: &Db, name: &str) -> Result<Vec<String>> {
    let name = name.to_owned();
    db.system(async move |tx: &mut SystemTx| {
        diesel::insert_into(models::table)
            .values(models::name.eq(&name))
            .on_conflict_do_nothing()
            .execute(tx.conn())
            .await?;
        let others = models::table.filter(models::name.ne(name)).order(models::noted_at.desc()).limit(MOST);
        Ok(others.select(models::name).load(tx.conn()).await?)
    })
    .await
}

/// Takes every other model off the list.
pub(crate) async fn only_model_left(db: &Db, name: &str) -> Result<()> {
    let name = name.to_owned();
    db.system(async move |tx: &mut SystemTx| {
        diesel::delete(models::table.filter(models::name.ne(name))).execute(tx.conn()).await?;
        Ok(())
    })
    .await
}
