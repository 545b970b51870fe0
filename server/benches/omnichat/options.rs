//! What to measure, and how much of it.

use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// Figures that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The embedding worker against a bare session.
    Embeddings,
    /// Memory, idle and with sockets.
    Sockets,
    /// From a visitor to an agent's socket.
    Messages,
    /// Bytes on the wire.
    Sizes,
    /// Whether the right passage is found.
    Retrieval,
    /// Answers without LLM.
    Answers,
    /// Many tenants at once.
    Tenants,
    /// Answers when many tenants have knowledge.
    Crowd,
    /// What others notice of attacks.
    Hostile,
}

const GROUPS: [(&str, Group); 9] = [
    ("embeddings", Group::Embeddings),
    ("sockets", Group::Sockets),
    ("messages", Group::Messages),
    ("sizes", Group::Sizes),
    ("retrieval", Group::Retrieval),
    ("answers", Group::Answers),
    ("tenants", Group::Tenants),
    ("crowd", Group::Crowd),
    ("hostile", Group::Hostile),
];

/// How much is done of everything.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Interleaved rounds of the two ways to embed.
    pub rounds: usize,
    /// Passages of a round.
    pub round_passages: usize,
    /// Questions of a round.
    pub round_questions: usize,
    /// Idle sockets.
    pub sockets: usize,
    /// Open conversations, and for how many seconds messages are sent to them.
    pub conversations: [(usize, u32); 2],
    /// Messages a second.
    pub message_rate: u32,
    /// Seconds before the first message that counts.
    pub warm_up: u32,
    /// Passages of the two businesses that answer.
    pub knowledge: [usize; 2],
    /// Questions of visitors, each in a conversation of its own.
    pub questions: usize,
    /// Questions a second.
    pub question_rate: u32,
    /// Calls with an API key, one after the other.
    pub asks: usize,
    /// Tenants that are served at once.
    pub tenants: usize,
    /// Requests a second of all of them, and for how many seconds.
    pub tenant_load: (u32, u32),
    /// Tenants with knowledge, and passages of each.
    pub crowd: (usize, usize),
    /// Seconds of quiet, and of attacks.
    pub hostile: (u32, u32),
    /// Passages and questions of the retrieval test at most.
    pub retrieval: (usize, usize),
    /// What is asked of the embedding model.
    pub asked: Asked,
}

/// What an embedding model must reach.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Milliseconds to an answer without LLM: half of them, and 99 of a hundred.
    pub answer: (f64, f64),
    /// Passages a second that are learned while questions are answered.
    pub learned: f64,
}

const MULTILINGUAL: Asked = Asked { answer: (30.0, 60.0), learned: 50.0 };
const ENGLISH: Asked = Asked { answer: (25.0, 50.0), learned: 10_000.0 / 150.0 };

/// A run to be shown. A visitor may send 60 messages a minute, so 100
/// conversations bear 200 messages a second for less than half a minute.
const FULL: Scale = Scale {
    rounds: 6,
    round_passages: 128,
    round_questions: 200,
    sockets: 5_000,
    conversations: [(100, 25), (1_000, 60)],
    message_rate: 200,
    warm_up: 2,
    knowledge: [1_000, 10_000],
    questions: 600,
    question_rate: 10,
    asks: 500,
    tenants: 1_000,
    tenant_load: (300, 120),
    crowd: (1_000, 1_000),
    hostile: (60, 120),
    retrieval: (usize::MAX, usize::MAX),
    asked: MULTILINGUAL,
};

/// Everything once, to see that it works.
const QUICK: Scale = Scale {
    rounds: 2,
    round_passages: 12,
    round_questions: 20,
    sockets: 300,
    conversations: [(20, 2), (60, 3)],
    message_rate: 100,
    warm_up: 1,
    knowledge: [40, 120],
    questions: 30,
    question_rate: 10,
    asks: 30,
    tenants: 20,
    tenant_load: (100, 4),
    crowd: (12, 40),
    hostile: (5, 10),
    retrieval: (30, 60),
    asked: MULTILINGUAL,
};

/// The command line.
#[derive(Clone, Debug)]
pub struct Options {
    /// Everything small.
    pub is_quick: bool,
    /// Folder with `answers/passages.jsonl` and `answers/questions.jsonl`.
    pub data: Option<PathBuf>,
    /// Folder of the built site.
    pub site: Option<PathBuf>,
    /// How much is done.
    pub scale: Scale,
    /// With the model that knows English alone.
    pub is_english: bool,
    /// This process is the bare session, with its task in a file.
    pub bare: Option<PathBuf>,
    only: Vec<Group>,
}

impl Options {
    /// Reads the command line and the environment.
    ///
    /// # Errors
    /// When an option is unknown.
    pub fn parse() -> Result<Self> {
        let data = std::env::var_os("OMNICHAT_BENCH_DATA").filter(|value| !value.is_empty()).map(PathBuf::from);
        let site = std::env::var_os("OMNICHAT_BENCH_SITE").map(PathBuf::from);
        let mut options =
            Self { is_quick: false, data, site, scale: FULL, is_english: false, bare: None, only: Vec::new() };
        let mut given = std::env::args().skip(1);
        while let Some(option) = given.next() {
            let mut value = || given.next().with_context(|| format!("{option} wants a value"));
            match option.as_str() {
                // Cargo says so to every benchmark.
                "--bench" => {}
                "--quick" => (options.is_quick, options.scale) = (true, QUICK),
                "--data" => options.data = Some(PathBuf::from(value()?)),
                "--bare" => options.bare = Some(PathBuf::from(value()?)),
                "--english" => options.is_english = true,
                "--only" => {
                    for name in value()?.split(',') {
                        let known = GROUPS.iter().find(|(known, _)| *known == name);
                        options.only.push(known.with_context(|| format!("there is no group {name}"))?.1);
                    }
                }
                _ => {
                    bail!("unknown option {option}; there are --quick, --english, --data FOLDER and --only GROUP,GROUP")
                }
            }
        }
        if options.is_english {
            options.scale.asked = ENGLISH;
        }
        Ok(options)
    }

    /// Whether a group is measured.
    pub fn wants(&self, group: Group) -> bool {
        self.only.is_empty() || self.only.contains(&group)
    }

    /// Whether anything is measured on the server with the four businesses.
    pub fn needs_server(&self) -> bool {
        let others = [Group::Embeddings, Group::Tenants, Group::Crowd, Group::Hostile];
        GROUPS.iter().any(|(_, group)| !others.contains(group) && self.wants(*group))
    }
}
