//! What keeps tenants apart, asked of the database itself.

use crate::{
    cluster::{cluster, connect},
    harness::App,
};
use domain::database::{migrate, revert_all};

#[tokio::test(flavor = "multi_thread")]
async fn every_table_of_a_tenant_is_behind_row_level_security() {
    let database = cluster().database().await;
    let owner = connect(&database.owner_url).await;
    let tables = owner
        .query(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, r.rolname,
                EXISTS (SELECT FROM pg_policy p JOIN pg_roles g ON g.oid = ANY(p.polroles)
                    WHERE p.polrelid = c.oid AND g.rolname = 'omnichat_app') AS has_policy,
                EXISTS (SELECT FROM pg_index i JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = i.indkey[0]
                    WHERE i.indrelid = c.oid AND i.indisprimary AND k.attname = 'tenant_id') AS key_starts_with_tenant
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
             WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1",
            &[],
        )
        .await
        .unwrap();
    assert!(tables.len() >= 12, "only {} tables of tenants were found", tables.len());
    for table in tables {
        let name: &str = table.get(0);
        if name == "sessions" {
            // A registry: the restricted role has no right on it at all.
            let denied = connect(&database.app_url).await.query("SELECT * FROM sessions", &[]).await;
            assert!(denied.is_err(), "sessions can be read by the restricted role");
            continue;
        }
        assert!(table.get::<_, bool>(1), "{name} has no row level security");
        assert!(table.get::<_, bool>(2), "{name} does not force row level security on its owner");
        assert_ne!(table.get::<_, &str>(3), "omnichat_app", "{name} is owned by the restricted role");
        assert!(table.get::<_, bool>(4), "{name} has no policy for the restricted role");
        assert!(table.get::<_, bool>(5), "the primary key of {name} does not start with the tenant");
    }
    let roles = owner
        .query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'omnichat_%' AND rolname <> 'omnichat_owner' AND (rolsuper OR rolbypassrls OR rolcreaterole)", &[])
        .await
        .unwrap();
    assert!(roles.is_empty(), "a restricted role can step around row level security");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_tenant_nothing_is_seen_and_with_one_only_its_own() {
    let app = App::start().await;
    let (one, other) = (app.business("one").await, app.business("other").await);
    for business in [&one, &other] {
        app.visitor(business.widget.id).await.send("Hello").await;
    }
    let app_role = connect(&app.database.app_url).await;
    let count = async |sql: &str| -> i64 { app_role.query_one(sql, &[]).await.unwrap().get(0) };
    for table in ["tenants", "conversations", "messages", "contacts", "widgets", "events"] {
        assert_eq!(count(&format!("SELECT count(*) FROM {table}")).await, 0, "{table} is seen without a tenant");
    }
    let tenant = one.owner.call(&api::accounts::Me {}).await.unwrap().unwrap().tenant.id;
    app_role.batch_execute(&format!("SET app.tenant_id = '{tenant}'")).await.unwrap();
    assert_eq!(count("SELECT count(*) FROM tenants").await, 1);
    assert_eq!(count("SELECT count(DISTINCT tenant_id) FROM messages").await, 1);
    let stolen = app_role
        .execute("UPDATE conversations SET tenant_id = gen_random_uuid()", &[])
        .await
        .expect_err("a row was moved to another tenant");
    assert!(stolen.as_db_error().is_some(), "{stolen}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_go_up_down_and_up_again() {
    let database = cluster().empty_database().await;
    let tables = async || -> i64 {
        let client = connect(&database.owner_url).await;
        let sql =
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> '__diesel_schema_migrations'";
        client.query_one(sql, &[]).await.unwrap().get(0)
    };
    migrate(&database.owner_url).await.unwrap();
    let up = tables().await;
    assert!(up > 10);
    migrate(&database.owner_url).await.expect("a second time there is nothing to do");
    revert_all(&database.owner_url).await.unwrap();
    assert_eq!(tables().await, 0, "something is left behind");
    migrate(&database.owner_url).await.unwrap();
    assert_eq!(tables().await, up);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_that_start_at_once_migrate_once() {
    let database = cluster().empty_database().await;
    let (one, two) = tokio::join!(migrate(&database.owner_url), migrate(&database.owner_url));
    one.unwrap();
    two.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_is_no_superuser_can_narrow_the_index() {
    const UP: &str = include_str!("../../../migrations/2026-11-21-000006_narrow_index/up.sql");
    const DOWN: &str = include_str!("../../../migrations/2026-11-21-000006_narrow_index/down.sql");
    let database = cluster().database().await;
    let superuser = connect(&database.owner_url).await;
    superuser.batch_execute(DOWN).await.unwrap();
    superuser
        .batch_execute(
            "INSERT INTO tenants (id, name, slug, email)
                SELECT gen_random_uuid(), 'Tenant', 'tenant-' || number, 'a@example.com' FROM generate_series(1, 2) AS number;
             INSERT INTO sources (tenant_id, id, kind, title, content, fingerprint, bytes)
                SELECT id, id, 'text', 'Source', '', decode('00', 'hex'), 0 FROM tenants;
             INSERT INTO passages (tenant_id, id, source_id, position, heading, content, terms)
                SELECT id, gen_random_uuid(), id, position, '', 'Words', '{}' FROM tenants, generate_series(1, 3) AS position;
             INSERT INTO passage_index (tenant_id, passage_id, embedding, words, model)
                SELECT tenant_id, id,
                    (SELECT array_agg(sin(place * position)::real ORDER BY place) FROM generate_series(1, 384) AS place)::halfvec,
                    '{1:1}/1000000000', 'model'
                FROM passages;
             INSERT INTO passage_sentences (tenant_id, passage_id, sentences) SELECT tenant_id, id, '' FROM passages;
             CREATE TABLE before AS SELECT passage_id, embedding FROM passage_index;
             DROP ROLE IF EXISTS an_owner;
             CREATE ROLE an_owner;
             GRANT ALL ON SCHEMA public TO an_owner;
             ALTER TABLE tenants OWNER TO an_owner;
             ALTER TABLE passages OWNER TO an_owner;
             ALTER TABLE passage_index OWNER TO an_owner;
             ALTER TABLE passage_sentences OWNER TO an_owner;
             SET ROLE an_owner",
        )
        .await
        .unwrap();
    superuser.batch_execute(UP).await.unwrap();
    superuser.batch_execute("RESET ROLE").await.unwrap();
    let kept = "SELECT count(*) FROM before
        JOIN passage_vectors AS vectors USING (passage_id) JOIN passage_index AS narrow USING (passage_id)
        WHERE vectors.embedding = before.embedding
            AND narrow.signs = binary_quantize(before.embedding)::bit(384)";
    let count = async |sql: &str| -> i64 { superuser.query_one(sql, &[]).await.unwrap().get(0) };
    assert_eq!(count(kept).await, 6);
    let forced = "SELECT count(*) FROM pg_class
        WHERE relname IN ('passages', 'passage_index', 'passage_vectors') AND relrowsecurity AND relforcerowsecurity";
    assert_eq!(count(forced).await, 3);

    // And back, with everything that there was.
    superuser.batch_execute(DOWN).await.unwrap();
    let back = "SELECT count(*) FROM before JOIN passage_index AS wide USING (passage_id)
        WHERE wide.embedding = before.embedding";
    assert_eq!(count(back).await, 6);
    superuser
        .batch_execute("REASSIGN OWNED BY an_owner TO CURRENT_USER; DROP OWNED BY an_owner; DROP ROLE an_owner")
        .await
        .unwrap();
}
