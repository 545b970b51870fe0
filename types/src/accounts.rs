//! Tenants, users and what they may do.

use crate::{TenantId, UserId};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What a user may do in a tenant. Every role may do what the ones after it may.
    pub enum Role {
        /// Runs the business: settings, knowledge, people.
        Owner = "owner",
        /// Works the inbox.
        Agent = "agent",
    }
}

/// A person as others in the tenant see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The user's id.
    pub id: UserId,
    /// Full name.
    pub name: String,
}

/// A business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// The tenant's id.
    pub id: TenantId,
    /// The business's name.
    pub name: String,
    /// Short name for addresses, unique.
    pub slug: String,
    /// What the business does, for the AI.
    pub business_description: String,
    /// The four onboarding steps are done.
    pub onboarded: bool,
}

/// The signed-in user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentUser {
    /// The user's id.
    pub id: UserId,
    /// Full name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// Role in the tenant.
    pub role: Role,
    /// The tenant worked in.
    pub tenant: Tenant,
}

/// What is needed to open an account for a business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The business's name.
    pub business: String,
    /// The owner's name.
    pub name: String,
    /// The owner's sign-in address.
    pub email: String,
    /// The owner's password.
    pub password: String,
}
