//! Two businesses with random data: nothing that one can read ever holds an
//! id of the other.

use crate::{
    browser::Browser,
    cluster::{cluster, connect},
    harness::{App, Business},
    rest::{call, program, tenant},
};
use domain::rates::PerMinute;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use serde_json::json;
use server::web::Limits;
use types::{TenantId, accounts::Permission as P};

/// Walks through everything that can be read.
const ROUNDS: usize = 300;

/// Every table of things with an id that the API tells of.
const THINGS: [&str; 6] = ["contacts", "conversations", "messages", "sources", "passages", "api_keys"];

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_holds_an_id_of_another_business() {
    let per_minute =
        PerMinute { address: 0, key: 0, tenant: 0, visitor_messages: 0, new_conversations: 0, ..PerMinute::default() };
    let app = App::start_at(cluster().database().await, Limits::default(), per_minute).await;
    let seed: u64 = std::env::var("OMNICHAT_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_121);
    let mut random = StdRng::seed_from_u64(seed);
    let mut sides = Vec::new();
    for name in ["alder", "birch"] {
        let business = app.business(name).await;
        let tenant = tenant(&business).await;
        let program = program(&app, tenant, P::ALL.iter().copied()).await;
        fill(&app, &business, &program, &mut random).await;
        sides.push((program, tenant));
    }
    let mut ids = Vec::new();
    for (_, tenant) in &sides {
        ids.push(ids_of(&app, *tenant).await);
    }
    for round in 0..ROUNDS {
        let (me, other) = if random.random() { (0, 1) } else { (1, 0) };
        let path = path(&mut random, &ids[me], &ids[other]);
        let answer = call(&sides[me].0, "GET", &path, None).await;
        assert!(matches!(answer.status, 200 | 403 | 404 | 422), "seed {seed}, round {round}: {path} {}", answer.status);
        let text = answer.text();
        for (table, id) in &ids[other] {
            // The public settings of a widget are for everybody.
            assert!(
                !text.contains(id) || path.contains("/config"),
                "seed {seed}, round {round}: GET {path} tells of {table} {id}"
            );
        }
    }
    app.stop().await;
}

/// A random number of visitors, messages, notes, sources and keys.
async fn fill(app: &App, business: &Business, program: &Browser, random: &mut StdRng) {
    for _ in 0..random.random_range(2..6) {
        let visitor = app.visitor(business.widget.id).await;
        let mut sent = visitor.send("Hello").await;
        for number in 0..random.random_range(0..4) {
            sent = visitor.send(&format!("Message {number}")).await;
        }
        business.silence(&sent).await;
        let path = format!("/conversations/{}/messages", sent.conversation_id);
        for number in 0..random.random_range(0..3) {
            let body = json!({ "content": format!("Reply {number}"), "is_note": random.random::<bool>() });
            assert_eq!(call(program, "POST", &path, Some(&body)).await.status, 201);
        }
    }
    for number in 0..random.random_range(1..3) {
        business
            .learn(&format!("Text {number}"), &format!("# Text {number}\n\nSomething to know about {number}."))
            .await;
    }
    let key = json!({ "name": "Another", "scopes": ["chat"] });
    assert_eq!(call(program, "POST", "/api-keys", Some(&key)).await.status, 201);
}

async fn ids_of(app: &App, tenant: TenantId) -> Vec<(&'static str, String)> {
    let owner = connect(&app.database.owner_url).await;
    let mut ids = vec![("tenants", tenant.to_string())];
    for table in THINGS {
        let sql = format!("SELECT id::text FROM {table} WHERE tenant_id::text = $1");
        let rows = owner.query(&sql, &[&tenant.to_string()]).await.unwrap();
        assert!(!rows.is_empty(), "there are no {table}");
        ids.extend(rows.iter().map(|row| (table, row.get::<_, String>(0))));
    }
    let users = "SELECT user_id::text FROM memberships WHERE tenant_id::text = $1";
    let rows = owner.query(users, &[&tenant.to_string()]).await.unwrap();
    ids.extend(rows.iter().map(|row| ("users", row.get::<_, String>(0))));
    let widgets = "SELECT id::text FROM widgets WHERE tenant_id::text = $1";
    let rows = owner.query(widgets, &[&tenant.to_string()]).await.unwrap();
    ids.extend(rows.iter().map(|row| ("widgets", row.get::<_, String>(0))));
    ids
}

/// Any operation that reads, with an id of this side or of the other, of the right kind or of another.
fn path(random: &mut StdRng, mine: &[(&str, String)], theirs: &[(&str, String)]) -> String {
    let paths = &server::rest::description().paths.paths;
    let readable: Vec<&String> = paths.iter().filter(|(_, item)| item.get.is_some()).map(|(path, _)| path).collect();
    let template = readable.choose(random).unwrap();
    let ids = if random.random_bool(0.5) { mine } else { theirs };
    let table = template.split('/').nth(1).unwrap_or_default();
    let fitting: Vec<&(&str, String)> = ids.iter().filter(|(kind, _)| *kind == table).collect();
    let (_, id) = match fitting.choose(random) {
        Some(fitting) if random.random_bool(0.8) => *fitting,
        _ => ids.choose(random).unwrap(),
    };
    let path = template.replace("{id}", id);
    let (_, user) = theirs.iter().rfind(|(kind, _)| *kind == "users").unwrap();
    match random.random_range(0..4) {
        0 => format!("{path}?limit={}", random.random_range(1..=100)),
        1 => format!("{path}?limit=2&assigned={user}"),
        2 => format!("{path}?search=e&status=open"),
        _ => path,
    }
}
