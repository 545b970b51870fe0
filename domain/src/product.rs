//! The product: everything that an operation needs, in one value.

use crate::{
    Error, Keys, Result,
    accounts::{Followed, KnownKeys, KnownProviders, Stale, load_marks},
    answers::{Ahead, Breakers, Calls, PlatformModel},
    database::Db,
    events::Hub,
    http::{Outside, PrivateHosts, Purpose, Reach},
    intents::Heads,
    knowledge::{LargePages, ReaderPlaces},
    mail::{MailSettings, Mailer},
    platform::KnownLimits,
    rates::{PerMinute, Rates, Throttle},
    security::Signals,
    widgets::Visits,
};
use ai::embed::Embedder;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};
use types::{ErrorCode, TenantId};

/// What the product is started with.
#[derive(Debug)]
pub struct Settings {
    /// Connection string of the restricted role.
    pub app_url: String,
    /// Most connections to the database.
    pub pool_size: usize,
    /// Address that browsers use, without a slash at the end.
    pub public_url: String,
    /// 32 random bytes from which every other key is derived.
    pub secret_key: [u8; 32],
    /// Secret keys of the past, whose tokens and stored secrets are still good.
    pub old_secret_keys: Vec<[u8; 32]>,
    /// Turns text into vectors.
    pub embedder: Embedder,
    /// The program whose command `extract` takes the text out of a file: this one.
    pub reader: PathBuf,
    /// The library that it reads PDFs with; without it they are refused.
    pub pdfium: Option<PathBuf>,
    /// Private hosts that language models and sign-in providers may be on: `host` (its ports 80 and
    /// 443), `host:port`, or `host:*`. The crawler reaches none of them.
    pub allow_private_hosts: Vec<String>,
    /// Private hosts, in the same form, whose sites are read: for whoever tries the crawler on this
    /// machine. Empty on a real server.
    pub crawl_private_hosts: Vec<String>,
    /// Where the server listens, so that it never reads itself; none when it only runs a command.
    pub listen: Option<SocketAddr>,
    /// Where mails go.
    pub mail: MailSettings,
    /// How much may come in a minute.
    pub per_minute: PerMinute,
    /// A language model that businesses may use without one of their own.
    pub platform_model: Option<PlatformModel>,
    /// Platform admins may do without a second factor: for a demo that nobody reaches but this machine.
    pub admins_without_factor: bool,
}

/// The product with everything it needs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Omnichat(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    db: Db,
    hub: Hub,
    keys: Keys,
    embedder: Embedder,
    former_embedders: RwLock<Vec<Embedder>>,
    reader: PathBuf,
    pdfium: Option<PathBuf>,
    http: Outside,
    mailer: Mailer,
    rates: Rates,
    signals: Signals,
    stale: Stale,
    followed: Followed,
    known_keys: KnownKeys,
    known_providers: KnownProviders,
    visits: Visits,
    known_limits: KnownLimits,
    breakers: Breakers,
    calls: Calls,
    reader_places: ReaderPlaces,
    large_pages: LargePages,
    heads: Heads,
    ahead: Ahead,
    platform_model: Option<PlatformModel>,
    public_url: String,
    admins_without_factor: bool,
}

