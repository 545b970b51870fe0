//! Signing in by more than a password: the second factor, and the provider of
//! a company.

use crate::{Timestamp, accounts::Role};
use serde::{Deserialize, Serialize};

/// The second factor of the signed-in user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// Since when it is asked for; none while it is off.
    pub enabled_at: Option<Timestamp>,
    /// Backup codes that were not used yet.
    pub backup_codes: u32,
}

/// A second factor to be confirmed. It is shown to its user alone, and once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorSetup {
    /// The key as text in groups of four, to be typed into an app.
    pub key: String,
    /// The same as a picture to be scanned: an SVG.
    pub qr: String,
}

impl std::fmt::Debug for SecondFactorSetup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecondFactorSetup")
    }
}

/// How people of a business sign in through its provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcProvider {
    /// The provider's address, as it names itself.
    pub issuer: String,
    /// What the provider calls us.
    pub client_id: String,
    /// Domains of e-mail addresses that new people may have; with none only
    /// those who work here already come in.
    pub email_domains: Vec<String>,
    /// Role of people who come in for the first time; never the owner's.
    pub default_role: Role,
    /// People may sign in this way.
    pub is_active: bool,
    /// Owners may sign in this way too: an owner set it up.
    pub admits_owners: bool,
}

/// The settings of sign-in, and the addresses that belong to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInSettings {
    /// The provider; none when there is none yet.
    pub provider: Option<OidcProvider>,
    /// Where the provider sends people back to.
    pub redirect_uri: String,
    /// Where the people of this business sign in.
    pub link: String,
}

/// A provider to be stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcProviderUpdate {
    /// The provider's address, as it names itself.
    pub issuer: String,
    /// What the provider calls us.
    pub client_id: String,
    /// The password between the provider and us; none leaves the stored one.
    pub client_secret: Option<String>,
    /// Domains of e-mail addresses that new people may have.
    pub email_domains: Vec<String>,
    /// Role of people who come in for the first time.
    pub default_role: Role,
    /// People may sign in this way.
    pub is_active: bool,
}

impl std::fmt::Debug for OidcProviderUpdate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OidcProviderUpdate").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// What a provider says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcTest {
    /// Host of the page on which people sign in.
    pub sign_in_host: String,
    /// Keys that can sign what it says.
    pub keys: u32,
}

text_enum! {
    /// Why somebody could not sign in through their company.
    pub enum SsoProblem {
        /// There is no such business, or no provider of it.
        Unknown = "unknown",
        /// The provider does not answer as it should.
        Provider = "provider",
        /// The provider did not let the person in.
        Denied = "denied",
        /// It took too long, was done twice, or began in another browser.
        Expired = "expired",
        /// The provider does not say that the address was verified.
        Unverified = "unverified",
        /// The person has an account here and never confirmed its address.
        Unproved = "unproved",
        /// The address is not of a domain of the business.
        Domain = "domain",
        /// The person has to be invited first.
        Invitation = "invitation",
        /// Owners sign in with their password.
        Owner = "owner",
        /// No more people can be added.
        Full = "full",
        /// The business was suspended.
        Suspended = "suspended",
        /// Too many tries.
        Busy = "busy",
        /// A fault of ours.
        Internal = "internal",
    }
}

impl SsoProblem {
    /// What happened and what to do, for the person who wanted in.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unknown => {
                "No sign-in through a company was found under this name. Please check the name, or sign in with your password."
            }
            Self::Provider => {
                "Your company's sign-in does not answer as it should. Please tell whoever looks after it, and try again later."
            }
            Self::Denied => {
                "Your company's sign-in did not let you in. Please try again, or ask whoever looks after it."
            }
            Self::Expired => "This sign-in took too long, or began in another window. Please start again.",
            Self::Unverified => {
                "Your company's sign-in does not say that your e-mail address is verified. Please ask whoever looks after it."
            }
            Self::Unproved => {
                "Your e-mail address has an account here that was never confirmed. Sign in with your password and open the link in our mail first."
            }
            Self::Domain => {
                "Your e-mail address is not one that this business lets in. Please ask somebody who runs it for an invitation."
            }
            Self::Invitation => {
                "You do not work in this business yet. Please ask somebody who runs it for an invitation."
            }
            Self::Owner => "Owners sign in with their password, unless an owner has set up this way.",
            Self::Full => "This business has as many people as it may have. Please ask somebody who runs it.",
            Self::Suspended => "This business is suspended. Please write to the people who run this server.",
            Self::Busy => "There were too many tries. Please wait a few minutes and try again.",
            Self::Internal => "Something went wrong on our side. Please try again.",
        }
    }
}
