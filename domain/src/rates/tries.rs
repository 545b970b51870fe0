//! Counting what is rare and tried too often: failed sign-ins, codes,
//! registrations, mails. How much is allowed stands where it is tried.

use super::{
    Allowance, KNOWN, Left, NETWORKS, Who,
    refused::{Limit, Refused},
    table::Table,
    too_many,
};
use crate::{Network, Result};
use sha2::{Digest, Sha256};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use types::{ApiKeyId, ConversationId, TenantId, Timestamp, UserId};
use uuid::Uuid;

/// A name that strangers may make up, such as an address: it takes the same room however long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Named([u8; 16]);

impl Named {
    /// The short form of a name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let hash: [u8; 32] = Sha256::digest(name.as_bytes()).into();
        let mut short = [0; 16];
        for (to, from) in short.iter_mut().zip(hash) {
            *to = from;
        }
        Self(short)
    }
}

/// What was tried, and by or on whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tried {
    /// Failed sign-ins from a network.
    SignIn(Network),
    /// Failed sign-ins from a network to an account.
    SignInTo(Network, Named),
    /// Failed sign-ins to an account, from wherever.
    Account(Named),
    /// Failed sign-ins on a device from which its owner signed in before.
    KnownDevice(Uuid),
    /// Right passwords for an account from a network.
    RightSignIn(Network, Named),
    /// Right passwords on a device from which its owner signed in before.
    RightDevice(Uuid),
    /// Codes of second factors from a network.
    Codes(Network),
    /// Codes of a user's second factor.
    CodesOf(UserId),
    /// Tries of the current password.
    PasswordOf(UserId),
    /// New passwords that a network asks for or sets.
    Resets(Network),
    /// New passwords that are asked for an address.
    ResetsOf(Named),
    /// Registrations of a network.
    Registrations(Network),
    /// Invitations that a network accepts.
    Joins(Network),
    /// Ways to a company's provider.
    Sso(Network),
    /// Ways back.
    SsoBack(Network),
    /// The state of a way, good once.
    SsoState(Named),
    /// Questions to a provider about itself.
    Discovery(Named),
    /// Tests of a tenant's provider.
    ProviderTests(TenantId),
    /// Mails that prove a user's address.
    Verifications(UserId),
    /// Mails that invite, from a tenant.
    InvitationsFrom(TenantId),
    /// Mails that invite an address.
    InvitationsTo(Named),
    /// Tests of a tenant's language models.
    EndpointTests(TenantId),
    /// Answers of a language model for a tenant.
    ModelAnswers(TenantId),
    /// Tenths of a second that language models take for a tenant.
    ModelTime(TenantId),
    /// Pages of the web that are looked at for a tenant.
    Pages(TenantId),
    /// Tenths of a second in which files and pages of a tenant are read.
    ReadingTime(TenantId),
    /// Answers in a conversation.
    Answers(ConversationId),
    /// Questions of a program.
    QuestionsOf(ApiKeyId),
    /// Questions of a user's program.
    QuestionsOfUser(UserId),
    /// What an agent asks the copilot.
    Copilot(UserId),
    /// What a program asks the copilot.
    CopilotOf(ApiKeyId),
}

impl Tried {
    /// The same of the network around.
    fn around(self) -> Option<Self> {
        Some(match self {
            Self::SignIn(network) => Self::SignIn(network.around()),
            Self::SignInTo(network, account) => Self::SignInTo(network.around(), account),
            Self::RightSignIn(network, account) => Self::RightSignIn(network.around(), account),
            Self::Codes(network) => Self::Codes(network.around()),
            Self::Resets(network) => Self::Resets(network.around()),
            Self::Registrations(network) => Self::Registrations(network.around()),
            Self::Joins(network) => Self::Joins(network.around()),
            Self::Sso(network) => Self::Sso(network.around()),
            Self::SsoBack(network) => Self::SsoBack(network.around()),
            _ => return None,
        })
    }

