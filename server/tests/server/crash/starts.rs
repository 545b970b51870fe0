//! Start after start, under load, whatever was killed before: the server, PostgreSQL, one of its connections or
//! everything at once, at any moment, also while it starts. Some starts here; `cargo xtask crash` makes hundreds.

use super::{Acknowledged, Demo, write};
use crate::{
    browser::Browser,
    cluster::connect,
    commands::{Folder, free_port},
};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use std::{
    collections::HashMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use types::{ClientId, MessageId};
use uuid::Uuid;

/// Starts in the tests.
const STARTS: usize = 10;
/// Longest time until it is ready.
const READY: Duration = Duration::from_secs(120);
/// Visitors who write meanwhile.
const VISITORS: usize = 4;

/// What is killed.
#[derive(Clone, Copy, Debug)]
enum Kill {
    /// The server, while it starts.
    Starting,
    /// PostgreSQL, while the server starts, which has to live with it.
    DatabaseStarting,
    /// The server.
    Server,
    /// PostgreSQL's first process and then the server.
    DatabaseAndServer,
    /// The server and everything of PostgreSQL.
    Everything,
    /// PostgreSQL's first process twice; the server has to live with it.
    DatabaseTwice,
    /// One process of PostgreSQL; the server has to live with it.
    Connection,
}

/// In their turn, so that few starts have each of them as well.
const KILLS: [Kill; 7] = [
    Kill::Server,
    Kill::DatabaseTwice,
    Kill::Starting,
    Kill::DatabaseAndServer,
    Kill::DatabaseStarting,
    Kill::Everything,
    Kill::Connection,
];

struct Trial {
    folder: Folder,
    port: u16,
    browser: Browser,
    chance: StdRng,
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_up_again_whatever_was_killed() {
    let starts = std::env::var("OMNICHAT_CRASH_STARTS").map_or(STARTS, |number| number.parse().unwrap());
    let seed = rand::random::<u64>();
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}");
    let browser = Browser::new(&url);
    let mut trial = Trial { folder: Folder::new("starts"), port, browser, chance: StdRng::seed_from_u64(seed) };
    let mut server = trial.start();
    trial.wait_until_ready(&mut server, "the first start").await;
    let demo: Demo = serde_json::from_str(&fs::read_to_string(trial.folder.0.join("demo.json")).unwrap()).unwrap();
    let (acknowledged, done) = (Acknowledged::default(), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (0..VISITORS)
        .map(|_| tokio::spawn(write(url.clone(), demo.widget, acknowledged.clone(), done.clone())))
        .collect();

    let began = Instant::now();
    for number in 0..starts {
        let kill = KILLS[number % KILLS.len()];
        let round = format!("start {number} of seed {seed}, {kill:?}");
        trial.pull(kill, &mut server, &round).await;
        server.kill().unwrap();
        server.wait().unwrap();
        server = trial.start();
        match kill {
            Kill::Starting => {
                trial.pause(1500).await;
                server.kill().unwrap();
                server.wait().unwrap();
                server = trial.start();
            }
            Kill::DatabaseStarting => {
                trial.pause(1500).await;
                trial.postmaster().into_iter().for_each(kill_nine);
            }
            _ => {}
        }
        trial.wait_until_ready(&mut server, &round).await;
        if number % 25 == 24 {
            eprintln!("{} starts in {} s without a failure", number + 1, began.elapsed().as_secs());
        }
    }
    done.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    trial.verify(&acknowledged).await;
    eprintln!("{starts} starts, {} messages acknowledged and stored", acknowledged.lock().unwrap().len());
    server.kill().unwrap();
    server.wait().unwrap();
}

impl Trial {
    fn start(&self) -> Child {
        fs::create_dir_all(&self.folder.0).unwrap();
        let log = File::create(self.log()).unwrap();
        let mut command = self.folder.command("serve");
        for limit in ["requests", "visitor-messages", "new-conversations"] {
            command.arg(format!("--{limit}-per-minute=0"));
        }
        command.args(["--demo", "--listen", &format!("127.0.0.1:{}", self.port)]);
        command.stdout(Stdio::null()).stderr(log).spawn().unwrap()
    }

    fn log(&self) -> PathBuf {
        self.folder.0.join("server.log")
    }

    /// Waits with work going on for a while, and kills; where the server has to live with it, looks that it does.
    async fn pull(&mut self, kill: Kill, server: &mut Child, round: &str) {
        self.pause(1200).await;
        match kill {
            Kill::Starting | Kill::DatabaseStarting | Kill::Server => {}
            Kill::DatabaseAndServer => {
                self.postmaster().into_iter().for_each(kill_nine);
                self.pause(60).await;
            }
            Kill::Everything => {
                server.kill().unwrap();
                self.processes().into_iter().for_each(kill_nine);
            }
            Kill::DatabaseTwice => {
                self.postmaster().into_iter().for_each(kill_nine);
                self.pause(1500).await;
                self.postmaster().into_iter().for_each(kill_nine);
                self.wait_until_ready(server, round).await;
            }
            Kill::Connection => {
                let all = self.processes();
                if !all.is_empty() {
                    kill_nine(all[self.chance.random_range(0..all.len())]);
                }
                self.wait_until_ready(server, round).await;
            }
        }
    }

    async fn pause(&mut self, milliseconds: u64) {
        tokio::time::sleep(Duration::from_millis(self.chance.random_range(0..milliseconds))).await;
    }

    async fn wait_until_ready(&self, server: &mut Child, round: &str) {
        let began = Instant::now();
        loop {
            let log = || fs::read_to_string(self.log()).unwrap_or_default();
            if let Some(status) = server.try_wait().unwrap() {
                panic!("{round}: the server ended with {status}\n{}", log());
            }
            assert!(began.elapsed() < READY, "{round}: the server is not ready\n{}", log());
            let asked = self.browser.request("GET", "/readyz").timeout(Duration::from_secs(5)).send().await;
            if asked.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.0.join("postgres/data")
    }

    /// Everything of PostgreSQL: its processes work in the folder of its data.
    fn processes(&self) -> Vec<i32> {
        let Ok(data) = self.data().canonicalize() else { return Vec::new() };
        let numbers = fs::read_dir("/proc").unwrap().flatten();
        let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let works_there = |pid: &i32| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == data);
        numbers.filter(works_there).collect()
    }

    /// Its first process, when it runs.
    fn postmaster(&self) -> Option<i32> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        let number = text.lines().next()?.trim().parse().ok()?;
        // The file may be an old one, and the number by now another program's.
        self.processes().contains(&number).then_some(number)
    }

    /// What was acknowledged is stored, once.
    async fn verify(&self, acknowledged: &Acknowledged) {
        let mut times: HashMap<(ClientId, MessageId), usize> = HashMap::new();
        for stored in stored(&self.folder.0.join("postgres/socket")).await {
            *times.entry(stored).or_default() += 1;
        }
        for (client_id, id) in acknowledged.lock().unwrap().iter() {
            assert_eq!(times.get(&(*client_id, *id)), Some(&1), "an acknowledged message is lost or doubled");
        }
    }
}

async fn stored(socket_dir: &Path) -> Vec<(ClientId, MessageId)> {
    let owner = connect(&format!("host='{}' user=omnichat_owner dbname=omnichat", socket_dir.display())).await;
    let sql = "SELECT client_id::text, id::text FROM messages WHERE client_id IS NOT NULL";
    let id = |text: &str| text.parse::<Uuid>().unwrap();
    let rows = owner.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (ClientId(id(row.get(0))), MessageId(id(row.get(1))))).collect()
}

fn kill_nine(pid: i32) {
    // SAFETY: the process was found to work in this test's own data a moment ago.
    #[expect(unsafe_code, reason = "the standard library can only kill children")]
    unsafe {
        libc::kill(pid, libc::SIGKILL);
    }
}
