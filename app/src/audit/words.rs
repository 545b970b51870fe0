//! Acts as sentences.

use types::audit::AuditAction;

/// What stands between the actor and the target, and after the target.
#[must_use]
pub const fn words(action: AuditAction) -> (&'static str, &'static str) {
    use AuditAction as A;
    match action {
        A::BusinessUpdated => ("changed the business", ""),
        A::WidgetUpdated => ("changed the widget", ""),
        A::WidgetSecretRotated => ("signed all visitors out of the widget", ""),
        A::AiUpdated => ("changed the settings of the AI", ""),
        A::SourceAdded => ("taught the AI", ""),
        A::SourceUpdated => ("changed what the AI learned from", ""),
        A::SourceDeleted => ("made the AI forget", ""),
        A::ProductAdded => ("added the product", ""),
        A::ProductUpdated => ("changed the product", ""),
        A::ProductDeleted => ("deleted the product", ""),
        A::TableImported => ("imported a table of", ""),
        A::PersonInvited => ("invited", ""),
        A::InvitationRevoked => ("took back the invitation of", ""),
        A::PersonJoined => ("came to work here", ""),
        A::PersonRoleChanged => ("changed the role of", ""),
        A::PersonSignedOut => ("signed", " out everywhere"),
        A::PersonRemoved => ("removed", " from the business"),
        A::SecondFactorEnabled => ("turned a second step of sign-in on", ""),
        A::SecondFactorDisabled => ("turned the second step of sign-in off", ""),
        A::BackupCodesRenewed => ("made new backup codes", ""),
        A::SecondFactorCleared => ("took off the lost second step of sign-in of", ""),
        A::AccountCleared => ("cleared what was set up before the address was confirmed:", ""),
        A::RoleCreated => ("made the role", ""),
        A::RoleUpdated => ("changed the role", ""),
        A::RoleDeleted => ("deleted the role", ""),
        A::KeyCreated => ("made the API key", ""),
        A::KeyRevoked => ("revoked the API key", ""),
        A::ProviderUpdated => ("set up sign-in by", ""),
        A::ProviderRemoved => ("removed sign-in by", ""),
        A::ContactExported => ("exported what is stored of", ""),
        A::ContactErased => ("erased the contact", ""),
        A::RetentionUpdated => ("changed how long data is kept", ""),
        A::RetentionApplied => ("deleted what was older than the rules allow", ""),
        A::TenantCreated => ("opened the business", ""),
        A::TenantSuspended => ("suspended the business", ""),
        A::TenantResumed => ("let the business", " work again"),
        A::TenantDeleted => ("deleted another business,", ", for good"),
        A::TenantLimitsChanged => ("changed the limits of the business", ""),
        A::ImpersonationStarted => ("began to work as", ""),
        A::ImpersonationEnded => ("stopped working as", ""),
        A::IntentCreated => ("made the intent", ""),
        A::IntentUpdated => ("changed the intent", ""),
        A::IntentDeleted => ("deleted the intent", ""),
        A::IntentsTrained => ("had the AI learn the intents", ""),
    }
}

/// The name of a detail as people say it.
#[must_use]
pub fn detail_name(name: &str) -> String {
    let words = match name {
        "ai_answers_per_minute" => "AI answers a minute",
        "requests_per_minute" => "requests a minute",
        "model_calls" => "calls of language models at once",
        "storage_mb" => "megabytes of sources",
        "pages_per_day" => "pages a day",
        "reading_minutes_per_day" => "minutes of reading a day",
        "model_minutes_per_day" => "minutes of language models a day",
        "email" => "e-mail",
        "slug" => "short name",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_words() {
        for action in AuditAction::ALL {
            assert!(!words(*action).0.is_empty(), "{action}");
        }
        assert_eq!(detail_name("was_empty"), "was empty");
    }
}
