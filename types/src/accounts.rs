//! Tenants, users and what they may do.

use crate::{ApiKeyId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What a user is in a tenant. The built-in roles have fixed permissions.
    pub enum Role {
        /// Runs the business; may do everything.
        Owner = "owner",
        /// Runs the business for its owner; may do everything but decide who owns it.
        Admin = "admin",
        /// Works the inbox.
        Agent = "agent",
        /// Looks and changes nothing.
        Viewer = "viewer",
        /// What the tenant's own role says.
        Custom = "custom",
    }
}

text_enum! {
    /// A named permission: what roles, and scopes of API keys, are made of.
    pub enum Permission {
        /// See conversations and contacts.
        ReadInbox = "inbox.read",
        /// Reply, assign, resolve, and change contacts.
        WorkInbox = "inbox.work",
        /// Export and erase contacts.
        ManageContacts = "contacts.manage",
        /// See what the AI learned, and try questions.
        ReadKnowledge = "knowledge.read",
        /// Teach the AI.
        ManageKnowledge = "knowledge.manage",
        /// See the settings of widgets and of the AI.
        ReadSettings = "settings.read",
        /// Change the business, its widgets, its AI, and how long data is kept.
        ManageSettings = "settings.manage",
        /// Invite people, change and make roles, and set up sign-in.
        ManagePeople = "people.manage",
        /// Make and revoke API keys.
        ManageKeys = "keys.manage",
        /// Read the audit log.
        ReadAudit = "audit.read",
        /// See the numbers.
        ReadAnalytics = "analytics.read",
        /// Ask the AI for an answer, as a program.
        Chat = "chat",
    }
}

impl Permission {
    /// What the permission lets somebody do, in words for a screen.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ReadInbox => "See conversations and contacts",
            Self::WorkInbox => "Reply, assign, resolve, and change contacts",
            Self::ManageContacts => "Export and erase contacts",
            Self::ReadKnowledge => "See what the AI learned, and try questions",
            Self::ManageKnowledge => "Teach the AI",
            Self::ReadSettings => "See the settings of widgets and of the AI",
            Self::ManageSettings => "Change the business, its widgets, its AI, and how long data is kept",
            Self::ManagePeople => "Invite people, change and make roles, and set up sign-in",
            Self::ManageKeys => "Make and revoke API keys",
            Self::ReadAudit => "Read the audit log",
            Self::ReadAnalytics => "See the numbers",
            Self::Chat => "Ask the AI for an answer, as a program",
        }
    }

    /// The permission to see what this one changes.
    const fn implies(self) -> Option<Self> {
        match self {
            Self::WorkInbox | Self::ManageContacts => Some(Self::ReadInbox),
            Self::ManageKnowledge => Some(Self::ReadKnowledge),
            Self::ManageSettings => Some(Self::ReadSettings),
            _ => None,
        }
    }
}

/// Permissions held together. Who may change something may see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = Vec<Permission>))]
pub struct Permissions(u32);

impl Permissions {
    /// No permission.
    pub const NONE: Self = Self(0);

    /// Those of a built-in role; none for [`Role::Custom`], whose permissions are stored.
    #[must_use]
    pub fn of(role: Role) -> Self {
        use Permission as P;
        match role {
            // Asking as a program is for programs.
            Role::Owner | Role::Admin => P::ALL.iter().copied().filter(|permission| *permission != P::Chat).collect(),
            Role::Agent => [P::WorkInbox, P::ReadKnowledge, P::ReadSettings].into_iter().collect(),
            Role::Viewer => [P::ReadInbox, P::ReadKnowledge, P::ReadSettings, P::ReadAnalytics].into_iter().collect(),
            Role::Custom => Self::NONE,
        }
    }

    /// Whether a permission is among them.
    #[must_use]
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }

    /// Whether every one of `others` is among them.
    #[must_use]
    pub const fn covers(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// These, but for `others`.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Each of them, in the order of declaration.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.has(*permission))
    }

    /// As they are stored: the names. Names that are not known are left out when reading.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        self.iter().map(|permission| permission.as_str().to_owned()).collect()
    }

    /// The permissions of stored names.
    pub fn from_names<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        names.into_iter().filter_map(|name| name.as_ref().parse().ok()).collect()
    }
}

const fn bit(permission: Permission) -> u32 {
    1 << permission as u32
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<T: IntoIterator<Item = Permission>>(permissions: T) -> Self {
        permissions.into_iter().fold(Self::NONE, |held, permission| {
            let implied = permission.implies().map_or(0, bit);
            Self(held.0 | bit(permission) | implied)
        })
    }
}

