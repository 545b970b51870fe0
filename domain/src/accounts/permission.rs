//! Permission as a value: a function that changes the knowledge takes a
//! `Permit<ManageKnowledge>`, and nobody without that permission can have one.
//! Signing in, or a key, makes a [`Caller`]; only a caller makes permits.

use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use types::{
    ApiKeyId, Error, ErrorCode, Result, SessionId, TenantId, Timestamp, UserId,
    accounts::{Permission, Permissions, Role},
};

/// Somebody who was let in to a tenant: a signed-in user, or a program with a key.
#[derive(Clone, Debug)]
pub struct Caller {
    pub(super) tenant: TenantId,
    pub(super) name: String,
    pub(super) permissions: Permissions,
    /// Address that the request came from; empty when unknown.
    pub(super) ip: String,
    pub(super) who: Who,
}

#[derive(Clone, Debug)]
pub(super) enum Who {
    User(Signed),
    Key(ApiKeyId),
}

/// A user's sign-in.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    pub user: UserId,
    pub session: SessionId,
    pub role: Role,
    pub impersonated_by: Option<UserId>,
    /// The admin's own session, to come back to.
    pub parent: Option<SessionId>,
    pub is_tenant_bound: bool,
    pub runs: Runs,
    /// When these rights were read: a change after that makes them stale.
    pub read_at: Timestamp,
}

/// What a user runs beside their businesses. It stands in access tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Runs {
    #[default]
    Nothing,
    /// The platform, once there is a second factor.
    PlatformWithFactor,
    Platform,
}

impl Runs {
    /// Of a user as stored. Who turns a factor on ends the sessions that never
    /// passed it, so a user who has one passed it.
    pub const fn of(is_admin: bool, is_proved: bool, has_factor: bool) -> Self {
        match (is_admin && is_proved, has_factor) {
            (false, _) => Self::Nothing,
            (true, false) => Self::PlatformWithFactor,
            (true, true) => Self::Platform,
        }
    }

    /// By the settings of this server.
    pub const fn here(self, admins_need_factor: bool) -> Self {
        match self {
            Self::PlatformWithFactor if !admins_need_factor => Self::Platform,
            other => other,
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// What a role lets somebody do. A platform admin who works as somebody
/// cannot stay in by other ways: no keys, no people, no roles, no provider.
pub(super) fn held(role: Role, own: Option<Permissions>, is_impersonated: bool) -> Permissions {
    let permissions = match own {
        Some(own) if role == Role::Custom => own,
        _ => Permissions::of(role),
    };
    let kept_from = [Permission::ManageKeys, Permission::ManagePeople].into_iter().collect();
    if is_impersonated { permissions.without(kept_from) } else { permissions }
}

impl Caller {
    /// The tenant that is worked in.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The user's name, or the key's.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Address that the request came from; empty when unknown.
    #[must_use]
    pub fn ip(&self) -> &str {
        &self.ip
    }

    /// The same caller, on a device.
    #[must_use]
    pub fn on(mut self, device: &super::Device) -> Self {
        self.ip = device.ip.to_string();
        self
    }

    /// The user; none for a program.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        match &self.who {
            Who::User(signed) => Some(signed.user),
            Who::Key(_) => None,
        }
    }

    /// The key; none for a user.
    #[must_use]
    pub const fn key(&self) -> Option<ApiKeyId> {
        match &self.who {
            Who::User(_) => None,
            Who::Key(key) => Some(*key),
        }
    }

    /// The platform admin who works as this user.
    #[must_use]
    pub const fn impersonated_by(&self) -> Option<UserId> {
        match &self.who {
            Who::User(signed) => signed.impersonated_by,
            Who::Key(_) => None,
        }
    }

    /// What the caller may do.
    #[must_use]
    pub const fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// The permit for one permission.
    ///
    /// # Errors
    /// `forbidden` without the permission.
    pub fn permit<P: Named>(&self) -> Result<Permit<P>> {
        if self.permissions.has(P::PERMISSION) {
            return Ok(Permit { caller: self.clone(), permission: PhantomData });
        }
        let message = match &self.who {
            Who::User(signed) if signed.impersonated_by.is_some() => {
                "You work as somebody else. Only they can do this, if their role permits it.".to_owned()
            }
            Who::User(_) => "Your role does not permit this. Please ask somebody who runs the business.".to_owned(),
            Who::Key(_) => format!("This key lacks the scope \"{}\".", P::PERMISSION),
        };
        Err(Error::new(ErrorCode::Forbidden, message))
    }

    /// The caller as a signed-in user.
    ///
    /// # Errors
    /// `forbidden` for a program.
    pub fn member(&self) -> Result<Member> {
        match &self.who {
            Who::User(signed) => Ok(Member { caller: self.clone(), signed: signed.clone() }),
            Who::Key(_) => {
                Err(Error::new(ErrorCode::Forbidden, "This is for people who are signed in, not for programs."))
            }
        }
    }
}

/// A signed-in user, whatever the role.
#[derive(Clone, Debug)]
pub struct Member {
    caller: Caller,
    signed: Signed,
}

impl Member {
    /// The user.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.signed.user
    }

