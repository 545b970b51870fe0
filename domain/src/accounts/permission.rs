//! Permission as a value: whoever holds an `Agent` may do what agents may do
//! in that tenant. Only signing in makes one.

use types::{ApiKeyId, SessionId, TenantId, UserId, accounts::Role};

/// A signed-in user who may work the inbox of a tenant.
#[derive(Clone, Debug)]
pub struct Agent {
    pub(super) tenant: TenantId,
    pub(super) user: UserId,
    pub(super) session: SessionId,
    pub(super) role: Role,
    pub(super) name: String,
}

impl Agent {
    /// The tenant worked in.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The user.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// The sign-in.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// The role in the tenant.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The user's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The owner's permission, if this user is one.
    #[must_use]
    pub fn as_owner(&self) -> Option<Owner> {
        (self.role == Role::Owner).then(|| Owner(self.clone()))
    }
}

/// A signed-in user who runs the tenant.
#[derive(Clone, Debug)]
pub struct Owner(Agent);

impl Owner {
    /// The tenant.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.0.tenant
    }

    /// The same user as an agent.
    #[must_use]
    pub const fn agent(&self) -> &Agent {
        &self.0
    }
}

/// A program that calls for a tenant.
#[derive(Clone, Debug)]
pub struct ApiKey {
    pub(super) tenant: TenantId,
    pub(super) id: ApiKeyId,
}

impl ApiKey {
    /// The tenant it calls for.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Which key.
    #[must_use]
    pub const fn id(&self) -> ApiKeyId {
        self.id
    }
}
