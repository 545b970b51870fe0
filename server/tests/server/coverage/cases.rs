//! The functions, each with who may call it.

use super::{May, Things};
use crate::harness::page;
use api::{
    accounts, answers, audit, contacts, copilot, inbox, insights, intents, keys, knowledge, leads, platform, products,
    retention, security, sign_in, teaching, widgets,
};
use serde::Serialize;
use server_fn::ServerFn;
use types::{
    ClientId, ErrorCode, GroupId, IntentId, LeadId, ProductId, ReviewId, SecurityNoticeId, TestCaseId, TestRunId,
    UserId,
    accounts::{NewApiKey, Permission as P, Permissions, Role},
    answers::{AiLogFilter, AiSettingsUpdate, LlmEndpointUpdate, LlmPreset},
    contacts::{ContactStage, ContactUpdate},
    copilot::Edit,
    inbox::{ConversationStatus, Feedback, InboxView},
    intents::{IntentChange, NewIntent},
    knowledge::SyncEvery,
    leads::{LeadChange, LeadStage},
    people::RoleChoice,
    products::{ImportChoices, NewProduct, ProductStatus},
    retention::RetentionRules,
    sign_in::OidcProviderUpdate,
    teaching::{AnswerDraft, Decision, GapStatus, NewTestCase},
    widgets::{WidgetConfig, WidgetUpdate},
};

/// One function with arguments that point to another tenant's things.
pub struct Case {
    pub path: &'static str,
    pub may: May,
    pub kind: &'static str,
    pub body: Vec<u8>,
    /// What another tenant's caller with the right permission gets.
    pub foreign: Option<ErrorCode>,
}

fn case<F: ServerFn + Serialize>(may: May, arguments: &F, foreign: Option<ErrorCode>) -> Case {
    Case { path: F::PATH, may, kind: "application/x-postcard", body: postcard::to_stdvec(arguments).unwrap(), foreign }
}

fn form(may: May, path: &'static str, body: &str) -> Case {
    Case { path, may, kind: "application/x-www-form-urlencoded", body: body.as_bytes().to_vec(), foreign: None }
}

fn case_of(form: Case, foreign: Option<ErrorCode>) -> Case {
    Case { foreign, ..form }
}

/// A key to ask with.
pub fn new_key() -> NewApiKey {
    NewApiKey { name: "Mine".to_owned(), scopes: [P::Chat].into_iter().collect(), days: Some(1) }
}

fn new_product() -> NewProduct {
    NewProduct {
        name: "Pot".to_owned(),
        description: String::new(),
        price: None,
        currency: String::new(),
        status: ProductStatus::Available,
        extra_info: String::new(),
    }
}

