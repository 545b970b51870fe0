//! The people of a business: their roles, invitations, and where they are signed in.

use crate::{
    Error, InvitationId, RoleId, SessionId, Timestamp, UserId,
    accounts::{Permissions, Role},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A role that can be given: a built-in one, or one that the business made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RoleChoice {
    /// Owner, admin, agent or viewer. [`Role::Custom`] is none of them.
    BuiltIn(Role),
    /// One that the business made.
    Own(RoleId),
}

/// One word in forms: the name of a built-in role, or the id of another.
impl fmt::Display for RoleChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(role) => role.fmt(f),
            Self::Own(id) => id.fmt(f),
        }
    }
}

impl FromStr for RoleChoice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.parse::<Role>() {
            Ok(Role::Custom) => Err(Error::invalid("Please choose a role.")),
            Ok(role) => Ok(Self::BuiltIn(role)),
            Err(_) => text.parse().map(Self::Own).map_err(|_| Error::invalid("Please choose a role.")),
        }
    }
}

/// The roles that every business has, the one with most permissions first.
pub const BUILT_IN: [Role; 4] = [Role::Owner, Role::Admin, Role::Agent, Role::Viewer];

/// What a built-in role is called.
#[must_use]
pub const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Agent => "Agent",
        Role::Viewer => "Viewer",
        Role::Custom => "Own role",
    }
}

/// A role with what it permits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleInfo {
    /// Which.
    pub choice: RoleChoice,
    /// What it is called.
    pub name: String,
    /// What it permits.
    pub permissions: Permissions,
    /// People who have it, and invitations that give it.
    pub people: u32,
}

/// Somebody who works in the business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// The user's id.
    pub id: UserId,
    /// Full name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// The role.
    pub role: RoleChoice,
    /// What the role is called.
    pub role_name: String,
    /// When the dashboard was last used, to ten minutes; none for never.
    pub last_seen_at: Option<Timestamp>,
    /// A second factor is asked for at sign-in.
    pub has_second_factor: bool,
}

/// An invitation that was not accepted yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The invitation's id.
    pub id: InvitationId,
    /// Whom it was sent to.
    pub email: String,
    /// The role that it gives.
    pub role: RoleChoice,
    /// What the role is called.
    pub role_name: String,
    /// Name of who invited.
    pub invited_by: Option<String>,
    /// When it ends, or ended.
    pub expires_at: Timestamp,
}

/// Everybody in a business and everybody who was asked to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// The people, by name, 500 at most.
    pub people: Vec<Colleague>,
    /// Invitations, newest first.
    pub invitations: Vec<Invitation>,
    /// Every role, the built-in ones first.
    pub roles: Vec<RoleInfo>,
    /// People that the business may have; none for as many as it likes.
    pub seats: Option<u32>,
}

/// What somebody who opens an invitation gets to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationOffer {
    /// The business.
    pub business: String,
    /// Name of who invited.
    pub invited_by: Option<String>,
    /// Whom it was sent to.
    pub email: String,
    /// What the role is called.
    pub role_name: String,
    /// The address has an account: sign in with it, then join.
    pub has_account: bool,
}

/// A sign-in of the user, on one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSession {
    /// The session's id.
    pub id: SessionId,
    /// The device, such as "Firefox on Windows".
    pub device: String,
    /// Address that it was started from; empty when unknown.
    pub ip: String,
    /// The business that is worked in.
    pub business: String,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was last used, to ten minutes.
    pub last_seen_at: Timestamp,
    /// It is the one that asks.
    pub is_current: bool,
    /// An admin of the platform works as the user.
    pub is_impersonated: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_one_word_in_a_form() {
        let own = RoleChoice::Own(RoleId::new());
        for choice in [RoleChoice::BuiltIn(Role::Agent), own] {
            assert_eq!(choice.to_string().parse(), Ok(choice));
        }
        for wrong in ["custom", "", "boss"] {
            assert!(wrong.parse::<RoleChoice>().is_err(), "{wrong}");
        }
    }
}
