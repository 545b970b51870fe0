//! The queue goes round by tenant.

use crate::cluster::{Database, cluster, connect, embedder, folder};
use domain::{
    Omnichat, Settings,
    jobs::{Lane, Turn, claim},
    mail::MailSettings,
    rates::PerMinute,
};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use std::collections::{HashMap, HashSet};
use types::{JobId, TenantId};
use uuid::Uuid;

/// A product without workers, so that every claim is one of the test.
async fn idle(database: &Database) -> Omnichat {
    Omnichat::connect(Settings {
        app_url: database.app_url.clone(),
        pool_size: 4,
        public_url: "http://127.0.0.1".to_owned(),
        secret_key: [7; 32],
        old_secret_keys: Vec::new(),
        embedder: embedder(),
        reader: env!("CARGO_BIN_EXE_omnichat").into(),
        pdfium: None,
        allow_private_hosts: Vec::new(),
        crawl_private_hosts: Vec::new(),
        listen: None,
        admins_without_factor: false,
        mail: MailSettings::Mailbox(folder().join(format!("mailbox-{}", Uuid::now_v7()))),
        per_minute: PerMinute::default(),
        platform_model: None,
    })
    .await
    .unwrap()
}

/// The queue as its owner sees it.
struct Queue {
    owner: tokio_postgres::Client,
}

impl Queue {
    async fn new(database: &Database) -> Self {
        Self { owner: connect(&database.owner_url).await }
    }

    async fn tenant(&self) -> TenantId {
        let id = TenantId::new();
        let sql = "INSERT INTO tenants (id, name, slug, email) VALUES ($1::text::uuid, 'A', $1, 'a@a.example')";
        self.owner.execute(sql, &[&id.to_string()]).await.unwrap();
        id
    }

    async fn add(&self, tenant: TenantId, lane: Lane, count: usize) -> Vec<JobId> {
        let sql = "INSERT INTO jobs (tenant_id, id, kind, payload)
            SELECT $1::text::uuid, gen_random_uuid(), $2, '{}' FROM generate_series(1, $3) RETURNING id::text";
        let count = i32::try_from(count).unwrap();
        let rows = self.owner.query(sql, &[&tenant.to_string(), &lane.kind(), &count]).await.unwrap();
        rows.iter().map(|row| row.get::<_, &str>(0).parse().unwrap()).collect()
    }

