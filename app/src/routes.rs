//! The application and its addresses.

use crate::{
    accounts::{
        AccountPage, CodePage, ForgotPage, InvitationPage, LoginPage, RegisterPage, ResetPage, SignInSettingsPage,
        SsoPage, VerifyPage, provide_session,
    },
    answers::{AiLogPage, AiSettingsPage, PlaygroundPage},
    audit::AuditPage,
    inbox::InboxPage,
    intents::IntentsPage,
    keys::KeysPage,
    knowledge::KnowledgePage,
    leads::LeadsPage,
    onboarding::OnboardingPage,
    people::PeoplePage,
    platform::{LimitedPage, TenantPage, TenantsPage},
    products::ProductsPage,
    retention::RetentionPage,
    security::SecurityPage,
    shell::{Layout, NotFound},
    teaching::{GapsPage, ReviewsPage, TestsPage},
    ui::provide_clock,
    widgets::WidgetSettingsPage,
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Redirect, Route, Router, Routes},
    path,
};

/// The whole dashboard. Every page is rendered when its data is there, in
/// one piece: the data is a few milliseconds away, the page works without
/// JavaScript, and redirects are real ones.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_clock();
    provide_session();
    view! {
        <Title formatter=|title: String| {
            if title.is_empty() { "Omnichat".to_owned() } else { format!("{title} · Omnichat") }
        } />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=|| view! { <Redirect path="/inbox" /> } ssr=SsrMode::Async />
                <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async />
                <Route path=path!("/login/code") view=CodePage ssr=SsrMode::Async />
                <Route path=path!("/sso") view=SsoPage ssr=SsrMode::Async />
                <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async />
                <Route path=path!("/forgot") view=ForgotPage ssr=SsrMode::Async />
                <Route path=path!("/reset") view=ResetPage ssr=SsrMode::Async />
                <Route path=path!("/verify") view=VerifyPage ssr=SsrMode::Async />
                <Route path=path!("/invitation") view=InvitationPage ssr=SsrMode::Async />
                <Route path=path!("/onboarding") view=OnboardingPage ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                    <Route path=path!("/inbox/:id?") view=InboxPage ssr=SsrMode::Async />
                    <Route path=path!("/knowledge") view=KnowledgePage ssr=SsrMode::Async />
                    <Route path=path!("/knowledge/products") view=ProductsPage ssr=SsrMode::Async />
                    <Route path=path!("/knowledge/log") view=AiLogPage ssr=SsrMode::Async />
                    <Route path=path!("/knowledge/playground") view=PlaygroundPage ssr=SsrMode::Async />
                    <Route path=path!("/knowledge/gaps") view=GapsPage ssr=SsrMode::Async />
                    <Route path=path!("/knowledge/review") view=ReviewsPage ssr=SsrMode::Async />
                    <Route path=path!("/knowledge/tests") view=TestsPage ssr=SsrMode::Async />
                    <Route path=path!("/knowledge/intents") view=IntentsPage ssr=SsrMode::Async />
                    <Route path=path!("/leads") view=LeadsPage ssr=SsrMode::Async />
                    <Route path=path!("/settings") view=|| view! { <Redirect path="/settings/widget" /> } ssr=SsrMode::Async />
                    <Route path=path!("/settings/widget") view=WidgetSettingsPage ssr=SsrMode::Async />
                    <Route path=path!("/settings/ai") view=AiSettingsPage ssr=SsrMode::Async />
                    <Route path=path!("/settings/sign-in") view=SignInSettingsPage ssr=SsrMode::Async />
                    <Route path=path!("/settings/data") view=RetentionPage ssr=SsrMode::Async />
                    <Route path=path!("/settings/api") view=KeysPage ssr=SsrMode::Async />
                    <Route path=path!("/settings/security") view=SecurityPage ssr=SsrMode::Async />
                    <Route path=path!("/settings/audit") view=AuditPage ssr=SsrMode::Async />
                    <Route path=path!("/admin") view=TenantsPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/limited") view=LimitedPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/:id") view=TenantPage ssr=SsrMode::Async />
                    <Route path=path!("/settings/people") view=PeoplePage ssr=SsrMode::Async />
                    <Route path=path!("/settings/account") view=AccountPage ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Makes a redirect of a server function load the page afresh. They come
/// from signing in and out alone, after which everything on the page belongs
/// to somebody else. To be called before hydration, because the first hook wins.
pub fn set_up_redirects() {
    let _ = server_fn::redirect::set_redirect_hook(|path: &str| {
        let _ = window().location().set_href(path);
    });
}
