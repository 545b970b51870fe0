//! The demo business: a shop with an owner, an agent and knowledge, so that
//! the first minute has something to show.

use crate::{Failure, cli::Standalone, console, folder::write_private, serve::with_product};
use domain::{
    Omnichat,
    accounts::{self, Device, Member, NewTenant, NewUser},
    database::Db,
    knowledge, platform, widgets,
};
use rand::RngCore;
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, fs, net::Ipv4Addr, path::Path, time::Duration};
use tokio_util::sync::CancellationToken;
use types::{
    ErrorCode, TenantId, WidgetId,
    accounts::Role,
    knowledge::SourceStatus,
    widgets::{WidgetConfig, WidgetUpdate},
};

/// Name of the demo shop.
const BUSINESS: &str = "Juniper & Pine";
/// What it does, for the AI.
const DESCRIPTION: &str =
    "A small nursery in Utrecht that sells hardy plants, frost-proof pots and forged tools, in its store and online.";
/// Questions that its knowledge answers.
const QUESTIONS: [&str; 3] = [
    "How long does delivery to Germany take?",
    "How many days do I have to send back a pot?",
    "When is the store open on Saturday?",
];
/// Longest wait until the knowledge can be used.
const INDEXING: Duration = Duration::from_secs(120);

#[derive(RustEmbed)]
#[folder = "assets/shop/knowledge"]
#[allow_missing = true]
struct Articles;

/// How to sign in to the demo.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Demo {
    /// The widget of the demo shop, once it is made.
    pub widget: Option<WidgetId>,
    /// Who runs the shop.
    pub owner: Login,
    /// Who works its inbox.
    pub agent: Login,
}

/// A sign-in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Login {
    /// Sign-in address.
    pub email: String,
    /// Password, made at random for this installation.
    pub password: String,
}

impl Login {
    fn new(email: &str) -> Self {
        Self { email: email.to_owned(), password: random_password() }
    }

    fn user(&self, name: &str) -> NewUser {
        NewUser { name: name.to_owned(), email: self.email.clone(), password: self.password.clone() }
    }
}

impl Demo {
    fn new() -> Self {
        Self { widget: None, owner: Login::new("owner@juniper.example"), agent: Login::new("agent@juniper.example") }
    }

    /// What to print for the person at the terminal.
    #[must_use]
    pub fn sign_in(&self, public_url: &str) -> String {
        let Self { owner, agent, .. } = self;
        format!(
            "\n  Demo shop   {public_url}/shop\n  Dashboard   {public_url}/login\n  Agent       {} / {}\n  Owner       {} / {}\n",
            agent.email, agent.password, owner.email, owner.password
        )
    }
}

/// `omnichat seed`.
///
/// # Errors
/// When a part is missing, or the demo's addresses are taken.
pub async fn seed(settings: Standalone) -> Result<(), Failure> {
    let demo = with_product(&settings, async |product, data_dir| {
        let stop = CancellationToken::new();
        let workers = tokio::spawn(domain::jobs::run_workers(product.clone(), stop.clone()));
        let demo = ensure(product, data_dir).await;
        stop.cancel();
        let _ended = workers.await;
        demo
    })
    .await?;
    console::say(&demo.sign_in(&settings.public_url));
    Ok(())
}

/// The demo's sign-in, when there is one in the data folder.
#[must_use]
pub fn read(data_dir: &Path) -> Option<Demo> {
    serde_json::from_str(&fs::read_to_string(data_dir.join("demo.json")).ok()?).ok()
}

/// Makes what is missing of the demo. Each step may have been done before:
/// this can be stopped anywhere and started again.
///
/// # Errors
/// When the demo's addresses belong to somebody else, or the database fails.
pub async fn ensure(product: &Omnichat, data_dir: &Path) -> Result<Demo, Failure> {
    let mut demo = if let Some(demo) = read(data_dir) {
        demo
    } else {
        // Written first: passwords in the database alone would be lost by a crash in between.
        let demo = Demo::new();
        write(data_dir, &demo)?;
        demo
    };
    let owner = owner(product, &demo).await?;
    ensure_agent(product, &owner, &demo).await?;
    let widget = ensure_widget(product, &owner).await?;
    ensure_knowledge(product, &owner).await?;
    accounts::finish_onboarding(product, &owner.permit()?).await?;
    // So that the administration of the platform can be seen, too. The address is ours to vouch for.
    accounts::vouch(product, &owner).await?;
    platform::set_admin(product.db(), &demo.owner.email, true).await?;
    accounts::log_out(product, owner.session()).await?;
    if demo.widget != Some(widget) {
        demo.widget = Some(widget);
        write(data_dir, &demo)?;
    }
    Ok(demo)
}

