//! Typed ids: UUID version 7 newtypes, so that an id of one kind is never
//! taken for an id of another.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "diesel", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow))]
        #[cfg_attr(feature = "diesel", diesel(sql_type = diesel::sql_types::Uuid))]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl $name {
            /// A new time-sortable id.
            #[cfg(not(target_arch = "wasm32"))]
            #[must_use]
            #[expect(clippy::new_without_default, reason = "an id is made on purpose, never by default")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::serialize::ToSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<diesel::sql_types::Uuid, diesel::pg::Pg>::to_sql(&self.0, out)
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                <Uuid as diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg>>::from_sql(value).map(Self)
            }
        }
    )*};
}

id! {
    /// A business that uses Omnichat.
    TenantId;
    /// A person with a login.
    UserId;
    /// One sign-in of a user, on one device.
    SessionId;
    /// A role that a tenant made of named permissions.
    RoleId;
    /// An invitation to work in a tenant.
    InvitationId;
    /// An entry of the audit log.
    AuditId;
    /// Something that was noticed about the safety of a tenant.
    SecurityNoticeId;
    /// A key with which a program calls Omnichat for a tenant.
    ApiKeyId;
    /// A chat widget of a tenant.
    WidgetId;
    /// A connected source of conversations.
    ChannelId;
    /// An end customer of a tenant.
    ContactId;
    /// A conversation between a contact and a tenant.
    ConversationId;
    /// A message in a conversation.
    MessageId;
    /// A thing the AI learns from.
    SourceId;
    /// An embedded piece of a source.
    PassageId;
    /// A thing that the business sells.
    ProductId;
    /// What visitors may want, as a tenant defines it.
    IntentId;
    /// An example of an intent.
    ExampleId;
    /// A contact who may become a customer.
    LeadId;
    /// Questions of one meaning that were not answered well.
    GroupId;
    /// Something that somebody should look at.
    ReviewId;
    /// A question of the test bench.
    TestCaseId;
    /// One run of the test bench.
    TestRunId;
    /// One piece of work of a model.
    AiActionId;
    /// A unit of background work.
    JobId;
    /// The sender's own id of a message, which makes sending it twice harmless.
    ClientId;
}

impl ClientId {
    /// A random id, made by the sender before the message leaves.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}