    /// What is refused, to whom, and the tenant that it happens to.
    fn told(self) -> (Limit, Who, Option<TenantId>) {
        match self {
            Self::SignIn(network)
            | Self::SignInTo(network, _)
            | Self::RightSignIn(network, _)
            | Self::Codes(network) => (Limit::SignIn, Who::Network(network), None),
            Self::CodesOf(user) | Self::PasswordOf(user) => (Limit::SignIn, Who::User(user), None),
            Self::Account(account) => (Limit::SignIn, Who::Account(account), None),
            Self::KnownDevice(device) | Self::RightDevice(device) => (Limit::SignIn, Who::Device(device), None),
            Self::Resets(network)
            | Self::Registrations(network)
            | Self::Joins(network)
            | Self::Sso(network)
            | Self::SsoBack(network) => (Limit::Accounts, Who::Network(network), None),
            Self::Verifications(user) => (Limit::Accounts, Who::User(user), None),
            Self::ResetsOf(address) | Self::InvitationsTo(address) => (Limit::Accounts, Who::Address(address), None),
            Self::SsoState(name) | Self::Discovery(name) => (Limit::Accounts, Who::Provider(name), None),
            Self::ProviderTests(tenant) | Self::InvitationsFrom(tenant) => {
                (Limit::Accounts, Who::Tenant(tenant), Some(tenant))
            }
            Self::EndpointTests(tenant) | Self::ModelAnswers(tenant) => (Limit::Ai, Who::Tenant(tenant), Some(tenant)),
            Self::ModelTime(tenant) => (Limit::ModelTime, Who::Tenant(tenant), Some(tenant)),
            Self::Pages(tenant) | Self::ReadingTime(tenant) => (Limit::Reading, Who::Tenant(tenant), Some(tenant)),
            Self::Answers(conversation) => (Limit::Ai, Who::Conversation(conversation), None),
            Self::QuestionsOf(key) | Self::CopilotOf(key) => (Limit::Ai, Who::Key(key), None),
            Self::QuestionsOfUser(user) | Self::Copilot(user) => (Limit::Ai, Who::User(user), None),
        }
    }
}

/// Counts tries, in this process. What strangers choose (networks, addresses) is in other tables than what is known
/// here (users, tenants), so that a flood of the ones cannot make the others forgotten.
#[derive(Debug)]
pub struct Throttle {
    networks: Table<Tried>,
    pairs: Table<Tried>,
    accounts: Table<Tried>,
    devices: Table<Tried>,
    users: Table<Tried>,
    names: Table<Tried>,
    providers: Table<Tried>,
    tenants: Table<Tried>,
    conversations: Table<Tried>,
    refused: Arc<Refused>,
}

impl Throttle {
    pub(super) fn new(refused: Arc<Refused>) -> Self {
        Self {
            networks: Table::new(NETWORKS),
            pairs: Table::new(NETWORKS),
            accounts: Table::new(KNOWN),
            devices: Table::new(KNOWN),
            users: Table::new(KNOWN),
            names: Table::new(KNOWN),
            providers: Table::new(KNOWN),
            tenants: Table::new(KNOWN),
            conversations: Table::new(KNOWN),
            refused,
        }
    }

    /// Counts a try of which `most` are allowed at once, and as many again `within` so long; of a network for the one
    /// around it too.
    ///
    /// # Errors
    /// `too_many_requests`, saying how long to wait, when there were as many as allowed; then it is not counted.
    pub fn count(&self, tried: Tried, most: u32, within: Duration) -> Result<()> {
        let allowance = Allowance::new(most, within);
        let (table, now) = (self.table(tried), Instant::now());
        let around = tried.around();
        if let Some(around) = around {
            self.check(tried, table.look(&around, allowance.wider(), now))?;
        }
        self.check(tried, table.take(tried, allowance, now))?;
        if let Some(around) = around {
            table.take(around, allowance.wider(), now);
        }
        Ok(())
    }

    /// Whether a try would be let through, without counting it.
    ///
    /// # Errors
    /// `too_many_requests`, saying how long to wait.
    pub fn look(&self, tried: Tried, most: u32, within: Duration) -> Result<()> {
        self.check(tried, self.left(tried, most, within))
    }

    /// Whether a try would be let through, where nobody is refused for it.
    pub fn has_room(&self, tried: Tried, most: u32, within: Duration) -> bool {
        self.left(tried, most, within).wait.is_none()
    }

    fn left(&self, tried: Tried, most: u32, within: Duration) -> Left {
        let (allowance, now) = (Allowance::new(most, within), Instant::now());
        let table = self.table(tried);
        let wide = tried.around().map(|around| table.look(&around, allowance.wider(), now));
        wide.filter(|wide| wide.wait.is_some()).unwrap_or_else(|| table.look(&tried, allowance, now))
    }