/// Every function with arguments of another tenant.
pub fn cases(their: &Things) -> Vec<Case> {
    const NOT_FOUND: Option<ErrorCode> = Some(ErrorCode::NotFound);
    let id = their.conversation;
    let config = WidgetConfig::default();
    let widget = WidgetUpdate { name: "Mine now".to_owned(), config, allowed_domains: Vec::new(), is_active: false };
    let contact = ContactUpdate { name: "Mallory".to_owned(), email: None, phone: None, stage: ContactStage::Lead };
    let ai = AiSettingsUpdate::default();
    let provider = OidcProviderUpdate {
        issuer: String::new(),
        client_id: String::new(),
        client_secret: None,
        email_domains: Vec::new(),
        default_role: Role::Agent,
        is_active: true,
    };
    let text = || "Hello".to_owned();
    let (nobody, notice) = (UserId::new(), SecurityNoticeId::new());
    let role = RoleChoice::BuiltIn(Role::Agent);
    let permissions = Permissions::of(Role::Viewer);
    let draft = || AnswerDraft { question: text(), answer: text() };
    // With their real ids these are called in the tests of teaching and understanding.
    let new_test = NewTestCase { question: text(), expected: text(), is_hand_off: false };
    let token = "token=no-token-of-ours";
    vec![
        case(May::With(P::ManagePeople), &accounts::GetTeam {}, None),
        case(May::With(P::ManagePeople), &accounts::SetRole { user: their.user, role }, NOT_FOUND),
        case(May::With(P::ManagePeople), &accounts::RemovePerson { user: their.user }, NOT_FOUND),
        case(May::With(P::ReadAudit), &security::ListSecurityNotices {}, None),
        case(May::With(P::ManageSettings), &security::SettleSecurityNotice { id: notice }, NOT_FOUND),
        case(May::With(P::ManagePeople), &security::SignPersonOut { id: notice }, NOT_FOUND),
        case(May::With(P::ManageKeys), &security::RevokeNoticedKey { id: notice }, NOT_FOUND),
        case(May::With(P::ManagePeople), &accounts::CreateRole { name: text(), permissions }, None),
        case(
            May::With(P::ManagePeople),
            &accounts::UpdateRole { id: their.role, name: text(), permissions },
            NOT_FOUND,
        ),
        case(May::With(P::ManagePeople), &accounts::DeleteRole { id: their.role }, NOT_FOUND),
        case(
            May::With(P::ManagePeople),
            &accounts::Invite { email: format!("{nobody}@example.com"), role: RoleChoice::Own(their.role) },
            NOT_FOUND,
        ),
        case(May::With(P::ManagePeople), &accounts::ResendInvitation { id: their.invitation }, NOT_FOUND),
        case(May::With(P::ManagePeople), &accounts::RevokeInvitation { id: their.invitation }, NOT_FOUND),
        case(May::Anybody, &accounts::GetInvitation { token: text() }, None),
        form(
            May::Anybody,
            accounts::AcceptInvitation::PATH,
            &format!("{token}&name=Mallory&password=long+enough+it+is"),
        ),
        case_of(form(May::Member, accounts::JoinBusiness::PATH, token), NOT_FOUND),
        form(May::Anybody, accounts::RequestPasswordReset::PATH, "email=nobody%40example.com"),
        case(May::Anybody, &accounts::CheckReset { token: text() }, None),
        form(May::Anybody, accounts::ResetPassword::PATH, &format!("{token}&password=long+enough+it+is")),
        case_of(form(May::Member, accounts::VerifyEmail::PATH, token), NOT_FOUND),
        case_of(form(May::Member, accounts::SwitchTenant::PATH, &format!("tenant={}", their.tenant)), NOT_FOUND),
        form(May::Member, accounts::RenameSelf::PATH, "name=Mallory"),
        form(May::Member, accounts::ChangePassword::PATH, "current=x&password=long+enough+it+is"),
        form(May::Member, accounts::SendVerification::PATH, ""),
        case(May::Member, &accounts::ListSessions {}, None),
        case(May::Member, &accounts::EndSession { id: their.session }, NOT_FOUND),
        case(May::Member, &accounts::EndOtherSessions {}, None),
        form(May::Anybody, accounts::Register::PATH, "business=&name=&email=&password="),
        form(May::Anybody, accounts::LogIn::PATH, "email=x&password=y"),
        form(May::Anybody, accounts::LogOut::PATH, ""),
        case(May::Anybody, &accounts::Me {}, None),
        form(May::Anybody, sign_in::LogInCode::PATH, "code=123456"),
        case(May::Member, &sign_in::GetSecondFactor {}, None),
        form(May::Member, sign_in::BeginSecondFactor::PATH, "password=x"),
        form(May::Member, sign_in::ConfirmSecondFactor::PATH, "code=123456"),
        form(May::Member, sign_in::RenewBackupCodes::PATH, "code=123456"),
        form(May::Member, sign_in::EndSecondFactor::PATH, "password=x&code=123456"),
        case(May::With(P::ManagePeople), &sign_in::GetSignInSettings {}, None),
        case(May::With(P::ManagePeople), &sign_in::UpdateProvider { update: provider }, None),
        case(May::With(P::ManagePeople), &sign_in::RemoveProvider {}, NOT_FOUND),
        form(May::With(P::ManagePeople), sign_in::TestProvider::PATH, "issuer=nonsense"),
        form(May::With(P::ManageSettings), accounts::UpdateBusiness::PATH, "name=Mine&description="),
        case(May::With(P::ManageSettings), &accounts::FinishOnboarding {}, None),
        case(
            May::With(P::ReadInbox),
            &inbox::ListConversations { view: InboxView::All, search: String::new(), before: None },
            None,
        ),
        case(May::With(P::ReadInbox), &inbox::OpenConversation { id }, NOT_FOUND),
        case(May::With(P::ReadInbox), &inbox::OlderMessages { id, before: their.message }, NOT_FOUND),
        case(
            May::With(P::WorkInbox),
            &inbox::SendReply { id, client_id: ClientId::random(), content: text(), is_note: false },
            NOT_FOUND,
        ),
        case(May::With(P::WorkInbox), &inbox::SetAi { id, is_enabled: false }, NOT_FOUND),
        case(May::With(P::WorkInbox), &inbox::SetStatus { id, status: ConversationStatus::Resolved }, NOT_FOUND),
        case(May::With(P::WorkInbox), &inbox::Assign { id, to: Some(their.user) }, NOT_FOUND),
        case(May::With(P::WorkInbox), &inbox::MarkRead { id }, NOT_FOUND),
        case(May::With(P::WorkInbox), &copilot::SuggestReply { id }, NOT_FOUND),
        case(May::With(P::WorkInbox), &copilot::HasLanguageModel {}, None),
        case(
            May::With(P::WorkInbox),
            &copilot::EditText { id, text: "Hi".to_owned(), edit: Edit::Shorten, language: None },
            NOT_FOUND,
        ),
        case(May::With(P::WorkInbox), &copilot::SummariseConversation { id }, NOT_FOUND),
        case(May::With(P::WorkInbox), &contacts::UpdateContact { id: their.contact, update: contact }, NOT_FOUND),
        case(May::With(P::ManageContacts), &contacts::ExportContact { id: their.contact }, NOT_FOUND),
        case(May::With(P::ManageContacts), &contacts::EraseContact { id: their.contact }, NOT_FOUND),
        case(May::With(P::ReadSettings), &retention::GetRetentionRules {}, None),
        case(May::With(P::ManageSettings), &retention::UpdateRetentionRules { rules: RetentionRules::default() }, None),
        case(May::With(P::ReadKnowledge), &knowledge::ListSources {}, None),
        form(May::With(P::ManageKnowledge), knowledge::AddText::PATH, "title=T&content=Some%20text%20of%20ours"),
        case(
            May::With(P::ManageKnowledge),
            &knowledge::AddFile { name: "a.md".to_owned(), bytes: b"# A\n\nText".to_vec() },
            None,
        ),
        case(May::With(P::ManageKnowledge), &knowledge::DeleteSource { id: their.source }, NOT_FOUND),
        case(May::With(P::ManageKnowledge), &knowledge::RetrySource { id: their.source }, NOT_FOUND),
        case(May::With(P::ReadKnowledge), &knowledge::SourcePassages { id: their.source }, NOT_FOUND),
        form(May::With(P::ManageKnowledge), knowledge::AddFaq::PATH, "question=Where&answer=Here"),
        case(
            May::With(P::ManageKnowledge),
            &knowledge::ImportFaqs { bytes: b"question,answer\nWho?,Us".to_vec() },
            None,
        ),
        case_of(
            form(
                May::With(P::ManageKnowledge),
                knowledge::AddPage::PATH,
                "url=http%3A%2F%2F169.254.169.254&every=daily",
            ),
            Some(ErrorCode::Invalid),
        ),
        case_of(
            form(
                May::With(P::ManageKnowledge),
                knowledge::AddSite::PATH,
                "url=http%3A%2F%2F10.0.0.1&pages=5&every=never",
            ),
            Some(ErrorCode::Invalid),
        ),
        case(May::With(P::ReadKnowledge), &knowledge::GetSource { id: their.source }, NOT_FOUND),
        case(May::With(P::ReadKnowledge), &knowledge::SitePages { id: their.source }, NOT_FOUND),
        case(
            May::With(P::ManageKnowledge),
            &knowledge::SetSync { id: their.source, every: SyncEvery::Daily },
            NOT_FOUND,
        ),
        case(May::With(P::ManageKnowledge), &knowledge::GetSourceText { id: their.source }, NOT_FOUND),
        case_of(
            form(
                May::With(P::ManageKnowledge),
                knowledge::ChangeSource::PATH,
                &format!("id={}&title=Mine&content=now", their.source),
            ),
            NOT_FOUND,
        ),
        case(May::With(P::ReadKnowledge), &products::ListProducts { search: String::new(), before: None }, None),
        case(May::With(P::ManageKnowledge), &products::AddProduct { new: new_product() }, None),
        case(
            May::With(P::ManageKnowledge),
            &products::ChangeProduct { id: ProductId::new(), new: new_product() },
            NOT_FOUND,
        ),
        case(May::With(P::ManageKnowledge), &products::DeleteProduct { id: ProductId::new() }, NOT_FOUND),
        case(May::With(P::ManageKnowledge), &products::ImportProducts { bytes: b"name,price\nPot,9".to_vec() }, None),
        case(
            May::With(P::ManageKnowledge),
            &products::PreviewProducts { bytes: b"name,price\nPot,9".to_vec(), choices: ImportChoices::default() },
            None,
        ),
        case(
            May::With(P::ManageKnowledge),
            &products::ImportChosenProducts { bytes: b"name,price\nPan,9".to_vec(), choices: ImportChoices::default() },
            None,
        ),
        case(May::With(P::ReadKnowledge), &answers::TryQuestion { question: text() }, None),
        case(May::With(P::Chat), &answers::Ask { question: text() }, None),
        case(May::With(P::ReadKnowledge), &answers::Play { question: text(), before: Vec::new() }, None),
        case(
            May::With(P::ManageSettings),
            &answers::TestEndpoint {
                endpoint: LlmEndpointUpdate {
                    base_url: "http://169.254.169.254/v1".to_owned(),
                    ..LlmEndpointUpdate::preset(LlmPreset::Local)
                },
            },
            Some(ErrorCode::Invalid),
        ),
        case(May::With(P::ReadKnowledge), &answers::AiLog { filter: AiLogFilter::default(), before: None }, None),
        case(May::With(P::ReadKnowledge), &answers::AiTotals { days: 7 }, None),
        case(May::With(P::ReadSettings), &answers::GetAiSettings {}, None),
        case(May::With(P::ManageSettings), &answers::UpdateAiSettings { update: ai }, None),
        case(May::With(P::ReadSettings), &widgets::ListWidgets {}, None),
        case(May::With(P::ManageSettings), &widgets::UpdateWidget { id: their.widget, update: widget }, NOT_FOUND),
        case(May::With(P::ManageSettings), &widgets::RotateWidgetSecret { id: their.widget }, NOT_FOUND),
        case(May::With(P::ReadKnowledge), &teaching::GetTeachingCounts {}, None),
        case(May::With(P::ReadKnowledge), &teaching::ListGaps { status: GapStatus::Open }, None),
        case(May::With(P::ManageKnowledge), &teaching::AnswerGap { id: GroupId::new(), draft: draft() }, NOT_FOUND),
        case(
            May::With(P::ManageKnowledge),
            &teaching::SetGapDismissed { id: GroupId::new(), is_dismissed: true },
            NOT_FOUND,
        ),
        case(May::With(P::ReadKnowledge), &teaching::CheckGap { id: GroupId::new() }, NOT_FOUND),
        case(May::With(P::WorkInbox), &teaching::SuggestAnswer { message: their.message }, NOT_FOUND),
        case(May::With(P::WorkInbox), &teaching::SaveAnswer { message: their.message, draft: draft() }, NOT_FOUND),
        case(May::With(P::ReadKnowledge), &teaching::ListReviews {}, None),
        case(
            May::With(P::ManageKnowledge),
            &teaching::DecideReview { id: ReviewId::new(), decision: Decision::Reject },
            NOT_FOUND,
        ),
        case(May::With(P::ReadKnowledge), &teaching::GetTestBench {}, None),
        case(May::With(P::ManageKnowledge), &teaching::AddTest { new: new_test }, None),
        case(May::With(P::ManageKnowledge), &teaching::DeleteTest { id: TestCaseId::new() }, NOT_FOUND),
        case(May::With(P::ManageKnowledge), &teaching::ImportTests { table: text() }, None),
        case(May::With(P::ManageKnowledge), &teaching::ImportTaught {}, None),
        case(May::With(P::ManageKnowledge), &teaching::StartTests {}, None),
        case(May::With(P::ReadKnowledge), &teaching::GetTestRun { id: TestRunId::new() }, NOT_FOUND),
        case(May::With(P::ReadKnowledge), &intents::ListIntents {}, None),
        case(May::With(P::ReadKnowledge), &intents::OpenIntent { id: IntentId::new() }, NOT_FOUND),
        case(
            May::With(P::ManageKnowledge),
            &intents::CreateIntent { new: NewIntent { name: text(), ..NewIntent::default() } },
            None,
        ),
        case(
            May::With(P::ManageKnowledge),
            &intents::ChangeIntent { id: IntentId::new(), change: IntentChange::default() },
            NOT_FOUND,
        ),
        case(
            May::With(P::ManageKnowledge),
            &intents::AddExamples { id: IntentId::new(), examples: vec![text()] },
            NOT_FOUND,
        ),
        case(May::With(P::ManageKnowledge), &intents::DeleteIntent { id: IntentId::new() }, NOT_FOUND),
        case(May::With(P::ManageKnowledge), &intents::TrainIntents {}, None),
        case(May::With(P::ReadKnowledge), &intents::GetIntentModel {}, None),
        case(May::With(P::ReadKnowledge), &intents::ClassifyText { text: text() }, None),
        case(May::With(P::ReadInbox), &insights::GetInsights { id }, NOT_FOUND),
        case(May::With(P::ReadInbox), &leads::ListLeads { stage: None, before: None }, None),
        case(
            May::With(P::WorkInbox),
            &leads::ChangeLead { id: LeadId::new(), change: LeadChange { stage: LeadStage::Lost } },
            NOT_FOUND,
        ),
        case(May::With(P::ManageKeys), &keys::ListKeys {}, None),
        case(May::With(P::ManageKeys), &keys::CreateKey { new: new_key() }, None),
        case(May::With(P::ManageKeys), &keys::RevokeKey { id: their.key }, NOT_FOUND),
        case(May::Anybody, &widgets::Appearance { id: their.widget }, None),
        case(May::Anybody, &widgets::StartVisit { id: their.widget }, None),
        // It takes the token that it ends.
        case(May::Anybody, &widgets::EndVisit { token: "nonsense".to_owned() }, None),
        case(May::Visitor, &widgets::RenewVisit {}, None),
        case(
            May::Visitor,
            &widgets::SendMessage { client_id: ClientId::random(), content: text(), page: page() },
            None,
        ),
        case(May::Visitor, &widgets::MyConversation {}, None),
        case(May::Visitor, &widgets::MyOlderMessages { before: their.message }, None),
        case(May::Visitor, &widgets::RequestPerson { id }, NOT_FOUND),
        case(May::Visitor, &widgets::RateAnswer { message: their.message, feedback: Some(Feedback::Up) }, NOT_FOUND),
        case(May::Visitor, &widgets::MarkSeen { id }, NOT_FOUND),
        case(May::With(P::ReadAudit), &audit::ListAudit { before: None }, None),
        case(May::PlatformAdmin, &platform::ListTenants { search: text(), status: None, before: None }, None),
        case(May::PlatformAdmin, &platform::ListLimited {}, None),
        case(May::PlatformAdmin, &platform::GetTenant { id: their.tenant }, None),
        form(May::PlatformAdmin, platform::CreateTenant::PATH, "business=Mine&name=M&email=m%40mine.example"),
        form(May::PlatformAdmin, platform::SuspendTenant::PATH, &format!("id={}&reason=none", their.tenant)),
        form(May::PlatformAdmin, platform::ResumeTenant::PATH, &format!("id={}", their.tenant)),
        form(May::PlatformAdmin, platform::SetTenantLimits::PATH, &format!("id={}&seats=1", their.tenant)),
        form(May::PlatformAdmin, platform::DeleteTenant::PATH, &format!("id={}&slug=victim", their.tenant)),
        form(May::PlatformAdmin, platform::Impersonate::PATH, &format!("id={}", their.tenant)),
        // Who works as themselves has nothing to stop.
        Case { foreign: Some(ErrorCode::Invalid), ..form(May::Member, platform::StopImpersonating::PATH, "") },
    ]
}