/// A list of names, so that a new permission does not change the meaning of old ones.
impl Serialize for Permissions {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A list of known length: not every format can write another.
        self.iter().map(Permission::as_str).collect::<Vec<_>>().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_names(Vec::<String>::deserialize(deserializer)?))
    }
}

/// A person as others in the tenant see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// The user's id.
    pub id: UserId,
    /// Full name.
    pub name: String,
}

/// A business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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

/// A tenant that the signed-in user works in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Membership {
    /// The tenant's id.
    pub tenant: TenantId,
    /// The business's name.
    pub name: String,
    /// Role there.
    pub role: Role,
}

/// The signed-in user. New fields come last: a reader of an earlier release, such as an open tab, leaves what it does
/// not know at the end. A reader that is newer than the server cannot read the shorter answer in Postcard, only in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurrentUser {
    /// The user's id.
    pub id: UserId,
    /// Full name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// Role in the tenant.
    pub role: Role,
    /// What the user may do in the tenant.
    pub permissions: Permissions,
    /// The tenant worked in.
    pub tenant: Tenant,
    /// Every tenant that the user can switch to, this one included, by name.
    pub memberships: Vec<Membership>,
    /// The address was confirmed by its owner.
    pub is_email_verified: bool,
    /// A second factor is asked for at sign-in.
    pub has_second_factor: bool,
    /// The user runs the platform.
    pub is_platform_admin: bool,
    /// A platform admin works as this user; the admin's name.
    pub impersonated_by: Option<String>,
    /// The user would run the platform, but has to set up a second factor first.
    #[serde(default)]
    pub needs_second_factor: bool,
}

/// A key with which a program calls for the tenant. The key itself is shown once, when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// The key's id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// The first characters, to recognise it by.
    pub hint: String,
    /// What it may do.
    pub scopes: Permissions,
    /// Name of who made it.
    pub created_by: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; none for never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// A key to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApiKey {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Permissions,
    /// Days that it is good for; none for ever.
    pub days: Option<u32>,
}

/// What is needed to open an account for a business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Registration {
    /// The business's name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 120))]
    pub business: String,
    /// The owner's name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 120))]
    pub name: String,
    /// The owner's sign-in address.
    #[cfg_attr(feature = "openapi", schema(format = Email, max_length = 254))]
    pub email: String,
    /// The owner's password.
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 200))]
    pub password: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_change_something_may_see_it() {
        let held: Permissions = [Permission::ManageKnowledge].into_iter().collect();
        assert!(held.has(Permission::ReadKnowledge) && !held.has(Permission::ReadInbox));
        assert_eq!(Permissions::from_names(["knowledge.manage", "something.else"]), held);
        assert_eq!(serde_json::to_string(&held).unwrap(), r#"["knowledge.read","knowledge.manage"]"#);
        assert!(Permissions::of(Role::Owner).covers(Permissions::of(Role::Agent)));
        assert!(!Permissions::of(Role::Agent).covers(Permissions::of(Role::Viewer)));
    }

    /// A tab of the release before `needs_second_factor` reads what a server of today answers.
    #[test]
    fn a_reader_of_an_earlier_release_reads_the_signed_in_user() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Before {
            id: UserId,
            name: String,
            email: String,
            role: Role,
            permissions: Permissions,
            tenant: Tenant,
            memberships: Vec<Membership>,
            is_email_verified: bool,
            has_second_factor: bool,
            is_platform_admin: bool,
            impersonated_by: Option<String>,
        }
        let tenant = Tenant {
            id: TenantId::new(),
            name: "Maple".to_owned(),
            slug: "maple".to_owned(),
            business_description: String::new(),
            onboarded: true,
        };
        let now = CurrentUser {
            id: UserId::new(),
            name: "Olga Owner".to_owned(),
            email: "owner@maple.example".to_owned(),
            role: Role::Owner,
            permissions: Permissions::of(Role::Owner),
            memberships: vec![Membership { tenant: tenant.id, name: tenant.name.clone(), role: Role::Owner }],
            tenant,
            is_email_verified: true,
            has_second_factor: false,
            is_platform_admin: false,
            impersonated_by: Some("Robin".to_owned()),
            needs_second_factor: true,
        };
        let answer = postcard::to_allocvec(&Some(now.clone())).unwrap();
        let read: Before = postcard::from_bytes::<Option<Before>>(&answer).unwrap().unwrap();
        let CurrentUser { id, name, email, role, permissions, tenant, memberships, .. } = now;
        let (is_email_verified, has_second_factor, is_platform_admin) = (true, false, false);
        let impersonated_by = Some("Robin".to_owned());
        let expected = Before {
            id,
            name,
            email,
            role,
            permissions,
            tenant,
            memberships,
            is_email_verified,
            has_second_factor,
            is_platform_admin,
            impersonated_by,
        };
        assert_eq!(read, expected);
    }
}
