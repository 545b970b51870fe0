//! The audit log: who did which administrative act, and when.

use crate::{AuditId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

text_enum! {
    /// An administrative act.
    pub enum AuditAction {
        /// The business was changed.
        BusinessUpdated = "business.updated",
        /// A widget was changed.
        WidgetUpdated = "widget.updated",
        /// The AI's settings were changed.
        AiUpdated = "ai.updated",
        /// A source was added.
        SourceAdded = "source.added",
        /// A source was changed.
        SourceUpdated = "source.updated",
        /// A source was deleted.
        SourceDeleted = "source.deleted",
        /// Somebody was invited.
        PersonInvited = "person.invited",
        /// An invitation was taken back.
        InvitationRevoked = "invitation.revoked",
        /// Somebody accepted an invitation, or came in by the provider.
        PersonJoined = "person.joined",
        /// Somebody got another role.
        PersonRoleChanged = "person.role_changed",
        /// Somebody does not work here any more.
        PersonRemoved = "person.removed",
        /// A role was made.
        RoleCreated = "role.created",
        /// A role was changed.
        RoleUpdated = "role.updated",
        /// A role was deleted.
        RoleDeleted = "role.deleted",
        /// An API key was made.
        KeyCreated = "key.created",
        /// An API key was revoked.
        KeyRevoked = "key.revoked",
        /// Sign-in by a provider was set up or changed.
        ProviderUpdated = "provider.updated",
        /// Sign-in by a provider was removed.
        ProviderRemoved = "provider.removed",
        /// Somebody turned their second factor on.
        SecondFactorEnabled = "second_factor.enabled",
        /// Somebody turned their second factor off.
        SecondFactorDisabled = "second_factor.disabled",
        /// Somebody made new backup codes.
        BackupCodesRenewed = "second_factor.codes_renewed",
        /// The people who run the server took somebody's lost second factor off.
        SecondFactorCleared = "second_factor.cleared",
        /// Somebody proved their address, which cleared what others had set up under it.
        AccountCleared = "account.cleared",
        /// A contact's data was exported.
        ContactExported = "contact.exported",
        /// A contact was erased.
        ContactErased = "contact.erased",
        /// How long data is kept was changed.
        RetentionUpdated = "retention.updated",
        /// Old data was deleted by the rules.
        RetentionApplied = "retention.applied",
        /// The business was made by a platform admin.
        TenantCreated = "tenant.created",
        /// The business was suspended.
        TenantSuspended = "tenant.suspended",
        /// The business may work again.
        TenantResumed = "tenant.resumed",
        /// A platform admin deleted another business for good.
        TenantDeleted = "tenant.deleted",
        /// The limits of the business were changed.
        TenantLimitsChanged = "tenant.limits_changed",
        /// A platform admin began to work as somebody.
        ImpersonationStarted = "impersonation.started",
        /// A platform admin stopped working as somebody.
        ImpersonationEnded = "impersonation.ended",
        /// A product was added.
        ProductAdded = "product.added",
        /// A product was changed.
        ProductUpdated = "product.updated",
        /// A product was deleted.
        ProductDeleted = "product.deleted",
        /// Questions or products came in a table.
        TableImported = "knowledge.imported",
        /// An intent was made.
        IntentCreated = "intent.created",
        /// An intent or its examples were changed.
        IntentUpdated = "intent.updated",
        /// An intent was deleted.
        IntentDeleted = "intent.deleted",
        /// The intents' classifier was trained.
        IntentsTrained = "intents.trained",
        /// A widget got another secret, which ended every visit.
        WidgetSecretRotated = "widget.secret_rotated",
        /// Somebody was signed out everywhere.
        PersonSignedOut = "person.signed_out",
    }
}

text_enum! {
    /// What kind of caller acted.
    pub enum ActorType {
        /// A user.
        User = "user",
        /// A program with a key.
        ApiKey = "api_key",
        /// Somebody who runs the platform.
        PlatformAdmin = "platform_admin",
        /// The server itself.
        System = "system",
    }
}

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// The entry's id; rises with time.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What kind of caller acted.
    pub actor_type: ActorType,
    /// Name of who acted, as it was then.
    pub actor_name: String,
    /// The platform admin who acted as that user.
    pub impersonated_by: Option<UserId>,
    /// What was done.
    pub action: AuditAction,
    /// To what: a name, as it was then.
    pub target: String,
    /// More about it, as name and value.
    pub details: Vec<(String, String)>,
    /// Address that the act came from; empty when unknown, and for the people who run the platform.
    pub ip: String,
}

/// Entries, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditPage {
    /// At most 50 entries.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins.
    pub next: Option<AuditId>,
}