impl Omnichat {
    /// Puts the parts together, checks that the database answers, and learns
    /// which of the tokens that were handed out are not good any more.
    ///
    /// # Errors
    /// When the database does not answer, a private host or the platform's language model is not
    /// usable, or the HTTP client or the mailer cannot be built.
    pub async fn connect(settings: Settings) -> Result<Self> {
        let hub = Hub::default();
        let db = Db::new(&settings.app_url, settings.pool_size, hub.clone())?;
        db.ping().await?;
        let (stale, followed) = load_marks(&db).await?;
        let http = Outside::new(Reach {
            services: PrivateHosts::parse(&settings.allow_private_hosts)?,
            sites: PrivateHosts::parse(&settings.crawl_private_hosts)?,
            public_url: settings.public_url.clone(),
            listen: settings.listen,
        })?;
        if let Some(model) = &settings.platform_model {
            http.check(Purpose::PlatformModel, &model.base_url).map_err(|error| {
                let message = format!("The platform's language model cannot be called. {error}");
                Error::refused(ErrorCode::Invalid, message)
            })?;
        }
        Ok(Self(Arc::new(Parts {
            db,
            hub,
            keys: Keys::new(&settings.secret_key, &settings.old_secret_keys),
            embedder: settings.embedder,
            former_embedders: RwLock::default(),
            reader: settings.reader,
            pdfium: settings.pdfium,
            http,
            mailer: Mailer::new(settings.mail).map_err(|error| Error::Internal(error.to_string()))?,
            rates: Rates::new(settings.per_minute),
            signals: Signals::default(),
            stale,
            followed,
            known_keys: KnownKeys::default(),
            known_providers: KnownProviders::default(),
            visits: Visits::default(),
            known_limits: KnownLimits::default(),
            breakers: Breakers::default(),
            calls: Calls::default(),
            reader_places: ReaderPlaces::default(),
            large_pages: LargePages::default(),
            heads: Heads::default(),
            ahead: Ahead::default(),
            platform_model: settings.platform_model,
            public_url: settings.public_url.trim_end_matches('/').to_owned(),
            admins_without_factor: settings.admins_without_factor,
        })))
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Who listens to what happens.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// Signing and encryption.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// Turns text into vectors.
    #[must_use]
    pub fn embedder(&self) -> &Embedder {
        &self.0.embedder
    }

    /// The same for the questions of one tenant, which take turns with those of the others.
    pub(crate) fn embedder_of(&self, tenant: TenantId) -> Embedder {
        self.0.embedder.on_behalf(tenant.0.as_u128())
    }

    /// The models whose vectors a question of the tenant is compared with: the one in use, and those of before while
    /// they are needed.
    pub(crate) fn embedders_of(&self, tenant: TenantId) -> Vec<Embedder> {
        let former = self.0.former_embedders.read().unwrap_or_else(PoisonError::into_inner);
        std::iter::once(&self.0.embedder).chain(former.iter()).map(|one| one.on_behalf(tenant.0.as_u128())).collect()
    }

    /// Has passages searched that still have the vectors of models of before; see
    /// [`former_models`](crate::knowledge::former_models).
    pub fn set_former_embedders(&self, embedders: Vec<Embedder>) {
        *self.0.former_embedders.write().unwrap_or_else(PoisonError::into_inner) = embedders;
    }

    /// Lets the models of before go, with their memory: nothing has their vectors any more.
    pub(crate) fn forget_former_embedders(&self) {
        self.set_former_embedders(Vec::new());
    }

    /// The program that takes the text out of files.
    pub(crate) fn reader(&self) -> &Path {
        &self.0.reader
    }

    /// The library that it reads PDFs with.
    pub(crate) fn pdfium(&self) -> Option<&Path> {
        self.0.pdfium.as_deref()
    }

    /// The one client for addresses that people entered.
    #[must_use]
    pub fn http(&self) -> &Outside {
        &self.0.http
    }

    /// Sends mails.
    #[must_use]
    pub fn mailer(&self) -> &Mailer {
        &self.0.mailer
    }

    /// Counts what is tried too often.
    #[must_use]
    pub fn throttle(&self) -> &Throttle {
        self.0.rates.throttle()
    }

    /// How much may come in a minute, and how much has.
    #[must_use]
    pub fn rates(&self) -> &Rates {
        &self.0.rates
    }

    /// Signs that something is wrong.
    pub(crate) fn signals(&self) -> &Signals {
        &self.0.signals
    }

    /// Searches that have begun before they are asked for.
    pub(crate) fn ahead(&self) -> &Ahead {
        &self.0.ahead
    }

    /// Access tokens that are not good any more.
    pub(crate) fn stale(&self) -> &Stale {
        &self.0.stale
    }

    /// How far the changes of other servers have been read.
    pub(crate) fn followed(&self) -> &Followed {
        &self.0.followed
    }

    /// API keys that were presented lately.
    pub(crate) fn known_keys(&self) -> &KnownKeys {
        &self.0.known_keys
    }

    /// Sign-in providers that were asked about themselves lately.
    pub(crate) fn known_providers(&self) -> &KnownProviders {
        &self.0.known_providers
    }

    /// Widgets that were asked for lately.
    pub(crate) fn visits(&self) -> &Visits {
        &self.0.visits
    }

    /// Limits of tenants that were asked for lately.
    pub(crate) fn known_limits(&self) -> &KnownLimits {
        &self.0.known_limits
    }

    /// Language models that have failed lately.
    pub(crate) fn breakers(&self) -> &Breakers {
        &self.0.breakers
    }

    /// The places at the reader of files.
    pub(crate) fn reader_places(&self) -> &ReaderPlaces {
        &self.0.reader_places
    }

    /// What is held of long web pages.
    pub(crate) fn large_pages(&self) -> &LargePages {
        &self.0.large_pages
    }

    /// Calls of language models that are under way.
    pub(crate) fn calls(&self) -> &Calls {
        &self.0.calls
    }

    /// Classifiers of intents that were used lately.
    pub(crate) fn heads(&self) -> &Heads {
        &self.0.heads
    }

    /// The platform's language model, if there is one.
    pub(crate) fn platform_model(&self) -> Option<&PlatformModel> {
        self.0.platform_model.as_ref()
    }

    /// Whether running the platform takes a second factor.
    pub(crate) fn admins_need_factor(&self) -> bool {
        !self.0.admins_without_factor
    }

    /// Address that browsers use, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.0.public_url
    }
}