    /// The sign-in.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.signed.session
    }

    /// The role in the tenant.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.signed.role
    }

    /// The tenant's own provider vouched for the user: this sign-in is good
    /// for this tenant, and not for what belongs to the user alone.
    #[must_use]
    pub const fn is_tenant_bound(&self) -> bool {
        self.signed.is_tenant_bound
    }

    /// The admin's own session, for a platform admin who works as this user.
    pub(crate) const fn parent(&self) -> Option<SessionId> {
        self.signed.parent
    }

    /// The platform admin who works as this user, for what is written of them.
    pub(crate) fn as_admin(&self, admin: UserId, name: String) -> Caller {
        let signed = Signed { user: admin, impersonated_by: None, parent: None, ..self.signed.clone() };
        Caller { name, permissions: Permissions::NONE, who: Who::User(signed), ..self.caller.clone() }
    }

    /// The permission to run the platform, if this user has it and signed in
    /// with a second factor. While working as somebody else nobody has it.
    ///
    /// # Errors
    /// `forbidden` for everybody else.
    pub fn platform_admin(&self) -> Result<PlatformAdmin> {
        let is_own = self.signed.impersonated_by.is_none() && !self.signed.is_tenant_bound;
        match self.signed.runs {
            Runs::Platform if is_own => Ok(PlatformAdmin(self.clone())),
            Runs::PlatformWithFactor if is_own => Err(Error::new(
                ErrorCode::Forbidden,
                "Running the platform takes a second step at sign-in. Turn it on under Settings, Your account.",
            )),
            _ => Err(Error::new(ErrorCode::Forbidden, "This is for the admins of the platform.")),
        }
    }

    /// The permission to change what belongs to the user alone: password,
    /// second factor, sessions. Neither a platform admin who works as the
    /// user nor a tenant's provider has it.
    ///
    /// # Errors
    /// `forbidden` for them.
    pub fn in_person(&self) -> Result<InPerson> {
        if self.signed.impersonated_by.is_some() {
            return Err(Error::new(ErrorCode::Forbidden, "You work as somebody else. Only they can do this."));
        }
        if self.signed.is_tenant_bound {
            let message = "You signed in through your company. Sign in with your password to change this.";
            return Err(Error::new(ErrorCode::Forbidden, message));
        }
        Ok(InPerson(self.clone()))
    }
}

impl std::ops::Deref for Member {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

/// A user who proved to be that user.
#[derive(Clone, Debug)]
pub struct InPerson(Member);

impl std::ops::Deref for InPerson {
    type Target = Member;

    fn deref(&self) -> &Member {
        &self.0
    }
}

/// A user who runs the platform.
#[derive(Clone, Debug)]
pub struct PlatformAdmin(Member);

impl std::ops::Deref for PlatformAdmin {
    type Target = Member;

    fn deref(&self) -> &Member {
        &self.0
    }
}

/// The permission `P` of a caller in a tenant.
pub struct Permit<P> {
    caller: Caller,
    permission: PhantomData<fn() -> P>,
}

impl<P> Permit<P> {
    /// The caller who holds it.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }
}

impl<P> Clone for Permit<P> {
    fn clone(&self) -> Self {
        Self { caller: self.caller.clone(), permission: PhantomData }
    }
}

impl<P> std::fmt::Debug for Permit<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.caller.fmt(f)
    }
}

impl<P> std::ops::Deref for Permit<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

/// A type that stands for a named permission.
pub trait Named {
    /// The permission.
    const PERMISSION: Permission;
}

macro_rules! named {
    ($($name:ident)*) => {$(
        #[doc = concat!("[`Permission::", stringify!($name), "`] as a type.")]
        #[derive(Debug)]
        pub enum $name {}

        impl Named for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )*};
}

named! {
    ReadInbox WorkInbox ManageContacts ReadKnowledge ManageKnowledge ReadSettings ManageSettings
    ManagePeople ManageKeys ReadAudit ReadAnalytics Chat
}