    /// Changes the rows of some jobs; gives how many there were.
    async fn set(&self, what: &str, jobs: &[JobId]) -> u64 {
        let ids: Vec<String> = jobs.iter().map(JobId::to_string).collect();
        self.owner.execute(&format!("{what} WHERE id::text = ANY($1)"), &[&ids]).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_jobs_of_one_business_delay_that_of_another_by_one() {
    let database = cluster().database().await;
    let (product, queue) = (idle(&database).await, Queue::new(&database).await);
    for lane in Lane::ALL {
        let (before, many, after) = (queue.tenant().await, queue.tenant().await, queue.tenant().await);
        queue.add(many, lane, 1_000).await;
        let mut turn = Turn::default();
        assert_eq!(claim(&product, lane, &mut turn, 0).await.unwrap().unwrap().tenant_id, many);
        // Whoever comes later, and whatever their place in the round.
        queue.add(before, lane, 1).await;
        queue.add(after, lane, 1).await;
        let mut next = Vec::new();
        for _ in 0..2 {
            next.push(claim(&product, lane, &mut turn, 0).await.unwrap().unwrap().tenant_id);
        }
        assert_eq!(next, [after, before], "{lane:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_claim_at_once_give_nobody_more_than_their_share() {
    let database = cluster().database().await;
    let (product, queue) = (idle(&database).await, Queue::new(&database).await);
    let (lane, one, other) = (Lane::Crawling, queue.tenant().await, queue.tenant().await);
    queue.add(one, lane, 50).await;
    queue.add(other, lane, 1).await;
    let claims = (0..12).map(|_| async { claim(&product, lane, &mut Turn::default(), 0).await.unwrap() });
    let claimed: Vec<_> = futures::future::join_all(claims).await.into_iter().flatten().collect();
    let of = |tenant| claimed.iter().filter(|claimed| claimed.tenant_id == tenant).count();
    assert_eq!((of(one), of(other)), (lane.share(), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_is_smaller_as_the_lane_fills() {
    let database = cluster().database().await;
    let (product, queue) = (idle(&database).await, Queue::new(&database).await);
    let (lane, one) = (Lane::Crawling, queue.tenant().await);
    queue.add(one, lane, 3).await;
    let mut turn = Turn::default();
    let mut is_claimed = async |taken| claim(&product, lane, &mut turn, taken).await.unwrap().is_some();
    assert!(is_claimed(62).await, "whoever has nothing gets something");
    assert!(!is_claimed(62).await, "what is left is for others");
    assert!(is_claimed(0).await);
}

/// What two servers, each going round by itself, have made of the queue so far.
struct World {
    queue: Queue,
    tenants: Vec<TenantId>,
    waiting: HashMap<TenantId, HashSet<JobId>>,
    running: HashMap<JobId, TenantId>,
    turns: [Turn; 2],
    /// For each server and tenant that waits and may go: who went before it meanwhile.
    passed: [HashMap<TenantId, HashSet<TenantId>>; 2],
    done: usize,
}

const LANE: Lane = Lane::Crawling;

impl World {
    async fn new(database: &Database, tenants: usize) -> Self {
        let queue = Queue::new(database).await;
        let mut all = Vec::new();
        for _ in 0..tenants {
            all.push(queue.tenant().await);
        }
        Self {
            queue,
            tenants: all,
            waiting: HashMap::new(),
            running: HashMap::new(),
            turns: [Turn::default(); 2],
            passed: [HashMap::new(), HashMap::new()],
            done: 0,
        }
    }

    async fn add(&mut self, tenant: TenantId, count: usize) {
        let jobs = self.queue.add(tenant, LANE, count).await;
        self.waiting.entry(tenant).or_default().extend(jobs);
    }

    fn running_of(&self, tenant: TenantId) -> usize {
        self.running.values().filter(|other| **other == tenant).count()
    }

    fn may_go(&self) -> HashSet<TenantId> {
        let waits = |tenant: &&TenantId| self.waiting.get(tenant).is_some_and(|jobs| !jobs.is_empty());
        let tenants = self.tenants.iter().filter(waits);
        tenants.copied().filter(|tenant| self.running_of(*tenant) < LANE.share()).collect()
    }

    async fn claim(&mut self, product: &Omnichat, server: usize) -> bool {
        // Whoever works renews the lease, however slow this machine is.
        let running: Vec<JobId> = self.running.keys().copied().collect();
        self.queue.set("UPDATE jobs SET leased_until = now() + interval '20 s'", &running).await;
        let may_go = self.may_go();
        let claimed = claim(product, LANE, &mut self.turns[server], 0).await.unwrap();
        let Some(claimed) = claimed else {
            assert!(may_go.is_empty(), "{may_go:?} may go and nobody went");
            return false;
        };
        let (tenant, job) = (claimed.tenant_id, claimed.id);
        assert!(may_go.contains(&tenant), "{tenant} has its share");
        assert!(self.waiting.get_mut(&tenant).unwrap().remove(&job), "run by two at once, or after it was done");
        self.running.insert(job, tenant);
        assert!(self.running_of(tenant) <= LANE.share());
        for passed in &mut self.passed {
            passed.retain(|other, _| may_go.contains(other) && *other != tenant);
        }
        for other in may_go.into_iter().filter(|other| *other != tenant) {
            let is_first = self.passed[server].entry(other).or_default().insert(tenant);
            assert!(is_first, "{tenant} went twice while {other} waited");
        }
        true
    }

    async fn finish(&mut self, job: JobId) {
        self.running.remove(&job);
        assert_eq!(self.queue.set("DELETE FROM jobs", &[job]).await, 1, "a job was lost");
        self.done += 1;
    }

    /// It failed and is due again, or its server has crashed and its lease runs out.
    async fn give_back(&mut self, job: JobId, leased_until: &str) {
        let tenant = self.running.remove(&job).unwrap();
        self.queue.set(&format!("UPDATE jobs SET leased_until = {leased_until}"), &[job]).await;
        self.waiting.entry(tenant).or_default().insert(job);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_nobody_waits_for_more_than_a_round_and_nothing_is_lost() {
    for seed in 0..5 {
        let database = cluster().database().await;
        let product = idle(&database).await;
        let mut random = StdRng::seed_from_u64(seed);
        let tenants = random.random_range(2..7);
        let mut world = World::new(&database, tenants).await;
        let mut added = 0;
        for _ in 0..150 {
            let running: Vec<JobId> = world.running.keys().copied().collect();
            let one = (!running.is_empty()).then(|| running[random.random_range(0..running.len())]);
            match (random.random_range(0..20), one) {
                (0..2, _) => {
                    let (tenant, count) = (world.tenants[random.random_range(0..tenants)], random.random_range(1..12));
                    world.add(tenant, count).await;
                    added += count;
                }
                (2..7, Some(job)) => world.finish(job).await,
                (7, Some(job)) => world.give_back(job, "NULL").await,
                (8, Some(job)) => world.give_back(job, "now() - interval '1 s'").await,
                _ => {
                    world.claim(&product, random.random_range(0..2)).await;
                }
            }
        }
        loop {
            while world.claim(&product, 0).await {}
            let Some(job) = world.running.keys().next().copied() else { break };
            world.finish(job).await;
        }
        assert_eq!(world.done, added, "seed {seed}");
        let left = world.queue.owner.query_one("SELECT count(*) FROM jobs", &[]).await.unwrap();
        assert_eq!(left.get::<_, i64>(0), 0);
    }
}