/// The demo business.
///
/// # Errors
/// When there is none.
pub async fn tenant(db: &Db, data_dir: &Path) -> Result<TenantId, Failure> {
    let none = || {
        Failure::advice("there is no demo business here. Name a business with --business, or run `omnichat seed` first")
    };
    let demo = read(data_dir).ok_or_else(none)?;
    accounts::tenant_of_email(db, &demo.owner.email).await?.ok_or_else(none)
}

fn write(data_dir: &Path, demo: &Demo) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(demo).map_err(|error| Failure::advice(error.to_string()))?;
    write_private(&data_dir.join("demo.json"), &text)
}

/// The owner of the demo, made when there is none.
async fn owner(product: &Omnichat, demo: &Demo) -> Result<Member, Failure> {
    if let Some(owner) = log_in(product, &demo.owner).await? {
        return Ok(owner);
    }
    let new = NewTenant {
        name: BUSINESS.to_owned(),
        description: DESCRIPTION.to_owned(),
        owner: demo.owner.user("Robin Pine"),
    };
    match accounts::create_tenant(product, new).await {
        Ok(_) => {}
        Err(domain::Error::Refused(refusal)) if refusal.code == ErrorCode::EmailTaken => {
            return Err(Failure::advice(format!(
                "{} exists in this database with another password than demo.json in the data folder says. \
                 Put the right demo.json back, or start without --demo",
                demo.owner.email
            )));
        }
        Err(error) => return Err(error.into()),
    }
    log_in(product, &demo.owner)
        .await?
        .ok_or_else(|| Failure::advice("the demo was made but cannot be signed in to; run it again"))
}

async fn log_in(product: &Omnichat, login: &Login) -> Result<Option<Member>, Failure> {
    let device =
        Device { ip: Ipv4Addr::LOCALHOST.into(), user_agent: accounts::SERVER_AGENT.to_owned(), ..Device::default() };
    match accounts::log_in_as_server(product, &login.email, &login.password, &device).await {
        Ok(signed_in) => Ok(Some(signed_in.caller.member()?)),
        Err(domain::Error::Refused(refusal)) if refusal.code == ErrorCode::WrongCredentials => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn ensure_agent(product: &Omnichat, owner: &Member, demo: &Demo) -> Result<(), Failure> {
    match accounts::add_user(product, owner.tenant(), demo.agent.user("Ana Ruiz"), Role::Agent).await {
        Ok(_) => Ok(()),
        Err(domain::Error::Refused(refusal)) if refusal.code == ErrorCode::EmailTaken => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn ensure_widget(product: &Omnichat, owner: &Member) -> Result<WidgetId, Failure> {
    let found = widgets::list(product, &owner.permit()?).await?.into_iter().next();
    let widget = found
        .ok_or_else(|| Failure::advice("the demo business has no widget; remove demo.json and the demo business"))?;
    // Changed by somebody already: it stays as it is.
    if widget.config == WidgetConfig::default() {
        let config = WidgetConfig {
            greeting: "Hi! Ask us about plants, orders or delivery.".to_owned(),
            suggested_questions: QUESTIONS.map(str::to_owned).to_vec(),
            ..widget.config
        };
        let update = WidgetUpdate {
            name: widget.name,
            config,
            allowed_domains: widget.allowed_domains,
            is_active: widget.is_active,
        };
        widgets::update(product, &owner.permit()?, widget.id, update).await?;
    }
    Ok(widget.id)
}

/// Adds the articles that are missing and waits until they can be used.
async fn ensure_knowledge(product: &Omnichat, owner: &Member) -> Result<(), Failure> {
    let present: HashSet<String> =
        knowledge::list(product, &owner.permit()?).await?.into_iter().map(|source| source.title).collect();
    for name in Articles::iter().filter(|name| name.ends_with(".md")) {
        let Some(file) = Articles::get(&name) else { continue };
        let text = String::from_utf8_lossy(&file.data).into_owned();
        let title = title(&name, &text);
        if !present.contains(&title) {
            knowledge::add_text(product, &owner.permit()?, &title, text).await?;
        }
    }
    let indexed = async {
        loop {
            let sources = knowledge::list(product, &owner.permit()?).await?;
            if !sources.iter().any(|source| matches!(source.status, SourceStatus::Queued | SourceStatus::Processing)) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    match tokio::time::timeout(INDEXING, indexed).await {
        Ok(done) => done,
        Err(_) => {
            tracing::warn!("the demo's knowledge is still being read; answers get better when it is done");
            Ok(())
        }
    }
}

/// 95 bits in letters that are not taken for one another.
fn random_password() -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0_u8; 19];
    rand::rng().fill_bytes(&mut random);
    random.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32))).map(|letter| char::from(*letter)).collect()
}

/// The first heading, or the file's name.
fn title(name: &str, text: &str) -> String {
    let heading = text.lines().find_map(|line| line.strip_prefix("# "));
    heading.unwrap_or_else(|| name.trim_end_matches(".md")).trim().to_owned()
}