    /// Takes so many at once for what was used already, even if there are not as many: then it takes longer until the
    /// next.
    pub fn spend(&self, tried: Tried, amount: u32, most: u32, within: Duration) {
        self.table(tried).spend(tried, amount, Allowance::new(most, within), Instant::now());
    }

    /// Takes a try back that turned out to be right.
    pub fn give_back(&self, tried: Tried, most: u32, within: Duration) {
        let allowance = Allowance::new(most, within);
        let table = self.table(tried);
        table.give_back(&tried, allowance);
        if let Some(around) = tried.around() {
            table.give_back(&around, allowance.wider());
        }
    }

    /// Forgets the tries of one that proved to be honest.
    pub fn forget(&self, tried: Tried) {
        self.table(tried).forget(&tried);
    }

    fn check(&self, tried: Tried, left: Left) -> Result<()> {
        let Some(wait) = left.wait else { return Ok(()) };
        let (limit, who, tenant) = tried.told();
        self.refused.note(limit, who, tenant, Timestamp::now());
        Err(too_many(wait).into())
    }

    const fn table(&self, tried: Tried) -> &Table<Tried> {
        match tried {
            Tried::SignIn(_)
            | Tried::Codes(_)
            | Tried::Resets(_)
            | Tried::Registrations(_)
            | Tried::Joins(_)
            | Tried::Sso(_)
            | Tried::SsoBack(_) => &self.networks,
            Tried::SignInTo(..) | Tried::RightSignIn(..) => &self.pairs,
            Tried::Account(_) => &self.accounts,
            Tried::KnownDevice(_) | Tried::RightDevice(_) => &self.devices,
            Tried::CodesOf(_)
            | Tried::PasswordOf(_)
            | Tried::Verifications(_)
            | Tried::QuestionsOf(_)
            | Tried::QuestionsOfUser(_)
            | Tried::Copilot(_)
            | Tried::CopilotOf(_) => &self.users,
            Tried::ResetsOf(_) | Tried::InvitationsTo(_) => &self.names,
            Tried::SsoState(_) | Tried::Discovery(_) => &self.providers,
            Tried::ProviderTests(_)
            | Tried::InvitationsFrom(_)
            | Tried::EndpointTests(_)
            | Tried::ModelAnswers(_)
            | Tried::ModelTime(_)
            | Tried::Pages(_)
            | Tried::ReadingTime(_) => &self.tenants,
            Tried::Answers(_) => &self.conversations,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: Duration = Duration::from_secs(900);

    fn network(number: u32) -> Network {
        Network::of(std::net::Ipv4Addr::from(number).into())
    }

    #[test]
    fn the_limit_holds_for_each_and_what_was_right_is_given_back() {
        let throttle = Throttle::new(Arc::default());
        let account = Tried::Account(Named::of("owner@maple.example"));
        for _ in 0..100 {
            throttle.count(account, 8, QUARTER).unwrap();
            throttle.give_back(account, 8, QUARTER);
        }
        for _ in 0..8 {
            throttle.count(account, 8, QUARTER).unwrap();
        }
        assert!(throttle.count(account, 8, QUARTER).is_err() && throttle.look(account, 8, QUARTER).is_err());
        throttle.count(Tried::Account(Named::of("agent@maple.example")), 8, QUARTER).unwrap();
        throttle.forget(account);
        throttle.count(account, 8, QUARTER).unwrap();
    }

    #[test]
    fn a_flood_from_everywhere_refuses_no_newcomer_and_frees_no_account() {
        let throttle = Throttle::new(Arc::default());
        let account = Tried::Account(Named::of("owner@maple.example"));
        while throttle.count(account, 8, QUARTER).is_ok() {}
        for stranger in 0..200_000 {
            // A /24 each, so that none is refused for its neighbours.
            throttle.count(Tried::Resets(network(stranger << 8)), 8, QUARTER).unwrap();
        }
        throttle.count(Tried::Resets(network(0xfff0_0001)), 8, QUARTER).unwrap();
        for made_up in 0..60_000 {
            throttle.count(Tried::Account(Named::of(&made_up.to_string())), 8, QUARTER).unwrap();
        }
        assert!(throttle.look(account, 8, QUARTER).is_err());
    }
}
